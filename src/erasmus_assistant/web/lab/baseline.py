"""The baseline that is kept with the software: the figures of a run, to look at and to compare with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

NAME = "kept baseline"
"""No run can be called this: their names have no spaces."""

_Row = Mapping[str, Any]
_GROUPINGS: dict[str, Callable[[_Row], str]] = {
    "all": lambda row: "all",
    "split": lambda row: str(row.get("split", "")),
    "kind": lambda row: str(row.get("kind", "")),
    "language": lambda row: str(row.get("lang", "")),
}


def read(path: Path) -> tuple[dict[str, Any], list[_Row]]:
    """What the run was of, and its rows; two empty ones where there is no baseline."""
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}, []
    if not isinstance(held, dict) or not isinstance(held.get("rows"), list):
        return {}, []
    config = held.get("config")
    return config if isinstance(config, dict) else {}, [row for row in held["rows"] if isinstance(row, dict)]


def figures(rows: Sequence[_Row]) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Grouping -> group -> measure -> `value` (the mean) and `n`; a measure that no row has is absent."""
    return {name: _grouped(rows, key) for name, key in _GROUPINGS.items()}


def _grouped(rows: Sequence[_Row], key: Callable[[_Row], str]) -> dict[str, dict[str, dict[str, float]]]:
    held: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        measures = held.setdefault(key(row), {})
        for name, value in row.get("metrics", {}).items():
            measures.setdefault(name, []).append(float(value))
    return {
        group: {name: {"value": sum(values) / len(values), "n": len(values)} for name, values in measures.items()}
        for group, measures in sorted(held.items())
    }
