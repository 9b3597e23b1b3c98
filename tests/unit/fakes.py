"""Small real parts for tests: an encoder whose vectors can be computed by hand, and documents made of lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from erasmus_assistant.guide.plain_text import read_plain_text
from erasmus_assistant.records import Document
from erasmus_assistant.search.tokens import fold

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class LetterEncoder:
    """Counts the letters a to z of a text, scaled to length one; remembers what it was given."""

    name = "letters"
    dimension = len(LETTERS)
    fingerprint = "letters-1"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode_questions(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        counts = np.array([[fold(text).count(letter) for letter in LETTERS] for text in texts], np.float32)
        counts = counts.reshape(len(texts), len(LETTERS))
        return np.asarray(counts / np.maximum(1e-9, np.linalg.norm(counts, axis=1, keepdims=True)), np.float32)

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.seen += texts
        return self.encode_questions(texts)


def document(text: str, name: str = "doc", language: str = "en", **known: str) -> Document:
    """A document of plain text."""
    return Document(name, name, language, text, read_plain_text(text), **known)  # type: ignore[arg-type]
