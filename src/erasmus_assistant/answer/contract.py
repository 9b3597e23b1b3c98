"""An answer in the JSON form that others rely on, and the reading of a conversation from JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from erasmus_assistant.errors import BadQuestion
from erasmus_assistant.records import Answer, Hit, Quotation, Turn


def answer_json(answer: Answer) -> dict[str, Any]:
    """One answer, as `ask --json`, `batch` and the HTTP interface give it."""
    return {
        "id": answer.id,
        "question": answer.question,
        "language": answer.language,
        "outcome": answer.outcome.value,
        "text": answer.text,
        "confidence": answer.confidence,
        "citations": [_citation(quotation) for quotation in answer.quotations],
        "hits": [hit_json(hit) for hit in answer.hits],
        "timings_ms": dict(answer.timings_ms),
        "answerer": answer.answerer,
        "index": answer.index,
        **({"note": answer.note} if answer.note else {}),
    }


def _citation(quotation: Quotation) -> dict[str, Any]:
    passage = quotation.passage
    return {
        "tag": quotation.tag,
        "passage_id": passage.id,
        "quote": quotation.quote,
        "start": quotation.start,
        "end": quotation.end,
        "document": passage.document,
        "title": quotation.title,
        "year": passage.year,
        "heading_path": list(passage.heading_path),
        "page": passage.page,
        "url": quotation.url,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One ranked passage with every score that led to its rank."""
    passage = hit.passage
    return {
        "passage_id": passage.id,
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "scores": {"lexical": hit.scores["bm25"], **hit.scores},
        "text": passage.text,
        "heading_path": list(passage.heading_path),
        "start": passage.start,
        "end": passage.end,
        "document": passage.document,
    }


def turns(history: object) -> tuple[Turn, ...]:
    """A conversation from JSON: `[["user", "..."], ["assistant", "..."]]`; raises BadQuestion naming the bad entry."""
    if not isinstance(history, Sequence) or isinstance(history, str):
        raise BadQuestion(f"history must be a list of [role, text], not {type(history).__name__}")
    found = []
    for number, entry in enumerate(history, 1):
        pair = isinstance(entry, Sequence) and not isinstance(entry, str) and len(entry) == 2
        if not pair or entry[0] not in ("user", "assistant") or not isinstance(entry[1], str):
            raise BadQuestion(f'history entry {number} must be ["user" or "assistant", text], not {entry!r:.80}')
        found.append(Turn(entry[0], entry[1]))
    return tuple(found)
