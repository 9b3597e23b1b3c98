"""Plain text -> blocks: headings, paragraphs, lists, tables, footnotes and the furniture of a saved page.

Text carries no mark-up, so a heading is known by its form (a short line of its own without a
closing stop), and its rank by capitals, by what follows it, and by numbering or underlining.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from erasmus_assistant.guide.text_tables import with_tables
from erasmus_assistant.records import Block, BlockKind

_BULLET = re.compile(r"(\s*)(?:[•●▪◦‣·*–—-]|o(?=\s{2,})|\(?(?:\d{1,2}|[a-z])\))\s+\S")
_ORDERED = re.compile(r"(\s*)\d{1,2}\.\s+\S")
_NUMBERED_HEADING = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+\D")
_HASH_HEADING = re.compile(r"(#{1,6})\s+\S")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*$")
_FOOTNOTE = re.compile(r"\s*\[?(\d{1,3})[\].)]+\s+\S")
_BRACKETED_NOTE = re.compile(r"\s*\[\d{1,3}\]\s+\S")
_MARKS = re.compile(r"(?: {0,3}\[\d{1,3}\]){1,9}$")
_IN_COLUMNS = re.compile(r"\S(?: *\| *|\t+| {3,})\S")
_CAPTION = re.compile(
    r"(?:table|tabula|tabelle|tableau|tabla|tabella|tabela|tabulka|tabuľka|tabell?|taulukko|táblázat|lentelė|tabelul|tábla|"
    r"таблица|πίνακας|preglednica|tablica|quadro)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_CSS_RULE = re.compile(r"\s*[.#@]?[\w\s.,#:>*\[\]=\"'-]{1,120}\{[^{}]{0,400}[:;][^{}]{0,400}\}")
_SKIP_LINK = re.compile(
    r"(?:skip|jump) to (?:main )?content|(?:pāriet|aller|zum|ir|saltar|vai|przejdź)\b.{0,30}"
    r"(?:saturu|contenu|inhalt|contenido|contenuto|treści)",
    re.IGNORECASE,
)
_SEARCH_BOX = re.compile(
    r"(?:search|meklēt|suche?n?|rechercher|buscar|cerca|szukaj|otsi|ieškoti)\b.{0,40}", re.IGNORECASE
)
_HEAD_LINES = 16
_HEADING_LENGTH = 140
_HEADING_WORDS = 18


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def read_plain_text(text: str) -> tuple[Block, ...]:
    """The blocks of `text` in order; together they hold every character that is not blank."""
    lines = _lines(text)
    furniture = _furniture(lines)
    raw = _group(lines, furniture)
    raw = with_tables(text, _footnotes(text, raw))
    return tuple(_ranked(text, _headings(text, raw)))


def _lines(text: str) -> list[_Line]:
    lines, at = [], 0
    for line in text.splitlines(keepends=True):
        body = line.rstrip()
        lead = len(body) - len(body.lstrip()) if body else 0
        lines.append(_Line(at + lead, at + len(body), body))
        at += len(line)
    return lines


def _furniture(lines: Sequence[_Line]) -> set[int]:
    """Numbers of the lines that belong to the site and not to the guide: header, search box, style rules."""
    found = {number for number, line in enumerate(lines) if _CSS_RULE.match(line.text)}
    head = range(min(_HEAD_LINES, len(lines)))
    skips = [number for number in head if _SKIP_LINK.match(lines[number].text.strip())]
    if skips:
        boxes = [number for number in head if _SEARCH_BOX.fullmatch(lines[number].text.strip())]
        found.update(range(skips[0], max(boxes, default=skips[0]) + 1))
    return found


def _group(lines: Sequence[_Line], furniture: set[int]) -> list[Block]:
    """Lines joined into paragraphs and items; a line of its own stays one."""
    blocks: list[Block] = []
    open_block = False
    for number, line in enumerate(lines):
        if line.blank:
            open_block = False
        elif number in furniture:
            blocks.append(Block(BlockKind.FURNITURE, line.start, line.end))
            open_block = False
        elif _UNDERLINE.match(line.text) and open_block and blocks[-1].kind is BlockKind.PARAGRAPH:
            level = "=-~".index(line.text.strip()[0]) + 1
            blocks[-1] = replace(blocks[-1], kind=BlockKind.HEADING, end=line.end, level=level)
            open_block = False
        elif depth := _item_depth(line.text, lines, number):
            blocks.append(Block(BlockKind.ITEM, line.start, line.end, level=depth))
            open_block = True
        elif match := _HASH_HEADING.match(line.text):
            blocks.append(Block(BlockKind.HEADING, line.start, line.end, level=len(match.group(1))))
            open_block = False
        elif open_block and not _BRACKETED_NOTE.match(line.text):
            blocks[-1] = replace(blocks[-1], end=line.end)
        else:
            blocks.append(Block(BlockKind.PARAGRAPH, line.start, line.end))
            open_block = True
    return blocks


def _item_depth(line: str, lines: Sequence[_Line], number: int) -> int:
    match = _BULLET.match(line)
    if match is None and _IN_COLUMNS.search(line):
        return 0
    if match is None:
        # "1. text" is an item only beside another such line; alone it may be a heading or a footnote.
        match = _ORDERED.match(line)
        beside = [lines[at].text for at in (number - 1, number + 1) if 0 <= at < len(lines)]
        if match is None or not any(_ORDERED.match(other) for other in beside):
            return 0
    return 1 + len(match.group(1).expandtabs(4)) // 2


def _footnotes(text: str, blocks: list[Block]) -> list[Block]:
    """Marks the run of notes at the end whose numbers the text refers to as [n]."""
    done = list(blocks)
    for at in range(len(done) - 1, -1, -1):
        if done[at].kind is BlockKind.FURNITURE:
            continue
        match = _FOOTNOTE.match(text, done[at].start, done[at].end)
        if match is None or f"[{match.group(1)}]" not in text[: done[at].start]:
            break
        done[at] = replace(done[at], kind=BlockKind.FOOTNOTE, level=0, label=match.group(1))
    return done


def _headings(text: str, blocks: list[Block]) -> list[Block]:
    done = list(blocks)
    for at, block in enumerate(done):
        following = next((other for other in done[at + 1 :] if other.kind is not BlockKind.FURNITURE), None)
        if block.kind is BlockKind.PARAGRAPH and following is not None and _is_heading(text, block, following):
            done[at] = replace(block, kind=BlockKind.HEADING)
    return done


def _is_heading(text: str, block: Block, following: Block) -> bool:
    line = text[block.start : block.end]
    if "\n" in line or len(line) > _HEADING_LENGTH or len(line.split()) > _HEADING_WORDS:
        return False
    line = _MARKS.sub("", line)
    if line[-1:] in ".:;,!…" or _LINK.search(line) or not any(char.isalpha() for char in line):
        return False
    if following.kind is BlockKind.TABLE_ROW and _CAPTION.match(line):
        return False
    if following.kind is BlockKind.FOOTNOTE or _LINK.fullmatch(text[following.start : following.end].rstrip(".")):
        return False
    first = next(char for char in line if char.isalnum())
    return first.isupper() or first.isdigit() or (len(line) > 1 and line[1].isupper())


def _ranked(text: str, blocks: list[Block]) -> list[Block]:
    """Gives each unranked heading its level.

    1 the title; 2 a heading in capitals that stands directly over another heading; 3 another
    heading directly over a heading; 4 a heading over text; 5 a heading in a section whose own
    text ends with a colon and so announces sub-sections.
    """
    solid = [at for at, block in enumerate(blocks) if block.kind is not BlockKind.FURNITURE]
    done = list(blocks)
    announced = False
    for place, at in enumerate(solid):
        block = blocks[at]
        if block.kind is not BlockKind.HEADING:
            continue
        before = blocks[solid[place - 1]] if place else None
        after = blocks[solid[place + 1]] if place + 1 < len(solid) else None
        line = text[block.start : block.end]
        over_heading = after is not None and after.kind is BlockKind.HEADING
        first = not any(blocks[other].kind is BlockKind.HEADING for other in solid[:place])
        if before is not None and before.kind is BlockKind.PARAGRAPH and text[before.end - 1] == ":":
            announced = True
        if block.level:
            continue
        if numbering := _NUMBERED_HEADING.match(line):
            level = 1 + numbering.group(1).count(".") + 1
        elif first and over_heading:
            level = 1
        elif over_heading:
            level, announced = (2 if line.isupper() else 3), False
        elif line.isupper():
            level, announced = 4, False
        else:
            level = 5 if announced else 4
        done[at] = replace(block, level=level)
    return done
