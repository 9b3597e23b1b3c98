"""Each provider's real client against a scripted server that speaks its protocol; what happens where it is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from faults import endless_line, flood_in_one_line, silence, status
from model_dialects import DIALECTS, Dialect, speak
from model_serving import FAILED, QUESTION, TRUE, says
from scripted import ScriptedServer

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.model import load_answerer
from erasmus_assistant.answer.model_loading import EXTRAS
from erasmus_assistant.errors import BadSetting
from erasmus_assistant.records import Outcome
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings


@pytest.fixture
def dialect(provider: str) -> Dialect:
    pytest.importorskip(DIALECTS[provider].package)
    return DIALECTS[provider]


@pytest.fixture
def server(dialect: Dialect, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer({"m": says(TRUE)}) as server:
        monkeypatch.setenv(dialect.address, server.url.removesuffix("/v1") + dialect.base)
        monkeypatch.setenv(dialect.key, "a key")
        speak(server, dialect)
        yield server


def asker(retriever: Retriever, provider: str, **values: object) -> Assistant:
    settings = Settings(_env_file=None, model=f"{provider}:m", **values)  # type: ignore[arg-type]
    return Assistant(lambda: retriever, load_answerer(settings))


@pytest.mark.parametrize("provider", DIALECTS)
def test_a_true_answer_is_shown(plain_retriever: Retriever, server: ScriptedServer, provider: str) -> None:
    updates = list(asker(plain_retriever, provider, model_tokens_out=77).stream(Request(QUESTION)))
    answer = updates[-1].answer
    assert answer is not None
    assert answer.outcome is Outcome.ANSWERED
    assert answer.answerer == f"{provider}:m"
    assert answer.text == "The portal gives information in 28 languages: “informāciju 28 valodās” [1]."
    (request,) = server.seen
    assert request["stream"] is True
    assert 77 in (request.get("max_tokens"), request.get("options", {}).get("num_predict"))


@pytest.mark.parametrize("provider", DIALECTS)
@pytest.mark.parametrize(("fault", "tries"), [("500", 2), ("429", 2), ("401", 1), ("silence", 1), ("one line", 2)])
def test_a_fault_ends_in_the_guides_own_words(
    plain_retriever: Retriever,
    server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    provider: str,
    fault: str,
    tries: int,
) -> None:
    other = {"silence": silence, "one line": flood_in_one_line}
    server.fault = other[fault] if fault in other else status(int(fault))
    answer = asker(plain_retriever, provider, model_timeout=2.0).ask(Request(QUESTION))
    assert answer.answerer == "extractive"
    assert FAILED in answer.note
    assert answer.quotations
    assert len(server.seen) == tries
    (told,) = caplog.messages
    assert told.startswith("the language model did not")
    assert fault in told or not fault.isdigit()


@pytest.mark.parametrize("provider", DIALECTS)
def test_the_tokens_that_the_server_counted_are_charged(
    plain_retriever: Retriever, server: ScriptedServer, provider: str
) -> None:
    assistant = asker(plain_retriever, provider, model_daily_tokens=100_000)
    assistant.ask(Request(QUESTION))
    assert assistant.answerer.budget.used == 20  # type: ignore[attr-defined]


@pytest.mark.parametrize("provider", ["mistralai", "ollama"])
def test_a_line_without_end_is_broken_off_before_the_time_is_over(
    plain_retriever: Retriever, server: ScriptedServer, provider: str
) -> None:
    server.fault = endless_line
    answer = asker(plain_retriever, provider, model_timeout=20.0, model_tokens_out=100).ask(Request(QUESTION))
    assert answer.answerer == "extractive"
    # a second try is made only where time is left
    assert len(server.seen) == 2


@pytest.mark.parametrize("provider", EXTRAS)
def test_a_missing_package_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    from langchain.chat_models.base import _get_chat_model_creator

    _get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    with pytest.raises(BadSetting) as caught:
        load_answerer(Settings(_env_file=None, model=f"{provider}:x"))
    assert f'pip install ".[{provider}]"' in str(caught.value)
    assert "\n" not in str(caught.value)
    _get_chat_model_creator.cache_clear()


def test_a_missing_key_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BadSetting) as caught:
        load_answerer(Settings(_env_file=None, model="openai:x"))
    assert "OPENAI_API_KEY" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("provider", ["ollama"])
def test_the_whole_prompt_fits_into_the_context_that_is_asked_for(
    plain_retriever: Retriever, server: ScriptedServer, provider: str
) -> None:
    asker(plain_retriever, provider, model_tokens_in=5000, model_tokens_out=400).ask(Request(QUESTION))
    assert server.seen[-1]["options"]["num_ctx"] == 5400
