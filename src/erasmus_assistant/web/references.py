"""The numbers of an answer, and the list of its sources below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote as percent

from erasmus_assistant.answer.looks import BULLETS
from erasmus_assistant.records import Quotation
from erasmus_assistant.texts import Texts

Cited = Mapping[int, Sequence[Quotation]]
FEWEST, MOST = 4, 12
"""Words of a quotation that tell a source from another of the same section."""
MANY = 3
"""Sections of one chapter from which on it is named once for all."""
_BEFORE = BULLETS + " \t\u00a0"


def by_tag(quotation: Quotation) -> int:
    return quotation.tag


def cite_html(tag: int, cited: Cited, words: Texts) -> str:
    """The number of a source; a link into the source panel where the source is known."""
    if not tag:
        return ""
    if tag not in cited:
        return f'<span class="cite">{tag}</span>'
    title = escape(words.get("web.source_open", number=tag))
    return f'<a class="cite" href="{source_link(cited[tag])}" role="button" title="{title}">{tag}</a>'


def source_link(quotations: Sequence[Quotation]) -> str:
    """The fragment that opens a passage with its quotations marked: `#source/PASSAGE/12-40,52-80/TAG`."""
    spans = ",".join(f"{one.start}-{one.end}" for one in quotations)
    return f"#source/{percent(quotations[0].passage.id, safe='')}/{spans}/{quotations[0].tag}"


def sources_html(cited: Cited, words: Texts, interface: Texts) -> str:
    """The sources by their sections, in the order of their numbers.

    Where several are of one section, it is named once, and each has the words that it begins with; where many
    sections are of one chapter, that is named once, and each has its own heading.
    """
    chapters = Counter(_chapter(one) for one in {_section(held[0]): held[0] for held in cited.values()}.values())
    groups: dict[tuple[str, str], list[int]] = {}
    for tag, quotations in cited.items():
        first = quotations[0]
        chapter = _chapter(first)
        place = chapter if chapters[chapter] >= MANY and chapter else _section(first)
        groups.setdefault((place, first.passage.language), []).append(tag)
    items = []
    for (place, language), tags in groups.items():
        named = f'<span class="place" lang="{language}">{escape(place)}</span>'
        if len(tags) > 1:
            told = (_told(tag, tags, cited, place) for tag in tags)
            rows = "".join(_row(tag, cited, one, words, interface) for tag, one in zip(tags, told, strict=True))
            items.append(f'<li class="several">{named}<ul>{rows}</ul></li>')
        else:
            items.append(_row(tags[0], cited, named, words, interface))
    title = escape(words.get("web.sources_title"))
    return f'<div class="sources"><p class="label" lang="{words.language}">{title}</p><ul>{"".join(items)}</ul></div>'


def _row(tag: int, cited: Cited, told: str, words: Texts, interface: Texts) -> str:
    return f"<li>{cite_html(tag, cited, interface)}<div>{told}</div>{_official(cited[tag][0], words)}</li>"


def _told(tag: int, tags: Sequence[int], cited: Cited, place: str) -> str:
    """What tells a source from the others under one name: its heading, the words that it begins with, or both."""
    section = _section(cited[tag][0])
    same = [other for other in tags if _section(cited[other][0]) == section]
    heading = "" if section == place else _heading(cited[tag][0])
    return heading + (f" {_begins(tag, same, cited)}" if len(same) > 1 else "")


def _begins(tag: int, tags: Sequence[int], cited: Cited) -> str:
    """The first words of a source, as against the others of its section."""
    first = cited[tag][0]
    opening = beginning(first.quote, [cited[other][0].quote for other in tags if other != tag])
    return f'<span class="begins" lang="{first.passage.language}">{escape(opening)}</span>'


def beginning(quote: str, others: Sequence[str]) -> str:
    """The first words of a quotation, as many as tell it from the others, FEWEST to MOST."""
    own = _words(quote)
    size = next((n for n in range(FEWEST, MOST) if all(own[:n] != _words(one)[:n] for one in others)), MOST)
    return " ".join(own[:size]).rstrip(".,;:") + ("…" if len(own) > size else "")


def _words(quote: str) -> list[str]:
    return quote.lstrip(_BEFORE).split()


def _section(quotation: Quotation) -> str:
    """Where a quotation stands: its headings, its edition, its page."""
    passage = quotation.passage
    return _place(quotation, passage.heading_path) + (f", {passage.page}" if passage.page else "")


def _chapter(quotation: Quotation) -> str:
    """The headings above that of a quotation, and its edition; nothing for one without."""
    above = quotation.passage.heading_path[:-1]
    return _place(quotation, above) if above else ""


def _place(quotation: Quotation, headings: tuple[str, ...]) -> str:
    passage = quotation.passage
    path = " › ".join(headings) or quotation.title or passage.document
    return path + (f" ({passage.year})" if passage.year and str(passage.year) not in path else "")


def _heading(quotation: Quotation) -> str:
    passage = quotation.passage
    page = f", {passage.page}" if passage.page else ""
    return f'<span class="place" lang="{passage.language}">{escape(passage.heading_path[-1] + page)}</span>'


def _official(quotation: Quotation, words: Texts) -> str:
    if not quotation.url.startswith(("http://", "https://")):
        return ""
    label = escape(words.get("web.official_page_link"))
    return (
        f'<a class="official" href="{escape(quotation.url)}" target="_blank" rel="noopener noreferrer"'
        f' lang="{words.language}">{label}</a>'
    )
