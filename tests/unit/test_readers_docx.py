"""Word documents."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.reading import read
from erasmus_assistant.records import BlockKind


def saved(document: Any) -> bytes:
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def sample() -> Any:
    document: Any = docx.Document()
    document.core_properties.title = "Guide 2027"
    document.core_properties.language = "de-DE"
    document.add_heading("Guide", 1)
    document.add_paragraph("Some text.")
    document.add_paragraph("one", style="List Bullet")
    document.add_paragraph("deep", style="List Bullet 2")
    table = document.add_table(rows=3, cols=2)
    for at, text in enumerate(("Group", "Rate", "1", "80", "2", "70")):
        table._cells[at].text = text
    return document


def test_headings_lists_and_tables() -> None:
    reading = read(saved(sample()), "x.docx")
    assert reading.text == "Guide\n\nSome text.\n\n• one\n  • deep\n\nGroup | Rate\n1 | 80\n2 | 70\n"
    assert (reading.title, reading.language, reading.year) == ("Guide 2027", "de", 2027)
    header = next(block for block in reading.blocks if block.kind is BlockKind.TABLE_ROW)
    assert reading.blocks[-1].header == (header.start, header.end)


def test_deleted_words_are_left_out_and_links_shown() -> None:
    document: Any = docx.Document()
    paragraph = document.add_paragraph("Kept ")
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>gone</w:delText></w:r></w:del>"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    key = document.part.relate_to("https://a.example/x", kind, is_external=True)
    link = f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}"><w:r><w:t>here</w:t></w:r></w:hyperlink>'
    paragraph._p.append(parse_xml(link))
    assert read(saved(document), "x.docx").text == "Kept here (https://a.example/x)\n"


def packed(**parts: bytes) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name.replace("__", "/"), body)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"no zip", "no DOCX by its content"),
        (b"PK\x03\x04" + b"x" * 100, "no sound DOCX"),
        (saved(sample())[:9000], "no sound DOCX"),
        (packed(**{"a.txt": b"x"}), "no Word document"),
        (packed(**{"word__document.xml": b"<a>" * 5_000_000}), "packed like a bomb"),
    ],
)
def test_what_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        read(data, "x.docx")


def test_entities_are_not_expanded_and_depth_is_bounded() -> None:
    source = saved(sample())
    for body in (
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]><w:document xmlns:w="x">&c;</w:document>',
        b"<a>" * 100_000,
    ):
        data = BytesIO()
        with zipfile.ZipFile(BytesIO(source)) as old, zipfile.ZipFile(data, "w") as new:
            for part in old.infolist():
                new.writestr(part.filename, body if part.filename == "word/document.xml" else old.read(part))
        with pytest.raises(UnreadableDocument):
            read(data.getvalue(), "x.docx")
