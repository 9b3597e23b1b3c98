"""A file of the guide -> its stored text and blocks, by its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.composing import Reading
from erasmus_assistant.guide.decoding import decode
from erasmus_assistant.guide.plain_text import read_plain_text
from erasmus_assistant.guide.sniffing import check_kind
from erasmus_assistant.records import BlockKind

__all__ = ["READERS", "Reader", "Reading", "read"]

Reader = Callable[[bytes, str, str], Reading]
"""Bytes, a name for messages, the language where known -> Reading; raises UnreadableDocument."""

_YEAR = re.compile(r"(?<!\d)(20[1-4]\d)(?!\d)")
_OPENING = 400


def _plain(data: bytes, name: str, language: str) -> Reading:
    text = decode(data, name, language)
    return Reading(text, read_plain_text(text))


# The parsers are imported by the first file that needs them: an app that opens a built index needs none.


def _html(data: bytes, name: str, language: str) -> Reading:
    from erasmus_assistant.guide.html import read_html

    return read_html(data, name, language)


def _markdown(data: bytes, name: str, language: str) -> Reading:
    from erasmus_assistant.guide.markdown import read_markdown

    return read_markdown(data, name, language)


def _docx(data: bytes, name: str, language: str) -> Reading:
    from erasmus_assistant.guide.docx import read_docx

    return read_docx(data, name, language)


def _pdf(data: bytes, name: str, language: str) -> Reading:
    from erasmus_assistant.guide.pdf import read_pdf

    return read_pdf(data, name, language)


READERS: dict[str, Reader] = {
    ".txt": _plain,
    ".text": _plain,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".md": _markdown,
    ".markdown": _markdown,
    ".docx": _docx,
    ".pdf": _pdf,
}


def read(data: bytes, name: str, language: str = "") -> Reading:
    """Reads a file by the ending of its `name`."""
    suffix = "." + name.rpartition(".")[2].lower()
    reader = READERS.get(suffix)
    if reader is None:
        kinds = ", ".join(sorted(READERS))
        raise UnreadableDocument(f"{name!r} is of a kind that can't be read; supply one of {kinds}")
    check_kind(data, name, suffix)
    reading = reader(data, name, language)
    if not any(block.kind is not BlockKind.FURNITURE for block in reading.blocks):
        raise UnreadableDocument(f"{name!r} holds no text of a guide; supply the file again")
    return _named(reading)


def _named(reading: Reading) -> Reading:
    """With the title and year that the file itself shows at its beginning, where it does not declare them."""
    title = reading.title or _first_heading(reading)
    years = set(_YEAR.findall(title)) or set(_YEAR.findall(reading.text[:_OPENING]))
    year = int(years.pop()) if reading.year is None and len(years) == 1 else reading.year
    return replace(reading, title=title, year=year)


def _first_heading(reading: Reading) -> str:
    solid = [block for block in reading.blocks if block.kind is not BlockKind.FURNITURE][:1]
    if not solid or solid[0].kind is not BlockKind.HEADING:
        return ""
    line = reading.text[solid[0].start : solid[0].end].splitlines()[0]
    return line.lstrip("# ").strip()
