"""Running heads, running feet and page numbers of a PDF."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from erasmus_assistant.guide.pdf_lines import Line

_NUMBER = re.compile(r"\d{1,4}")
_DEPTH = 3
_TOLERANCE = 3.0


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """All lines but those at the edges of pages that recur there; each edge is peeled line by line."""
    dropped: set[int] = set()
    largest = 1.15 * median(line.size for lines in pages for line in lines) if any(pages) else 0.0
    for sign in (-1, 1):
        ordered = [sorted(lines, key=lambda line: sign * line.y) for lines in pages]
        open_pages = list(range(len(pages)))
        for depth in range(_DEPTH):
            outer = {at: ordered[at][depth] for at in open_pages if len(ordered[at]) > depth}
            outer = {at: line for at, line in outer.items() if line.size <= largest}
            found = _recurring(outer, len(pages), depth)
            dropped.update(id(outer[at]) for at in found)
            open_pages = found
    return [line for lines in pages for line in lines if id(line) not in dropped]


def _recurring(outer: Mapping[int, Line], pages: int, depth: int) -> list[int]:
    """Pages whose outermost line counts the pages, or recurs on most pages or through a chapter."""
    offsets = Counter(offset for at, line in outer.items() for offset in _offsets(line, at))
    groups: dict[tuple[str, int], list[int]] = {}
    for at, line in outer.items():
        groups.setdefault((_stripped(line), _band(line)), []).append(at)
    found = []
    for at, line in outer.items():
        text, band = _stripped(line), _band(line)
        needed = 5 if "#" in text else 3
        counts = any(offsets[offset] >= min(3, pages) > 1 for offset in _offsets(line, at))
        if counts or any(
            _is_head(groups.get((text, band + step), []), at, pages, depth, needed) for step in (0, -1, 1)
        ):
            found.append(at)
    return found


def _is_head(alike: Sequence[int], at: int, pages: int, depth: int, needed: int) -> bool:
    """Whether a line found on the pages `alike` is a running head: nearly everywhere, or page after page."""
    if len(alike) < needed:
        return False
    if len(alike) >= (0.4 if depth else 0.3) * pages:
        return True
    place = bisect_left(alike, at - 4)
    return depth == 0 and len(alike[place : place + 4]) == 4 and alike[place + 3] <= at + 4


def _offsets(line: Line, page: int) -> list[int]:
    """How far the numbers of a line that is a page number, with few words at most, are from the page's place."""
    if len(line.text) > 24 or sum(map(str.isalpha, line.text)) > 14:
        return []
    return [int(number) - page for number in _NUMBER.findall(line.text)]


def _band(line: Line) -> int:
    return round(line.y / _TOLERANCE)


def _stripped(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold()).strip()
