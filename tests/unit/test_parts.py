"""Rows of different lengths, passages taken apart for good, and the scores of many passages at once."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import LetterEncoder, document
from hypothesis import given, settings
from hypothesis import strategies as st

from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Document
from erasmus_assistant.search.cosines import cosines, cosines_beside
from erasmus_assistant.search.features import Matcher, Probe, take_apart
from erasmus_assistant.search.index import Index, build
from erasmus_assistant.search.lexical import Term
from erasmus_assistant.search.parts import Parts
from erasmus_assistant.search.ragged import Ragged, highest, merged

LISTS = st.lists(st.lists(st.integers(0, 50), max_size=5), max_size=8)


@given(LISTS, LISTS, st.data())
def test_rows_are_taken_and_joined_as_lists_are(
    one: list[list[int]], other: list[list[int]], data: st.DataObject
) -> None:
    both = Ragged.of(one).joined(Ragged.of(other))
    order = data.draw(st.lists(st.integers(0, len(both) - 1), max_size=12)) if len(both) else []
    taken = both.take(np.array(order, np.int64))
    assert [taken.row(at).tolist() for at in range(len(taken))] == [(one + other)[at] for at in order]
    assert both.sizes(np.array(order, np.int64)).tolist() == [len((one + other)[at]) for at in order]


def test_what_is_kept_and_what_is_new_come_in_the_order_asked_for() -> None:
    assert merged(np.array([2, -1, 0, -1]), held=5).tolist() == [2, 5, 0, 6]


@pytest.fixture(scope="module")
def index(guide: Document) -> Index:
    other = document("Partners\n\nOtlas has 3 towns, see www.otlas.eu. It helps.\n\nOnly a heading\n", "one")
    return build([guide, other], LetterEncoder(), Chunking(), "print")


def test_a_passage_comes_back_as_it_was_taken_apart(index: Index) -> None:
    for number, passage in enumerate(index.passages):
        terms = index.languages[passage.language].text.terms
        assert index.parts.view(number, passage, terms) == take_apart(index.documents[passage.document], passage)


def test_parts_survive_storing(index: Index) -> None:
    held = Parts.from_arrays(index.parts.arrays())
    assert all(np.array_equal(array, held.arrays()[name]) for name, array in index.parts.arrays().items())
    assert all(array.dtype == np.int32 for array in held.arrays().values())


def test_stems_match_by_their_numbers_as_they_do_by_themselves(index: Index) -> None:
    text = index.languages["lv"].text
    words = [*text.terms[::7], "zebra"]
    terms = [Term(((word, 0.4), (words[at - 1], 0.7))) for at, word in enumerate(words)]
    matcher = Matcher(terms, [1.0] * len(terms))
    numbers = index.languages["lv"].numbers
    views = [index.parts.view(number, index.passages[number], text.terms) for number in numbers]
    other, none = Matcher(terms[:1], [2.0]), Matcher([], [])
    rows, few, no = Probe([matcher, other, none], text.ids).match(index.parts.pick(numbers).sentences)
    assert few == pytest.approx(rows[:, :1])
    assert no.shape == (len(rows), 0)
    assert rows == pytest.approx(matcher.match_all([stems for view in views for stems in view.stems]))
    assert rows.max() == 1.0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3), st.integers(1, 5000), st.integers(0, 9))
def test_cosines_are_inner_products(asked: int, rows: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    matrix = draw.standard_normal((rows, 26)).astype(np.float32)
    texts = draw.standard_normal((asked, 26)).astype(np.float32)
    texts[1:2] = 0
    assert cosines(matrix, texts) == pytest.approx(texts @ matrix.T, abs=1e-4)
    assert not cosines(matrix, texts)[1:2].any()


@pytest.mark.parametrize("rows", [3, 30_000])
def test_cosines_that_are_waited_for_are_the_same(rows: int) -> None:
    draw = np.random.default_rng(rows)
    matrix = draw.standard_normal((rows, 26)).astype(np.float32)
    texts = draw.standard_normal((2, 26)).astype(np.float32)
    first, second = cosines_beside(matrix, texts[:1]), cosines_beside(matrix, texts[1:])
    assert np.array_equal(np.concatenate([first(), second()]), cosines(matrix, texts))


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(1, 12))
def test_the_highest_come_first_and_of_equal_ones_the_earlier(values: list[int], count: int) -> None:
    expected = sorted(range(len(values)), key=lambda at: (-values[at], at))[:count]
    assert highest(np.array(values, np.float32), count).tolist() == expected
