"""Lines of a PDF that stand in columns -> rows of cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from erasmus_assistant.guide.pdf_lines import Line, Segment

_WRAPPED = 1.4
_APART = 2.6


@dataclass(slots=True)
class Table:
    """Rows of cells, of which the first `named` name the columns; `starts` are the left edges of the columns."""

    rows: list[list[str]]
    named: int
    starts: list[float]
    page: int


def table_at(lines: Sequence[Line], at: int) -> tuple[Table, int] | None:
    """The table that begins at line `at`, with the number of the line after it."""
    stop = _end(lines, at)
    wide = [line for line in lines[at:stop] if len(line.cells) > 1]
    if len(wide) < 2:
        return None
    bands = _bands(wide)
    if len(bands) < 2:
        return None
    rows, bold = _rows(lines[at:stop], bands)
    if len(rows) < 2:
        return None
    return Table(rows, _named(rows, bold), [band[0] for band in bands], lines[at].page), stop


def continues(table: Table, other: Table) -> bool:
    """Whether `other`, at the top of a page, goes on with `table` at the foot of the one before."""
    aligned = len(table.starts) == len(other.starts)
    near = all(abs(one - two) < 8 for one, two in zip(table.starts, other.starts, strict=False))
    return aligned and near and other.page == table.page + 1


def _end(lines: Sequence[Line], at: int) -> int:
    """Number of the line after the last that can be of the table; a lone cell counts between rows."""
    stop = at
    while stop < len(lines) and (lines[stop].page, lines[stop].column) == (lines[at].page, lines[at].column):
        if stop > at and lines[stop - 1].y - lines[stop].y > _APART * lines[stop].size:
            break
        if len(lines[stop].cells) < 2 and not _is_wrapped(lines, stop, at):
            break
        stop += 1
    while stop > at and len(lines[stop - 1].cells) < 2 and not _is_wrapped(lines, stop - 1, at):
        stop -= 1
    return stop


def _is_wrapped(lines: Sequence[Line], number: int, first: int) -> bool:
    """Whether a line of one cell goes on with a cell of the row above it."""
    if number == first:
        return False
    line, above = lines[number], lines[number - 1]
    close = above.y - line.y <= _WRAPPED * line.size
    narrow = line.x1 - line.x0 < 0.7 * (line.right - line.left)
    inner = any(abs(line.x0 - cell.x0) < 3 for cell in above.cells[1:])
    return (
        close
        and narrow
        and (inner or (line.size <= above.size * 1.02 and line.bold == above.bold and abs(line.x0 - above.x0) < 3))
    )


def _bands(wide: Sequence[Line]) -> list[tuple[float, float]]:
    """Left and right edges of the columns, from the rows with the most cells; empty where they cross."""
    most = max(len(line.cells) for line in wide)
    full = [line.cells for line in wide if len(line.cells) == most]
    bands = [(min(row[at].x0 for row in full), max(row[at].x1 for row in full)) for at in range(most)]
    crossing = sum(one[1] > two[0] + 2 for one, two in itertools.pairwise(bands))
    return [] if crossing > most // 3 else bands


def _rows(lines: Sequence[Line], bands: Sequence[tuple[float, float]]) -> tuple[list[list[str]], list[bool]]:
    rows: list[list[str]] = []
    bold: list[bool] = []
    previous: Line | None = None
    for line in lines:
        cells = [""] * len(bands)
        for cell in (part for whole in line.cells for part in _split(whole, bands)):
            at = _band(cell.x0, cell.x1, bands)
            cells[at] = f"{cells[at]} {cell.text}".strip()
        close = previous is not None and previous.y - line.y <= _WRAPPED * line.size
        lacking = sum(map(bool, cells)) < len(bands)
        if rows and previous is not None and lacking and (not cells[0] or (close and previous.bold == line.bold)):
            rows[-1] = [f"{one} {two}".strip() for one, two in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
            bold.append(line.bold)
        previous = line
    return rows, bold


def _split(cell: Segment, bands: Sequence[tuple[float, float]]) -> Iterator[Segment]:
    """A cell parted before a word that begins a further column, where two cells nearly touch."""
    rest, taken = cell, 0
    for left, _ in bands:
        place = next((place for x0, place in cell.stops if abs(x0 - left) < 2 and place > taken), None)
        if place is not None and rest.x0 < left - 2:
            yield replace(rest, text=rest.text[: place - taken].strip(), x1=left - 1)
            rest, taken = replace(rest, text=rest.text[place - taken :], x0=left), place
    yield rest


def _band(x0: float, x1: float, bands: Sequence[tuple[float, float]]) -> int:
    def distance(at: int) -> tuple[float, float]:
        left, right = bands[at]
        return -max(0.0, min(x1, right) - max(x0, left)), abs(x0 - left)

    return min(range(len(bands)), key=distance)


def _named(rows: Sequence[Sequence[str]], bold: Sequence[bool]) -> int:
    """How many rows at the top name the columns: the bold ones, else the first if it alone lacks figures."""
    heavy = next((at for at, one in enumerate(bold) if not one), len(bold))
    if 0 < heavy < len(rows):
        return min(heavy, 3)
    figures = [any(cell[:1].isdigit() for cell in row) for row in rows]
    return 1 if not figures[0] and any(figures[1:]) and sum(map(bool, rows[0])) > 1 else 0
