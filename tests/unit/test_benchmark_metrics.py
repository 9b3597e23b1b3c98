"""Measures against sums written out by hand, against trec_eval, and against their own laws."""

from __future__ import annotations

from math import log2

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from erasmus_assistant.benchmark import bootstrap, metrics
from erasmus_assistant.benchmark.citations import Statement, citation_scores, statements
from erasmus_assistant.benchmark.comparing import DIGITS, compare_rows, randomisation_test
from erasmus_assistant.benchmark.scoring import Row

RANKING = ["a", "b", "c", "d"]
GRADES = {"b": 1, "d": 2, "x": 1, "a": 0}


def test_ranking_measures_by_hand() -> None:
    assert metrics.hit_at(RANKING, GRADES, 1) == 0.0
    assert metrics.hit_at(RANKING, GRADES, 2) == 1.0
    assert metrics.reciprocal_rank(RANKING, GRADES) == 1 / 2
    assert metrics.recall_at(RANKING, GRADES) == 2 / 3
    gained = 1 / log2(2 + 1) + 2 / log2(4 + 1)
    best = 2 / log2(1 + 1) + 1 / log2(2 + 1) + 1 / log2(3 + 1)
    assert metrics.ndcg_at(RANKING, GRADES) == pytest.approx(gained / best)


@pytest.mark.parametrize("measure", [metrics.reciprocal_rank, metrics.recall_at, metrics.ndcg_at])
def test_without_anything_relevant_nothing_is_defined(measure: object) -> None:
    assert measure(RANKING, {"a": 0}, 10) is None  # type: ignore[operator]
    assert measure([], {"a": 1}, 10) == 0.0  # type: ignore[operator]


ids = st.sampled_from([f"p{number}" for number in range(25)])


@given(st.lists(ids, unique=True, max_size=20), st.dictionaries(ids, st.integers(0, 3), min_size=1))
def test_agrees_with_trec_eval(order: list[str], grades: dict[str, int]) -> None:
    if not any(grades.values()) or not order:
        return
    qrels = [ir_measures.Qrel("q", name, grade) for name, grade in grades.items()]
    run = [ir_measures.ScoredDoc("q", name, -float(rank)) for rank, name in enumerate(order)]
    wanted = ir_measures.calc_aggregate(
        [Success @ 1, Success @ 3, Success @ 10, RR @ 10, nDCG @ 10, R @ 10], qrels, run
    )
    ours = {
        Success @ 1: metrics.hit_at(order, grades, 1),
        Success @ 3: metrics.hit_at(order, grades, 3),
        Success @ 10: metrics.hit_at(order, grades, 10),
        RR @ 10: metrics.reciprocal_rank(order, grades),
        nDCG @ 10: metrics.ndcg_at(order, grades),
        R @ 10: metrics.recall_at(order, grades),
    }
    assert ours == pytest.approx(wanted)


def test_auroc_by_hand() -> None:
    # pairs: .9>.5, .9>.4, .5=.5 (half), .5>.4
    assert metrics.auroc([0.9, 0.5], [0.5, 0.4]) == (1 + 1 + 0.5 + 1) / 4
    assert metrics.auroc([], [0.1]) is None


def test_risk_coverage_takes_equal_confidences_together() -> None:
    points = metrics.risk_coverage([0.9, 0.5, 0.5, 0.1], [True, False, True, False])
    assert points == [(1 / 4, 0 / 1), (3 / 4, 1 / 3), (4 / 4, 2 / 4)]


def test_calibration_error_by_hand() -> None:
    # bin .9-1: mean .95, right 1/2; bin .1-.2: mean .1, right 0
    wanted = (abs(0.95 - 1 / 2) * 2 + abs(0.1 - 0) * 1) / 3
    assert metrics.calibration_error([0.9, 1.0, 0.1], [True, False, False]) == pytest.approx(wanted)


scored = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30)


@given(scored)
def test_bootstrap_values_are_those_of_the_plain_measures(pairs: list[tuple[float, bool]]) -> None:
    scores, flags = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    plain = metrics.auroc([s for s, f in pairs if f], [s for s, f in pairs if not f])
    estimated = bootstrap.auroc(scores, flags)
    assert (estimated.value if estimated else None) == (None if plain is None else pytest.approx(plain))
    error = bootstrap.calibration_error(scores, flags)
    assert error is not None
    assert error.value == pytest.approx(metrics.calibration_error(scores, flags))
    average = bootstrap.mean(scores)
    assert average is not None
    assert average.value == pytest.approx(sum(scores) / len(scores))
    assert average.low <= average.value + 1e-9
    assert average.high >= average.value - 1e-9


def test_intervals_are_the_same_each_time_and_narrow_with_n() -> None:
    few, many = bootstrap.mean([0.0, 1.0] * 10), bootstrap.mean([0.0, 1.0] * 200)
    assert few is not None
    assert many is not None
    assert few == bootstrap.mean([0.0, 1.0] * 10)
    assert many.high - many.low < few.high - few.low
    # half of 400: standard error sqrt(.25 / 400) = .025, so 95 % is about +-.049
    assert many.high - many.low == pytest.approx(4 * 0.025, rel=0.15)


def test_f1_and_percentiles_by_hand() -> None:
    # 2 true positives, 1 false positive, 1 missed
    found = bootstrap.f1([True, True, True, False, False], [True, True, False, True, False])
    assert found is not None
    assert found.value == 2 * 2 / (2 * 2 + 1 + 1)
    middle = bootstrap.percentile([1.0, 2.0, 10.0], 50)
    assert middle is not None
    assert middle.value == 2.0
    assert bootstrap.mean([]) is None


def test_area_under_risk_by_hand() -> None:
    found = bootstrap.area_under_risk([0.1, 0.9, 0.5], [True, True, False])
    assert found is not None
    assert found.value == pytest.approx((0 / 1 + 1 / 2 + 1 / 3) / 3)


def test_randomisation_is_exact_for_few_differences() -> None:
    assert randomisation_test([1.0] * 5) == 2 / 2**5
    assert randomisation_test([1.0, -1.0]) == 1.0
    assert randomisation_test([0.0, 0.0]) == 1.0
    # sums of +-1 +-1 +-3 as far from 0 as 1 + 1 + 3 = 5: only the two with one sign throughout
    assert randomisation_test([1.0, 0.0, 1.0, 3.0]) == 2 / 8


@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), max_size=40))
def test_randomisation_does_not_mind_which_run_is_first(differences: list[float]) -> None:
    p = randomisation_test(differences)
    assert 0 < p <= 1
    assert p == pytest.approx(randomisation_test([-one for one in differences]))


def test_randomisation_tells_a_clear_gain_from_noise() -> None:
    assert randomisation_test([1.0] * 30 + [-1.0] * 5) < 0.001
    assert randomisation_test([1.0] * 18 + [-1.0] * 17) > 0.5


QUOTES = {1: "Otlas ir tiešsaistes rīks", 2: "SALTO centri piedāvā apmācību kursus"}


def test_statements_of_a_quoting_answer_are_its_tagged_lines() -> None:
    text = "From the guide, in Latvian:\n\n> Otlas ir tiešsaistes rīks [1]\n\nSee the page."
    assert statements(text, framed=True) == [Statement("> Otlas ir tiešsaistes rīks", (1,))]


def test_the_lines_of_a_quotation_are_one_statement() -> None:
    text = "> Otlas ir:  \n> - rīks, [1]\n> SALTO centri\n> piedāvā kursus [2]"
    assert [one.tags for one in statements(text, framed=True)] == [(1,), (2,)]
    assert citation_scores(statements(text, framed=True), {1: "Otlas ir:\n- rīks,", 2: QUOTES[2]}) == (1.0, 1.0)


def test_statements_of_free_text_are_its_sentences() -> None:
    text = "In short:\nOtlas is a tool. [1] It is free. SALTO offers courses [2]."
    assert [(one.text, one.tags) for one in statements(text, framed=False)] == [
        ("Otlas is a tool.", (1,)),
        ("It is free.", ()),
        ("SALTO offers courses  .", (2,)),
    ]


def test_citation_precision_and_recall_by_hand() -> None:
    found = [
        Statement("Otlas ir tiešsaistes rīks", (1, 2)),  # 1 supports it alone; 2 is not needed
        Statement("SALTO piedāvā kursus", (2,)),
        Statement("Otlas ir slēgts kopš 2019. gada", (1,)),  # not what 1 says
        Statement("Tas ir bez maksas", ()),  # cites nothing
        Statement("Jā", (7,)),  # a tag without a quotation
    ]
    assert citation_scores(found, QUOTES) == (2 / 5, 2 / 5)
    assert citation_scores([], QUOTES) == (None, None)


def test_a_value_that_was_rounded_for_a_file_is_neither_won_nor_lost() -> None:
    def row(value: float) -> Row:
        return Row("q", "lv", "fact", (), "test", True, "d", "answered", 1.0, "?", {"mrr@10": value})

    (found,) = compare_rows([row(round(1 / 3, DIGITS))], [row(1 / 3)]).differences
    assert (found.wins, found.losses, found.p) == ((), (), 1.0)
    (found,) = compare_rows([row(1 / 10)], [row(1 / 9)]).differences
    assert found.wins == ("q",)
