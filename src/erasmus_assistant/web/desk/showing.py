"""A case as its page shows it: the answer, its citations in their place, the trace, the guide to pick from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from erasmus_assistant.answer.contract import answer_json
from erasmus_assistant.records import Answer, Passage
from erasmus_assistant.review.cases import Case
from erasmus_assistant.review.picking import Picked, sentences
from erasmus_assistant.search.index import Index

_TAG = re.compile(r"\[(\d{1,3})\]")
_BOLD = re.compile(r"\*\*([^*\n]{1,300})\*\*")
WHOLE_GUIDE = 400
MAIN_SCORES = ("lexical", "dense", "maxsim", "heading", "sentence")
"""What is shown of a hit at a glance; the ranking weighs dozens."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the guide with its sentences; `open` where the case has to do with it."""

    path: tuple[str, ...]
    sentences: tuple[Picked, ...]
    open: bool


def answer_html(text: str) -> Markup:
    """The answer's Markdown as the person saw it: quotations as blocks, tags as links; everything else is text."""
    parts = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        quoted = all(line.startswith(">") for line in lines if line.strip())
        shown = "\n".join(line[1:].strip() if quoted else line.rstrip() for line in lines)
        inner = _BOLD.sub(r"<b>\1</b>", str(escape(shown))).replace("\n", "<br>")
        inner = _TAG.sub(r'<a class="tag" href="#c\1">[\1]</a>', inner)
        name = "blockquote" if quoted and paragraph.strip() else "p"
        parts.append(f"<{name}>{inner}</{name}>")
    # Every character from outside was escaped above.
    return Markup("".join(parts))  # noqa: S704


def citations(case: Case, index: Index) -> list[dict[str, Any]]:
    """Each cited passage once: its words in pieces, what was quoted marked, and whether all of it still stands."""
    groups: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
    for one in case.details["citations"]:
        groups.setdefault((one["tag"], one["passage_id"]), []).append(one)
    return [
        {**held[0], "pieces": _pieces(held, case, index), "stands": all(_stands(one, index) for one in held)}
        for held in groups.values()
    ]


def _pieces(held: Sequence[Mapping[str, Any]], case: Case, index: Index) -> list[tuple[str, bool]]:
    """The passage as it was recorded, else as it is today, else the quotations alone; True for what was quoted."""
    kept = {hit["passage_id"]: (hit["text"], int(hit["start"])) for hit in case.details["hits"]}
    kept = {passage.id: (passage.text, passage.start) for passage in index.passages} | kept
    text, start = kept.get(held[0]["passage_id"], ("", 0))
    pieces: list[tuple[str, bool]] = []
    at = 0
    for one in sorted(held, key=lambda one: int(one["start"])):
        begin, end = one["start"] - start, one["end"] - start
        if begin < at or text[begin:end] != one["quote"]:
            return [(str(other["quote"]), True) for other in held]
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _stands(one: Mapping[str, Any], index: Index) -> bool:
    document = index.documents.get(one["document"])
    words = document.text[one["start"] : one["end"]] if document is not None else ""
    return words == one["quote"] and any(passage.id == one["passage_id"] for passage in index.passages)


def sections(case: Case, index: Index, found: Iterable[Passage] = ()) -> list[Section]:
    """The sections to pick from: those that the case or the last look-up touches, then the rest of a small guide."""
    near = [hit["passage_id"] for hit in case.details["hits"]]
    first = {passage.id: place for place, passage in enumerate(found)}
    wanted = {passage_id: len(first) + place for place, passage_id in enumerate(near)} | first
    whole = len(index.passages) <= WHOLE_GUIDE
    paths = {passage.heading_path for passage in index.passages if passage.id in wanted}
    groups: dict[tuple[str, ...], list[Passage]] = {}
    for passage in index.passages:
        if passage.kind == "text" and (whole or passage.heading_path in paths):
            groups.setdefault(passage.heading_path, []).append(passage)
    far = len(wanted)
    made = []
    for path, held in groups.items():
        rank = min((wanted.get(passage.id, far) for passage in held), default=far)
        picked = tuple(one for passage in held for one in sentences(index, passage))
        made.append((rank, Section(path, picked, rank < min(far, 3 + len(first)))))
    return [section for _, section in sorted(made, key=lambda one: one[0]) if section.sentences]


def difference(case: Case, again: Answer) -> dict[str, Any]:
    """What today's answer has that the recorded one had not, and the other way round."""
    now = answer_json(again)
    before, after = _quotes(case.details["citations"]), _quotes(now["citations"])
    lines = [
        (line[:1], line[2:])
        for line in difflib.ndiff(case.text.splitlines(), again.text.splitlines())
        if not line.startswith("?") and line[2:].strip()
    ]
    return {
        "answer": now,
        "same": case.text == again.text and case.outcome == again.outcome,
        "lines": lines,
        "gone": [quote for quote in before if quote not in after],
        "new": [quote for quote in after if quote not in before],
        "moved": _moved(case.details["hits"], now["hits"]),
    }


def _quotes(held: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(one["quote"]) for one in held]


def _moved(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Today's hits with the rank that each had before, None for a new one."""
    ranks = {hit["passage_id"]: hit["rank"] for hit in before}
    return [{**hit, "was": ranks.get(hit["passage_id"])} for hit in after]
