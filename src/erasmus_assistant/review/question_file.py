"""A judged case -> a line of a benchmark set: what the desk finds becomes a test."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.records import Outcome
from erasmus_assistant.review.cases import Case
from erasmus_assistant.review.likeness import stands_alone
from erasmus_assistant.review.masking import masked
from erasmus_assistant.review.picking import Picked
from erasmus_assistant.review.verdicts import Judgement, Verdict
from erasmus_assistant.search.index import Index

QUESTIONS = Path("benchmark/questions/from-desk.jsonl")
FEWEST_WORDS, MOST_WORDS = 4, 30
_NOTHING_SAID = (Outcome.NOT_IN_GUIDE, Outcome.DECLINED, Outcome.UNSUPPORTED)
_WORD = re.compile(r"\w+")


def question_line(case: Case, judgement: Judgement, index: Index) -> dict[str, Any]:
    """The question with what is right for it, as CONTRACTS.md has it; raises JournalProblem.

    The gold is what the reviewer picked; where the answer was found right and nothing was picked,
    what it quoted. Each quote is held against today's guide.
    """
    silent = judgement.verdict is Verdict.SHOULD_HAVE_ABSTAINED or (
        judgement.verdict is Verdict.RIGHT and case.outcome in _NOTHING_SAID
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
        "kind": _kind(case, silent, bool(history)),
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


def _kind(case: Case, silent: bool, said_before: bool) -> str:
    if silent:
        return "hostile" if case.outcome == Outcome.DECLINED else "near"
    return "followup" if said_before and not stands_alone(case.question, case.language) else "fact"


def add_question(path: Path, line: Mapping[str, Any]) -> tuple[str, bool]:
    """Puts the line into the set, whole or not at all; under which id, and whether it is new.

    It takes the place of an earlier line of its case, or of another case that asks the same in the
    same words, whose id it keeps: a question stays in its part of the benchmark. Raises
    JournalProblem where another file of the set asks the same.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=20):
            _refuse_double(path, line)
            held = _lines(path)
            places = [place for place, one in enumerate(held) if one.get("id") == line["id"] or _same(one, line)]
            rows = [one for place, one in enumerate(held) if place not in places]
            kept = {**line, "id": held[places[0]]["id"]} if places else dict(line)
            rows.insert(places[0] if places else len(rows), kept)
            _write(path, rows)
    except (OSError, ValueError) as error:
        raise JournalProblem(f"{str(path)!r} can't be written ({error}); mend the file or its folder") from None
    return str(kept["id"]), not places


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), "utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse_double(path: Path, line: Mapping[str, Any]) -> None:
    for other in sorted(path.parent.glob("*.jsonl")):
        for one in _lines(other) if other != path else ():
            if _same(one, line):
                raise JournalProblem(
                    f"the benchmark asks this already, as {one.get('id')!r} in {other.name}; change it there"
                )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two lines ask the same in the same words, after the same conversation."""
    first, second = (_WORD.findall(str(held.get("question")).casefold()) for held in (one, other))
    return first == second and list(one.get("history") or []) == list(other.get("history") or [])


def _lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text("utf-8-sig") if path.exists() else ""
    return [json.loads(one) for one in text.split("\n") if one.strip()]


def _quoted(case: Case, judgement: Judgement) -> tuple[Picked, ...]:
    """What a right answer quoted, without what is too short for a gold quote where something else is left."""
    if judgement.verdict is not Verdict.RIGHT:
        return ()
    quoted = tuple(
        Picked(one["passage_id"], one["document"], one["start"], one["end"], one["quote"])
        for one in case.details["citations"]
    )
    return tuple(one for one in quoted if len(one.quote.split()) >= FEWEST_WORDS) or quoted


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
