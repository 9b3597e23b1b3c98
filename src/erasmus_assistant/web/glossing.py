"""Under quotations in another language than the reader's: what their key words are called in the reader's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from erasmus_assistant.records import Quotation
from erasmus_assistant.search.glossary import gloss
from erasmus_assistant.texts import texts

_MOST = 8
_PLACE = "\u0000"


def gloss_html(quotations: Sequence[Quotation], language: str) -> str:
    """One line for all quotations, each word once; "" where nothing is sure or needed."""
    pairs: dict[str, str] = {}
    for quotation in quotations:
        source = quotation.passage.language
        for one in gloss(quotation.quote, source, language):
            word = f'<span lang="{source}">{escape(one.word)}</span>'
            pairs.setdefault(one.meaning, f"{word} – {escape(one.meaning)}")
    if not pairs:
        return ""
    line = escape(texts(language).get("answer.gloss", gloss=_PLACE))
    return f'<p class="gloss">{line.replace(_PLACE, "; ".join(list(pairs.values())[:_MOST]))}</p>'
