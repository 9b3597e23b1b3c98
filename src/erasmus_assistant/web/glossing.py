"""Under quotations in another language than the reader's: what their key words are called in the reader's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from erasmus_assistant.records import Quotation
from erasmus_assistant.search.glossary import MOST
from erasmus_assistant.search.senses import sure
from erasmus_assistant.texts import texts

_MOST = 8
_PLACE = "\u0000"


def gloss_html(quotations: Sequence[Quotation], language: str, question: str) -> str:
    """One line for all quotations, each word once, those of the question first; "" where nothing is sure or needed.

    Both words are given as in a dictionary, so that neither claims a number or case that the other lacks.
    """
    pairs: dict[str, tuple[bool, str]] = {}
    for quotation in quotations:
        source = quotation.passage.language
        for one in sure(quotation.quote, source, language, question, MOST):
            word = f'<span lang="{source}">{escape(one.form)}</span>'
            pairs.setdefault(one.meaning, (not one.asked, f"{word} – {escape(one.meaning)}"))
    if not pairs:
        return ""
    line = escape(texts(language).get("answer.gloss", gloss=_PLACE))
    told = [pair for _, pair in sorted(pairs.values(), key=lambda one: one[0])]
    return f'<p class="gloss">{line.replace(_PLACE, "; ".join(told[:_MOST]))}</p>'
