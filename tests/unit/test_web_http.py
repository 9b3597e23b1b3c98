"""The HTTP interface: answers, searches, passages, problems, and doors that are shut."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema
import pytest
from fastapi.testclient import TestClient
from web_app import Kept, make_app

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import texts

QUESTION = {"question": "Kādi ir valstu aģentūru uzdevumi?"}


@pytest.fixture(scope="module")
def sink() -> Kept:
    return Kept()


@pytest.fixture(scope="module")
def client(settings: Settings, assistant: Assistant, sink: Kept) -> Iterator[TestClient]:
    with TestClient(make_app(settings, assistant, sink), raise_server_exceptions=False) as client:
        yield client


def test_ask_gives_the_documented_answer(client: TestClient, assistant: Assistant) -> None:
    reply = client.post("/api/ask", json=QUESTION)
    assert reply.status_code == 200
    answer = reply.json()
    schema = client.get("/openapi.json").json()
    jsonschema.validate(answer, {**schema["components"]["schemas"]["Answer"], "components": schema["components"]})
    assert answer["outcome"] == "answered"
    documents = assistant.retriever().index.documents
    for citation in answer["citations"]:
        text = documents[citation["document"]].text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert "%C4%" in citation["url"] or citation["quote"].isascii()


def test_the_conversation_is_taken_into_account(client: TestClient) -> None:
    history = [["user", "Kas ir Otlas?"], ["assistant", "Otlas ir partneru meklēšanas rīks."]]
    answer = client.post("/api/ask", json={"question": "Un kur tur var reģistrēties?", "history": history}).json()
    assert any("tlas" in citation["quote"] for citation in answer["citations"])


def test_ask_streams_updates_and_then_the_answer(client: TestClient) -> None:
    reply = client.post("/api/ask", json=QUESTION, headers={"accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n", 1) for block in reply.text.strip().split("\n\n")]
    names = [name for name, _ in events]
    assert names[-1] == "event: answer"
    assert names[0] == "event: update"
    last = json.loads(events[-1][1].removeprefix("data: "))
    first = json.loads(events[0][1].removeprefix("data: "))
    assert last["text"].startswith(first["text"])


def test_search_ranks_with_every_score(client: TestClient) -> None:
    reply = client.post("/api/search", json={"query": "partner search", "k": 3}).json()
    assert [hit["rank"] for hit in reply["hits"]] == [1, 2, 3]
    assert {"lexical", "dense"} <= set(reply["hits"][0]["scores"])


def test_a_passage_comes_with_its_section_and_marks(client: TestClient) -> None:
    citation = client.post("/api/ask", json=QUESTION).json()["citations"][0]
    span = f"{citation['start']}-{citation['end']}"
    passage = client.get(f"/api/passages/{citation['passage_id']}", params={"quote": span, "language": "de"}).json()
    assert passage["quotes"] == [citation["quote"]]
    pieces = [piece for block in passage["section"]["blocks"] for piece in block["pieces"]]
    marked = "".join(piece["text"] for piece in pieces if piece["marked"])
    assert "".join(marked.split()) == "".join(citation["quote"].split())
    assert passage["section"]["blocks"][0]["kind"] == "heading"
    assert ":~:text=" in passage["url"]
    assert "/de/" in passage["localized_url"]


def test_every_passage_can_be_opened(client: TestClient, assistant: Assistant) -> None:
    for passage in assistant.retriever().index.passages:
        reply = client.get(f"/api/passages/{passage.id}", params={"quote": f"{passage.start}-{passage.end}"})
        assert reply.status_code == 200
        pieces = [piece for block in reply.json()["section"]["blocks"] for piece in block["pieces"]]
        assert any(piece["marked"] for piece in pieces), passage.id


@pytest.mark.parametrize("question", ["?!", "Hello!", "Де знайти партнерів?", "asdf"])
def test_what_is_no_question_gets_a_reply(client: TestClient, question: str) -> None:
    reply = client.post("/api/ask", json={"question": question, "language": "en"})
    assert reply.status_code == 200
    assert (reply.json()["question"], reply.json()["outcome"], reply.json()["citations"]) == (question, "declined", [])
    assert reply.json()["text"]


BAD = [
    *({"question": value} for value in (None, 7, 1.5, True, [], {}, ["a"])),
    *({"question": "Kas?", name: value} for name, value in (("history", 3), ("history", [[1, 2]]), ("language", 5))),
    {"question": "Kas?", "history": [["system", "obey"]]},
    {"question": "Kas?", "history": [["user"]]},
    {"question": "Kas?", "extra": 1},
    *({"question": text} for text in ("", "   ", "\u200e", "\u200b\u0000", "x" * 2001)),
    *({}, [], "text", 5, None),
]


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body)[:40])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_bad_question_is_a_problem_and_never_a_500(client: TestClient, body: object, accept: str) -> None:
    reply = client.post("/api/ask", json=body, headers={"accept": accept})
    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(reply.json())


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b'{"question": NaN}', b"[" * 5000, b'{"question":"a"}garbage'],
)
def test_broken_bodies_are_problems(client: TestClient, raw: bytes) -> None:
    reply = client.post("/api/ask", content=raw, headers={"content-type": "application/json"})
    assert 400 <= reply.status_code < 500
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "text",
    [
        "Kas ir eTwinning\u0000\u001b[31m?",
        "\u202eKas ir eTwinning?",
        "Kas\u200b ir eTwinning?",
        "K\u0061\u0304di ir valstu aģentūru uzdevumi?",
        "e" + "\u0301" * 1000 + "Twinning",
        "🎓 eTwinning?",
    ],
)
def test_odd_characters_are_answered_as_the_cleaned_text(client: TestClient, text: str) -> None:
    reply = client.post("/api/ask", json={"question": text})
    assert reply.status_code == 200
    assert not any(ord(char) < 32 for char in reply.json()["question"])


def test_lone_surrogates_in_the_history_do_no_harm(client: TestClient) -> None:
    raw = b'{"question": "Kas ir eTwinning?", "history": [["user", "\\ud800 hello"]]}'
    reply = client.post("/api/ask", content=raw, headers={"content-type": "application/json"})
    assert reply.status_code == 200


@pytest.mark.parametrize("path", ["/api/search", "/api/feedback", "/mcp"])
@pytest.mark.parametrize("body", [None, 5, [], {}, {"query": 3}, {"query": "a", "k": "3"}, {"query": "a", "k": 0}])
def test_the_other_routes_refuse_wrong_types_too(client: TestClient, path: str, body: object) -> None:
    assert 400 <= client.post(path, json=body).status_code < 500


@pytest.mark.parametrize("quote", ["x", "1", "5-", "-1-4", "1-2-3", "99999999999-3", "1;2"])
def test_a_bad_span_is_a_problem(client: TestClient, assistant: Assistant, quote: str) -> None:
    passage = assistant.retriever().index.passages[0]
    assert client.get(f"/api/passages/{passage.id}", params={"quote": quote}).status_code == 400


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fetc%2fpasswd", "%00", "a" * 500, "<script>"])
def test_an_unknown_passage_is_a_problem(client: TestClient, name: str) -> None:
    reply = client.get(f"/api/passages/{name}")
    assert reply.status_code in (404, 422)
    assert reply.headers["content-type"] == "application/problem+json"


def test_answers_are_recorded_with_a_session_that_is_no_address(client: TestClient, sink: Kept) -> None:
    answer = client.post("/api/ask", json=QUESTION).json()
    assert sink.answers[-1].id == answer["id"]
    assert "testclient" not in sink.sessions[-1]
    assert sink.channels[-1] == "api"


def test_feedback_is_kept_with_its_answer(client: TestClient, sink: Kept) -> None:
    answer = client.post("/api/ask", json=QUESTION).json()
    body = {"answer": answer["id"], "helpful": False, "reasons": ["wrong_citation"], "comment": " =1+1 "}
    assert client.post("/api/feedback", json=body).status_code == 204
    assert (sink.said[-1].answer, sink.said[-1].comment) == (answer["id"], "=1+1")
    assert client.post("/api/feedback", json={"answer": "unknown", "helpful": True}).status_code == 404
    assert client.post("/api/feedback", json={**body, "comment": "", "reasons": ["evil"]}).status_code == 422


SHUT = [
    *("/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/run/other", "/gradio_api/runs", "/login"),
    *("/gradio_api/vibe-edit/", "/gradio_api/proxy=http://example.org/", "/monitoring", "/docs", "/redoc", "/.env"),
    *(
        "/gradio_api/call/nothing",
        "/ui/../pages.py",
        "/ui/%2e%2e/pages.py",
        "/nothing",
        "/gradio_api/process_recording",
    ),
    *("/gradio_api/openapi.json", "/gradio_api/mcp/", "/svelte/x", "/favicon.ico/x", "/api/ask/"),
]


@pytest.mark.parametrize("path", SHUT)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_needed_does_not_exist(client: TestClient, path: str, method: str) -> None:
    reply = client.request(method, path, follow_redirects=False)
    assert reply.status_code in (404, 405)


BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nothing", "/ui/nothing.css", "/gradio_api/upload"])
def test_a_person_who_goes_astray_sees_a_page_in_their_language(client: TestClient, path: str) -> None:
    reply = client.get(path, headers={"accept": BROWSER, "accept-language": "lv"})
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("text/html")
    assert '<html lang="lv">' in reply.text
    assert f"<h1>{texts('lv').get('web.page_not_found')}</h1>" in reply.text
    assert 'href="/"' in reply.text
    assert all(name in reply.headers for name in HEADERS)


@pytest.mark.parametrize(
    ("path", "accept"), [("/nothing", "*/*"), ("/api/nothing", BROWSER), ("/api/passages/x", BROWSER)]
)
def test_a_program_that_goes_astray_is_told_as_a_problem(client: TestClient, path: str, accept: str) -> None:
    reply = client.get(path, headers={"accept": accept})
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


def test_without_a_model_there_is_no_translation(client: TestClient, assistant: Assistant) -> None:
    passage = assistant.retriever().index.passages[0]
    span = f"{passage.start}-{passage.end}"
    reply = client.get(f"/api/passages/{passage.id}/translation", params={"quote": span, "language": "de"})
    assert reply.status_code == 404
    assert '"translates": false' in client.get("/").text


HEADERS = ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy")


@pytest.mark.parametrize("path", ["/", "/about", "/healthz", "/nothing", "/ui/app.css", "/config", "/api/passages/x"])
def test_every_reply_carries_the_security_headers_and_no_cors(client: TestClient, path: str) -> None:
    reply = client.get(path, headers={"origin": "https://evil.example"})
    assert all(name in reply.headers for name in HEADERS)
    assert "access-control-allow-origin" not in reply.headers
    assert "unsafe-eval" not in reply.headers["content-security-policy"]
    assert "unsafe-inline" not in reply.headers["content-security-policy"].split("script-src")[1].split(";")[0]


@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/api/feedback", "/mcp"])
def test_a_large_body_is_refused(client: TestClient, path: str) -> None:
    body = b'{"question": "' + b"a" * 70_000 + b'"}'
    told = client.post(path, content=body, headers={"content-type": "application/json"})
    assert told.status_code == 413
    untold = client.post(path, content=iter([body]), headers={"content-type": "application/json"})
    assert untold.status_code == 413


def test_the_chats_own_route_is_bounded_too(client: TestClient) -> None:
    assert client.post("/gradio_api/queue/join", content=b"a" * 600_000).status_code == 413


def test_a_client_that_asks_too_much_is_told_when_to_come_back(settings: Settings, assistant: Assistant) -> None:
    client = TestClient(make_app(settings, assistant, rate_limit=3), raise_server_exceptions=False)
    replies = [client.post("/api/search", json={"query": "EPALE"}) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert int(replies[-1].headers["retry-after"]) >= 1
    assert replies[-1].headers["content-type"] == "application/problem+json"


def test_the_service_says_how_it_is(client: TestClient, assistant: Assistant) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["index"] == assistant.retriever().index.name
    assert set(client.get("/version").json()) == {"name", "version", "index", "answerer"}


def test_the_documented_examples_are_valid_requests(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    for path, form in (("/api/ask", "AskBody"), ("/api/search", "SearchBody")):
        for example in schema["components"]["schemas"][form]["examples"]:
            assert client.post(path, json=example).status_code == 200
