"""Proper names in a sentence of a language model, and whether the cited passages hold them, in any language's form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from erasmus_assistant.answer.sources import Source
from erasmus_assistant.answer.vocabulary import is_known, own_words, same_names, vocabulary
from erasmus_assistant.search.lexicon import COMPOUNDING
from erasmus_assistant.search.query import translate
from erasmus_assistant.search.tokens import fold, spans, stem, words

_RARE = 0.6
_FUNCTION_WORD = 0.3
_OPENING = re.compile(r"(?:^|[:.!?…\n])[\s\"'“„«(*>–—-]*$")
_LIKELY = 0.4
_NEAR = 3
_SHORTEST_RELATIVE = 4
_LONGEST_ENDING = 5
# In German every noun has a capital, and the lexicon knows these as it knows nouns.
_GERMAN_PLACES = (
    "deutsch österreich schweiz lettland riga litauen vilnius estland tallinn polen warschau frankreich franzö paris "
    "italien rom spanien madrid portugal lissabon belgien brüssel niederland amsterdam luxemburg dänemark kopenhagen "
    "schwed stockholm finnland finn helsinki irland dublin griechenland athen bulgarien sofia rumän bukarest "
    "ungarn budapest tschech prag slowak bratislava slowen ljubljana kroat zagreb malta valletta zypern nikosia "
    "norweg oslo island liechtenstein türkei serb nordmazedon russ russland moskau ukrain kiew albanien bosnien "
    "montenegro kosovo großbritannien london england amerika usa china japan indien afrika asien berlin wien münchen"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A word that is part of a proper name, and its place."""

    word: str
    start: int
    end: int


def unsupported_names(text: str, language: str, sources: Sequence[Source]) -> list[str]:
    """The proper names of `text` that none of the sources holds."""
    known = _group_spans(text, sources)
    found = []
    for run in _runs(text, list(names_in(text, language))):
        waiting = [name for name in run if not any(a <= name.start < b for a, b in known)]
        if waiting and not any(_holds(source, waiting, language) for source in sources):
            found.append(" ".join(name.word for name in waiting))
    return found


def _runs(text: str, names: list[Name]) -> list[list[Name]]:
    """Names that stand side by side ("Joint Research Centre") belong together."""
    runs: list[list[Name]] = []
    for name in names:
        if runs and text[runs[-1][-1].end : name.start] in (" ", "-"):
            runs[-1].append(name)
        else:
            runs.append([name])
    return runs


def names_in(text: str, language: str) -> Iterator[Name]:
    """Words that are, or may be, proper names."""
    before = -1
    for word, start, end in spans(text):
        if word.isdigit() or not any(char.isalpha() for char in word):
            continue
        shaped = _inner_capitals(word) or any(char.isdigit() for char in word)
        if shaped or (word[0].isupper() and _is_name(text, word, start, language)):
            yield Name(word, start, end)
            before = end
        elif start == before + 1 and _goes_on(text, word, start, language):
            yield Name(word, start, end)


def _inner_capitals(word: str) -> bool:
    return len(word) > 1 and any(char.isupper() for char in word[1:])


def _ordinary(text: str, word: str, start: int, language: str) -> bool:
    """Whether the capital may come from the place in the sentence, or from the habits of German."""
    if language == "de":
        place = any(fold(word).startswith(fold(place)) for place in _GERMAN_PLACES.split())
        return not place and (is_known(word, "de") or _compound(word, "de"))
    if not _OPENING.search(text[:start]):
        return False
    if stem(word.casefold(), language) in own_words(language):
        return True
    weight = _weight(word, language)
    return weight is not None and weight < _RARE


def _weight(word: str, language: str) -> float | None:
    """How rare an ordinary word is, 0 to 1; None for a word that the language's lexicon does not know."""
    if not is_known(word.casefold(), language):
        return None
    units = translate(word.casefold(), language, "lv" if language == "en" else "en")
    return max((unit.weight for unit in units), default=None)


def _is_name(text: str, word: str, start: int, language: str) -> bool:
    if _ordinary(text, word, start, language) or vocabulary(language).number(fold(word), False) is not None:
        return False
    weight = _weight(word, language)
    return weight is None or weight >= _FUNCTION_WORD


def _goes_on(text: str, word: str, start: int, language: str) -> bool:
    """Whether a word without a capital belongs to the name before it, as in "Европейският парламент"."""
    if language in ("en", "de") or text[start - 1] != " ":
        return False
    weight = _weight(word, language)
    return weight is not None and weight >= _RARE


@lru_cache(maxsize=4096)
def _compound(word: str, language: str) -> bool:
    """Whether the word is made of two that the lexicon knows."""
    if language not in COMPOUNDING:
        return False
    text = word.casefold()
    for cut in range(4, len(text) - 3):
        head = text[:cut]
        if is_known(text[cut:], language) and any(
            is_known(head.removesuffix(link), language) for link in ("", "s", "n")
        ):
            return True
    return False


def _holds(source: Source, run: list[Name], language: str) -> bool:
    """Whether the source has every word of a name; a doubtful translation counts only beside a sure one."""
    sure, doubtful = [], []
    for name in run:
        folded = fold(name.word)
        if any(_same_word(folded, held) for held in (*source.folded, *_title(source))):
            sure += [number for number, held in enumerate(source.words) if _same_word(folded, held.folded)]
        elif any(char.isdigit() for char in name.word):
            return False
        else:
            units = translate(f"x {name.word}", language, source.language)[1:]
            if places := [number for unit in units for number in source.find(unit, _LIKELY)]:
                sure += places
            elif language == source.language:
                return False
            else:
                doubtful.append({number for unit in units for number in source.find(unit)})
    return all(any(0 < abs(n - held) <= _NEAR for n in places for held in sure) for places in doubtful)


@lru_cache(maxsize=256)
def _title_words(title: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words(title))


def _title(source: Source) -> frozenset[str]:
    return _title_words(source.title)


def _same_word(one: str, other: str) -> bool:
    """Whether two folded words differ by an ending at most."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_RELATIVE and long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING


def _group_spans(text: str, sources: Sequence[Source]) -> list[tuple[int, int]]:
    """Places of names in `text` that the sources hold in another form ("Key Action" and "pamatpasākums")."""
    places = [(fold(word), start, end) for word, start, end in spans(text)]
    joined = [f" {' '.join(word.folded for word in source.words)} " for source in sources]
    found: list[tuple[int, int]] = []
    for group in same_names():
        if not any(_stands_in(form, line) for form in group for line in joined):
            continue
        for form in group:
            found += _places_of(form.split(), places)
    return found


def _stands_in(form: str, line: str) -> bool:
    """Short forms are abbreviations and must be whole words; long ones may have another ending."""
    return f" {form} " in line if len(form) <= _SHORTEST_RELATIVE else f" {form}" in line


def _places_of(form: list[str], places: list[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    size = len(form)
    for at in range(len(places) - size + 1):
        window = [word for word, _, _ in places[at : at + size]]
        if all(_fits(wanted, word) for wanted, word in zip(form, window, strict=True)):
            yield places[at][1], places[at + size - 1][2]


def _fits(wanted: str, word: str) -> bool:
    if len(wanted) <= 3:
        return word == wanted or (word.startswith(wanted) and word[len(wanted) :].isdigit())
    return word.startswith(wanted[: max(4, len(wanted) - 2)])
