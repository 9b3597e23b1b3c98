"""The commands of the command line, a module a noun; each has `add`, which names its commands to the parser."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tqdm import tqdm

Nouns = Any
"""What `argparse` gives for sub-commands; it has no public name."""

Item = TypeVar("Item")


def say(line: str) -> None:
    """A message, on stderr: stdout is for what was asked for."""
    print(line, file=sys.stderr, flush=True)


def emit(value: object) -> None:
    """One JSON object on a line of stdout."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def track(items: Iterable[Item]) -> Iterable[Item]:
    """The items, with a progress bar on stderr that stays away where the work is quick."""
    return tqdm(items, unit="document", delay=1.0, file=sys.stderr)


def add_command(
    nouns: Nouns,
    name: str,
    run: Callable[[argparse.Namespace], int],
    common: argparse.ArgumentParser,
    help: str,
    example: str,
) -> argparse.ArgumentParser:
    """One command with its help and an example of its use."""
    command: argparse.ArgumentParser = nouns.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=f"example: erasmus-assistant {example}",
        parents=[common],
        allow_abbrev=False,
    )
    command.set_defaults(run=run)
    return command


def add_noun(nouns: Nouns, name: str, help: str) -> Nouns:
    """A noun that has verbs of its own."""
    noun = nouns.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".", allow_abbrev=False)
    return noun.add_subparsers(dest="verb", required=True, metavar="VERB")
