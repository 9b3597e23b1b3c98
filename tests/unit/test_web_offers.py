"""What one could ask next: answered, never twice in a conversation, and readable in the reader's language."""

from __future__ import annotations

import pytest

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.records import Outcome
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import fold, words
from erasmus_assistant.texts import texts
from erasmus_assistant.web.conversation import Exchange, known
from erasmus_assistant.web.offers import Offer, offered, offers_html
from erasmus_assistant.web.suggestions import FOLLOW_UPS, Suggestions, bank

LANGUAGES = ["lv", "en", "de", "el", "hu", "ga"]


@pytest.fixture(scope="module")
def suggestions(assistant: Assistant) -> Suggestions:
    return Suggestions(assistant)


def conversation(suggestions: Suggestions, assistant: Assistant, language: str, rounds: int) -> list[list[Offer]]:
    """What is offered to a person who always presses the first."""
    question = suggestions.examples(language)[0].question
    said: list[str] = []
    found: list[list[Offer]] = []
    for _ in range(rounds):
        answer = assistant.ask(Request(question, language=language))
        assert answer.outcome is Outcome.ANSWERED, question
        offers = suggestions.follow_ups(answer, language, said)
        said += [question, *(offer.question for offer in offers)]
        if not offers:
            break
        found.append(offers)
        question = offers[0].question
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_follow_ups_are_answered_and_come_once(suggestions: Suggestions, assistant: Assistant, language: str) -> None:
    found = conversation(suggestions, assistant, language, 5)
    assert len(found) >= 3
    assert all(1 <= len(offers) <= FOLLOW_UPS for offers in found)
    said = [offer.question for offers in found for offer in offers]
    assert len(set(said)) == len(said)
    assert suggestions.examples(language)[0].question not in said
    for question in said:
        assert assistant.ask(Request(question, language=language)).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("language", ["en", "de", "el", "hu", "ga"])
def test_the_guides_own_headings_are_told_as_such_and_come_after_names(
    suggestions: Suggestions, assistant: Assistant, retriever: Retriever, language: str
) -> None:
    found = [offer for offers in conversation(suggestions, assistant, language, 6) for offer in offers]
    start, _, end = texts(language).get("web.follow_up_question", heading="|").partition("|")
    assert not any(offer.heading for offer in found[:FOLLOW_UPS])
    for offer in found:
        if offer.question in bank()[language]:
            assert not offer.heading
        elif offer.heading:
            assert (offer.question, offer.language) == (f"{start}{offer.heading}{end}", "lv")
        else:
            name = offer.question.removeprefix(start).removesuffix(end)
            assert retriever.names.issuperset(fold(word) for word in words(name)), name


def test_in_the_guides_language_no_heading_is_foreign(suggestions: Suggestions, assistant: Assistant) -> None:
    found = [offer for offers in conversation(suggestions, assistant, "lv", 6) for offer in offers]
    assert {offer.heading for offer in found} == {""}
    assert any(offer.question not in bank()["lv"] for offer in found)


def test_a_question_asked_in_other_letters_is_known(suggestions: Suggestions, assistant: Assistant) -> None:
    answer = assistant.ask(Request("Who manages the budget of the Erasmus+ programme?", language="en"))
    first = suggestions.follow_ups(answer, "en")[0].question
    again = suggestions.follow_ups(answer, "en", [first.upper().rstrip("?")])
    assert first not in [offer.question for offer in again]


@pytest.mark.parametrize(("said", "language"), [("Sveiki!", "lv"), ("Danke!", "de"), ("?", "en"), ("Привіт!", "en")])
def test_who_asked_nothing_is_offered_the_examples(
    suggestions: Suggestions, assistant: Assistant, said: str, language: str
) -> None:
    answer = assistant.ask(Request(said, language="en" if language != "lv" else "lv"))
    assert suggestions.follow_ups(answer, "en") == suggestions.examples(language)


def test_an_answer_that_is_none_offers_nothing(suggestions: Suggestions, assistant: Assistant) -> None:
    answer = assistant.ask(Request("Cik maksā kafija Marsa ceturtajā kosmosa ostā?"))
    if answer.outcome is not Outcome.ANSWERED:
        assert suggestions.follow_ups(answer, "lv") == []


def test_a_heading_is_tagged_with_its_language() -> None:
    html = offers_html([Offer("What of “Otlas & co”?", "Otlas & co", "lv"), Offer("What is Otlas?")], "en", "de")
    assert '<button type="button" class="ask">What of “<span lang="lv">Otlas &amp; co</span>”?</button>' in html
    assert html.startswith('<div class="next for-de"><p class="label" lang="en">You could also ask</p><ul lang="en">')
    assert offered(html) == ["What of “Otlas & co”?", "What is Otlas?"]


def test_what_can_be_asked_first_is_titled_as_examples() -> None:
    assert ">Example questions</p>" in offers_html([Offer("What is Otlas?")], "en", "en", first=True)
    assert offers_html([], "en", "en") == ""


def test_a_conversation_knows_what_was_asked_and_offered() -> None:
    following = offers_html([Offer("What is SELFIE?")], "en", "en")
    exchanges = [Exchange("What is Otlas?", "", ""), Exchange("What is EPALE?", "", "", following)]
    assert known(exchanges) == ["What is Otlas?", "What is EPALE?", "What is SELFIE?"]
    assert known([Exchange("a", "", "", "<button <b> type=ask>no")]) == ["a"]
