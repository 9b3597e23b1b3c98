"""How a sentence looks, whatever is asked: a link or a figure in it, an item of a list, leaning on the one before."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from erasmus_assistant.answer.leaning import leans_back
from erasmus_assistant.search.features import ENUMERATION, LINK, holds_figure

BULLETS = "•●▪◦‣·*–—-"


class Look(NamedTuple):
    """How a sentence looks; `figure` counts digits alone, `listed` tells that it is or holds a part of a list."""

    item: bool
    lead_in: bool
    leans: bool
    link: bool
    figure: bool
    listed: bool
    length: float


@lru_cache(maxsize=4096)
def look(sentence: str, language: str) -> Look:
    """The look of a sentence of a passage in `language`; remembered, for the same are asked for again and again."""
    item, lead_in = sentence[0] in BULLETS, sentence.endswith(":")
    return Look(
        item,
        lead_in,
        leans_back(sentence, language),
        LINK.search(sentence) is not None,
        holds_figure(sentence, frozenset(), language),
        item or lead_in or ENUMERATION.search(sentence) is not None,
        min(2.0, len(sentence) / 200),
    )
