"""Citation precision and recall as in ALCE (Gao et al. 2023), with words in the place of its NLI model.

ALCE asks of each statement whether its cited passages together entail it (recall), and of each
citation whether it is needed: it supports the statement alone, or the others don't without it
(precision). The assistant quotes, so "entails" can be read off: a statement is supported when it
holds the whole of a cited quotation, or when its own words nearly all stand in what it cites.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WORDS_COVERED = 0.8
_TAG = re.compile(r"\[(\d{1,3})\]")
_TAGGED = re.compile(r"\[\d{1,3}\]\s*$")
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])((?:\s*\[\d{1,3}\])*)\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or line of an answer, without its tags, and the tags."""

    text: str
    tags: tuple[int, ...]


def statements(text: str, *, framed: bool) -> list[Statement]:
    """The statements of an answer.

    With `framed`, lines without a tag are the fixed words around quotations and state nothing, and
    a line is one statement; otherwise every sentence is one, and a line that ends in a colon or is
    a heading introduces the next.
    """
    found = []
    for line in _lines(text):
        for piece in [line] if framed else _SENTENCE_END.sub(r"\1\n", line).split("\n"):
            tags = tuple(dict.fromkeys(int(tag) for tag in _TAG.findall(piece)))
            plain = _TAG.sub(" ", piece).strip()
            if tags or not (framed or plain.endswith(":") or plain.startswith("#") or not _WORD.search(plain)):
                found.append(Statement(plain, tags))
    return found


def _lines(text: str) -> list[str]:
    """The lines that say something; those of one quotation, up to its tag, as one."""
    lines: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith(">") and lines and lines[-1].startswith(">") and not _TAGGED.search(lines[-1]):
            lines[-1] += " " + line.lstrip("> ")
        else:
            lines.append(line)
    return lines


def supported(statement: str, quotes: Sequence[str]) -> bool:
    """Whether the quotes hold what the statement says."""
    if any(quote and _squeezed(quote) in _squeezed(statement) for quote in quotes):
        return True
    words = _words(statement)
    known = {word for quote in quotes for word in _words(quote)}
    return bool(words and known) and sum(word in known for word in words) / len(words) >= WORDS_COVERED


def citation_scores(found: Sequence[Statement], quotes: Mapping[int, str]) -> tuple[float | None, float | None]:
    """(precision over citations, recall over statements); a tag without a quotation counts against both."""
    needed: list[bool] = []
    upheld: list[bool] = []
    for statement in found:
        cited = [quotes.get(tag, "") for tag in statement.tags]
        together = supported(statement.text, cited)
        upheld.append(together)
        needed.extend(together and _needed(statement.text, cited, at) for at in range(len(cited)))
    precision = sum(needed) / len(needed) if needed else None
    return precision, sum(upheld) / len(upheld) if upheld else None


def _needed(statement: str, cited: Sequence[str], at: int) -> bool:
    rest = [quote for place, quote in enumerate(cited) if place != at]
    return supported(statement, [cited[at]]) or not supported(statement, rest)


def _squeezed(text: str) -> str:
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
