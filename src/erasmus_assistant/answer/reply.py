"""The reply of a language model as it streams in -> sentences with their quotations and tags.

Quotations are what stands between <q> and </q>, and what stands between quotation marks; a
sentence never ends inside one. A tag behind the full stop belongs to the sentence before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from erasmus_assistant.guide.sentences import sentence_spans

_TAGS = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_TAG_BEHIND_STOP = re.compile(r"([.!?…]+)((?:[ \u00a0]*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])+)")
_MARKER = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_OPENERS = {"“": "”", "„": '“”"', "«": "»", "»": "«", '"': '"'}
_MARK = re.compile(r"<q>|[“„«»\"]")
_QUOTE_MARK = re.compile(r"[“”„«»\"]")
_LONGEST_QUOTATION = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: `quoted` words of the guide, or words of the model; `sure` where it was marked by <q>."""

    text: str
    quoted: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply: its parts without tags, the tags, and what divides it from the one before."""

    parts: tuple[Part, ...]
    tags: tuple[int, ...]
    lead: str

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts).strip()


class ReplyReader:
    """Takes the reply piece by piece and gives each sentence as soon as it is whole."""

    def __init__(self) -> None:
        self._rest = ""
        self._lead = ""

    def feed(self, piece: str) -> Iterator[Sentence]:
        """The sentences that `piece` completes."""
        self._rest += piece
        if any(mark in piece for mark in ".!?…\n ]>"):
            yield from self._cut(final=False)

    def close(self) -> Iterator[Sentence]:
        """What is left when the reply ended."""
        yield from self._cut(final=True)

    def _cut(self, *, final: bool) -> Iterator[Sentence]:
        text = self._rest
        quoted, unclosed = _quoted_places(text)
        limit = len(text) if final or unclosed is None else unclosed
        masked = _masked(text, quoted)
        text, masked = _tags_first(text, masked)
        at = 0
        for start, end, whole in _pieces(masked, limit, final):
            if not whole:
                break
            yield from self._sentence(text[start:end], newline=text[at:start].count("\n"))
            at = end
        self._rest = text[at:]

    def _sentence(self, text: str, newline: int) -> Iterator[Sentence]:
        lead = "\n\n" if newline > 1 else "\n" if newline else " "
        marker = _MARKER.match(text)
        if marker:
            text, lead = text[marker.end() :], "\n- "
        parts, tags = _parts(text.strip())
        if any(part.text.strip() for part in parts):
            yield Sentence(parts, tags, lead)


def _quoted_places(text: str) -> tuple[list[tuple[int, int, int, bool]], int | None]:
    """Outermost quotations as (start, end, width of their marks, marked by <q>); where one is still open, its start."""
    found: list[tuple[int, int, int, bool]] = []
    at = 0
    while (mark := _MARK.search(text, at)) is not None:
        start, sure = mark.start(), mark.group() == "<q>"
        at = mark.end()
        if sure:
            end = text.find("</q>", at)
            if end < 0:
                return found, start
            at = end + 4
            found.append((start, at, 3, True))
        elif _opens(text, start):
            closing = _closing(text, start)
            if closing is not None:
                at = closing + 1
                found.append((start, at, 1, False))
            elif len(text) - start < _LONGEST_QUOTATION and "\n\n" not in text[start:]:
                return found, start
    return found, None


def _opens(text: str, at: int) -> bool:
    return at == 0 or text[at - 1].isspace() or text[at - 1] in "([{—–:/>-’'"


def _closing(text: str, at: int) -> int | None:
    """Where the quotation that opens at `at` ends; marks of the same kind may be nested in it."""
    depth = 0
    closers = _OPENERS[text[at]]
    paragraph = text.find("\n\n", at)
    stop = min(at + _LONGEST_QUOTATION, paragraph if paragraph >= 0 else len(text))
    for mark in _QUOTE_MARK.finditer(text, at + 1, stop):
        place, kind = mark.start(), mark.group()
        if kind in _OPENERS and _opens(text, place) and kind != "»":
            depth += 1
        elif depth and kind in '”"“»':
            depth -= 1
        elif kind in closers:
            return place
    return None


def _masked(text: str, quoted: list[tuple[int, int, int, bool]]) -> str:
    """The text with quotations blotted out, so that nothing in them ends a sentence."""
    masked = text
    for start, end, _, _ in quoted:
        masked = masked[:start] + "Q" * (end - start) + masked[end:]
    return masked


def _tags_first(text: str, masked: str) -> tuple[str, str]:
    """ "It is so. [1]" -> "It is so [1]." in both, letter by letter."""
    for match in reversed(list(_TAG_BEHIND_STOP.finditer(masked))):
        start, middle, end = match.start(), match.end(1), match.end()
        text = text[:start] + text[middle:end] + text[start:middle] + text[end:]
        masked = masked[:start] + masked[middle:end] + masked[start:middle] + masked[end:]
    return text, masked


def _pieces(masked: str, limit: int, final: bool) -> Iterator[tuple[int, int, bool]]:
    """Spans of the sentences, line by line, and whether each is known to be whole."""
    start = 0
    while start < len(masked):
        newline = masked.find("\n", start)
        last = newline < 0
        end = len(masked) if last else newline
        skip = _MARKER.match(masked[start:end])
        first = start + (skip.end() if skip else 0)
        spans = list(sentence_spans(masked, first, end))
        for number, (a, b) in enumerate(spans):
            whole = final or ((number + 1 < len(spans) or not last) and b <= limit)
            yield (start if number == 0 else a), b, whole
        start = end + 1


def _parts(text: str) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    parts: list[Part] = []
    tags: list[int] = []
    at = 0
    if text.startswith(">"):
        return _block(text)
    for start, end, width, sure in [*_quoted_places(text)[0], (len(text), len(text), 0, False)]:
        plain = text[at:start]
        for match in _TAGS.finditer(plain):
            tags += [int(number) for number in re.findall(r"\d+", match.group(1))]
        parts.append(Part(_TAGS.sub("", plain)))
        if end > start:
            parts.append(Part(text[start + width : end - (4 if sure else 1)], True, sure))
        at = end
    return tuple(part for part in parts if part.text), tuple(dict.fromkeys(tags))


def _block(text: str) -> tuple[tuple[Part, ...], tuple[int, ...]]:
    """A line of a Markdown quotation."""
    tags = [int(number) for match in _TAGS.finditer(text) for number in re.findall(r"\d+", match.group(1))]
    return (Part(_TAGS.sub("", text).lstrip("> "), True, True),), tuple(dict.fromkeys(tags))
