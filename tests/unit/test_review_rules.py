"""Cohen's kappa, the order of the queue, safe cells, passwords: the rules that need no database."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from erasmus_assistant.review.accounts import hash_password, verify_password
from erasmus_assistant.review.agreement import Agreement, agreement
from erasmus_assistant.review.exporting import safe_cell
from erasmus_assistant.review.numbers import clustered
from erasmus_assistant.review.urgency import urgency
from erasmus_assistant.web.desk.login import safe_target
from erasmus_assistant.web.desk.showing import answer_html


def test_kappa_of_a_worked_example() -> None:
    """20 right/right, 5 right/wrong, 10 wrong/right, 15 wrong/wrong: the textbook's 0.4."""
    pairs = [("r", "r")] * 20 + [("r", "w")] * 5 + [("w", "r")] * 10 + [("w", "w")] * 15
    chance = (25 / 50) * (30 / 50) + (25 / 50) * (20 / 50)
    found = agreement(pairs)
    assert found.n == 50
    assert found.alike == 35 / 50
    assert found.kappa == pytest.approx((35 / 50 - chance) / (1 - chance))
    assert found.kappa == pytest.approx(0.4)


def test_kappa_is_absent_where_it_is_undefined() -> None:
    assert agreement([]) == Agreement(0, None, None)
    assert agreement([("r", "r")] * 3) == Agreement(3, 1.0, None)


def test_what_needs_eyes_first_comes_first() -> None:
    in_order = [
        urgency("answered", 0.9, 0.35, helpful=False),
        urgency("failed", 0.0, 0.35),
        urgency("answered", 0.4, 0.35),
        urgency("not_in_guide", 0.3, 0.35),
        urgency("answered", 0.9, 0.35),
    ]
    assert in_order == sorted(in_order, reverse=True)
    assert len(set(in_order)) == len(in_order)
    assert urgency("not_in_guide", 0.01, 0.35) == urgency("answered", 0.9, 0.35, helpful=True)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(value: str) -> None:
    assert safe_cell(value) == f"'{value}"
    assert safe_cell("What is = here?") == "What is = here?"


def test_a_cell_survives_the_way_through_csv() -> None:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell('a "quoted", one\nwith a line')])
    assert next(csv.reader(io.StringIO(out.getvalue()))) == ['a "quoted", one\nwith a line']


def test_passwords_are_hashed_with_a_salt_of_their_own() -> None:
    first, second = hash_password("correct horse battery"), hash_password("correct horse battery")
    assert first != second
    assert "horse" not in first
    assert verify_password("correct horse battery", first)
    assert not verify_password("correct horse batterz", first)


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example", "//evil.example", "/desk//evil.example", "/deskevil", "/", "/desk/login"),
        *("/desk/logout", "/desk\\evil", "/desk/\r\nx: y", "javascript:alert(1)", ""),
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_logging_in(target: str) -> None:
    assert safe_target(target) == "/desk"


@pytest.mark.parametrize("target", ["/desk", "/lab", "/desk/cases/abc?again=1", "/desk?text=a//b", "/lab/runs/x"])
def test_the_page_that_was_asked_for_is_shown_after_logging_in(target: str) -> None:
    assert safe_target(target) == target


def test_an_answer_is_shown_and_never_run() -> None:
    shown = str(answer_html("The **guide** says:\n\n> <script>alert(1)</script>\n> second line [1]\n\n<img src=x>"))
    assert "<script" not in shown
    assert "<img" not in shown
    assert '<a class="tag" href="#c1">[1]</a>' in shown
    assert shown.startswith("<p>The <b>guide</b> says:</p><blockquote>")


def test_questions_that_are_alike_are_one_cluster() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.9, 0.436], [1, 0]], np.float32)
    groups = clustered(["a", "b", "c", "d"], vectors, like=0.8)
    assert [group.questions for group in groups] == [("a", "c", "d"), ("b",)]
    assert [group.places for group in groups] == [(0, 2, 3), (1,)]
