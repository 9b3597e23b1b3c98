"""Quotations in a model's answer -> the exact characters of the guide, or nothing.

Punctuation, case and white space may differ; a slip of a word or two in a long quotation is
repaired, which is safe, since what is shown is always the guide's own text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from erasmus_assistant.answer.sources import Source

_WORD = re.compile(r"[^\W_]+")
_FOOTNOTE = re.compile(r"\[\d{1,3}\]")
_GAP = re.compile(r"\s*[\[(]?(?:…|\.{3})[\])]?\s*")
_REPAIRED_FROM = 5
_SLACK = 2
_LIKENESS = 0.8
_PAIRS = {"“": "”", "„": "“”", "(": ")", "«": "»"}


@dataclass(frozen=True, slots=True)
class Found:
    """Characters `start` to `end` of a source's passage text (not of the document)."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]


def locate(quotation: str, sources: Sequence[Source]) -> list[Found]:
    """Where the quotation stands, one place for each part between ellipses; empty where any part does not."""
    parts = [part for part in _GAP.split(quotation) if _words(part)]
    for source in sources:
        places = [_place(part, source) for part in parts]
        if places and all(place is not None for place in places):
            return [Found(source, *place) for place in places if place is not None]
    return []


def _words(text: str) -> list[tuple[str, int, int]]:
    plain = _FOOTNOTE.sub(lambda mark: " " * len(mark.group()), text)
    return [(match.group().casefold(), *match.span()) for match in _WORD.finditer(plain)]


def _place(part: str, source: Source) -> tuple[int, int] | None:
    wanted = [word for word, _, _ in _words(part)]
    held = _words(source.text)
    words = [word for word, _, _ in held]
    size = len(wanted)
    for at in range(len(words) - size + 1):
        if words[at] == wanted[0] and words[at : at + size] == wanted:
            return _edges(source.text, held[at][1], held[at + size - 1][2], part)
    if size < _REPAIRED_FROM:
        return None
    best = _nearest(wanted, words)
    return _edges(source.text, held[best[0]][1], held[best[1] - 1][2], part) if best else None


def _nearest(wanted: list[str], words: list[str]) -> tuple[int, int] | None:
    """The window of words that is most like those wanted, where it is like enough."""
    count = Counter(wanted)
    best, place = 0.0, None
    for size in range(max(1, len(wanted) - _SLACK), len(wanted) + _SLACK + 1):
        for at in range(len(words) - size + 1):
            window = words[at : at + size]
            if 2 * (Counter(window) & count).total() / (size + len(wanted)) < _LIKENESS:
                continue
            likeness = SequenceMatcher(None, wanted, window, autojunk=False).ratio()
            if likeness >= _LIKENESS and likeness > best:
                best, place = likeness, (at, at + size)
    return place


def _edges(text: str, start: int, end: int, part: str) -> tuple[int, int]:
    """The span with the marks that belong to its outer words: Erasmus+, 20 %, brackets and quotes that pair."""
    while end < len(text) and text[end] in "+%/":
        end += 1
    for opener, closers in _PAIRS.items():
        inside = text[start:end]
        if inside.count(opener) > sum(inside.count(closer) for closer in closers) and text[end : end + 1] in closers:
            end += bool(text[end : end + 1])
        opened = start > 0 and text[start - 1] == opener
        if opened and sum(inside.count(closer) for closer in closers) > inside.count(opener):
            start -= 1
    if part.rstrip()[-1:] in ".!?" and text[end : end + 1] == part.rstrip()[-1:]:
        end += 1
    return start, end
