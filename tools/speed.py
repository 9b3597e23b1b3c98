"""How fast and how large the assistant is, as a table; no test, for the figures depend on the machine.

    python tools/speed.py [--passages 100000] [--repeat 5] [-o FILE]

It keeps to two cores. Ratios are of one run on one machine: an empty gradio ChatInterface is started
in the same way as the app. `--passages 0` leaves out the large index, which takes minutes to build.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from tqdm import tqdm

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.assembly import build_assistant, build_index
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.guide.plain_text import read_plain_text
from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Document, Question, Turn
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search.dense import Encoder, load_encoder
from erasmus_assistant.search.ranker import load_ranker
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
CORES = 2
SECTIONS_A_DOCUMENT = 1000
VOCABULARY = 60_000
EMPTY_CHAT = """
import os, sys
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio
gradio.ChatInterface(lambda message, history: message).launch(server_port=int(sys.argv[1]), quiet=True)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what, how much, and what the project is held to."""

    what: str
    measured: str
    held_to: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=100_000, help="size of the large index (100000; 0: none)")
    parser.add_argument("--repeat", type=int, default=5, help="how often a process is started (5)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the table there too")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, corpus=ROOT / "corpus", index=Path(folder) / "index")
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
    assistant = build_assistant(settings, lambda line: None)[0]
    yield from answer_rows(assistant, requests)
    yield search_row(assistant.retriever(), requests)
    yield encoder_row(encoder, requests)
    yield Row("memory of this process after them", megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    if passages:
        started = time.perf_counter()
        retriever = large(assistant.retriever(), passages)
        count = len(retriever.index.passages)
        yield Row(f"index build, {count:,} synthetic passages", f"{time.perf_counter() - started:.0f} s")
        yield search_row(retriever, requests[:100])


def questions() -> list[Request]:
    """The benchmark's questions, in all languages."""
    rows = []
    for path in sorted((ROOT / "benchmark" / "questions").glob("*.jsonl")):
        rows += [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Request(row["question"], [Turn(*turn) for turn in row.get("history") or []], "", row["id"]) for row in rows]


def index_row(settings: Settings, encoder: Encoder, repeat: int) -> Row:
    """From the text to an index that is written and opened again; nothing is taken from an earlier one."""

    def build(number: int) -> None:
        build_index(settings.model_copy(update={"index": settings.index.with_name(f"build-{number}")}), encoder)

    found = [seconds_of(lambda number=number: build(number)) for number in range(repeat)]  # type: ignore[misc]
    build_index(settings, encoder)
    return Row("index of the guide page, built and opened", f"{median(found):.2f} s", "3 s")


def answer_rows(assistant: Assistant, requests: Sequence[Request]) -> Iterator[Row]:
    for request in requests[:20]:
        assistant.ask(request)
    found = [1000 * seconds_of(lambda request=request: assistant.ask(request)) for request in tqdm(requests)]  # type: ignore[misc]
    yield Row(f"warm answer, p50 of {len(found)} questions", f"{median(found):.1f} ms", "20 ms")
    yield Row("warm answer, p95", f"{percentile(found, 95):.1f} ms", "60 ms")


def search_row(retriever: Retriever, requests: Sequence[Request]) -> Row:
    """The search alone; the language is known, for the ids of the questions begin with it."""
    asked = [Question(request.question, request.id[:2]) for request in requests]
    for question in asked[:10]:
        retriever.retrieve(question)
    found = [1000 * seconds_of(lambda question=question: retriever.retrieve(question)) for question in tqdm(asked)]  # type: ignore[misc]
    name = f"search over {len(retriever.index.passages):,} passages"
    return Row(f"{name}, p50 and p95", f"{median(found):.1f} ms, {percentile(found, 95):.1f} ms")


def encoder_row(encoder: Encoder, requests: Sequence[Request]) -> Row:
    texts = [request.question for request in requests]
    one_by_one = seconds_of(lambda: [encoder.encode_questions([text]) for text in texts])
    together = seconds_of(lambda: encoder.encode_questions(texts))
    counts = f"{len(texts) / one_by_one:,.0f} a second, {len(texts) / together:,.0f} in batches"
    return Row("encoder, questions one by one", counts)


def process_rows(settings: Settings, repeat: int) -> Iterator[Row]:
    """Cold processes: one question on the command line, and the app against an empty ChatInterface."""
    environment = {
        **os.environ,
        "ERASMUS_CORPUS": str(settings.corpus),
        "ERASMUS_INDEX": str(settings.index),
        "ERASMUS_DATABASE": "",
    }
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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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


@contextmanager
def running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], patience: float = 120.0) -> None:
    """Until the page is there; raises RuntimeError where the process ends or takes too long."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address) as reply:  # noqa: S310
                reply.read()
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{address} did not answer; start it by hand to see why")


def resident(process: int) -> float:
    """Megabytes that a process holds in memory (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def large(retriever: Retriever, passages: int) -> Retriever:
    """A search over about `passages` synthetic passages, built in memory."""
    (guide,) = list(retriever.index.documents.values())[:1]
    documents = list(synthetic(guide, passages))
    index = indexes.build(documents, retriever.encoder, Chunking(), "synthetic")
    return Retriever(index, retriever.encoder, load_ranker())


def synthetic(guide: Document, passages: int) -> Iterator[Document]:
    """Sections of the guide's own sentences in which every third word is a made-up one, the rare ones as in speech."""
    draw = random.Random(1)  # noqa: S311
    sentences = [guide.text[start:end] for start, end in sentence_spans(guide.text) if end - start < 300]
    made_up = ["".join(draw.choices("aeioukrstlmnpvdj", k=draw.randint(4, 11))) for _ in range(VOCABULARY)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    pool = draw.choices(made_up, weights, k=500_000)

    def section(number: int) -> str:
        words = " ".join(draw.sample(sentences, 2)).split()
        changed = " ".join(draw.choice(pool) if draw.random() < 0.33 else word for word in words)
        return f"Section {draw.choice(pool)} {number}\n\n{changed}.\n\n"

    for number in tqdm(range(-(-passages // SECTIONS_A_DOCUMENT)), desc="synthetic documents"):
        left = min(SECTIONS_A_DOCUMENT, passages - number * SECTIONS_A_DOCUMENT)
        text = "".join(section(one) for one in range(left))
        yield Document(f"synthetic-{number}", "Synthetic", guide.language, text, read_plain_text(text))


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def percentile(values: Sequence[float], share: int) -> float:
    return quantiles(values, n=100, method="inclusive")[share - 1]


def megabytes(value: float) -> str:
    return f"{value:.0f} MB"


def as_table(rows: Sequence[Row]) -> str:
    lines = ["| what | measured | held to |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {row.what} | {row.measured} | {row.held_to} |" for row in rows)])


if __name__ == "__main__":
    main()
