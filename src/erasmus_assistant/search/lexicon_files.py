"""The files of the translation lexicons: where they are, and their lines by key."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from erasmus_assistant.errors import ModelFileProblem

FOLDER = Path(__file__).parent / "models" / "lexicons"
_FORMAT = "# erasmus_assistant lexicon 1"
_SUFFIX = ".tsv.gz"


def available(folder: Path | None = None) -> tuple[tuple[str, str], ...]:
    """The language pairs for which there is a lexicon file, sorted."""
    names = sorted(path.name.removesuffix(_SUFFIX) for path in (folder or FOLDER).glob(f"??-??{_SUFFIX}"))
    return tuple((name[:2], name[3:]) for name in names)


def path_of(source: str, target: str, folder: Path | None = None) -> Path:
    """Where the lexicon of a pair is kept."""
    return (folder or FOLDER) / f"{source}-{target}{_SUFFIX}"


def header(source: str, target: str) -> str:
    """The first line of a lexicon file."""
    return f"{_FORMAT} {source} {target}"


def read_lines(source: str, target: str, folder: Path) -> dict[str, str]:
    """The lines of a lexicon by their keys; none for a language with itself where there is no file.

    Raises ModelFileProblem when there is no other (naming the command that makes it) or it is damaged.
    """
    path = path_of(source, target, folder)
    if not path.is_file():
        if source == target:
            return {}
        raise ModelFileProblem(
            f"no lexicon from {source!r} to {target!r} in {folder}; "
            f"make it with: python -m training lexicons --pairs {source}-{target}"
        )
    try:
        head, *lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
        held = dict(line.split("\t", 1) for line in lines)
    except (OSError, EOFError, zlib.error, ValueError) as problem:
        raise ModelFileProblem(f"{path} can't be read ({problem}); train it again or restore the file") from problem
    if head != header(source, target):
        raise ModelFileProblem(f"{path} begins with {head[:60]!r}, not {header(source, target)!r}; train it again")
    return held
