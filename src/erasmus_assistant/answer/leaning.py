"""Whether a sentence can stand alone, or speaks of what the one before it named (`leaning.toml`)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from erasmus_assistant.search.tokens import words

FILE = Path(__file__).parent / "leaning.toml"


def leans_back(sentence: str, language: str) -> bool:
    """Whether a sentence begins with a pronoun or a word such as "moreover"; case is put aside."""
    cues = _cues().get(language, frozenset())
    opening = words(sentence[:60])[:4]
    return any(" ".join(opening[:count]) in cues for count in range(1, len(opening) + 1))


@lru_cache(maxsize=1)
def _cues() -> dict[str, frozenset[str]]:
    held = tomllib.loads(FILE.read_text("utf-8"))
    return {language: frozenset(" ".join(words(cue)) for cue in cues) for language, cues in held.items()}
