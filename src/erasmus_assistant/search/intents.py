"""What kind of thing a question asks for, told by cue words in its language (`intents.toml`)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from erasmus_assistant.search.tokens import fold, words

FILE = Path(__file__).parent / "intents.toml"
INTENTS = ("where", "how_many", "who", "list", "compare", "follow_up", "edition", "define", "machine")


@lru_cache(maxsize=64)
def intents_of(question: str, language: str) -> frozenset[str]:
    """The intents whose cues stand in the question, diacritics and case put aside."""
    folded = _folded(question)
    return frozenset(intent for intent, pattern in _patterns(language) if pattern.search(folded))


def shows(question: str, language: str, intent: str) -> bool:
    """Whether a cue of one intent stands in the question; cheaper than asking for all of them."""
    return any(name == intent and pattern.search(_folded(question)) for name, pattern in _patterns(language))


def opens_with(question: str, language: str, intent: str) -> bool:
    """Whether the question begins with a cue of `intent`."""
    return any(name == intent and pattern.match(_folded(question)) for name, pattern in _patterns(language))


@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    return " ".join(fold(word) for word in words(text))


@lru_cache(maxsize=32)
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    cues = _cues().get(language, {})
    return tuple((intent, _pattern(cues[intent])) for intent in INTENTS if cues.get(intent))


def _pattern(cues: list[str]) -> re.Pattern[str]:
    # By first letters, so that most words are passed over at a glance.
    parts = sorted({_folded(cue) + r"\w*" * cue.endswith("*") for cue in cues})
    groups = [(first, [part[1:] for part in held]) for first, held in groupby(parts, key=itemgetter(0))]
    joined = "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in groups)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)")


@lru_cache(maxsize=1)
def _cues() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text("utf-8"))
