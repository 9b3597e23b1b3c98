"""Lines of a PDF -> blocks: headings by type size and outline, paragraphs over pages, lists, tables, footnotes."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from erasmus_assistant.guide.composing import Composer
from erasmus_assistant.guide.pdf_lines import MARK, Line
from erasmus_assistant.guide.pdf_tables import Table, continues, table_at
from erasmus_assistant.guide.pdf_text import BULLET_SIGN, Piece, vocabulary, write_pieces

_ORDERED = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s+(?=\S)")
_NOTE = re.compile("(?:\ufdd1([^\ufdd1\ufdd2]{1,4})\ufdd2|\\[?(\\d{1,3})[\\].)]?)\\s*(?=\\S)")
_LEADER = re.compile(r"(?:\.\s?){5,}\s*\d{0,4}$")
_ENDS = ".!?:;…"
_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Measures:
    """What is usual in the document: the size of its text, the distance of its lines, the level of each title."""

    body: float
    leading: float
    titles: Mapping[str, int]


def measures(lines: Sequence[Line], outline: Sequence[Sequence[object]]) -> Measures:
    sizes: Counter[float] = Counter()
    gaps: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    body = max(sizes, key=lambda size: (sizes[size], size)) if sizes else 10.0
    for one, two in itertools.pairwise(lines):
        if (
            (one.page, one.column) == (two.page, two.column)
            and abs(one.size - two.size) < 0.3
            and abs(one.size - body) < 0.6
        ):
            gaps[round((one.y - two.y) / one.size, 1)] += 1
    usual = [gap for gap, _ in gaps.most_common(3) if 0.9 <= gap <= 2.2]
    titles = {folded(str(title)): int(str(level)) for level, title, _ in outline if len(folded(str(title))) > 1}
    return Measures(body, usual[0] if usual else 1.3, titles)


def folded(text: str) -> str:
    return "".join(char for char in MARK.sub("", text).casefold() if char.isalnum())


def write_blocks(lines: Sequence[Line], found: Measures, composer: Composer) -> None:
    """Writes the lines of the whole document, which come in reading order."""
    builder = _Builder(found)
    at = 0
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    for page_lines in pages.values():
        body, notes = _parted_notes(page_lines, found)
        at = 0
        while at < len(body):
            at = builder.take(body, at)
        builder.notes(notes)
    builder.finish()
    write_pieces(builder.pieces, composer, vocabulary(lines))


def _parted_notes(lines: Sequence[Line], found: Measures) -> tuple[list[Line], list[Line]]:
    """The lines of a page without the footnotes below them: small type that begins with a mark of the page."""
    marks = {mark for line in lines for mark in MARK.findall(line.text)}
    ordered = sorted(lines, key=lambda line: -line.y)
    at = len(ordered)
    while at and ordered[at - 1].size < 0.93 * found.body and len(ordered[at - 1].cells) == 1:
        at -= 1
    for number in range(at, len(ordered)):
        match = _NOTE.match(ordered[number].text)
        if match and (match.group(1) or match.group(2) in marks):
            notes = ordered[number:]
            return [line for line in lines if not any(line is note for note in notes)], notes
    return list(lines), []


class _Builder:
    """Joins lines into pieces."""

    def __init__(self, found: Measures) -> None:
        self._found = found
        self.pieces: list[Piece] = []
        self._waiting: list[Piece] = []

    def take(self, lines: Sequence[Line], at: int) -> int:
        """Takes the line at `at`, or the table that begins there; gives the number of the next."""
        line = lines[at]
        if _LEADER.search(line.text):
            return at + 1
        if len(line.cells) > 1 and (found := table_at(lines, at)):
            self._table(found[0])
            return found[1]
        if level := self._heading_level(lines, at):
            self._heading(line, level)
        elif match := BULLET_SIGN.match(line.text) or _ORDERED.match(line.text):
            self._item(line, match.group())
        elif not self._goes_on(line):
            self._add(Piece("paragraph", line.page, [line]))
        else:
            self.pieces[-1].lines.append(line)
        return at + 1

    def notes(self, lines: Sequence[Line]) -> None:
        """Footnotes wait until the paragraph that runs over the end of their page is whole."""
        for line in lines:
            match = _NOTE.match(line.text)
            if match and (match.group(1) or not self._waiting or match.group(2) == _next(self._waiting[-1].label)):
                label = match.group(1) or match.group(2)
                self._waiting.append(Piece("footnote", line.page, [line], label=label, mark=match.group()))
            elif self._waiting:
                self._waiting[-1].lines.append(line)

    def finish(self) -> None:
        """Lets go of the footnotes that wait."""
        self.pieces += self._waiting
        self._waiting = []

    def _add(self, piece: Piece) -> None:
        self.finish()
        self.pieces.append(piece)

    def _table(self, table: Table) -> None:
        last = self.pieces[-1].table if self.pieces else None
        if last is not None and continues(last, table):
            repeated = table.named if table.rows[: table.named] == last.rows[: table.named] else 0
            last.rows += table.rows[repeated:]
            last.page = table.page
            return
        self._add(Piece("table", table.page, table=table))

    def _heading_level(self, lines: Sequence[Line], at: int) -> int:
        line = lines[at]
        known = self._found.titles.get(folded(line.text), 0)
        if known and (line.bold or line.size > 1.05 * self._found.body or len(line.text) > 12):
            return known
        if len(line.cells) > 1 or len(line.text) > _LONGEST_HEADING or not any(map(str.isalpha, line.text)):
            return 0
        if line.size >= 1.1 * self._found.body:
            return 100
        following = lines[at + 1] if at + 1 < len(lines) else None
        lone = following is None or not following.bold
        over_table = following is not None and len(following.cells) > 1
        if (
            line.bold
            and lone
            and not over_table
            and line.text[-1] not in ".,;:"
            and line.size >= 0.95 * self._found.body
        ):
            return 101
        return 0

    def _heading(self, line: Line, level: int) -> None:
        last = self.pieces[-1] if self.pieces else None
        if last is not None and last.kind == "heading" and level >= 100 and last.level == level:
            above = last.lines[-1]
            same = abs(above.size - line.size) < 0.3 and (above.page, above.column) == (line.page, line.column)
            if same and above.y - line.y < 1.6 * line.size and above.x1 > above.left + 0.5 * (above.right - above.left):
                last.lines.append(line)
                return
        self._add(Piece("heading", line.page, [line], level=level))

    def _item(self, line: Line, mark: str) -> None:
        depth = 1
        for piece in reversed(self.pieces):
            if piece.kind != "item":
                break
            if (piece.page, piece.lines[0].column) == (line.page, line.column) and piece.lines[0].x0 < line.x0 - 4:
                depth = piece.level + 1
                break
            if abs(piece.lines[0].x0 - line.x0) <= 4:
                depth = piece.level
                break
        self._add(Piece("item", line.page, [line], level=min(depth, 6), mark=mark))

    def _goes_on(self, line: Line) -> bool:
        """Whether a line belongs to the paragraph or item above it."""
        last = self.pieces[-1] if self.pieces else None
        if last is None or last.kind not in ("paragraph", "item"):
            return False
        above = last.lines[-1]
        if abs(above.size - line.size) > 0.08 * line.size or (above.bold != line.bold and len(line.text) > 3):
            return False
        ended = MARK.sub("", above.text).rstrip('”"»)')[-1:] in _ENDS
        if (above.page, above.column) != (line.page, line.column):
            return not (ended and _broken_on_purpose(above, line))
        if above.y - line.y > 1.28 * self._found.leading * line.size:
            return False
        full = above.x1 > above.right - 0.2 * (above.right - above.left)
        if last.kind == "item":
            return line.x0 > last.lines[0].x0 + 3 or full
        indented = len(last.lines) > 1 and line.x0 > above.x0 + 0.8 * line.size
        return not (ended and (indented or _broken_on_purpose(above, line)))


def _broken_on_purpose(above: Line, line: Line) -> bool:
    """Whether the first word of `line` had room in the line above it."""
    first = line.cells[0]
    end = first.stops[0][0] if first.stops else first.x1
    return above.x1 + end - first.x0 + 0.3 * line.size < above.right


def _next(label: str) -> str:
    return str(int(label) + 1) if label.isdecimal() else ""
