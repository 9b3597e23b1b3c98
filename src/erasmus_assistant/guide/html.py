"""Saved web pages -> stored text and blocks, without the furniture of the site.

lxml does the parsing: it is fast, mends broken mark-up, bounds the depth of nesting and is walked
without recursion, so that hostile pages cost no more than long ones.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.composing import Composer, Reading, cleaned, one_line
from erasmus_assistant.guide.decoding import decode
from erasmus_assistant.guide.html_blocks import write_blocks
from erasmus_assistant.guide.html_furniture import Furniture, content_root
from erasmus_assistant.guide.html_notes import find_notes

LARGEST_PAGE = 20_000_000
MOST_TAGS = 300_000
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}encoding=[\"']([\w.-]{1,40})",
    re.IGNORECASE,
)
_TEXT_CODECS = re.compile(r"(?:utf|iso8859|cp|koi8|mac|latin|ascii|big5|gb|euc|shift)")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9-]+)?$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20[1-4]\d)(?!\d)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(data: bytes, name: str, language: str = "") -> Reading:
    """Raises UnreadableDocument for a page that can't be decoded, is nested beyond reason, or holds no text."""
    if len(data) > 2 * LARGEST_PAGE:
        raise UnreadableDocument(
            f"{name!r} is a page of over {2 * LARGEST_PAGE // 1_000_000} MB; split it into several pages"
        )
    return read_markup(_decoded(data, name, language), name)


def read_markup(markup: str, name: str) -> Reading:
    """The reading of a page that is text already."""
    page = _parsed(markup, name)
    notes = find_notes(page)
    root = content_root(page)
    composer = Composer()
    write_blocks(root, composer, Furniture(page, root, notes.holders), notes)
    if not composer.blocks:
        raise UnreadableDocument(f"{name!r} holds no text beside its menus; save the page again with its text shown")
    title = _title(page, root)
    return composer.reading(title, _language(page))


def _parsed(markup: str, name: str) -> HtmlElement:
    if len(markup) > LARGEST_PAGE:
        raise UnreadableDocument(
            f"{name!r} is a page of over {LARGEST_PAGE // 1_000_000} MB; split it into several pages"
        )
    if markup.count("<") - markup.count("</") > MOST_TAGS:
        raise UnreadableDocument(f"{name!r} is a page of over {MOST_TAGS:,} tags; split it into several pages")
    parser = HTMLParser(recover=True, no_network=True, huge_tree=False, remove_pis=True)
    try:
        page = document_fromstring(_DECLARATION.sub("", markup), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableDocument(
            f"{name!r} holds no page that can be read ({one_line(str(error))[:80]}); save it again"
        ) from None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise UnreadableDocument(
            f"{name!r} nests its tags more than 250 deep; save the page again from a browser as HTML"
        )
    return page


def _decoded(data: bytes, name: str, language: str) -> str:
    """Unicode first, then what the page declares, then what its letters prove."""
    declared = _CHARSET.search(data[:4096])
    codec = (declared.group(1) or declared.group(2)).decode("ascii", "replace") if declared else ""
    if codec and not _is_unicode(data):
        try:
            known = codecs.lookup(codec).name
            if _TEXT_CODECS.match(known) and not known.startswith("utf"):
                return data.decode(known)
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    return decode(data, name, language)


def _is_unicode(data: bytes) -> bool:
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _title(page: HtmlElement, root: HtmlElement) -> str:
    """The first heading of the first rank, unless only the page's title names the edition."""
    heading = next((one_line(cleaned(str(h1.text_content()))) for h1 in root.iter("h1")), "")
    named = one_line(cleaned(page.findtext("head/title") or page.findtext(".//title") or ""))
    if heading and (_YEAR.search(heading) or not _YEAR.search(named)):
        return heading[:300]
    return (named or heading)[:300]


def _language(page: HtmlElement) -> str:
    lang = page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or page.get("xml:lang")
    if lang is None:
        body = page.find("body")
        lang = body.get("lang") if body is not None else None
    match = _LANGUAGE.match((lang or "").strip())
    return match.group(1).lower() if match else ""
