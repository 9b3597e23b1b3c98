"""Document -> passages: spans that cover the document and can be read alone.

One walk with a stack of headings. A list stays with the sentence that introduces it, a line
with a link stays with the text before it, a heading with the text below it. Rows of a table are
packed together, after its caption, and never with those of another table.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from erasmus_assistant.guide.chunking_units import Chunking, Unit, units
from erasmus_assistant.records import Block, BlockKind, Document, Passage

__all__ = ["Chunking", "heading_text", "split"]

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:eu|org|net|com)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"\[(\d{1,3})\]")


_Notes = dict[str, list[tuple[int, int]]]
"""Spans of the footnotes by label; a document may number them anew on every page."""


@dataclass(frozen=True, slots=True)
class _Section:
    path: tuple[str, ...]
    headings: tuple[Block, ...]
    body: tuple[Block, ...]


def split(document: Document, chunking: Chunking | None = None) -> tuple[Passage, ...]:
    """The passages of `document` in order; they hold every character of its blocks but furniture, once."""
    chunking = chunking or Chunking()
    notes = _notes(document.blocks)
    passages: list[Passage] = []
    for section in _sections(document):
        spans = _packed(document.text, section, chunking)
        for place, unit in enumerate(spans):
            start = section.headings[0].start if place == 0 and section.headings else unit.start
            passages.append(_passage(document, section.path, start, unit, notes))
    footnotes = [block for block in document.blocks if block.kind is BlockKind.FOOTNOTE]
    passages += [
        replace(_passage(document, (), block.start, Unit(block.start, block.end, block), {}), kind="footnote")
        for block in footnotes
    ]
    return _with_ids(document, sorted(passages, key=lambda passage: passage.start))


def _notes(blocks: Sequence[Block]) -> _Notes:
    notes: _Notes = {}
    for block in blocks:
        if block.kind is BlockKind.FOOTNOTE:
            notes.setdefault(block.label, []).append((block.start, block.end))
    return notes


def _sections(document: Document) -> Iterator[_Section]:
    stack: list[Block] = []
    headings: list[Block] = []
    body: list[Block] = []
    for block in document.blocks:
        if block.kind in (BlockKind.FURNITURE, BlockKind.FOOTNOTE):
            # No passage may span what is not of it.
            if body or headings:
                yield _section(document, stack, headings, body)
                headings, body = [], []
        elif block.kind is BlockKind.HEADING:
            if body:
                yield _section(document, stack, headings, body)
                headings, body = [], []
            while stack and stack[-1].level >= block.level:
                stack.pop()
            stack.append(block)
            headings.append(block)
        else:
            body.append(block)
    if body or headings:
        yield _section(document, stack, headings, body)


def _section(document: Document, stack: list[Block], headings: list[Block], body: list[Block]) -> _Section:
    path = tuple(heading_text(document.text, block) for block in stack)
    return _Section(path, tuple(headings), tuple(body))


def heading_text(text: str, block: Block) -> str:
    """The words of a heading on one line, without the signs that mark it."""
    lines = [line.strip() for line in text[block.start : block.end].splitlines()]
    lines = [line for line in lines if line and not set(line) <= set("=-~")]
    return " ".join(" ".join(lines).lstrip("#").split())


def _packed(text: str, section: _Section, chunking: Chunking) -> list[Unit]:
    """Units joined up to the target size; a heading without text is a unit of its own."""
    if not section.body:
        last = section.headings[-1]
        return [Unit(last.start, last.end, last)]
    packed: list[Unit] = []
    for unit in units(text, section.body, chunking):
        joined = packed and unit.end - packed[-1].start <= chunking.target
        if packed and (joined or _is_tail(text, unit, chunking)) and not (packed[-1].tabular and unit.tabular):
            whole = packed[-1]
            packed[-1] = replace(
                whole, end=unit.end, header=whole.header or unit.header, tabular=whole.tabular or unit.tabular
            )
        else:
            packed.append(unit)
    return packed


def _is_tail(text: str, unit: Unit, chunking: Chunking) -> bool:
    return unit.end - unit.start <= chunking.tail and _LINK.search(text, unit.start, unit.end) is not None


def _passage(document: Document, path: tuple[str, ...], start: int, unit: Unit, notes: _Notes) -> Passage:
    text = document.text[start : unit.end]
    marks = dict.fromkeys(_REFERENCE.findall(text))
    return Passage(
        id="",
        document=document.id,
        start=start,
        end=unit.end,
        text=text,
        heading_path=path,
        language=document.language,
        year=document.year,
        page=unit.first.page,
        anchor=unit.first.anchor,
        body=unit.start,
        notes=tuple(_nearest(notes[mark], unit.end) for mark in marks if mark in notes),
        header=unit.header,
    )


def _nearest(spans: Sequence[tuple[int, int]], end: int) -> tuple[int, int]:
    """The first footnote of its number below the text that refers to it, else the last above."""
    return next((span for span in spans if span[0] >= end), spans[-1])


def _with_ids(document: Document, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Ids from the words themselves, so that a passage that did not change keeps its id."""
    seen: dict[str, int] = {}
    done = []
    for passage in passages:
        digest = hashlib.sha256("\n".join((*passage.heading_path, passage.text)).encode()).hexdigest()[:10]
        seen[digest] = seen.get(digest, 0) + 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        done.append(replace(passage, id=f"{document.id}.{digest}{suffix}"))
    return tuple(done)
