"""The conversation as the browser keeps it: read with care, since it comes back from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from erasmus_assistant.records import Turn
from erasmus_assistant.web.offers import offered

TURNS = 40
SIZE = 200_000
_CONTEXT = 2_000
"""Characters of an answer kept as words: enough for the longest list of headings, whose places may be named."""
_LONGEST = 100_000
_NAME = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer: as HTML for the chat, as words for what is asked next."""

    question: str
    html: str
    said: str
    next: str = ""

    @property
    def turns(self) -> tuple[Turn, Turn]:
        return Turn("user", self.question), Turn("assistant", self.said)


def read(kept: object) -> list[Exchange]:
    """The exchanges of what the browser sent; whatever is not one is left out."""
    if not isinstance(kept, list):
        return []
    found = [_exchange(row) for row in kept[-TURNS:]]
    return [exchange for exchange in found if exchange is not None]


def written(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """What the browser keeps: the latest exchanges, within TURNS and SIZE characters."""
    rows: list[dict[str, Any]] = []
    size = 0
    for exchange in reversed(exchanges[-TURNS:]):
        row = asdict(exchange)
        size += len(json.dumps(row, ensure_ascii=False))
        if size > SIZE and rows:
            break
        rows.insert(0, row)
    return rows


def name_of(sent: object) -> str:
    """The random name that a conversation was given where it is held; "" for what is none."""
    return sent if isinstance(sent, str) and _NAME.fullmatch(sent) else ""


def context(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The turns that the next question may lean on: those about the guide, of which something was said."""
    return tuple(turn for exchange in [one for one in exchanges if one.said][-3:] for turn in exchange.turns)


def known(exchanges: Sequence[Exchange]) -> list[str]:
    """The questions that were asked, and those that were offered."""
    return [question for one in exchanges for question in (one.question, *offered(one.next))]


def exchange_of(question: str, html: str, said: str, following: str = "") -> Exchange:
    return Exchange(question, html, said[:_CONTEXT], following)


def _exchange(row: object) -> Exchange | None:
    if not isinstance(row, dict):
        return None
    parts = [row.get(name) for name in ("question", "html", "said", "next")]
    texts = [_text(part) for part in parts if isinstance(part, str) and len(part) <= _LONGEST]
    return Exchange(*texts) if len(texts) == 4 else None


def _text(part: str) -> str:
    """Without lone surrogates, which no reply could carry."""
    return part.encode("utf-8", "ignore").decode("utf-8")
