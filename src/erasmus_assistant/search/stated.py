"""Whether the best passages state a thing of the kind that is asked for, beside the words of the question.

"How many schools are in the Ring?" is answered by "38 schools", not by another sentence of the Ring's section; a
passage that is right by its words may hold neither.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Passage
from erasmus_assistant.search.dense import StaticEncoder
from erasmus_assistant.search.features import LINK, number_stems
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.tokens import spans, stem

KINDS = ("figure", "money", "year", "link", "name")
_MONEY = re.compile(r"€|\b(?:euro?s?|eur|eiro|evro\w*|ευρώ)\b|%", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NAME = re.compile(r"(?<=[^.!?:\s] )[^\W\d_a-z]\w*[a-zà-ž]\w* [^\W\d_a-z]\w*[a-zà-ž]")
_BEHIND = 2
"""Words behind a figure that may say what is counted."""
_LEAST_OPEN = 0.15
"""Share of a question's weight that is open at the least, however much of it a heading has."""
_TELLING = 0.5
"""Words of less than this share of the heaviest one's weight are not what is counted."""


class Looks(NamedTuple):
    """Which of KINDS a sentence states, and the words behind its figures."""

    kinds: tuple[bool, ...]
    counted: str


def stated(index: Index, encoder: StaticEncoder, question: str, numbers: npt.NDArray[np.int64]) -> dict[str, float]:
    """How well the best sentence of each kind, and of any, meets what the headings leave open of a question.

    `counted` is the cosine of a word behind a figure with the nearest word that is still open.
    """
    facts = dict.fromkeys(("stated_any", *(f"stated_{kind}" for kind in KINDS), "counted"), 0.0)
    _, vectors, weights = encoder.token_vectors(question)
    sizes = index.parts.counts(numbers)
    if index.words is None or not len(weights) or not sizes.any():
        return facts
    rows = 2 * len(index.passages) + index.parts.rows(numbers)
    best = index.words.best(vectors, np.concatenate([numbers + len(index.passages), rows]))
    heading, sentences = np.split(best, [len(numbers)])
    open_ = np.repeat(1 - np.clip(heading, 0, 1), sizes, axis=0)
    left = open_ * weights
    met = (sentences * left).sum(axis=1) / np.maximum(left.sum(axis=1), _LEAST_OPEN * weights.sum())
    seen = [looks for number in numbers.tolist() for looks in _looks_of(index, number)]
    kinds = np.array([looks.kinds for looks in seen])
    facts["stated_any"] = float(met.max())
    for kind, states in zip(KINDS, kinds.T, strict=True):
        facts[f"stated_{kind}"] = float(met[states].max(initial=0.0))
    telling = open_ * (weights >= _TELLING * weights.max())
    near = [
        float(((encoder.token_vectors(looks.counted)[1] @ vectors.T).max(axis=0) * row).max())
        for looks, row in zip(seen, telling, strict=True)
        if looks.counted
    ]
    facts["counted"] = max(near, default=0.0)
    return facts


def _looks_of(index: Index, number: int) -> list[Looks]:
    passage: Passage = index.passages[number]
    parts = index.parts
    places = parts.spans[parts.starts[number] : parts.starts[number + 1]].tolist()
    return [looks(passage.text[start:end], passage.language) for start, end in places]


@lru_cache(maxsize=4096)
def looks(sentence: str, language: str) -> Looks:
    """What kinds of thing a sentence states."""
    plain = LINK.sub(" ", sentence)
    numbers = number_stems(language)
    words = [word for word, _, _ in spans(plain)]
    figures = [at for at, word in enumerate(words) if word.isdigit() or stem(word.casefold(), language) in numbers]
    behind = {at + step for at in figures for step in range(1, _BEHIND + 1)} - set(figures)
    counted = " ".join(words[at] for at in sorted(behind) if at < len(words))
    found = (
        bool(figures),
        bool(figures) and _MONEY.search(plain) is not None,
        _YEAR.search(plain) is not None,
        plain != sentence or "@" in sentence,
        _NAME.search(plain) is not None,
    )
    return Looks(found, counted)
