"""A passage in its place in the guide: the section around it in blocks, quoted characters marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from erasmus_assistant.answer.citing import official_url, place_url
from erasmus_assistant.records import Block, BlockKind, Document, Passage
from erasmus_assistant.search.index import Index

LONGEST_SECTION = 20_000
_SHOWN = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.TABLE_ROW, BlockKind.HEADING)

Span = tuple[int, int]


def find_passage(index: Index, passage_id: str) -> Passage | None:
    """The passage with that id, if the index has it."""
    return next((passage for passage in index.passages if passage.id == passage_id), None)


def passage_json(index: Index, passage: Passage, quotes: Sequence[Span], language: str) -> dict[str, Any]:
    """A passage as `GET /api/passages/{id}` gives it; `quotes` are spans of the document to be marked."""
    document = index.documents[passage.document]
    marks = [span for span in sorted(quotes) if 0 <= span[0] < span[1] <= len(document.text)]
    start, end = section_of(document, passage)
    quoted = document.text[slice(*marks[0])] if marks else passage.text
    return {
        "passage_id": passage.id,
        "document": document.id,
        "title": document.title,
        "year": document.year,
        "language": passage.language,
        "licence": document.licence,
        "heading_path": list(passage.heading_path),
        "page": passage.page,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "url": place_url(document, passage, quoted, document.language),
        "localized_url": official_url(document, language) if language != document.language else "",
        "reference": reference(document, passage),
        "quotes": [document.text[slice(*span)] for span in marks],
        "section": {"start": start, "end": end, "blocks": list(_blocks(document, passage, (start, end), marks))},
    }


def section_of(document: Document, passage: Passage) -> Span:
    """From the heading before the passage to the next one, at most LONGEST_SECTION characters around it."""
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    start = max((block.start for block in headings if block.start <= passage.start), default=0)
    end = min((block.start for block in headings if block.start >= passage.end), default=len(document.text))
    start = max(start, passage.start - LONGEST_SECTION // 2)
    return start, min(end, max(passage.end, start + LONGEST_SECTION))


def reference(document: Document, passage: Passage) -> str:
    """Where a quotation stands, in the form of a reference."""
    place = " › ".join(passage.heading_path)
    page = f"p. {passage.page}" if passage.page else ""
    year = f"({document.year})" if document.year and str(document.year) not in document.title else ""
    title = " ".join(part for part in (document.title, year) if part)
    return ", ".join(part for part in (title, place, page) if part)


def _blocks(document: Document, passage: Passage, section: Span, marks: Sequence[Span]) -> Iterator[dict[str, Any]]:
    for block in document.blocks:
        inside = section[0] <= block.start < section[1] and block.kind in _SHOWN
        own = passage.start <= block.start < passage.end or (block.start, block.end) in passage.notes
        if inside or (block.kind is BlockKind.FOOTNOTE and own):
            yield _block(document, block, passage, marks)


def _block(document: Document, block: Block, passage: Passage, marks: Sequence[Span]) -> dict[str, Any]:
    return {
        "kind": block.kind.value,
        "level": block.level,
        "in_passage": passage.start <= block.start < passage.end,
        "pieces": list(_pieces(document.text, block.start, block.end, marks)),
    }


def _pieces(text: str, start: int, end: int, marks: Sequence[Span]) -> Iterator[dict[str, Any]]:
    """The characters of a block, cut where a mark begins or ends."""
    at = start
    for mark_start, mark_end in marks:
        begin, stop = max(at, mark_start), min(end, mark_end)
        if begin < stop:
            if at < begin:
                yield {"text": text[at:begin], "marked": False}
            yield {"text": text[begin:stop], "marked": True}
            at = stop
    if at < end:
        yield {"text": text[at:end], "marked": False}
