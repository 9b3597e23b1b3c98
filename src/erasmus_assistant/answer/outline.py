"""The headings of a document as a tree: what stands below what, as far as the page itself tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from erasmus_assistant.guide.chunking import heading_text
from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Block, BlockKind, Document
from erasmus_assistant.search.tokens import fold, stems, words

_LEAST = 0.5
"""The share of a heading's words that a section has to open with to be a part of what is below that heading."""
_GLOSS = re.compile(r"\s+[—–-]\s+|:\s|\s+\(")


@dataclass(frozen=True, slots=True)
class Section:
    """The headings down to a section, the highest first, and where its own stands in the document.

    `says` is that heading with the first word below it where its sentence goes on there.
    """

    path: tuple[str, ...]
    start: int
    end: int
    says: str

    @property
    def name(self) -> str:
        """The heading without what explains it: "Otlas" of "Otlas — the partner-finding tool"."""
        return fold(_GLOSS.split(self.path[-1], maxsplit=1)[0])


def outline(document: Document, names: frozenset[str]) -> Iterator[Section]:
    """Every heading of a document, in order.

    A heading of the same rank as the one before is taken to stand below it where it bears no name and its section
    opens with the one before: "Youth: in this field the SALTO centres also …" is a part of "SALTO resource centres".
    """
    above: list[tuple[Block, float]] = []
    for block, after in pairwise((*document.blocks, None)):
        if block is None or block.kind is not BlockKind.HEADING:
            continue
        opening = _opening(document.text, after)
        while above and above[-1][1] > block.level:
            above.pop()
        part = bool(above) and above[-1][1] == block.level and _is_part(document, above[-1][0], block, opening, names)
        if above and above[-1][1] == block.level and not part:
            above.pop()
        above.append((block, block.level + 0.5 * part))
        path = tuple(heading_text(document.text, one) for one, _ in above)
        at = document.text.find(path[-1], block.start, block.end)
        start, end = (at, at + len(path[-1])) if at >= 0 else (block.start, block.end)
        yield Section(path, start, end, " ".join((path[-1], *_continued(opening))))


def _opening(text: str, block: Block | None) -> str:
    """The first sentence below a heading."""
    if block is None or block.kind is BlockKind.HEADING:
        return ""
    start, end = next(iter(sentence_spans(text[block.start : block.end])), (0, 0))
    return text[block.start + start : block.start + end]


def _continued(opening: str) -> Sequence[str]:
    return list(words(opening))[:1] if opening[:1].islower() else ()


def _is_part(document: Document, before: Block, block: Block, opening: str, names: frozenset[str]) -> bool:
    """Whether a section belongs to the one before, of which it speaks by its name and half of its heading."""
    called = heading_text(document.text, before)
    own = {fold(word) for word in words(heading_text(document.text, block))}
    told = {fold(word) for word in words(called)} & names
    if not told or own & names or not told <= {fold(word) for word in words(opening)}:
        return False
    wanted = set(stems(called, document.language))
    return len(wanted) > 1 and len(wanted & set(stems(opening, document.language))) >= _LEAST * len(wanted)
