"""Which sentences are quoted: within the budget, lists with what introduces them, both sides of a comparison."""

from __future__ import annotations

from fakes import document

from erasmus_assistant.answer import quoting
from erasmus_assistant.answer.quoting import Candidate, candidates, choose, scored
from erasmus_assistant.answer.sides import sides_of
from erasmus_assistant.guide.chunking import split
from erasmus_assistant.records import Passage, Question
from erasmus_assistant.search.features import take_apart
from erasmus_assistant.search.retrieval import Retriever

TEXT = (
    "Agencies\n\nThe agencies are many. They work well. Their tasks are:\n\n• to inform,\n• to advise.\n\n"
    "Offices\n\nThe offices are few. The agencies are many.\n"
)
DOCUMENT = document(TEXT)
AGENCIES, OFFICES = split(DOCUMENT)


def sentences(scores: dict[str, float]) -> list[Candidate]:
    """Every sentence of both passages, with the score of its words."""
    found = []
    for passage in (AGENCIES, OFFICES):
        for place, (start, end) in enumerate(take_apart(DOCUMENT, passage).sentences):
            words = TEXT[start:end]
            item, lead = words.startswith("•"), words.endswith(":")
            key = words if passage is AGENCIES else f"{words} (2)"
            found.append(Candidate(passage, start, end, (), place, item, lead, scores.get(key, 0.001)))
    return found


def chosen(
    scores: dict[str, float], intents: frozenset[str] = frozenset(), sides: tuple[Passage, Passage] | None = None
) -> list[str]:
    paths = (sides[0].heading_path, sides[1].heading_path) if sides else None
    return [TEXT[one.start : one.end] for one in choose(sentences(scores), intents, {"doc": TEXT}, paths)]


def test_the_best_sentence_is_quoted_and_poor_ones_are_not() -> None:
    assert chosen({"They work well.": 0.9}) == ["They work well."]


def test_neighbours_become_one_quotation() -> None:
    assert chosen({"They work well.": 0.9, "The agencies are many.": 0.8}) == ["The agencies are many. They work well."]


def test_the_passage_of_the_best_sentence_comes_first() -> None:
    assert chosen({"They work well.": 0.8, "The offices are few. (2)": 0.9}) == [
        "The offices are few.",
        "They work well.",
    ]


def test_an_item_comes_with_its_lead_in_and_a_lead_in_with_its_list() -> None:
    whole = ["Their tasks are:\n\n• to inform,\n• to advise."]
    assert chosen({"• to advise.": 0.9}) == whole
    assert chosen({"Their tasks are:": 0.9}) == whole
    assert chosen({"• to inform,": 0.9}, frozenset({"list"})) == whole


def test_the_same_words_are_quoted_once() -> None:
    found = chosen({"The agencies are many.": 0.9, "The agencies are many. (2)": 0.8})
    assert found == ["The agencies are many."]


def test_a_comparison_quotes_both_sides() -> None:
    found = chosen({"They work well.": 0.9, "The offices are few. (2)": 0.01}, sides=(AGENCIES, OFFICES))
    assert "They work well." in found[0]
    assert any("The offices are few." in one for one in found)


def test_nothing_found_is_nothing_quoted() -> None:
    assert choose([], frozenset(), {}) == []


def test_a_sentence_over_the_budget_is_quoted_alone() -> None:
    first = "Words of a rather long sentence number one " * 9 + "end here."
    second = "Words of a rather long sentence number two " * 9 + "end here."
    held = document(f"Title\n\n{first} {second}\n")
    (passage,) = split(held)
    spans = take_apart(held, passage).sentences
    found = [
        Candidate(passage, start, end, (), place, False, False, 0.9 - place / 10)
        for place, (start, end) in enumerate(spans)
    ]
    assert sum(end - start for start, end in spans) > quoting.BUDGET
    (only,) = choose(found, frozenset(), {"doc": held.text})
    assert held.text[only.start : only.end] == first


def test_scores_are_probabilities_and_every_feature_has_a_weight_or_none(retriever: Retriever) -> None:
    retrieved = retriever.retrieve(Question("Kas ir Otlas?", "lv"))
    found = scored(candidates(retriever, retrieved), retriever.ranker.sentence)
    assert found
    assert all(0 <= one.score <= 1 and len(one.features) == len(quoting.SENTENCE_FEATURES) for one in found)
    assert set(retriever.ranker.sentence) <= {*quoting.SENTENCE_FEATURES, "bias"}


def test_two_named_bodies_are_two_sides(retriever: Retriever) -> None:
    def sides(question: str, language: str) -> set[str]:
        found = sides_of(retriever, retriever.retrieve(Question(question, language)))
        return {path[-1] for path in found} if found else set()

    assert sides("Ar ko eTwinning atšķiras no EPALE?", "lv") == {"eTwinning", "EPALE"}
    assert sides("What is the difference between eTwinning and EPALE?", "en") == {"eTwinning", "EPALE"}
    assert sides("Kas ir eTwinning?", "lv") == set()
