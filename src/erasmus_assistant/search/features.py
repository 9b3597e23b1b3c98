"""What is known of a question and a candidate passage: the numbers that the ranker weighs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Document, Passage
from erasmus_assistant.search import tokens
from erasmus_assistant.search.lexical import Term
from erasmus_assistant.search.ragged import Ints, Places, Ragged, bounds, spread

LINK = re.compile(r"(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:eu|org|net|com|lv|int)\b", re.IGNORECASE)
FIGURE = re.compile(r"(?<![\w/.-])\d+(?:[.,]\d+)*(?![\w/])")
ENUMERATION = re.compile(r"\b\d\)\s.*\b\d\)\s|(?:[^,;]{3,60}[,;]){4}", re.DOTALL)
BULLET = re.compile(r"^\s*(?:[•●▪◦‣·*–—-]|\(?\w{1,2}\))\s", re.MULTILINE)

SEMANTIC = ("maxsim", "maxsim_heading", "maxsim_rest", "maxsim_sentence", "maxsim_sentence_rest")
MATCHED = ("heading", "body", "sentence", "pair", "rest", "sentence_rest", "missing")
FEATURES = (
    *("bm25", "bm25_focus", "dense", "dense_focus", "carried", "carried_heading"),
    *("named", "carried_named", "carried_dense"),
    *SEMANTIC,
    *(f"{name}_focus" for name in SEMANTIC),
    *MATCHED,
    *(f"fuzzy_{name}" for name in MATCHED),
    *(f"focus_{name}" for name in ("heading", "body", "sentence", "rest")),
    *("where_link", "number_figure", "list_items", "define_first", "unasked_link", "first", "length"),
    *("dense_sentence", "clause", "clauses"),
)
"""The names of a candidate's features, in the order of its row."""

Floats = npt.NDArray[np.float32]
_NONE = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


NUMBERS = Path(__file__).parent / "numbers.toml"


@lru_cache(maxsize=32)
def number_stems(language: str) -> frozenset[str]:
    """The stems of the number words of a language, from two on."""
    return frozenset(tokens.stem(word, language) for word in _number_words().get(language, ()))


@lru_cache(maxsize=1)
def _number_words() -> dict[str, list[str]]:
    return tomllib.loads(NUMBERS.read_text("utf-8"))


def holds_figure(sentence: str, stems: frozenset[str], language: str) -> bool:
    """Whether a sentence states a number, in digits (not those of an address) or in words."""
    return FIGURE.search(LINK.sub(" ", sentence)) is not None or not stems.isdisjoint(number_stems(language))


@dataclass(frozen=True, slots=True)
class View:
    """A passage taken apart once: its sentences as spans of the document, their stems and those of its headings.

    `heading` has the stems of the two nearest headings, `title` those of the nearest.
    """

    sentences: tuple[tuple[int, int], ...]
    stems: tuple[frozenset[str], ...]
    heading: frozenset[str]
    title: frozenset[str]
    link: bool
    figure: bool
    items: int


def sentences_of(document: Document, passage: Passage) -> list[tuple[int, int]]:
    """The sentences of a passage; each item of a list and row of a table is one, a bare link joins the one before."""
    spans: list[tuple[int, int]] = []
    at = passage.body
    for line in document.text[passage.body : passage.end].splitlines(keepends=True):
        for start, end in sentence_spans(document.text, at, at + len(line)):
            if spans and LINK.fullmatch(document.text[start:end].rstrip(".")):
                start = spans.pop()[0]
            spans.append((start, end))
        at += len(line)
    return spans


def take_apart(document: Document, passage: Passage) -> View:
    """Everything about a passage that each question asks: the index keeps it (`parts`)."""
    spans = sentences_of(document, passage)
    texts = [document.text[start:end] for start, end in spans]
    body = document.text[passage.body : passage.end]
    stems = tuple(frozenset(tokens.stems(text, passage.language)) for text in texts)
    return View(
        tuple(spans),
        stems,
        frozenset(tokens.stems(" ".join(passage.heading_path[-2:]), passage.language)),
        frozenset(tokens.stems(" ".join(passage.heading_path[-1:]), passage.language)),
        LINK.search(body) is not None,
        any(holds_figure(text, held, passage.language) for text, held in zip(texts, stems, strict=True)),
        len(BULLET.findall(body)),
    )


class Matcher:
    """The terms of a question, ready to be held against the stems of many sentences."""

    def __init__(self, terms: Sequence[Term], values: Sequence[float]) -> None:
        self.terms = terms
        self.values = np.array(values, np.float32)
        self.total = float(self.values.sum()) or 1.0

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, float]]]:
        """The terms that each word may stand for, by their places, and how likely it does."""
        found: dict[str, list[tuple[int, float]]] = {}
        for place, term in enumerate(self.terms):
            for word, share in term.alternatives:
                found.setdefault(word, []).append((place, share))
        return found

    def match(self, stems: frozenset[str]) -> Floats:
        """How likely each term stands in the stems: shape (terms,), each 0 to 1."""
        found: Floats = self.match_all([stems])[0]
        return found

    def match_all(self, texts: Sequence[frozenset[str]]) -> Floats:
        """The same for many texts, shape (texts, terms)."""
        rows, known = [], self._places.keys()
        for stems in texts:
            row = [0.0] * len(self.values)
            for word in stems & known:
                for place, share in self._places[word]:
                    row[place] += share
            rows.append(row)
        return np.minimum(np.array(rows, np.float32).reshape(len(texts), len(self.values)), 1.0)

    def shares(self, rows: Floats) -> Floats:
        """The share of the question's value in each row."""
        return np.asarray(rows @ self.values / self.total, np.float32)


class Probe:
    """The terms of some matchers, looked up together and once in the vocabulary `ids` of a language."""

    def __init__(self, matchers: Sequence[Matcher], ids: Mapping[str, int]) -> None:
        self.matchers, self._size = matchers, len(ids)
        self._begins = bounds([len(matcher.terms) for matcher in matchers]).tolist()
        terms = [term for matcher in matchers for term in matcher.terms]
        found = sorted(
            (ids[word], at, share) for at, term in enumerate(terms) for word, share in term.alternatives if word in ids
        )
        stems, places, shares = (np.array(column) for column in zip(*found, strict=True)) if found else _NONE
        self._places: Places = places
        self._shares: npt.NDArray[np.float64] = shares
        self._firsts = np.flatnonzero(np.diff(stems, prepend=-1))
        self._sizes = np.diff(self._firsts, append=len(stems))
        self._stems = stems[self._firsts]

    def match(self, rows: Ragged) -> list[Floats]:
        """`match_all` of each matcher for rows of stems that are numbers."""
        count = self._begins[-1]
        slots = np.full(self._size, -1, np.int32)
        slots[self._stems] = np.arange(len(self._stems))
        slot = slots[rows.values]
        hits = np.flatnonzero(slot >= 0)
        slot = slot[hits]
        sizes = self._sizes[slot]
        chosen = spread(self._firsts[slot], sizes)
        owner = np.repeat(np.arange(len(rows)), np.diff(rows.starts))[hits]
        at = np.repeat(owner, sizes) * count + self._places[chosen]
        found = np.bincount(at, self._shares[chosen], len(rows) * count).astype(np.float32)
        found = np.minimum(found.reshape(len(rows), count), np.float32(1.0))
        return [np.ascontiguousarray(found[:, one:other]) for one, other in pairwise(self._begins)]


def hold_against(matcher: Matcher, heading: Floats, rows: Floats, sizes: Places) -> Floats:
    """A question held against many passages: shares of its value, shape (passages, MATCHED), 0 to 1 each.

    `heading` has a row of matches a passage, `rows` one a sentence, `sizes` how many of them each
    passage has. `rest` leaves out the terms that the headings already hold, `pair` looks at two
    neighbouring sentences, `missing` is the value of the best term that the passage lacks, of the best of all.
    """
    found = np.zeros((len(sizes), len(MATCHED)), np.float32)
    found[:, -1] = 1
    filled = np.flatnonzero(sizes)
    values, total = matcher.values, matcher.total
    if not len(filled) or not len(values):
        return found
    heading = heading[filled]
    starts = bounds(sizes[filled])[:-1]
    owner = np.repeat(np.arange(len(filled)), sizes[filled])
    body = np.maximum.reduceat(rows, starts)
    pairs = rows.copy()
    inner = np.flatnonzero(owner[:-1] == owner[1:])
    pairs[inner] = np.maximum(rows[inner], rows[inner + 1])
    left = values * (1 - heading)
    open_total = np.maximum(left.sum(axis=1), 0.15 * total)
    missing = values * (1 - np.maximum(heading, body))
    columns = (
        heading @ values / total,
        body @ values / total,
        np.maximum.reduceat(rows @ values, starts) / total,
        np.maximum.reduceat(pairs @ values, starts) / total,
        (body * left).sum(axis=1) / open_total,
        np.maximum.reduceat((rows * left[owner]).sum(axis=1), starts) / open_total,
        missing.max(axis=1) / max(float(values.max()), 1e-6),
    )
    found[filled] = np.stack(columns, axis=1)
    return found


def shape(intents: frozenset[str], marks: Ints, passages: Sequence[Passage]) -> Floats:
    """What passages have of what the question asks for, and how they are cut: one row each.

    `marks` are those of `Parts`: link, figure, items.
    """
    link, figure, items = marks[:, 0], marks[:, 1], marks[:, 2]
    first = np.array([passage.body > passage.start for passage in passages], np.float32)
    columns = (
        ("where" in intents) * link,
        ("how_many" in intents) * figure,
        ("list" in intents) * (items > 1),
        ("define" in intents) * first,
        ("where" not in intents) * link,
        first,
        np.array([min(2.0, len(passage.text) / 500) for passage in passages]),
    )
    return np.stack(columns, axis=1).astype(np.float32)
