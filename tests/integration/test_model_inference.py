"""A real inference server over a tiny model initialised at random: its garbage must end in the guide's own words."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import StreamingResponse

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.model import load_answerer
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Document, Outcome
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search.dense import load_encoder
from erasmus_assistant.search.ranker import Ranker
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import texts

pytest.importorskip("langchain_openai")
torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmark" / "models"))
from scripted import event  # noqa: E402

WEIGHTS = {"bm25": 1.0, "share": 2.0, "dense": 1.0, "maxsim": 2.0}
CONTEXT = 512


class ByteModel:
    """A GPT-2 over bytes, with 2 layers and random weights."""

    def __init__(self) -> None:
        torch.manual_seed(7)
        torch.set_num_threads(1)
        config = transformers.GPT2Config(
            vocab_size=257, n_positions=CONTEXT, n_embd=32, n_layer=2, n_head=2, bos_token_id=256, eos_token_id=256
        )
        self.model = transformers.GPT2LMHeadModel(config).eval()

    def write(self, prompt: str, tokens: int) -> Iterator[str]:
        """Bytes drawn from the model, one at a time, as text."""
        ids = list(prompt.encode())[-(CONTEXT // 2) :]
        with torch.inference_mode():
            for _ in range(min(tokens, 120)):
                logits = self.model(torch.tensor([ids[-CONTEXT:]])).logits[0, -1]
                drawn = int(torch.multinomial(torch.softmax(logits, -1), 1))
                if drawn == 256:
                    return
                ids.append(drawn)
                yield bytes([drawn]).decode("latin-1")


@pytest.fixture(scope="module")
def inference_url() -> Iterator[str]:
    app, model = FastAPI(), ByteModel()

    @app.post("/v1/chat/completions")
    async def complete(request: HttpRequest) -> StreamingResponse:
        body = json.loads(await request.body())
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        tokens = body.get("max_completion_tokens") or body.get("max_tokens") or 50

        def lines() -> Iterator[bytes]:
            for piece in model.write(prompt, tokens):
                yield event({"content": piece}, None)
            yield event({}, "stop")
            yield b"data: [DONE]\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/v1"
    server.should_exit = True
    thread.join(5)


@pytest.mark.parametrize("question", ["In how many languages is the European Youth Portal?", "Kas finansē eTwinning?"])
def test_garbage_ends_in_the_guides_own_words(guide: Document, inference_url: str, question: str) -> None:
    encoder = load_encoder()
    index = indexes.build([guide], encoder, Chunking(), "test")
    retriever = Retriever(index, encoder, Ranker(WEIGHTS, WEIGHTS, {"share": 3.0, "bias": -2.0}, {"bias": 4.0}))
    settings = Settings(_env_file=None, model="openai:tiny", model_url=inference_url, model_timeout=20)
    updates = list(Assistant(lambda: retriever, load_answerer(settings)).stream(Request(question)))
    answer = updates[-1].answer
    assert answer is not None
    assert len(updates) == 1
    assert answer.outcome is Outcome.ANSWERED
    assert answer.answerer == "extractive"
    assert answer.note == texts(answer.language).get("answer.model_unsupported")
    assert answer.quotations
