"""The documents say what is true of the code: settings, dependencies, commands, links."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from erasmus_assistant.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmark/README.md", "corpus/README.md"),
    *("training/README.md", "training/DATA-CARD.md", "training/EXPERIMENTS.md"),
]
_PLACE = re.compile(r"(<!-- settings:[^>]*-->\n).*?(<!-- /settings -->)", re.DOTALL)


def settings_table() -> str:
    """The settings as a Markdown table; `python tests/unit/test_documents.py` writes it into the README."""
    rows = ["| variable | default | is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = _shown(field.get_default(call_default_factory=True))
        rows.append(f"| `{(PREFIX + name).upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def _shown(default: object) -> str:
    """A value as a person would write it: a place by its path in the clone."""
    value = str(default.get_secret_value() if isinstance(default, SecretStr) else default).removeprefix(f"{ROOT}/")
    return f"`{value}{'/' if isinstance(default, Path) else ''}`" if value else ""


def test_the_readme_has_the_settings_as_they_are() -> None:
    assert settings_table() in (ROOT / "README.md").read_text("utf-8"), "run: python tests/unit/test_documents.py"


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    wanted = [*project["dependencies"], *extras]
    names = {re.split(r"[\[<>=]", name)[0] for name in wanted} - {"erasmus-assistant"}
    reasons = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Dependencies")[2]
    told = set(re.findall(r"^\| `([a-z0-9-]+)`", reasons, re.MULTILINE))
    assert told == names


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    targets = re.findall(r"\]\(([^)\s#]+)", path.read_text("utf-8"))
    missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert not missing


def main() -> None:
    readme = ROOT / "README.md"
    text, found = _PLACE.subn(lambda place: place[1] + settings_table() + place[2], readme.read_text("utf-8"))
    assert found == 1, "the README has lost its place for the settings"
    readme.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
