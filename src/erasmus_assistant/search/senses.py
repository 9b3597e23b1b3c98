"""Whether a word of a quotation has the meaning that it is given as a key word: in doubt, none is told.

The glossary knows a term by its stem, and a stem may belong to words that mean something else (`vecākie`,
senior, is no form of `vecāks`, parent). The lexicon, learned from translated texts, knows what a word became in
them, so that the meaning has to be among it, and nothing unlike the meaning may be common.
"""

from __future__ import annotations

from functools import lru_cache

from erasmus_assistant.search import tokens
from erasmus_assistant.search.glossary import Gloss, gloss
from erasmus_assistant.search.lexicon import Lexicon, Targets

LEAST_OWN = 0.15
"""How much of what a word becomes has to be its meaning."""
MOST_OTHER = 0.15
"""How much of what a word becomes may be one other thing."""
_EVERY = 1000
_ROOT = 4
# Every language has a lexicon with English, and what a term means does not depend on who reads it.
_JUDGED_IN = "en"


def sure(text: str, source: str, target: str, question: str, most: int) -> tuple[Gloss, ...]:
    """As `gloss`, but for words that may mean something else; others take their places."""
    wanted = most
    while True:
        found = gloss(text, source, target, wanted, question)
        kept = tuple(one for one in found if one.start not in _in_doubt(text, source, target))
        if len(kept) >= most or len(found) < wanted:
            return kept
        wanted += most - len(kept)


@lru_cache(maxsize=512)
def _in_doubt(text: str, source: str, target: str) -> frozenset[int]:
    """Where the words begin whose meaning is not sure."""
    judged = target if source == _JUDGED_IN else _JUDGED_IN
    units = {unit.start: unit.targets for unit in Lexicon.load(source, judged).translate(text)}
    single = (one for one in gloss(text, source, judged, _EVERY) if one.word.isalpha() and not one.word.isupper())
    return frozenset(one.start for one in single if not _fits(one, units.get(one.start, ()), judged))


def _fits(one: Gloss, targets: Targets, language: str) -> bool:
    """Whether the meaning is what the word usually becomes, the word itself, as a name, left aside."""
    shares = {stem: share for stem, share in targets if stem != tokens.stem(one.word.casefold(), language)}
    whole = sum(shares.values())
    own = frozenset(tokens.stems(one.meaning, language))
    near = own | _synonyms(one.meaning, language)
    meant = sum(share for stem, share in shares.items() if _akin(stem, own))
    other = max((share for stem, share in shares.items() if not _akin(stem, near)), default=0.0)
    return meant >= LEAST_OWN * whole and other < MOST_OTHER * whole


def _akin(stem: str, others: frozenset[str]) -> bool:
    """Whether a stem is one of the others, or of the same root."""
    return stem in others or (len(stem) >= _ROOT and any(stem[:_ROOT] == other[:_ROOT] for other in others))


@lru_cache(maxsize=1024)
def _synonyms(meaning: str, language: str) -> frozenset[str]:
    units = Lexicon.load(language, language).translate(meaning)
    return frozenset(stem for unit in units for stem, _ in unit.targets)
