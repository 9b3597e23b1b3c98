"""`erasmus-assistant`: the commands. A known problem is one line on stderr and exit code 1."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from erasmus_assistant import commands
from erasmus_assistant.errors import ErasmusError
from erasmus_assistant.settings import load_settings

MODULES = {
    "questions": ("ask", "search", "batch", "serve", "settings"),
    "index": ("index",),
    "corpus": ("corpus",),
    "benchmark": ("benchmark",),
    "journal": ("journal",),
    "review": ("review",),
    "desk": ("desk",),
}
"""The modules of `commands` and the nouns of each."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 a known problem, 2 wrong usage, 130 interrupted."""
    # Our matrices are small: threads of a BLAS would wait for each other, and take the cores from other answers.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = sys.argv[1:] if arguments is None else list(arguments)
    args = parser(given[0] if given else "").parse_args(given)
    try:
        args.settings = load_settings(corpus=args.corpus, index=args.index)
        return int(args.run(args))
    except ErasmusError as problem:
        commands.say(str(problem))
        return 1
    except KeyboardInterrupt:
        commands.say("interrupted; what was finished is kept")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def parser(noun: str = "") -> argparse.ArgumentParser:
    """The grammar of the command line: of `noun` where it is one, so that `ask` does not import the journal's."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--corpus", type=Path, metavar="DIR", help="folder of documents (ERASMUS_CORPUS)")
    common.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (ERASMUS_INDEX)")
    top = argparse.ArgumentParser(
        prog="erasmus-assistant", description="Answers from the Erasmus+ Programme Guide, word for word."
    )
    nouns = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in [name for name, held in MODULES.items() if noun in held] or MODULES:
        import_module(f"erasmus_assistant.commands.{name}").add(nouns, common)
    return top


if __name__ == "__main__":
    sys.exit(main())
