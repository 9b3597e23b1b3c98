"""MaxSim between a question and passages: how well each word of the one is met by the words of the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.features import SEMANTIC
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.ragged import bounds

Floats = npt.NDArray[np.float32]


def likeness(index: Index, encoder: Encoder, text: str, numbers: npt.NDArray[np.int64]) -> Floats:
    """MaxSim by word vectors, shape (candidates, 5): of the passage, its headings, and its best sentence.

    The `rest` of passage and sentence weighs a word less the nearer a heading has it.
    """
    found = np.zeros((len(numbers), len(SEMANTIC)), np.float32)
    words = index.words
    if words is None or not isinstance(encoder, StaticEncoder) or not len(numbers):
        return found
    _, vectors, weights = encoder.token_vectors(text)
    if not len(weights):
        return found
    count = len(index.passages)
    sizes = index.parts.counts(numbers)
    rows = 2 * count + index.parts.rows(numbers)
    best = words.best(vectors, np.concatenate([numbers, numbers + count, rows]))
    body, heading, sentences = np.split(best, [len(numbers), 2 * len(numbers)])
    left = weights * (1 - np.clip(heading, 0, 1))
    open_total = np.maximum(left.sum(axis=1), 0.15 * weights.sum())
    total = weights.sum()
    found[:, 0] = body @ weights / total
    found[:, 1] = heading @ weights / total
    found[:, 2] = (body * left).sum(axis=1) / open_total
    filled = np.flatnonzero(sizes)
    if len(filled):
        starts = bounds(sizes[filled])[:-1]
        owner = np.repeat(np.arange(len(numbers)), sizes)
        found[filled, 3] = np.maximum.reduceat(sentences @ weights, starts) / total
        rest = np.maximum.reduceat((sentences * left[owner]).sum(axis=1), starts)
        found[filled, 4] = rest / open_total[filled]
    return found
