"""Which of the 24 EU languages a text is written in, also when it is two words long.

A multinomial logistic regression over hashed character n-grams and whole words, trained by
`python -m training languages` on snippets with and without diacritics. Names of the programme
and its tools say nothing about the language and are left out; where the rest of the text does
not tell, the languages that were expected decide.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search.lexicon import Lexicon
from erasmus_assistant.search.tokens import LANGUAGES, fold

FILE = Path(__file__).parent / "models" / "languages.npz"
BUCKETS = 1 << 15
_DEFAULT = "en"
_PRIOR = (4.0, 2.5)
"""How many times likelier the first expected language is, and each further one."""
_OWN = 16.0
"""The same for the language that the person is known to read: nine in ten are asked in it."""
_LINK = re.compile(r"<[^<>]*>|\S*(?:://|@|www\.)\S*|\S+\.(?:eu|lv|com|org|net)\b\S*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LATIN = re.compile(r"[a-z\u00c0-\u024f]")
_LONGEST_GRAM = 4
_SHORTEST_NAME = 5
_SHORT, _TELLING = 2, 0.5
"""Up to so many words, less than this probability for the likeliest language is no evidence."""
_POSSIBLE, _AS_COMMON = 0.01, 0.3
"""The least probability, and how much rarer the words may be than elsewhere, of a language that could be meant."""
_CHUNK, _CHUNKS = 300, 40


@dataclass(frozen=True, slots=True)
class Detected:
    """A language code and the probability that it is right, given what was expected."""

    language: str
    probability: float


def detect(
    text: str, *, expected: Sequence[str] = (), names: frozenset[str] = frozenset(), assumed: str = ""
) -> Detected:
    """The language of a question.

    `expected` are languages that are likelier beforehand, the likeliest first: that of the
    interface, of the conversation, of the guide. `names` are folded words that are the same in
    every language and count for none. The expected decide where the text doesn't tell; a text
    without words, or of names only, is taken to be in the first of them, or English. `assumed` is
    the language that the person reads, likelier still; a word or two that could be of many
    languages, such as "link", are taken to be in it, unless only one language has them.
    """
    known = [language for language in expected if language in _NUMBERS]
    fallback = known[0] if known else _DEFAULT
    buckets = features(text, names)
    if not len(buckets):
        return Detected(fallback, 0.5 if known else 1 / len(LANGUAGES))
    logits = _logits(buckets)
    words = _words(text, names)
    if len(words) <= _SHORT and (shares := _softmax(logits)).max() < _TELLING:
        knowing = _knowing(words, shares)
        if assumed in _NUMBERS and len(knowing) != 1:
            return Detected(assumed, float(shares[_NUMBERS[assumed]]))
        logits[[at for at, one in enumerate(LANGUAGES) if knowing and one not in knowing]] = -np.inf
    for place, language in reversed(list(enumerate(known))):
        logits[_NUMBERS[language]] += np.log(_OWN if language == assumed else _PRIOR[min(place, len(_PRIOR) - 1)])
    shares = _softmax(logits)
    best = int(shares.argmax())
    return Detected(LANGUAGES[best], float(shares[best]))


def detect_document(text: str) -> str:
    """The language of a long text: the best on the average of evenly spread stretches of it."""
    starts = range(0, max(1, len(text)), _CHUNK)
    step = max(1, len(starts) // _CHUNKS)
    total = np.zeros(len(LANGUAGES), dtype=np.float64)
    for start in starts[::step]:
        buckets = features(text[start : start + _CHUNK])
        if len(buckets):
            total += _softmax(_logits(buckets))
    return LANGUAGES[int(total.argmax())] if total.any() else _DEFAULT


def features(text: str, names: frozenset[str] = frozenset()) -> NDArray[np.int64]:
    """The distinct bucket numbers of the words and character 1- to 4-grams of `text` but its names, ascending."""
    found: set[int] = set()
    for word in _words(text, names):
        found.update(_buckets(word))
    return np.array(sorted(found), dtype=np.int64)


def _words(text: str, names: frozenset[str]) -> list[str]:
    plain = _LINK.sub(" ", unicodedata.normalize("NFC", text)).casefold().replace("’", "'")
    found = [word for word in _WORD.findall(plain) if not bears_name(fold(word), names)]
    # What stands in Latin letters in a Greek or Bulgarian text is foreign.
    return [word for word in found if not _LATIN.match(word)] or found


def _knowing(words: Sequence[str], shares: NDArray[np.float64]) -> list[str]:
    """The languages that can be meant and of which the lexicon has every word, about as common as anywhere."""
    likely = [one for one, share in zip(LANGUAGES, shares, strict=True) if share >= _POSSIBLE]
    for word in words:
        rarities = {one: Lexicon.load(one, one).rarity(word) for one in likely}
        least = min((rarity for rarity in rarities.values() if rarity is not None), default=0.0)
        likely = [one for one, rarity in rarities.items() if rarity is not None and rarity <= least + _AS_COMMON]
    return likely


def bears_name(folded: str, names: frozenset[str]) -> bool:
    """Whether a folded word is a name, with whatever ending."""
    return folded in names or any(folded[:end] in names for end in range(_SHORTEST_NAME, len(folded)))


@lru_cache(maxsize=4096)
def _buckets(word: str) -> frozenset[int]:
    return frozenset(zlib.crc32(gram.encode()) % BUCKETS for gram in _grams(word))


def _grams(word: str) -> Iterator[str]:
    yield "=" + word
    padded = f" {word} "
    for size in range(1, _LONGEST_GRAM + 1):
        for at in range(len(padded) - size + 1):
            yield padded[at : at + size]


def _logits(buckets: NDArray[np.int64]) -> NDArray[np.float64]:
    weights, scale = _model()
    total = weights[buckets].sum(axis=0, dtype=np.int64)
    logits: NDArray[np.float64] = total * scale / np.sqrt(len(buckets))
    return logits


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.exp(logits - logits.max())
    normalised: NDArray[np.float64] = shares / shares.sum()
    return normalised


@lru_cache(maxsize=1)
def _model() -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """The weights (buckets, languages) as small integers, and the scale of each language."""
    try:
        with np.load(FILE, allow_pickle=False) as held:
            weights, scale = held["weights"], held["scale"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as problem:
        raise ModelFileProblem(
            f"{FILE.name} can't be read ({problem}); restore it or run: python -m training languages"
        ) from problem
    if weights.shape != (BUCKETS, len(LANGUAGES)) or scale.shape != (len(LANGUAGES),):
        raise ModelFileProblem(f"{FILE.name} has shape {weights.shape}; make it anew: python -m training languages")
    return weights, scale


_NUMBERS = {language: number for number, language in enumerate(LANGUAGES)}
