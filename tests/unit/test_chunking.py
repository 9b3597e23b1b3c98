"""Passages: spans that cover the document once, in every format, and tables that keep their heading rows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_writer import write_pdf

from erasmus_assistant.guide.chunking import Chunking, split
from erasmus_assistant.guide.composing import Composer
from erasmus_assistant.guide.reading import Reading, read
from erasmus_assistant.records import BlockKind, Document, Passage

WORDS = st.lists(st.sampled_from(["Aaa", "bbb.", "Ccc", "dd[1]", "x:", "https://a.eu"]), min_size=1, max_size=300).map(
    " ".join
)
SHORT = st.lists(st.sampled_from(["Aaa", "bbb", "3", "EUR"]), min_size=1, max_size=5).map(" ".join)
ROWS = st.lists(st.tuples(SHORT, WORDS | SHORT), min_size=0, max_size=30)


def document(reading: Reading) -> Document:
    return Document("d", reading.title, reading.language or "en", reading.text, reading.blocks)


def checked(reading: Reading, chunking: Chunking | None = None) -> tuple[Passage, ...]:
    """The passages, after the invariants of spans have been asserted."""
    passages = split(document(reading), chunking)
    cover = [0] * len(reading.text)
    for passage in passages:
        assert reading.text[passage.start : passage.end] == passage.text == passage.text.strip() != ""
        for at in range(passage.start, passage.end):
            cover[at] += 1
    for block in reading.blocks:
        wanted = 0 if block.kind is BlockKind.FURNITURE else 1
        assert all(cover[at] == wanted for at in range(block.start, block.end) if not reading.text[at].isspace())
    assert len({passage.id for passage in passages}) == len(passages)
    return passages


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    composer = Composer()
    for kind in draw(st.lists(st.integers(0, 5), min_size=1, max_size=12)):
        if kind == 0:
            composer.heading(draw(SHORT), draw(st.integers(1, 4)))
        elif kind == 1:
            composer.paragraph(draw(WORDS))
        elif kind == 2:
            for text in draw(st.lists(WORDS, min_size=1, max_size=6)):
                composer.item(text, draw(st.integers(1, 3)))
        elif kind == 3:
            composer.table([("Group", "EUR")] * draw(st.integers(0, 2)), draw(ROWS))
        elif kind == 4:
            composer.footnote("1", draw(WORDS))
        else:
            composer.paragraph("Table: " + draw(SHORT))
    return composer.reading()


@given(readings())
@settings(max_examples=150, deadline=None)
def test_passages_cover_every_block_once(reading: Reading) -> None:
    checked(reading)
    checked(reading, Chunking(target=60, longest=80, longest_list=120, tail=30))


TEXTS = st.lists(
    st.sampled_from(
        [
            "# Title",
            "Words of text.",
            "- item",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "Note[^1].",
            "[^1]: n",
            "1. one",
            "> quote",
            "**Bold**",
            "a | b\nc | 1",
            "Group   EUR\nA       1",
            "[1] Note",
        ]
    ),
    min_size=1,
)


@given(TEXTS, st.sampled_from(["x.md", "x.txt"]))
@settings(max_examples=100, deadline=None)
def test_every_text_is_covered_once(parts: list[str], name: str) -> None:
    checked(read(("Start of it.\n\n" + "\n\n".join(parts)).encode(), name))


TAGS = st.lists(
    st.sampled_from(
        [
            "<h2 id=a>Title</h2>",
            "<p>Words.",
            "<ul><li>item<li>other",
            "</ul>",
            "<table><tr><th>a<th>b<tr><td>1<td>2",
            "</table>",
            "<sup><a href='#n'>1</a></sup>",
            "<p id=n>Note",
            "<dl><dt>t<dd>d",
            "<br>",
            "<div>loose",
        ]
    )
)


@given(TAGS)
@settings(max_examples=100, deadline=None)
def test_every_page_is_covered_once(parts: list[str]) -> None:
    checked(read(("<html><body><p>Start." + "".join(parts)).encode(), "x.html"))


def test_a_pdf_is_covered_once_with_its_pages() -> None:
    pages = [
        [(60.0, 700.0, 18.0, f"Heading {at}"), (60.0, 670.0, 10.0, f"Text of page {at} ends here.")] for at in range(3)
    ]
    passages = checked(read(write_pdf(pages), "x.pdf"))
    assert [passage.page for passage in passages] == [1, 2, 3]


def long_table() -> Reading:
    composer = Composer()
    composer.heading("Rates", 1)
    composer.paragraph("The rates are:")
    composer.table([("Country", "Rate")], [(f"Country number {at}", f"{at} EUR a day") for at in range(60)])
    composer.table([("Band", "Travel")], [("10 to 99 km", "28")])
    return composer.reading()


def test_long_tables_are_split_at_rows_and_keep_their_header() -> None:
    reading = long_table()
    passages = checked(reading)
    header = next(block for block in reading.blocks if block.kind is BlockKind.TABLE_ROW)
    rates, travel = passages[:-1], passages[-1]
    assert passages[0].text.startswith("Rates\n\nThe rates are:\n\nCountry | Rate\n")
    assert {passage.header for passage in rates} == {(header.start, header.end)}
    assert all(400 < len(passage.text) <= Chunking().target for passage in rates)
    assert travel.text == "Band | Travel\n10 to 99 km | 28"
    assert reading.text[slice(*travel.header)] == "Band | Travel" if travel.header else False


def test_a_footnote_is_that_of_its_own_page() -> None:
    composer = Composer()
    for page in ("first", "second"):
        composer.heading(f"The {page}", 1)
        composer.paragraph(f"Text of the {page}[1].")
        composer.footnote("1", f"note of the {page}")
    passages = [one for one in checked(composer.reading()) if one.kind == "text"]
    assert [composer.reading().text[slice(*passage.notes[0])] for passage in passages] == [
        "[1] note of the first",
        "[1] note of the second",
    ]
