"""Sentences as spans of a text, for any EU language."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A full stop, question or exclamation mark, with closing quotes, a footnote mark or addresses in brackets behind it,
# then space.
_END = re.compile(r"[.!?…;\u037e]+[\"'”’»)\]]*(?:\[\d{1,3}\])?(?: \((?:https?://|[^\s()@]+@)[^\s()]+\))*(?=\s+(\S+))")
_LAST_WORD = re.compile(r"(\S+)$")
_ABBREVIATIONS = frozenset(
    "e.g i.e nr no art dr prof st bzw z.b usw ca op piem t.i u.c i.e.s p.ex ex cf vgl resp mr mrs ms jr tel "
    "str lpp pp vol fig ed eds min max incl etc. tzn tj np m.in p.s t.sk s.l d.h o.ä".split()
)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans (start, end) of the sentences of `text[start:end]`, blank edges left out.

    A semicolon ends a sentence only in Greek, where it is the question mark. A stop does not end
    one before a lower-case word ("2021. gada"), after an abbreviation or an initial. One or two words
    that only lead on ("Some examples:") at the end of all belong to the sentence before them.
    """
    end = len(text) if end is None else end
    at = start
    for match in _END.finditer(text, start, end):
        if _is_boundary(text, at, match) and not _leads_on(text, match.end(), end):
            yield from _trimmed(text, at, match.end())
            at = match.end()
    yield from _trimmed(text, at, end)


def _is_boundary(text: str, at: int, match: re.Match[str]) -> bool:
    mark = match.group()[0]
    if mark == ";":
        return any("\u0370" <= char <= "\u03ff" for char in text[at : match.start()])
    following = match.group(1).lstrip("\"'“„«(‘")
    if not following or not (following[0].isupper() or following[0].isdigit() or _inner_capital(following)):
        return False
    if mark != ".":
        return True
    before = _LAST_WORD.search(text, max(at, match.start() - 40), match.start())
    word = before.group(1).strip('(“„"').casefold() if before else ""
    if word.isdigit():
        return len(word) > 2 and not following[0].isdigit()
    return word not in _ABBREVIATIONS and not (len(word) == 1 and word.isalpha())


def _leads_on(text: str, start: int, end: int) -> bool:
    rest = text[start : min(end, start + 60)].split(maxsplit=2)
    return start + 60 >= end and 1 <= len(rest) <= 2 and rest[-1].endswith(":")


def _inner_capital(word: str) -> bool:
    """Whether a name such as eTwinning begins here."""
    return len(word) > 1 and word[1].isupper()


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
