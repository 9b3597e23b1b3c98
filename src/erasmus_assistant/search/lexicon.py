"""Translation lexicons: which word stems of one language stand for the words of another.

A lexicon is a gzipped text file, `<source>-<target>.tsv.gz`, made by `python -m training
lexicons`. After the header each line is `key<TAB>rarity<TAB>targets`, sorted by key:

    agenc                 38    agentur 96 parvald 4         a stem and what it becomes, in percent
    =agencies             38    agentur 99                   a whole word that differs from its stem
    nation agenc          38    valst 97|agentur 98          a phrase: one list for each of its words

`rarity` runs from 0 (in every training text) to 100 (seen once): function words weigh little.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple

from erasmus_assistant.search import lexicon_files, tokens
from erasmus_assistant.search.lexicon_files import FOLDER, available, header, path_of, read_lines

__all__ = ["COMPOUNDING", "FOLDER", "LINKS", "Lexicon", "Unit", "available", "describe", "header", "path_of"]

_LONGEST_PHRASE = 7
COMPOUNDING = frozenset({"da", "de", "et", "fi", "hu", "nl", "sv", "el", "lt", "lv"})
_CAPITALISING = frozenset({"de"})
LINKS = ("", "s", "es", "n", "en", "e", "er")
_SHORTEST_PART = 4
_SHORTEST_STEM = 5
_KEPT_NAME = 0.25
_KEPT_BRAND = 0.6
_GUESSED = 0.5

Targets = tuple[tuple[str, float], ...]
Standing = Callable[[str], bool]
"""Tells whether a stem of the target language stands in the documents."""


def nowhere(stem: str) -> bool:
    """The Standing of no documents."""
    return False


@dataclass(frozen=True, slots=True)
class Unit:
    """One word of a question, what it may be called in the target language, and its weight.

    `start` and `end` are its character offsets; `weight` is 0 to 1, rare words weighing most;
    `targets` holds stems with the probability of each, the likeliest first.
    """

    source: str
    start: int
    end: int
    weight: float
    targets: Targets


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    folded: str
    stem: str
    first: bool


class Lexicon:
    """What the words of one language become in another; a line is parsed when first needed."""

    __slots__ = ("_lines", "_longest", "_sorted", "source", "target")

    def __init__(self, source: str, target: str, lines: dict[str, str]) -> None:
        self.source, self.target = source, target
        self._lines = lines
        # How many words the longest phrase has that begins with a word.
        self._longest: dict[str, int] = {}
        for first, *rest in (key.split(" ") for key in lines if " " in key):
            self._longest[first] = max(self._longest.get(first, 1), min(_LONGEST_PHRASE, 1 + len(rest)))
        self._sorted: list[str] | None = None

    @classmethod
    def load(cls, source: str, target: str, folder: Path | None = None) -> Lexicon:
        """The lexicon of a language pair, kept in memory once read.

        Raises ModelFileProblem when there is none (naming the command that makes it) or when
        the file is damaged. A language with itself always works, with or without a file.
        """
        return _load(source, target, folder or lexicon_files.FOLDER)

    def __len__(self) -> int:
        return len(self._lines)

    def translate(self, question: str, stands: Standing = nowhere) -> tuple[Unit, ...]:
        """The units of a question, left to right; every word is covered, the longest phrase first.

        Words that the lexicon doesn't know are names, numbers or typing errors: they stand for
        themselves. Where they don't stand in the documents, by their stem in the target language, compounds
        are taken apart and near relatives looked for first.
        """
        words = [
            _Word(text, start, end, tokens.fold(text), tokens.stem(text.casefold(), self.source), at == 0)
            for at, (text, start, end) in enumerate(tokens.spans(question))
        ]
        units: list[Unit] = []
        at = 0
        while at < len(words):
            found = self._phrase(words, at) or self._word(words[at], stands)
            units.extend(found)
            at += self._covered(words, at, found)
        return tuple(units)

    @staticmethod
    def _covered(words: list[_Word], at: int, units: list[Unit]) -> int:
        return max(1, sum(1 for _ in takewhile(lambda word: word.end <= units[-1].end, islice(words, at, None))))

    def knows(self, word: str) -> bool:
        """Whether a word, an inflected form of it, or both parts of a compound stand in the lexicon."""
        folded = tokens.fold(word)
        return self.rarity(word) is not None or bool(self._compound(_Word(word, 0, len(word), folded, folded, False)))

    def rarity(self, word: str) -> float | None:
        """How rare a word is, 0 to 1; none where it stands in the lexicon in no form."""
        line = self._line_of(tokens.fold(word))
        return None if line is None else _parsed(line)[0]

    def _phrase(self, words: list[_Word], at: int) -> list[Unit]:
        for size in range(min(self._longest.get(words[at].stem, 1), len(words) - at), 1, -1):
            key = " ".join(word.stem for word in words[at : at + size])
            line = self._lines.get(key)
            if line is not None:
                _, slots = _parsed(line)
                return [self._part(word, slot) for word, slot in zip(words[at : at + size], slots, strict=True)]
        return []

    def _part(self, word: _Word, slot: Targets) -> Unit:
        """One word of a phrase; in its own language it keeps its own synonyms too."""
        line = self._lines.get(word.stem)
        weight, alone = (1.0, ((),)) if line is None else _parsed(line)
        targets = _joined(slot, alone[0]) if self.source == self.target else slot
        return self._unit(word, weight, self.beside_itself(word.text, word.first, targets))

    def _word(self, word: _Word, stands: Standing) -> list[Unit]:
        if any(char.isdigit() for char in word.text):
            return [self._unit(word, 1.0, ((word.stem, 1.0),))]
        line = self._lines.get("=" + word.folded) or self._lines.get(word.stem)
        if line is not None:
            return [self._unit(word, *_told(self, line, word.text, word.first))]
        own = tokens.stem(word.text.casefold(), self.target)
        if self.source == self.target or stands(own):
            return [self._unit(word, 1.0, ((own, 1.0),))]
        return self._compound(word) or [self._relative(word)]

    def _unit(self, word: _Word, weight: float, targets: Targets) -> Unit:
        return Unit(word.text, word.start, word.end, weight, targets)

    def beside_itself(self, word: str, first: bool, targets: Targets) -> Targets:
        """The targets, and the word itself: always in its own language, perhaps where it is a name."""
        own = tokens.stem(word.casefold(), self.target)
        if self.source == self.target:
            return _joined(((own, 1.0),), targets)
        branded = any(char.isupper() for char in word[1:])
        named = word[0].isupper() and not first and self.source not in _CAPITALISING
        if (named or branded) and own not in dict(targets):
            kept = _KEPT_BRAND if branded else _KEPT_NAME
            return _joined(tuple((stem, (1 - kept) * share) for stem, share in targets), ((own, kept),))
        return targets

    def _compound(self, word: _Word) -> list[Unit]:
        """A compound as its parts, when every part is known: the split with the longest tail."""
        if self.source not in COMPOUNDING:
            return []
        text = word.folded
        for cut in range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1):
            tail = self._line_of(text[cut:])
            if tail is None:
                continue
            for link in LINKS:
                head = self._line_of(text[:cut].removesuffix(link)) if text[:cut].endswith(link) else None
                if head is not None and cut - len(link) >= _SHORTEST_PART:
                    middle = word.start + cut if len(text) == word.end - word.start else word.end
                    parts = ((head, word.start, middle), (tail, middle, word.end))
                    return [Unit(word.text, a, b, _parsed(line)[0], _parsed(line)[1][0]) for line, a, b in parts]
        return []

    def _line_of(self, folded: str) -> str | None:
        return self._lines.get("=" + folded) or self._lines.get(tokens.stem(folded, self.source))

    def _relative(self, word: _Word) -> Unit:
        """A word by its nearest known relative (the longest shared beginning), and by itself."""
        own = tokens.stem(word.text.casefold(), self.target)
        if self._sorted is None:
            self._sorted = sorted(key for key in self._lines if key[0] != "=" and " " not in key)
        least = max(_SHORTEST_STEM, math.ceil(0.7 * len(word.stem)))
        at = bisect.bisect_left(self._sorted, word.stem)
        near = [(_shared(key, word.stem), -len(key), key) for key in self._sorted[max(0, at - 3) : at + 3]]
        length, _, key = max(near, default=(0, 0, ""))
        if length < least or length < 0.7 * len(key) or word.text[0].isupper():
            return self._unit(word, 1.0, ((own, 1.0),))
        rarity, slots = _parsed(self._lines[key])
        guessed = tuple((stem, _GUESSED * share) for stem, share in slots[0])
        return self._unit(word, rarity, _joined(guessed, ((own, 1 - _GUESSED),)))


def describe(units: tuple[Unit, ...], least: float = 0.2) -> str:
    """One line for people: the words that mattered and the stems that were looked for.

    >>> describe((Unit("agency", 0, 6, 0.9, (("agentur", 1.0),)),))
    'agency -> agentur*'
    """
    told = [unit for unit in units if unit.weight >= least]
    names = " ".join(unit.source for unit in told)
    stems = " ".join("/".join(f"{stem}*" for stem, share in unit.targets[:2] if share >= least) for unit in told)
    return f"{names} -> {stems}" if told else ""


@lru_cache(maxsize=128)
def _load(source: str, target: str, folder: Path) -> Lexicon:
    return Lexicon(source, target, read_lines(source, target, folder))


@lru_cache(maxsize=8192)
def _told(lexicon: Lexicon, line: str, word: str, first: bool) -> tuple[float, Targets]:
    """The weight of a word that has a line of its own, and what it becomes."""
    rarity, slots = _parsed(line)
    return rarity, lexicon.beside_itself(word, first, slots[0])


@lru_cache(maxsize=16384)
def _parsed(line: str) -> tuple[float, tuple[Targets, ...]]:
    rarity, rest = line.split("\t")
    slots = []
    for slot in rest.split("|"):
        fields = slot.split()
        slots.append(tuple(zip(fields[::2], (int(percent) / 100 for percent in fields[1::2]), strict=True)))
    return int(rarity) / 100, tuple(slots)


def _joined(one: Targets, other: Targets) -> Targets:
    best = dict(one)
    for stem, share in other:
        best[stem] = best.get(stem, 0.0) + share
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0])))


def _shared(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
