"""The sentences of the guide that a reviewer picks: spans, each held against the guide's own text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Passage
from erasmus_assistant.search.index import Index

_KEY = re.compile(r"([^\s:]{1,128}):(\d{1,9}):(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Picked:
    """Characters `start` to `end` of a document, inside one passage."""

    passage_id: str
    document: str
    start: int
    end: int
    quote: str

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return f"{self.passage_id}:{self.start}:{self.end}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def picked_from_json(value: Mapping[str, Any]) -> Picked:
    return Picked(value["passage_id"], value["document"], int(value["start"]), int(value["end"]), value["quote"])


def sentences(index: Index, passage: Passage) -> list[Picked]:
    """The sentences of a passage, without the headings that it begins with."""
    text = index.documents[passage.document].text
    begin = max(passage.start, passage.body)
    found: list[Picked] = []
    for line_start, line_end in _lines(text, begin, passage.end):
        for start, end in sentence_spans(text, line_start, line_end):
            found.append(Picked(passage.id, passage.document, start, end, text[start:end]))
    return found


def pick(index: Index, keys: Iterable[str]) -> tuple[Picked, ...]:
    """What the keys of a form name, in the order of the guide; raises JournalProblem for what stands in no passage."""
    passages = {passage.id: passage for passage in index.passages}
    found: set[Picked] = set()
    for key in keys:
        match = _KEY.fullmatch(key)
        passage = passages.get(match.group(1)) if match else None
        if match is None or passage is None:
            raise JournalProblem(f"{key[:60]!r} names no sentence of today's guide; load the page again")
        start, end = int(match.group(2)), int(match.group(3))
        if not passage.start <= start < end <= passage.end:
            raise JournalProblem(f"{key[:60]!r} does not lie in its passage; load the page again")
        quote = index.documents[passage.document].text[start:end]
        found.add(Picked(passage.id, passage.document, start, end, quote))
    return tuple(sorted(found, key=lambda one: (one.document, one.start, one.end)))


def find_quote(index: Index, quote: str) -> Picked:
    """The first place where these very words stand in one passage; raises JournalProblem."""
    words = quote.split()
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words)) if words else None
    for passage in index.passages if pattern else ():
        text = index.documents[passage.document].text
        match = pattern.search(text, passage.start, passage.end) if pattern else None
        if match is not None:
            return Picked(passage.id, passage.document, match.start(), match.end(), match.group())
    raise JournalProblem(f"{quote[:60]!r} is not verbatim in the guide; copy it from there")


def standing(index: Index, chosen: Iterable[Picked]) -> list[Picked]:
    """Those whose passage today's guide still has, with these words at this place."""
    held = {passage.id for passage in index.passages}
    return [one for one in chosen if one.passage_id in held and _words(index, one) == one.quote]


def excerpts(index: Index, chosen: Iterable[Picked]) -> list[Excerpt]:
    """The picked sentences as excerpts that can be cited; those that no longer stand are left out."""
    passages = {passage.id: passage for passage in index.passages}
    return [Excerpt(passages[one.passage_id], one.start, one.end) for one in standing(index, chosen)]


def _words(index: Index, one: Picked) -> str:
    document = index.documents.get(one.document)
    return document.text[one.start : one.end] if document is not None else ""


def _lines(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """A list item or a row is picked by itself."""
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        if text[at:stop].strip():
            yield at, stop
        at = stop + 1
