"""Vectors of sentences come from the pieces that the index holds, and are those that the encoder gives."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import LetterEncoder, document

from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Document
from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.index import Index, build
from erasmus_assistant.search.sentence_vectors import SentenceVectors

TEXTS = (
    "No heading stands here. ??? A second sentence, with Otlas.\n",
    "Schools\n\nTeachers meet in eTwinning.\n\n• one,\n• two (2026).\n\nNetworks\n\nEurydice describes schools.\n",
)


def expected(index: Index, number: int) -> list[str]:
    passage = index.passages[number]
    view = index.parts.view(number, passage, index.languages[passage.language].text.terms)
    heading = " ".join(passage.heading_path[-1:])
    return [f"{heading} {index.documents[passage.document].text[start:end]}" for start, end in view.sentences]


def check(documents: list[Document], encoder: Encoder, size: int) -> None:
    index = build(documents, encoder, Chunking(), "print")
    vectors = SentenceVectors(index, encoder, size)
    numbers = np.arange(len(index.passages))
    for asked in (numbers[1:], numbers, numbers[::-1]):
        for number, found in zip(asked.tolist(), vectors.of(asked), strict=True):
            assert np.array_equal(found, encoder.encode_passages(expected(index, number)))


@pytest.mark.parametrize("size", [1, 2000])
def test_they_are_those_of_the_shipped_encoder(guide: Document, size: int) -> None:
    check([guide, *(document(text, f"text-{at}") for at, text in enumerate(TEXTS))], StaticEncoder.load(), size)


def test_they_are_those_of_another_encoder() -> None:
    check([document(text, f"text-{at}") for at, text in enumerate(TEXTS)], LetterEncoder(), 2000)
