"""Markdown and tables in plain text."""

from __future__ import annotations

import contextlib
import time

import pytest

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.reading import Reading, read
from erasmus_assistant.records import BlockKind

GUIDE = """---
title: "Guide 2027"
language: en
---
# Guide {#top}

Some **bold** text with a [link](https://portal.example/x) and a note[^n]. Last words.

- one
  - nested
2. two

| Group | Rate |
|-------|-----:|
| 1 | 80 EUR |

[^n]: The note
    goes on.
"""


def rows(reading: Reading) -> list[tuple[str, str | None]]:
    found = [block for block in reading.blocks if block.kind is BlockKind.TABLE_ROW]
    return [
        (reading.text[block.start : block.end], reading.text[slice(*block.header)] if block.header else None)
        for block in found
    ]


def test_markdown_is_read_as_a_page() -> None:
    reading = read(GUIDE.encode(), "x.md")
    assert reading.text == (
        "Guide\n\nSome bold text with a link and a note[1]. (https://portal.example/x) Last words.\n\n"
        "• one\n  • nested\n2. two\n\nGroup | Rate\n1 | 80 EUR\n\n[1] The note goes on.\n"
    )
    assert (reading.title, reading.language, reading.year) == ("Guide 2027", "en", 2027)
    assert reading.blocks[0].anchor == "top"
    assert rows(reading) == [("Group | Rate", None), ("1 | 80 EUR", "Group | Rate")]


def test_notes_in_code_are_left_alone() -> None:
    assert "[^a]: x" in read(b"Text\n\n```\n[^a]: x\n```\n", "x.md").text


@pytest.mark.parametrize(
    "bomb",
    ["[" * 50_000, "*a " * 50_000, "`a``b```" * 10_000, ">" * 50_000, "a\n" * 50_000, "[a\n" * 20_000, "![" * 50_000],
)
def test_bombs_are_refused_or_read_in_time(bomb: str) -> None:
    begun = time.monotonic()
    with contextlib.suppress(UnreadableDocument):
        read(bomb.encode(), "x.md")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Group | Rate\nGroup 1 | 80\n", [("Group | Rate", None), ("Group 1 | 80", "Group | Rate")]),
        (
            "Grupa | Likme\n1. grupa | 80\n2. grupa | 70\n",
            [("Grupa | Likme", None), ("1. grupa | 80", "Grupa | Likme"), ("2. grupa | 70", "Grupa | Likme")],
        ),
        ("Days\tEUR\n1-14\t80\n", [("Days\tEUR", None), ("1-14\t80", "Days\tEUR")]),
        ("Band       EUR\n10-99 km   28\n", [("Band       EUR", None), ("10-99 km   28", "Band       EUR")]),
        (
            "Group | EUR\n------|----\nA | 1\n",
            [("Group | EUR\n------|----", None), ("A | 1", "Group | EUR\n------|----")],
        ),
        ("Two words.  Then two more\nand a second  line of text\n", []),
    ],
)
def test_tables_in_plain_text(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert rows(read(f"Rates\n\n{text}".encode(), "x.txt")) == expected


def test_plain_text_is_titled_and_dated_by_its_first_heading() -> None:
    reading = read(b"Programme Guide 2027\n\nSome words of text.\n", "x.txt")
    assert (reading.title, reading.year) == ("Programme Guide 2027", 2027)
