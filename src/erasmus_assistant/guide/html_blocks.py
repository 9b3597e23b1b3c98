"""A page's elements -> blocks, in one walk without recursion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from erasmus_assistant.guide.composing import BULLET, Composer, Place
from erasmus_assistant.guide.html_furniture import Furniture, is_tool_line
from erasmus_assistant.guide.html_inline import Inline
from erasmus_assistant.guide.html_notes import Notes
from erasmus_assistant.guide.html_tables import is_data_table, table_rows

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_BLOCKS = frozenset(
    (
        "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer "
        "form header hr legend li main nav p pre section summary table caption thead tbody tfoot tr td th "
        "html"
    ).split()
)
_OWN_ANCHOR = frozenset(("li", "p", "dt", "dd", "span", "sup"))
_BOLD_HEADING = 100


@dataclass(slots=True)
class _List:
    """A list that is open: its next number, or None where it has bullets."""

    number: int | None
    fresh: bool = False


@dataclass(slots=True)
class _State:
    lists: list[_List] = field(default_factory=list)
    heading: int = 0
    level: int = 0
    anchor: str = ""
    pending: str = ""
    own: str = ""
    term: str = ""
    note: HtmlElement | None = None


def write_blocks(root: HtmlElement, composer: Composer, furniture: Furniture, notes: Notes) -> None:
    """Writes everything of `root` that is not furniture, then the footnotes that stand outside it."""
    walk = _Walk(composer, furniture, notes)
    walk.over(root)
    inside = set(root.iter())
    for note in notes.by_note:
        if note not in inside:
            walk.over(note)


class _Walk:
    def __init__(self, composer: Composer, furniture: Furniture, notes: Notes) -> None:
        self._composer = composer
        self._furniture = furniture
        self._notes = notes
        self._inline = Inline(notes)
        self._state = _State()

    def over(self, root: HtmlElement) -> None:
        walker = etree.iterwalk(root, events=("start", "end", "comment"))
        skipped: HtmlElement | None = None
        for event, element in walker:
            if event == "start":
                if self._leaves_out(element, root):
                    skipped = element
                    walker.skip_subtree()
                else:
                    self._open(element)
                    continue
            elif event == "end" and element is not skipped:
                self._close(element)
            if event != "start" and element is not root:
                self._inline.text(element.tail)
        self._flush()

    def _leaves_out(self, element: HtmlElement, root: HtmlElement) -> bool:
        if not isinstance(element.tag, str) or (element is not root and self._furniture.covers(element)):
            return True
        if element.tag == "table" and is_data_table(element):
            self._flush()
            self._table(element)
            return True
        return False

    def _open(self, element: HtmlElement) -> None:
        tag, state = element.tag, self._state
        identity = element.get("id") or (element.get("name") if tag == "a" else None) or ""
        if tag in _HEADINGS or tag in _BLOCKS or tag in _LISTS:
            self._open_block(element)
            if tag in _OWN_ANCHOR and not state.heading:
                state.own = identity or state.own
        if identity and (tag not in _OWN_ANCHOR or state.heading):
            state.pending = identity
        if tag == "br":
            self._inline.line_break()
        else:
            self._inline.open(element)
        self._inline.text(element.text)

    def _open_block(self, element: HtmlElement) -> None:
        tag, state = element.tag, self._state
        if state.note is not None:
            self._inline.line_break()
            return
        self._flush()
        if element in self._notes.by_note:
            state.note = element
        elif tag in _HEADINGS or element.get("role") == "heading":
            state.heading = _HEADINGS.get(tag) or _number(element.get("aria-level"), 2)
        elif tag in _LISTS:
            state.lists.append(_List(_number(element.get("start"), 1) if tag == "ol" else None))
        elif tag == "li" and state.lists:
            state.lists[-1].fresh = True
        elif tag == "pre":
            self._inline.preformatted += 1

    def _close(self, element: HtmlElement) -> None:
        tag, state = element.tag, self._state
        self._inline.close(element)
        if tag not in _HEADINGS and tag not in _BLOCKS and tag not in _LISTS:
            return
        if state.note is not None and element is not state.note:
            return
        if tag == "dt":
            state.term = "\n".join(self._inline.take()[0])
        self._flush()
        if tag in _HEADINGS or element.get("role") == "heading":
            state.heading = 0
        elif tag in _LISTS and state.lists:
            state.lists.pop()
        elif tag == "pre":
            self._inline.preformatted -= 1
        state.own = ""
        if element is state.note:
            state.note = None

    def _flush(self) -> None:
        """Writes the running text collected so far as what it belongs to."""
        paragraphs, bold = self._inline.take()
        if paragraphs and not (len(paragraphs) == 1 and self._state.note is None and is_tool_line(paragraphs[0])):
            writer = self._writer(paragraphs, bold)
            for text in paragraphs:
                writer(text)
            self._state.pending = ""

    def _writer(self, paragraphs: list[str], bold: bool) -> Callable[[str], None]:
        state = self._state
        if state.note is not None:
            label, joined = self._notes.by_note[state.note], "\n".join(paragraphs)
            paragraphs[:] = [joined]
            place = Place(anchor=state.note.get("id") or state.anchor)
            return lambda text: self._composer.footnote(label, text, place)
        if state.heading:
            return self._heading
        if state.lists or state.term:
            return self._item
        if bold and len(paragraphs) == 1 and _looks_like_heading(paragraphs[0]):
            return lambda text: self._heading(text, min(state.level + 1, 7))
        return lambda text: self._composer.paragraph(text, self._place())

    def _heading(self, text: str, pseudo: int = 0) -> None:
        state = self._state
        state.anchor = state.pending or ("" if not pseudo else state.anchor)
        state.pending = ""
        self._composer.heading(text, pseudo or state.heading, Place(anchor=state.anchor))
        state.level = state.level if pseudo else state.heading

    def _item(self, text: str) -> None:
        state = self._state
        if state.term:
            text = state.term + (" " if state.term[-1] in ":?!.–—" else ": ") + text
            state.term = ""
            self._composer.item(text, max(1, len(state.lists)), BULLET, self._place())
            return
        current = state.lists[-1]
        mark = ""
        if current.fresh:
            mark = BULLET if current.number is None else f"{current.number}. "
            current.number = None if current.number is None else current.number + 1
            current.fresh = False
        self._composer.item(text, len(state.lists), mark, self._place())

    def _table(self, table: HtmlElement) -> None:
        caption, headers, rows = table_rows(table, self._notes)
        place = Place(anchor=table.get("id") or self._state.pending or self._state.anchor)
        self._composer.paragraph(caption, place)
        self._composer.table(headers, rows, place)

    def _place(self) -> Place:
        return Place(anchor=self._state.own or self._state.anchor)


def _looks_like_heading(text: str) -> bool:
    return len(text) <= _BOLD_HEADING and "\n" not in text and text[-1] not in ".:;,!…)" and any(map(str.isalpha, text))


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else default
