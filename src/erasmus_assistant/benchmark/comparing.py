"""Two runs, question by question: is the second better, worse, or is it chance?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from erasmus_assistant.benchmark.folder import RunFolder, read_json, row_from_json, write_json
from erasmus_assistant.benchmark.scoring import Row
from erasmus_assistant.errors import BenchmarkError

HEADLINE = {
    "hit@1": 1, "hit@3": 1, "mrr@10": 1, "right": 1, "completeness": 1,
    "abstention_recall": 1, "false_refusal": -1, "quote_valid": 1, "failed": -1,
}  # fmt: skip
"""Measure -> whether more of it (1) or less (-1) is better."""

SIGNIFICANT = 0.05
RANDOMISATIONS = 10_000
EXACT_UP_TO = 12
SEED = 20210401
DIGITS = 7
"""Places to which a baseline keeps a measure."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one measure changed over n questions; `wins` and `losses` are the ids where B is better and worse."""

    measure: str
    n: int
    before: float
    after: float
    p: float
    wins: tuple[str, ...]
    losses: tuple[str, ...]

    @property
    def ties(self) -> int:
        return self.n - len(self.wins) - len(self.losses)

    @property
    def verdict(self) -> str:
        if self.p >= SIGNIFICANT or self.before == self.after:
            return "no significant change"
        return "better" if (self.after - self.before) * HEADLINE[self.measure] > 0 else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every headline measure that both runs have, and the questions that could not be compared."""

    shared: int
    differences: tuple[Difference, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def regressed(self) -> bool:
        return any(one.verdict == "worse" for one in self.differences)


def load_rows(path: Path) -> list[Row]:
    """The rows of a run folder, or of a baseline file."""
    if path.is_dir():
        return RunFolder(path).load_rows()
    rows = read_json(path).get("rows")
    if not isinstance(rows, list) or not rows:
        raise BenchmarkError(f"{str(path)!r} is neither a run folder nor a baseline; make one with: benchmark baseline")
    return [row_from_json(value, f"{path.name} row {number}") for number, value in enumerate(rows, 1)]


def save_baseline(run: RunFolder, path: Path) -> None:
    """Keeps of a run what a comparison needs, in one file that can be committed."""
    rows = []
    for row in run.load_rows():
        kept = {name: round(value, DIGITS) for name, value in row.metrics.items() if name in HEADLINE}
        rows.append(
            row.to_json() | {"metrics": kept, "question": "", "missing": [], "confidence": round(row.confidence, 4)}
        )
    write_json(path, {"config": run.load_config(), "rows": rows})


def compare_rows(before: Sequence[Row], after: Sequence[Row]) -> Comparison:
    """Raises BenchmarkError when no question is in both unchanged."""
    first, second = {row.id: row for row in before}, {row.id: row for row in after}
    both = [name for name in first if name in second]
    changed = tuple(name for name in both if first[name].digest != second[name].digest)
    shared = [name for name in both if name not in set(changed)]
    if not shared:
        raise BenchmarkError("the two runs have no question in common; compare runs of the same set")
    found = (_difference(measure, shared, first, second) for measure in HEADLINE)
    return Comparison(
        shared=len(shared),
        differences=tuple(one for one in found if one is not None),
        only_before=tuple(name for name in first if name not in second),
        only_after=tuple(name for name in second if name not in first),
        changed=changed,
    )


def _difference(
    measure: str, shared: Sequence[str], first: Mapping[str, Row], second: Mapping[str, Row]
) -> Difference | None:
    ids = [name for name in shared if measure in first[name].metrics and measure in second[name].metrics]
    if not ids:
        return None
    old = [first[name].metrics[measure] for name in ids]
    new = [second[name].metrics[measure] for name in ids]
    # a third that was rounded for a file is no other third
    gains = [round((after - before) * HEADLINE[measure], DIGITS - 1) for before, after in zip(old, new, strict=True)]
    return Difference(
        measure=measure,
        n=len(ids),
        before=sum(old) / len(ids),
        after=sum(new) / len(ids),
        p=randomisation_test(gains),
        wins=tuple(name for name, gain in zip(ids, gains, strict=True) if gain > 0),
        losses=tuple(name for name, gain in zip(ids, gains, strict=True) if gain < 0),
    )


def randomisation_test(differences: Sequence[float]) -> float:
    """Two-sided p of the paired randomisation test on the mean (Smucker et al. 2007).

    If A and B were alike, each difference could as well have the other sign. Exact over all signs
    for few differences, else over a fixed random sample of them, the observed one counted in.
    """
    held = np.asarray([one for one in differences if one], dtype=np.float64)
    if not len(held):
        return 1.0
    if len(held) <= EXACT_UP_TO:
        signs = 1.0 - 2.0 * ((np.arange(2 ** len(held))[:, None] >> np.arange(len(held))) & 1)
        return float(np.mean(_as_far(signs @ held, held)))
    random = np.random.default_rng(SEED)
    signs = 1.0 - 2.0 * random.integers(0, 2, size=(RANDOMISATIONS, len(held)))
    return float((1 + np.sum(_as_far(signs @ held, held))) / (1 + RANDOMISATIONS))


def _as_far(
    sums: np.ndarray[tuple[int], np.dtype[np.float64]], held: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.abs(sums) >= abs(float(held.sum())) - 1e-9


def comparison_markdown(comparison: Comparison, before: str, after: str) -> str:
    """The table, then the questions won and lost by name."""
    found = [
        f"Compared: {before} (A) with {after} (B) on {comparison.shared} questions.",
        *_left_out(comparison),
        "",
        "| measure | n | A | B | B - A | p | won | tied | lost | verdict |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    found += map(_difference_row, comparison.differences)
    for one in comparison.differences:
        for title, ids in (("won", one.wins), ("lost", one.losses)):
            if ids:
                found += ["", f"{one.measure} {title}: {', '.join(ids)}"]
    return "\n".join(found) + "\n"


def _difference_row(one: Difference) -> str:
    return (
        f"| {one.measure} | {one.n} | {one.before:.3f} | {one.after:.3f} | {one.after - one.before:+.3f} "
        f"| {one.p:.4f} | {len(one.wins)} | {one.ties} | {len(one.losses)} | {one.verdict} |"
    )


def _left_out(comparison: Comparison) -> list[str]:
    parts = (
        ("only in A", comparison.only_before),
        ("only in B", comparison.only_after),
        ("changed", comparison.changed),
    )
    return [f"Left out, {title}: {', '.join(ids)}." for title, ids in parts if ids]
