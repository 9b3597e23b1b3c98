"""Whether one question is a paraphrase of another, in the same language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from erasmus_assistant.answer.vocabulary import vocabulary
from erasmus_assistant.search.intents import intents_of, opens_with, shows
from erasmus_assistant.search.lexicon import Unit, path_of
from erasmus_assistant.search.query import translate
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import fold

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+")
_FILE = Path(__file__).with_name("asking.toml")
_WEIGHTY = 0.42
_WEIGHTY_TOGETHER = 0.6
_MEANS_THE_SAME = 0.52
_SHORTEST = 4
_SAID = 0.7
_SAYS_ENOUGH = 1.15


def likeness(retriever: Retriever, first: str, second: str, language: str) -> float:
    """0 to 1: the mean of what the encoder and the lexicon say, 1.0 for the same words.

    0 where the two differ in a figure, in a denial, in what kind of thing they ask for, or where
    each has a word or name of weight that the other does not say in any way: a vector of the whole
    question does not see these ("a youth project", "a school project").
    """
    first, second = _bare(first, language), _bare(second, language)
    if _words(first) == _words(second):
        return 1.0
    if sorted(_FIGURE.findall(first)) != sorted(_FIGURE.findall(second)):
        return 0.0
    if _denials(first, language) != _denials(second, language):
        return 0.0
    kinds = [intents_of(text, language) - {"follow_up"} for text in (first, second)]
    if all(kinds) and kinds[0].isdisjoint(kinds[1]):
        return 0.0
    one, other = _units(first, language), _units(second, language)
    if _alone(retriever, one, other) and _alone(retriever, other, one):
        return 0.0
    vectors = retriever.encoder.encode_questions([first, second])
    dense = max(0.0, float(vectors[0] @ vectors[1]))
    return 0.5 * (dense + min(_covered(one, other), _covered(other, one)))


def stands_alone(text: str, language: str) -> bool:
    """Whether a question can be understood without what was said before it: "And where?" can't."""
    if opens_with(text, language, "follow_up") or "follow_up" in intents_of(text, language):
        return False
    return sum(unit.weight for unit in _units(_bare(text, language), language)) >= _SAYS_ENOUGH


def _units(text: str, language: str) -> tuple[Unit, ...]:
    """The words of a question by what they become in English, where they do: synonyms meet there.

    Left out is what asks for a meaning: "explain", "what does ... mean".
    """
    target = "en" if language != "en" and path_of(language, "en").is_file() else language
    units = translate(text, language, target)
    return tuple(unit for unit in units if unit.weight > 0 and not shows(unit.source, language, "define"))


def _bare(text: str, language: str) -> str:
    """The text without what only asks for an answer: "tell me", "please"."""
    asking = _asking().get(language, frozenset())
    left = _WORD.sub(lambda match: "" if fold(match[0]) in asking else match[0], text)
    return left if _WORD.search(left) else text


@lru_cache(maxsize=1)
def _asking() -> dict[str, frozenset[str]]:
    """By language, the folded words of `asking.toml`."""
    held = tomllib.loads(_FILE.read_text("utf-8"))
    return {language: frozenset(map(fold, words)) for language, words in held.items()}


def _alone(retriever: Retriever, one: Sequence[Unit], other: Sequence[Unit]) -> bool:
    """Whether a word or name of `one` has weight, and nothing that only `other` says means the same."""
    weighty = [unit for unit in one if len(unit.source) >= _SHORTEST or _is_acronym(unit.source)]
    missing = [unit.source for unit in weighty if unit.weight * (1 - _nearest(unit, other)) >= _WEIGHTY]
    missing += _names(one, other)
    if not missing:
        return False
    free = [unit.source for unit in other if _nearest(unit, one) < _SAID] + _names(other, one)
    vectors = retriever.encoder.encode_questions([*missing, *free])
    likely = vectors[: len(missing)] @ vectors[len(missing) :].T
    return bool((likely.max(axis=1, initial=0.0) < _MEANS_THE_SAME).any())


def _names(one: Sequence[Unit], other: Sequence[Unit]) -> list[str]:
    """Words side by side that `other` lacks and that weigh enough together: "national agency" is one thing."""
    names = []

    def lacks(unit: Unit) -> bool:
        return len(unit.source) >= _SHORTEST and _nearest(unit, other) < _SAID

    for lacking, group in groupby(one, key=lacks):
        run = list(group)
        together = sum(unit.weight * (1 - _nearest(unit, other)) for unit in run)
        if lacking and len(run) > 1 and together >= _WEIGHTY_TOGETHER:
            names.append(" ".join(dict.fromkeys(unit.source for unit in run)))
    return names


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _covered(one: Sequence[Unit], other: Sequence[Unit]) -> float:
    """The share of the weight of `one` that `other` says."""
    weight = sum(unit.weight for unit in one)
    return sum(unit.weight * _nearest(unit, other) for unit in one) / weight if weight else 0.0


def _nearest(unit: Unit, other: Sequence[Unit]) -> float:
    return max((_shared(unit, near) for near in other), default=0.0)


def _shared(one: Unit, other: Unit) -> float:
    if one.source == other.source:
        return 1.0
    held = dict(other.targets)
    mine = sum(share for _, share in one.targets) or 1.0
    theirs = sum(share for _, share in other.targets) or 1.0
    return sum(min(share / mine, held.get(word, 0.0) / theirs) for word, share in one.targets)


def _denials(text: str, language: str) -> int:
    """How often a question denies: "doesn't", "without"."""
    return sum(1 for _ in vocabulary(language).denials(text, prefixed=True)) if language in _asking() else 0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
