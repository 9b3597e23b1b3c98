"""What `erasmus-assistant benchmark ...` does; each gives the exit code and prints its result on stdout."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from erasmus_assistant.benchmark.beir import export_set, import_set
from erasmus_assistant.benchmark.checking import check_set
from erasmus_assistant.benchmark.comparing import compare_rows, comparison_markdown, load_rows, save_baseline
from erasmus_assistant.benchmark.folder import RunFolder, read_answers
from erasmus_assistant.benchmark.questions import Split, read_questions, select
from erasmus_assistant.benchmark.report import OVERVIEW
from erasmus_assistant.benchmark.runner import Asker, ask_all, score_run
from erasmus_assistant.guide.chunking import split as split_document
from erasmus_assistant.guide.corpus import Corpus
from erasmus_assistant.records import Passage


def run(
    ask: Asker,
    questions: Path,
    output: Path,
    *,
    corpus: Path,
    split: str = "all",
    settings: Mapping[str, object] | None = None,
    quiet: bool = False,
    as_json: bool = False,
) -> int:
    """Asks, scores, reports. `settings` is written to config.json: whatever the answers depend on."""
    chosen = select(read_questions(questions), Split(split))
    texts = document_texts(corpus)
    folder = RunFolder(output)
    ask_all(ask, chosen, folder, {"set": split, "questions": questions.name, **(settings or {})}, quiet=quiet)
    return _scored(folder, texts, as_json)


def rescore(run_folder: Path, *, corpus: Path | None = None, as_json: bool = False) -> int:
    """Scores a run's answers again from its own files; with `corpus`, checks quotations against that instead."""
    return _scored(RunFolder(run_folder), document_texts(corpus) if corpus else None, as_json)


def _scored(folder: RunFolder, texts: Mapping[str, str] | None, as_json: bool) -> int:
    result = score_run(folder, texts)
    if as_json:
        print(json.dumps({"run": str(folder.path), **result}, ensure_ascii=False))
    else:
        print(summary_text(result))
        print(f"{result['questions']} questions; the whole report: {folder.path / 'report.html'}")
    return 0


def summary_text(result: Mapping[str, Any]) -> str:
    """A short table: all questions, each split, each group of languages."""
    rows = [("", *OVERVIEW)]
    for grouping in ("all", "split", "languages"):
        for key, held in result["groups"][grouping].items():
            rows.append((key, *(f"{held[name]['value']:.3g}" if name in held else "-" for name in OVERVIEW)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def compare(before: Path, after: Path, *, as_json: bool = False) -> int:
    """Run folders or baseline files; 1 when a headline measure of `after` is significantly worse."""
    found = compare_rows(load_rows(before), load_rows(after))
    if as_json:
        differences = [asdict(one) | {"verdict": one.verdict} for one in found.differences]
        print(
            json.dumps(asdict(found) | {"differences": differences, "regressed": found.regressed}, ensure_ascii=False)
        )
    else:
        print(comparison_markdown(found, str(before), str(after)), end="")
    return int(found.regressed)


def baseline(run_folder: Path, output: Path) -> int:
    """Keeps a run as the file that later runs are compared with."""
    save_baseline(RunFolder(run_folder), output)
    print(f"{output} now holds the run of {run_folder}")
    return 0


def check(questions: Path, *, corpus: Path, as_json: bool = False) -> int:
    """1 when the question set breaks a rule; names each question and what to do."""
    found = check_set(read_questions(questions), document_texts(corpus))
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for title, counts in found.counts.items():
            print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
        print(*(found.problems or ("nothing wrong",)), sep="\n")
    return int(bool(found.problems))


def export(questions: Path, output: Path, *, corpus: Path, answers: Path | None = None, split: str = "all") -> int:
    """BEIR and TREC files of a set; with `answers` (a run folder or an answer file) also what was ranked."""
    chosen = select(read_questions(questions), Split(split))
    path = RunFolder(answers).answers if answers and answers.is_dir() else answers
    left_out = export_set(chosen, passages_of(corpus), read_answers(path) if path else {}, output)
    print(f"{output}: {sum(one.answerable for one in chosen) - len(left_out)} questions")
    if left_out:
        print(f"left out, their gold stands in no single passage: {', '.join(left_out)}")
    return 0


def import_beir(source: Path, output: Path, *, language: str = "en", split: str = "test") -> int:
    """A BEIR folder -> a corpus folder and a question file."""
    documents, questions = import_set(source, output, language, split)
    print(f"{output / 'corpus'}: {documents} documents; {output / 'questions.jsonl'}: {questions} questions")
    return 0


def document_texts(corpus: Path) -> dict[str, str]:
    """Document id -> stored text."""
    return {document.id: document.text for document in Corpus(corpus).documents(_undetermined)}


def passages_of(corpus: Path) -> Sequence[Passage]:
    return [one for document in Corpus(corpus).documents(_undetermined) for one in split_document(document)]


def _undetermined(text: str) -> str:
    """Scoring reads no language, so none is detected where the manifest names none."""
    return "und" if text else ""
