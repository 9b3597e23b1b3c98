"""The journal as CSV, safe to open in a spreadsheet, and as JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from erasmus_assistant.review.cases import Case

COLUMNS = (
    *("id", "asked", "session", "channel", "language", "outcome", "confidence", "question", "text", "section"),
    *("helpful", "reasons", "comment", "verdict", "urgency", "answerer", "build"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def case_json(case: Case) -> dict[str, Any]:
    """A case as an object of JSON values."""
    return {**asdict(case), "asked": case.asked.isoformat(timespec="milliseconds"), "reasons": list(case.reasons)}


def json_lines(cases: Iterable[Case]) -> Iterator[str]:
    for case in cases:
        yield json.dumps(case_json(case), ensure_ascii=False) + "\n"


def csv_lines(cases: Iterable[Case]) -> Iterator[str]:
    """RFC 4180, with a byte order mark so that a spreadsheet takes it for UTF-8."""
    yield "\ufeff" + _line(COLUMNS)
    for case in cases:
        values = case_json(case) | {"reasons": " ".join(case.reasons)}
        yield _line([safe_cell(values[name]) for name in COLUMNS])


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula: such a one gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, (bool, int, float)):
        return str(value)
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
