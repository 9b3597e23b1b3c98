"""The words around the quotations and in the interface, in each of the 24 official EU languages.

One file a language, `locales/xx.toml`. All files are complete (a test compares them), so there is
no fallback: an unknown language, an unknown key or a missing value is a mistake and raises.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

_FOLDER = files(__package__) / "locales"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language by dotted key, such as "answer.lead"."""

    language: str
    entries: Mapping[str, str]

    def get(self, key: str, **values: object) -> str:
        """The text of `key` with `values` in its placeholders; KeyError if either is unknown or missing."""
        if key not in self.entries:
            raise KeyError(f"no text {key!r} in locales/{self.language}.toml")
        return self.entries[key].format_map({name: str(value) for name, value in values.items()})

    def section(self, name: str) -> dict[str, str]:
        """The texts of one section, by key without the section's name; placeholders are left in."""
        start = f"{name}."
        found = {key.removeprefix(start): text for key, text in self.entries.items() if key.startswith(start)}
        if not found:
            raise KeyError(f"no section {name!r} in locales/{self.language}.toml")
        return found

    def language_name(self, language: str) -> str:
        """What this language calls the language with the ISO 639-1 code `language`."""
        return self.get(f"languages.{language}")


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The ISO 639-1 codes of the languages that there are texts for, in order."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def own_names() -> dict[str, str]:
    """Each language's name in itself, by its code."""
    return {language: texts(language).get("meta.own_name") for language in languages()}


@lru_cache(maxsize=64)
def texts(language: str) -> Texts:
    """The texts in `language` (ISO 639-1); KeyError if it is not one of `languages()`."""
    if language not in languages():
        raise KeyError(f"no texts in {language!r}; there are {', '.join(languages())}")
    sections = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    entries = {f"{section}.{key}": text for section, held in sections.items() for key, text in held.items()}
    return Texts(language, MappingProxyType(entries))
