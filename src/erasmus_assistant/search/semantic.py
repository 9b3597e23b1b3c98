"""MaxSim between a question and passages: how well each word of the one is met by the words of the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.features import SEMANTIC
from erasmus_assistant.search.index import Index

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
    first = [index.sentence_row(number) for number in numbers]
    sizes = [index.sentence_row(number + 1) - row for number, row in zip(numbers, first, strict=True)]
    rows = [row + at for row, size in zip(first, sizes, strict=True) for at in range(size)]
    best = words.best(vectors, [*numbers.tolist(), *(numbers + count).tolist(), *rows])
    body, heading, sentences = np.split(best, [len(numbers), 2 * len(numbers)])
    left = weights * (1 - np.clip(heading, 0, 1))
    open_total = np.maximum(left.sum(axis=1), 0.15 * weights.sum())
    total = weights.sum()
    found[:, 0] = body @ weights / total
    found[:, 1] = heading @ weights / total
    found[:, 2] = (body * left).sum(axis=1) / open_total
    at = 0
    for place, size in enumerate(sizes):
        own = sentences[at : at + size]
        at += size
        if size:
            found[place, 3] = (own @ weights).max() / total
            found[place, 4] = (own @ left[place]).max() / open_total[place]
    return found
