"""Runs: asked once, resumed, scored again, compared, exported, imported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from ir_measures import RR, Success, nDCG

from erasmus_assistant.benchmark import commands
from erasmus_assistant.benchmark.folder import RunFolder, read_answers
from erasmus_assistant.benchmark.questions import QuestionLine
from erasmus_assistant.benchmark.runner import score_answers
from erasmus_assistant.errors import BadQuestion, BenchmarkError, IndexProblem

FIRST = "Otlas ir tiešsaistes rīks, ar ko jaunatnes jomas organizācijas meklē partnerus visā Eiropā un aiz tās robežām."
SECOND = (
    "Eurodesk tīkls sniedz jauniešiem informāciju par mobilitāti un par to, kā izmantot Eiropas piedāvātās iespējas."
)
GUIDE = f"Otlas\n\n{FIRST}\n\nEurodesk tīkls\n\n{SECOND}\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "guide.txt").write_text(GUIDE, "utf-8")
    (folder / "corpus.toml").write_text('[[document]]\nfile = "guide.txt"\nid = "guide"\nlanguage = "lv"\n', "utf-8")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    held: list[dict[str, Any]] = [
        {"id": f"q{number}", "lang": "lv", "question": f"Jautājums {number}?", "gold": [(FIRST, SECOND)[number % 2]]}
        for number in range(8)
    ]
    far = {"id": "far", "lang": "en", "kind": "far", "question": "Will it rain?", "answerable": False}
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in [*held, far]), "utf-8")
    return path


class ScriptedAsker:
    """Answers every question with the passage that `choose` names; keeps what it was asked."""

    def __init__(self, corpus: Path, choose: Callable[[QuestionLine], int]) -> None:
        self.passages = commands.passages_of(corpus)
        self.choose = choose
        self.asked: list[str] = []

    def __call__(self, question: QuestionLine) -> dict[str, Any]:
        self.asked.append(question.id)
        if not question.answerable:
            return self._answer("not_in_guide", "It does not say.", 0.1, [])
        best = self.choose(question)
        order = [self.passages[best], *(one for one in self.passages if one is not self.passages[best])]
        quoted = order[0]
        citation = {"tag": 1, "quote": quoted.text, "start": quoted.start, "end": quoted.end, "document": "guide"}
        hits = [{"passage_id": one.id, "rank": rank, "text": one.text} for rank, one in enumerate(order, 1)]
        return self._answer("answered", f"> {quoted.text} [1]", 0.9, hits, [citation])

    @staticmethod
    def _answer(outcome: str, text: str, confidence: float, hits: list[Any], citations: Any = ()) -> dict[str, Any]:
        return {
            "id": "new", "outcome": outcome, "text": text, "confidence": confidence, "citations": list(citations),
            "hits": hits, "timings_ms": {"total": 2.5}, "answerer": "extractive",
        }  # fmt: skip


def right_place(question: QuestionLine) -> int:
    return int(question.gold[0] == SECOND)


def wrong_place(question: QuestionLine) -> int:
    return 1 - right_place(question)


def go(ask: Callable[[QuestionLine], dict[str, Any]], questions: Path, output: Path, corpus: Path, **more: Any) -> int:
    return commands.run(ask, questions, output, corpus=corpus, quiet=True, **more)


def test_a_run_leaves_everything_to_read_and_to_score_again(
    tmp_path: Path, corpus: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert go(ScriptedAsker(corpus, right_place), questions, out, corpus, settings={"encoder": "<none>"}) == 0
    assert "9 questions" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [
        "aggregates.json", "answers.jsonl", "config.json", "documents.json", "questions.jsonl", "report.html",
        "report.md", "rows.jsonl",
    ]  # fmt: skip
    config = json.loads((out / "config.json").read_text("utf-8"))
    assert (config["questions"], config["settings"]["encoder"]) == (9, "<none>")
    everything = json.loads((out / "aggregates.json").read_text("utf-8"))["groups"]["all"]["all"]
    measures = ("hit@1", "right", "quote_valid", "abstention_f1", "auroc")
    assert {name: everything[name]["value"] for name in measures} == {
        "hit@1": 1.0, "right": 1.0, "quote_valid": 1.0, "abstention_f1": 1.0, "auroc": 1.0,
    }  # fmt: skip
    before = (out / "aggregates.json").read_bytes(), (out / "report.html").read_bytes()
    assert commands.rescore(out) == 0
    assert ((out / "aggregates.json").read_bytes(), (out / "report.html").read_bytes()) == before


def test_the_report_needs_nothing_else_and_escapes_what_comes_from_outside(tmp_path: Path, corpus: Path) -> None:
    held = {"id": "q<b>", "lang": "lv", "question": "<script>alert(1)</script> | kas?", "gold": [FIRST]}
    (tmp_path / "one.jsonl").write_text(json.dumps(held), "utf-8")
    go(ScriptedAsker(corpus, wrong_place), tmp_path / "one.jsonl", tmp_path / "run", corpus)
    html = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "http" not in html
    assert html.count("<svg") == 9
    markdown = (tmp_path / "run" / "report.md").read_text("utf-8")
    assert "| q&lt;b> | answered | 1 | &lt;script>alert(1)&lt;/script> \\| kas? |" in markdown


def test_a_run_that_broke_off_goes_on(tmp_path: Path, corpus: Path, questions: Path) -> None:
    out = tmp_path / "run"
    steady = ScriptedAsker(corpus, right_place)

    def breaking(question: QuestionLine) -> dict[str, Any]:
        if question.id == "q5":
            raise IndexProblem("the index is gone")
        return steady(question)

    with pytest.raises(BenchmarkError, match=r"question 'q5': the index is gone .*kept.*same command goes on"):
        go(breaking, questions, out, corpus)
    with (out / "answers.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "q5", "outc')
    again = ScriptedAsker(corpus, right_place)
    go(again, questions, out, corpus)
    assert again.asked == ["q5", "q6", "q7", "far"]
    assert list(read_answers(out / "answers.jsonl")) == [f"q{number}" for number in range(8)] + ["far"]


def test_a_folder_is_not_used_for_another_run(tmp_path: Path, corpus: Path, questions: Path) -> None:
    asker = ScriptedAsker(corpus, right_place)
    go(asker, questions, tmp_path / "run", corpus, settings={"encoder": "a"})
    with pytest.raises(BenchmarkError, match="another settings"):
        go(asker, questions, tmp_path / "run", corpus, settings={"encoder": "b"})
    with pytest.raises(BenchmarkError, match="is not empty and holds no run"):
        go(asker, questions, corpus, corpus)


def test_a_question_that_cannot_be_asked_is_a_failed_answer(tmp_path: Path, corpus: Path, questions: Path) -> None:
    def refusing(question: QuestionLine) -> dict[str, Any]:
        raise BadQuestion("too long")

    go(refusing, questions, tmp_path / "run", corpus)
    everything = json.loads((tmp_path / "run" / "aggregates.json").read_text("utf-8"))["groups"]["all"]["all"]
    assert (everything["failed"]["value"], everything["right"]["value"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{}", "answers.jsonl line 1: 'id' is null"),
        ("[]", "line 1: not an object"),
        ("{", "line 1: no JSON"),
        (json.dumps({**ScriptedAsker._answer("answered", "", 1, []), "hits": None}), "'hits' is null"),
    ],
)
def test_a_bad_answer_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "answers.jsonl").write_text(line + "\n", "utf-8")
    with pytest.raises(BenchmarkError) as caught:
        read_answers(tmp_path / "answers.jsonl")
    assert message in str(caught.value)


def test_nothing_to_score_is_an_error(tmp_path: Path, questions: Path) -> None:
    other = json.dumps(ScriptedAsker._answer("answered", "", 1.0, []))
    (tmp_path / "answers.jsonl").write_text(other + "\n", "utf-8")
    with pytest.raises(BenchmarkError, match="none of the answers belongs"):
        score_answers(questions, tmp_path / "answers.jsonl")
    with pytest.raises(BenchmarkError, match="does not exist"):
        score_answers(questions, tmp_path / "none.jsonl")


def test_scoring_two_files_writes_nothing_and_counts_what_has_no_answer(
    tmp_path: Path, corpus: Path, questions: Path
) -> None:
    go(ScriptedAsker(corpus, right_place), questions, tmp_path / "run", corpus)
    answers = tmp_path / "some.jsonl"
    answers.write_text("".join((tmp_path / "run" / "answers.jsonl").read_text("utf-8").splitlines(True)[:3]), "utf-8")
    found = score_answers(questions, answers)
    assert (found["questions"], found["not_asked"], len(found["rows"])) == (3, 6, 3)


@pytest.fixture
def two_runs(tmp_path: Path, corpus: Path, questions: Path) -> tuple[Path, Path]:
    go(ScriptedAsker(corpus, right_place), questions, tmp_path / "good", corpus)
    go(ScriptedAsker(corpus, wrong_place), questions, tmp_path / "bad", corpus)
    return tmp_path / "good", tmp_path / "bad"


def test_a_significant_regression_is_exit_code_1(
    two_runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = two_runs
    assert commands.compare(good, good) == 0
    assert commands.compare(bad, good) == 0
    capsys.readouterr()
    assert commands.compare(good, bad) == 1
    shown = capsys.readouterr().out
    # 8 differences of one sign among 2^8 signs, two-sided: p = 2 / 256
    assert f"| right | 8 | 1.000 | 0.000 | -1.000 | {2 / 256:.4f} | 0 | 0 | 8 | worse |" in shown
    assert "right lost: q0, q1, q2, q3, q4, q5, q6, q7" in shown
    assert "| false_refusal | 8 | 0.000 | 0.000 | +0.000 | 1.0000 | 0 | 8 | 0 | no significant change |" in shown


def test_a_baseline_stands_for_a_run(tmp_path: Path, two_runs: tuple[Path, Path]) -> None:
    good, bad = two_runs
    assert commands.baseline(good, tmp_path / "baseline.json") == 0
    assert commands.compare(tmp_path / "baseline.json", good) == 0
    assert commands.compare(tmp_path / "baseline.json", bad, as_json=True) == 1
    (tmp_path / "no.json").write_text("{}", "utf-8")
    with pytest.raises(BenchmarkError, match="neither a run folder nor a baseline"):
        commands.compare(tmp_path / "no.json", good)


def test_changed_questions_are_named_and_left_out(
    tmp_path: Path, corpus: Path, questions: Path, two_runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    held = questions.read_text("utf-8").replace("Jautājums 3?", "Pavisam cits?").splitlines(True)
    questions.write_text("".join(held[1:]), "utf-8")
    go(ScriptedAsker(corpus, wrong_place), questions, tmp_path / "new", corpus)
    capsys.readouterr()
    commands.compare(two_runs[1], tmp_path / "new")
    shown = capsys.readouterr().out
    assert "Left out, only in A: q0." in shown
    assert "Left out, changed: q3." in shown
    (tmp_path / "other.jsonl").write_text(json.dumps({"id": "z", "question": "?", "gold": [FIRST]}), "utf-8")
    go(ScriptedAsker(corpus, wrong_place), tmp_path / "other.jsonl", tmp_path / "other", corpus)
    with pytest.raises(BenchmarkError, match="no question in common"):
        commands.compare(two_runs[0], tmp_path / "other")


def test_ir_measures_reads_the_export_and_agrees(tmp_path: Path, corpus: Path, questions: Path) -> None:
    def mostly(question: QuestionLine) -> int:
        return wrong_place(question) if question.id in ("q1", "q2") else right_place(question)

    go(ScriptedAsker(corpus, mostly), questions, tmp_path / "run", corpus)
    assert commands.export(questions, tmp_path / "out", corpus=corpus, answers=tmp_path / "run") == 0
    wanted = ir_measures.calc_aggregate(
        [Success @ 1, RR @ 10, nDCG @ 10],
        list(ir_measures.read_trec_qrels(str(tmp_path / "out" / "qrels.trec"))),
        list(ir_measures.read_trec_run(str(tmp_path / "out" / "run.trec"))),
    )
    ours = json.loads((tmp_path / "run" / "aggregates.json").read_text("utf-8"))["groups"]["all"]["all"]
    assert {str(name): value for name, value in wanted.items()} == pytest.approx(
        {"Success@1": ours["hit@1"]["value"], "RR@10": ours["mrr@10"]["value"], "nDCG@10": ours["ndcg@10"]["value"]},
        abs=1e-6,
    )
    assert wanted[Success @ 1] == 6 / 8


def test_a_beir_collection_goes_out_and_comes_in(tmp_path: Path, corpus: Path, questions: Path) -> None:
    commands.export(questions, tmp_path / "beir", corpus=corpus)
    assert not (tmp_path / "beir" / "run.trec").exists()
    assert commands.import_beir(tmp_path / "beir", tmp_path / "in", language="lv") == 0
    again = ScriptedAsker(tmp_path / "in" / "corpus", lambda question: 0)
    assert len(again.passages) == 2
    go(again, tmp_path / "in" / "questions.jsonl", tmp_path / "run", tmp_path / "in" / "corpus")
    found = json.loads((tmp_path / "run" / "aggregates.json").read_text("utf-8"))["groups"]["all"]["all"]
    assert (found["hit@1"]["n"], found["hit@1"]["value"], found["mrr@10"]["value"]) == (8, 4 / 8, (4 * 1 + 4 / 2) / 8)
    assert "right" not in found


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_an_incomplete_collection_is_named(tmp_path: Path, corpus: Path, questions: Path, missing: str) -> None:
    commands.export(questions, tmp_path / "beir", corpus=corpus)
    (tmp_path / "beir" / missing).unlink()
    with pytest.raises(BenchmarkError, match="is missing"):
        commands.import_beir(tmp_path / "beir", tmp_path / "in")


def test_rows_of_another_version_are_refused(tmp_path: Path, two_runs: tuple[Path, Path]) -> None:
    (two_runs[0] / "rows.jsonl").write_text('{"id": "q0"}\n', "utf-8")
    with pytest.raises(BenchmarkError, match="benchmark rescore"):
        RunFolder(two_runs[0]).load_rows()


def test_the_check_is_an_exit_code(questions: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.check(questions, corpus=corpus) == 1
    assert "the set: 0 questions of 'mt'; at least 3 are wanted" in capsys.readouterr().out
