"""Peers and the assistant on the same questions, page and characters shown -> a Markdown table.

    python benchmark/peers/run.py --ours RUN_FOLDER [--set test] [-o benchmark/peers/table.md]

Chunks of 1,000 characters hold the answer more easily than passages of 400, so ranks alone would
flatter them. Fair is what a person has in front of them: the best chunks, one after the other, cut
off after a budget of characters. "Shown in 600" is the share of answerable questions whose whole
answer (gold parts, required strings) stands in the first 600 characters.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(ROOT / "src")]

from systems import SYSTEMS  # noqa: E402

from erasmus_assistant.benchmark.aggregate import group_of  # noqa: E402
from erasmus_assistant.benchmark.bootstrap import mean  # noqa: E402
from erasmus_assistant.benchmark.folder import RunFolder, read_answers  # noqa: E402
from erasmus_assistant.benchmark.questions import QuestionLine, Split, read_questions, select  # noqa: E402
from erasmus_assistant.benchmark.scoring import normalise  # noqa: E402
from erasmus_assistant.errors import ErasmusError  # noqa: E402
from erasmus_assistant.guide.corpus import Corpus  # noqa: E402

BUDGETS = (600, 1500, 3000)
COLUMNS = ("Hit@1", "Hit@3", "MRR@10", *(f"shown in {budget:,}" for budget in BUDGETS))
OURS = "this assistant"

Shown = Mapping[str, Sequence[str]]
"""Question id -> chunks, best first."""


def measures(question: QuestionLine, chunks: Sequence[str]) -> dict[str, float]:
    texts = [normalise(chunk) for chunk in chunks]
    gold = [normalise(quote) for quote in question.gold]
    good = [any(quote in text for quote in gold) for text in texts]
    first = next((rank for rank, one in enumerate(good[:10], 1) if one), 0)
    ranks = {"Hit@1": float(first == 1), "Hit@3": float(0 < first <= 3), "MRR@10": 1 / first if first else 0.0}
    return ranks | {f"shown in {budget:,}": float(in_budget(question, texts, budget)) for budget in BUDGETS}


def in_budget(question: QuestionLine, texts: Sequence[str], budget: int) -> bool:
    """Whether the first `budget` characters hold what a right answer must."""
    seen = "\n".join(texts)[:budget]
    parts = [normalise(quote) in seen for quote in question.gold]
    return (all if question.all_gold else any)(parts) and all(normalise(one) in seen for one in question.must_contain)


def ask(
    name: str, build: Callable[[str], Callable[[str], list[str]]], text: str, questions: Sequence[QuestionLine]
) -> Shown:
    began = perf_counter()
    search = build(text)
    built = perf_counter()
    shown = {question.id: search(question.question) for question in questions}
    each = (perf_counter() - built) / len(questions) * 1000
    print(f"{name}: built in {built - began:.1f} s, {each:.1f} ms a question", file=sys.stderr)
    return shown


def ours(folder: Path, questions: Sequence[QuestionLine]) -> Shown:
    """The passages that a run of the assistant ranked; one that it did not ask counts as nothing shown."""
    answers = read_answers(RunFolder(folder).answers)
    found = {}
    for question in questions:
        hits = sorted(answers.get(question.id, {}).get("hits", ()), key=lambda hit: int(hit["rank"]))
        found[question.id] = [str(hit["text"]) for hit in hits]
    return found


def table(results: Mapping[str, Shown], questions: Sequence[QuestionLine]) -> str:
    lines = []
    for group in ("lv", "en", "other"):
        members = [question for question in questions if group_of(question.lang) == group]
        if not members:
            continue
        lines += [f"### {group} ({len(members)} answerable questions)", "", _row(("system", *COLUMNS))]
        lines.append(_row(("---", *("---:" for _ in COLUMNS))))
        for name, shown in results.items():
            rows = [measures(question, shown[question.id]) for question in members]
            lines.append(_row((name, *(_cell([row[column] for row in rows]) for column in COLUMNS))))
        lines.append("")
    return "\n".join(lines)


def _cell(values: Sequence[float]) -> str:
    found = mean(values)
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]" if found else "-"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description="Peers and the assistant side by side.")
    parser.add_argument("--questions", type=Path, default=ROOT / "benchmark" / "questions")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--ours", type=Path, help="folder of a run of the assistant on the same questions")
    parser.add_argument("--set", choices=list(Split), default=Split.TEST)
    parser.add_argument("-o", "--output", type=Path, help="Markdown file; without it, to stdout")
    given = parser.parse_args()
    questions = [
        one for one in select(read_questions(given.questions), Split(given.set)) if one.answerable and one.gold
    ]
    text = "\n\n".join(document.text for document in Corpus(given.corpus).documents(lambda _: "und"))
    results: dict[str, Shown] = {OURS: ours(given.ours, questions)} if given.ours else {}
    for name, build in SYSTEMS.items():
        try:
            results[name] = ask(name, build, text, questions)
        except ImportError as error:
            print(f"{name}: left out, {error}", file=sys.stderr)
    found = table(results, questions)
    if given.output:
        given.output.write_text(found, "utf-8")
    else:
        print(found)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ErasmusError as problem:
        sys.exit(str(problem))
