"""`python -m training glossary`: the glossary as the file that the assistant reads, for key words of quotations."""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

from erasmus_assistant.search.glossary import BETWEEN, HEADER, PATH
from erasmus_assistant.search.tokens import LANGUAGES
from training import data


def text() -> str:
    """The file's text: a header, and a line for each concept."""
    return "\n".join([HEADER, *map(_line, data.read_glossary())]) + "\n"


def _line(concept: data.Concept) -> str:
    return "\t".join([concept.area, *(BETWEEN.join(concept.variants[language]) for language in LANGUAGES)])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, default=PATH, help="file to write")


def main(arguments: argparse.Namespace) -> None:
    arguments.output.write_bytes(gzip.compress(text().encode(), 9, mtime=0))
    print(f"{arguments.output}: {len(text().splitlines()) - 1} concepts")
