"""What a conversation adds to a question, without a language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Question, Turn
from erasmus_assistant.search.intents import intents_of, opens_with
from erasmus_assistant.search.lexicon import Lexicon

_SHORT = 90
_LONGEST = 600
_TURNS = 4
_LEAST = 0.2


def with_context(text: str, language: str, history: Sequence[Turn]) -> Question:
    """The question with the latest turns, newest first."""
    context = tuple(turn.text[:_LONGEST] for turn in reversed(history[-_TURNS:]) if turn.text.strip())
    return Question(text, language, context)


def leaning(question: Question, names_subject: Callable[[Question], bool] = lambda _: False) -> float:
    """How much a question leans on what was said before: 0 (stands alone) to 1 (says nothing by itself).

    Little where it names its subject.
    """
    if not question.context:
        return 0.0
    units = Lexicon.load(question.language, question.language).translate(question.text)
    weight = sum(unit.weight for unit in units)
    lean = 1.0 if weight <= 2.0 else max(_LEAST, 1.0 - (weight - 2.0) / 4.0)
    if names_subject(question):
        lean = _LEAST
    if opens_with(question.text, question.language, "follow_up"):
        lean += 0.4
    elif "follow_up" in intents_of(question.text, question.language):
        lean += 0.15
    return min(1.0, lean)


def compared(question: Question, history: Sequence[Turn], names_subject: Callable[[Question], bool]) -> Question:
    """The question, or where it only asks for the difference, with the last two questions that the person asked."""
    before = [turn.text for turn in history if turn.role == "user"][-2:]
    asks = "compare" in intents_of(question.text, question.language)
    if len(before) < 2 or not asks or leaning(question) < 1.0 or names_subject(question):
        return question
    said = " ".join(text.strip(" ?!.;\u037e") for text in (question.text, *before))
    return replace(question, text=f"{said}?")


def focus(text: str) -> int:
    """Where the core of a question begins: at the last sentence that asks, of a text too long to be all core."""
    if len(text) <= _SHORT:
        return 0
    sentences = list(sentence_spans(text))
    asking = [start for start, end in sentences if text[end - 1] in "?;\u037e"]
    return (asking or [start for start, _ in sentences])[-1]
