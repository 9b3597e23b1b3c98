"""Tables drawn in plain text, by bars, tabs or columns of blanks -> rows that keep their heading row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from erasmus_assistant.records import Block, BlockKind

_RULE = re.compile(r"[\s|+:=\-–—_]*[+=\-–—_]{2}[\s|+:=\-–—_]*$")
_GAP = re.compile(r"(?<![.!?:;])(?: {2,}|\t+)(?=\S)")
_WIDEST_CELL = 60


@dataclass(slots=True)
class _Row:
    start: int
    end: int
    cells: tuple[str, ...] = ()
    sign: str = ""
    ruled: bool = False
    indented: bool = False


def with_tables(text: str, blocks: Sequence[Block]) -> list[Block]:
    """`blocks`, in which the lines of a paragraph that stand in columns are rows of a table."""
    done: list[Block] = []
    for block in blocks:
        done += _parted(text, block) if block.kind is BlockKind.PARAGRAPH else [block]
    return done


def _parted(text: str, block: Block) -> list[Block]:
    lines = list(_lines(text, block))
    first = next((at for at, line in enumerate(lines) if line.sign or line.ruled), len(lines))
    rows = list(_rows(lines[first:]))
    if len(rows) < 2 or not _is_table(lines[first:]):
        return [block]
    header = (rows[0].start, rows[0].end) if rows[0].ruled or _names_columns(rows) else None
    table = [
        Block(BlockKind.TABLE_ROW, row.start, row.end, header=header if number else None, page=block.page)
        for number, row in enumerate(rows)
    ]
    return ([replace(block, end=lines[first - 1].end)] if first else []) + table


def _lines(text: str, block: Block) -> Iterator[_Row]:
    at = block.start
    for line in text[block.start : block.end].splitlines(keepends=True):
        body = line.strip()
        start = at + len(line) - len(line.lstrip())
        at += len(line)
        if body:
            sign, cells = _cells(body)
            ruled = _RULE.match(body) is not None
            yield _Row(
                start, start + len(body), cells, "" if ruled else sign, ruled, line[:2].isspace() or line[0] == "\t"
            )


def _cells(line: str) -> tuple[str, tuple[str, ...]]:
    """How a line is parted and into which cells; no sign where it is running text."""
    if "|" in line.strip("|") or (line.startswith("|") and len(line) > 1):
        return "|", tuple(cell.strip() for cell in line.strip("|").split("|"))
    cells = tuple(cell.strip() for cell in _GAP.split(line))
    if len(cells) < 2 or max(map(len, cells)) > _WIDEST_CELL:
        return "", ()
    return " ", cells


def _is_table(lines: Sequence[_Row]) -> bool:
    """Whether every line is a row, a rule, or goes on with the row above it."""
    rows = [line for line in lines if line.sign]
    if len(rows) < 2 or len({line.sign for line in rows}) > 1:
        return False
    return all(line.sign or line.ruled or (line.indented and rows[0].sign == " ") for line in lines)


def _rows(lines: Sequence[_Row]) -> Iterator[_Row]:
    """Lines joined into rows: a rule belongs to the row above it, one at the top to the row below."""
    current: _Row | None = None
    for line in lines:
        if current is None:
            current = replace(line, ruled=False)
        elif line.sign and current.sign:
            yield current
            current = replace(line, ruled=False)
        elif line.sign:
            current = replace(line, start=current.start, ruled=False)
        else:
            current.end, current.ruled = line.end, current.ruled or line.ruled
    if current is not None and current.sign:
        yield current


def _names_columns(rows: Sequence[_Row]) -> bool:
    """Whether the first row has words only where rows below it have figures."""
    figures = [any(cell[:1].isdigit() or cell[:1] in "€£$<>≤≥" for cell in row.cells if cell) for row in rows]
    return (not figures[0] and any(figures[1:])) or (rows[0].sign == "|" and not figures[0])
