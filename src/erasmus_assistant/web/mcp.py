"""Ask, search and passage as tools for other assistants: the Model Context Protocol at /mcp.

The protocol's streamable HTTP transport without sessions: every message is a POST with a JSON
reply. The three tools are stateless, so neither a session nor a stream from the server is
needed; https://modelcontextprotocol.io/specification/2025-06-18/basic/transports.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from erasmus_assistant.answer.contract import answer_json
from erasmus_assistant.errors import ErasmusError
from erasmus_assistant.web.models import AskBody, SearchBody
from erasmus_assistant.web.problems import problem_response
from erasmus_assistant.web.services import Services, own_version

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
_PARSE, _INVALID, _NO_METHOD, _BAD_PARAMS = -32700, -32600, -32601, -32602
_ABOUT = (
    "Answers from the Erasmus+ Programme Guide, in the guide's own words. Quote the `quote` of each citation as it is, "
    "with its `url`; where `outcome` is `not_in_guide`, say that the guide does not say."
)

_log = logging.getLogger(__name__)


class PassageBody(BaseModel):
    """Which passage, and the spans of the document to be marked."""

    model_config = ConfigDict(strict=True, extra="forbid")

    passage_id: str = Field(max_length=300)
    quote: list[str] = Field([], max_length=50, description="spans `start-end`")
    language: str = Field("en", max_length=2)


class Tool:
    """A tool: its name, what it is for, the form of its arguments, and what it does."""

    def __init__(self, name: str, about: str, form: type[BaseModel], run: Callable[[Any], dict[str, Any]]) -> None:
        self.name, self.form, self.run = name, form, run
        self.listed = {
            "name": name,
            "description": about,
            "inputSchema": form.model_json_schema(),
            "annotations": {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False},
        }


class _Refused(Exception):
    """A JSON-RPC error: its code and message."""


def tools(services: Services) -> dict[str, Tool]:
    """The same three as under /api."""
    listed = [
        Tool("ask", "One cited answer from the guide.", AskBody, lambda body: answer_json(services.ask(body))),
        Tool("search", "Passages of the guide, best first, with scores.", SearchBody, services.search),
        Tool(
            "passage",
            "A passage with the whole section around it.",
            PassageBody,
            lambda body: services.passage(body.passage_id, body.quote, body.language),
        ),
    ]
    return {tool.name: tool for tool in listed}


def router(services: Services) -> APIRouter:
    """POST /mcp; GET and DELETE say that there is no stream and no session."""
    routes = APIRouter(include_in_schema=False)
    known = tools(services)

    @routes.post("/mcp")
    async def message(request: Request) -> Response:
        if not _from_here(request):
            return problem_response(403, "requests from pages of other sites are refused")
        try:
            sent = json.loads(await request.body())
        except ValueError:
            return JSONResponse(_error(None, _PARSE, "the body is not JSON"), 400)
        if not isinstance(sent, dict) or sent.get("jsonrpc") != "2.0" or not isinstance(sent.get("method"), str):
            return JSONResponse(_error(None, _INVALID, "not a JSON-RPC 2.0 request"), 400)
        if sent.get("id") is None:
            return Response(status_code=202)
        return JSONResponse(await run_in_threadpool(reply, known, sent))

    @routes.get("/mcp")
    @routes.delete("/mcp")
    async def nothing() -> Response:
        return problem_response(405, "there is no stream and no session; POST each message", {"allow": "POST"})

    return routes


def reply(known: dict[str, Tool], sent: dict[str, Any]) -> dict[str, Any]:
    """The JSON-RPC reply to one request."""
    params = sent.get("params", {})
    try:
        if not isinstance(params, dict):
            raise _Refused(_BAD_PARAMS, "params must be an object")
        return {"jsonrpc": "2.0", "id": sent["id"], "result": _result(known, sent["method"], params)}
    except _Refused as refused:
        return _error(sent["id"], *refused.args)


def _result(known: dict[str, Tool], method: str, params: dict[str, Any]) -> dict[str, Any]:
    if method == "initialize":
        asked = params.get("protocolVersion")
        return {
            "protocolVersion": asked if asked in VERSIONS else VERSIONS[0],
            "capabilities": {"tools": {"listChanged": False}},
            "serverInfo": {"name": "erasmus-assistant", "version": own_version()},
            "instructions": _ABOUT,
        }
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [tool.listed for tool in known.values()]}
    if method == "tools/call":
        return _call(known, params)
    raise _Refused(_NO_METHOD, f"no method {method!r:.80}")


def _call(known: dict[str, Tool], params: dict[str, Any]) -> dict[str, Any]:
    tool = known.get(str(params.get("name")))
    if tool is None:
        raise _Refused(_BAD_PARAMS, f"no tool {params.get('name')!r:.80}; there are {', '.join(known)}")
    try:
        found = tool.run(tool.form.model_validate(params.get("arguments") or {}))
    except ValidationError as error:
        first = error.errors()[0]
        return _failed(f"{'/'.join(str(part) for part in first['loc'])}: {first['msg']}")
    except ErasmusError as error:
        return _failed(str(error))
    except HTTPException as error:
        return _failed(error.detail)
    except Exception:
        _log.exception("the tool %s failed", tool.name)
        return _failed("something went wrong here; try again")
    text = json.dumps(found, ensure_ascii=False)
    return {"content": [{"type": "text", "text": text}], "structuredContent": found, "isError": False}


def _failed(message: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": message}], "isError": True}


def _error(number: object, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}


def _from_here(request: Request) -> bool:
    """Whether no page of another site sent this; programs send no Origin."""
    origin = request.headers.get("origin")
    return not origin or urlsplit(origin).netloc == request.headers.get("host")
