"""Misspelt names of the guide, such as "EPLAE": the encoder knows only how they are really written.

Slips are counted in halves: two letters that languages write for each other, or a letter written twice or once,
are half a slip; any other letter too many, too few or wrong, and two that have changed places, are a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from erasmus_assistant.search.tokens import fold, spans

HALF, _WHOLE, FAR = 1, 2, 5
_SHORTEST, _SHORT, _MIDDLING, _LONG = 4, 6, 8, 9
"""Letters from which on a word is looked at; below which each letter tells; from which on a name may be written
apart and have one slip and a half, and from which on two."""
_INFLECTED, _TAIL = 7, 3
"""Letters from which on a misspelt name may have an ending, and how long that may be."""
_VOWELS = frozenset("aeiouy")
_ALIKE = frozenset((one, other) for group in ("ckq", "csz", "ijy", "uvw") for one in group for other in group)
_CLASSES = str.maketrans("kqszjyw", "cccciiv")
_HYPHENS = frozenset("-‐‑–")

Ordinary = Callable[[str, str, int], bool]
"""Tells of a word, the name near it and the half slips between the two whether to leave the word as it stands."""


@dataclass(frozen=True, slots=True)
class Respelt:
    """A question with its misspelt names put right, and what was read as what, in order."""

    text: str
    read_as: tuple[tuple[str, str], ...] = ()


def respelt(text: str, names: frozenset[str], ordinary: Ordinary, written: Callable[[str], str]) -> Respelt:
    """The text with each word, or two that make one, replaced by the one name that they are a slip or so away from.

    `names` are folded; `ordinary` tells whether a word is one in its own right, or the name no more than a word;
    `written` how a name is written in the guide.
    """
    parts, read_as, at = [], [], 0
    for start, end, name in _meant(text, names, ordinary):
        parts += [text[at:start], written(name)]
        read_as.append((text[start:end], written(name)))
        at = end
    return Respelt("".join([*parts, text[at:]]), tuple(read_as)) if parts else Respelt(text)


def _meant(text: str, names: frozenset[str], ordinary: Ordinary) -> Iterator[tuple[int, int, str]]:
    """Where a name is meant that isn't written there, and which."""
    words = [(fold(word), start, end) for word, start, end in spans(text)]
    done = 0
    for (folded, start, end), following in zip(words, [*words[1:], None], strict=False):
        if start < done:
            continue
        if following and (joined := _apart(text, (folded, end), following, names, ordinary)):
            done = following[2]
            yield start, done, joined
            continue
        name, slips = nearest(folded, names)
        if name and not ordinary(text[start:end], name, slips):
            yield start, end, name


def _apart(
    text: str, first: tuple[str, int], second: tuple[str, int, int], names: frozenset[str], ordinary: Ordinary
) -> str:
    """The name that two words make: with a hyphen between them any, with a space a long one without a slip."""
    (one, end), (other, start, _) = first, second
    between, joined = text[end:start], one + other
    hyphened = between in _HYPHENS
    if not (hyphened or between.isspace()):
        return ""
    cuts = (joined[: len(joined) - cut] for cut in range(_TAIL + 1))
    name, slips = next((cut for cut in cuts if cut in names), ""), HALF
    if hyphened and not name:
        name, slips = nearest(joined, names)
    if not name or not (hyphened or len(name) >= _MIDDLING) or _bears(one, names) or _bears(other, names):
        return ""
    return "" if ordinary(joined, name, slips) else name


def _bears(folded: str, names: Collection[str]) -> bool:
    return any(folded[:end] in names for end in range(1, len(folded) + 1))


@lru_cache(maxsize=8192)
def nearest(folded: str, names: frozenset[str]) -> tuple[str, int]:
    """The one name that is nearest to a folded word, and the half slips between them.

    "" where there is none, or more than one, and for a name itself, with an ending or without.
    """
    if len(folded) < _SHORTEST or not folded.isalpha() or _bears(folded, names):
        return "", 0
    close = sorted((slips, name) for name in _near(folded, names) if (slips := _slips(folded, name)) < FAR)
    if not close or (len(close) > 1 and close[0][0] == close[1][0]):
        return "", 0
    return close[0][1], close[0][0]


def _near(word: str, names: frozenset[str]) -> Iterator[str]:
    """The names of about the length and letters of a word: a guide may have thousands, and a question many words."""
    held = _letters(word)
    for length in range(len(word) - _TAIL - 2, len(word) + 3):
        if len(word) <= length + 2 + (_TAIL if length >= _INFLECTED else 0):
            # A last vowel may have given way to an ending.
            most = _allowed(length, len(word)) // _WHOLE + 1
            more = most + max(0, len(word) - length)
            for name, letters in _by_length(names).get(length, ()):
                if len(letters - held) > most or len(held - letters) > more:
                    continue
                if length >= _MIDDLING or _begins(word, name):
                    yield name


@lru_cache(maxsize=4)
def _by_length(names: frozenset[str]) -> dict[int, list[tuple[str, frozenset[str]]]]:
    """The names of each length with their letters."""
    found: dict[int, list[tuple[str, frozenset[str]]]] = {}
    for name in sorted(names):
        found.setdefault(len(name), []).append((name, _letters(name)))
    return found


def _allowed(one: int, other: int) -> int:
    """Half slips that words of these lengths may have."""
    length = min(one, other)
    return _WHOLE + (length >= _MIDDLING) + (length >= _LONG)


def _slips(word: str, name: str) -> int:
    """Half slips between a word and a name, or FAR where there are more than are allowed."""
    most = _allowed(len(word), len(name))
    if _WHOLE * len(_letters(name) - _letters(word) - {name[-1]}) > most:
        return FAR
    if len(name) < _SHORT and not _same_letters(word, name):
        return FAR
    slips = _WHOLE if _exchanged(word, name) else _distance(word, name, most)
    return slips if slips <= most else FAR


@lru_cache(maxsize=8192)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word.translate(_CLASSES))


def _begins(word: str, name: str) -> bool:
    """Whether a word begins as a name does, or with its first two letters exchanged: few slip in the first letter."""
    return _cost(word[0], name[0]) < _WHOLE or (word[:2] == name[1::-1] and len(word) == len(name))


def _same_letters(word: str, name: str) -> bool:
    """Whether a short word can be a name at all: one more letter or another would make it another acronym."""
    return sorted(word) == sorted(name) if len(name) == _SHORTEST else _letters(word) == _letters(name)


def _exchanged(word: str, name: str) -> bool:
    """Whether two letters of a word have changed places."""
    if sorted(word) != sorted(name):
        return False
    return sum(one != other for one, other in zip(word, name, strict=True)) == 2


def _distance(word: str, name: str, most: int) -> int:
    """Half slips by optimal string alignment (Damerau 1964), an ending being half a one; more than `most` will do."""
    earlier: list[int] = []
    before = _first(name)
    found = [FAR]
    for at, char in enumerate(word):
        row = [before[0] + _WHOLE]
        for place, against in enumerate(name):
            least = min(
                before[place] + _cost(char, against),
                before[place + 1] + _missing(word, at),
                row[-1] + _missing(name, place),
            )
            if at and place and char == name[place - 1] and word[at - 1] == against:
                least = min(least, earlier[place - 1] + _WHOLE)
            row.append(least)
        if len(name) >= _INFLECTED and 0 < len(word) - at - 1 <= _TAIL:
            found += _before_ending(row, char, name)
        if min(row) > most and min(before) > most:
            return min(found)
        earlier, before = before, row
    return min(before[-1], *found)


def _first(name: str) -> list[int]:
    row = [0]
    for place in range(len(name)):
        row.append(row[-1] + _missing(name, place))
    return row


def _before_ending(row: list[int], char: str, name: str) -> list[int]:
    """Half slips where an ending follows on `char`: on the whole of a name, or in place of its last vowel."""
    whole = [row[-1] + HALF] if char == name[-1] else []
    cut = [row[-2] + HALF] if name[-1] in _VOWELS and _cost(char, name[-2]) < _WHOLE else []
    return whole + cut


def _cost(one: str, other: str) -> int:
    return 0 if one == other else HALF if (one, other) in _ALIKE else _WHOLE


def _missing(word: str, at: int) -> int:
    """What it costs that a letter of one word isn't in the other: little beside one that sounds like it."""
    return HALF if at and _cost(word[at], word[at - 1]) < _WHOLE else _WHOLE
