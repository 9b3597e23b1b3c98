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
_ENOUGH = 0.15
_LETTERS_ENOUGH = 0.25


def is_foreign(text: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether enough of the words are of a language that is none of the 24; `names` are folded and tell nothing."""
    found = [word for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold()) if fold(word) not in names]
    lettered = sum(not _is_known(word) for word in found)
    counted = Counter(language for word in found for language in _typical().get(word, ()))
    most = max(counted.values(), default=0)
    return bool(found) and (lettered >= _LETTERS_ENOUGH * len(found) or most >= _ENOUGH * len(found))


def _is_known(word: str) -> bool:
    """Whether every letter of a word is one of the 24 languages'."""
    return _KNOWN.issuperset(word) or not any(char.isalpha() for char in word if char not in _KNOWN)


@lru_cache(maxsize=1)
def _typical() -> Mapping[str, frozenset[str]]:
    """The other languages of each word that is typical of any."""
    found: dict[str, frozenset[str]] = {}
    for language, words in tomllib.loads(FILE.read_text("utf-8")).items():
        for word in words.split():
            found[word] = found.get(word, frozenset()) | {language}
    return found
