"""The tools for other assistants, with a real client of the protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_app import make_app, served

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.settings import Settings


@pytest.fixture(scope="module")
def address(settings: Settings, assistant: Assistant) -> Iterator[str]:
    with served(make_app(settings, assistant)) as address:
        yield address


@pytest.fixture(scope="module")
def client(settings: Settings, assistant: Assistant) -> TestClient:
    return TestClient(make_app(settings, assistant), raise_server_exceptions=False)


def sent(client: TestClient, method: str, number: object = 1, **params: Any) -> Any:
    return client.post("/mcp", json={"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def test_a_real_client_lists_and_calls_the_tools(address: str) -> None:
    mcp = pytest.importorskip("mcp", reason="the mcp package is needed for this test")

    async def talk() -> tuple[list[str], list[Any]]:
        async with mcp.Client(f"{address}/mcp") as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            answered = await client.call_tool("ask", {"question": "Kādi ir valstu aģentūru uzdevumi?"})
            found = await client.call_tool("search", {"query": "EPALE", "k": 2})
            passage_id = json.loads(answered.content[0].text)["citations"][0]["passage_id"]
            passage = await client.call_tool("passage", {"passage_id": passage_id})
            missing = await client.call_tool("passage", {"passage_id": "none"})
            return names, [answered, found, passage, missing]

    names, results = asyncio.run(talk())
    assert names == ["ask", "search", "passage"]
    assert [result.is_error for result in results] == [False, False, False, True]
    assert results[0].structured_content["outcome"] == "answered"
    assert len(results[1].structured_content["hits"]) == 2
    assert results[2].structured_content["section"]["blocks"]


def test_an_older_version_is_spoken_where_it_is_asked_for(client: TestClient) -> None:
    assert sent(client, "initialize", protocolVersion="2025-03-26").json()["result"]["protocolVersion"] == "2025-03-26"
    assert sent(client, "initialize", protocolVersion="1999-01-01").json()["result"]["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("nothing", {}, -32601),
        ("tools/call", {"name": "nothing"}, -32602),
        ("tools/call", {}, -32602),
    ],
)
def test_unknown_methods_and_tools_are_errors(client: TestClient, method: str, params: Any, code: int) -> None:
    assert sent(client, method, **params).json()["error"]["code"] == code


@pytest.mark.parametrize("arguments", [{}, {"question": 5}, {"question": ""}, {"question": "a", "x": 1}, 7, "text"])
def test_wrong_arguments_are_told_to_the_model(client: TestClient, arguments: Any) -> None:
    result = sent(client, "tools/call", name="ask", arguments=arguments).json()["result"]
    assert result["isError"]


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"5", b"null", b'{"jsonrpc":"1.0","method":"ping"}', b'{"method":3}', b"\xff"]
)
def test_what_is_no_request_is_refused(client: TestClient, raw: bytes) -> None:
    assert client.post("/mcp", content=raw).status_code == 400


def test_notifications_have_no_reply_and_there_is_no_stream(client: TestClient) -> None:
    body = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert client.post("/mcp", json=body).status_code == 202
    assert client.get("/mcp").status_code == 405


def test_pages_of_other_sites_are_refused(client: TestClient) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert client.post("/mcp", json=body, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/mcp", json=body, headers={"origin": "http://testserver"}).status_code == 200
