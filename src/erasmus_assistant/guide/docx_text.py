"""The running text of a Word paragraph: deleted words left out, footnote marks as [n], addresses of links."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn
from lxml import etree

from erasmus_assistant.guide.composing import ADDRESS, cleaned, with_addresses, worth_showing

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset((qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:instrText"), _FALLBACK, qn("w:tbl")))
_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_NOTES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}


class Texts:
    """Texts of paragraphs; `labels` are the numbers given to the notes referred to so far."""

    def __init__(self, part: Any) -> None:
        self._addresses = {key: one.target_ref for key, one in part.rels.items() if one.is_external}
        self.labels: dict[tuple[str, str], str] = {}

    def of(self, paragraph: Any) -> tuple[str, bool]:
        """The text, and whether all of it is bold."""
        parts: list[str] = []
        addresses: list[str] = []
        begun, bold, plain = 0, 0, 0
        walker = etree.iterwalk(paragraph, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "end":
                if tag == qn("w:hyperlink"):
                    self._close_link(element, parts, begun, addresses)
            elif tag in _SKIPPED:
                walker.skip_subtree()
            elif tag == qn("w:hyperlink"):
                begun = len(parts)
            elif tag == qn("w:t"):
                text = cleaned(element.text or "")
                parts.append(text)
                heavy = _is_bold(element.getparent())
                bold, plain = bold + heavy * len(text.strip()), plain + (not heavy) * len(text.strip())
            elif tag in _BREAKS:
                parts.append(_BREAKS[tag])
            elif tag in _NOTES:
                parts.append(f"[{self._label(_NOTES[tag], element.get(qn('w:id')) or '')}]")
        return with_addresses("".join(parts), addresses), bold > 0 == plain

    def _close_link(self, element: Any, parts: list[str], begun: int, addresses: list[str]) -> None:
        address = self._addresses.get(element.get(qn("r:id")) or "", "")
        if worth_showing(address, "".join(parts[begun:])):
            parts.append(ADDRESS)
            addresses.append(cleaned(address))

    def _label(self, kind: str, identifier: str) -> str:
        return self.labels.setdefault((kind, identifier), str(len(self.labels) + 1))


def _is_bold(run: Any) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:b')}") if run is not None else None
    return mark is not None and (mark.get(qn("w:val")) or "1") not in ("0", "false", "off")
