"""Running text of a page: white space as a browser shows it, footnote marks as [n], addresses of links."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from erasmus_assistant.guide.composing import ADDRESS, cleaned, with_addresses, worth_showing
from erasmus_assistant.guide.html_notes import Notes

_BREAK = "\x85"
"""Stands for <br> until white space is folded; `cleaned` leaves it alone."""

_SPACES = re.compile(r"[^\S\x85]+")
_BREAKS = re.compile(r" ?\x85 ?")
_BOLD = frozenset(("b", "strong"))


class Inline:
    """The running text collected so far; `bold` counts its bold characters."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._parts: list[str] = []
        self._addresses: list[str] = []
        self._links: list[tuple[int, str]] = []
        self._silent: HtmlElement | None = None
        self._bold_depth = 0
        self._bold = 0
        self._total = 0
        self.preformatted = 0

    def text(self, text: str | None) -> None:
        if not text or self._silent is not None:
            return
        text = cleaned(text.replace(_BREAK, " "))
        solid = len(text) - text.count(" ")
        self._total += solid
        self._bold += solid if self._bold_depth else 0
        self._parts.append(text.replace("\n", _BREAK) if self.preformatted else text)

    def line_break(self) -> None:
        self._parts.append(_BREAK)

    def open(self, element: HtmlElement) -> None:
        if element in self._notes.backlinks and self._silent is None:
            self._silent = element
        elif element in self._notes.by_mark:
            self._parts.append(f"[{self._notes.by_mark[element]}]")
            self._silent = self._silent if self._silent is not None else element
        elif element.tag in _BOLD:
            self._bold_depth += 1
        elif element.tag == "a" and (address := (element.get("href") or "").strip()):
            self._links.append((len(self._parts), cleaned(address)))
        elif element.tag == "q":
            self._parts.append("“")

    def close(self, element: HtmlElement) -> None:
        if self._silent is element:
            self._silent = None
        elif element.tag in _BOLD:
            self._bold_depth = max(0, self._bold_depth - 1)
        elif element.tag == "a" and (element.get("href") or "").strip() and self._links:
            start, address = self._links.pop()
            if worth_showing(address, "".join(self._parts[start:])):
                self._parts.append(ADDRESS)
                self._addresses.append(address)
        elif element.tag == "q":
            self._parts.append("”")

    def take(self) -> tuple[list[str], bool]:
        """The paragraphs collected (parted where two breaks meet) and whether they are bold throughout."""
        if not self._parts:
            return [], False
        text = _BREAKS.sub("\n", _SPACES.sub(" ", "".join(self._parts))).strip()
        bold = self._bold == self._total > 0
        paragraphs, taken = [], 0
        for part in re.split(r"\n{2,}", text) if text else []:
            marks = part.count(ADDRESS)
            paragraphs.append(with_addresses(part.strip(), self._addresses[taken : taken + marks]))
            taken += marks
        self._parts, self._addresses, self._links = [], [], []
        self._bold = self._total = 0
        return [part for part in paragraphs if part], bold
