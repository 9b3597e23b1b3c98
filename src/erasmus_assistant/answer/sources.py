"""A passage as the check of a language model's answer sees it: its words, sentences, figures and addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from erasmus_assistant.answer.figures import ADDRESS, Figure, figures
from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Document, Passage
from erasmus_assistant.search.lexicon import Unit
from erasmus_assistant.search.query import translate
from erasmus_assistant.search.tokens import fold, spans, stem

_FOOTNOTE = re.compile(r"\[\d{1,3}\]")
_LEAST_PART = 5
LEAST_WEIGHT = 0.15


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a source: folded, its stem, and its place in the source's text."""

    folded: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A unit of the model's sentence with the words of the source that say the same (their numbers)."""

    unit: Unit
    words: tuple[int, ...]


class Source:
    """A passage that was shown to the model, with the headings it stands under and its footnotes."""

    def __init__(self, passage: Passage, document: Document) -> None:
        self.passage, self.language = passage, passage.language
        self.text = passage.text
        notes = [document.text[start:end] for start, end in passage.notes]
        header = [document.text[slice(*passage.header)]] if passage.header else []
        self.around = "\n".join([*passage.heading_path, *header, *notes])
        self.title = document.title
        whole = f"{self.text}\n{self.around}"
        self.whole = whole
        plain = _FOOTNOTE.sub(lambda mark: " " * len(mark.group()), whole)
        self.words = [Word(fold(word), stem(word.casefold(), self.language), a, b) for word, a, b in spans(plain)]
        self.sentences = list(sentence_spans(whole))
        self.figures: tuple[Figure, ...] = figures(whole, self.language)
        self.addresses = frozenset(plain_address(match.group()) for match in ADDRESS.finditer(whole))
        self._by_stem: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            self._by_stem.setdefault(word.stem, []).append(number)
        self.folded = frozenset(word.folded for word in self.words)

    def matches(self, text: str, language: str) -> list[Match]:
        """Every word of `text` that carries weight, with the words here that may be its translation."""
        units = [unit for unit in translate(text, language, self.language) if unit.weight >= LEAST_WEIGHT]
        return [Match(unit, self.find(unit)) for unit in units]

    def find(self, unit: Unit, least: float = 0.0) -> tuple[int, ...]:
        """Numbers of the words here that `unit` may stand for, by translations above `least` of the likeliest."""
        top = unit.targets[0][1] if unit.targets else 0.0
        wanted = [target for target, share in unit.targets if share > least * top or not least]
        # A word that has a translation is not looked for as it stands: "visas" is no visa in Latvian.
        wanted = wanted or [stem(unit.source.casefold(), self.language)]
        found = {number for target in wanted for number in self._by_stem.get(target, ())}
        if not found:
            near = [held for held in self._by_stem if any(alike(target, held) for target in wanted)]
            found = {number for held in near for number in self._by_stem[held]}
        return tuple(sorted(found))

    def sentence_of(self, place: int) -> int:
        """The number of the sentence that a place of the text lies in."""
        for number, (_, end) in enumerate(self.sentences):
            if place < end:
                return number
        return len(self.sentences) - 1


def alike(one: str, other: str) -> bool:
    """Whether two stems may be one word in another form, or one a part of the other's compound."""
    if min(len(one), len(other)) < _LEAST_PART:
        return False
    if other.startswith(one) or other.endswith(one):
        return True
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= max(_LEAST_PART, 0.75 * max(len(one), len(other)))


def plain_address(address: str) -> str:
    """An address without what doesn't tell it from others: scheme, www, closing punctuation, case."""
    plain = address.casefold().rstrip(".,;:!?)]}>*_'’")
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", plain).rstrip("/")


def best_sentences(source: Source, matches: Sequence[Match]) -> list[tuple[float, int]]:
    """The sentences of a source by the weight of what they share with the model's sentence, best first."""
    weights: dict[int, float] = {}
    for match in matches:
        for number in {source.sentence_of(source.words[word].start) for word in match.words}:
            weights[number] = weights.get(number, 0.0) + match.unit.weight
    return sorted(((weight, number) for number, weight in weights.items()), key=lambda pair: (-pair[0], pair[1]))
