"""Tables of a page as rows of cells: spans filled in, the rows that name the columns apart."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from erasmus_assistant.guide.html_inline import Inline
from erasmus_assistant.guide.html_notes import Notes

_WIDEST = 60
_LONGEST_SPAN = 1000
_LONGEST_REPEATED = 300
_SILENT = frozenset(("script", "style", "noscript", "template", "button", "input", "select", "svg"))
_PARTED = frozenset(("p div li dt dd tr ul ol h1 h2 h3 h4 h5 h6").split())

_Row = list[str]


def is_data_table(table: HtmlElement) -> bool:
    """Whether a table holds data; one that only lays out the page is read as running text."""
    if table.get("role") in ("presentation", "none") or any(True for _ in table.iter("h1", "h2", "h3")):
        return False
    if next(table.iter("th", "caption", "thead"), None) is not None:
        return True
    rows = list(_rows(table))
    return len(rows) > 1 and sum(len(_cells(row)) > 1 for row in rows) * 2 > len(rows)


def table_rows(table: HtmlElement, notes: Notes) -> tuple[str, list[_Row], list[_Row]]:
    """The caption, the rows that name the columns, and the others; a cell that spans rows is in each of them."""
    caption = table.find("caption")
    named = _cell_text(caption, notes) if caption is not None else ""
    headers: list[_Row] = []
    rows: list[_Row] = []
    carried: dict[int, tuple[int, str]] = {}
    elements = list(_rows(table))
    for element in elements:
        naming = not rows and _names_columns(element)
        cells = _filled(element, carried, notes, naming)
        if any(cells):
            (headers if naming else rows).append(cells)
    if not headers and len(rows) > 1 and next(table.iter("th"), None) is None and _could_name(rows[0]):
        headers = [rows.pop(0)]
    return named, headers, rows


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """Rows of the table itself; those of a foot come last."""
    for part in sorted(table, key=lambda part: part.tag == "tfoot"):
        if part.tag == "tr":
            yield part
        elif part.tag in ("thead", "tbody", "tfoot"):
            yield from part.iterchildren("tr")


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return list(row.iterchildren("td", "th"))


def _names_columns(row: HtmlElement) -> bool:
    parent = row.getparent()
    if parent is not None and parent.tag == "thead":
        return True
    cells = _cells(row)
    return len(cells) > 1 and all(cell.tag == "th" or not str(cell.text_content()).strip() for cell in cells)


def _could_name(row: _Row) -> bool:
    return len(row) > 1 and all(row) and not any(any(map(str.isdecimal, cell)) for cell in row)


def _filled(element: HtmlElement, carried: dict[int, tuple[int, str]], notes: Notes, naming: bool) -> _Row:
    row: _Row = []

    def take_carried() -> None:
        while len(row) < _WIDEST and len(row) in carried:
            left, text = carried.pop(len(row))
            if left > 1:
                carried[len(row)] = (left - 1, text)
            row.append(text)

    cells = _cells(element)
    for cell in cells:
        take_carried()
        text = _cell_text(cell, notes)
        # A cell over the whole width heads the rows below it and is written once.
        width = 1 if len(cells) == 1 and not naming else min(_span(cell, "colspan"), _WIDEST)
        height = min(_span(cell, "rowspan"), _LONGEST_SPAN)
        repeated = text if len(text) <= _LONGEST_REPEATED else ""
        for number in range(width):
            if height > 1 and len(row) < _WIDEST:
                carried[len(row)] = (height - 1, repeated)
            row.append(repeated if number else text)
    take_carried()
    return row


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return max(1, int(value)) if value.isascii() and value.isdecimal() and len(value) < 6 else 1


def _cell_text(cell: HtmlElement, notes: Notes) -> str:
    """The words of a cell on one line."""
    inline = Inline(notes)
    skipped: HtmlElement | None = None
    walker = etree.iterwalk(cell, events=("start", "end", "comment"))
    for event, element in walker:
        if event == "start":
            if element.tag in _SILENT:
                skipped = element
                walker.skip_subtree()
                continue
            if element.tag in _PARTED or element.tag == "br":
                inline.line_break()
            inline.open(element)
            inline.text(element.text)
            continue
        if event == "end" and element is not skipped:
            inline.close(element)
            if element.tag in _PARTED:
                inline.line_break()
        if element is not cell:
            inline.text(element.tail)
    return " ".join(" ".join(inline.take()[0]).split())
