"""The pages as HTML: the frame that they share, the chat page around Gradio, and the pages of plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import escape

from erasmus_assistant.texts import Texts, own_names, texts
from erasmus_assistant.web.counting import days
from erasmus_assistant.web.offers import Offer, button_html

PAGES = ("about", "privacy", "accessibility")
_TOKEN = re.compile(r"@@([a-z_.]+)@@")
_TEXTS = ("web", "meta")
_SCRIPT = re.compile(r"<script\b")
_BODY = re.compile(r"<body\b[^>]*>", re.DOTALL)
_HEAD_FROM_ELSEWHERE = re.compile(
    r'<meta\s+(?:property="og:|name="twitter:)[^>]*?/>|<link rel="manifest"[^>]*/>|<title>.*?</title>', re.DOTALL
)


def token(key: str) -> str:
    """What stands for a text in the Gradio page until it is served in a language."""
    return f"@@{key}@@"


def chat_page(
    gradio_html: str, language: str, examples: Iterable[Offer], nonce: str, options: Mapping[str, object]
) -> str:
    """Gradio's page in `language`, within our frame; every script of it carries the nonce."""
    words = texts(language)
    html = _HEAD_FROM_ELSEWHERE.sub("", gradio_html)
    html = _TOKEN.sub(lambda match: _in_json(words.get(match[1])), html)
    html = html.replace('lang="en"', f'lang="{language}"', 1)
    html = html.replace("</head>", _head(words.get("web.title")) + "</head>", 1)
    above = _skip(words) + _header(words, "") + _start(words, examples)
    html = _BODY.sub(lambda match: match[0] + above, html, count=1)
    below = _footer(words) + _SOURCE_PANEL + _live() + _data(words, options)
    below += '<script type="module" src="ui/chat.js"></script>'
    html = html.replace("</body>", below + "</body>", 1)
    return _SCRIPT.sub(f'<script nonce="{nonce}"', html)


def text_page(name: str, language: str, kept_days: int = 0, modelled: bool = False) -> str:
    """The about, privacy or accessibility page.

    Answers are recorded for `kept_days`, 0 where they are not; `modelled` where a language model is asked.
    """
    words = texts(language)
    title = words.get("web.accessibility_title" if name == "accessibility" else _title_key(name))
    body = words.get(f"web.{name}_body", recording=f"\n{_recording(words, kept_days, modelled)}\n")
    paragraphs = "".join(f"<p>{escape(line.strip())}</p>" for line in body.split("\n") if line.strip())
    return _page(words, name, title, paragraphs)


def _recording(words: Texts, kept_days: int, modelled: bool) -> str:
    """What becomes of a question, a paragraph a line; "there" in the first means our server, so the model's follows."""
    first = words.get("web.privacy_unrecorded")
    if kept_days:
        first = words.get("web.privacy_recorded", days=days(words, kept_days))
    return f"{first}\n{words.get('web.privacy_model')}" if modelled else first


def missing_page(language: str) -> str:
    """What a person sees where there is nothing."""
    words = texts(language)
    return _page(words, "missing", words.get("web.page_not_found"), "")


def _page(words: Texts, name: str, title: str, body: str) -> str:
    back = f'<p><a class="back" href="/">{escape(words.get("web.back_to_chat"))}</a></p>'
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{_head(title + ' – ' + words.get('web.title'))}</head><body>{_header(words, name)}"
        f'<main class="text"><h1>{escape(title)}</h1>{body}{back}</main>{_footer(words)}'
        '<script type="module" src="/ui/page.js"></script></body></html>'
    )


def _head(title: str) -> str:
    return (
        f'<title>{escape(title)}</title><link rel="icon" href="/ui/favicon.svg" type="image/svg+xml">'
        '<meta name="color-scheme" content="light dark"><script src="/ui/early.js"></script>'
        '<link rel="stylesheet" href="/ui/app.css"><link rel="stylesheet" href="/ui/chat.css">'
    )


def _skip(words: Texts) -> str:
    return f'<a class="skip" href="#question">{escape(words.get("web.skip_to_chat"))}</a>'


def _header(words: Texts, name: str) -> str:
    title = escape(words.get("web.title"))
    heading = f'<a class="brand" href="/"><span class="mark" aria-hidden="true"></span><span>{title}</span></a>'
    wrapped = heading if name else f'<div class="brand-line" role="heading" aria-level="1">{heading}</div>'
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == words.language else ""}>{escape(own)}</option>'
        for code, own in own_names().items()
    )
    return (
        f'<header class="bar">{wrapped}<div class="tools">'
        f"{_tool('new', words.get('web.new_conversation'))}{_tool('export', words.get('web.export'))}"
        f'<button type="button" id="theme" class="plain icon" data-dark="{escape(words.get("web.theme_dark"))}" '
        f'data-light="{escape(words.get("web.theme_light"))}"></button>'
        f'<label class="picker"><span class="sr-only">{escape(words.get("web.language"))}</span>'
        f'<select id="language" autocomplete="off">{options}</select></label></div></header>'
    )


def _tool(name: str, label: str) -> str:
    """A button of the header: its words on a wide screen, its picture on a narrow one."""
    text = escape(label)
    return f'<button type="button" id="{name}" class="plain wide" title="{text}" hidden><span>{text}</span></button>'


def _start(words: Texts, examples: Iterable[Offer]) -> str:
    """What stands above the question box before the first question."""
    items = "".join(f"<li>{button_html(one)}</li>" for one in examples)
    listed = f'<h2 class="label">{escape(words.get("web.examples_title"))}</h2><ul class="examples">{items}</ul>'
    return (
        f'<section id="start" aria-label="{escape(words.get("web.about_title"))}">'
        f'<p class="tagline">{escape(words.get("web.tagline"))}</p>'
        f'<p class="machine">{escape(words.get("web.machine_notice"))}</p>{listed if items else ""}'
        f"<noscript><p>{escape(words.get('web.needs_javascript'))}</p></noscript></section>"
    )


def _footer(words: Texts) -> str:
    links = "".join(f'<li><a href="/{name}">{escape(words.get(_title_key(name)))}</a></li>' for name in PAGES)
    return f'<footer class="foot"><p>{escape(words.get("web.history_note"))}</p><ul>{links}</ul></footer>'


_SOURCE_PANEL = '<dialog id="source" aria-labelledby="source-title"></dialog>'


def _live() -> str:
    return (
        '<p id="status" role="status" hidden></p>'
        '<div id="announcer" class="sr-only" role="log" aria-live="polite" aria-relevant="additions"></div>'
    )


def _data(words: Texts, options: Mapping[str, object]) -> str:
    held = {
        key: text
        for section in _TEXTS
        for key, text in words.section(section).items()
        if "_body" not in key and not key.startswith("privacy_")
    }
    data = {"texts": held, "language": words.language, "names": words.section("languages"), **options}
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return f'<script type="application/json" id="data">{text}</script>'


def _title_key(name: str) -> str:
    return "web.about_title" if name == "about" else f"web.{name}"


def _in_json(text: str) -> str:
    """A text inside a JSON string inside a script; also harmless in an attribute or element."""
    held = json.dumps(text, ensure_ascii=True)[1:-1]
    return held.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("'", "\\u0027")
