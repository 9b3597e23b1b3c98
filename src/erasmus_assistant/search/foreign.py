"""Whether a question is in a language that is none of the 24: told by its letters, and by frequent words of others."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from erasmus_assistant.search.tokens import fold

FILE = Path(__file__).parent / "foreign.toml"
_LATIN = "abcdefghijklmnopqrstuvwxyz" + "àáâãäåāăąæçćĉċčďđèéêëēėęěġģħìíîïīįķĺļľł"
_LATIN += "ñńņňòóôõöøőōœŕŗřśşšșßţťțùúûüūůűųýÿźżžḃḋḟṁṗṡṫªºµ"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъьюяѝ"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς"
_KNOWN = frozenset(_LATIN + _CYRILLIC + _GREEK)
_WORD = re.compile(r"[^\W\d_]+(?:[·'’][^\W\d_]+)*")
_NONE: frozenset[str] = frozenset()
_ENOUGH = 0.15
_LETTERS_ENOUGH = 0.25


def is_foreign(text: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether enough of the words are of a language that is none of the 24; `names` are folded and tell nothing."""
    found = [word for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold()) if fold(word) not in names]
    lettered = sum(not _is_known(word) for word in found)
    counted = Counter(language for word in found for language in _languages_with(word))
    most = max(counted.values(), default=0)
    return bool(found) and (lettered >= _LETTERS_ENOUGH * len(found) or most >= _ENOUGH * len(found))


def _is_known(word: str) -> bool:
    """Whether every letter of a word is one of the 24 languages'."""
    return _KNOWN.issuperset(word) or not any(char.isalpha() for char in word if char not in _KNOWN)


def _languages_with(word: str) -> frozenset[str]:
    """The other languages of which a word is typical."""
    whole, endings = _typical()
    found = whole.get(word, _NONE)
    return found | {language for ending, language in endings if word.endswith(ending)}


@lru_cache(maxsize=1)
def _typical() -> tuple[Mapping[str, frozenset[str]], tuple[tuple[str, str], ...]]:
    """The languages of each typical word, and each typical ending with its language."""
    whole: dict[str, frozenset[str]] = {}
    endings = []
    for language, words in tomllib.loads(FILE.read_text("utf-8")).items():
        for word in words.split():
            if word.startswith("*"):
                endings.append((word[1:], language))
            else:
                whole[word] = whole.get(word, _NONE) | {language}
    return whole, tuple(endings)
