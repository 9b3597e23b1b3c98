"""The model answerer against a scripted server over HTTP, through the real OpenAI client: outcomes and faults."""

from __future__ import annotations

import gc
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from faults import FAULTS, UNREACHABLE, flood, status
from model_serving import FAILED, QUESTION, TRUE, UNSUPPORTED, ask, asker, portal_tag, says, serving
from scripted import Gold, ScriptedServer, events, models, start_stream

from erasmus_assistant.answer.chain import Request, Update
from erasmus_assistant.answer.model import load_answerer
from erasmus_assistant.answer.prompt import NOT_IN_PASSAGES
from erasmus_assistant.errors import BadSetting
from erasmus_assistant.records import Outcome, Turn
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings

pytest.importorskip("langchain_openai")


def test_a_true_answer_is_shown_with_our_own_citations(plain_retriever: Retriever) -> None:
    answer = ask(plain_retriever, says(TRUE))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.answerer == "openai:m"
    assert answer.note == ""
    assert answer.text == "The portal gives information in 28 languages: “informāciju 28 valodās” [1]."
    (quotation,) = answer.quotations
    document = plain_retriever.index.documents[quotation.passage.document]
    assert document.text[quotation.start : quotation.end] == quotation.quote
    assert quotation.url


def test_a_false_sentence_is_removed_and_the_rest_stays(plain_retriever: Retriever) -> None:
    answer = ask(plain_retriever, says(TRUE, "It was founded in 1987 by Google [{tag}]."))
    assert "28" in answer.text
    assert "1987" not in answer.text
    assert answer.outcome is Outcome.ANSWERED


def test_where_the_figure_that_was_asked_for_is_false_the_guides_words_are_shown(plain_retriever: Retriever) -> None:
    answer = ask(plain_retriever, says("It gives information to young people [{tag}]. It is in 31 languages [{tag}]."))
    assert answer.answerer == "extractive"
    assert UNSUPPORTED in answer.note
    assert "31" not in answer.text


def test_the_sentinel_declines(plain_retriever: Retriever) -> None:
    answer = ask(plain_retriever, says(NOT_IN_PASSAGES))
    assert answer.outcome is Outcome.DECLINED
    assert NOT_IN_PASSAGES not in answer.text


def test_an_unsure_search_does_not_ask_the_model(plain_retriever: Retriever) -> None:
    with serving(says(TRUE)) as server:
        assistant = asker(plain_retriever, server.url)
        assistant.threshold = 0.999
        answer = assistant.ask(Request(QUESTION))
        assert answer.outcome is Outcome.NOT_IN_GUIDE
        assert server.seen == []


def test_nothing_is_streamed_before_it_is_checked(plain_retriever: Retriever) -> None:
    false = "It was founded in 1987 [{tag}]."
    with serving(says(TRUE, false, "It offers <q>informāciju 28 valodās</q> [{tag}].")) as server:
        updates: list[Update] = list(asker(plain_retriever, server.url).stream(Request(QUESTION)))
    assert len(updates) >= 3
    assert all("1987" not in update.text for update in updates)
    assert all(update.text == "" or re.search(r"\[\d\]\.$", update.text) for update in updates)


def test_the_model_sees_tags_and_no_address(plain_retriever: Retriever) -> None:
    with serving(says(NOT_IN_PASSAGES)) as server:
        assistant = asker(plain_retriever, server.url, model_tokens_in=1500, model_tokens_out=77)
        assistant.ask(Request("and how do I reach it?", [Turn("user", "What is the European Youth Portal?")]))
        (request,) = server.seen
    whole = json.dumps(request, ensure_ascii=False)
    assert "http://" not in whole
    assert "https://" not in whole
    assert "www." not in whole
    assert "{L1}" in whole
    assert "<earlier>What is the European Youth Portal?</earlier>" in whole
    assert 77 in (request.get("max_tokens"), request.get("max_completion_tokens"))
    assert len(whole.encode()) < 3 * 1500 + 1000


def test_addresses_are_put_back_by_us(plain_retriever: Retriever) -> None:
    def reply(_: str, message: str) -> str:
        number, text = next(
            (n, t)
            for n, t in re.findall(r'<passage number="(\d+)">(.*?)</passage>', message, re.DOTALL)
            if "Eurodesk, skatīt" in t
        )
        link = re.findall(r"\{L\d+\}", text)[-1]
        return f"The guide says: <q>Lai uzzinātu vairāk par Eurodesk, skatīt vietni</q> {link} [{number}]."

    answer = ask(plain_retriever, reply, "Where can I find out more about Eurodesk?")
    assert answer.answerer == "openai:m"
    assert "http://www.eurodesk.eu [1]." in answer.text


def test_the_daily_budget_is_kept(plain_retriever: Retriever) -> None:
    with serving(says(TRUE)) as server:
        assistant = asker(plain_retriever, server.url, model_daily_tokens=100)
        answer = assistant.ask(Request(QUESTION))
        assert server.seen == []
    assert answer.answerer == "extractive"
    assert FAILED in answer.note


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_the_guides_own_words(plain_retriever: Retriever, fault: str) -> None:
    case = FAULTS[fault]
    with serving(says(TRUE), fault=case.breaks) as server:
        answer = asker(plain_retriever, server.url, model_timeout=2.0).ask(Request(QUESTION))
        assert len(server.seen) == case.tries
    assert answer.outcome is Outcome.ANSWERED
    assert answer.answerer == "extractive"
    assert FAILED in answer.note
    assert answer.quotations


@pytest.mark.parametrize("fault", UNREACHABLE)
def test_no_server_at_all(plain_retriever: Retriever, fault: str) -> None:
    answer = asker(plain_retriever, UNREACHABLE[fault], model_timeout=2.0).ask(Request(QUESTION))
    assert answer.answerer == "extractive"
    assert FAILED in answer.note


def test_the_second_try_may_succeed(plain_retriever: Retriever) -> None:
    with serving(says(TRUE), fault=lambda handler, number: number == 1 and status(503)(handler, 1)) as server:
        answer = asker(plain_retriever, server.url).ask(Request(QUESTION))
        assert len(server.seen) == 2
    assert answer.answerer == "openai:m"


def test_faults_leave_no_threads_and_no_memory_behind(plain_retriever: Retriever) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    with serving(says(TRUE), fault=flood) as server:
        assistant = asker(plain_retriever, server.url, model_timeout=2.0)
        for _ in range(3):
            assistant.ask(Request(QUESTION))
        gc.collect()
        before, threads = resident(), threading.active_count()
        for _ in range(8):
            assistant.ask(Request(QUESTION))
        gc.collect()
        time.sleep(0.3)
        assert resident() - before < 30_000_000
        assert threading.active_count() <= threads + 3


def test_leaving_early_ends_the_request(plain_retriever: Retriever) -> None:
    gone = threading.Event()

    def slow(handler: BaseHTTPRequestHandler, number: int) -> bool:
        start_stream(handler)
        try:
            tag = portal_tag(server.seen[-1]["messages"][-1]["content"])
            for line in events(f"{TRUE.format(tag=tag)} And then more. " + "so " * 1000):
                handler.wfile.write(line)
                handler.wfile.flush()
                time.sleep(0.01)
        except OSError:
            gone.set()
        return True

    with serving(says(TRUE), fault=slow) as server:
        stream = asker(plain_retriever, server.url).stream(Request(QUESTION))
        next(iter(stream))
        stream.close()  # type: ignore[attr-defined]
        assert gone.wait(5)


def test_the_perfect_model_gets_through(plain_retriever: Retriever) -> None:
    gold = Gold.load()
    asked = [row for row in gold.by_question.values() if row["lang"] in ("en", "lv") and row["answerable"]][:40]
    with ScriptedServer(models(gold)) as server:
        assistant = asker(plain_retriever, server.url, "perfect")
        answers = [assistant.ask(Request(row["question"])) for row in asked]
        sent = list(server.sent)
    replied = [answer for answer, text in zip(answers, sent, strict=True) if text != NOT_IN_PASSAGES]
    assert len(replied) >= 15
    through = sum(answer.answerer == "openai:perfect" for answer in replied)
    assert through >= 0.95 * len(replied)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"model": "nonsense"}, "must be provider:name"),
        ({"model": "anthropic:x", "model_url": "http://127.0.0.1:9/v1"}, "openai:name"),
        ({"model": "nobody:x"}, "ERASMUS_MODEL=nobody:x"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(values: dict[str, str], told: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load_answerer(Settings(_env_file=None, **values))  # type: ignore[arg-type]
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
