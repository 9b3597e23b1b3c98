"""PDF: layout to blocks, and what is refused."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from pdf_writer import Text, assemble, write_pdf
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.reading import Reading, read
from erasmus_assistant.records import BlockKind


def shown(reading: Reading) -> list[tuple[str, int | None, str]]:
    return [(block.kind.value, block.page, reading.text[block.start : block.end]) for block in reading.blocks]


def running(number: int) -> list[Text]:
    return [(60, 770, 8, "Programme Guide"), (300, 20, 8, str(number))]


def test_headings_paragraphs_over_pages_and_running_heads() -> None:
    filler = [
        (60, 600 - 14 * at, 10, f"Filler line number {at} of the page goes on to the right edge of the page.")
        for at in range(4)
    ]
    pages: list[list[Text]] = [
        [
            *running(1),
            (60, 720, 18, "The Guide"),
            (60, 690, 10, "A paragraph that is long enough to fill the whole inter-"),
            (60, 677, 10, "national line."),
        ],
        [*running(2), (60, 720, 10, "This is the text that the sentence on the next page con-")],
        [*running(3), (60, 720, 10, "tinues here and ends."), *filler],
    ]
    reading = read(write_pdf(pages), "x.pdf")
    assert shown(reading)[:3] == [
        ("heading", 1, "The Guide"),
        ("paragraph", 1, "A paragraph that is long enough to fill the whole international line."),
        ("paragraph", 2, "This is the text that the sentence on the next page continues here and ends."),
    ]
    assert "Programme Guide" not in reading.text


def test_columns_are_read_one_after_the_other() -> None:
    left = [(60, 700 - 13 * at, 10, f"Left column line {at} that fills all its width") for at in range(8)]
    right = [(320, 700 - 13 * at, 10, f"Right column line {at} that fills its width") for at in range(8)]
    page: list[Text] = [one for pair in zip(left, right, strict=True) for one in pair]
    text = read(write_pdf([page]), "x.pdf").text
    assert text.index("Left column line 7") < text.index("Right column line 0")


def test_tables_keep_their_heading_row() -> None:
    cells = [("Country", "Days", "Rate"), ("Latvia", "14", "80"), ("Malta", "14", "70")]
    table: list[Text] = [
        (60 + 150 * at, 650 - 16 * row, 10, cell) for row, line in enumerate(cells) for at, cell in enumerate(line)
    ]
    lead: list[Text] = [(60, 700, 10, "The rates are these, in euro for each day that is spent abroad by a person:")]
    reading = read(write_pdf([lead + table]), "x.pdf")
    rows = [block for block in reading.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [reading.text[row.start : row.end] for row in rows] == [
        "Country | Days | Rate",
        "Latvia | 14 | 80",
        "Malta | 14 | 70",
    ]
    assert rows[2].header == (rows[0].start, rows[0].end)


def test_footnotes_and_items() -> None:
    page: list[Text] = [
        (60, 700, 10, "Some text that has a note"),
        (176, 704, 6, "1"),
        (60, 670, 10, "• first item"),
        (60, 657, 10, "• second item"),
        (60, 60, 5, "1"),
        (66, 57, 8, "The note at the foot of the page."),
    ]
    reading = read(write_pdf([page]), "x.pdf")
    assert (
        reading.text
        == "Some text that has a note[1]\n\n• first item\n• second item\n\n[1] The note at the foot of the page.\n"
    )
    assert reading.blocks[-1].label == "1"


def bomb() -> bytes:
    """A form that draws a form ten times, that draws a form ten times, and so on."""
    forms = []
    for level in range(12):
        body = b"/X Do " * 10 if level < 11 else b"BT /F1 10 Tf (x) Tj ET"
        inner = f"/XObject << /X {6 + level} 0 R >>".encode() if level < 11 else b""
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << " + inner
        forms.append(head + f" >> /Length {len(body)} >>\nstream\n".encode() + body + b"\nendstream")
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R >>",  # noqa: E501
            b"<< /Length 5 >>\nstream\n/X Do\nendstream",
            *forms,
        ]
    )


def swollen() -> bytes:
    stream = zlib.compress(b"BT (xxxxxxxx) Tj ET\n" * 20_000_000, 9)
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            f"<< /Filter /FlateDecode /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream",
        ]
    )


PICTURE: list[Text] = [(60, 700, 10, "Words.")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"words", "no PDF by its content"),
        (b"%PDF-1.4\n%%EOF", "damaged"),
        (write_pdf([PICTURE])[:-40], "breaks off"),
        (write_pdf([[]] * 3), "no text layer"),
        (write_pdf([[]] * 3_001), "over 3,000 pages"),
        (bomb(), "."),
        (swollen(), "."),
    ],
    ids=["no-pdf", "damaged", "truncated", "no-text", "pages", "forms", "swollen"],
)
def test_what_is_refused(data: bytes, says: str) -> None:
    begun = time.monotonic()
    with pytest.raises(UnreadableDocument, match=says):
        read(data, "x.pdf")
    assert time.monotonic() - begun < 10


def locked(user: str, strength: int) -> bytes:
    """A page with words, encrypted with the standard algorithm (RC4); an empty password lets anybody read."""
    data = io.BytesIO()
    canvas = Canvas(data, encrypt=StandardEncryption(user, ownerPassword="owner", strength=strength), invariant=1)
    canvas.drawString(60, 700, "Schools may apply for a grant.")
    canvas.save()
    return data.getvalue()


@pytest.mark.parametrize("strength", [40, 128])
def test_an_encrypted_file_is_refused_with_the_remedy(strength: int) -> None:
    data = locked("secret", strength)
    assert b"/Encrypt" in data
    begun = time.monotonic()
    with pytest.raises(UnreadableDocument, match=r"^'x\.pdf' is encrypted; save it without a password$"):
        read(data, "x.pdf")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("strength", [40, 128])
def test_a_file_that_only_forbids_changes_is_read(strength: int) -> None:
    assert "Schools may apply for a grant." in read(locked("", strength), "x.pdf").text
