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
    """The sources in the order of their numbers; those of one section with the words that each begins with."""
    places = {tag: _place(quotations[0]) for tag, quotations in cited.items()}
    shared = {place for place, count in Counter(places.values()).items() if count > 1}
    items = []
    for tag, quotations in cited.items():
        language = quotations[0].passage.language
        named = f'<span class="place" lang="{language}">{escape(places[tag])}</span>'
        if places[tag] in shared:
            others = [cited[one][0].quote for one, place in places.items() if place == places[tag] and one != tag]
            opening = escape(beginning(quotations[0].quote, others))
            named += f' <span class="begins" lang="{language}">{opening}</span>'
        items.append(f"<li>{cite_html(tag, cited, interface)}<div>{named}</div>{_official(quotations[0], words)}</li>")
    title = escape(words.get("web.sources_title"))
    return f'<div class="sources"><p class="label" lang="{words.language}">{title}</p><ul>{"".join(items)}</ul></div>'


def beginning(quote: str, others: Sequence[str]) -> str:
    """The first words of a quotation, as many as tell it from the others, FEWEST to MOST."""
    own = _words(quote)
    size = next((n for n in range(FEWEST, MOST) if all(own[:n] != _words(one)[:n] for one in others)), MOST)
    return " ".join(own[:size]).rstrip(".,;:") + ("…" if len(own) > size else "")


def _words(quote: str) -> list[str]:
    return quote.lstrip(_BEFORE).split()


def _place(quotation: Quotation) -> str:
    """Where a quotation stands: its headings, its edition, its page."""
    passage = quotation.passage
    path = " › ".join(passage.heading_path) or quotation.title or passage.document
    edition = f" ({passage.year})" if passage.year and str(passage.year) not in path else ""
    page = f", {passage.page}" if passage.page else ""
    return path + edition + page


def _official(quotation: Quotation, words: Texts) -> str:
    if not quotation.url.startswith(("http://", "https://")):
        return ""
    label = escape(words.get("web.official_page_link"))
    return (
        f'<a class="official" href="{escape(quotation.url)}" target="_blank" rel="noopener noreferrer"'
        f' lang="{words.language}">{label}</a>'
    )
