"""Excerpts -> quotations with numbers, each checked to be the exact characters of its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote as percent

from erasmus_assistant.answer.looks import BULLETS
from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.records import Document, Passage, Quotation

_FRAGMENT_WORDS = 5


def cite(excerpts: Iterable[Excerpt], documents: Mapping[str, Document], language: str) -> tuple[Quotation, ...]:
    """Quotations in order; a passage has one number however often it is quoted. An empty excerpt is dropped."""
    tags: dict[str, int] = {}
    quotations = []
    for excerpt in excerpts:
        document = documents[excerpt.passage.document]
        quoted = document.text[excerpt.start : excerpt.end]
        if not quoted.strip():
            continue
        tag = tags.setdefault(excerpt.passage.id, len(tags) + 1)
        url = place_url(document, excerpt.passage, quoted, language)
        quotations.append(Quotation(tag, excerpt.passage, quoted, excerpt.start, excerpt.end, url, document.title))
    return tuple(quotation for quotation in quotations if is_exact(quotation, documents))


def is_exact(quotation: Quotation, documents: Mapping[str, Document]) -> bool:
    """Whether the quotation stands, character for character, where it says."""
    document = documents.get(quotation.passage.document)
    return document is not None and document.text[quotation.start : quotation.end] == quotation.quote


def official_url(document: Document, language: str) -> str:
    """The official page, in the person's language where the site has it."""
    if document.localized_url and language != "en":
        return document.localized_url.replace("{language}", language)
    return document.url


def place_url(document: Document, passage: Passage, quoted: str, language: str) -> str:
    """The official address of a quotation: its page, anchor or words (a text fragment, percent-encoded UTF-8).

    The words are found only on the page in the document's own language, so they are added only then.
    """
    url = official_url(document, language)
    if not url:
        return ""
    if passage.page is not None:
        return f"{url}#page={passage.page}"
    if language != document.language:
        return url
    url = official_url(document, document.language)
    anchor = passage.anchor
    return f"{url}#{anchor}:~:text={_fragment(quoted)}"


def _fragment(quoted: str) -> str:
    """The first and last words of the first line, as text fragments want them: `start,end`."""
    line = next(line for line in quoted.splitlines() if line.strip())
    words = line.lstrip(BULLETS + " ").split()
    if len(words) <= 2 * _FRAGMENT_WORDS:
        return _encoded(" ".join(words))
    return f"{_encoded(' '.join(words[:_FRAGMENT_WORDS]))},{_encoded(' '.join(words[-_FRAGMENT_WORDS:]))}"


def _encoded(text: str) -> str:
    return percent(text, safe="").replace("-", "%2D")
