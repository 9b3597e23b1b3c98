"""`python -m training COMMAND`: each command is a module with `add_arguments` and `main`."""

from __future__ import annotations

import argparse
import importlib
import sys

COMMANDS = {
    "lexicons": ("lexicons", "translation lexicons between the languages"),
    "glossary": ("terms", "the field's terms in all languages, as key words of quotations"),
    "evaluate-lexicons": ("evaluate", "how well the lexicons find translated sentences"),
    "encoder": ("encoder", "the static sentence encoder"),
    "evaluate-encoder": ("encoder_evaluation", "how well the encoder finds sentences and passages"),
    "languages": ("languages", "the language recogniser"),
    "ranker": ("ranker", "the ranker over the search scores"),
}


def run(arguments: list[str]) -> int:
    """Import the module of the command and hand it the parsed arguments."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name, (module_name, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name == wanted:
            module = importlib.import_module(f"training.{module_name}")
            module.add_arguments(command)
            command.set_defaults(run=module.main)
    parsed = parser.parse_args(arguments)
    parsed.run(parsed)
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
