"""Word documents -> stored text and blocks, through python-docx, which opens the package without expanding entities."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.composing import Composer, Place, Reading, cleaned, one_line
from erasmus_assistant.guide.docx_styles import Styles
from erasmus_assistant.guide.docx_tables import table_rows
from erasmus_assistant.guide.docx_text import Texts

LARGEST_PART = 60_000_000
LARGEST = 200_000_000
MOST_PARTS = 5_000
_STEEPEST = 250
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9-]+)?$", re.IGNORECASE)
_BOLD_HEADING = 100
_BROKEN = (
    OpcError,
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    ValueError,
    AttributeError,
    IndexError,
    TypeError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    AssertionError,
    LookupError,
    RecursionError,
)
"""What python-docx and its parts raise on damaged packages."""


def read_docx(data: bytes, name: str, language: str = "") -> Reading:
    """Raises UnreadableDocument for a package that is damaged, a bomb, or no Word document."""
    try:
        _check_package(data, name)
        return _Document(docx.Document(BytesIO(data))).reading()
    except _BROKEN as error:
        detail = one_line(str(error))[:80] or type(error).__name__
        raise UnreadableDocument(
            f"{name!r} is no sound DOCX ({detail}); save it from the word processor again"
        ) from None
    except MemoryError:
        raise UnreadableDocument(f"{name!r} takes too much memory to read; split it") from None


def _check_package(data: bytes, name: str) -> None:
    """Refuses a package whose parts are too many, too large, or packed beyond what text allows."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = package.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
            raise UnreadableDocument(
                f"{name!r} unpacks to over {LARGEST // 1_000_000} MB; take out its pictures or split it"
            )
        for part in parts:
            written = part.filename.endswith((".xml", ".rels"))
            steep = part.file_size > 2_000_000 and part.file_size > _STEEPEST * max(1, part.compress_size)
            if steep or (written and part.file_size > LARGEST_PART):
                raise UnreadableDocument(
                    f"{name!r} part {part.filename!r} is packed like a bomb; save the document again"
                )
            if part.flag_bits & 1:
                raise UnreadableDocument(f"{name!r} is encrypted; save it without a password")
        if "[Content_Types].xml" not in package.namelist():
            raise UnreadableDocument(f"{name!r} is a zip file and no Word document; unpack it")


class _Document:
    """Writes the paragraphs and tables of one document in order."""

    def __init__(self, package: Any) -> None:
        self._package = package
        self._styles = Styles(package)
        self._texts = Texts(package.part)
        self._composer = Composer()
        self._level = 0

    def reading(self) -> Reading:
        for element in _content(self._package.element.body):
            if element.tag == qn("w:p"):
                self._paragraph(element)
            else:
                self._table(element)
        self._footnotes()
        properties = self._package.core_properties
        match = _LANGUAGE.match((properties.language or "").strip())
        return self._composer.reading(cleaned(properties.title or "").strip(), match.group(1).lower() if match else "")

    def _paragraph(self, element: Any) -> None:
        style = self._styles.of(element)
        if style.name.startswith("toc"):
            return
        parts, bold = self._texts.of(element)
        text = "\n".join(line.strip() for line in parts.split("\n")).strip()
        if not text:
            return
        place = Place(anchor=_bookmark(element))
        if style.level:
            self._level = style.level
            self._composer.heading(text, style.level, place)
        elif style.depth:
            self._composer.item(text, style.depth, style.mark, place)
        elif (
            bold
            and len(text) <= _BOLD_HEADING
            and "\n" not in text
            and text[-1] not in ".:;,!…)"
            and style.name != "caption"
        ):
            self._composer.heading(text, min(self._level + 1, 7), place)
        else:
            self._composer.paragraph(text, place)

    def _table(self, element: Any) -> None:
        headers, rows = table_rows(element, self._texts)
        if max((len(row) for row in (*headers, *rows)), default=0) > 1:
            self._composer.table(headers, rows)
            return
        for paragraph in element.iter(qn("w:p")):
            self._paragraph(paragraph)

    def _footnotes(self) -> None:
        for kind in ("footnotes", "endnotes"):
            part = next(
                (
                    one.target_part
                    for one in self._package.part.rels.values()
                    if not one.is_external and one.reltype.endswith("/" + kind)
                ),
                None,
            )
            root = parse_xml(part.blob) if part is not None else ()
            for note in root:
                label = self._texts.labels.get((kind, note.get(qn("w:id")) or ""))
                if label:
                    text = " ".join(self._texts.of(paragraph)[0] for paragraph in note.iter(qn("w:p")))
                    self._composer.footnote(label, one_line(text))


def _content(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those in content controls too; tables of contents are left out."""
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            gallery = element.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
            if gallery is None or "contents" not in (gallery.get(qn("w:val")) or "").lower():
                waiting += reversed(element)


def _bookmark(element: Any) -> str:
    mark = element.find(qn("w:bookmarkStart"))
    name = mark.get(qn("w:name")) if mark is not None else None
    return name if name and not name.startswith("_") else ""
