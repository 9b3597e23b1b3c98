"""The pinned answers and the audit trail."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from erasmus_assistant.errors import ErasmusError
from erasmus_assistant.web.desk.guard import admins_only, field, who
from erasmus_assistant.web.desk.pages import page
from erasmus_assistant.web.desk.parts import Desk


def add_pins(router: APIRouter, desk: Desk) -> None:
    def show(request: Request, error: str = "", status: int = 200) -> Response:
        return page(request, "pins.html", status, pins=desk.pins.all(), error=error)

    @router.get("/desk/pins")
    def pins(request: Request) -> Response:
        return show(request)

    @router.post("/desk/pins/{pin_id}/{what}")
    def decide(request: Request, pin_id: str, what: str) -> Response:
        admins_only(request)
        if not pin_id.isdecimal() or len(pin_id) > 15 or what not in ("approve", "withdraw"):
            raise HTTPException(404, "there is no such pinned answer")
        try:
            if what == "approve":
                desk.pins.approve(int(pin_id), who(request).name, desk.assistant.retriever().index)
            else:
                desk.pins.withdraw(int(pin_id), who(request).name, field(request, "reason", 400))
        except ErasmusError as problem:
            return show(request, str(problem), 409)
        return RedirectResponse(f"/desk/pins?said={'approved' if what == 'approve' else 'withdrawn'}", 303)

    @router.get("/desk/trail")
    def trail(request: Request) -> Response:
        admins_only(request)
        return page(request, "trail.html", events=desk.verdicts.trail(limit=500))
