"""Parallel texts as numbers: tokenised once a language, compounds split, ready to be aligned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from erasmus_assistant.search import lexicon as reading
from erasmus_assistant.search import tokens
from training import data
from training.alignment import Bitext, Integers

LONGEST_SENTENCE = 90
GLOSSARY_WEIGHT = 6.0
PAIR_WEIGHT = 1.0
SAYING_WEIGHT = 1.5
SOURCE_WEIGHTS = {"gnomedocs": 0.5, "dspace": 0.5}
SHORTEST_PART = 4
RARE = 3


@dataclass
class Vocabulary:
    """Numbers for strings, in order of first sight."""

    numbers: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def number(self, name: str) -> int:
        found = self.numbers.get(name)
        if found is None:
            found = self.numbers[name] = len(self.names)
            self.names.append(name)
        return found


class Language:
    """One language's texts as numbers; every text is tokenised once and kept."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.surfaces, self.stems = Vocabulary(), Vocabulary()
        self.stem_of: list[int] = []
        self._texts: dict[str, Integers] = {}

    def read(self, text: str) -> Integers:
        """The surface numbers of the words of a text."""
        held = self._texts.get(text)
        if held is None:
            held = np.array([self._surface(word) for word in tokens.words(text)], dtype=np.int64)
            self._texts[text] = held
        return held

    def known(self, word: str) -> int | None:
        """The surface number of a word whose stem has been seen, or None."""
        number = self.surfaces.numbers.get(word)
        if number is None and tokens.stem(word, self.code) in self.stems.numbers:
            number = self._surface(word)
        return number

    def _surface(self, word: str) -> int:
        # Keyed by the unfolded word: stemmers see the diacritics.
        number = self.surfaces.number(word)
        if number == len(self.stem_of):
            self.stem_of.append(self.stems.number(tokens.stem(word, self.code)))
        return number


def split_compounds(language: Language, texts: Iterable[Integers]) -> dict[int, tuple[int, int]]:
    """Rare long words that are two frequent words in one: the surface of each and its parts'.

    Only words seen too seldom to be learnt whole are split, at the most frequent pair of parts.
    """
    frequency: Counter[int] = Counter()
    for text in texts:
        frequency.update(text.tolist())
    by_stem: Counter[int] = Counter()
    for surface, count in frequency.items():
        by_stem[language.stem_of[surface]] += count
    parts: dict[int, tuple[int, int]] = {}
    for surface in sorted(frequency):
        word = language.surfaces.names[surface]
        if len(word) < 2 * SHORTEST_PART or by_stem[language.stem_of[surface]] > RARE:
            continue
        best = 0
        for head, tail in _cuts(word):
            left, right = language.known(head), language.known(tail)
            if left is None or right is None:
                continue
            worth = min(by_stem[language.stem_of[left]], by_stem[language.stem_of[right]])
            if worth > max(best, RARE):
                best, parts[surface] = worth, (left, right)
    return parts


def _cuts(word: str) -> Iterator[tuple[str, str]]:
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        for link in reading.LINKS:
            head = word[:cut]
            if head.endswith(link) and len(head) - len(link) >= SHORTEST_PART:
                yield head.removesuffix(link), word[cut:]


class Library:
    """All training text, tokenised by language as it is asked for."""

    def __init__(
        self,
        units: list[dict[str, str]],
        concepts: list[data.Concept],
        pairs: list[data.Pair],
        sayings: list[data.Saying] | None = None,
    ) -> None:
        self.units, self.concepts, self.pairs, self.sayings = units, concepts, pairs, sayings or []
        self._languages: dict[str, Language] = {}
        self._compounds: dict[str, dict[int, tuple[int, int]]] = {}

    def language(self, code: str) -> Language:
        if code not in self._languages:
            self._languages[code] = Language(code)
        return self._languages[code]

    def texts(self, source: str, target: str) -> Iterator[tuple[str, str, float]]:
        """Every translated pair of texts with its weight."""
        for unit in self.units:
            if source in unit and target in unit:
                yield unit[source], unit[target], SOURCE_WEIGHTS.get(unit["source"], 1.0)
        for concept in self.concepts:
            yield from glossary_texts(concept, source, target)
        for pair in self.pairs:
            if source in pair.sentences and target in pair.sentences:
                yield pair.sentences[source], pair.sentences[target], PAIR_WEIGHT

        for saying in self.sayings:
            if saying.language == source:
                for at, words in enumerate(saying.formal.get(target, ())):
                    yield saying.word, words, SAYING_WEIGHT / (1 + at)

    def bitext(self, source: str, target: str) -> Bitext:
        """The pair's texts as numbers (stems)."""
        here, there = self.language(source), self.language(target)
        parts = self._parts(source)
        lefts, rights, weights = [], [], []
        for left, right, weight in self.texts(source, target):
            a, b = here.read(left), there.read(right)
            if parts and not parts.keys().isdisjoint(a.tolist()):
                a = np.array([part for word in a.tolist() for part in parts.get(word, (word,))], dtype=np.int64)
            if 0 < len(a) <= LONGEST_SENTENCE and 0 < len(b) <= LONGEST_SENTENCE:
                lefts.append(a)
                rights.append(b)
                weights.append(weight)
        return Bitext(*flat(lefts), *flat(rights), np.array(weights))

    def _parts(self, code: str) -> dict[int, tuple[int, int]]:
        if code not in self._compounds:
            language = self.language(code)
            texts = [language.read(unit[code]) for unit in self.units if code in unit]
            self._compounds[code] = split_compounds(language, texts) if code in reading.COMPOUNDING else {}
        return self._compounds[code]


def glossary_texts(concept: data.Concept, source: str, target: str) -> Iterator[tuple[str, str, float]]:
    """Every variant with every variant; the first ones weigh most."""
    for i, left in enumerate(concept.variants[source]):
        for j, right in enumerate(concept.variants[target]):
            if (i, left) != (j, right) or source != target:
                yield left, right, GLOSSARY_WEIGHT / (1 + 0.5 * i) / (1 + j)


def flat(texts: list[Integers]) -> tuple[Integers, Integers]:
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in texts], out=starts[1:])
    return np.concatenate(texts) if texts else np.zeros(0, dtype=np.int64), starts
