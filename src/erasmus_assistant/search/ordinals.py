"""Which of the headings that were listed a question points at, as in "tell me more about the fourth"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from erasmus_assistant.records import Question, Turn
from erasmus_assistant.search.lexicon import Lexicon
from erasmus_assistant.search.tokens import fold, spans, stems

_FILE = Path(__file__).with_suffix(".toml")
_LISTED = re.compile(r"(?:^|\s)- (.+?) \[(\d+)\]")
_TURNS = 6
_LONGEST = 80
_LIGHT = 0.45
"""Up to this weight, a word behind the ordinal is none that says what is counted."""
_LAST = 10
"""Where the pattern for "last" stands among those of a language."""


def pointed_at(question: Question, history: Sequence[Turn], names_subject: Callable[[Question], bool]) -> Question:
    """The question with the heading that it means, where an answer just before is a list and the question counts in it.

    One that counts something else, as "what is the second deadline?", stays as it is.
    """
    listed, said = _listed(history)
    if not listed or len(question.text) > _LONGEST or names_subject(question):
        return question
    counted = _counted(question, {one for text in said for one in stems(text, question.language)})
    if counted is None or not -len(listed) <= counted[-1] < len(listed):
        return question
    start, end, place = counted
    return replace(question, text=f"{question.text[:start]}{listed[place]}{question.text[end:]}")


def _listed(history: Sequence[Turn]) -> tuple[list[str], list[str]]:
    """The headings of the latest answer that was a list of them, in order; what was said there and right before."""
    for at in range(len(history) - 1, max(-1, len(history) - 1 - _TURNS), -1):
        found = _LISTED.findall(history[at].text) if history[at].role == "assistant" else []
        if found and [int(tag) for _, tag in found] == [*range(1, len(found) + 1)]:
            return [heading for heading, _ in found], [turn.text for turn in history[max(0, at - 1) : at + 1]]
    return [], []


def _counted(question: Question, said: set[str]) -> tuple[int, int, int] | None:
    """Where a question names a place in a list, and that place: 0 for the first, -1 for the last."""
    words = list(spans(question.text))
    found = [
        (start, end, place)
        for word, start, end in words
        for place, form in enumerate(_patterns(question.language))
        if form.match(fold(word))
    ]
    if not found and words and re.fullmatch(r"[1-9]\d?", words[-1][0]):
        number, start, end = words[-1]
        return start, end, int(number) - 1
    if len(found) != 1:
        return None
    [(start, end, place)] = found
    units = Lexicon.load(question.language, question.language).translate(question.text[end:])
    if any(unit.weight > _LIGHT and said.isdisjoint(stems(unit.source, question.language)) for unit in units):
        return None
    return start, end, -1 if place == _LAST else place


@lru_cache(maxsize=32)
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?:{'|'.join(map(_form, one.split('|')))})\Z") for one in ordinals_of(language))


def _form(written: str) -> str:
    return re.escape(fold(written.rstrip("*"))) + r"\w*" * written.endswith("*")


def ordinals_of(language: str) -> list[str]:
    """The words for "first" to "tenth" and "last" in a language, the forms of each with bars between."""
    return _ordinals().get(language, [])


@lru_cache(maxsize=1)
def _ordinals() -> dict[str, list[str]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
