"""Which sentences are quoted: within the budget, lists with what introduces them, both sides of a comparison."""

from __future__ import annotations

from fakes import document

from erasmus_assistant.answer import quoting
from erasmus_assistant.answer.leaning import leans_back
from erasmus_assistant.answer.quoting import Candidate, candidates, choose
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
            leans = leans_back(words, "en") and place > 0
            found.append(Candidate(passage, start, end, (), place, item, lead, leans, scores.get(key, 0.001)))
    return found


def chosen(
    scores: dict[str, float], intents: frozenset[str] = frozenset(), sides: tuple[Passage, Passage] | None = None
) -> list[str]:
    paths = (sides[0].heading_path, sides[1].heading_path) if sides else None
    return [TEXT[one.start : one.end] for one in choose(sentences(scores), intents, {"doc": TEXT}, paths)]


def test_the_best_sentence_is_quoted_and_poor_ones_are_not() -> None:
    assert chosen({"The agencies are many.": 0.9}) == ["The agencies are many."]


def test_a_pronoun_is_not_quoted_without_what_it_speaks_of() -> None:
    assert chosen({"They work well.": 0.9}) == ["The agencies are many. They work well."]
    assert chosen({"Their tasks are:": 0.9}) == [TEXT[AGENCIES.body : AGENCIES.end].strip()]


def test_neighbours_become_one_quotation() -> None:
    assert chosen({"They work well.": 0.9, "The agencies are many.": 0.8}) == ["The agencies are many. They work well."]


def test_the_passage_of_the_best_sentence_comes_first() -> None:
    assert chosen({"The agencies are many.": 0.8, "The offices are few. (2)": 0.9}) == [
        "The offices are few.",
        "The agencies are many.",
    ]


def test_an_item_comes_with_its_lead_in_and_a_lead_in_with_its_list() -> None:
    """And the lead-in with the sentences that its pronoun speaks of."""
    whole = [TEXT[AGENCIES.body : AGENCIES.end].strip()]
    assert chosen({"• to advise.": 0.9}) == whole
    assert chosen({"Their tasks are:": 0.9}) == whole
    assert chosen({"• to inform,": 0.9}, frozenset({"list"})) == whole


def test_an_item_of_an_inner_list_comes_with_both_lead_ins_and_one_beside_it_without() -> None:
    text = (
        "Tools\n\nThere are many tools. Some examples:\n\n• a calendar, to:\n  • find courses,\n  • show courses,\n"
        f"• a search for partners, {'who are all to be found in this one place ' * 12},\n• a diary.\n"
    )
    held = document(text)
    (passage,) = split(held)
    spans = take_apart(held, passage).sentences
    lines = [text[start:end] for start, end in spans]
    assert lines[0] == "There are many tools. Some examples:"

    def quoted(best: str) -> list[str]:
        found = [
            Candidate(
                *(passage, start, end, (), place, line.startswith("•"), line.endswith(":"), False),
                0.9 if line == best else 0.001,
                start - text.rfind("\n", 0, start) - 1,
            )
            for place, ((start, end), line) in enumerate(zip(spans, lines, strict=True))
        ]
        return [text[one.start : one.end] for one in choose(found, frozenset(), {"doc": text})]

    assert quoted("• find courses,") == [text[spans[0][0] : spans[3][1]]]
    assert quoted("• a diary.") == [lines[0], "• a diary."]


def test_the_same_words_are_quoted_once() -> None:
    found = chosen({"The agencies are many.": 0.9, "The agencies are many. (2)": 0.8})
    assert found == ["The agencies are many."]


def test_words_that_another_quotation_holds_are_not_quoted_again() -> None:
    found = chosen({"They work well.": 0.9, "The agencies are many. (2)": 0.8})
    assert found == ["The agencies are many. They work well."]


def test_a_comparison_quotes_both_sides() -> None:
    found = chosen({"They work well.": 0.9, "The offices are few. (2)": 0.01}, sides=(AGENCIES, OFFICES))
    assert "They work well." in found[0]
    assert any("The offices are few." in one for one in found)


def test_nothing_found_is_nothing_quoted() -> None:
    assert choose([], frozenset(), {}) == []


def chosen_of_three(scores: tuple[float, float, float], room: quoting.Room) -> list[int]:
    """Which of three sentences of a hundred characters are quoted."""
    texts = [
        f"{'Words of a rather long sentence with a ' * 2}"[:86] + f"number {name}." for name in ("one", "two", "six")
    ]
    held = document(f"Title\n\n{' '.join(texts)}\n")
    (passage,) = split(held)
    spans = take_apart(held, passage).sentences
    found = [
        Candidate(passage, *span, (), place, False, False, False, score)
        for place, (span, score) in enumerate(zip(spans, scores, strict=True))
    ]
    shown = " ".join(
        held.text[one.start : one.end] for one in choose(found, frozenset(), {"doc": held.text}, None, room)
    )
    return [place for place, text in enumerate(texts) if text in shown]


def test_free_room_is_filled_with_what_may_matter() -> None:
    room = quoting.Room(200, 0.2, 1000)
    assert chosen_of_three((0.9, 0.05, 0.04), room) == [0, 1]
    assert chosen_of_three((0.9, 0.0, 0.0), room) == [0]


def test_what_is_likely_enough_is_quoted_beyond_the_free_room() -> None:
    room = quoting.Room(100, 0.1, 1000)
    assert chosen_of_three((0.5, 0.08, 0.4), room) == [0, 2]
    assert chosen_of_three((0.5, 0.45, 0.4), room) == [0, 1, 2]


def test_no_answer_is_longer_than_the_most() -> None:
    assert chosen_of_three((0.5, 0.5, 0.5), quoting.Room(100, 0.0, 250)) == [0, 1]
    assert chosen_of_three((0.1, 0.5, 0.3), quoting.Room(10, 0.0, 50)) == [1]


def test_a_question_of_several_parts_has_more_room() -> None:
    assert quoting.room_for(Question("Kas ir Otlas?", "lv")) == quoting.ONE
    assert quoting.room_for(Question("What do agencies do, and who pays them?", "en")) == quoting.SEVERAL
    assert quoting.room_for(Question("How does eTwinning differ from EPALE?", "en")) == quoting.SEVERAL


def test_scores_are_probabilities_and_every_feature_has_a_weight_or_none(retriever: Retriever) -> None:
    retrieved = retriever.retrieve(Question("Kas ir Otlas?", "lv"))
    found = candidates(retriever, retrieved)
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
