"""The nouns of the assistant: frozen values that pass from part to part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a piece of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE_ROW = "table_row"
    FOOTNOTE = "footnote"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, table row or footnote: characters `start` to `end` of a document.

    `level` is the rank of a heading (1 is the highest) or the depth of a list item (1 is the
    outermost); `label` is a footnote's mark; `header` is the span of the row that names a table's
    columns; `page` counts from 1; `anchor` is the fragment that opens this place in the original.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    label: str = ""
    header: tuple[int, int] | None = None
    page: int | None = None
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the guide: its stored text, which every span refers to, and what is known of it."""

    id: str
    title: str
    language: str
    text: str
    blocks: tuple[Block, ...]
    year: int | None = None
    url: str = ""
    licence: str = ""
    source: str = ""
    localized_url: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that is searched and shown as one; `document.text[start:end] == text`.

    `notes` are the spans of the footnotes that it refers to, `header` that of its table's heading row.
    """

    id: str
    document: str
    start: int
    end: int
    text: str
    heading_path: tuple[str, ...]
    language: str
    year: int | None = None
    page: int | None = None
    anchor: str = ""
    body: int = 0
    notes: tuple[tuple[int, int], ...] = ()
    header: tuple[int, int] | None = None
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its rank (from 1), its score and the scores that led to it."""

    passage: Passage
    rank: int
    score: float
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready for search: cleaned, in a known language, with what the conversation adds."""

    text: str
    language: str
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a search found: hits best first, the calibrated confidence in the best, and how it was looked for."""

    question: Question
    hits: tuple[Hit, ...]
    confidence: float
    looked_for: str = ""
    milliseconds: float = 0.0


class Outcome(StrEnum):
    """How an answer ended."""

    ANSWERED = "answered"
    NOT_IN_GUIDE = "not_in_guide"
    DECLINED = "declined"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Exact characters of a document, `document.text[start:end] == quote`, under the number `tag`.

    `title` is that of the document; its year is the passage's.
    """

    tag: int
    passage: Passage
    quote: str
    start: int
    end: int
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person is given: the text with tags, the quotations behind it, and what led to it.

    `context` is what was said before, newest first; `looked_for` is the question as it was searched;
    below `threshold` of confidence the assistant abstains.
    """

    id: str
    question: str
    language: str
    outcome: Outcome
    text: str
    confidence: float
    quotations: tuple[Quotation, ...]
    hits: tuple[Hit, ...]
    answerer: str
    index: str
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    context: tuple[str, ...] = ()
    looked_for: str = ""
    threshold: float = 0.0
