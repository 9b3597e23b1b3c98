"""Markdown -> stored text and blocks: rendered by markdown-it-py, then read as a page.

markdown-it-py follows CommonMark to the letter and reads tables; front matter and footnotes, which
CommonMark lacks, are read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from itertools import count

from markdown_it import MarkdownIt

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.composing import Reading
from erasmus_assistant.guide.decoding import decode
from erasmus_assistant.guide.html import read_markup

LARGEST = 6_000_000
_LONGEST_LINE = 100_000
_MOST_BRACKETS = 4_000
_DEEPEST = 40
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z][\w-]{0,40})[ \t]*:[ \t]*(.*)$")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*(.*)$")
_REFERENCE = re.compile(r"\[\^([^\]\s]{1,60})\](?!:)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING_ID = re.compile(r"<h([1-6])>([^\n]*?)[ \t]*\{#([\w.:-]{1,200})\}</h\1>")
_YEAR = re.compile(r"(?<!\d)(20[1-4]\d)(?!\d)")
_LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])", re.IGNORECASE)
_QUADRATIC = re.compile(r"[\[\]*_`<!~]{1500,}|(?:[\[*_`<~!(][^\n]{0,2}){2000,}")


def read_markdown(data: bytes, name: str, language: str = "") -> Reading:
    """Raises UnreadableDocument for a file that can't be decoded, holds no text or would take minutes to parse."""
    source = decode(data, name, language).replace("\r\n", "\n").replace("\r", "\n")
    declared, body = _front_matter(source)
    body, notes = _without_notes(body)
    _check_size(body, name)
    reading = read_markup(_rendered(body, notes, name), name)
    return _declared(reading, declared)


def _check_size(source: str, name: str) -> None:
    """The parser looks back over a paragraph for each mark in it, so that one of marks costs their square."""
    if len(source) > LARGEST:
        raise UnreadableDocument(f"{name!r} is Markdown of over {LARGEST // 1_000_000} MB; split it into several files")
    marks = 0
    for number, line in enumerate(source.split("\n"), 1):
        marks = marks + line.count("[") if line.strip() else 0
        if len(line) > _LONGEST_LINE or marks > _MOST_BRACKETS or _QUADRATIC.search(line):
            raise UnreadableDocument(f"{name!r} line {number} is no running text; break it into lines or take it out")


def _front_matter(source: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between the dashes at the beginning, and the text after them."""
    match = _FRONT_MATTER.match(source)
    fields = [_FIELD.match(line) for line in match.group(1).split("\n")] if match else []
    declared = {field.group(1).lower(): field.group(2).strip().strip("\"'") for field in fields if field}
    if match is None or not declared:
        return {}, source
    return declared, source[match.end() :]


def _without_notes(source: str) -> tuple[str, dict[str, str]]:
    """The text without its `[^mark]: note` paragraphs, and these by their marks."""
    kept: list[str] = []
    notes: dict[str, list[str]] = {}
    current: list[str] | None = None
    fence = ""
    for line in source.split("\n"):
        opening = _FENCE.match(line)
        if opening and (not fence or opening.group(1).startswith(fence)):
            fence = "" if fence else opening.group(1)
        match = None if fence else _NOTE.match(line)
        if match:
            current = notes.setdefault(match.group(1), [])
            current.append(match.group(2))
        elif current is not None and (
            line.startswith(("    ", "\t")) or (line.strip() and current[-1] and line[:1].isalnum())
        ):
            current.append(line.strip())
        elif current is not None and not line.strip():
            current.append("")
        else:
            current = None
            kept.append(line)
    return "\n".join(kept), {mark: "\n".join(lines).strip() for mark, lines in notes.items()}


def _rendered(body: str, notes: Mapping[str, str], name: str) -> str:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    labels = _labels(body, notes)

    def mark(match: re.Match[str]) -> str:
        label = labels.get(match.group(1))
        return f'<sup><a href="#fn-{label}">{label}</a></sup>' if label else match.group()

    try:
        page = parser.render(body)
        bodies = [(label, parser.render(notes[key])) for key, label in labels.items()]
    except (ValueError, IndexError, KeyError, RecursionError, AssertionError) as error:
        raise UnreadableDocument(
            f"{name!r} is no Markdown that can be read ({type(error).__name__}); simplify it"
        ) from None
    page = _HEADING_ID.sub(lambda match: f'<h{match[1]} id="{escape(match[3])}">{match[2]}</h{match[1]}>', page)
    footnotes = "".join(f'<div id="fn-{label}">{text}</div>' for label, text in bodies)
    return f"<html><body><main>{_REFERENCE.sub(mark, page)}{footnotes}</main></body></html>"


def _labels(body: str, notes: Mapping[str, str]) -> dict[str, str]:
    """A number for each note: its own where it has one, else the next that is free, in order of reference."""
    marks = [mark for mark in dict.fromkeys([*_REFERENCE.findall(body), *notes]) if notes.get(mark)]
    taken = {mark for mark in marks if mark.isdecimal() and mark.isascii() and len(mark) < 4}
    free = (str(number) for number in count(1) if str(number) not in taken)
    return {mark: mark if mark in taken else next(free) for mark in marks}


def _declared(reading: Reading, declared: Mapping[str, str]) -> Reading:
    language = _LANGUAGE.match(declared.get("language") or declared.get("lang") or declared.get("locale") or "")
    named = " ".join(
        declared.get(key, "") for key in ("year", "edition", "programme_year", "programme-year", "version")
    )
    year = _YEAR.search(named)
    return replace(
        reading,
        title=declared.get("title") or reading.title,
        language=language.group().lower() if language else "",
        year=int(year.group(1)) if year else None,
    )
