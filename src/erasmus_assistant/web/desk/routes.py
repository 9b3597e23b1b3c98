"""The desk and the lab as routes: every one behind the guard, also those that do not exist."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import Response

from erasmus_assistant.web.desk.case import add_case
from erasmus_assistant.web.desk.figures import add_figures
from erasmus_assistant.web.desk.guard import guard
from erasmus_assistant.web.desk.login import log_out, login_router
from erasmus_assistant.web.desk.parts import Desk
from erasmus_assistant.web.desk.pinboard import add_pins
from erasmus_assistant.web.desk.queue import add_queue
from erasmus_assistant.web.lab.routes import add_lab
from erasmus_assistant.web.lab.runs import Lab

PATHS = r"/(?:desk|lab)(?:/.*)?"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def router(desk: Desk, lab: Lab) -> APIRouter:
    """Everything under /desk and /lab; what is not a page is a 404 to staff and a closed door to others."""
    inside = APIRouter(include_in_schema=False, dependencies=[Depends(guard(desk.accounts))])
    add_queue(inside, desk)
    add_case(inside, desk)
    add_pins(inside, desk)
    add_figures(inside, desk)
    add_lab(inside, lab)

    @inside.post("/desk/logout")
    def out(request: Request) -> Response:
        return log_out(request, desk.accounts)

    def nothing(request: Request) -> Response:
        raise HTTPException(404, f"there is nothing at {request.url.path!r:.200}")

    for path in ("/desk", "/lab", "/desk/{rest:path}", "/lab/{rest:path}"):
        inside.add_api_route(path, nothing, methods=_METHODS)
    whole = APIRouter()
    whole.include_router(login_router(desk.accounts))
    whole.include_router(inside)
    return whole


def extension(desk: Desk, lab: Lab) -> Callable[[FastAPI], str]:
    """What the application is extended by: adds the routes, gives the pattern of their paths."""

    def add(app: FastAPI) -> str:
        app.include_router(router(desk, lab))
        return PATHS

    return add
