"""Words, stems and character n-grams: the terms that text is searched by.

Everything is folded first (case, diacritics), so that text typed without diacritics gives the
same terms wherever the stemmer allows it; character n-grams carry the rest.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

LANGUAGES = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr"),
    *("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
)
"""The 24 official languages of the EU, by their ISO 639-1 codes."""

_WORD = re.compile(r"[^\W_]+")
_UNDECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ı": "i"})
_SNOWBALL = dict(
    pair.split(":")
    for pair in (
        "cs:czech da:danish de:german el:greek en:english es:spanish et:estonian fi:finnish fr:french ga:irish "
        "hu:hungarian it:italian lt:lithuanian nl:dutch pl:polish pt:portuguese ro:romanian sv:swedish"
    ).split()
)
# Latvian endings of nouns, adjectives and their definite forms, folded, longest first.
_LATVIAN_ENDINGS = sorted(
    "ajiem ajam ajos ajas ajai ajo aja iem ais am as ai os us es em ei is im ie ij a e i u o s".split(),
    key=len,
    reverse=True,
)
_PREFIX = 6
# Endings of the languages without a Snowball stemmer, folded. Stems are cut to seven letters,
# which joins most alternations; so are those of the languages that pile up endings.
_LIGHT = {
    "bg": "ията овете ищата ията ята ите ият ето ата ът ят та то те ия ове ища ии ни а я о е и у",
    "hr": "ovima evima ijama anjem enjem ama ima oga ome omu emu ega ijih ijem ijom ijoj ije iju ija "
    "oj om og em im ih eg ov ev ju e i u a o",
    "mt": "ijiet jiet iet ijat in at u a i",
    "sk": "ovia oveho ovemu ovymi oveh eho emu ymi ych imi ich ami iach ach och iam "
    "ou om im ym ej ov ie ia iu y i e a u o",
    "sl": "ovega ovemu ovim ovih oma ama ami emu ega imi ijo ije ija iji ih imi em om ov ev im mi e i u a o",
}
_LIGHT_ENDINGS = {
    language: tuple(sorted(endings.split(), key=lambda ending: (-len(ending), ending)))
    for language, endings in _LIGHT.items()
}
_LIGHT_LENGTH = 7
_CUT = frozenset({"et", "fi", "hu"})


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Case-folded text without diacritics; Greek and Cyrillic keep their script."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of `text` with its start and end offsets."""
    for match in _WORD.finditer(text):
        yield match.group(), match.start(), match.end()


def words(text: str) -> list[str]:
    """The words of `text` in order, case-folded, diacritics kept."""
    return [match.group().casefold() for match in _WORD.finditer(unicodedata.normalize("NFC", text))]


def stems(text: str, language: str) -> list[str]:
    """The stem of each word of `text`, in order."""
    return [stem(word, language) for word in words(text)]


@lru_cache(maxsize=262144)
def stem(word: str, language: str) -> str:
    """The folded stem of one case-folded word.

    Snowball's stemmer where there is one for the language, light stemmers of our own for
    Latvian, Bulgarian, Croatian, Maltese, Slovak and Slovenian, and a six-letter prefix elsewhere.
    """
    if any(char.isdigit() for char in word):
        return fold(word)
    if language == "lv":
        return _latvian(fold(word))
    if language in _LIGHT_ENDINGS:
        return _light(fold(word), _LIGHT_ENDINGS[language])
    stemmer = _snowball(language)
    if stemmer is None:
        return fold(word)[:_PREFIX]
    found = fold(stemmer.stemWord(word)) or fold(word)
    return found[:_LIGHT_LENGTH] if language in _CUT else found


def _light(folded: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if folded.endswith(ending) and len(folded) - len(ending) >= 3:
            return folded[: -len(ending)][:_LIGHT_LENGTH]
    return folded[:_LIGHT_LENGTH]


def _latvian(folded: str) -> str:
    for ending in _LATVIAN_ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= 3:
            return folded[: -len(ending)]
    return folded


_STEMMERS = threading.local()


def _snowball(language: str) -> Stemmer.Stemmer | None:
    # A Snowball stemmer keeps state between calls, so each thread has its own.
    name = _SNOWBALL.get(language)
    if name is None or name not in _ALGORITHMS:
        return None
    held: dict[str, Stemmer.Stemmer] = _STEMMERS.__dict__
    if name not in held:
        held[name] = Stemmer.Stemmer(name)
    return held[name]


_ALGORITHMS = frozenset(Stemmer.algorithms())
