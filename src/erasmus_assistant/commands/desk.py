"""`desk add-user|remove-user|list-users`: who may log in at /desk and /lab."""

from __future__ import annotations

import argparse
import getpass
import sys

from erasmus_assistant.commands import Nouns, add_command, add_noun, emit, say
from erasmus_assistant.errors import AccountProblem
from erasmus_assistant.review.accounts import Accounts, Role
from erasmus_assistant.review.journal import open_journal


def add(nouns: Nouns, common: argparse.ArgumentParser) -> None:
    verbs = add_noun(nouns, "desk", "who may use the support desk and the lab")
    user = add_command(
        verbs,
        "add-user",
        _add,
        common,
        "make an account, or give it a new password; it is asked for, or read from stdin",
        "desk add-user anna --role admin",
    )
    user.add_argument("name")
    user.add_argument("--role", choices=[one.value for one in Role], default=Role.REVIEWER.value, help="(reviewer)")
    remove = add_command(verbs, "remove-user", _remove, common, "delete an account", "desk remove-user anna")
    remove.add_argument("name")
    listing = add_command(verbs, "list-users", _list, common, "list the accounts", "desk list-users")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")


def _accounts(args: argparse.Namespace) -> Accounts:
    return Accounts(open_journal(args.settings).engine)


def _add(args: argparse.Namespace) -> int:
    accounts = _accounts(args)
    accounts.add(args.name, _password(), Role(args.role))
    say(f"{args.name} may log in at /desk as {args.role}")
    return 0


def _password() -> str:
    """Typed twice at a terminal, else the first line of stdin; never an argument, which others could see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise AccountProblem("the two passwords differ; try again")
    return first


def _remove(args: argparse.Namespace) -> int:
    _accounts(args).remove(args.name)
    say(f"{args.name} is removed; what was judged stays")
    return 0


def _list(args: argparse.Namespace) -> int:
    for one in _accounts(args).all():
        seen = one.last_visit.strftime("%Y-%m-%d %H:%M") if one.last_visit else None
        if args.json:
            emit({"name": one.name, "role": one.role.value, "created": one.created.isoformat(), "last_visit": seen})
        else:
            print(f"{one.name:24} {one.role.value:10} {seen or 'never logged in'}")
    return 0
