"""A synthetic guide as a PDF: running heads, page numbers, two columns, hyphenation, tables, footnotes, an outline."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from synthetic.content import Guide, Node

FONTS = Path("/usr/share/fonts/truetype/dejavu")
_SIZES = {1: 22.0, 2: 18.0, 3: 15.0, 4: 12.5}
_BODY, _SMALL = 10.0, 8.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, A4[0] - 60, A4[1] - 70, 70.0
_GUTTER = 24.0
_VOWELS = frozenset("aeiouyāēīūäöü")


class Paper:
    """Lays nodes out line by line."""

    def __init__(self, guide: Guide) -> None:
        self._register()
        self._data = BytesIO()
        self._canvas = Canvas(self._data, pagesize=A4, invariant=1)
        self._canvas.setTitle(guide.title)
        self._title = guide.title
        self._page = 1
        self._number = 1
        self._column = 0
        self._top = self._y = _TOP
        self._low = _TOP
        self._notes: list[str] = []
        self._note = 0
        self._writers = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "item": self._item,
            "table": self._table,
            "columns": self._columns,
            "column": self._column_end,
        }

    @staticmethod
    def _register() -> None:
        for name, file in (("Body", "DejaVuSans.ttf"), ("Bold", "DejaVuSans-Bold.ttf")):
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))

    def write(self, guide: Guide) -> bytes:
        for at, node in enumerate(guide.nodes):
            self._writers[node.kind](node, at)
        self._finish_page()
        self._canvas.save()
        return self._data.getvalue()

    # one method a kind of node

    def _heading(self, node: Node, at: int) -> None:
        size = _SIZES[node.level]
        if node.level == 2:
            self._new_page()
        self._room(size * 4)
        self._y -= size * 0.8
        self._canvas.bookmarkPage(f"n{at}", fit="XYZ", top=self._y + size)
        self._canvas.addOutlineEntry(node.text, f"n{at}", level=node.level - 1)
        self._lines(node.text, "Bold", size)
        self._y -= size * 0.3

    def _paragraph(self, node: Node, at: int) -> None:
        text = node.text
        if node.note:
            self._note += 1
            text += f"\x01{self._note}"
            self._notes.append(f"{self._note} {node.note}")
            self._room(60)
        if node.link:
            text += f" {node.link[1]}"
        self._lines(text, "Body", _BODY)
        self._y -= 6

    def _item(self, node: Node, at: int) -> None:
        self._lines("• " + node.text, "Body", _BODY, indent=14)

    def _table(self, node: Node, at: int) -> None:
        self._room(16 * (len(node.rows) + 3))
        self._y -= 4
        self._lines(node.text, "Bold", _BODY)
        lengths = [max(12, *(len(row[at]) for row in (node.header, *node.rows))) for at in range(len(node.header))]
        edges = [_LEFT + (_RIGHT - _LEFT) * sum(lengths[:at]) / sum(lengths) for at in range(len(lengths) + 1)]
        for number, row in enumerate((node.header, *node.rows)):
            self._y -= 15
            self._canvas.setFont("Bold" if number == 0 else "Body", 9)
            for column, cell in enumerate(row):
                self._canvas.rect(edges[column], self._y - 4, edges[column + 1] - edges[column], 15)
                self._canvas.drawString(edges[column] + 4, self._y, cell)
        self._y -= 14

    def _columns(self, node: Node, at: int) -> None:
        self._number, self._column = 2, 0
        self._top = self._low = self._y

    def _column_end(self, node: Node, at: int) -> None:
        self._number, self._column = 1, 0
        self._y = self._low - 6

    # lines

    def _width(self) -> float:
        return (_RIGHT - _LEFT - _GUTTER * (self._number - 1)) / self._number

    def _x(self) -> float:
        return _LEFT + self._column * (self._width() + _GUTTER)

    def _lines(self, text: str, font: str, size: float, indent: float = 0.0) -> None:
        words = text.split(" ")
        line, first = "", True
        while words:
            word = words.pop(0)
            room = self._width() - (indent if not first else 0)
            tried = f"{line} {word}" if line else word
            if pdfmetrics.stringWidth(tried, font, size) <= room:
                line = tried
                continue
            head, tail = self._broken(line, word, font, size, room)
            if tail and head:
                words.insert(0, tail)
                line = f"{line} {head}-" if line else f"{head}-"
            else:
                words.insert(0, word)
            self._line(line, font, size, 0 if first else indent)
            line, first = "", False
        if line:
            self._line(line, font, size, 0 if first else indent)

    @staticmethod
    def _broken(line: str, word: str, font: str, size: float, room: float) -> tuple[str, str]:
        """A long word parted before a consonant that a vowel follows."""
        if len(word) < 8 or not word.isalpha() or not line:
            return "", ""
        for at in range(len(word) - 3, 2, -1):
            fits = pdfmetrics.stringWidth(f"{line} {word[:at]}-", font, size) <= room
            if fits and word[at] not in _VOWELS and word[at + 1] in _VOWELS:
                return word[:at], word[at:]
        return "", ""

    def _line(self, line: str, font: str, size: float, indent: float) -> None:
        self._room(size * 1.3)
        self._y -= size * 1.3
        text, _, mark = line.partition("\x01")
        self._canvas.setFont(font, size)
        self._canvas.drawString(self._x() + indent, self._y, text)
        if mark:
            x = self._x() + indent + pdfmetrics.stringWidth(text, font, size)
            number, _, rest = mark.partition(" ")
            self._canvas.setFont(font, size * 0.6)
            self._canvas.drawString(x, self._y + size * 0.35, number)
            self._canvas.setFont(font, size)
            self._canvas.drawString(x + size, self._y, rest)
        self._low = min(self._low, self._y)

    # pages

    def _room(self, height: float) -> None:
        if self._y - height >= _BOTTOM + 24 * len(self._notes):
            return
        if self._column + 1 < self._number:
            self._column += 1
            self._y = self._top
        else:
            self._new_page()

    def _new_page(self) -> None:
        if self._y == _TOP and self._page == 1:
            return
        self._finish_page()
        self._page += 1
        self._column = 0
        self._top = self._y = self._low = _TOP

    def _finish_page(self) -> None:
        self._canvas.setFont("Body", 8)
        self._canvas.drawString(_LEFT, A4[1] - 40, self._title)
        self._canvas.drawRightString(_RIGHT, 30, str(self._page))
        y = _BOTTOM - 10 + 10 * len(self._notes)
        for note in self._notes:
            number, _, text = note.partition(" ")
            self._canvas.setFont("Body", 5)
            self._canvas.drawString(_LEFT, y + 3, number)
            self._canvas.setFont("Body", _SMALL)
            self._canvas.drawString(_LEFT + 12, y, text)
            y -= 10
        self._notes = []
        self._canvas.showPage()


def as_pdf(guide: Guide) -> bytes:
    return Paper(guide).write(guide)
