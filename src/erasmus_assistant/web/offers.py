"""What one could ask next, as buttons: questions, with the guide's own heading in them told as such."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape

from erasmus_assistant.texts import texts

_BUTTON = re.compile(r'<button type="button" class="ask">(.*?)</button>')
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that is offered; `heading` in it is the guide's, in `language`."""

    question: str
    heading: str = ""
    language: str = ""

    def __str__(self) -> str:
        return self.question


def button_html(offer: Offer) -> str:
    """The button that asks; a heading in another language is marked as being in it."""
    before, heading, after = offer.question.partition(offer.heading) if offer.heading else (offer.question, "", "")
    quoted = f'<span lang="{offer.language}">{escape(heading)}</span>' if heading else ""
    return f'<button type="button" class="ask">{escape(before)}{quoted}{escape(after)}</button>'


def offers_html(offers: Iterable[Offer], language: str, interface: str, first: bool = False) -> str:
    """Offers in `language`, made for a page in `interface`; `first` where nothing on the guide was asked yet."""
    items = "".join(f"<li>{button_html(offer)}</li>" for offer in offers)
    if not items:
        return ""
    title = escape(texts(language).get("web.examples_title" if first else "web.follow_ups_title"))
    kind = "next first" if first else "next"
    return " ".join(
        f'<div class="{kind} for-{interface}"><p class="label" lang="{language}">{title}</p>'
        f'<ul lang="{language}">{items}</ul></div>'.splitlines()
    )


def offered(html: str) -> list[str]:
    """The questions that were offered in what `offers_html` made."""
    return [unescape(_TAG.sub("", inner)) for inner in _BUTTON.findall(html)]
