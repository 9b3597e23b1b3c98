"""One case on one page, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
from erasmus_assistant.web.desk.pages import page, query
from erasmus_assistant.web.desk.parts import Desk
from erasmus_assistant.web.desk.queue import address, filters_of

KEYS = {verdict: number for number, verdict in enumerate(Verdict, 1)}


@dataclass(frozen=True, slots=True)
class Entered:
    """What the form of a verdict holds: what was just sent, else the verdict that stands."""

    verdict: str = ""
    note: str = ""
    corrected: str = ""
    gold: tuple[str, ...] = ()


def add_case(router: APIRouter, desk: Desk) -> None:
    """The page of a case, and a route for each thing that can be done with it."""

    @router.get("/desk/cases/{case_id}")
    def show(request: Request, case_id: str) -> Response:
        return _show(request, desk, _case(desk, case_id))

    for name, act in {"verdict": _judge, "second": _second, "test": _make_test, "pin": _propose}.items():
        router.add_api_route(f"/desk/cases/{{case_id}}/{name}", _acting(desk, act), methods=["POST"])


Act = Callable[[Request, Desk, Case], str]
"""Does one thing with a case and gives what is then said; raises ErasmusError, BadQuestion where something lacks."""


def _acting(desk: Desk, act: Act) -> Callable[[Request, str], Response]:
    def route(request: Request, case_id: str) -> Response:
        case = _case(desk, case_id)
        try:
            said = act(request, desk, case)
        except ErasmusError as problem:
            return _show(request, desk, case, str(problem), 422 if isinstance(problem, BadQuestion) else 409)
        kept = address(filters_of(request), request)
        return RedirectResponse(f"/desk/cases/{case_id}?{query({**kept, 'said': said})}", 303)

    return route


def _judge(request: Request, desk: Desk, case: Case) -> str:
    index, entered = desk.assistant.retriever().index, _sent(request)
    if entered.verdict not in set(Verdict):
        raise BadQuestion("choose a verdict first")
    picked = pick(index, entered.gold)
    verdict = Verdict(entered.verdict)
    desk.verdicts.judge(
        case.id, Judgement(who(request).name, verdict, entered.note, picked, entered.corrected, index.name)
    )
    return "judged"


def _second(request: Request, desk: Desk, case: Case) -> str:
    desk.verdicts.want_second(case.id, who(request).name)
    return "second"


def _make_test(request: Request, desk: Desk, case: Case) -> str:
    line = question_line(case, _last(desk, case), desk.assistant.retriever().index)
    name, new = add_question(desk.questions, line)
    desk.verdicts.tell(who(request).name, "made a test", case.id, {"question": name})
    return "test" if new else "test_again"


def _propose(request: Request, desk: Desk, case: Case) -> str:
    last = _last(desk, case)
    # A second reviewer who only agrees takes nothing back of what the first one wrote.
    corrected = [one for one in desk.verdicts.of(case.id) if one.corrected]
    desk.pins.propose(case, corrected[-1] if corrected else last, who(request).name)
    return "proposed"


def _show(request: Request, desk: Desk, case: Case, error: str = "", status: int = 200) -> Response:
    retriever = desk.assistant.retriever()
    filters = filters_of(request)
    judgements = desk.verdicts.of(case.id)
    name = who(request).name
    mine = next((one for one in reversed(judgements) if one.reviewer == name), None)
    blind = case.wants_second and mine is None
    find = request.query_params.get("find", "")[:200]
    return page(
        request,
        "case.html",
        status,
        case=case,
        error=error,
        answer=showing.answer_html(case.text),
        citations=showing.citations(case, retriever.index),
        before=_before(desk, case),
        sections=showing.sections(case, retriever.index, _found(desk, case, find)),
        whole=len(retriever.index.passages) <= showing.WHOLE_GUIDE,
        find=find,
        again=_again(desk, case) if request.query_params.get("again") else None,
        judgements=[] if blind else judgements,
        blind=blind,
        entered=_entered(request, mine or (judgements[-1] if judgements and not blind else None), mine is not None),
        trail=[] if blind else desk.verdicts.trail(case.id),
        pins=[] if blind else desk.pins.of(case.id),
        keys=KEYS,
        main_scores=showing.MAIN_SCORES,
        filters=address(filters, request),
        following=desk.cases.following(filters, case),
        today=retriever.index.name,
    )


def _before(desk: Desk, case: Case) -> list[Case]:
    """The earlier turns as cases, unless more of the conversation came with the question than the journal has."""
    earlier = desk.cases.before(case)
    return earlier if 2 * len(earlier) >= len(case.details["history"]) else []


def _sent(request: Request) -> Entered:
    verdict, note, corrected = (field(request, name) for name in ("verdict", "note", "corrected"))
    return Entered(verdict, note, corrected, tuple(fields(request, "gold")))


def _entered(request: Request, held: Judgement | None, own: bool) -> Entered:
    """What the form shows: of another's verdict only the passages are taken over."""
    if request.method == "POST" and "note" in request.state.form:
        return _sent(request)
    if held is None:
        return Entered()
    picked = tuple(one.key for one in held.passages)
    return Entered(held.verdict, held.note, held.corrected, picked) if own else Entered(gold=picked)


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
