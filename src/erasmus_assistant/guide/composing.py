"""How every reader writes its stored text: blocks apart by a blank line, items and rows one a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Block, BlockKind

ADDRESS = "\ufdd0"
"""Stands in unfinished text for a link's address; a noncharacter, so no file can hold it by right."""

BULLET = "• "
CELL = " | "
_DROPPED = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0\ufffe\uffff"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_BLANKS = re.compile(r"\s+")
_SCHEME = re.compile(r"^(?:https?://|mailto:)(?:www\.)?", re.IGNORECASE)
_SHOWABLE = re.compile(r"(?:https?://|mailto:)\S+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """The stored text of a file, its blocks in order, and what the file says of itself."""

    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    language: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands in the original: the page (from 1) and the fragment that opens it."""

    page: int | None = None
    anchor: str = ""


_NOWHERE = Place()


class Composer:
    """Collects the blocks of a document and writes the text that their spans refer to."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._table_open = False
        self.blocks: list[Block] = []

    def heading(self, text: str, level: int, place: Place = _NOWHERE) -> None:
        self._add(BlockKind.HEADING, " ".join(text.split()), place, level=level)

    def paragraph(self, text: str, place: Place = _NOWHERE) -> None:
        self._add(BlockKind.PARAGRAPH, text, place)

    def item(self, text: str, depth: int = 1, mark: str = BULLET, place: Place = _NOWHERE) -> None:
        """A list item; `mark` is its bullet or number and is empty where the item goes on after a nested list."""
        if text.strip():
            self._add(BlockKind.ITEM, mark + text, place, level=depth)

    def footnote(self, label: str, text: str, place: Place = _NOWHERE) -> None:
        if text.strip():
            self._add(BlockKind.FOOTNOTE, f"[{label}] {text}", place, label=label)

    def table(self, headers: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], place: Place = _NOWHERE) -> None:
        """A table; each of its rows keeps the span of the rows that name its columns."""
        self._table_open = False
        first = len(self.blocks)
        for cells in headers:
            self.row(cells, None, place)
        span = (self.blocks[first].start, self.blocks[-1].end) if len(self.blocks) > first else None
        for cells in rows:
            self.row(cells, span, place)
        self._table_open = False

    def row(self, cells: Sequence[str], header: tuple[int, int] | None, place: Place = _NOWHERE) -> None:
        """One row; it joins the table above unless `end_table` was called."""
        line = CELL.join(" ".join(cell.split()) for cell in cells)
        if line.replace("|", "").strip():
            self._add(BlockKind.TABLE_ROW, line.strip(), place, header=header)

    def end_table(self) -> None:
        self._table_open = False

    def last_span(self) -> tuple[int, int]:
        return self.blocks[-1].start, self.blocks[-1].end

    def extend_last(self, joint: str, text: str) -> None:
        """Goes on with the block written last, as where a page breaks a paragraph."""
        self._parts.append(joint + text)
        self._length += len(joint) + len(text)
        self.blocks[-1] = replace(self.blocks[-1], end=self._length)

    def reading(self, title: str = "", language: str = "", year: int | None = None) -> Reading:
        return Reading("".join(self._parts) + "\n", tuple(self.blocks), title, language, year)

    def _add(
        self,
        kind: BlockKind,
        text: str,
        place: Place,
        *,
        level: int = 0,
        label: str = "",
        header: tuple[int, int] | None = None,
    ) -> None:
        text = text.strip()
        if not text:
            return
        indent = "  " * (min(level, 8) - 1) if kind is BlockKind.ITEM else ""
        gap = self._gap(kind) + indent
        start = self._length + len(gap)
        self._parts.append(gap + text)
        self._length = start + len(text)
        self._table_open = kind is BlockKind.TABLE_ROW
        self.blocks.append(Block(kind, start, self._length, level, label, header, place.page, place.anchor))

    def _gap(self, kind: BlockKind) -> str:
        if not self.blocks:
            return ""
        joined = kind is self.blocks[-1].kind is BlockKind.ITEM or (kind is BlockKind.TABLE_ROW and self._table_open)
        return "\n" if joined else "\n\n"


def cleaned(text: str) -> str:
    """Composed letters (NFC) without control, bidirectional and invisible characters."""
    return unicodedata.normalize("NFC", _DROPPED.sub("", text))


def one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def worth_showing(address: str, shown: str) -> bool:
    """Whether a reader of `shown` alone would miss the address; script and in-page addresses never show."""
    if len(address) > 500 or not _SHOWABLE.match(address):
        return False
    return _bare(address) not in _bare(shown)


def _bare(address: str) -> str:
    return _SCHEME.sub("", address.strip()).rstrip("/").casefold()


def with_addresses(text: str, addresses: Sequence[str]) -> str:
    """`text`, in which each ADDRESS stands for one of `addresses`, with these in brackets after their sentences.

    They stand after the sentence and not inside it, so that its own words can be quoted unbroken.
    """
    pieces = text.split(ADDRESS)
    plain = "".join(pieces)
    if len(pieces) == 1:
        return plain
    spans = list(sentence_spans(plain)) or [(0, len(plain))]
    wanted: dict[int, dict[str, None]] = {}
    folded = plain.casefold()
    at = sentence = 0
    for piece, address in zip(pieces[:-1], addresses, strict=True):
        at += len(piece)
        while sentence + 1 < len(spans) and spans[sentence][1] < at:
            sentence += 1
        shown = address.removeprefix("mailto:")
        if _bare(address) not in folded:
            wanted.setdefault(spans[sentence][1], {})[shown] = None
    return _inserted(plain, wanted)


def _inserted(plain: str, wanted: dict[int, dict[str, None]]) -> str:
    done, start = [], 0
    for end, shown in wanted.items():
        done += [plain[start:end], *(f" ({address})" for address in shown)]
        start = end
    return "".join(done) + plain[start:]
