"""How long an answer takes when the model's server fails: python benchmark/models/waiting.py [SECONDS]

For each fault the seconds until the guide's own words arrive; none may be half a second over the limit.
"""

from __future__ import annotations

import sys
import time

from faults import FAULTS, UNREACHABLE, silence
from scripted import ScriptedServer

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.assembly import build_assistant
from erasmus_assistant.settings import load_settings

QUESTION = "In how many languages is the European Youth Portal?"


def asker(url: str, seconds: float) -> Assistant:
    changed = {"model": "openai:m", "model_url": url, "model_timeout": seconds}
    return build_assistant(load_settings(threshold=0.0).model_copy(update=changed), print)[0]


def took(assistant: Assistant) -> float:
    """Seconds of one question; the first one warms up."""
    begun = time.monotonic()
    answer = assistant.ask(Request(QUESTION))
    assert answer.answerer == "extractive"
    return time.monotonic() - begun


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with ScriptedServer({}, fault=silence) as server:
        assistant = asker(server.url, seconds)
        took(assistant)
        print(f"limit {seconds:g} s", "| fault | seconds |\n|---|---|", sep="\n\n")
        for name, case in FAULTS.items():
            server.fault = case.breaks
            print(f"| {name} | {took(assistant):.2f} |", flush=True)
    for name, url in UNREACHABLE.items():
        print(f"| {name} | {took(asker(url, seconds)):.2f} |", flush=True)


if __name__ == "__main__":
    main()
