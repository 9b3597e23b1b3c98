"""The words of every passage as vectors, and MaxSim: how well a passage answers each word of a question."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Self

import numpy as np

from erasmus_assistant.search.dense import Floats, StaticEncoder
from erasmus_assistant.search.ragged import Ints, Places, Ragged, bounds, merged

_KEEP_ALL_WORDS = 50_000
_AT_ONCE = 200_000
"""Where there are no more pairs of a word and one of the question, all are compared at once, and kept for a moment."""
_LATEST = 4


class PassageWords:
    """The words of texts ("rows"), stored as numbers: vectors come from the encoder's table.

    `pieces` holds the pieces of each distinct word, in the order in which the words first come;
    `words` the words of each row.
    """

    def __init__(self, encoder: StaticEncoder, pieces: Ragged, words: Ragged) -> None:
        self.encoder, self.pieces, self.words = encoder, pieces, words
        self._latest: deque[tuple[Floats, Floats]] = deque(maxlen=_LATEST)
        self._title = lru_cache(maxsize=4096)(lambda title: encoder.word_pieces([title])[0])

    @classmethod
    def build(cls, encoder: StaticEncoder, texts: Sequence[str]) -> Self:
        """Take the words of all rows apart."""
        numbers: dict[tuple[int, ...], int] = {}
        rows = [[numbers.setdefault(word, len(numbers)) for word in row] for row in encoder.word_pieces(texts)]
        return cls(encoder, Ragged.of(numbers), Ragged.of(rows))

    @classmethod
    def updated(cls, held: PassageWords, kept: Places, texts: Sequence[str]) -> Self:
        """Row k is row `kept[k]` of `held`, for each -1 the next of `texts`; the same as if all had been built."""
        fresh = cls.build(held.encoder, texts)
        if not len(held):
            return fresh
        numbers = {word: number for number, word in enumerate(held._distinct())}
        own = np.array([numbers.setdefault(word, len(numbers)) for word in fresh._distinct()], np.int32)
        words = held.words.joined(fresh.words.renumbered(own)).take(merged(kept, len(held)))
        order = _by_first_place(words.values, len(numbers))
        places = np.zeros(len(numbers), np.int32)
        places[order] = np.arange(len(order))
        new = Ragged.of(list(numbers)[len(held.pieces) :])
        return cls(held.encoder, held.pieces.joined(new).take(order), words.renumbered(places))

    @classmethod
    def from_arrays(cls, encoder: StaticEncoder, arrays: Mapping[str, Ints]) -> Self:
        """From what `arrays` gave."""
        pieces = Ragged(arrays["pieces"], arrays["piece_starts"])
        return cls(encoder, pieces, Ragged(arrays["words"], arrays["word_starts"]))

    def arrays(self) -> dict[str, Ints]:
        """What to store in the index (`np.savez`)."""
        pieces, words = self.pieces, self.words
        arrays = {"pieces": pieces.values, "piece_starts": pieces.starts}
        return arrays | {"words": words.values, "word_starts": words.starts}

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def vectors(self) -> Floats | None:
        """Those of all words, shape (words, dimension), where the corpus is small enough to keep them."""
        if not 0 < len(self.pieces) <= _KEEP_ALL_WORDS:
            return None
        return self.encoder.word_vectors(self.pieces.values, self.pieces.starts[:-1])

    def scores(self, question_vectors: Floats, question_weights: Floats, rows: Sequence[int] | Places) -> Floats:
        """MaxSim of a question with some rows, (len(rows),): see `maxsim`."""
        best = self.best(question_vectors, rows)
        return np.asarray(best @ question_weights / max(float(question_weights.sum()), 1e-9), np.float32)

    def best(self, question_vectors: Floats, rows: Sequence[int] | Places) -> Floats:
        """The cosine of each question word with its nearest word of each row, (len(rows), t); 0 for an empty row."""
        rows = np.asarray(rows, np.int64)
        found = np.zeros((len(rows), len(question_vectors)), dtype=np.float32)
        sizes = self.words.sizes(rows)
        filled = np.flatnonzero(sizes)
        if not len(filled) or not len(question_vectors):
            return found
        chosen = self.words.values[self.words.places(rows)]
        found[filled] = np.maximum.reduceat(self._cosines(chosen, question_vectors), bounds(sizes[filled])[:-1], axis=0)
        return found

    def nearest(self, question_vectors: Floats, rows: Sequence[int] | Places) -> Floats:
        """For each word of a question the cosine with the nearest word of any of these rows, (t,)."""
        chosen = self.words.values[self.words.places(np.asarray(rows, np.int64))]
        if not len(chosen) or not len(question_vectors):
            return np.zeros(len(question_vectors), np.float32)
        return np.asarray(self._cosines(chosen, question_vectors).max(axis=0), np.float32)

    def sums(self, titles: Sequence[str], counts: Places, rows: Places) -> Floats:
        """The vectors of rows, each under a title, of length one: those of `title row` as the encoder has them.

        The first `counts[0]` rows stand under the first title, and so on. The pieces of the rows are known,
        so only titles are taken apart.
        """
        above = Ragged.of([[piece for word in self._title(title) for piece in word] for title in titles])
        words = self.words.take(rows)
        pieces = self.pieces.take(words.values)
        both = above.joined(Ragged(pieces.values, pieces.starts[words.starts]))
        owner = np.repeat(np.arange(len(titles)), counts)
        joined = both.take(np.column_stack([owner, len(titles) + np.arange(len(rows))]).ravel())
        starts = joined.starts[::2]
        filled = np.flatnonzero(np.diff(starts))
        found = np.zeros((len(rows), self.encoder.dimension), np.float32)
        if len(filled):
            found[filled] = self.encoder.word_vectors(joined.values, starts[filled])
        return found

    def _cosines(self, words: Ints, asked: Floats) -> Floats:
        """The cosine of each of some words with each of a question, (words, t)."""
        if self.vectors is not None and len(self.vectors) * len(asked) <= _AT_ONCE:
            return self._with_all(self.vectors, asked).take(words, axis=0)
        distinct = self._distinct_of(words)
        places = np.empty(len(self.pieces), np.int32)
        places[distinct] = np.arange(len(distinct))
        similar: Floats = (self._vectors_of(distinct) @ asked.T).take(places[words], axis=0)
        return similar

    def _with_all(self, vectors: Floats, asked: Floats) -> Floats:
        """The cosines of all words; a question is looked at several times, so the latest are kept."""
        for held, similar in tuple(self._latest):
            if held is asked:
                return similar
        found: Floats = vectors @ asked.T
        self._latest.append((asked, found))
        return found

    def _distinct_of(self, words: Ints) -> Places:
        held = np.zeros(len(self.pieces), np.bool_)
        held[words] = True
        return np.flatnonzero(held)

    def _distinct(self) -> list[tuple[int, ...]]:
        values, starts = self.pieces.values.tolist(), self.pieces.starts.tolist()
        return [tuple(values[one:other]) for one, other in pairwise(starts)]

    def _vectors_of(self, words: Places) -> Floats:
        if self.vectors is not None:
            return self.vectors[words]
        return self.encoder.word_vectors(
            self.pieces.values[self.pieces.places(words)], bounds(self.pieces.sizes(words))[:-1]
        )


def _by_first_place(values: Ints, count: int) -> Places:
    """The distinct values, all below `count`, in the order in which they first come."""
    first = np.full(count, len(values))
    # Of places that are assigned more than once the last stays: here the first, for they come backwards.
    first[values[::-1]] = np.arange(len(values) - 1, -1, -1)
    held = np.flatnonzero(first < len(values))
    order: Places = held[np.argsort(first[held])]
    return order


def maxsim(question_vectors: Floats, question_weights: Floats, passage_vectors: Floats) -> float:
    """How well a passage answers each word of a question: -1 to 1.

    The weighted mean, over the words of the question, of the cosine with the nearest word of the
    passage (late interaction, Khattab and Zaharia 2020). Vectors are rows of length one.
    """
    if not len(question_vectors) or not len(passage_vectors):
        return 0.0
    best = (question_vectors @ passage_vectors.T).max(axis=1)
    return float(best @ question_weights / max(float(question_weights.sum()), 1e-9))
