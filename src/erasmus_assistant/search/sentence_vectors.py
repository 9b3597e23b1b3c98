"""The vectors of the sentences of passages, each under its heading: computed when first asked for, the latest kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
import numpy.typing as npt

from erasmus_assistant.search.dense import Encoder
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.ragged import Places

Floats = npt.NDArray[np.float32]


class SentenceVectors:
    """Of one index, for the latest `size` passages; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder, size: int = 2000) -> None:
        self._index, self._encoder, self._size = index, encoder, size
        self._held: OrderedDict[int, Floats] = OrderedDict()
        self._lock = Lock()

    def of(self, numbers: Places) -> list[Floats]:
        """For each passage its sentences, shape (sentences, dimension), each of length one."""
        wanted = numbers.tolist()
        with self._lock:
            found = {number: self._held[number] for number in wanted if number in self._held}
        missing = [number for number in wanted if number not in found]
        if missing:
            places = np.array(missing)
            ends = np.cumsum(self._index.parts.counts(places))[:-1]
            fresh = dict(zip(missing, np.split(self._vectors(places), ends), strict=True))
            found |= fresh
            with self._lock:
                self._held |= fresh
                while len(self._held) > self._size:
                    self._held.popitem(last=False)
        return [found[number] for number in wanted]

    def _vectors(self, numbers: Places) -> Floats:
        words = self._index.words
        if words is None:
            return self._encoder.encode_passages([text for number in numbers.tolist() for text in self._texts(number)])
        titles = [self._index.passages[number].heading_path[-1:] for number in numbers.tolist()]
        rows = 2 * len(self._index.passages) + self._index.parts.rows(numbers)
        return words.sums([" ".join(title) for title in titles], self._index.parts.counts(numbers), rows)

    def _texts(self, number: int) -> list[str]:
        passage = self._index.passages[number]
        text = self._index.documents[passage.document].text[passage.start : passage.end]
        heading = " ".join(passage.heading_path[-1:])
        spans = self._index.parts.spans[self._index.parts.starts[number] : self._index.parts.starts[number + 1]]
        return [f"{heading} {text[start:end]}" for start, end in spans.tolist()]
