"""Rows and aggregates -> a report to read: Markdown, and one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from erasmus_assistant.benchmark import plots
from erasmus_assistant.benchmark.scoring import ABSTAINING, Row

MEANING = {
    "hit@1": "a relevant passage comes first",
    "hit@3": "a relevant passage among the best three",
    "hit@10": "a relevant passage among the best ten",
    "mrr@10": "1 / rank of the first relevant passage",
    "ndcg@10": "discounted gain over the best possible",
    "recall@10": "share of the relevant passages among the best ten",
    "right": "every gold part quoted, every required string shown",
    "completeness": "share of the gold parts quoted",
    "abstention_precision": "of the refusals, those of unanswerable questions",
    "abstention_recall": "of the unanswerable questions, those refused",
    "abstention_f1": "harmonic mean of the two",
    "false_refusal": "of the answerable questions, those refused",
    "hostile_safe": "hostile questions refused, no markup given back",
    "citation_precision": "of the citations, those needed (ALCE)",
    "citation_recall": "of the statements, those upheld by what they cite (ALCE)",
    "quote_valid": "of the quotations, those exactly in their place",
    "on_target": "of the citations, those of a gold place",
    "failed": "no usable answer (unsupported or failed)",
    "auroc": "confidence: found answerable ones above unanswerable ones",
    "auroc_right": "confidence: right answers above all else",
    "ece": "gap of confidence and share right",
    "aurc": "mean risk over all coverages",
    "length_p50": "characters of an answer, median",
    "latency_p50_ms": "milliseconds, median",
    "latency_p95_ms": "milliseconds, 95th percentile",
}
OVERVIEW = ("hit@1", "hit@3", "mrr@10", "right", "abstention_recall", "false_refusal", "auroc", "length_p50")
WORST_SHOWN = 60

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:1140px;margin:2rem auto;padding:0 1rem;color:#16202c;background:#fff}
table{border-collapse:collapse;margin:1rem 0;font-size:14px}
td,th{padding:3px 10px;border-bottom:1px solid #d5d9df;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
figure{margin:1rem 1rem 1rem 0;display:inline-block;vertical-align:top}
figcaption{font-weight:600}
svg{max-width:100%;height:auto;font:12px system-ui,sans-serif;fill:currentColor}
@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#14181d}td,th{border-color:#3a414a}}
"""

Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Title, header, rows of text."""


def markdown_report(rows: Sequence[Row], result: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """The tables, then what failed."""
    found = ["# Benchmark run", "", *(f"- {name}: {value}" for name, value in _about(result, config))]
    for title, header, body in _tables(rows, result):
        if body:
            found += ["", f"## {title}", "", _markdown_row(header), _markdown_row(["---"] * len(header))]
            found += [_markdown_row(row) for row in body]
    return "\n".join(found) + "\n"


def html_report(rows: Sequence[Row], result: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """One page with tables and plots; everything from outside is escaped."""
    about = "".join(f"<li>{escape(name)}: {escape(str(value))}</li>" for name, value in _about(result, config))
    overall, *others = [_html_table(table) for table in _tables(rows, result) if table[2]]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Benchmark run</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>Benchmark run</h1><ul>{about}</ul>"
        f"{overall}<h2>Plots</h2>{''.join(_plots(rows, result))}{''.join(others)}</body></html>\n"
    )


def _about(result: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield "questions scored", result["questions"]
    if result["not_asked"]:
        yield "questions WITHOUT an answer", result["not_asked"]
    for name in ("created", "commit", "python"):
        yield name, config.get(name) or "unknown"
    yield from dict(config.get("settings", {})).items()


def _tables(rows: Sequence[Row], result: Mapping[str, Any]) -> Iterator[Table]:
    groups = result["groups"]
    overall = groups["all"].get("all", {})
    yield (
        "All questions",
        ("measure", "n", "value", "95 % interval", "meaning"),
        [(name, *_estimate(overall[name]), meaning) for name, meaning in MEANING.items() if name in overall],
    )
    for grouping in ("split", "languages", "kind", "language", "body", "languages and kind"):
        body = [(key, *(_value(summary, name) for name in OVERVIEW)) for key, summary in groups[grouping].items()]
        yield f"By {grouping}", (grouping, *OVERVIEW), body
    yield "Answerable questions not answered rightly", ("id", "outcome", "hit@3", "question", "not shown"), _worst(rows)
    invented = [
        (row.id, row.kind, f"{row.confidence:.2f}", _cut(row.question))
        for row in rows
        if not row.answerable and row.outcome not in ABSTAINING
    ]
    yield "Unanswerable questions answered", ("id", "kind", "confidence", "question"), invented[:WORST_SHOWN]


def _worst(rows: Sequence[Row]) -> list[Sequence[str]]:
    wrong = sorted((row for row in rows if row.metrics.get("right") == 0.0), key=lambda row: -row.confidence)
    return [
        (row.id, row.outcome, f"{row.metrics.get('hit@3', 0):.0f}", _cut(row.question), _cut(" | ".join(row.missing)))
        for row in wrong[:WORST_SHOWN]
    ]


def _estimate(one: Mapping[str, float]) -> tuple[str, str, str]:
    return str(one["n"]), _number(one["value"]), f"{_number(one['low'])} to {_number(one['high'])}"


def _value(summary: Mapping[str, Mapping[str, float]], name: str) -> str:
    return f"{_number(summary[name]['value'])} (n={summary[name]['n']})" if name in summary else "-"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"


def _cut(text: str, limit: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _plots(rows: Sequence[Row], result: Mapping[str, Any]) -> Iterator[str]:
    for grouping in ("language", "kind"):
        for name in ("hit@1", "hit@3", "right"):
            held = [
                (key, one["value"], one["low"], one["high"], int(one["n"]))
                for key, one in ((key, summary.get(name)) for key, summary in result["groups"][grouping].items())
                if one
            ]
            if held:
                yield plots.bars(f"{name} by {grouping}", held)
    curves = result["curves"]
    yield plots.curve("Risk and coverage of abstention", curves["risk_coverage"], "share answered", "share not right")
    yield plots.curve("Calibration", curves["calibration"], "confidence", "share right", diagonal=True)
    latencies = [row.metrics["latency_ms"] for row in rows if "latency_ms" in row.metrics]
    if latencies:
        yield plots.histogram("Latency", latencies, "milliseconds")


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


def _html_table(table: Table) -> str:
    title, header, body = table
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    cells = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in body)
    return f'<h2>{escape(title)}</h2><div class="scroll"><table><tr>{head}</tr>{cells}</table></div>'


def _cell(text: str) -> str:
    kind = ' class="n"' if text[:1].isdigit() and len(text) < 24 else ""
    return f"<td{kind}>{escape(text)}</td>"
