"""Whether a sentence of a language model is backed by the passages that it cites, in plain code.

A sentence stays only if it has the tag of a passage that was shown, its quotations stand there,
and so do its addresses, figures, dates and proper names, in whatever language's form; if it does
not deny what the guide says, nor affirm what it denies; and if most of what it says by weight has
a counterpart there. Anything else is removed, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from erasmus_assistant.answer import support
from erasmus_assistant.answer.figures import ADDRESS
from erasmus_assistant.answer.names import unsupported_names
from erasmus_assistant.answer.reply import Sentence
from erasmus_assistant.answer.sources import Source, plain_address
from erasmus_assistant.answer.verbatim import Found, locate
from erasmus_assistant.search.tokens import words

_NAME_OF_WORDS = 3
_LEAK = 6
_MARKUP = re.compile(r"</?[a-z!?]|\]\(|javascript:|data:|[<>]", re.IGNORECASE)
_EMPHASIS = re.compile(r"[*`#|\\~]+|(?<!\w)_+|_+(?!\w)")
_HIDDEN = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Reason(StrEnum):
    """Why a sentence was removed."""

    UNTAGGED = "untagged"
    QUESTION = "question"
    LEAK = "leak"
    MARKUP = "markup"
    QUOTATION = "quotation"
    ADDRESS = "address"
    FIGURE = "figure"
    NAME = "name"
    DENIAL = "denial"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence that stays: pieces of text and places in the sources, in order, and what it cites.

    `citations` are the places that back it, one at least for each source; `quotes` tells whether it
    gives the guide's own words.
    """

    pieces: tuple[str | Found, ...]
    citations: tuple[Found, ...]
    lead: str
    quotes: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence that goes, why, and what in it was at fault."""

    sentence: Sentence
    reason: Reason
    fault: str = ""


def check(sentence: Sentence, shown: Mapping[int, Source], language: str, instructions: str = "") -> Checked | Removed:
    """The sentence with its quotations made exact, or the reason why it can't stay.

    `shown` are the passages by tag, `language` is the person's, `instructions` what must not be repeated.
    """
    sources = [shown[tag] for tag in sentence.tags if tag in shown]
    if not sources:
        return Removed(sentence, Reason.UNTAGGED)
    if not sentence.parts[-1].quoted and sentence.text.endswith(("?", "\u037e")):
        return Removed(sentence, Reason.QUESTION)
    if leaks(sentence.text, instructions):
        return Removed(sentence, Reason.LEAK)
    pieces: list[str | Found] = []
    for part in sentence.parts:
        found = locate(part.text, sources) if part.quoted else []
        if found:
            pieces += _with_gaps(found)
        elif part.quoted and (part.sure or len(words(part.text)) > _NAME_OF_WORDS):
            return Removed(sentence, Reason.QUOTATION, part.text)
        elif _MARKUP.search(part.text):
            return Removed(sentence, Reason.MARKUP, part.text)
        else:
            pieces.append(_clean(f"“{part.text}”" if part.quoted else part.text))
    return _judged(sentence, pieces, sources, language)


def _with_gaps(found: Sequence[Found]) -> list[str | Found]:
    pieces: list[str | Found] = [found[0]]
    for one in found[1:]:
        pieces += [" … ", one]
    return pieces


def _judged(
    sentence: Sentence, pieces: list[str | Found], sources: Sequence[Source], language: str
) -> Checked | Removed:
    frame = " ".join(piece if isinstance(piece, str) else "\u2026" for piece in pieces)
    quoted = [piece for piece in pieces if isinstance(piece, Found)]
    addresses = list(ADDRESS.finditer(frame))
    for match in addresses:
        if not any(plain_address(match.group()) in source.addresses for source in sources):
            return Removed(sentence, Reason.ADDRESS, match.group())
    frame = ADDRESS.sub(" ", frame)
    backing = support.weigh(frame, language, sources, quoted, len(addresses))
    if fault := support.unsupported_figure(frame, language, sources, backing):
        return Removed(sentence, Reason.FIGURE, fault)
    if names := unsupported_names(frame, language, sources):
        return Removed(sentence, Reason.NAME, ", ".join(names))
    if support.turned(frame, language, backing, quoted):
        return Removed(sentence, Reason.DENIAL)
    if not backing.enough:
        return Removed(sentence, Reason.SUPPORT, f"{backing.share:.2f}")
    citations = support.citations(backing, quoted)
    if not citations:
        return Removed(sentence, Reason.SUPPORT, "no place")
    long = any(len(words(one.text)) >= _NAME_OF_WORDS for one in quoted)
    return Checked(tuple(pieces), tuple(citations), sentence.lead, long)


def leaks(text: str, instructions: str) -> bool:
    """Whether six words in a row are those of the instructions."""
    said, held = words(text), words(instructions)
    runs = {tuple(held[at : at + _LEAK]) for at in range(len(held) - _LEAK + 1)}
    return any(tuple(said[at : at + _LEAK]) in runs for at in range(len(said) - _LEAK + 1))


def _clean(text: str) -> str:
    """Words of the model without Markdown marks and hidden characters."""
    return re.sub(r"\s+", " ", _EMPHASIS.sub("", _HIDDEN.sub("", text)))
