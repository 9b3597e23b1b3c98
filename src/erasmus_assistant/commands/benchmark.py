"""`benchmark run|rescore|compare|baseline|check|export|import|speed`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from erasmus_assistant.answer.chain import Request
from erasmus_assistant.answer.contract import answer_json
from erasmus_assistant.assembly import build_assistant
from erasmus_assistant.benchmark import commands as benchmark
from erasmus_assistant.benchmark.questions import QuestionLine
from erasmus_assistant.commands import Nouns, add_command, add_noun, say, track
from erasmus_assistant.records import Turn
from erasmus_assistant.settings import Settings

QUESTIONS = Path("benchmark/questions")


def add(nouns: Nouns, common: argparse.ArgumentParser) -> None:
    verbs = add_noun(nouns, "benchmark", "how good the answers are, and whether a change made them better")
    _add_run(verbs, common)
    _add_comparing(verbs, common)
    _add_sets(verbs, common)


def _add_run(verbs: Nouns, common: argparse.ArgumentParser) -> None:
    run = add_command(
        verbs, "run", _run, common, "ask a question set and score the answers", "benchmark run --set test -o runs/today"
    )
    run.add_argument(
        "--questions", type=Path, default=QUESTIONS, metavar="PATH", help="file or folder (benchmark/questions)"
    )
    run.add_argument("--set", choices=["all", "development", "test"], default="all", help="which part of it (all)")
    run.add_argument("--encoder", metavar="NAME", help="another encoder (ERASMUS_ENCODER)")
    run.add_argument("--reranker", metavar="NAME", help="a cross-encoder for the best passages (ERASMUS_RERANKER)")
    run.add_argument(
        *("--answerer", "--model"),
        metavar="NAME",
        help="`extractive`, or a language model as provider:name (ERASMUS_MODEL)",
    )
    run.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    run.add_argument("--json", action="store_true", help="the figures as one JSON object")
    rescore = add_command(
        verbs, "rescore", _rescore, common, "score a run again without asking", "benchmark rescore runs/today"
    )
    rescore.add_argument("run_folder", type=Path, metavar="DIR")
    rescore.add_argument("--json", action="store_true")


def _add_comparing(verbs: Nouns, common: argparse.ArgumentParser) -> None:
    told, example = "compare two runs; exit code 1 on a regression", "benchmark compare runs/a runs/b"
    compare = add_command(verbs, "compare", _compare, common, told, example)
    compare.add_argument("before", type=Path, metavar="A")
    compare.add_argument("after", type=Path, metavar="B")
    compare.add_argument("--json", action="store_true")
    baseline = add_command(
        verbs, "baseline", _baseline, common, "keep a run's rows as the baseline", "benchmark baseline runs/today"
    )
    baseline.add_argument("run_folder", type=Path, metavar="DIR")
    baseline.add_argument("-o", "--output", type=Path, default=Path("benchmark/baseline.json"), metavar="FILE")


def _add_sets(verbs: Nouns, common: argparse.ArgumentParser) -> None:
    check = add_command(verbs, "check", _check, common, "check the question set against the guide", "benchmark check")
    check.add_argument("--questions", type=Path, default=QUESTIONS, metavar="PATH")
    check.add_argument("--json", action="store_true")
    export = add_command(verbs, "export", _export, common, "write BEIR and TREC files", "benchmark export -o beir/")
    export.add_argument("--questions", type=Path, default=QUESTIONS, metavar="PATH")
    export.add_argument("--answers", type=Path, metavar="FILE", help="answers.jsonl of a run, for the TREC run file")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    told, example = "take a BEIR set as corpus and questions", "benchmark import scifact/ -o sets/scifact"
    take = add_command(verbs, "import", _import, common, told, example)
    take.add_argument("source", type=Path, metavar="DIR")
    take.add_argument("--language", default="en", metavar="xx")
    take.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")


def _run(args: argparse.Namespace) -> int:
    changed = {name: getattr(args, name) for name in ("encoder", "reranker") if getattr(args, name)}
    if args.answerer:
        changed["model"] = "" if args.answerer == "extractive" else args.answerer
    settings: Settings = args.settings.model_copy(update=changed)
    assistant, _ = build_assistant(settings, say, track)

    def ask(line: QuestionLine) -> dict[str, Any]:
        history = tuple(Turn(role, text) for role, text in line.history)
        return answer_json(assistant.ask(Request(line.question, history, "", line.id)))

    facts = {
        "encoder": settings.encoder,
        "reranker": settings.reranker,
        "answerer": assistant.answerer.name,
        "threshold": assistant.threshold,
    }
    return benchmark.run(
        ask, args.questions, args.output, corpus=settings.corpus, split=args.set, settings=facts, as_json=args.json
    )


def _rescore(args: argparse.Namespace) -> int:
    return benchmark.rescore(args.run_folder, as_json=args.json)


def _compare(args: argparse.Namespace) -> int:
    return benchmark.compare(args.before, args.after, as_json=args.json)


def _baseline(args: argparse.Namespace) -> int:
    return benchmark.baseline(args.run_folder, args.output)


def _check(args: argparse.Namespace) -> int:
    return benchmark.check(args.questions, corpus=args.settings.corpus, as_json=args.json)


def _export(args: argparse.Namespace) -> int:
    return benchmark.export(args.questions, args.output, corpus=args.settings.corpus, answers=args.answers)


def _import(args: argparse.Namespace) -> int:
    return benchmark.import_beir(args.source, args.output, language=args.language)
