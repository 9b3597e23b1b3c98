"""A question and its answer -> one row of measures, from the answer's JSON form alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from erasmus_assistant.benchmark.citations import citation_scores, statements
from erasmus_assistant.benchmark.metrics import hit_at, ndcg_at, recall_at, reciprocal_rank, share
from erasmus_assistant.benchmark.questions import QuestionLine
from erasmus_assistant.records import Outcome

ABSTAINING = frozenset({Outcome.NOT_IN_GUIDE, Outcome.DECLINED})
NOT_WORKING = frozenset({Outcome.UNSUPPORTED, Outcome.FAILED})
FRAMED_ANSWERER = "extractive"
DEPTH = 10
ADJACENT = 4
"""Quotations at most so many characters apart are read as one: they were cut from one place."""

_PASSAGE_SUFFIX = re.compile(r"\.[0-9a-f]{10}(?:-\d+)?$")
_MARKUP = re.compile(r"<\s*[a-z!/][^>]*>?", re.IGNORECASE)

Answered = Mapping[str, Any]
"""One answer in its JSON form."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one question after scoring; a measure that is not defined for it is not in `metrics`."""

    id: str
    lang: str
    kind: str
    body: tuple[str, ...]
    split: str
    answerable: bool
    digest: str
    outcome: str
    confidence: float
    question: str
    metrics: Mapping[str, float]
    missing: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def score(question: QuestionLine, answer: Answered, documents: Mapping[str, str] | None = None) -> Row:
    """`documents` (id -> stored text) are what quotations are checked against; without them validity is left out."""
    missing = _missing(question, answer)
    found = {
        **_search_metrics(question, answer),
        **_answer_metrics(question, answer, missing),
        **_abstention_metrics(question, answer),
        **_citation_metrics(question, answer, documents),
        "failed": float(answer["outcome"] in NOT_WORKING),
        "latency_ms": answer.get("timings_ms", {}).get("total"),
    }
    return Row(
        id=question.id,
        lang=question.lang,
        kind=question.kind,
        body=question.body,
        split=question.split,
        answerable=question.answerable,
        digest=question.digest,
        outcome=answer["outcome"],
        confidence=float(answer["confidence"]),
        question=question.question,
        metrics={name: float(value) for name, value in found.items() if value is not None},
        missing=missing,
    )


def normalise(text: str) -> str:
    """White space of every kind, no-break spaces too, as single spaces."""
    return " ".join(text.split())


def ranking(question: QuestionLine, hits: Sequence[Mapping[str, Any]]) -> tuple[list[str], dict[str, int]]:
    """(ids best first, grades of the relevant ids) of a question's hits.

    A hit is relevant when it holds a gold quote. A gold quote that no hit holds stands for one
    passage that was missed, so that recall and nDCG don't depend on the ranking being good.
    """
    ordered = sorted(hits, key=lambda hit: int(hit["rank"]))
    if question.relevant:
        return list(dict.fromkeys(document_of(hit) for hit in ordered)), dict(question.relevant)
    texts = {str(hit["passage_id"]): normalise(hit["text"]) for hit in ordered}
    gold = [normalise(quote) for quote in question.gold]
    grades = {one: 1 for one, text in texts.items() if any(quote in text for quote in gold)}
    missed = [quote for quote in gold if not any(quote in text for text in texts.values())]
    return list(texts), grades | {f"missed:{quote}": 1 for quote in missed}


def document_of(hit: Mapping[str, Any]) -> str:
    """The id of a hit's document: named, or the passage's id without its own part."""
    return str(hit.get("document") or _PASSAGE_SUFFIX.sub("", str(hit["passage_id"])))


def _search_metrics(question: QuestionLine, answer: Answered) -> dict[str, float | None]:
    if not question.answerable:
        return {}
    order, grades = ranking(question, answer["hits"])
    return {
        **{f"hit@{k}": hit_at(order, grades, k) for k in (1, 3, DEPTH)},
        "mrr@10": reciprocal_rank(order, grades, DEPTH),
        "ndcg@10": ndcg_at(order, grades, DEPTH),
        "recall@10": recall_at(order, grades, DEPTH),
    }


def shown_texts(answer: Answered) -> list[str]:
    """What the answer shows: its text, and its quotations, those cut from one place joined."""
    joined: list[tuple[str, int, str]] = []
    for one in sorted(answer["citations"], key=lambda one: (str(one.get("document")), int(one["start"]))):
        document, quote = str(one.get("document")), str(one["quote"])
        if joined and joined[-1][0] == document and 0 <= int(one["start"]) - joined[-1][1] <= ADJACENT:
            joined[-1] = (document, int(one["end"]), f"{joined[-1][2]} {quote}")
        else:
            joined.append((document, int(one["end"]), quote))
    quotes = [str(one["quote"]) for one in answer["citations"]]
    return [normalise(text) for text in (str(answer["text"]), *quotes, *(quote for _, _, quote in joined))]


def _missing(question: QuestionLine, answer: Answered) -> tuple[str, ...]:
    """Gold parts and required strings that the answer does not show; all of them when it is no answer."""
    wanted = [*question.gold, *question.must_contain]
    if answer["outcome"] != Outcome.ANSWERED:
        return tuple(wanted)
    shown = shown_texts(answer)
    return tuple(part for part in wanted if not any(normalise(part) in text for text in shown))


def _answer_metrics(question: QuestionLine, answer: Answered, missing: Sequence[str]) -> dict[str, float | None]:
    answered = answer["outcome"] == Outcome.ANSWERED
    found: dict[str, float | None] = {"length": float(len(answer["text"])) if answered else None}
    if not question.answerable or not question.gold:
        return found
    parts = [quote not in missing for quote in question.gold]
    whole = all(parts) if question.all_gold else any(parts)
    found["right"] = float(whole and not any(one in missing for one in question.must_contain))
    found["completeness"] = share(parts) if question.all_gold else float(any(parts))
    return found


def _abstention_metrics(question: QuestionLine, answer: Answered) -> dict[str, float | None]:
    abstained = answer["outcome"] in ABSTAINING
    found: dict[str, float | None] = {"abstention_precision": float(not question.answerable) if abstained else None}
    if question.answerable:
        return found | {"false_refusal": float(abstained)}
    found["abstention_recall"] = float(abstained)
    if question.kind == "hostile":
        echoed = any(markup in answer["text"] for markup in _MARKUP.findall(question.question))
        found["hostile_safe"] = float(abstained and not echoed)
    return found


def _citation_metrics(
    question: QuestionLine, answer: Answered, documents: Mapping[str, str] | None
) -> dict[str, float | None]:
    citations: Sequence[Mapping[str, Any]] = answer["citations"]
    found: dict[str, float | None] = {}
    if citations and documents is not None:
        found["quote_valid"] = share([is_verbatim(one, documents) for one in citations])
    if answer["outcome"] != Outcome.ANSWERED:
        return found
    quotes = {int(one["tag"]): str(one["quote"]) for one in citations}
    framed = answer["answerer"] == FRAMED_ANSWERER
    precision, recall = citation_scores(statements(answer["text"], framed=framed), quotes)
    found |= {"citation_precision": precision, "citation_recall": recall}
    if question.answerable and question.gold and citations:
        found["on_target"] = share([_touches(one["quote"], question.gold) for one in citations])
    return found


def is_verbatim(citation: Mapping[str, Any], documents: Mapping[str, str]) -> bool:
    """Whether the document holds exactly the quotation at exactly its place."""
    text = documents.get(str(citation["document"]), "")
    return bool(citation["quote"]) and text[int(citation["start"]) : int(citation["end"])] == citation["quote"]


def _touches(quote: str, gold: Iterable[str]) -> bool:
    inner = normalise(quote)
    return any(normalise(one) in inner or inner in normalise(one) for one in gold)
