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
    """Each citation with the words before and after it, and whether it still stands in today's guide."""
    texts = {hit["passage_id"]: hit for hit in case.details["hits"]}
    held = {passage.id: passage for passage in index.passages}
    shown = []
    for one in case.details["citations"]:
        hit, passage = texts.get(one["passage_id"]), held.get(one["passage_id"])
        text, start = (hit["text"], hit["start"]) if hit else (passage.text, passage.start) if passage else ("", 0)
        at, end = one["start"] - start, one["end"] - start
        inside = 0 <= at < end <= len(text) and text[at:end] == one["quote"]
        document = index.documents.get(one["document"])
        stands = document is not None and document.text[one["start"] : one["end"]] == one["quote"]
        around = (text[:at], text[end:]) if inside else ("", "")
        shown.append({**one, "before": around[0], "after": around[1], "stands": stands and passage is not None})
    return shown


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
