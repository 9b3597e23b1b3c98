"""What a person typed -> the question that is asked: no control characters, composed letters, a bounded length."""

from __future__ import annotations

import re
import unicodedata

from erasmus_assistant.errors import BadQuestion

LONGEST_QUESTION = 2000
_COMBINING_RUN = 4
_SPACE = re.compile(r"\s+")
_INVISIBLE = frozenset("\u00ad\u180e\ufeff")


def clean(question: object, longest: int = LONGEST_QUESTION, *, wordless: bool = False) -> str:
    """The cleaned question.

    Raises BadQuestion where it is not text, is longer than `longest` characters, is empty, or, unless
    it may be `wordless`, holds no letter or digit. Directional, zero-width and control characters are
    dropped, since they can only hide what was asked; letters are composed (NFC).
    """
    if not isinstance(question, str):
        raise BadQuestion(f"a question must be text, not {type(question).__name__}; send a string")
    if len(question) > longest:
        raise BadQuestion(f"the question has {len(question)} characters, {longest} are allowed; shorten it")
    composed = unicodedata.normalize("NFC", question.encode("utf-8", "ignore").decode("utf-8"))
    text = _SPACE.sub(" ", "".join(_kept(composed))).strip()
    if not text or not (wordless or any(char.isalnum() for char in text)):
        raise BadQuestion("the question is empty; type a question")
    return text


def _kept(text: str) -> list[str]:
    kept: list[str] = []
    run = 0
    for char in text:
        category = unicodedata.category(char)
        run = run + 1 if category.startswith("M") else 0
        if char.isspace():
            kept.append(" ")
        elif category in ("Cc", "Cf", "Cs", "Co", "Cn") or char in _INVISIBLE or run > _COMBINING_RUN:
            continue
        else:
            kept.append(char)
    return kept
