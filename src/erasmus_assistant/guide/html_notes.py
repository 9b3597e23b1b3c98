"""The footnotes of a page: which marks refer to which elements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count

from lxml.html import HtmlElement

_MARK = re.compile(r"[\[(]?\s*(\d{1,3}|[*†‡§]{1,3}|[a-z]|[ivx]{1,5})\s*[\])]?", re.IGNORECASE)
_NOTE_TARGET = re.compile(
    r"#_?(?:user-content-)?(?:cite_?note|foot_?note|footnote|ftn|fn|note|endnote|edn|sdfootnote)[-_:.]?\w*",
    re.IGNORECASE,
)
_BLOCKS = frozenset(("li p div aside dd td section tr blockquote").split())


@dataclass(slots=True)
class Notes:
    """Labels by the element of the note and by the element of the mark; `holders` are ancestors of notes."""

    by_note: dict[HtmlElement, str] = field(default_factory=dict)
    by_mark: dict[HtmlElement, str] = field(default_factory=dict)
    backlinks: set[HtmlElement] = field(default_factory=set)
    holders: set[HtmlElement] = field(default_factory=set)


def find_notes(page: HtmlElement) -> Notes:
    """Linked marks with the elements they open, then unlinked superior figures with the blocks that begin with them."""
    notes = Notes()
    _find_linked(page, notes)
    _find_unlinked(page, notes)
    for element in notes.by_note:
        notes.holders.update(element.iterancestors())
    notes.holders.update(notes.by_note)
    return notes


def _find_linked(page: HtmlElement, notes: Notes) -> None:
    links = [link for link in page.iter("a") if (link.get("href") or "").startswith("#")]
    if not links:
        return
    targets: dict[str, HtmlElement] = {}
    for element in page.iter():
        for key in ("id", "name"):
            if isinstance(element.tag, str) and (value := element.get(key)):
                targets.setdefault(value, element)
    labels: set[str] = set()
    for link in links:
        target = targets.get((link.get("href") or "")[1:])
        if _is_inside_note(link, notes):
            if _MARK.fullmatch(_text(link)) or not any(char.isalnum() for char in _text(link)):
                notes.backlinks.add(link)
        elif target is not None and _is_mark(link):
            note = _block_of(target)
            if note is not None and note not in link.iterancestors():
                if note not in notes.by_note:
                    notes.by_note[note] = _label(_text(link), labels)
                notes.by_mark[link] = notes.by_note[note]


def _is_mark(link: HtmlElement) -> bool:
    if not _MARK.fullmatch(_text(link)):
        return False
    raised = any(one.tag == "sup" for one in link.iterancestors()) or link.find(".//sup") is not None
    named = "footnote" in (link.get("class") or "") or link.get("role") == "doc-noteref"
    return raised or named or _NOTE_TARGET.match(link.get("href") or "") is not None


def _is_inside_note(link: HtmlElement, notes: Notes) -> bool:
    return any(one in notes.by_note for one in link.iterancestors())


def _block_of(target: HtmlElement) -> HtmlElement | None:
    """The block that a target belongs to; a whole section or table is no footnote."""
    for depth, element in enumerate((target, *target.iterancestors())):
        if element.tag in _BLOCKS:
            return None if element.tag == "section" else element
        if depth > 6 or element.tag in ("body", "main", "article", "table"):
            return None
    return None


def _label(text: str, labels: set[str]) -> str:
    """The number shown, or the next free one where a mark is no number or its number is taken."""
    shown = _MARK.fullmatch(text)
    label = shown.group(1) if shown else ""
    if not label.isdecimal() or label in labels:
        label = next(number for number in map(str, count(len(labels) + 1)) if number not in labels)
    labels.add(label)
    return label


def _find_unlinked(page: HtmlElement, notes: Notes) -> None:
    """`<p><sup>1</sup> The note.</p>` after a `<sup>1</sup>` in running text."""
    raised = [sup for sup in page.iter("sup") if _text(sup).isdecimal() and len(sup) == 0 and len(_text(sup)) < 3]
    openers = {sup: None for sup in raised if _opens_block(sup)}
    taken = set(notes.by_note.values())
    bodies = {_text(sup): sup for sup in openers if _text(sup) not in taken}
    for sup in raised:
        opener = bodies.get(_text(sup))
        note = opener.getparent() if opener is not None else None
        if note is None or sup in openers or (note in notes.by_note and notes.by_note[note] != _text(sup)):
            continue
        notes.by_note[note] = notes.by_mark[sup] = _text(sup)
    notes.backlinks.update(sup for sup in openers if sup.getparent() in notes.by_note)


def _opens_block(sup: HtmlElement) -> bool:
    parent = sup.getparent()
    if parent is None or parent.tag not in ("p", "li", "div", "dd"):
        return False
    return parent[0] is sup and not (parent.text or "").strip() and bool((sup.tail or "").strip())


def _text(element: HtmlElement) -> str:
    return "".join(str(element.text_content()).split())
