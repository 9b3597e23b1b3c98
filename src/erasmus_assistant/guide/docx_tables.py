"""Tables of a Word document as rows of cells, those that name the columns apart."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

from erasmus_assistant.guide.composing import one_line
from erasmus_assistant.guide.docx_text import Texts

_WIDEST = 60
_LONGEST_REPEATED = 300

_Row = list[str]


def table_rows(table: Any, texts: Texts) -> tuple[list[_Row], list[_Row]]:
    """The rows that name the columns, and the others; a cell that spans rows or columns is in each of them."""
    headers: list[_Row] = []
    rows: list[_Row] = []
    above: _Row = []
    for element in table.iterchildren(qn("w:tr")):
        naming = not rows and element.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        above = _cells(element, above, texts, naming)
        if any(above):
            (headers if naming else rows).append(above)
    if not headers and len(rows) > 1 and _could_name(rows[0]):
        headers = [rows.pop(0)]
    return headers, rows


def _could_name(row: _Row) -> bool:
    return len(row) > 1 and all(row) and not any(any(map(str.isdecimal, cell)) for cell in row)


def _cells(row: Any, above: _Row, texts: Texts, naming: bool) -> _Row:
    done: _Row = []
    elements = list(row.iterchildren(qn("w:tc")))
    for element in elements:
        properties = element.find(qn("w:tcPr"))
        text = one_line(" ".join(texts.of(paragraph)[0] for paragraph in element.iter(qn("w:p"))))
        merged = properties.find(qn("w:vMerge")) if properties is not None else None
        if merged is not None and merged.get(qn("w:val")) != "restart" and not text and len(done) < len(above):
            text = above[len(done)] if len(above[len(done)]) <= _LONGEST_REPEATED else ""
        # A cell over the whole width heads the rows below it and is written once.
        width = 1 if len(elements) == 1 and not naming else _span(properties)
        done += [text] + [text if len(text) <= _LONGEST_REPEATED else ""] * (width - 1)
    return done


def _span(properties: Any) -> int:
    span = properties.find(qn("w:gridSpan")) if properties is not None else None
    value = span.get(qn("w:val")) if span is not None else None
    return min(int(value), _WIDEST) if value and value.isascii() and value.isdecimal() and int(value) > 0 else 1
