"""`journal list|show|export|prune`: what was asked and answered."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from erasmus_assistant.commands import Nouns, add_command, add_noun, emit, say
from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.records import Outcome
from erasmus_assistant.review.cases import Case, Cases, Filters
from erasmus_assistant.review.exporting import case_json, csv_lines, json_lines
from erasmus_assistant.review.journal import open_journal
from erasmus_assistant.review.verdicts import Verdict


def add(nouns: Nouns, common: argparse.ArgumentParser) -> None:
    verbs = add_noun(nouns, "journal", "the answers that were given (ERASMUS_DATABASE)")
    listing = add_command(verbs, "list", _list, common, "list answers, newest first", "journal list --outcome answered")
    _narrow(listing)
    listing.add_argument("-n", type=int, default=20, metavar="N", help="how many (20)")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    show = add_command(verbs, "show", _show, common, "show one answer and what led to it", "journal show 5f0c2a")
    show.add_argument("id")
    show.add_argument("--json", action="store_true", help="everything, as one JSON object")
    export = add_command(
        verbs, "export", _export, common, "write answers as CSV or JSON Lines", "journal export -o journal.csv"
    )
    _narrow(export)
    export.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=".csv or .jsonl; JSON Lines on stdout without"
    )
    prune = add_command(
        verbs, "prune", _prune, common, "delete old answers, or those of one session", "journal prune --days 30"
    )
    prune.add_argument("--days", type=int, metavar="N", help="older than this (ERASMUS_JOURNAL_RETENTION_DAYS)")
    prune.add_argument("--session", metavar="NAME", help="of this session, as it stands in the journal")


def _narrow(command: argparse.ArgumentParser) -> None:
    command.add_argument("--outcome", default="", choices=[one.value for one in Outcome], metavar="OUTCOME")
    command.add_argument("--language", default="", metavar="xx")
    command.add_argument("--since", default="", metavar="DATE", help="from this day on, as 2026-11-23")
    command.add_argument("--until", default="", metavar="DATE", help="to the end of this day")
    command.add_argument("--verdict", default="", choices=["none", *(one.value for one in Verdict)], metavar="VERDICT")
    command.add_argument("--text", default="", metavar="WORDS", help="words of the question")
    command.add_argument("--state", default="", choices=["open", "judged"], help="waiting for eyes, or done")


def filters(args: argparse.Namespace) -> Filters:
    return Filters(args.outcome, args.language, args.since, args.until, args.verdict, args.text, args.state)


def cases(args: argparse.Namespace) -> Cases:
    return Cases(open_journal(args.settings).engine)


def print_case(case: Case) -> None:
    judged = case.verdict or ("-" if case.urgency == 0 else f"open {case.urgency}")
    thumb = {True: "+", False: "-", None: " "}[case.helpful]
    when = case.asked.strftime("%Y-%m-%d %H:%M")
    print(f"{case.id:16}  {when}  {case.language:2}  {case.outcome:12}  {thumb} {judged:21}  {case.question[:90]}")


def _list(args: argparse.Namespace) -> int:
    if args.n < 1:
        raise JournalProblem(f"-n must be 1 or more, not {args.n}")
    for case in cases(args).newest(filters(args), args.n):
        if args.json:
            emit(case_json(case))
        else:
            print_case(case)
    return 0


def _show(args: argparse.Namespace) -> int:
    case = cases(args).require(args.id)
    if args.json:
        emit(case_json(case))
        return 0
    print_case(case)
    print(f"\n{case.text}\n")
    print(f"confidence {case.confidence:.2f}, {case.answerer}, index {case.build}, session {case.session or '-'}")
    if case.details["looked_for"]:
        print(f"looked for: {case.details['looked_for']}")
    for hit in case.details["hits"]:
        print(f"{hit['rank']:3} {'*' if hit['cited'] else ' '} {hit['score']:7.3f}  {' > '.join(hit['heading_path'])}")
    if case.helpful is not None:
        print(f"feedback: {'helpful' if case.helpful else 'not helpful'} {' '.join(case.reasons)} {case.comment}")
    return 0


def _export(args: argparse.Namespace) -> int:
    found = cases(args).stream(filters(args))
    if args.output is None:
        sys.stdout.writelines(json_lines(found))
        return 0
    if args.output.suffix not in (".csv", ".jsonl"):
        raise JournalProblem(f"{args.output.name!r} must end in .csv or .jsonl; that says which form is meant")
    lines = csv_lines(found) if args.output.suffix == ".csv" else json_lines(found)
    written = _write(args.output, lines) - (args.output.suffix == ".csv")
    say(f"{written} answers written to {args.output}")
    return 0


def _write(path: Path, lines: Iterator[str]) -> int:
    """Whole or not at all; how many lines."""
    part = path.with_name(path.name + ".part")
    written = 0
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            for line in lines:
                file.write(line)
                written += 1
        part.replace(path)
    except OSError as error:
        raise JournalProblem(f"{str(path)!r} can't be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return written


def _prune(args: argparse.Namespace) -> int:
    journal = open_journal(args.settings)
    if args.session:
        say(f"{journal.forget(args.session)} answers of the session deleted")
        return 0
    days = args.settings.journal_retention_days if args.days is None else args.days
    if days < 0:
        raise JournalProblem(f"--days must be 0 or more, not {days}")
    say(f"{journal.prune(days)} answers older than {days} days deleted")
    return 0
