"""What is known of a question and a passage: sentences, links, figures, and the shares of a question's value."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import document

from erasmus_assistant.guide.chunking import split
from erasmus_assistant.records import Document, Passage
from erasmus_assistant.search.features import (
    ENUMERATION,
    FIGURE,
    LINK,
    MATCHED,
    Matcher,
    View,
    hold_against,
    holds_figure,
    shape,
)
from erasmus_assistant.search.features import take_apart as take
from erasmus_assistant.search.lexical import Term
from erasmus_assistant.search.tokens import stems

TEXT = (
    "Partner search\n\nOtlas finds partners. It speaks 23 languages and helps:\n\n"
    "• schools,\n• towns.\n\nMore is at www.otlas.eu.\n\nhttps://otlas.eu/more.\n"
)


@pytest.fixture(scope="module")
def pair() -> tuple[Document, Passage]:
    held = document(TEXT)
    (passage,) = split(held)
    return held, passage


def test_a_passage_is_taken_apart_into_sentences_items_and_links(pair: tuple[Document, Passage]) -> None:
    view = take(*pair)
    assert [TEXT[start:end] for start, end in view.sentences] == [
        "Otlas finds partners.",
        "It speaks 23 languages and helps:",
        "• schools,",
        "• towns.",
        "More is at www.otlas.eu.\n\nhttps://otlas.eu/more.",
    ]
    assert view.heading == frozenset(stems("Partner search", "en"))
    assert (view.link, view.figure, view.items) == (True, True, 2)
    assert view.stems[0] == frozenset(stems("Otlas finds partners", "en"))


def test_the_sentences_of_the_guide_are_spans_of_it(guide: Document) -> None:
    for passage in split(guide):
        view = take(guide, passage)
        assert all(passage.start <= start < end <= passage.end for start, end in view.sentences)
        left = list(guide.text)
        for start, end in view.sentences:
            left[start:end] = " " * (end - start)
        assert not "".join(left[passage.body : passage.end]).strip()


@pytest.mark.parametrize(
    ("sentence", "language", "held"),
    [
        ("It has 23 languages.", "en", True),
        ("It has three offices.", "en", True),
        ("Ir trīs centri.", "lv", True),
        ("See https://europa.eu/2021/28 now.", "en", False),
        ("One of the offices.", "en", False),
        ("No number here.", "en", False),
        ("COVID-19 changed it.", "en", False),
    ],
)
def test_a_figure_is_a_number_and_not_an_address(sentence: str, language: str, held: bool) -> None:
    assert holds_figure(sentence, frozenset(stems(sentence, language)), language) is held


def test_the_patterns() -> None:
    assert LINK.search("at http://europa.eu/youth/.")
    assert LINK.search("see heinnovate.eu for it")
    assert not LINK.search("the end. Another one")
    assert FIGURE.findall("1,5 and 2021 but not a1 or 1/2") == ["1,5", "2021"]
    assert ENUMERATION.search("aims: 1) first, 2) second, 3) third")
    assert not ENUMERATION.search("one, two")


def term(word: str, share: float = 1.0) -> Term:
    return Term(((word, share),))


def held(matcher: Matcher, *views: View) -> list[dict[str, float]]:
    """What `hold_against` says of passages, by name."""
    heading = matcher.match_all([view.heading for view in views])
    rows = matcher.match_all([stems for view in views for stems in view.stems])
    found = hold_against(matcher, heading, rows, np.array([len(view.stems) for view in views]))
    return [dict(zip(MATCHED, row, strict=True)) for row in found.tolist()]


def test_shares_of_the_value_by_hand(pair: tuple[Document, Passage]) -> None:
    matcher = Matcher([term("partner"), term("languag"), term("zebra")], [3.0, 2.0, 1.0])
    (found,) = held(matcher, take(*pair))
    assert found["heading"] == pytest.approx(3 / 6)
    assert found["body"] == pytest.approx((3 + 2) / 6)
    assert found["sentence"] == pytest.approx(3 / 6)
    assert found["pair"] == pytest.approx((3 + 2) / 6)
    assert found["rest"] == pytest.approx(2 / (2 + 1))
    assert found["sentence_rest"] == pytest.approx(2 / 3)
    assert found["missing"] == pytest.approx(1 / 3)


def test_passages_side_by_side_are_held_against_as_if_alone(pair: tuple[Document, Passage]) -> None:
    matcher = Matcher([term("partner"), term("otlas", 0.5)], [3.0, 2.0])
    bare = document("Otlas\n\nPartners of Otlas.\n", "bare")
    views = [take(*pair), View((), (), frozenset(), frozenset(), False, False, 0), take(bare, split(bare)[0])]
    assert held(matcher, *views) == [held(matcher, view)[0] for view in views]
    assert held(matcher, views[1])[0] == {name: float(name == "missing") for name in MATCHED}


def test_alternatives_of_one_term_add_up_to_one_at_most() -> None:
    matcher = Matcher([Term((("a", 0.6), ("b", 0.7)))], [2.0])
    assert matcher.match(frozenset({"a"})).tolist() == pytest.approx([0.6])
    assert matcher.match(frozenset({"a", "b"})).tolist() == pytest.approx([1.0])
    assert matcher.match(frozenset()).tolist() == [0]


def test_no_terms_match_nothing(pair: tuple[Document, Passage]) -> None:
    (found,) = held(Matcher([], []), take(*pair))
    assert (found["body"], found["missing"]) == (0, 1)


def test_what_a_passage_has_of_what_is_asked_for(pair: tuple[Document, Passage]) -> None:
    marks = np.array([[1, 1, 2], [0, 0, 1]], np.int32)
    asked = shape(frozenset({"where", "how_many", "list", "define"}), marks, [pair[1], pair[1]])
    length = pytest.approx(len(pair[1].text) / 500)
    assert asked[0].tolist() == [1, 1, 1, 1, 0, 1, length]
    assert asked[1].tolist() == [0, 0, 0, 1, 0, 1, length]
    assert shape(frozenset(), marks, [pair[1], pair[1]])[:, 4].tolist() == [1, 0]
