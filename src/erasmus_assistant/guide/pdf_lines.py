"""Words of a PDF page -> lines in reading order: superior figures as marks, cells apart, columns one by one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple

from erasmus_assistant.guide.composing import ADDRESS, cleaned

MARK = re.compile("\ufdd1([^\ufdd1\ufdd2]{1,4})\ufdd2")
"""A superior figure in the text of a line: a footnote's mark, or a power."""

_CELL_GAP = 1.2
_LABEL = re.compile(r"(?:[•●▪◦‣·∙■□➢–—-]|o|\uf0b7|\uf0a7|\(?(?:\d{1,2}|[a-z])[.)])$")
_RAISED = re.compile(r"\(?\d{1,3}\)?$|[*†‡]{1,3}$")
_DEEPEST = 6


class Word(NamedTuple):
    """A word and its place in points; `y` is the base line, counted upwards."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: int
    glued: int


@dataclass(slots=True)
class Segment:
    """Words side by side on one base line; a line of a table has several."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    stops: list[tuple[float, int]] = field(default_factory=list)
    """Where each further word begins: its left edge and its place in the text."""


@dataclass(slots=True)
class Line:
    """A line of one column; `left` and `right` are the edges of that column."""

    cells: list[Segment]
    page: int
    column: int
    left: float = 0.0
    right: float = 0.0
    addresses: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)

    @property
    def y(self) -> float:
        return self.cells[0].y

    @property
    def x0(self) -> float:
        return self.cells[0].x0

    @property
    def x1(self) -> float:
        return self.cells[-1].x1

    @property
    def size(self) -> float:
        return max(self.cells, key=lambda cell: len(cell.text)).size

    @property
    def bold(self) -> bool:
        return all(cell.bold for cell in self.cells)


def page_lines(page: Mapping[str, Any], number: int) -> list[Line]:
    """The lines of one page in the order in which they are read."""
    words = [Word(cleaned(one[0]), *one[1:]) for one in page["words"]]
    segments = list(_segments([word for word in words if word.text]))
    _add_links(segments, page["links"])
    lines: list[Line] = []
    for column, area in enumerate(_areas(segments, _DEEPEST)):
        lines += _lines(area, number, column)
    return lines


def _segments(words: Sequence[Word]) -> Iterator[Segment]:
    current: Segment | None = None
    first: Word | None = None
    for word in words:
        if current is not None and first is not None:
            gap = word.x0 - current.x1
            if _is_raised(current, word, gap):
                current.text += f"\ufdd1{word.text.strip('()')}\ufdd2"
                current.x1 = word.x1
                continue
            if (
                first.size < 0.8 * word.size
                and _RAISED.match(current.text)
                and 0 <= first.y - word.y < word.size
                and -3 < gap < 12
            ):
                mark = f"\ufdd1{current.text.strip('()')}\ufdd2 "
                current = Segment(mark + word.text, current.x0, word.x1, word.y, word.size, bool(word.bold))
                first = word
                continue
            level = abs(word.y - current.y) < 0.3 * max(word.size, current.size)
            if level and -0.5 * word.size < gap < _CELL_GAP * max(word.size, current.size):
                blank = "" if word.glued and gap < 0.15 * word.size else " "
                current.stops.append((word.x0, len(current.text) + len(blank)))
                current.text += blank + word.text
                current.x1 = max(current.x1, word.x1)
                current.bold = current.bold and bool(word.bold)
                continue
            yield current
        current = Segment(word.text, word.x0, word.x1, word.y, word.size, bool(word.bold))
        first = word
    if current is not None:
        yield current


def _is_raised(segment: Segment, word: Word, gap: float) -> bool:
    small = word.size < 0.8 * segment.size and word.y > segment.y + 0.12 * segment.size
    return small and word.y < segment.y + segment.size and -1 < gap < 4 and _RAISED.match(word.text) is not None


def _add_links(segments: Sequence[Segment], links: Sequence[Sequence[Any]]) -> None:
    """Puts the address of each web link behind the words it lies on; a link over two lines counts once."""
    behind: dict[int, list[str]] = {}
    for x0, y0, x1, y1, address in links:
        inside = [
            at
            for at, one in enumerate(segments)
            if y0 - 1 <= one.y + one.size * 0.3 <= y1 + 1 and one.x0 < x1 and one.x1 > x0
        ]
        if inside and address.lower().startswith(("http://", "https://")):
            behind.setdefault(inside[0], []).append(cleaned(address))
    for at, addresses in behind.items():
        segments[at].text += "".join(f"{ADDRESS}{address}{ADDRESS}" for address in dict.fromkeys(addresses))


def _areas(segments: list[Segment], depth: int) -> Iterator[list[Segment]]:
    """Runs of segments of one column each: what stands above columns, each column, what stands below."""
    split = _columns(segments) if depth and len(segments) >= 8 else None
    if split is None:
        if segments:
            yield segments
        return
    for part in split:
        yield from _areas(part, depth - 1)


def _columns(segments: Sequence[Segment]) -> tuple[list[Segment], ...] | None:
    ordered = sorted(segments, key=lambda one: (-one.y, one.x0))
    edge, width = min(one.x0 for one in ordered), max(one.x1 for one in ordered) - min(one.x0 for one in ordered)
    starts: dict[int, int] = {}
    for one in ordered:
        if one.x0 - edge > 0.22 * width and one.x1 - one.x0 > 40:
            starts[round(one.x0 / 3)] = starts.get(round(one.x0 / 3), 0) + 1
    best: tuple[int, int, float] | None = None
    for start in sorted(key for key, count in starts.items() if count >= 3):
        gutter = start * 3 - 3.0
        for first, last in _zones(ordered, gutter):
            if _is_columns(ordered[first:last], gutter) and (best is None or last - first > best[1] - best[0]):
                best = (first, last, gutter)
    if best is None:
        return None
    first, last, gutter = best
    last = first + _trimmed(ordered[first:last], gutter)
    left = [one for one in ordered[first:last] if one.x0 < gutter]
    right = [one for one in ordered[first:last] if one.x0 >= gutter]
    return ordered[:first], left, right, ordered[last:]


def _zones(ordered: Sequence[Segment], gutter: float) -> Iterator[tuple[int, int]]:
    """Runs of segments none of which crosses the gutter, or shares its side of it with another as cells do."""
    begun = 0
    tabular = {
        round(two.y)
        for one, two in itertools.pairwise(ordered)
        if abs(one.y - two.y) < 1 and (one.x0 < gutter) == (two.x0 < gutter)
    }
    for at, one in enumerate(ordered):
        if round(one.y) in tabular or (one.x0 < gutter - 1 and one.x1 > gutter + 1):
            if at - begun >= 6:
                yield begun, at
            begun = at + 1
    if len(ordered) - begun >= 6:
        yield begun, len(ordered)


def _is_columns(zone: Sequence[Segment], gutter: float) -> bool:
    """Whether running text stands on both sides: lines that mostly fill their side, as cells of a table do not."""
    left = [one for one in zone if one.x1 <= gutter + 1]
    right = [one for one in zone if one.x0 >= gutter - 1]
    if len(left) < 3 or len(right) < 3:
        return False
    sides = ((left, gutter - min(one.x0 for one in left)), (right, max(one.x1 for one in right) - gutter))
    if any(median(one.x1 - one.x0 for one in side) < 0.6 * width or width < 60 for side, width in sides):
        return False
    shared = min(left[0].y, right[0].y) - max(left[-1].y, right[-1].y)
    return shared > 0.4 * min(left[0].y - left[-1].y, right[0].y - right[-1].y)


def _trimmed(zone: Sequence[Segment], gutter: float) -> int:
    """How much of a zone is columns; what follows both of them after a gap or in larger type is not."""
    lowest = min(one.y for one in zone if one.x0 >= gutter)
    previous: Segment | None = None
    for at, one in enumerate(zone):
        below = previous is not None and one.y < lowest - 1 and one.x0 < gutter
        if previous and below and (previous.y - one.y > 2.1 * previous.size or one.size > 1.08 * previous.size):
            return at
        if one.x0 < gutter:
            previous = one
    return len(zone)


def _lines(area: Sequence[Segment], page: int, column: int) -> list[Line]:
    rows: list[list[Segment]] = []
    for one in sorted(area, key=lambda one: (-one.y, one.x0)):
        if rows and abs(rows[-1][0].y - one.y) < 0.3 * max(one.size, rows[-1][0].size):
            rows[-1].append(one)
        else:
            rows.append([one])
    left, right = min(one.x0 for one in area), max(one.x1 for one in area)
    return [Line(_joined(sorted(row, key=lambda one: one.x0)), page, column, left, right) for row in rows]


def _joined(row: list[Segment]) -> list[Segment]:
    """A bullet or number and the text it marks are one."""
    if len(row) == 2 and _LABEL.match(row[0].text) and row[1].x0 - row[0].x1 < 40:
        one, other = row
        return [Segment(f"{one.text} {other.text}", one.x0, other.x1, other.y, other.size, other.bold)]
    return row
