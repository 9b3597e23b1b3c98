"""The vectors of a question: of the whole, its core, what was said before, and its clauses; encoded at one go."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Question
from erasmus_assistant.search.clauses import clauses
from erasmus_assistant.search.conversation import focus
from erasmus_assistant.search.dense import Encoder, StaticEncoder

Floats = npt.NDArray[np.float32]


class QuestionVectors:
    """Those of the latest questions are kept; safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._of = lru_cache(maxsize=256)(self._encoded)

    def whole(self, question: Question) -> Floats:
        """Shape (dimension,)."""
        return self._of(question)[question.text]

    def spoken(self, question: Question) -> tuple[Floats, list[int]]:
        """Of the distinct ones of the question, its core and what was said before, and which is that of each."""
        texts = _spoken(question)
        distinct = list(dict.fromkeys(texts))
        held = self._of(question)
        return np.stack([held[text] for text in distinct]), [distinct.index(text) for text in texts]

    def clauses(self, question: Question) -> Floats:
        """Of a question and of each of its clauses, shape (dimension, 1 + clauses)."""
        held = self._of(question)
        return np.stack([held[text] for text in (question.text, *self._pieces(question))], axis=1)

    def _encoded(self, question: Question) -> Mapping[str, Floats]:
        texts = list(dict.fromkeys([*_spoken(question), *self._pieces(question)]))
        return dict(zip(texts, self._encoder.encode_questions(texts), strict=True))

    def _pieces(self, question: Question) -> tuple[str, ...]:
        # Another encoder than ours would take long for each.
        static = isinstance(self._encoder, StaticEncoder)
        return clauses(question.text, question.language) if static else (question.text,)


def _spoken(question: Question) -> list[str]:
    """A question, its core, and what was said before."""
    return [question.text, question.text[focus(question.text) :], " ".join(question.context[:2])]
