"""Blocks of one section -> units that stay together: lists with their lead-in, rows with their table's caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Chunking:
    """Sizes in characters: passages grow to `target`, a paragraph over `longest` and a list over
    `longest_list` are split, a paragraph of at most `tail` characters with a link joins the text before it."""

    target: int = 880
    longest: int = 900
    longest_list: int = 1600
    tail: int = 220


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters that stay together, with the block they begin in and, for rows of a table, their heading row."""

    start: int
    end: int
    first: Block
    header: tuple[int, int] | None = None
    tabular: bool = False


def units(text: str, body: Sequence[Block], chunking: Chunking) -> Iterator[Unit]:
    at = 0
    while at < len(body):
        rows = at + _table_lead(body, at, chunking)
        stop = rows
        while stop < len(body) and _goes_on(text, body, rows, stop):
            stop += 1
        if stop > rows:
            yield from _split_table(text, body[at:rows], body[rows:stop], chunking)
            at = stop
            continue
        stop = at + 1
        while stop < len(body) and body[stop].kind is BlockKind.ITEM:
            stop += 1
        group = body[at:stop]
        if len(group) == 1:
            yield from _split_paragraph(text, group[0], chunking)
        else:
            yield from _split_list(text, group, chunking)
        at = stop


def _table_lead(body: Sequence[Block], at: int, chunking: Chunking) -> int:
    """How many blocks from `at` introduce a table: its caption, and a short paragraph before that."""
    kinds = [block.kind for block in body[at : at + 3]]
    short = all(block.end - block.start <= chunking.tail for block in body[at : at + 2])
    if kinds[:2] == [BlockKind.PARAGRAPH, BlockKind.TABLE_ROW]:
        return 1
    return 2 if short and kinds == [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.TABLE_ROW] else 0


def _goes_on(text: str, body: Sequence[Block], first: int, at: int) -> bool:
    """Whether the row at `at` is of the table whose first row is at `first`."""
    block = body[at]
    if block.kind is not BlockKind.TABLE_ROW:
        return False
    if at == first:
        return True
    if block.header is not None:
        return block.header == body[at - 1].header or block.header[0] == body[first].start
    return body[at - 1].header is None and "\n\n" not in text[body[at - 1].end : block.start]


def _split_table(text: str, lead: Sequence[Block], rows: Sequence[Block], chunking: Chunking) -> Iterator[Unit]:
    """Rows in about equal runs up to the target size, the first with the table's introduction and heading row."""
    start, first = rows[0].start, rows[0]
    if lead:
        start, first = lead[0].start, lead[0]
        sentences = list(sentence_spans(text, start, lead[-1].end))
        if len(sentences) > 1 and lead[-1].end - start > 2 * chunking.tail:
            yield Unit(start, sentences[-2][1], first)
            start = sentences[-1][0]
    total = rows[-1].end - start
    limit = min(chunking.target, 1.15 * total / -(-total // chunking.target))
    header = next((row.header for row in rows if row.header), None)
    end, fresh = None, False
    for row in rows:
        if fresh or (end is not None and row.end - start > limit):
            if end is not None:
                yield Unit(start, end, first, header, True)
            start, first, end, fresh = row.start, row, None, False
        if row.end - row.start > chunking.longest_list:
            yield from _split_row(text, start, first, row, header, chunking)
            end, fresh = None, True
        elif header is None or row.header or row is rows[-1]:
            end = row.end
    if end is not None:
        yield Unit(start, end, first, header, True)


def _split_row(
    text: str, start: int, first: Block, row: Block, header: tuple[int, int] | None, chunking: Chunking
) -> Iterator[Unit]:
    """An overlong row in runs of sentences; what stands before it goes with the first of them."""
    for number, unit in enumerate(_split_paragraph(text, row, chunking)):
        begun = unit if number else replace(unit, start=start, first=first)
        yield replace(begun, header=header, tabular=True)


def _split_paragraph(text: str, block: Block, chunking: Chunking) -> Iterator[Unit]:
    """A paragraph whole, or in about equal runs of sentences where it is too long."""
    if block.end - block.start <= chunking.longest:
        yield Unit(block.start, block.end, block)
        return
    sentences = [part for span in sentence_spans(text, block.start, block.end) for part in _cut(text, *span, chunking)]
    parts = -(-(block.end - block.start) // chunking.target)
    size = (block.end - block.start) / parts
    start = block.start
    for number, (_, end) in enumerate(sentences):
        following = sentences[number + 1][1] if number + 1 < len(sentences) else None
        if following is None or abs(end - start - size) <= abs(following - start - size):
            yield Unit(start, end, block)
            if following is not None:
                start = sentences[number + 1][0]


def _cut(text: str, start: int, end: int, chunking: Chunking) -> Iterator[tuple[int, int]]:
    """A sentence whole; one beyond all measure in runs of words."""
    while end - start > 2 * chunking.longest:
        blank = text.rfind(" ", start + 1, start + chunking.target)
        stop = blank if blank > start else start + chunking.target
        yield start, stop
        start = stop + (blank > start)
    yield start, end


def _split_list(text: str, group: Sequence[Block], chunking: Chunking) -> Iterator[Unit]:
    """A list with its lead-in; earlier sentences of the lead-in's paragraph go before it where all is too long."""
    lead = group[0]
    start = lead.start
    if lead.kind is not BlockKind.ITEM and group[-1].end - start > chunking.longest:
        sentences = list(sentence_spans(text, lead.start, lead.end))
        if sentences[-1][0] - lead.start >= chunking.tail:
            yield Unit(lead.start, sentences[-2][1], lead)
            start = sentences[-1][0]
    end = lead.end
    for block in group[1:]:
        if block.end - start > chunking.longest_list and (block.level <= 1 or end - start > chunking.target):
            yield Unit(start, end, lead)
            start = block.start
        end = block.end
    yield from _split_rest(text, start, end, lead, chunking)


def _split_rest(text: str, start: int, end: int, lead: Block, chunking: Chunking) -> Iterator[Unit]:
    """The last of a list, in runs of sentences where a single item of it is beyond all measure."""
    if end - start <= 2 * chunking.longest_list:
        yield Unit(start, end, lead)
    else:
        yield from _split_paragraph(text, replace(lead, start=start, end=end), chunking)
