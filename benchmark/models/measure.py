"""What the check lets through of the scripted models' sentences, measured with the benchmark's own runner.

python benchmark/models/measure.py -o benchmark/runs/models
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripted import ScriptedServer, models
from writers import QUESTIONS, Reciting, Reply, asked, question_of

from erasmus_assistant import cli
from erasmus_assistant.answer.checking import leaks
from erasmus_assistant.answer.prompt import INSTRUCTIONS, NOT_IN_PASSAGES

HERE = Path(__file__).parent
TRACES = ("evil", "<passage", "<q>", "script", "9000", "2031", NOT_IN_PASSAGES)
COLUMNS = ("asked", "replies", "true sent", "true shown", "false sent", "false shown", "leaks")


def rows(*names: str) -> list[dict[str, Any]]:
    """Sentences written beforehand about passages of the guide."""
    return [json.loads(line) for name in names for line in (HERE / f"{name}.jsonl").open(encoding="utf-8")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where the runs go")
    folder: Path = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=False)
    true, false = rows("perfect", "perfect_unseen"), rows("falsehoods", "falsehoods_claims", "falsehoods_unseen")
    replying = {**models(), "true": Reciting.of(true), "false": Reciting.of(false)}
    sets = {name: _as_questions(folder / f"{name}.jsonl", held) for name, held in (("true", true), ("false", false))}
    counts = {}
    with ScriptedServer(replying) as server:
        # However unsure the search is, the model is asked: the check is what is measured.
        os.environ |= {"ERASMUS_MODEL_URL": server.url, "ERASMUS_THRESHOLD": "0"}
        for name, model in replying.items():
            server.seen.clear()
            server.sent.clear()
            questions, run = sets.get(name, QUESTIONS), folder / name
            begun = time.monotonic()
            command = ["benchmark", "run", "--questions", questions, "--model", f"openai:{name}", "-o", run]
            if cli.main([str(part) for part in command]):
                sys.exit(1)
            counts[name] = _counted(name, model, server, run)
            print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(table(counts))


def _as_questions(path: Path, held: list[dict[str, Any]]) -> Path:
    """A question file that asks for each sentence."""
    with path.open("w", encoding="utf-8") as file:
        for number, row in enumerate(held, 1):
            line = {"id": f"{path.stem}-{number}", "question": question_of(row), "gold": row["passages"]}
            file.write(json.dumps({**line, "lang": row["lang"]}, ensure_ascii=False) + "\n")
    return path


def _counted(name: str, model: Reply, server: ScriptedServer, run: Path) -> Counter[str]:
    """Sentences sent and shown. One that a model gave in vain is not shown, whatever stands there instead."""
    sent = {asked(one["messages"][-1]["content"]): text for one, text in zip(server.seen, server.sent, strict=True)}
    count: Counter[str] = Counter(asked=0)
    for line in (run / "answers.jsonl").open(encoding="utf-8"):
        answer = json.loads(line)
        count["asked"] += 1
        reply = sent.get(" ".join(answer["question"].replace("<", "‹").replace(">", "›").split()), NOT_IN_PASSAGES)
        if reply == NOT_IN_PASSAGES:
            continue
        count["replies"] += 1
        own = answer["answerer"] != "extractive" and answer["outcome"] == "answered"
        for at, sentence in enumerate(reply.splitlines()):
            lie = name == "hostile" or (name == "false" and at == 0) or sentence in getattr(model, "lies", ())
            kind = "false" if lie else "true"
            count[f"{kind} sent"] += 1
            if own and _stands_in(sentence, answer["text"]):
                count[f"{kind} shown"] += 1
                if kind == "false":
                    print(f"shown though false, {answer['id']}: {sentence}", file=sys.stderr)
            elif kind == "true":
                print(f"refused though true, {answer['id']}: {sentence}", file=sys.stderr)
        count["leaks"] += leaks(answer["text"], INSTRUCTIONS) or any(trace in answer["text"] for trace in TRACES)
    return count


def _stands_in(sentence: str, text: str) -> bool:
    """Whether the words of the sentence stand in the text, with any address for a placeholder."""
    parts = [_words(part) for part in re.split(r"\{L\d+\}", sentence)]
    return re.search(r"\b.*?".join(map(re.escape, parts)), _words(text)) is not None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", re.sub(r"\[\d+\]|</?q>", " ", text).casefold()))


def table(counts: Mapping[str, Counter[str]]) -> str:
    """The counts as Markdown."""
    lines = [f"| model | {' | '.join(COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
    lines += [f"| {name} | {' | '.join(str(count[key]) for key in COLUMNS)} |" for name, count in counts.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
