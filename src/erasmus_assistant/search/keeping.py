"""Which passages an earlier index holds unchanged, so that a changed page costs its own passages only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from erasmus_assistant import guide
from erasmus_assistant.guide.chunking import Chunking, split
from erasmus_assistant.records import Document, Passage
from erasmus_assistant.search.ragged import Places

_MADE_BY = (
    *("guide/chunking.py", "guide/chunking_units.py", "guide/sentences.py", "search/features.py"),
    *("search/numbers.toml", "search/parts.py", "search/tokens.py", "search/word_vectors.py"),
)


class Held(Protocol):
    """What an earlier index holds."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def passages(self) -> tuple[Passage, ...]: ...


@lru_cache(maxsize=1)
def recipe() -> str:
    """Of the code that takes passages apart: what other code made is not taken over."""
    package = Path(str(guide.__file__)).parents[1]
    digest = hashlib.sha256()
    for name in _MADE_BY:
        digest.update((package / name).read_bytes())
    return digest.hexdigest()[:16]


def searched_text(document: Document, passage: Passage) -> str:
    """What a passage is embedded and searched by: headings, table header, words, footnotes."""
    header = [document.text[slice(*passage.header)]] if passage.header else []
    notes = [document.text[slice(*note)] for note in passage.notes]
    body = document.text[passage.body : passage.end]
    return "\n".join([*passage.heading_path, *header, body, *notes])


def cut(documents: Sequence[Document], chunking: Chunking, known: Held) -> tuple[tuple[Passage, ...], Places]:
    """The passages of the documents, and for each the number of the same in `known`, -1 where there is none."""
    numbers: dict[str, dict[str, int]] = {}
    for number, passage in enumerate(known.passages):
        numbers.setdefault(passage.document, {})[passage.id] = number
    passages: list[Passage] = []
    kept: list[int] = []
    for document in documents:
        earlier = known.documents.get(document.id)
        held = numbers.get(document.id, {})
        if earlier is document:
            passages += [known.passages[number] for number in held.values()]
            kept += held.values()
            continue
        own = split(document, chunking)
        passages += own
        if earlier is None:
            kept += [-1] * len(own)
        else:
            kept += [_same(document, one, earlier, known.passages, held.get(one.id, -1)) for one in own]
    return tuple(passages), np.array(kept, np.int64)


def _same(document: Document, passage: Passage, earlier: Document, passages: Sequence[Passage], number: int) -> int:
    """The number if that passage says the same in the same places, else -1."""
    if number < 0:
        return -1
    other = passages[number]
    alike = passage.language == other.language and passage.body - passage.start == other.body - other.start
    return number if alike and searched_text(document, passage) == searched_text(earlier, other) else -1
