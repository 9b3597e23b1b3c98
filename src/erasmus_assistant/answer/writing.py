"""Quotations -> what the person reads: a few words in their language around the guide's own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from erasmus_assistant.records import Quotation
from erasmus_assistant.texts import texts

BETWEEN = " · "
BULLET = "- "
"""Opens a heading in an overview."""


def answered(quotations: Sequence[Quotation], language: str, sides: bool) -> list[str]:
    """The paragraphs of an answer; with `sides`, each section under its heading."""
    parts = [_lead("answer.lead", quotations, language)]
    for path, group in groupby(quotations, key=lambda one: one.passage.heading_path):
        if sides and path:
            parts.append(f"**{path[-1]}**")
        parts += [block(quotation) for quotation in group]
    return parts


def overview(headings: Sequence[Quotation], language: str) -> list[str]:
    """The paragraphs of an answer made of headings: lists, each under the heading of its chapter."""
    parts = [_lead("answer.overview", headings, language)]
    for chapter, group in groupby(headings, key=_above):
        parts += [f"**{chapter}**"] if chapter else []
        parts.append("\n".join(f"{BULLET}{' '.join(one.quote.split())} [{one.tag}]" for one in group))
    return parts


def _above(heading: Quotation) -> str:
    """The heading above a quoted one."""
    path = heading.passage.heading_path
    title = " ".join(heading.quote.split())
    return path[path.index(title) - 1] if title in path[1:] else ""


def _lead(key: str, quotations: Sequence[Quotation], language: str) -> str:
    """What opens an answer; it names the language of the quotations where that is another one."""
    words = texts(language)
    quoted = quotations[0].passage.language
    if quoted == language:
        return words.get(key)
    return words.get(f"{key}_other_language", language=words.language_name(quoted))


def not_in_guide(nearest: Sequence[Quotation], turn_to: str, page: str, language: str) -> list[str]:
    """The paragraphs that say that no answer was found, what the guide does say nearby, and where to turn.

    With something near, it does not deny outright: now and then the nearest section holds the answer.
    `turn_to` is the address of the National Agencies, `page` the official page where that does not fit the reader.
    """
    words = texts(language)
    if nearest:
        parts = [words.get("answer.not_sure")]
        path = nearest[0].passage.heading_path
        parts.append(words.get("answer.nearest", heading=path[-1] if path else nearest[0].title))
        parts += [block(quotation) for quotation in nearest]
    else:
        parts = [words.get("answer.not_in_guide"), words.get("answer.nothing_near")]
    key = "turn_to_page" if page else "turn_to" if turn_to else "turn_to_agency"
    parts.append(words.get(f"answer.{key}", link=BETWEEN.join(filter(None, (page, turn_to)))))
    return parts


def block(quotation: Quotation) -> str:
    """A quotation as a Markdown block with its tag behind it."""
    lines = [line.strip() for line in quotation.quote.splitlines() if line.strip()]
    quoted = "\n".join("> " + line + ("  " if number < len(lines) - 1 else "") for number, line in enumerate(lines))
    return f"{quoted} [{quotation.tag}]"
