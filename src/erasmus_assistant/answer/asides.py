"""What is said to the assistant besides questions on the guide: greetings, complaints, "who are you?", noise.

All get a short answer of their own, since a quotation answers none of them, and "the guide does not
say this" would be rude. A greeting before a question is no aside.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from erasmus_assistant.answer.extractive import Draft
from erasmus_assistant.answer.writing import BETWEEN
from erasmus_assistant.records import Outcome, Retrieved
from erasmus_assistant.search.foreign import is_foreign
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.lexicon import Lexicon
from erasmus_assistant.search.tokens import LANGUAGES, fold, spans, words
from erasmus_assistant.texts import own_names, texts

_FILE = Path(__file__).parent / "talk.toml"
_STOPS = ".,;:!?\u037e\n–—"
_LONGEST = 12
_SHORTEST = 3
_PLEASED = ("thanks", "praise")
_POLITE = ("greetings", *_PLEASED)
_NO_COMPLAINT = (*_POLITE, "about")
_KINDS = (*_NO_COMPLAINT, "complaints")
_NOISE = 2
_LEXICAL = ("bm25", "fuzzy_body", "fuzzy_heading")

Phrase = tuple[str, ...]
Phrases = Mapping[Phrase, frozenset[str]]


class Aside(StrEnum):
    """Said to the machine, or in a language that it does not know."""

    TALK = "talk"
    COMPLAINT = "complaint"
    FOREIGN = "foreign"


def aside_of(text: str, names: frozenset[str]) -> Aside | None:
    """Whether a text is no question on the guide; `names` are folded words of the guide that are of no language."""
    if not any(char.isalpha() for char in text) or talked_in(text, _NO_COMPLAINT):
        return Aside.TALK
    if talked_in(text):
        return Aside.COMPLAINT
    return Aside.FOREIGN if is_foreign(text, names) else None


def talked_in(text: str, kinds: Sequence[str] = _KINDS) -> tuple[str, ...]:
    """The languages in which the whole of a text is greetings, praise, complaints and questions about the machine."""
    said = _folded(text)
    found = _made_of(said, _phrases(*kinds)) if len(said) <= _LONGEST else frozenset()
    return tuple(language for language in LANGUAGES if language in found)


def without_courtesy(text: str) -> str:
    """The text without what stands before and behind a question and would be searched for too.

    Greetings and thanks where a stop divides them from it; "please tell me", "I would like to know" also
    where none does, unless they tell what kind of thing is asked for, as "tell me about" does.
    """
    found = list(spans(text))
    said = [fold(word) for word, _, _ in found]
    first, last = 0, len(found)
    for size in range(1, min(_LONGEST, len(found) - 1) + 1):
        divided = _ends_a_clause(text[found[size - 1][2] : found[size][1]])
        if any(_asks_the_same(text, said[size:], one) for one in _courteous_in(said[:size], divided)):
            first = size
        divided = _ends_a_clause(text[found[-size - 1][2] : found[-size][1]])
        if (divided or len(found) - size >= _SHORTEST) and _courteous_in(said[-size:], divided):
            last = len(found) - size
    if first >= last:
        return text
    end = len(text) if last == len(found) else found[last][1]
    return text[found[first][1] if first else 0 : end].strip(" ,;:")


def is_noise(retrieved: Retrieved, also: Iterable[str]) -> bool:
    """Whether a word or two are words of no language that matters here, and stand nowhere in the guide.

    `also` are the languages that count besides that of the question.
    """
    said = words(retrieved.question.text)
    if len(said) > _NOISE:
        return False
    if any(hit.scores.get(name, 0.0) > 0 for hit in retrieved.hits for name in _LEXICAL):
        return False
    spoken = {retrieved.question.language, *also} & {*LANGUAGES}
    return not any(Lexicon.load(language, language).knows(word) for language in spoken for word in said)


def introduced(language: str, text: str = "") -> Draft:
    """The draft that says what the assistant is and does; to thanks and praise alone, that they are welcome."""
    said = "welcome" if text and talked_in(text, _PLEASED) else "introduction"
    return Draft(Outcome.DECLINED, (texts(language).get(f"answer.{said}"),), ())


def sorry(language: str) -> Draft:
    """The draft that answers a complaint about an answer."""
    return Draft(Outcome.DECLINED, (texts(language).get("answer.sorry"),), ())


def not_understood(language: str) -> Draft:
    """The draft that names the languages in which one can ask, in `language` and in English."""
    told = tuple(dict.fromkeys(texts(one).get("answer.other_language") for one in (language, "en")))
    return Draft(Outcome.DECLINED, (*told, BETWEEN.join(own_names().values())), ())


def _ends_a_clause(between: str) -> bool:
    return any(char in _STOPS for char in between)


def _courteous_in(said: Sequence[str], divided: bool) -> frozenset[str]:
    """The languages in which the words are courtesy alone; only a request needs no stop between it and the question."""
    requests = _phrases("requests")
    if not divided and not any(tuple(said[start:]) in requests for start in range(len(said))):
        return frozenset()
    return _made_of(said, _phrases(*_POLITE, "requests"))


def _asks_the_same(text: str, rest: Sequence[str], language: str) -> bool:
    """Whether the rest shows the same intents; the pronoun of "sagen Sie mir" leans on nothing said before."""
    asked = intents_of(text, language) - {"follow_up"}
    return asked == intents_of(" ".join(rest), language) - {"follow_up"}


def _made_of(said: Sequence[str], phrases: Phrases) -> frozenset[str]:
    """The languages in which the words are phrases, one behind the other."""
    if not said:
        return frozenset()
    reached = [frozenset(LANGUAGES)]
    for end in range(1, len(said) + 1):
        ways = (
            reached[start] & phrases.get(tuple(said[start:end]), frozenset()) for start in range(end) if reached[start]
        )
        reached.append(frozenset().union(*ways))
    return reached[-1]


def _folded(text: str) -> list[str]:
    return [fold(word) for word in words(text)]


@lru_cache(maxsize=8)
def _phrases(*kinds: str) -> Phrases:
    """The phrases of `talk.toml` of these kinds as folded words, each with its languages."""
    found: dict[Phrase, frozenset[str]] = {}
    for language, held in _talk().items():
        for phrase in (tuple(_folded(one)) for kind in kinds for one in held[kind]):
            found[phrase] = found.get(phrase, frozenset()) | {language}
    return found


@lru_cache(maxsize=1)
def _talk() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
