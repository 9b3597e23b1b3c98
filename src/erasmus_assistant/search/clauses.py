"""A question in pieces: a long or compared one asks several things, each of which another sentence may answer."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from erasmus_assistant.search.tokens import fold, spans

FILE = Path(__file__).parent / "connectives.toml"
_SHORTEST = 3
"""Fewer words than this go with the clause that follows them."""
_MOST = 8
_STOPS = frozenset(",;:.!?\u037e\n()–—")


@lru_cache(maxsize=256)
def clauses(text: str, language: str) -> tuple[str, ...]:
    """The clauses of a text in order, the last ones of many; the text itself where it is one.

    They end at a stop, and before a word for "or" and "and".
    """
    found = list(spans(text))
    if len(found) < 2 * _SHORTEST:
        return (text,)
    joining = connectives(language)
    starts = [0]
    for at, ((_, _, end), (word, start, _)) in enumerate(pairwise(found), 1):
        if (fold(word) in joining or not _STOPS.isdisjoint(text[end:start])) and at - starts[-1] >= _SHORTEST:
            starts.append(at)
    if len(starts) > 1 and len(found) - starts[-1] < _SHORTEST:
        starts.pop()
    bounds = [*(found[at][1] for at in starts), len(text)]
    pieces = tuple(text[start:end].strip() for start, end in pairwise(bounds))
    return pieces[-_MOST:] if len(pieces) > 1 else (text,)


@lru_cache(maxsize=32)
def connectives(language: str) -> frozenset[str]:
    """The words for "or" and "and" in a language, folded."""
    return frozenset(fold(word) for word in _connectives().get(language, ()))


@lru_cache(maxsize=1)
def _connectives() -> dict[str, list[str]]:
    return tomllib.loads(FILE.read_text("utf-8"))
