"""What the styles and numbering of a Word document make of a paragraph: a heading, an item, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from erasmus_assistant.guide.composing import BULLET

_HEADING = re.compile(r"heading (\d)$")
_LIST = re.compile(r"list (bullet|number)(?: (\d))?$")
_MOST_ANCESTORS = 12


@dataclass(frozen=True, slots=True)
class Style:
    """`level` of a heading, `depth` of an item (0 where it is none) with its `mark`, and the style's name."""

    name: str = ""
    level: int = 0
    depth: int = 0
    mark: str = ""


class Styles:
    def __init__(self, package: Any) -> None:
        self._styles = {style.get(qn("w:styleId")): style for style in package.styles.element.iter(qn("w:style"))}
        self._formats = _numbering(package)
        self._counts: dict[tuple[str, int], int] = {}
        self._known: dict[str, tuple[str, int, tuple[str, int] | None]] = {}

    def of(self, paragraph: Any) -> Style:
        properties = paragraph.find(qn("w:pPr"))
        name, level, number = self._inherited(_value(properties, "w:pStyle") or "")
        outline = _value(properties, "w:outlineLvl")
        if outline is not None and outline.isdecimal():
            level = int(outline) + 1 if int(outline) < 9 else 0
        if level:
            return Style(name, level)
        own = _number(properties)
        number = own if own is not None else number
        if number is not None and number[0] != "0":
            named = self._by_name(name).depth
            return self._item(name, number[0], max(number[1], named - 1))
        return self._by_name(name)

    def _inherited(self, identifier: str) -> tuple[str, int, tuple[str, int] | None]:
        """The name, heading level and numbering of a style, from itself or the styles it is based on."""
        if identifier in self._known:
            return self._known[identifier]
        first, level, number = "", 0, None
        current = identifier
        for _ in range(_MOST_ANCESTORS):
            style = self._styles.get(current)
            if style is None:
                break
            name = (_value(style, "w:name") or "").lower()
            first = first or name
            properties = style.find(qn("w:pPr"))
            match, outline = _HEADING.match(name), _value(properties, "w:outlineLvl")
            level = level or (int(match.group(1)) if match else 1 if name == "title" else 0)
            level = level or (int(outline) + 1 if outline and outline.isdecimal() and int(outline) < 9 else 0)
            number = number or _number(properties)
            current = _value(style, "w:basedOn") or ""
        self._known[identifier] = first, min(level, 9), number
        return self._known[identifier]

    def _item(self, name: str, number: str, depth: int) -> Style:
        if self._formats.get((number, depth), "bullet") in ("bullet", "none"):
            return Style(name, depth=depth + 1, mark=BULLET)
        for key in [key for key in self._counts if key[0] == number and key[1] > depth]:
            del self._counts[key]
        count = self._counts[number, depth] = self._counts.get((number, depth), 0) + 1
        return Style(name, depth=depth + 1, mark=f"{count}. ")

    @staticmethod
    def _by_name(name: str) -> Style:
        match = _LIST.match(name)
        return Style(name, depth=int(match.group(2) or 1), mark=BULLET) if match else Style(name)


def _numbering(package: Any) -> dict[tuple[str, int], str]:
    """(number id, depth) -> the format of that level of that list."""
    part = next(
        (
            one.target_part
            for one in package.part.rels.values()
            if not one.is_external and one.reltype.endswith("/numbering")
        ),
        None,
    )
    root = getattr(part, "element", None)
    if root is None:
        return {}
    abstract: dict[str, dict[int, str]] = {}
    for one in root.iter(qn("w:abstractNum")):
        levels = {_integer(level.get(qn("w:ilvl"))): _value(level, "w:numFmt") or "" for level in one.iter(qn("w:lvl"))}
        abstract[one.get(qn("w:abstractNumId")) or ""] = levels
    return {
        (one.get(qn("w:numId")) or "", depth): form
        for one in root.iter(qn("w:num"))
        for depth, form in abstract.get(_value(one, "w:abstractNumId") or "", {}).items()
    }


def _number(properties: Any) -> tuple[str, int] | None:
    numbering = properties.find(qn("w:numPr")) if properties is not None else None
    if numbering is None:
        return None
    identifier = _value(numbering, "w:numId")
    return (identifier, _integer(_value(numbering, "w:ilvl"))) if identifier is not None else None


def _value(element: Any, tag: str) -> str | None:
    child = element.find(qn(tag)) if element is not None else None
    value = child.get(qn("w:val")) if child is not None else None
    return None if value is None else str(value)


def _integer(text: str | None) -> int:
    return min(int(text), 8) if text and text.isascii() and text.isdecimal() else 0
