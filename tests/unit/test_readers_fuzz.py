"""Whatever the bytes, a reader gives a reading or says UnreadableDocument."""

from __future__ import annotations

import contextlib
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_writer import write_pdf
from test_chunking import checked
from test_readers_docx import sample, saved

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide import pdf, pdf_worker
from erasmus_assistant.guide.reading import READERS, read

PIECES = st.sampled_from(
    [
        "<table>",
        "<tr><td rowspan=3 colspan=99>",
        "</div>",
        "<ul><li>",
        "<h1>",
        "<sup><a href='#f'>1</a></sup>",
        "<p id=f>",
        "|",
        "|---|",
        "[^1]",
        "[^1]: ",
        "- ",
        "\n\n",
        "`",
        "***",
        "<",
        "&#x0;",
        "&#xD800;",
        "<!--",
        "]]>",
        "\x00",
        "<br><br>",
        "<dl><dt>",
        "1. ",
        "<a href='http://x.eu'>",
        "<pre>",
        "\t",
        "   x   ",
        "+--+",
        "\u202e",
        "\ufdd0",
        "\ufdd1",
        "\x85",
        "words",
        "Words of text. ",
        "é",
        "<q>",
    ]
)
TEXT = st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join)
DOCX = saved(sample())
PDF = write_pdf([[(60, 700, 18, "Heading"), (60, 670, 10, "Text here."), (60, 50, 8, "1 Note")]] * 2)


@given(st.binary(max_size=400), st.sampled_from(sorted(set(READERS) - {".pdf"})))
@settings(max_examples=300, deadline=None)
def test_random_bytes(data: bytes, suffix: str) -> None:
    with contextlib.suppress(UnreadableDocument):
        read(data, f"x{suffix}")


@given(TEXT, st.sampled_from([".html", ".md", ".txt"]))
@settings(max_examples=400, deadline=None)
def test_hostile_text(text: str, suffix: str) -> None:
    with contextlib.suppress(UnreadableDocument):
        checked(read(text.encode("utf-8", "surrogatepass"), f"x{suffix}"))


@st.composite
def mutated(draw: st.DrawFn, source: bytes) -> bytes:
    data = bytearray(source)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 20))] = draw(st.binary(max_size=4))
    return bytes(data) or b"x"


@given(mutated(DOCX))
@settings(max_examples=80, deadline=None)
def test_mutated_packages(data: bytes) -> None:
    with contextlib.suppress(UnreadableDocument):
        checked(read(data, "x.docx"))


PARTS = {
    name: zipfile.ZipFile(BytesIO(DOCX)).read(name)
    for name in ("word/document.xml", "word/styles.xml", "word/numbering.xml")
}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_mutated_parts_in_sound_packages(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PARTS)))
    part = data.draw(mutated(PARTS[name]))
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(DOCX)) as old, zipfile.ZipFile(packed, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, part if info.filename == name else old.read(info))
    with contextlib.suppress(UnreadableDocument):
        checked(read(packed.getvalue(), "x.docx"))


@given(mutated(PDF))
@settings(max_examples=100, deadline=None)
def test_mutated_pdfs_without_their_process(data: bytes) -> None:
    with contextlib.suppress(UnreadableDocument):
        checked(pdf.read_pages(pdf_worker.extracted(data), "x.pdf"))


@pytest.mark.parametrize("cut", [0, 1, 5, 9, 60, 300, 700, len(PDF) - 1])
def test_truncated_pdfs(cut: int) -> None:
    with contextlib.suppress(UnreadableDocument):
        checked(read(PDF[:cut], "x.pdf"))
