"""The names that a corpus shares with every language, such as Europass: they tell nothing of a question's language."""

from __future__ import annotations

from collections.abc import Iterable

from erasmus_assistant.search.query import translate
from erasmus_assistant.search.tokens import fold, spans, stem

_SHORTEST = 4


def shared_names(texts: Iterable[str], language: str) -> frozenset[str]:
    """The folded words of the texts that are written with a capital and stay themselves in translation.

    Lines in capitals alone are left out, since there every word looks like a name.
    """
    words = {
        word
        for text in texts
        for line in text.splitlines()
        if not line.isupper()
        for word, _, _ in spans(line)
        if len(word) >= _SHORTEST and word.isalpha() and word != word.lower()
    }
    return frozenset(fold(word) for word in sorted(words) if _stays(word, language))


def _stays(word: str, language: str) -> bool:
    other = "lv" if language == "en" else "en"
    found = translate(word, language, other)
    return len(found) == 1 and bool(found[0].targets) and found[0].targets[0][0] == stem(word.casefold(), other)
