"""One case on one page, and what can be done with it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from erasmus_assistant.answer.chain import Request as Asking
from erasmus_assistant.answer.cleaning import clean
from erasmus_assistant.errors import BadQuestion, ErasmusError
from erasmus_assistant.records import Passage, Question, Turn
from erasmus_assistant.review.cases import Case
from erasmus_assistant.review.picking import pick
from erasmus_assistant.review.question_file import add_question, question_line
from erasmus_assistant.review.verdicts import Judgement, Verdict
from erasmus_assistant.web.desk import showing
from erasmus_assistant.web.desk.guard import field, fields, who
from erasmus_assistant.web.desk.pages import page
from erasmus_assistant.web.desk.parts import Desk
from erasmus_assistant.web.desk.queue import filters_of, kept

KEYS = {verdict: number for number, verdict in enumerate(Verdict, 1)}


def add_case(router: APIRouter, desk: Desk) -> None:
    @router.get("/desk/cases/{case_id}")
    def show(request: Request, case_id: str) -> Response:
        return _show(request, desk, _case(desk, case_id))

    @router.post("/desk/cases/{case_id}/verdict")
    def judge(request: Request, case_id: str) -> Response:
        case = _case(desk, case_id)
        index = desk.assistant.retriever().index
        try:
            judgement = Judgement(
                who(request).name,
                Verdict(field(request, "verdict")),
                field(request, "note"),
                pick(index, fields(request, "gold")),
                field(request, "corrected"),
                index.name,
            )
        except ValueError:
            return _show(request, desk, case, "Choose a verdict first.", 422)
        except ErasmusError as problem:
            return _show(request, desk, case, str(problem), 409)
        desk.verdicts.judge(case_id, judgement)
        return _said(case_id, "judged")

    @router.post("/desk/cases/{case_id}/second")
    def second(request: Request, case_id: str) -> Response:
        desk.verdicts.want_second(_case(desk, case_id).id, who(request).name)
        return _said(case_id, "second")

    @router.post("/desk/cases/{case_id}/test")
    def test(request: Request, case_id: str) -> Response:
        case = _case(desk, case_id)
        try:
            line = question_line(case, _last(desk, case), desk.assistant.retriever().index)
            new = add_question(desk.questions, line)
        except ErasmusError as problem:
            return _show(request, desk, case, str(problem), 409)
        desk.verdicts.tell(who(request).name, "made a test", case_id, {"question": line["id"]})
        return _said(case_id, "test" if new else "test_again")

    @router.post("/desk/cases/{case_id}/pin")
    def pin(request: Request, case_id: str) -> Response:
        case = _case(desk, case_id)
        try:
            desk.pins.propose(case, _last(desk, case), who(request).name)
        except ErasmusError as problem:
            return _show(request, desk, case, str(problem), 409)
        return _said(case_id, "proposed")


def _show(request: Request, desk: Desk, case: Case, error: str = "", status: int = 200) -> Response:
    retriever = desk.assistant.retriever()
    filters = filters_of(request)
    judgements = desk.verdicts.of(case.id)
    name = who(request).name
    blind = case.wants_second and not any(one.reviewer == name for one in judgements)
    find = request.query_params.get("find", "")[:200]
    return page(
        request,
        "case.html",
        status,
        case=case,
        error=error,
        answer=showing.answer_html(case.text),
        citations=showing.citations(case, retriever.index),
        before=desk.cases.before(case) if not case.details["history"] else [],
        sections=showing.sections(case, retriever.index, _found(desk, case, find)),
        whole=len(retriever.index.passages) <= showing.WHOLE_GUIDE,
        find=find,
        again=_again(desk, case) if request.query_params.get("again") else None,
        judgements=[] if blind else judgements,
        blind=blind,
        mine=next((one for one in reversed(judgements) if one.reviewer == name), None),
        picked={one.key for held in judgements[-1:] if not blind for one in held.passages},
        trail=[] if blind else desk.verdicts.trail(case.id),
        pins=[] if blind else desk.pins.of(case.id),
        keys=KEYS,
        filters=kept(filters, request),
        following=desk.cases.following(filters, case),
        today=retriever.index.name,
    )


def _again(desk: Desk, case: Case) -> dict[str, object] | None:
    """The same question on today's index; nothing of it is recorded."""
    history = [Turn(role, text) for role, text in case.details["history"]]
    try:
        answer = desk.assistant.ask(Asking(case.question, history, case.language, case.id))
    except BadQuestion:
        return None
    return showing.difference(case, answer)


def _found(desk: Desk, case: Case, find: str) -> list[Passage]:
    if not find:
        return []
    try:
        question = Question(clean(find), case.language)
    except BadQuestion:
        return []
    return [hit.passage for hit in desk.assistant.retriever().retrieve(question, 6).hits]


def _last(desk: Desk, case: Case) -> Judgement:
    judgements = desk.verdicts.of(case.id)
    if not judgements:
        raise BadQuestion("the case has no verdict yet; judge it first")
    return judgements[-1]


def _case(desk: Desk, case_id: str) -> Case:
    case = desk.cases.get(case_id)
    if case is None:
        raise HTTPException(404, "there is no such case; it may have been deleted")
    return case


def _said(case_id: str, what: str) -> Response:
    return RedirectResponse(f"/desk/cases/{case_id}?said={what}", 303)
