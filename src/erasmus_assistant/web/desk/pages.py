"""Templates -> pages of the desk and the lab, under a policy that allows no inline script or style."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from erasmus_assistant.review.accounts import Session
from erasmus_assistant.review.urgency import reason

_HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_environment = Environment(
    loader=FileSystemLoader([_HERE / "templates", _HERE.parent / "lab" / "templates"]),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """One page; who is logged in and what the last action said are known to every template."""
    session: Session | None = getattr(request.state, "session", None)
    said = request.query_params.get("said", "")
    known = {"session": session, "said": said if said in SAID else "", "saying": SAID, "path": request.url.path}
    text = _environment.get_template(template).render(known | values)
    headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return HTMLResponse(text, status, headers=headers)


SAID = {
    "judged": "The verdict is kept.",
    "second": "A second reviewer is asked for.",
    "test": "The case is now a question of the benchmark.",
    "test_again": "The case was a question of the benchmark before; it has been brought up to date.",
    "proposed": "The corrected answer is proposed as a pinned answer; an admin decides.",
    "approved": "The pinned answer is given from now on.",
    "withdrawn": "The pinned answer is given no more.",
    "stopped": "The run is stopped; starting it again goes on where it stopped.",
}


def _when(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%d %H:%M") if value is not None else ""


def _plain(value: str) -> str:
    """An answer's Markdown as lines of words, for where it is only looked back at."""
    return value.removeprefix("> ").replace("\n> ", "\n").replace("\n>\n", "\n\n").replace("**", "")


def _moment(value: str) -> str:
    """A time as a run's files have it, to the minute."""
    return value[:16].replace("T", " ")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def query(values: Mapping[str, Any]) -> str:
    """The values as part of an address; an empty state is kept, since it says "open and judged"."""
    return urlencode({name: value for name, value in values.items() if value not in ("", None) or name == "state"})


def _words(value: str) -> str:
    return value.replace("_", " ")


_environment.filters.update(
    when=_when, plain=_plain, moment=_moment, percent=_percent, query=query, words=_words, reason=reason
)
