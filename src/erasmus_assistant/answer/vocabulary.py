"""The words that the check of a language model's answer understands, a language each (`checking_words.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from erasmus_assistant.search.lexicon import Lexicon, path_of
from erasmus_assistant.search.tokens import fold, stem, stems
from erasmus_assistant.texts import texts

_FILE = "checking_words.toml"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_UNIT_FIRST = {"de": ("und",), "nl": ("en",), "da": ("og",), "sl": ("in",)}
_TENS_FIRST = {"it": "", "fi": "", "sv": "", "hu": "", "es": ""}
_IRREGULAR_TENS = {"hu": {20: "huszon"}, "es": {20: "veinti"}, "it": {}, "fi": {}, "sv": {}}


@dataclass(frozen=True, slots=True)
class Forms:
    """Written forms and what they stand for: whole words, beginnings of words, and those that need a figure beside."""

    whole: dict[str, float] = field(default_factory=dict)
    beginnings: dict[str, float] = field(default_factory=dict)
    unsure: dict[str, float] = field(default_factory=dict)

    def add(self, form: str, value: float) -> None:
        form = fold(form)
        if form.startswith("~"):
            self.unsure.setdefault(form[1:], value)
        elif form.endswith("*"):
            self.beginnings.setdefault(form[:-1], value)
        else:
            self.whole.setdefault(form, value)

    def get(self, word: str, beside: bool) -> float | None:
        """The value of a folded word; `beside` tells whether a figure stands next to it."""
        if word in self.whole:
            return self.whole[word]
        if beside and word in self.unsure:
            return self.unsure[word]
        fitting = [form for form in self.beginnings if word.startswith(form)]
        return self.beginnings[max(fitting, key=len)] if fitting else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language for numbers, months, seasons and denial."""

    language: str
    numbers: Forms
    months: Forms
    seasons: Forms
    negative: Forms
    only: re.Pattern[str]
    prefix: str

    def number(self, word: str, beside: bool) -> float | None:
        return self.numbers.get(word, beside)

    def month(self, word: str, beside: bool) -> float | None:
        return self.months.get(word, beside)

    def season(self, word: str, beside: bool) -> float | None:
        return self.seasons.get(word, beside)

    def denials(self, text: str, *, prefixed: bool) -> Iterator[tuple[int, int]]:
        """Places where `text` denies; with `prefixed`, verbs whose first syllable does are such places too."""
        plain = text.replace("’", "'")
        spared = [match.span() for match in self.only.finditer(_even(plain))]
        for match in _WORD.finditer(plain):
            for part, begin in _parts(match.group(), match.start()):
                if any(a <= begin < b for a, b in spared):
                    continue
                folded = fold(part)
                if self.negative.get(folded, False) is not None or (prefixed and self._prefixed(folded)):
                    yield begin, match.end()
                    break

    def _prefixed(self, word: str) -> bool:
        rest = word.removeprefix(self.prefix) if self.prefix else word
        if rest == word or len(rest) < 4:
            return False
        return is_known(rest, self.language) and not is_known(word, self.language)


def _parts(word: str, start: int) -> Iterator[tuple[str, int]]:
    """A word, and what stands before and behind its apostrophe: "n'est", "can't"."""
    yield word, start
    at = start
    for part in word.split("'") if "'" in word else ():
        yield part, at
        at += len(part) + 1


def _even(text: str) -> str:
    """Folded where that keeps every letter in its place, so that offsets stay right."""
    return "".join(folded if len(folded := fold(char)) == 1 else char.casefold()[:1] or char for char in text)


@lru_cache(maxsize=8192)
def is_known(word: str, language: str) -> bool:
    """Whether a word is an ordinary one of the language: its lexicon has more to say of it than the word itself.

    Written with a capital, a word that the lexicon lacks is taken for a name, which stands for itself.
    """
    target = "lv" if language == "en" else "en"
    if not path_of(language, target).is_file():
        return False
    units = Lexicon.load(language, target).translate(word.casefold().capitalize())
    itself = ((stem(word.casefold(), target), 1.0),)
    return len(units) == 1 and not (units[0].weight == 1.0 and units[0].targets == itself)


@lru_cache(maxsize=1)
def _file() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / _FILE).read_text(encoding="utf-8"))


@lru_cache(maxsize=32)
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of a language; KeyError for one that is not an official language of the EU."""
    entry = _file()[language]
    numbers = Forms()
    for pair in entry["numbers"].split():
        value, _, forms = pair.partition(":")
        for form in forms.split(","):
            numbers.add(form, float(value))
    _add_compounds(numbers, language)
    negative = Forms()
    for form in entry["not"].split():
        negative.add(form, 1.0)
    phrases = "|".join(re.escape(fold(phrase)) for phrase in entry["only"].split("|"))
    only = re.compile(rf"\b(?:{phrases})\b")
    months, seasons = _ordered(entry["months"]), _ordered(entry["seasons"])
    return Vocabulary(language, numbers, months, seasons, negative, only, entry.get("prefix", ""))


def _ordered(line: str) -> Forms:
    forms = Forms()
    for value, group in enumerate(line.split(), 1):
        for form in group.split(","):
            forms.add(form, float(value))
    return forms


def _add_compounds(numbers: Forms, language: str) -> None:
    """ "achtundzwanzig", "ventotto": tens and units written as one word."""
    if language not in _UNIT_FIRST and language not in _TENS_FIRST:
        return
    by_value: dict[float, list[str]] = {1.0: _ONES.get(language, [])}
    for form, value in [*numbers.whole.items(), *numbers.unsure.items()]:
        by_value.setdefault(value, []).append(form)
    for tens in range(20, 100, 10):
        for unit in range(1, 10):
            for head in [*by_value.get(tens, []), *_IRREGULAR_TENS.get(language, {}).get(tens, "").split()]:
                for tail in by_value.get(unit, []):
                    for link in _UNIT_FIRST.get(language, ("",)):
                        joined = tail + link + head if language in _UNIT_FIRST else head + tail
                        numbers.whole.setdefault(joined, float(tens + unit))
                    if language == "it" and tail[0] in "uo":
                        numbers.whole.setdefault(head[:-1] + tail, float(tens + unit))


_ONES = {"de": ["ein"], "nl": ["een"], "da": ["en"], "sl": ["ena"], "it": ["uno"], "fi": ["yksi"], "sv": ["ett"]}


@lru_cache(maxsize=32)
def own_words(language: str) -> frozenset[str]:
    """The stems of the words that the assistant itself puts around quotations: "the guide says"."""
    section = texts(language).section("answer")
    return frozenset(one for key in ("lead", "not_in_guide") for one in stems(section[key], language))


@lru_cache(maxsize=1)
def setting_apart() -> frozenset[str]:
    """Case-folded words that can stand for a denial without being one: "outside", "except"."""
    return frozenset(_file()["apart"]["any"].casefold().split())


@lru_cache(maxsize=1)
def same_names() -> tuple[frozenset[str], ...]:
    """Groups of folded names that stand for each other."""
    groups = _file()["names"].values()
    return tuple(frozenset(fold(form.strip()) for form in group.split("|")) for group in groups)
