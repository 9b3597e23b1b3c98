"""BEIR and TREC files out of a question set and its answers; a BEIR collection in.

corpus.jsonl        {"_id", "title", "text"}        a passage a line
queries.jsonl       {"_id", "text"}                 an answerable question a line
qrels/test.tsv      query-id, corpus-id, score      BEIR's judgements, with a header
qrels.trec          query 0 passage grade           the same for trec_eval and ir_measures
run.trec            query Q0 passage rank score tag what a run's answers ranked
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from erasmus_assistant.benchmark.folder import lines, read_lines, write_text
from erasmus_assistant.benchmark.questions import QuestionLine, to_json
from erasmus_assistant.benchmark.scoring import Answered, normalise
from erasmus_assistant.errors import BenchmarkError
from erasmus_assistant.records import Passage

RUN_TAG = "erasmus-assistant"
_UNSAFE = re.compile(r"[^\w-]+")

Grades = dict[str, dict[str, int]]
"""Query id -> id of a passage or document -> grade."""


def export_set(
    questions: Sequence[QuestionLine], passages: Sequence[Passage], answers: Mapping[str, Answered], folder: Path
) -> tuple[str, ...]:
    """Writes the files above (run.trec only where there are answers).

    Unanswerable questions have no judgements and are left out. Gives the ids of questions whose
    gold no passage holds: they are left out too, and the caller says so.
    """
    grades = judge(questions, passages)
    kept = [question for question in questions if question.answerable and grades.get(question.id)]
    if not kept:
        raise BenchmarkError("no answerable question has a passage that holds its gold; check set and corpus")
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    write_text(folder / "corpus.jsonl", lines(_beir_passage(passage) for passage in passages))
    write_text(folder / "queries.jsonl", lines({"_id": one.id, "text": one.question} for one in kept))
    judged = [(one.id, name, grade) for one in kept for name, grade in grades[one.id].items()]
    header = "query-id\tcorpus-id\tscore\n"
    write_text(folder / "qrels" / "test.tsv", header + "".join(f"{q}\t{p}\t{g}\n" for q, p, g in judged))
    write_text(folder / "qrels.trec", "".join(f"{q} 0 {p} {g}\n" for q, p, g in judged))
    if answers:
        write_text(folder / "run.trec", "".join(_run_lines(kept, answers)))
    return tuple(one.id for one in questions if one.answerable and one not in kept)


def judge(questions: Sequence[QuestionLine], passages: Sequence[Passage]) -> Grades:
    """Passages that hold a gold quote, white space normalised; or those of the documents judged relevant."""
    texts = {passage.id: (passage.document, normalise(passage.text)) for passage in passages}
    found: Grades = {}
    for question in questions:
        gold = [normalise(quote) for quote in question.gold]
        for name, (document, text) in texts.items():
            grade = question.relevant.get(document, int(any(quote in text for quote in gold)))
            if grade > 0:
                found.setdefault(question.id, {})[name] = grade
    return found


def _beir_passage(passage: Passage) -> dict[str, str]:
    return {"_id": passage.id, "title": " / ".join(passage.heading_path), "text": passage.text}


def _run_lines(questions: Sequence[QuestionLine], answers: Mapping[str, Answered]) -> Iterator[str]:
    """Scores fall with the rank: trec_eval orders by score and ignores the rank column."""
    for question in questions:
        hits = sorted(answers.get(question.id, {}).get("hits", ()), key=lambda hit: int(hit["rank"]))
        for rank, hit in enumerate(hits, 1):
            yield f"{question.id} Q0 {hit['passage_id']} {rank} {len(hits) - rank + 1} {RUN_TAG}\n"


def import_set(source: Path, folder: Path, language: str, split: str = "test") -> tuple[int, int]:
    """A BEIR collection -> `folder`/corpus (a text file a document and corpus.toml) and `folder`/questions.jsonl.

    Gives the numbers of documents and questions. Questions without a relevant document are left out.
    """
    queries = {str(value["_id"]): str(value["text"]) for value in _beir_lines(source / "queries.jsonl", "text")}
    grades = _read_grades(source / "qrels" / f"{split}.tsv")
    files = _write_documents(source / "corpus.jsonl", folder / "corpus", language)
    blank = QuestionLine(id="", question="", lang=language, kind="fact")
    questions = [
        replace(blank, id=name, question=queries[name], relevant=relevant)
        for name, relevant in ((name, _known(one, files)) for name, one in grades.items())
        if relevant and queries.get(name, "").strip()
    ]
    if not questions:
        raise BenchmarkError(f"{str(source)!r} has no query with a relevant document in qrels/{split}.tsv")
    write_text(folder / "questions.jsonl", lines(map(to_json, questions)))
    return len(files), len(questions)


def _known(grades: Mapping[str, int], files: Mapping[str, str]) -> dict[str, int]:
    return {files[name]: grade for name, grade in grades.items() if grade > 0 and name in files}


def _write_documents(path: Path, folder: Path, language: str) -> dict[str, str]:
    """Gives the collection's id -> the document's id here, which is safe as a file name and unique."""
    folder.mkdir(parents=True, exist_ok=True)
    names: dict[str, str] = {}
    entries = []
    for number, value in enumerate(_beir_lines(path, "text"), 1):
        text = "\n\n".join(part for part in (str(value.get("title") or ""), str(value["text"])) if part.strip())
        if text.strip():
            name = f"{_UNSAFE.sub('-', str(value['_id']))[:60]}-{number}"
            names[str(value["_id"])] = name
            write_text(folder / f"{name}.txt", text + "\n")
            entries.append(_entry(name, str(value.get("title") or value["_id"]), language))
    write_text(folder / "corpus.toml", "".join(entries))
    return names


def _entry(name: str, title: str, language: str) -> str:
    values = {"file": f"{name}.txt", "id": name, "title": title, "language": language}
    shown = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f"[[document]]\n{shown}\n"


def _beir_lines(path: Path, *names: str) -> Iterator[dict[str, object]]:
    if not path.exists():
        raise BenchmarkError(f"{str(path)!r} is missing; a BEIR collection has corpus.jsonl, queries.jsonl and qrels/")
    for number, value in read_lines(path):
        for name in ("_id", *names):
            if not isinstance(value.get(name), str):
                raise BenchmarkError(f"{path.name} line {number}: {name!r} is missing or no text")
        yield value


def _read_grades(path: Path) -> Grades:
    if not path.exists():
        raise BenchmarkError(f"{str(path)!r} is missing; name a split that the collection judges")
    found: Grades = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if number == 1 and row[:1] == ["query-id"]:
                continue
            try:
                query, document, grade = row
                found.setdefault(query, {})[document] = int(grade)
            except ValueError:
                raise BenchmarkError(f"{path.name} line {number}: not query-id, corpus-id, score") from None
    return found
