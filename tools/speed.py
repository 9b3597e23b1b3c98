"""How fast and how large the assistant is, as a table; no test, for the figures depend on the machine.

    python tools/speed.py [--passages 100000] [--repeat 5] [-o FILE]

It keeps to two cores. Ratios are of one run on one machine: an empty gradio ChatInterface is started
in the same way as the app. The measurements in this process want OPENBLAS_NUM_THREADS=1, as the app sets it for itself
(`make speed` does). `--passages 0` leaves out the whole guide and the large index, which take minutes to build.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from crowd import crowd_rows
from processes import (
    EMPTY_CHAT,
    ROOT,
    Row,
    as_table,
    environment_of,
    free_port,
    keep_to_two_cores,
    resident,
    running,
    wait_for,
    workplace,
)
from scale import guide_rows, large_rows, percentile, search_row, seconds_of
from tqdm import tqdm

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.assembly import build_assistant, build_index
from erasmus_assistant.records import Question, Turn
from erasmus_assistant.search.dense import Encoder, load_encoder
from erasmus_assistant.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=100_000, help="size of the large index (100000; 0: none)")
    parser.add_argument("--repeat", type=int, default=5, help="how often a process is started (5)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the table there too")
    given = parser.parse_args()
    keep_to_two_cores()
    with workplace() as index:
        settings = Settings(_env_file=None, corpus=ROOT / "corpus", index=index)
        rows = list(measured(settings, given.passages, max(1, given.repeat)))
    table = as_table(rows)
    print(table)
    if given.output:
        given.output.write_text(table + "\n", "utf-8")


def measured(settings: Settings, passages: int, repeat: int) -> Iterator[Row]:
    """Every row, the quick ones first; processes are measured before this one has grown large."""
    encoder = load_encoder(settings.encoder)
    requests = questions()
    yield index_row(settings, encoder, repeat)
    yield from process_rows(settings, repeat)
    yield from crowd_rows(environment_of(settings.index), 20.0)
    assistant = build_assistant(settings, lambda line: None)[0]
    yield from answer_rows(assistant, requests)
    # The language is known, for the ids of the questions begin with it.
    asked = [Question(request.question, request.id[:2]) for request in requests]
    yield search_row(assistant.retriever(), asked, "5 ms")
    yield encoder_row(encoder, requests)
    yield Row("memory of this process after them", megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    if passages:
        yield from guide_rows(encoder, repeat)
        yield from large_rows(assistant.retriever(), passages, asked[:100])


def questions() -> list[Request]:
    """The benchmark's questions, in all languages."""
    rows = []
    for path in sorted((ROOT / "benchmark" / "questions").glob("*.jsonl")):
        rows += [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Request(row["question"], [Turn(*turn) for turn in row.get("history") or []], "", row["id"]) for row in rows]


def index_row(settings: Settings, encoder: Encoder, repeat: int) -> Row:
    """From the text to an index that is written; nothing is taken from an earlier one."""

    def build(number: int) -> None:
        build_index(settings.model_copy(update={"index": settings.index.with_name(f"build-{number}")}), encoder)

    found = [seconds_of(lambda number=number: build(number)) for number in range(repeat)]  # type: ignore[misc]
    build_index(settings, encoder)
    return Row("index of the guide page, built and written", f"{median(found):.2f} s", "3 s")


def answer_rows(assistant: Assistant, requests: Sequence[Request]) -> Iterator[Row]:
    for request in requests[:20]:
        assistant.ask(request)
    found = [1000 * seconds_of(lambda request=request: assistant.ask(request)) for request in tqdm(requests)]  # type: ignore[misc]
    yield Row(f"warm answer, p50 of {len(found)} questions", f"{median(found):.1f} ms", "20 ms")
    yield Row("warm answer, p95", f"{percentile(found, 95):.1f} ms", "60 ms")


def encoder_row(encoder: Encoder, requests: Sequence[Request]) -> Row:
    texts = [request.question for request in requests]
    one_by_one = seconds_of(lambda: [encoder.encode_questions([text]) for text in texts])
    together = seconds_of(lambda: encoder.encode_questions(texts))
    counts = f"{len(texts) / one_by_one:,.0f} a second, {len(texts) / together:,.0f} in batches"
    return Row("encoder, questions one by one", counts)


def process_rows(settings: Settings, repeat: int) -> Iterator[Row]:
    """Cold processes: one question on the command line, and the app against an empty ChatInterface."""
    environment = environment_of(settings.index)
    ask = [sys.executable, "-m", "erasmus_assistant", "ask", "Where can we find partners?"]

    def run() -> None:
        subprocess.run(ask, env=environment, check=True, capture_output=True)

    yield Row("`ask` from a cold process", f"{median(seconds_of(run) for _ in range(repeat)):.2f} s", "2.5 s")
    ours = [started(["app.py"], environment) for _ in range(repeat)]
    empty = [started(["-c", EMPTY_CHAT], environment) for _ in range(repeat)]
    page, answer, memory = (median(one[at] for one in ours) for at in range(3))
    other, _, held = (median(one[at] for one in empty) for at in range(3))
    yield Row("`python app.py` to its first page", f"{page:.2f} s", "6 s")
    yield Row("... against an empty ChatInterface", f"{page / other:.2f} of {other:.2f} s", "1.3")
    yield Row("`python app.py` to its first answer", f"{answer:.2f} s, {answer / other:.2f} of it", "1.3")
    yield Row("memory of the app after an answer", f"{megabytes(memory)}, {memory / held:.2f} of {megabytes(held)}")


def started(arguments: Sequence[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds to the first page and to the first answer (0 where there is no such route), memory in MB then."""
    port = free_port()
    begun = time.perf_counter()
    with running([sys.executable, *arguments, *([str(port)] if "-c" in arguments else [])],
                 {**environment, "ERASMUS_PORT": str(port)}) as process:  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/", process)
        page = time.perf_counter() - begun
        try:
            body = json.dumps({"question": "Where can we find partners?"}).encode()
            headers = {"Content-Type": "application/json"}
            with urllib.request.urlopen(urllib.request.Request(f"{address}/api/ask", body, headers)) as reply:  # noqa: S310
                reply.read()
            answer = time.perf_counter() - begun
        except urllib.error.HTTPError:
            answer = 0.0
        return page, answer, resident(process.pid)


def megabytes(value: float) -> str:
    return f"{value:.0f} MB"


if __name__ == "__main__":
    main()
