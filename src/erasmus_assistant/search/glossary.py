"""Key words of a text in another language, from a table of the field's terms in all official languages.

The table is a gzipped text file, `models/glossary.tsv.gz`, made by `python -m training glossary`.
After the header each line is a concept: its area, and its words in each language of LANGUAGES, the
usual one first, `programme country | participating country`. Everyday words (area "core") are there
only to tell where a term may mean something else.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search import tokens
from erasmus_assistant.search.lexicon import COMPOUNDING, Lexicon
from erasmus_assistant.search.tokens import LANGUAGES

PATH = Path(__file__).parent / "models" / "glossary.tsv.gz"
HEADER = "# erasmus_assistant glossary 1 area " + " ".join(LANGUAGES)
BETWEEN = " | "
_AREA, _EVERYDAY = "area", "core"
MOST = 6
_LONGEST = 6
_COMMON = 0.35
_ALIKE = 0.7
_SHORTEST_PART = 5
_BREAK = re.compile(r"[^\w\s'’-]|\n")


@dataclass(frozen=True, slots=True)
class Gloss:
    """Words of a text, characters `start` to `end`, and what they are called in another language.

    `form` and `meaning` are as in a dictionary; `asked` tells whether a word of the question is among them.
    """

    start: int
    end: int
    word: str
    form: str
    meaning: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A term of one language: how it is written, its concept, and whether it is the usual word for it."""

    form: str
    concept: int
    usual: bool

    def is_abbreviation(self, word: str) -> bool:
        return self.form == word and len(word) > 1 and word.isupper()

    def is_usual(self, word: str) -> bool:
        """Whether `word` may be this term; a bare stem is rather another word (`atbild` answers, `atbilde` answer)."""
        plain, form = tokens.fold(word), tokens.fold(self.form)
        return self.usual and (plain == form or not form.startswith(plain))


def gloss(text: str, source: str, target: str, most: int = MOST, question: str = "") -> tuple[Gloss, ...]:
    """The terms of `text` that a reader of `target` can't guess, in order; the most telling where there are many.

    Terms of the `question`, which is in `target`, are told before others. Only what is sure is given:
    terms that mean one thing, by their usual word, the longest first.
    """
    if source == target or not {source, target} <= set(LANGUAGES):
        return ()
    found = _unasked(text, source, target)
    wanted = _telling(question, target) if found else frozenset()
    told = [(weight, replace(one, asked=_is_asked(one.meaning, wanted, target))) for weight, one in found]
    best = sorted(told, key=lambda one: (not one[1].asked, -one[0], one[1].start))[:most]
    return tuple(sorted((one for _, one in best), key=lambda one: one.start))


@lru_cache(maxsize=512)
def _unasked(text: str, source: str, target: str) -> tuple[tuple[float, Gloss], ...]:
    """Every term of `text` with its weight, whatever the question; the same sentences are quoted again and again."""
    weights = {unit.start: unit.weight for unit in Lexicon.load(source, source).translate(text)}
    found: dict[str, tuple[float, Gloss]] = {}
    for start, end, form, meaning in _terms(text, source, target):
        word = text[start:end]
        weight = sum(weights.get(start + at, 0.0) for _, at, _ in tokens.spans(word))
        if weight >= _COMMON and not _alike(word, meaning):
            found.setdefault(meaning, (weight, Gloss(start, end, " ".join(word.split()), form, meaning)))
    return tuple(found.values())


def _is_asked(meaning: str, wanted: frozenset[str], language: str) -> bool:
    return any(_same(stem, one, language) for stem in tokens.stems(meaning, language) for one in wanted)


def called(term: str, language: str) -> str:
    """What an English term of the table is called in another language; KeyError if the table lacks it."""
    for concept, forms in enumerate(_column("en")):
        if forms[:1] == (term,):
            return _column(language)[concept][0]
    raise KeyError(f"no term {term!r} in the glossary")


def _telling(question: str, language: str) -> frozenset[str]:
    """The stems of the words of a question that say what it is about."""
    units = Lexicon.load(language, language).translate(question)
    return frozenset(tokens.stem(unit.source.casefold(), language) for unit in units if unit.weight >= _COMMON)


def _same(stem: str, asked: str, language: str) -> bool:
    """Whether a word is that of the question, or a compound that begins or ends with it."""
    long = language in COMPOUNDING and len(asked) >= _SHORTEST_PART
    return stem == asked or (long and (stem.startswith(asked) or stem.endswith(asked)))


def _terms(text: str, source: str, target: str) -> Iterator[tuple[int, int, str, str]]:
    """Places in the text, the longest term first, each with its full form and meaning where that is sure."""
    terms = _index(source)
    words = list(tokens.spans(text))
    stems = [tokens.stem(word.casefold(), source) for word, _, _ in words]
    reach = _reach(text, words)
    at = 0
    while at < len(words):
        size = next((n for n in range(reach[at], 0, -1) if tuple(stems[at : at + n]) in terms), 0)
        if size:
            start, end = words[at][1], words[at + size - 1][2]
            form, meaning = _meaning(text[start:end], terms[tuple(stems[at : at + size])], target)
            if meaning:
                yield start, end, form, meaning
        at += max(1, size)


def _reach(text: str, words: Sequence[tuple[str, int, int]]) -> list[int]:
    """How many words from each on may make one term: none goes beyond a comma, bracket or line."""
    found = [1] * len(words)
    for at in range(len(words) - 2, -1, -1):
        if not _BREAK.search(text, words[at][2], words[at + 1][1]):
            found[at] = min(_LONGEST, found[at + 1] + 1)
    return found


def _meaning(word: str, entries: Sequence[_Entry], target: str) -> tuple[str, str]:
    """The full form and the usual word for the one concept that `word` names; "" where there is none, or several."""
    sure = [one for one in entries if one.is_abbreviation(word)] or [one for one in entries if one.is_usual(word)]
    areas = _column(_AREA)
    meanings = {forms[0]: (one.form, areas[one.concept][0]) for one in sure if (forms := _column(target)[one.concept])}
    meaning, (form, area) = meanings.popitem() if len(meanings) == 1 else ("", ("", _EVERYDAY))
    return (form, meaning) if area != _EVERYDAY else ("", "")


def _alike(word: str, meaning: str) -> bool:
    """Whether a reader can guess: both are written nearly the same."""
    return SequenceMatcher(None, tokens.fold(word), tokens.fold(meaning), autojunk=False).ratio() >= _ALIKE


@lru_cache(maxsize=len(LANGUAGES))
def _index(language: str) -> Mapping[tuple[str, ...], Sequence[_Entry]]:
    """Every term of a language by its stems."""
    found: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
    for concept, forms in enumerate(_column(language)):
        for rank, form in enumerate(forms):
            found[tuple(tokens.stems(form, language))].append(_Entry(form, concept, rank == 0))
    return dict(found)


@lru_cache(maxsize=len(LANGUAGES) + 1)
def _column(language: str) -> tuple[tuple[str, ...], ...]:
    """What each concept is called in a language, or its area."""
    at = (_AREA, *LANGUAGES).index(language)
    cells = (line.split("\t")[at] for line in _lines())
    return tuple(tuple(cell.split(BETWEEN)) if cell else () for cell in cells)


def _lines() -> list[str]:
    try:
        head, *lines = gzip.decompress(PATH.read_bytes()).decode("utf-8").splitlines()
    except (OSError, EOFError, zlib.error, ValueError) as problem:
        raise ModelFileProblem(f"{PATH} can't be read ({problem}); make it with: python -m training glossary") from None
    if head != HEADER:
        raise ModelFileProblem(f"{PATH} begins with {head[:60]!r}; make it with: python -m training glossary")
    return lines
