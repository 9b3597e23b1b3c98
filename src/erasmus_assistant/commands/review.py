"""`review list|judge|second|test|pins|approve|withdraw|agreement|trail`: the desk from a terminal."""

from __future__ import annotations

import argparse
import getpass
from dataclasses import asdict
from pathlib import Path

from erasmus_assistant.assembly import build_assistant
from erasmus_assistant.commands import Nouns, add_command, add_noun, emit, say, track
from erasmus_assistant.commands.journal import cases, print_case
from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.review.cases import Filters
from erasmus_assistant.review.exporting import case_json
from erasmus_assistant.review.journal import open_journal
from erasmus_assistant.review.picking import Picked, find_quote
from erasmus_assistant.review.pins import Pins
from erasmus_assistant.review.question_file import QUESTIONS, add_question, question_line
from erasmus_assistant.review.verdicts import Judgement, Verdict, Verdicts
from erasmus_assistant.search.index import Index


def add(nouns: Nouns, common: argparse.ArgumentParser) -> None:
    verbs = add_noun(nouns, "review", "what staff find of the answers")
    listing = add_command(verbs, "list", _list, common, "list what needs eyes first", "review list -n 10")
    listing.add_argument("-n", type=int, default=20, metavar="N", help="how many (20)")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    judge = add_command(verbs, "judge", _judge, common, "give a verdict", "review judge 5f0c2a wrong --note '...'")
    judge.add_argument("id")
    judge.add_argument("verdict", choices=[one.value for one in Verdict])
    judge.add_argument("--note", default="", metavar="TEXT")
    judge.add_argument("--quote", action="append", default=[], metavar="TEXT", help="right words, verbatim; repeatable")
    judge.add_argument("--corrected", default="", metavar="TEXT", help="the answer as it should be")
    second = add_command(verbs, "second", _second, common, "ask for a second reviewer", "review second 5f0c2a")
    second.add_argument("id")
    test = add_command(verbs, "test", _test, common, "make a judged case a test", "review test 5f0c2a")
    test.add_argument("id")
    test.add_argument("--questions", type=Path, default=QUESTIONS, metavar="FILE", help=f"({QUESTIONS})")
    pins = add_command(verbs, "pins", _pins, common, "list pinned answers", "review pins --json")
    pins.add_argument("--json", action="store_true", help="one JSON object a line")
    propose = add_command(verbs, "propose", _propose, common, "propose a corrected answer", "review propose 5f0c2a")
    propose.add_argument("id")
    for name, run, what in (
        ("approve", _approve, "give a proposed answer from now on"),
        ("withdraw", _withdraw, "give a pinned answer no more"),
    ):
        verb = add_command(verbs, name, run, common, what, f"review {name} 3")
        verb.add_argument("pin", type=int)
    agreed = add_command(verbs, "agreement", _agreement, common, "how far two reviewers agree", "review agreement")
    agreed.add_argument("--json", action="store_true", help="one JSON object")
    trail = add_command(verbs, "trail", _trail, common, "who did what when", "review trail --json")
    trail.add_argument("id", nargs="?", default="")
    trail.add_argument("--json", action="store_true", help="one JSON object a line")


def _index(args: argparse.Namespace) -> Index:
    return build_assistant(args.settings, say, track)[0].retriever().index


def _verdicts(args: argparse.Namespace) -> Verdicts:
    return Verdicts(open_journal(args.settings).engine)


def _pins_of(args: argparse.Namespace) -> Pins:
    return Pins(open_journal(args.settings).engine)


def _list(args: argparse.Namespace) -> int:
    for case in cases(args).page(Filters(state="open"), size=max(1, args.n)):
        if args.json:
            emit(case_json(case))
        else:
            print_case(case)
    return 0


def _judge(args: argparse.Namespace) -> int:
    picked: tuple[Picked, ...] = ()
    build = ""
    if args.quote:
        index = _index(args)
        build = index.name
        picked = tuple(find_quote(index, quote) for quote in args.quote)
    judgement = Judgement(getpass.getuser(), Verdict(args.verdict), args.note, picked, args.corrected, build)
    _verdicts(args).judge(args.id, judgement)
    say(f"{args.id} is judged {args.verdict}")
    return 0


def _second(args: argparse.Namespace) -> int:
    _verdicts(args).want_second(args.id, getpass.getuser())
    return 0


def _last(args: argparse.Namespace) -> Judgement:
    held = _verdicts(args).of(args.id)
    if not held:
        raise JournalProblem(f"{args.id!r} has no verdict yet; give one with: erasmus-assistant review judge")
    return held[-1]


def _test(args: argparse.Namespace) -> int:
    line = question_line(cases(args).require(args.id), _last(args), _index(args))
    name, new = add_question(args.questions, line)
    _verdicts(args).tell(getpass.getuser(), "made a test", args.id, {"question": name})
    say(f"{name} {'added to' if new else 'brought up to date in'} {args.questions}")
    return 0


def _propose(args: argparse.Namespace) -> int:
    pin = _pins_of(args).propose(cases(args).require(args.id), _last(args), getpass.getuser())
    say(f"pin {pin} is proposed; approve it with: erasmus-assistant review approve {pin}")
    return 0


def _pins(args: argparse.Namespace) -> int:
    for pin in _pins_of(args).all():
        if args.json:
            held = asdict(pin)
            dates = {name: held[name].isoformat() if held[name] else None for name in ("proposed", "decided")}
            emit({**held, **dates})
        else:
            print(f"{pin.id:5}  {pin.state.value:10}  {pin.language:2}  {pin.question[:100]}")
    return 0


def _approve(args: argparse.Namespace) -> int:
    _pins_of(args).approve(args.pin, getpass.getuser(), _index(args))
    return 0


def _withdraw(args: argparse.Namespace) -> int:
    _pins_of(args).withdraw(args.pin, getpass.getuser())
    return 0


def _agreement(args: argparse.Namespace) -> int:
    found = _verdicts(args).agreement()
    if args.json:
        emit(asdict(found))
    elif found.alike is None:
        print("no case has two reviewers yet")
    else:
        kappa = "undefined" if found.kappa is None else f"{found.kappa:.3f}"
        print(f"{found.n} cases judged twice, {100 * found.alike:.0f} % alike, Cohen's kappa {kappa}")
    return 0


def _trail(args: argparse.Namespace) -> int:
    for event in _verdicts(args).trail(args.id):
        if args.json:
            emit({**asdict(event), "made": event.made.isoformat()})
        else:
            after = event.after.get("verdict") or event.after.get("state") or event.after.get("question") or ""
            print(f"{event.made:%Y-%m-%d %H:%M}  {event.actor:16}  {event.action:24}  {event.subject}  {after}")
    return 0
