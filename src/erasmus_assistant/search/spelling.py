"""Misspelt names of the guide, such as "EPLAE": the encoder knows only how they are really written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from erasmus_assistant.search.query import edits
from erasmus_assistant.search.tokens import fold, spans

_SHORTEST, _LONG = 4, 9
"""Letters from which on a word is looked at, and from which on it may have two slips."""


@dataclass(frozen=True, slots=True)
class Respelt:
    """A question with its misspelt names put right, and what was read as what, in order."""

    text: str
    read_as: tuple[tuple[str, str], ...] = ()


def respelt(text: str, names: Collection[str], known: Callable[[str], bool], written: Callable[[str], str]) -> Respelt:
    """The text with each word replaced that is no word, by the one name that it is a slip or two away from.

    `names` are folded; `known` tells whether a word stands in a dictionary or the guide, `written` how a name is
    written in the guide.
    """
    parts, read_as, at = [], [], 0
    for word, start, end in spans(text):
        name = _meant(fold(word), names)
        if name is not None and not known(word):
            parts += [text[at:start], written(name)]
            read_as.append((word, written(name)))
            at = end
    return Respelt("".join([*parts, text[at:]]), tuple(read_as)) if parts else Respelt(text)


def _meant(folded: str, names: Collection[str]) -> str | None:
    """The one name that is nearest to a word; none for a name itself, with an ending or without."""
    if len(folded) < _SHORTEST or not folded.isalpha() or any(folded.startswith(name) for name in names):
        return None
    most = 2 if len(folded) >= _LONG else 1
    near = [(edits(folded, name, most), name) for name in names if abs(len(folded) - len(name)) <= most]
    close = sorted(pair for pair in near if pair[0] <= most)
    return close[0][1] if close and (len(close) == 1 or close[0][0] < close[1][0]) else None
