"""Rows -> estimates by group: all, split, group of languages, language, kind, body."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from erasmus_assistant.benchmark import bootstrap
from erasmus_assistant.benchmark.bootstrap import Estimate
from erasmus_assistant.benchmark.metrics import calibration, risk_coverage
from erasmus_assistant.benchmark.scoring import ABSTAINING, Row

MEANS = (
    "hit@1", "hit@3", "hit@10", "mrr@10", "ndcg@10", "recall@10",
    "right", "completeness",
    "abstention_precision", "abstention_recall", "false_refusal", "hostile_safe",
    "citation_precision", "citation_recall", "quote_valid", "on_target", "failed",
)  # fmt: skip
"""Measures of single questions whose mean is reported; a question for which one is not defined is left out of it."""

Estimates = Mapping[str, Estimate]
Aggregates = dict[str, dict[str, dict[str, Estimate]]]
"""Grouping -> group -> measure -> estimate."""


def group_of(language: str) -> str:
    """The languages by which targets are set: lv, en, other."""
    return language if language in ("lv", "en") else "other"


GROUPINGS: dict[str, Callable[[Row], Sequence[str]]] = {
    "all": lambda row: ("all",),
    "split": lambda row: (row.split,),
    "languages": lambda row: (group_of(row.lang),),
    "language": lambda row: (row.lang or "unknown",),
    "kind": lambda row: (row.kind,),
    "body": lambda row: row.body,
    "languages and kind": lambda row: (f"{group_of(row.lang)} {row.kind}",),
}


def aggregate(rows: Sequence[Row]) -> Aggregates:
    """Every measure of every group that has it; groups by name."""
    result: Aggregates = {}
    for grouping, keys in GROUPINGS.items():
        members: dict[str, list[Row]] = {}
        for row in rows:
            for key in dict.fromkeys(keys(row)):
                members.setdefault(key, []).append(row)
        result[grouping] = {key: summarise(members[key]) for key in sorted(members)}
    return result


def summarise(rows: Sequence[Row]) -> dict[str, Estimate]:
    """The measures of one group; one that is not defined is absent."""
    found: dict[str, Estimate | None] = {name: bootstrap.mean(_values(rows, name)) for name in MEANS}
    found["length_p50"] = bootstrap.percentile(_values(rows, "length"), 50)
    found["latency_p50_ms"] = bootstrap.percentile(_values(rows, "latency_ms"), 50)
    found["latency_p95_ms"] = bootstrap.percentile(_values(rows, "latency_ms"), 95)
    found |= _confidence(rows)
    return {name: one for name, one in found.items() if one is not None}


def _confidence(rows: Sequence[Row]) -> dict[str, Estimate | None]:
    """AUROC twice: of what the search could answer against what nobody could, and of right answers against the rest."""
    told_apart = [row for row in rows if not row.answerable or row.metrics.get("hit@3") == 1.0]
    judged = [row for row in rows if is_judged(row)]
    confidences, right = [row.confidence for row in judged], [is_right(row) for row in judged]
    abstained = [row.outcome in ABSTAINING for row in rows]
    unanswerable = [not row.answerable for row in rows]
    return {
        "abstention_f1": bootstrap.f1(abstained, unanswerable) if any(unanswerable) else None,
        "auroc": bootstrap.auroc([row.confidence for row in told_apart], [row.answerable for row in told_apart]),
        "auroc_right": bootstrap.auroc(confidences, right),
        "ece": bootstrap.calibration_error(confidences, right),
        "aurc": bootstrap.area_under_risk(confidences, right),
    }


def curves(rows: Sequence[Row]) -> dict[str, list[list[float]]]:
    """Points for the plots: (coverage, risk) and (mean confidence, share right, n)."""
    judged = [row for row in rows if is_judged(row)]
    confidences, right = [row.confidence for row in judged], [is_right(row) for row in judged]
    return {
        "risk_coverage": [list(point) for point in risk_coverage(confidences, right)],
        "calibration": [list(point) for point in calibration(confidences, right)],
    }


def is_judged(row: Row) -> bool:
    """Whether it is known if the answer is right: not where only whole documents are judged."""
    return not row.answerable or "right" in row.metrics


def is_right(row: Row) -> bool:
    """Whether the answer quotes what it should; no answer to an unanswerable question can."""
    return row.metrics.get("right") == 1.0


def to_json(result: Aggregates) -> dict[str, object]:
    return {
        grouping: {key: {name: _rounded(one) for name, one in summary.items()} for key, summary in groups.items()}
        for grouping, groups in result.items()
    }


def _rounded(one: Estimate) -> dict[str, float]:
    return {name: round(value, 6) for name, value in asdict(one).items()}


def _values(rows: Sequence[Row], name: str) -> list[float]:
    return [row.metrics[name] for row in rows if name in row.metrics]
