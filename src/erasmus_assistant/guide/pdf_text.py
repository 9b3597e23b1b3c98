"""Pieces of a PDF -> blocks: hyphenation undone, marks of footnotes as [n], levels of headings settled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from erasmus_assistant.guide.composing import ADDRESS, BULLET, Composer, Place, with_addresses, worth_showing
from erasmus_assistant.guide.pdf_lines import MARK, Line
from erasmus_assistant.guide.pdf_tables import Table

BULLET_SIGN = re.compile(r"(?:[•●▪◦‣·∙■□➢\uf0b7\uf0a7]|[–—-](?=\s)|o(?=\s))\s*(?=\S)")


@dataclass(slots=True)
class Piece:
    """A block that may still grow."""

    kind: str
    page: int
    lines: list[Line] = field(default_factory=list)
    level: int = 0
    mark: str = ""
    label: str = ""
    table: Table | None = None


def vocabulary(lines: Sequence[Line]) -> Counter[str]:
    """The words that stand within lines, by which a word parted at the end of a line is told from a compound."""
    words: Counter[str] = Counter()
    for line in lines:
        words.update(word.strip('.,;:()“”"„?!').casefold() for word in line.text.split()[:-1])
    return words


def write_pieces(pieces: Sequence[Piece], composer: Composer, words: Counter[str]) -> None:
    levels = _levels(pieces)
    labels = {piece.label for piece in pieces if piece.kind == "footnote"}
    for piece in pieces:
        place = Place(page=piece.page)
        if piece.table is not None:
            rows = [[_shown(cell, labels) for cell in row] for row in piece.table.rows]
            composer.table(rows[: piece.table.named], rows[piece.table.named :], place)
            continue
        text = _text(piece, words)[len(piece.mark) :]
        text = _shown(text, labels)
        if piece.kind == "heading":
            composer.heading(text, levels[_rank(piece)] if piece.level >= 100 else piece.level, place)
        elif piece.kind == "item":
            mark = BULLET if BULLET_SIGN.match(piece.mark + "x") else piece.mark
            composer.item(text, piece.level, mark, place)
        elif piece.kind == "footnote":
            composer.footnote(piece.label, text, place)
        else:
            composer.paragraph(text, place)


def _rank(piece: Piece) -> float:
    return 0.0 if piece.level == 101 else round(piece.lines[0].size * 2) / 2


def _levels(pieces: Sequence[Piece]) -> dict[float, int]:
    """Type size -> level: as the outline has it where it names headings of that size, else by rank."""
    headings = [piece for piece in pieces if piece.kind == "heading"]
    sizes = sorted({_rank(piece) for piece in headings}, reverse=True)
    levels: dict[float, int] = {}
    for at, size in enumerate(sizes):
        named = Counter(piece.level for piece in headings if piece.level < 100 and _rank(piece) == size)
        above = levels[sizes[at - 1]] + 1 if at else 1
        levels[size] = named.most_common(1)[0][0] if named else above
    return levels


def _text(piece: Piece, words: Counter[str]) -> str:
    """The lines of a piece as one; words parted at the end of a line are whole again."""
    text = ""
    for line in piece.lines:
        text = _joined(text, line.text, words) if text else line.text
    return text


def _joined(text: str, line: str, words: Counter[str]) -> str:
    if not text.endswith("-") or len(text) < 3 or not text[-2].isalpha():
        return f"{text} {line}"
    head, tail = text.rsplit(None, 1)[-1][:-1], line.split(None, 1)[0]
    whole = (head + tail).strip('.,;:()“”"„?!').casefold()
    parted = f"{head}-{tail}".strip('.,;:()“”"„?!').casefold()
    if tail[0].islower() and not head.isupper() and words[whole] >= words[parted]:
        return text[:-1] + line
    return text + line if tail[0].isalnum() else f"{text} {line}"


def _shown(text: str, labels: set[str]) -> str:
    """Marks of known footnotes as [n], other superior figures as they are, addresses after their sentences."""
    text = MARK.sub(lambda match: f"[{match[1]}]" if match[1] in labels else match[1], text)
    parts = text.split(ADDRESS)
    if len(parts) == 1:
        return text
    plain = "".join(parts[::2])
    wanted = [address if worth_showing(address, plain) else "" for address in parts[1::2]]
    marked = "".join(part if at % 2 == 0 else (ADDRESS if wanted[at // 2] else "") for at, part in enumerate(parts))
    return with_addresses(marked, [address for address in wanted if address])
