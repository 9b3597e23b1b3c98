"""What is known of a question and a candidate passage: the numbers that the ranker weighs."""

from __future__ import annotations

import re
import tomllib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Document, Passage
from erasmus_assistant.search import tokens
from erasmus_assistant.search.lexical import Term

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
)
"""The names of a candidate's features, in the order of its row."""

Floats = npt.NDArray[np.float32]


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
    """A passage taken apart once: its sentences as spans of the document, their stems and those of its headings."""

    sentences: tuple[tuple[int, int], ...]
    stems: tuple[frozenset[str], ...]
    heading: frozenset[str]
    link: bool
    figure: bool
    items: int


class Views:
    """Views of passages, the latest `size` kept."""

    def __init__(self, size: int = 5000) -> None:
        self._size = size
        self._held: OrderedDict[str, View] = OrderedDict()

    def of(self, document: Document, passage: Passage) -> View:
        view = self._held.get(passage.id)
        if view is None:
            view = self._held[passage.id] = take_apart(document, passage)
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        return view


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
    """Everything about a passage that each question asks anew."""
    spans = sentences_of(document, passage)
    texts = [document.text[start:end] for start, end in spans]
    body = document.text[passage.body : passage.end]
    stems = tuple(frozenset(tokens.stems(text, passage.language)) for text in texts)
    return View(
        tuple(spans),
        stems,
        frozenset(tokens.stems(" ".join(passage.heading_path[-2:]), passage.language)),
        LINK.search(body) is not None,
        any(holds_figure(text, held, passage.language) for text, held in zip(texts, stems, strict=True)),
        len(BULLET.findall(body)),
    )


class Matcher:
    """The terms of a question, ready to be held against the stems of many sentences."""

    __slots__ = ("_places", "_words", "total", "values")

    def __init__(self, terms: Sequence[Term], values: Sequence[float]) -> None:
        self.values = np.array(values, np.float32)
        self.total = float(self.values.sum()) or 1.0
        self._places: dict[str, list[tuple[int, float]]] = {}
        for place, term in enumerate(terms):
            for word, share in term.alternatives:
                self._places.setdefault(word, []).append((place, share))
        self._words = frozenset(self._places)

    def match(self, stems: frozenset[str]) -> Floats:
        """How likely each term stands in the stems: shape (terms,), each 0 to 1."""
        found: Floats = self.match_all([stems])[0]
        return found

    def match_all(self, texts: Sequence[frozenset[str]]) -> Floats:
        """The same for many texts, shape (texts, terms)."""
        rows = []
        for stems in texts:
            row = [0.0] * len(self.values)
            for word in stems & self._words:
                for place, share in self._places[word]:
                    row[place] += share
            rows.append(row)
        return np.minimum(np.array(rows, np.float32).reshape(len(texts), len(self.values)), 1.0)

    def sentences(self, view: View) -> Floats:
        """One row a sentence: shape (sentences, terms)."""
        return self.match_all(view.stems)

    def shares(self, rows: Floats) -> Floats:
        """The share of the question's value in each row."""
        return np.asarray(rows @ self.values / self.total, np.float32)


@dataclass(frozen=True, slots=True)
class Matched:
    """A question held against one passage: shares of the question's value, 0 to 1 each.

    `rest` leaves out the terms that the headings already hold, `pair` looks at two neighbouring
    sentences, `missing` is the value of the best term that the passage lacks, of the best of all.
    """

    heading: float
    body: float
    sentence: float
    pair: float
    rest: float
    sentence_rest: float
    missing: float


def hold_against(matcher: Matcher, view: View) -> Matched:
    """The match of a passage, from those of its headings and sentences."""
    return Matched(*hold_all(matcher, [view])[0].tolist())


def hold_all(matcher: Matcher, views: Sequence[View]) -> Floats:
    """The matches of many passages, shape (views, fields of Matched)."""
    found = np.zeros((len(views), len(MATCHED)), np.float32)
    found[:, -1] = 1
    filled = [at for at, view in enumerate(views) if view.stems]
    values, total = matcher.values, matcher.total
    if not filled or not len(values):
        return found
    sizes = [len(views[at].stems) for at in filled]
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(filled)), sizes)
    rows = matcher.match_all([stems for at in filled for stems in views[at].stems])
    heading = matcher.match_all([views[at].heading for at in filled])
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


def shape(intents: frozenset[str], passage: Passage, view: View) -> tuple[float, ...]:
    """What a passage has of what the question asks for, and how it is cut."""
    first = passage.body > passage.start
    return (
        "where" in intents and view.link,
        "how_many" in intents and view.figure,
        "list" in intents and view.items > 1,
        "define" in intents and first,
        "where" not in intents and view.link,
        first,
        min(2.0, len(passage.text) / 500),
    )
