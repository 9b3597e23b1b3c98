"""A question may point at one of the headings that were listed before it, by its place."""

from __future__ import annotations

import pytest

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.records import Question, Turn
from erasmus_assistant.search.ordinals import ordinals_of, pointed_at
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import LANGUAGES

LIST = (
    Turn("user", "Which platforms are there?"),
    Turn("assistant", "The guide has sections: **PLATFORMAS** - eTwinning [1] - SELFIE tīkls [2] - EPALE [3]"),
)


def meant(text: str, language: str = "en", history: tuple[Turn, ...] = LIST, named: bool = False) -> str:
    """The question as it is understood."""
    return pointed_at(Question(text, language), history, lambda _: named).text


@pytest.mark.parametrize(
    ("text", "language", "understood"),
    [
        ("Tell me more about the third", "en", "Tell me more about the EPALE"),
        ("How does the first platform work?", "en", "How does the eTwinning platform work?"),
        ("And the last one?", "en", "And the EPALE one?"),
        ("More about number 2", "en", "More about number SELFIE tīkls"),
        ("Pastāsti vairāk par otro", "lv", "Pastāsti vairāk par SELFIE tīkls"),
        ("Was ist das dritte?", "de", "Was ist das EPALE?"),
        ("Разкажи ми за третата", "bg", "Разкажи ми за EPALE"),
        ("kerro lisaa kolmannesta", "fi", "kerro lisaa EPALE"),
    ],
)
def test_the_place_is_read_as_the_heading_there(text: str, language: str, understood: str) -> None:
    assert meant(text, language) == understood


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the second deadline?", "en"),
        ("What about the seventh?", "en"),
        ("The first or the second?", "en"),
        ("What changed in 2021?", "en"),
        ("Kas ir otrais pamatpasākums?", "lv"),
        ("Kas ir 2. pamatpasākums?", "lv"),
        ("Tell me more", "en"),
        ("", "en"),
    ],
)
def test_what_counts_something_else_stays_as_it_is(text: str, language: str) -> None:
    assert meant(text, language) == text


def test_the_list_may_stand_a_few_answers_back() -> None:
    since = (*LIST, Turn("user", "What is eTwinning?"), Turn("assistant", "The guide says: > A community. [1]"))
    assert meant("And the second?", history=since) == "And the SELFIE tīkls?"


def test_nothing_is_counted_where_nothing_was_listed_or_the_subject_is_named() -> None:
    assert meant("And the second?", history=()) == "And the second?"
    assert meant("And the second?", history=(Turn("user", LIST[1].text),)) == "And the second?"
    assert meant("And the second?", named=True) == "And the second?"


def test_a_heading_of_an_overview_can_be_asked_for_by_its_place(retriever: Retriever) -> None:
    assistant = Assistant(lambda: retriever)
    overview = assistant.ask(Request("Which platforms are there?"))
    history = [Turn("user", overview.question), Turn("assistant", overview.text)]
    answer = assistant.ask(Request("Tell me more about the fourth", history))
    assert overview.quotations[3].quote == "EPALE"
    assert {one.passage.heading_path[-1] for one in answer.quotations} == {"EPALE"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_counts_to_ten_and_has_the_last(language: str) -> None:
    places = ordinals_of(language)
    assert len(places) == 11
    listed = " ".join(f"- Heading{number} [{number}]" for number in range(1, 13))
    history = (Turn("user", "?"), Turn("assistant", listed))
    for number, forms in enumerate(places, 1):
        for form in forms.split("|"):
            asked = form.removesuffix("*")
            assert meant(asked, language, history) == f"Heading{number if number < 11 else 12}", form
