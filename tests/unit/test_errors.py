"""The error tree is drawn as it is: no error of ours is missing from it, and none is drawn that does not exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import erasmus_assistant.errors as errors

SOURCE = Path(errors.__file__).parent


def drawn() -> dict[str, str]:
    """Name -> name of what it is drawn under."""
    tree: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^([ |+-]*)([A-Z][A-Za-z]+)\b", line)
        if match and ("+--" in line or match[2] == "ErasmusError"):
            depth = len(match[1])
            above = [one for one in above if one[0] < depth]
            tree[match[2]] = above[-1][1] if above else ""
            above.append((depth, match[2]))
    return tree


def written() -> dict[str, str]:
    """The same, of the classes of all modules."""
    bases: dict[str, str] = {"ErasmusError": ""}
    classes = [
        (node.name, base.id)
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Name)
    ]
    while more := {name: base for name, base in classes if base in bases and name not in bases}:
        bases |= more
    return bases


def test_the_tree_is_drawn_as_it_is() -> None:
    assert drawn() == written()


def test_every_error_stands_in_one_module() -> None:
    assert [name for name in written() if not hasattr(errors, name)] == []
