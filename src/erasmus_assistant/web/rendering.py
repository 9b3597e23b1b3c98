"""An answer as the HTML of one chat message: everything from outside escaped, on one line.

The chat component reads messages as Markdown. A line that begins with a block tag is taken as
HTML up to the next blank line, so a message without line breaks is never read as Markdown, and
the component's own sanitizer then stands behind our escaping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from uuid import uuid4

from erasmus_assistant.answer import writing
from erasmus_assistant.answer.looks import BULLETS
from erasmus_assistant.records import Answer, Outcome, Quotation
from erasmus_assistant.texts import Texts, own_names, texts
from erasmus_assistant.web.addresses import anchor, linked
from erasmus_assistant.web.glossing import gloss_html
from erasmus_assistant.web.references import Cited, by_tag, cite_html, sources_html

CUT = "[…]"
"""Stands where words of the guide were left out."""
HIGH, MEDIUM = 0.75, 0.5
_TAG = re.compile(r"\[(\d{1,3})\]")
_INLINE = re.compile(
    r"\[(?P<label>[^\[\]]+)\]\((?P<url>https?://[^\s()]+)\)|\*\*(?P<bold>.+?)\*\*|\[(?P<tag>\d{1,3})\]"
)


def question_html(question: str) -> str:
    """What the person asked."""
    return _one_line(f'<div class="asked">{_lines(escape(question))}</div>')


def pending_html(language: str, text: str = "") -> str:
    """An answer on its way: the paragraphs so far, or the word that the guide is being searched."""
    words = texts(language)
    body = _body(text, {}, words) if text else f'<p class="searching">{escape(words.get("web.searching"))}</p>'
    return _one_line(f'<div class="answer pending" lang="{language}">{body}</div>')


def message_html(text: str, language: str) -> str:
    """A message of the interface itself, such as that the question is too long; two of them are never the same."""
    return _one_line(
        f'<div class="answer notice" id="notice-{uuid4().hex}" lang="{language}"><p>{_lines(escape(text))}</p></div>'
    )


def answer_html(answer: Answer, interface: str) -> str:
    """A whole answer: its text, its sources and how sure it is, all in the language of the question.

    `interface` is the language of what can be pressed: the numbers say in it that they open a source.
    """
    words, own = texts(interface), texts(answer.language)
    cited = {tag: list(group) for tag, group in groupby(sorted(answer.quotations, key=by_tag), key=by_tag)}
    body = _body(answer.text, cited, words)
    note = f'<p class="note">{escape(answer.note)}</p>' if answer.note else ""
    sources = sources_html(cited, own, words) if cited else ""
    sure = _confidence(answer, own)
    return _one_line(
        f'<div class="answer done {answer.outcome.value}" id="answer-{escape(answer.id)}" lang="{answer.language}">'
        f'{note}<div class="said">{body}</div>{gloss_html(answer.quotations, answer.language, answer.question)}'
        f'{sources}{sure}<div class="actions"></div></div>'
    )


def _body(text: str, cited: Cited, words: Texts) -> str:
    """Paragraphs as HTML; neighbouring quotations of one passage become one quotation."""
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    return "".join(
        _quoted(list(group), tag, cited, words) if tag >= 0 else "".join(_paragraph(one, cited, words) for one in group)
        for tag, group in groupby(paragraphs, key=_quoted_tag)
    )


def _paragraph(text: str, cited: Cited, words: Texts) -> str:
    """A paragraph; the languages in which one can ask are each named in themselves, and once told in English."""
    if text == _all_names():
        names = (f'<span lang="{code}">{escape(name)}</span>' for code, name in own_names().items())
        return f"<p>{writing.BETWEEN.join(names)}</p>"
    if text.startswith(writing.BULLET):
        return _headings(text, cited, words)
    english = ' lang="en"' if text == texts("en").get("answer.other_language") else ""
    return f"<p{english}>{_inline(text, cited, words)}</p>"


def _headings(text: str, cited: Cited, words: Texts) -> str:
    """The headings of an overview as a list, in the language of the guide."""
    tags = [int(tag) for tag in _TAG.findall(text)]
    language = next((f' lang="{cited[tag][0].passage.language}"' for tag in tags if tag in cited), "")
    items = (f"<li>{_inline(line.removeprefix(writing.BULLET), cited, words)}</li>" for line in text.split("\n"))
    return f'<ul class="headings"{language}>{"".join(items)}</ul>'


@lru_cache(maxsize=1)
def _all_names() -> str:
    return writing.BETWEEN.join(own_names().values())


def _quoted_tag(paragraph: str) -> int:
    """The tag of a quotation; 0 for one without, -1 for any other paragraph."""
    if not paragraph.startswith(">"):
        return -1
    tags = _TAG.findall(paragraph)
    return int(tags[-1]) if tags and paragraph.rstrip().endswith(f"[{tags[-1]}]") else 0


def _quoted(paragraphs: Sequence[str], tag: int, cited: Cited, words: Texts) -> str:
    quotations = cited.get(tag, ())
    language = f' lang="{quotations[0].passage.language}"' if quotations else ""
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += [*([CUT] if lines else []), *_quoted_lines(paragraph, tag)]
    said = "".join(_blocks([*lines, CUT] if _breaks_off(quotations) else lines))
    return f'<blockquote{language}><div class="words">{said}</div>{cite_html(tag, cited, words)}</blockquote>'


def _breaks_off(quotations: Sequence[Quotation]) -> bool:
    """Whether the list that the last of these ends in goes on."""
    if not quotations:
        return False
    last = max(quotations, key=lambda one: one.end)
    rest = last.passage.text[last.end - last.passage.start :].lstrip()
    return _is_item(last.quote.strip().splitlines()[-1].strip()) and _is_item(rest)


def _is_item(line: str) -> bool:
    return line[:1] in BULLETS and line[1:2] in (" ", "\t", "\u00a0")


def _quoted_lines(paragraph: str, tag: int) -> Iterator[str]:
    end = f"[{tag}]" if tag else ""
    for line in paragraph.rstrip().removesuffix(end).split("\n"):
        if said := line.strip().removeprefix(">").strip():
            yield said


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    """Lines as paragraphs and lists."""
    for item, group in groupby(lines, key=_is_item):
        if item:
            yield "<ul>" + "".join(f"<li>{linked(line[1:].strip())}</li>" for line in group) + "</ul>"
        else:
            yield "".join(f"<p>{linked(line)}</p>" for line in group)


def _inline(text: str, cited: Cited, words: Texts) -> str:
    """Links, bold words and tags; all else is escaped."""
    parts, at = [], 0
    for match in _INLINE.finditer(text):
        parts.append(linked(text[at : match.start()], short=True))
        if match["url"]:
            parts.append(anchor(match["url"], match["label"]))
        elif match["bold"]:
            parts.append(f"<strong>{escape(match['bold'])}</strong>")
        else:
            parts.append(cite_html(int(match["tag"]), cited, words))
        at = match.end()
    return "".join([*parts, linked(text[at:], short=True)])


def _confidence(answer: Answer, words: Texts) -> str:
    if answer.outcome is not Outcome.ANSWERED:
        return ""
    level = "high" if answer.confidence >= HIGH else "medium" if answer.confidence >= MEDIUM else "low"
    label = escape(words.get(f"web.confidence_{level}"))
    return f'<p class="confidence {level}" lang="{words.language}">{label}</p>'


def _lines(escaped: str) -> str:
    return "<br>".join(escaped.splitlines())


def _one_line(html: str) -> str:
    return " ".join(html.splitlines())
