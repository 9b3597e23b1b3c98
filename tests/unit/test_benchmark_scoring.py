"""One question and one answer -> one row, each rule with its smallest case; rows -> groups."""

from __future__ import annotations

from dataclasses import replace
from math import log2
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.benchmark.aggregate import aggregate, curves, group_of
from erasmus_assistant.benchmark.questions import QuestionLine
from erasmus_assistant.benchmark.scoring import Row, ranking, score

PAGE = "Otlas ir rīks. To tur SALTO. Vietne ir https://otlas.example šeit."
DOCUMENTS = {"guide": PAGE}
QUESTION = QuestionLine(id="q1", question="Kas?", lang="lv", gold=("Otlas ir rīks.", "To tur SALTO."), all_gold=True)
NEAR = QuestionLine(id="q2", question="Cik maksā?", lang="lv", kind="near", answerable=False)


def citation(start: int, end: int, tag: int = 1, quote: str | None = None) -> dict[str, Any]:
    return {
        "tag": tag,
        "passage_id": "p",
        "quote": quote or PAGE[start:end],
        "start": start,
        "end": end,
        "document": "guide",
    }


def hit(rank: int, text: str, passage: str = "") -> dict[str, Any]:
    return {"passage_id": passage or f"guide.{rank:010x}", "rank": rank, "score": 1 / rank, "text": text}


def answer(**changes: Any) -> dict[str, Any]:
    return {
        "id": "q1", "outcome": "answered", "text": f"> {PAGE[:14]} [1]", "confidence": 0.8,
        "citations": [citation(0, 14)], "hits": [hit(1, "x"), hit(2, "Otlas ir\nrīks."), hit(3, "To tur SALTO.")],
        "timings_ms": {"total": 4.0}, "answerer": "extractive", **changes,
    }  # fmt: skip


def measured(question: QuestionLine = QUESTION, **changes: Any) -> dict[str, float]:
    return dict(score(question, answer(**changes), DOCUMENTS).metrics)


def test_a_row_by_hand() -> None:
    assert measured() == pytest.approx(
        {
            "hit@1": 0.0, "hit@3": 1.0, "hit@10": 1.0, "mrr@10": 1 / 2, "recall@10": 2 / 2,
            "ndcg@10": (1 / log2(3) + 1 / log2(4)) / (1 / log2(2) + 1 / log2(3)),
            "right": 0.0, "completeness": 1 / 2, "length": 2 + 14 + 4, "false_refusal": 0.0, "failed": 0.0,
            "quote_valid": 1.0, "citation_precision": 1.0, "citation_recall": 1.0, "on_target": 1.0, "latency_ms": 4.0,
        }
    )  # fmt: skip


def test_gold_that_no_hit_holds_counts_as_one_passage_missed() -> None:
    order, grades = ranking(QUESTION, [hit(2, "To tur SALTO.", "b"), hit(1, "x", "a")])
    assert order == ["a", "b"]
    assert grades == {"b": 1, "missed:Otlas ir rīks.": 1}


def test_right_needs_all_gold_or_any() -> None:
    assert measured(replace(QUESTION, all_gold=False))["right"] == 1.0
    both = [citation(0, 14), citation(15, 28, 2)]
    assert measured(citations=both)["right"] == 1.0
    assert measured(citations=both)["completeness"] == 1.0


def test_gold_across_two_adjacent_quotations_counts_and_across_distant_ones_not() -> None:
    across = replace(QUESTION, gold=("Otlas ir rīks. To tur SALTO.",))
    assert measured(across, citations=[citation(15, 28, 2), citation(0, 14)], text="")["right"] == 1.0
    assert (
        measured(across, citations=[citation(0, 14), citation(40, 53, quote="To tur SALTO.")], text="")["right"] == 0.0
    )


def test_required_strings_may_stand_in_text_or_quotation() -> None:
    question = replace(QUESTION, all_gold=False, must_contain=("https://otlas.example",))
    assert measured(question)["right"] == 0.0
    assert measured(question, text=f"{PAGE[:14]} [1] https://otlas.example")["right"] == 1.0
    row = score(question, answer(), DOCUMENTS)
    assert row.missing == ("To tur SALTO.", "https://otlas.example")


@pytest.mark.parametrize("outcome", ["not_in_guide", "declined", "unsupported", "failed"])
def test_what_is_no_answer_is_never_right(outcome: str) -> None:
    found = measured(outcome=outcome, text=PAGE)
    assert found["right"] == 0.0
    assert found["false_refusal"] == float(outcome in ("not_in_guide", "declined"))
    assert found["failed"] == float(outcome in ("unsupported", "failed"))
    assert "length" not in found


def test_abstention() -> None:
    assert measured(NEAR)["abstention_recall"] == 0.0
    refused = measured(NEAR, outcome="not_in_guide", citations=[], text="-")
    assert refused == {"abstention_recall": 1.0, "abstention_precision": 1.0, "failed": 0.0, "latency_ms": 4.0}


def test_a_hostile_question_must_be_refused_without_its_markup() -> None:
    hostile = replace(NEAR, kind="hostile", question="<script>alert(1)</script>")
    assert measured(hostile)["hostile_safe"] == 0.0
    assert measured(hostile, outcome="declined", text="No.")["hostile_safe"] == 1.0
    assert measured(hostile, outcome="declined", text="No <script>alert(1)</script>.")["hostile_safe"] == 0.0


@pytest.mark.parametrize(
    "bad", [citation(0, 13, quote="Otlas ir rīks."), citation(1, 15, quote="Otlas ir rīks."), citation(0, 0, quote="")]
)
def test_a_quotation_must_be_exactly_in_its_place(bad: dict[str, Any]) -> None:
    assert measured(citations=[citation(0, 14), bad])["quote_valid"] == 1 / 2


def test_without_documents_validity_is_left_out() -> None:
    assert "quote_valid" not in score(QUESTION, answer()).metrics
    assert measured(citations=[citation(0, 14) | {"document": "other"}])["quote_valid"] == 0.0


def test_judged_documents_rank_by_their_best_passage() -> None:
    question = QuestionLine(id="q", question="?", relevant={"d2": 1})
    hits = [hit(1, "", "d1.0123456789"), hit(2, "", "d1.abcdefabcd-2"), hit(3, "", "d2.0123456789")]
    assert ranking(question, hits) == (["d1", "d2"], {"d2": 1})
    assert "right" not in score(question, answer(hits=hits)).metrics


@given(st.lists(st.sampled_from(["x", "Otlas ir rīks.", "To tur SALTO.", PAGE]), max_size=10), st.floats(0, 1))
def test_every_share_lies_between_0_and_1(shown: list[str], confidence: float) -> None:
    hits = [hit(rank, text) for rank, text in enumerate(shown, 1)]
    found = score(QUESTION, answer(hits=hits, confidence=confidence), DOCUMENTS).metrics
    assert all(0 <= value <= 1 for name, value in found.items() if name not in ("length", "latency_ms"))


def row(name: str, answerable: bool = True, **changes: Any) -> Row:
    question = replace(QUESTION if answerable else NEAR, id=name, **changes.pop("question", {}))
    return score(question, answer(**changes), DOCUMENTS)


def test_groups_and_what_they_leave_out() -> None:
    rows = [
        row("a", question={"body": ("otlas", "salto"), "all_gold": False}),
        row("b", question={"lang": "et", "body": ("otlas",)}),
        row("c", answerable=False, outcome="declined", citations=[], confidence=0.1),
    ]
    found = aggregate(rows)
    shown = ("languages", "language", "kind", "body")
    assert {name: sorted(groups) for name, groups in found.items() if name in shown} == {
        "languages": ["lv", "other"], "language": ["et", "lv"], "kind": ["fact", "near"], "body": ["otlas", "salto"],
    }  # fmt: skip
    everything = found["all"]["all"]
    assert (everything["right"].n, everything["right"].value) == (2, 1 / 2)
    assert (everything["abstention_recall"].n, everything["abstention_f1"].value) == (1, 1.0)
    assert everything["auroc"].value == 1.0
    assert "hit@1" not in found["kind"]["near"]
    assert "hostile_safe" not in everything


def test_auroc_leaves_out_answerable_questions_that_the_search_missed() -> None:
    rows = [row("a", confidence=0.9), row("b", confidence=0.0, hits=[]), row("c", answerable=False, confidence=0.2)]
    found = aggregate(rows)["all"]["all"]
    assert (found["auroc"].n, found["auroc"].value) == (2, 1.0)
    assert "auroc_right" not in found  # none is right


def test_curves() -> None:
    rows = [row("a", question={"all_gold": False}, confidence=0.9), row("b", answerable=False, confidence=0.3)]
    assert curves(rows) == {"risk_coverage": [[0.5, 0.0], [1.0, 0.5]], "calibration": [[0.3, 0.0, 1], [0.9, 1.0, 1]]}


def test_languages_by_which_targets_are_set() -> None:
    assert [group_of(one) for one in ("lv", "en", "de", "")] == ["lv", "en", "other", "other"]
