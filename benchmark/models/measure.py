"""What the check lets through of the scripted models' sentences: python benchmark/models/measure.py [QUESTIONS]"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable

from scripted import FALSE_FIGURE, Gold, ScriptedServer, models

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.model import load_answerer
from erasmus_assistant.answer.prompt import NOT_IN_PASSAGES
from erasmus_assistant.assembly import LiveRetriever
from erasmus_assistant.records import Answer
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings, load_settings


def measure(retriever: Callable[[], Retriever], settings: Settings, questions: int) -> dict[str, Counter[str]]:
    """Counts by model: answers sent, true and false sentences sent and shown, outcomes."""
    gold = Gold.load()
    asked = [row for row in gold.by_question.values() if row["answerable"] and not row.get("history")][:questions]
    counts = {}
    with ScriptedServer(models(gold)) as server:
        for name in server.models:
            changed = settings.model_copy(update={"model": f"openai:{name}", "model_url": server.url})
            assistant = Assistant(retriever, load_answerer(changed))
            count = counts[name] = Counter()
            for row in asked:
                before = len(server.sent)
                answer = assistant.ask(Request(row["question"]))
                if len(server.sent) > before:
                    _count(count, name, server.sent[-1], answer)
    return counts


def _count(count: Counter[str], name: str, sent: str, answer: Answer) -> None:
    own = answer.answerer != "extractive"
    shown = answer.text if own else ""
    count["replies"] += 1
    count[f"outcome {answer.outcome}{'' if own else ', in the words of the guide'}"] += 1
    if name == "hostile":
        count["false sent"] += len(re.findall(r"\[\d+\]\.", sent))
        count["false shown"] += len(re.findall(r"\[\d+\]\.", shown)) if answer.outcome == "answered" else 0
    elif sent != NOT_IN_PASSAGES:
        true = len(re.findall("<q>", sent))
        count["true sent"] += true
        count["true shown"] += min(true, len(re.findall(r"\[\d+\](?=\W|$)", shown)))
        count["false sent"] += sent.count(FALSE_FIGURE)
        count["false shown"] += shown.count(FALSE_FIGURE)


def main() -> None:
    settings = load_settings(threshold=0.0)
    live = LiveRetriever(settings, lambda line: print(line, file=sys.stderr))
    for name, count in measure(live, settings, int(sys.argv[1]) if len(sys.argv) > 1 else 200).items():
        print(name, dict(count))


if __name__ == "__main__":
    main()
