"""What a conversation adds to a question."""

from __future__ import annotations

import pytest

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.records import Question, Turn
from erasmus_assistant.search.conversation import compared, focus, leaning, with_context

TALK = (Turn("user", "What is Otlas?"), Turn("assistant", "A partner search tool."))
SAID = ("A partner search tool.", "What is Otlas?")


def test_the_latest_four_turns_come_newest_first_and_cut() -> None:
    history = [Turn("user", f"turn {number} " + "x" * 700) for number in range(6)]
    question = with_context("And where?", "en", history)
    assert [text[:6] for text in question.context] == ["turn 5", "turn 4", "turn 3", "turn 2"]
    assert all(len(text) == 600 for text in question.context)


def test_blank_turns_are_left_out() -> None:
    assert with_context("x", "en", [*TALK, Turn("user", " \n")]).context == SAID


def test_without_a_conversation_nothing_leans() -> None:
    assert leaning(Question("And where do I register there?", "en")) == 0


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Un kur tur var reģistrēties?", "lv"),
        ("And where?", "en"),
        ("Und wo?", "de"),
        ("Et combien ?", "fr"),
        ("Ja missä?", "fi"),
    ],
)
def test_a_follow_up_leans_wholly(text: str, language: str) -> None:
    assert leaning(Question(text, language, SAID)) == 1


def test_a_question_that_stands_alone_leans_less_than_one_that_does_not() -> None:
    alone = Question("Which national agencies evaluate grant applications of Latvian universities?", "en", SAID)
    assert 0 < leaning(alone) < 0.5 < leaning(Question("And what about it?", "en", SAID))


def test_a_question_that_names_its_subject_leans_little_and_more_when_it_says_that_it_goes_on(
    assistant: Assistant,
) -> None:
    named = assistant.retriever().names_subject
    said = [Question("Kas ir eTwinning?", "lv"), Question("what is epale", "en"), Question("Kas ir Erasmus+?", "lv")]
    assert [named(one) for one in said] == [True, True, False]
    plain, further = (leaning(Question(text, "en", SAID), named) for text in ("What is EPALE?", "And EPALE?"))
    assert plain < 0.3 < further < leaning(Question("What is that?", "en", SAID), named)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Was macht die Europäische Kommission?", True),
        ("en", "What does the European Commission do?", True),
        ("lv", "Un ko dara Eiropas Komisija?", True),
        ("en", "And what do they do in Europe?", False),
    ],
)
def test_a_question_that_says_a_whole_heading_names_its_subject(
    assistant: Assistant, language: str, text: str, expected: bool
) -> None:
    assert assistant.retriever().names_subject(Question(text, language)) is expected


def test_a_short_question_is_all_core() -> None:
    assert focus("We are a school. Where do we apply?") == 0


def test_the_core_of_a_long_one_is_the_last_sentence_that_asks() -> None:
    text = (
        "We are a small youth club in the country and have never written an application before. "
        "Who helps us? We would like to begin soon, in spring at the latest."
    )
    assert text[focus(text) :].startswith("Who helps us?")


def test_the_core_of_one_that_does_not_ask_is_its_last_sentence() -> None:
    text = "We are a small youth club in the country with no money at all. " * 2 + "Please tell us who helps."
    assert text[focus(text) :] == "Please tell us who helps."


def test_who_asks_only_for_the_difference_means_what_was_asked_before(assistant: Assistant) -> None:
    named = assistant.retriever().names_subject
    talk = [*TALK, Turn("user", "and EPALE?"), Turn("assistant", "A platform.")]

    def read(text: str, turns: list[Turn]) -> str:
        return compared(with_context(text, "en", turns), turns, named).text

    assert read("What is the difference?", talk) == "What is the difference What is Otlas and EPALE?"
    assert read("What is the difference?", talk[:2]) == "What is the difference?"
    assert read("How does it differ from eTwinning?", talk) == "How does it differ from eTwinning?"
    assert read("And where?", talk) == "And where?"


def test_the_difference_is_told_of_both(assistant: Assistant) -> None:
    history: tuple[Turn, ...] = ()
    for text in ("What is EPALE?", "and eTwinning?", "what is the difference?"):
        answer = assistant.ask(Request(text, history, "en"))
        history = (*history, Turn("user", text), Turn("assistant", answer.text))
    assert {one.passage.heading_path[-1] for one in answer.quotations} == {"EPALE", "eTwinning"}
