"""A judged case -> a line of a benchmark set: what the desk finds becomes a test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from erasmus_assistant.records import Outcome
from erasmus_assistant.review.cases import Case
from erasmus_assistant.review.database import JournalProblem
from erasmus_assistant.review.masking import masked
from erasmus_assistant.review.picking import Picked
from erasmus_assistant.review.verdicts import Judgement, Verdict
from erasmus_assistant.search.index import Index

QUESTIONS = Path("benchmark/questions/from-desk.jsonl")
FEWEST_WORDS, MOST_WORDS = 4, 30


def question_line(case: Case, judgement: Judgement, index: Index) -> dict[str, Any]:
    """The question with what is right for it, as CONTRACTS.md has it; raises JournalProblem.

    The gold is what the reviewer picked; where the answer was found right and nothing was picked,
    what it quoted. Each quote is held against today's guide.
    """
    silent = judgement.verdict is Verdict.SHOULD_HAVE_ABSTAINED or (
        judgement.verdict is Verdict.RIGHT and case.outcome == Outcome.NOT_IN_GUIDE
    )
    chosen = () if silent else judgement.passages or _quoted(case, judgement)
    if not silent and not chosen:
        raise JournalProblem("a test needs the right passages; pick them in the guide with the verdict")
    gold = list(dict.fromkeys(_gold(one, index) for one in chosen))
    history = [[role or "user", masked(text)] for role, text in case.details.get("history", [])]
    section = _section(chosen, index)
    return {
        "id": f"desk-{case.id[:16]}",
        "lang": case.language,
        "kind": "near" if silent else "followup" if history else "fact",
        "question": masked(case.question),
        "history": history,
        "answerable": not silent,
        "gold": gold,
        "all_gold": len(gold) > 1 and bool(judgement.passages),
        "section": section,
        "body": [],
        "must_contain": [],
        "note": f"from the desk: {judgement.verdict.value}",
    }


def add_question(path: Path, line: Mapping[str, Any]) -> bool:
    """Puts the line into the set, whole or not at all, in place of an earlier one of its case; whether it is new."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=20):
            held = [json.loads(one) for one in _text(path).split("\n") if one.strip()]
            others = [one for one in held if one.get("id") != line["id"]]
            part = path.with_name(f"{path.name}.part")
            rows = (json.dumps(one, ensure_ascii=False) + "\n" for one in [*others, dict(line)])
            part.write_text("".join(rows), "utf-8")
            part.replace(path)
    except (OSError, ValueError) as error:
        raise JournalProblem(f"{str(path)!r} can't be written ({error}); mend the file or its folder") from None
    return len(others) == len(held)


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _quoted(case: Case, judgement: Judgement) -> tuple[Picked, ...]:
    if judgement.verdict is not Verdict.RIGHT:
        return ()
    return tuple(
        Picked(one["passage_id"], one["document"], one["start"], one["end"], one["quote"])
        for one in case.details["citations"]
    )


def _gold(one: Picked, index: Index) -> str:
    """The first 30 words of the quote, exactly as the guide has them."""
    document = index.documents.get(one.document)
    if document is None or document.text[one.start : one.end] != one.quote:
        raise JournalProblem(f"{one.quote[:60]!r} no longer stands in the guide; pick the passages again")
    words = one.quote.split()
    if len(words) < FEWEST_WORDS:
        raise JournalProblem(f"{one.quote!r} is too short for a gold quote; pick a sentence of {FEWEST_WORDS} words")
    if len(words) <= MOST_WORDS:
        return one.quote
    at = 0
    for word in words[:MOST_WORDS]:
        at = one.quote.index(word, at) + len(word)
    return one.quote[:at]


def _section(chosen: Sequence[Picked], index: Index) -> str:
    if not chosen:
        return ""
    paths = {passage.id: passage.heading_path for passage in index.passages}
    path = paths.get(chosen[0].passage_id, ())
    return path[-1] if path else ""
