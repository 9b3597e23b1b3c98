"""Saved pages: what is kept, how it is written, and what is refused."""

from __future__ import annotations

import time

import pytest

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.reading import Reading, read
from erasmus_assistant.records import BlockKind


def page(body: str, head: str = "") -> Reading:
    return read(f"<!DOCTYPE html><html lang='lv-LV'><head>{head}</head><body>{body}</body></html>".encode(), "x.html")


def shown(reading: Reading) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, reading.text[block.start : block.end]) for block in reading.blocks]


def test_furniture_of_the_site_is_left_out() -> None:
    reading = page(
        "<a class='skip-link' href='#main'>Skip to main content</a>"
        "<header><nav><a href='/'>Home</a></nav></header><div class='cookie-banner'>We use cookies</div>"
        "<main><nav class='breadcrumb'>Home / Guide</nav><h1>Guide</h1><form role='search'><input></form>"
        "<p>The text.</p><div class='share-this'>Facebook</div><p>Share this page</p><script>alert(1)</script></main>"
        "<aside>Related</aside><footer>Imprint</footer>"
    )
    assert shown(reading) == [("heading", 1, "Guide"), ("paragraph", 0, "The text.")]


def test_furniture_is_left_out_where_no_element_marks_the_text() -> None:
    reading = page(
        "<header><h1>Guide</h1></header><ul><li><a href='/a'>A</a></li><li><a href='/b'>B</a></li><li><a href='#c'>C</a></li></ul>"  # noqa: E501
        "<div id='content-with-sidebar'><p>The text.</p></div><div class='sidebar'>Other</div>"
    )
    assert shown(reading) == [("heading", 1, "Guide"), ("paragraph", 0, "The text.")]


def test_a_section_named_after_its_subject_is_no_furniture() -> None:
    reading = page("<main><section id='languages'><h2>Languages</h2><p>Six are taught.</p></section></main>")
    assert [text for _, _, text in shown(reading)] == ["Languages", "Six are taught."]


def test_lists_keep_depth_and_number() -> None:
    reading = page("<ul><li>one<ul><li>deep</li></ul>rest</li></ul><ol start='3'><li>three</li><li>four</li></ol>")
    assert shown(reading) == [
        ("item", 1, "• one"),
        ("item", 2, "• deep"),
        ("item", 1, "rest"),
        ("item", 1, "3. three"),
        ("item", 1, "4. four"),
    ]
    assert reading.text == "• one\n  • deep\nrest\n3. three\n4. four\n"


def test_rows_of_a_table_keep_their_heading_row() -> None:
    reading = page(
        "<table><caption>Rates</caption><tr><th>Group</th><th>Country</th><th>EUR</th></tr>"
        "<tr><td rowspan='2'>1</td><td>Latvia</td><td>80</td></tr><tr><td>Malta</td><td>81</td></tr></table>"
    )
    assert [text for _, _, text in shown(reading)] == [
        "Rates",
        "Group | Country | EUR",
        "1 | Latvia | 80",
        "1 | Malta | 81",
    ]
    header = reading.blocks[1]
    assert header.header is None
    assert [block.header for block in reading.blocks[2:]] == [(header.start, header.end)] * 2


def test_two_heading_rows_are_one_header() -> None:
    reading = page(
        "<table><thead><tr><th rowspan='2'>Group</th><th colspan='2'>Rate</th></tr><tr><th>short</th><th>long</th></tr></thead>"  # noqa: E501
        "<tbody><tr><td>1</td><td>80</td><td>60</td></tr></tbody></table>"
    )
    start, end = reading.blocks[2].header or (0, 0)
    assert reading.text[start:end] == "Group | Rate | Rate\nGroup | short | long"


def test_a_table_that_only_lays_out_is_running_text() -> None:
    reading = page("<table role='presentation'><tr><td><p>Left.</p></td><td><p>Right.</p></td></tr></table>")
    assert shown(reading) == [("paragraph", 0, "Left."), ("paragraph", 0, "Right.")]


def test_an_address_stands_after_its_sentence() -> None:
    reading = page(
        "<p>Apply on the <a href='https://portal.example/x'>portal</a> by May. Or write to "
        "<a href='mailto:a@b.example'>a@b.example</a>. Not <a href='javascript:x()'>this</a>, <a href='#t'>that</a>.</p>"  # noqa: E501
    )
    assert (
        reading.text
        == "Apply on the portal by May. (https://portal.example/x) Or write to a@b.example. Not this, that.\n"
    )


def test_linked_footnotes_and_backlinks() -> None:
    reading = page(
        "<p>Text<sup><a id='r1' href='#fn1'>1</a></sup> here.</p><ol class='footnotes'>"
        "<li id='fn1'><p>The note. <a href='#r1'>↩</a></p></li></ol>"
    )
    assert reading.text == "Text[1] here.\n\n[1] The note.\n"
    assert (reading.blocks[1].kind, reading.blocks[1].label) == (BlockKind.FOOTNOTE, "1")


def test_unlinked_footnotes_but_not_powers() -> None:
    reading = page("<p>Text<sup>1</sup> on 5 m<sup>2</sup>.</p><p><sup>1</sup> The note.</p>")
    assert reading.text == "Text[1] on 5 m2.\n\n[1] The note.\n"


def test_anchors_are_those_of_the_nearest_heading() -> None:
    reading = page(
        "<section id='who'><h2>Who</h2><p>All.</p></section><h2 id='when'>When</h2><p id='p1'>Now.</p><p>Then.</p>"
    )
    assert [block.anchor for block in reading.blocks] == ["who", "who", "when", "p1", "when"]


def test_breaks_definitions_bold_headings_and_folded_white_space() -> None:
    reading = page(
        "<p>one<br>two<br><br>three\n  four\xa0five</p><dl><dt>Host</dt><dd>receives.</dd></dl><p><b>Rates</b></p>"
    )
    assert shown(reading) == [
        ("paragraph", 0, "one\ntwo"),
        ("paragraph", 0, "three four five"),
        ("item", 1, "• Host: receives."),
        ("heading", 1, "Rates"),
    ]


def test_title_language_and_year() -> None:
    reading = page("<main><h1>Vadlīnijas</h1><p>Teksts.</p></main>", "<title>Vadlīnijas 2027 | Portāls</title>")
    assert (reading.title, reading.language, reading.year) == ("Vadlīnijas 2027 | Portāls", "lv", 2027)


def test_a_declared_legacy_encoding_is_believed() -> None:
    body = "<html><meta charset='windows-1257'><body><p>Šķūņa ēna</p></body></html>"
    assert "Šķūņa ēna" in read(body.encode("cp1257"), "x.html").text


def test_invisible_and_bidirectional_characters_are_dropped() -> None:
    assert page("<p>a\u00adb\u202ec\u200bd</p>").text == "abcd\n"


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "x.html", "is empty"),
        (b"just words", "x.html", "no HTML tag"),
        (b"<html><body><nav>Menu</nav></body></html>", "x.html", "no text"),
        (b"<!doctype html><p>x", "x.txt", "is HTML by its content"),
        (b"<html><body>x", "x.md", "is HTML by its content"),
        (b"%PDF-1.4 x", "x.html", "is a PDF by its content"),
        (b"PK\x03\x04 x", "x.txt", "is a zip file by its content"),
        (b"<div>" * 1_000_000, "x.html", "split it"),
        (b"<div>" * 200_000, "x.html", "more than 250 deep"),
        (b"<p>x" * 400_000, "x.html", "tags; split it"),
        (b"<p>x</p>", "x.xyz", "kind that can't be read"),
    ],
)
def test_what_is_refused(data: bytes, name: str, says: str) -> None:
    begun = time.monotonic()
    with pytest.raises(UnreadableDocument, match=says) as refused:
        read(data, name)
    assert name in str(refused.value)
    assert time.monotonic() - begun < 10
