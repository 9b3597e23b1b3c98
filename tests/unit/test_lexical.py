"""BM25 over probabilistic structured queries, each expected value written as its arithmetic."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.search import lexical
from erasmus_assistant.search.lexical import Postings, Term

TEXTS = [["a", "b", "a"], ["b", "c", "c", "c", "c"], ["d"]]


@pytest.fixture
def postings() -> Postings:
    return Postings.build(TEXTS)


def one(word: str, weight: float = 1.0) -> Term:
    return Term(((word, 1.0),), weight)


def test_a_word_scores_as_bm25_says(postings: Postings) -> None:
    scores, shares = postings.scores([one("a")])
    idf = log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    norm = 1.2 * (1 - 0.5 + 0.5 * 3 / 3)
    assert scores.tolist() == pytest.approx([idf * 2 * 2.2 / (2 + norm), 0, 0])
    assert shares.tolist() == [1, 0, 0]


def test_a_long_passage_counts_less(postings: Postings) -> None:
    scores, _ = postings.scores([one("b")])
    idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    assert scores.tolist() == pytest.approx(
        [
            idf * 1 * 2.2 / (1 + 1.2 * (1 - 0.5 + 0.5 * 3 / 3)),
            idf * 1 * 2.2 / (1 + 1.2 * (1 - 0.5 + 0.5 * 5 / 3)),
            0,
        ]
    )


def test_translations_are_one_word_with_expected_frequency_and_rarity(postings: Postings) -> None:
    term = Term((("a", 0.75), ("c", 0.25)))
    found = 0.75 * 1 + 0.25 * 1
    idf = log(1 + (3 - found + 0.5) / (found + 0.5))
    assert postings.idf(term) == pytest.approx(idf)
    scores, shares = postings.scores([term])
    first, second = 0.75 * 2, 0.25 * 4
    assert scores.tolist() == pytest.approx(
        [idf * first * 2.2 / (first + 1.2), idf * second * 2.2 / (second + 1.2 * (0.5 + 0.5 * 5 / 3)), 0]
    )
    assert shares.tolist() == pytest.approx([1, 1, 0])


def test_alternatives_in_one_passage_add_up(postings: Postings) -> None:
    passages, frequencies = postings.weights(Term((("a", 0.5), ("b", 0.25))))
    assert passages.tolist() == [0, 1]
    assert frequencies.tolist() == pytest.approx([0.5 * 2 + 0.25 * 1, 0.25 * 1])


def test_the_share_weighs_terms_by_weight_and_rarity(postings: Postings) -> None:
    _, shares = postings.scores([one("a", 0.5), one("b")])
    a, b = 0.5 * log(1 + 2.5 / 1.5), log(1 + 1.5 / 2.5)
    assert shares.tolist() == pytest.approx([1, b / (a + b), 0])


def test_an_unknown_word_scores_nothing_and_lowers_the_share(postings: Postings) -> None:
    scores, shares = postings.scores([one("a"), one("zebra")])
    a, zebra = log(1 + 2.5 / 1.5), log(1 + 3.5 / 0.5)
    assert scores[0] == pytest.approx(postings.scores([one("a")])[0][0])
    assert shares[0] == pytest.approx(a / (a + zebra))
    assert not postings.holds("zebra")


def test_no_terms_and_no_passages_are_zeros() -> None:
    assert Postings.build(TEXTS).scores([])[0].tolist() == [0, 0, 0]
    empty = Postings.build([])
    assert empty.scores([one("a")])[0].tolist() == []


WORDS = st.lists(st.lists(st.sampled_from(["a", "b", "c", "ā", "šķ"]), max_size=8), max_size=6)


@given(WORDS)
def test_frequencies_are_those_of_the_texts(texts: list[list[str]]) -> None:
    postings = Postings.build(texts)
    assert postings.terms == tuple(sorted({word for text in texts for word in text}))
    for word in postings.terms:
        passages, frequencies = postings.weights(one(word))
        wanted = {number: text.count(word) for number, text in enumerate(texts) if word in text}
        assert dict(zip(passages.tolist(), frequencies.tolist(), strict=True)) == wanted


@pytest.mark.parametrize("texts", [TEXTS, [], [[]], [["ā"], []]])
def test_what_is_loaded_is_what_was_saved(tmp_path: Path, texts: list[list[str]]) -> None:
    postings = Postings.build(texts)
    postings.save(tmp_path / "lv-text")
    held = Postings.load(tmp_path / "lv-text")
    assert held.terms == postings.terms
    for name in ("offsets", "passages", "frequencies", "lengths"):
        assert np.array_equal(getattr(held, name), getattr(postings, name))


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=8), st.data())
def test_an_updated_index_is_the_one_built_anew(texts: list[list[str]], data: st.DataObject) -> None:
    held = Postings.build(texts)
    order = data.draw(st.permutations(range(len(texts))))
    kept = [at if data.draw(st.booleans()) else -1 for at in order]
    fresh = [data.draw(st.lists(st.sampled_from("efgh"), max_size=4)) for at in kept if at < 0]
    rest = iter(fresh)
    wanted = Postings.build([texts[at] if at >= 0 else next(rest) for at in kept])
    found = Postings.updated(held, np.array(kept, np.int64), fresh)
    assert found.terms == wanted.terms
    for name in ("offsets", "passages", "frequencies", "lengths"):
        assert np.array_equal(getattr(found, name), getattr(wanted, name))
        assert getattr(found, name).dtype == np.int32


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), min_size=1, max_size=30), st.integers(1, 4))
def test_wider_terms_are_compared_as_they_score_alone(texts: list[list[str]], together: int) -> None:
    postings = Postings.build(texts)
    terms = [Term((("a", 0.5), ("b", 0.25)), 2.0), one("c"), Term((("zebra", 1.0),))]
    wider = [Term((("a", 0.5), ("b", 0.75), ("d", 0.4)), 2.0), one("c"), Term((("e", 0.3), ("zebra", 1.0)))]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lexical, "_TOGETHER", together * len(texts))
        scores, shares, wide = postings.compared(terms, wider)
    assert scores == pytest.approx(postings.scores(terms)[0], abs=1e-6)
    assert shares == pytest.approx(postings.shares(terms), abs=1e-6)
    assert wide == pytest.approx(postings.scores(wider)[1], abs=1e-6)


@pytest.mark.parametrize("together", [1, 10_000])
def test_frequencies_of_all_passages_give_the_scores_of_single_ones(
    together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(1)
    postings = Postings.build([draw.choice(list("abcdefg"), draw.integers(1, 5)).tolist() for _ in range(200)])
    terms = [Term((("a", 0.7), ("b", 0.3))), one("c", 0.5), one("z"), Term((("d", 0.9), ("z", 0.1)))]
    wider = [Term((*term.alternatives, ("e", 0.4), ("f", 0.8))) for term in terms]
    monkeypatch.setattr(lexical, "_TOGETHER", together)
    found = []
    for dense in (0, 200):
        monkeypatch.setattr(lexical, "_DENSE", dense)
        found.append([*postings.compared(terms, wider), postings.shares(wider)])
    assert all(map(np.array_equal, *found))
