"""What of a saved page belongs to the site and not to the guide."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.html import HtmlElement

_NEVER = frozenset(
    (
        "script style noscript template svg math iframe object embed video audio canvas map select option "
        "datalist input textarea button dialog head title meta link base nav footer img picture source "
        "progress meter applet frameset"
    ).split()
)
_ROLES = frozenset(
    ("navigation banner contentinfo search dialog alertdialog menu menubar toolbar tablist status tooltip").split()
)
_TEXT = frozenset(("h1 h2 h3 h4 h5 h6 table td th tr tbody thead body main html").split())
_PREFIX = r"(?:site|page|global|main|primary|secondary|top|ecl|bcl|js|block|region|ewcms|left|right|mobile|the|o|c|l|m)"
_THING = (
    r"(?:cookies?|consent|gdpr|breadcrumbs?|nav|navbar|navigation|menu|sidebar|side|skip|skiplinks?|share|sharing|social|"
    r"socialmedia|search|searchbox|searchbar|pagination|pager|footer|toolbar|newsletter|subscribe|feedback|languages?|lang|"
    r"locale|related|toc|print|advert|ads?|promo|popup|modal|overlay|login|sr|visually)"
)
_PART = (
    r"(?:bar|banner|notice|box|form|links?|list|wrapper|container|menu|nav|navigation|block|widget|popup|overlay|panel|buttons?|"
    r"icons?|inner|content|selector|switcher|switch|media|trail|area|this|page|to|only|message|policy|dialog|tools?|hidden|"
    r"pages?|of|contents|articles?|items?|consent|input|field)"
)
_TOKEN = re.compile(rf"(?:{_PREFIX}[-_]+)*{_THING}(?:[-_]*{_PART})*", re.IGNORECASE)
_NOTE_BOX = re.compile(
    r"note|callout|info|warning|tip|box|important|example|alert|highlight|hint|remark", re.IGNORECASE
)
_TOOL_LINE = re.compile(
    r"(?:skip|jump|go|back|return) to (?:the )?(?:main |top|content|start).{0,20}|(?:back|on) to top|"
    r"top of (?:the )?page|"
    r"share (?:this page|on|via|with).{0,30}|share|print(?: this page)?|download as pdf|"
    r"nach oben|zum (?:inhalt|seitenanfang|hauptinhalt)(?: springen)?|teilen|drucken|"
    r"(?:diese )?seite (?:teilen|drucken)|"
    r"(?:pāriet|doties) uz (?:galveno )?saturu|uz augšu|kopīgot(?: šo lapu)?|dalīties(?: ar šo lapu)?|drukāt(?: lapu)?|"
    r"aller au contenu(?: principal)?|haut de page|partager(?: cette page)?|imprimer",
    re.IGNORECASE,
)
_SHORT = 80
_SHARE = 0.4


class Furniture:
    """Decides which parts of one page are left out; `kept` are elements that hold footnotes."""

    def __init__(self, page: HtmlElement, root: HtmlElement, kept: Collection[HtmlElement]) -> None:
        self._kept = kept
        self._in_main = root.tag in ("main", "article") or root.get("role") == "main"
        self._size = max(1, _text_length(root))

    def covers(self, element: HtmlElement) -> bool:
        tag = element.tag
        if tag in _NEVER:
            return element not in self._kept or tag not in ("footer", "nav")
        if element in self._kept:
            return False
        if tag == "header":
            return not self._in_main and not _has(element, "h1")
        if tag == "aside":
            return not (self._in_main and _NOTE_BOX.search(_names(element)))
        if tag == "form":
            return not any(_has(element, inner) for inner in ("p", "h1", "h2", "h3", "table"))
        return self._is_named(element) or _is_hidden(element) or _is_menu(element)

    def _is_named(self, element: HtmlElement) -> bool:
        if element.tag in _TEXT:
            return False
        role = (element.get("role") or "").lower()
        if role not in _ROLES and not any(_TOKEN.fullmatch(token) for token in _naming_tokens(element)):
            return False
        if any(_has(element, inner) for inner in ("main", "article", "h1")):
            return False
        return role in _ROLES or _text_length(element) <= _SHARE * self._size


def is_tool_line(text: str) -> bool:
    """Whether a short line is a tool of the page, such as "Share this page"."""
    return len(text) <= 60 and _TOOL_LINE.fullmatch(text.strip(" .:!↑▲")) is not None


def content_root(page: HtmlElement) -> HtmlElement:
    """The element that holds the guide: main, else the only article, else the body."""
    body = page.find("body")
    body = page if body is None else body
    mains = list(body.iter("main")) + [one for one in body.iter("div", "section") if _is_main(one)]
    articles = [] if mains else list(body.iter("article"))[:2]
    chosen = mains or (articles if len(articles) == 1 else [])
    if not chosen:
        return body
    best = max(chosen, key=_text_length)
    enough = _text_length(best) >= 200 or _text_length(best) * 5 >= _text_length(body)
    return best if enough else body


def _is_main(element: HtmlElement) -> bool:
    return element.get("role") == "main" or (element.get("id") or "").lower() in ("main", "main-content", "maincontent")


def _is_hidden(element: HtmlElement) -> bool:
    """A short hidden element is a label for machines; a long one is a folded part of the text."""
    style = (element.get("style") or "").replace(" ", "").lower()
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true" or "display:none" in style
    return hidden and _text_length(element) <= _SHORT


def _is_menu(element: HtmlElement) -> bool:
    """A list of links within the site (at least three, and nothing but links) is a menu."""
    if element.tag not in ("ul", "ol"):
        return False
    links = [link for link in element.iter("a") if (link.get("href") or "").strip()]
    if len(links) < 3 or any(_leaves(link) for link in links):
        return False
    linked = sum(_text_length(link) for link in links)
    return linked >= 0.9 * _text_length(element)


def _leaves(link: HtmlElement) -> bool:
    return re.match(r"[a-z]+:|//", link.get("href") or "", re.IGNORECASE) is not None


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _naming_tokens(element: HtmlElement) -> list[str]:
    """Class names, and the id of a box without headings: on a section "languages" or "search" is its subject."""
    tokens = (element.get("class") or "").split()
    if element.tag in ("div", "section", "ul", "ol") and not any(_has(element, tag) for tag in ("h2", "h3", "h4")):
        tokens += (element.get("id") or "").split()
    return tokens


def _has(element: HtmlElement, tag: str) -> bool:
    return next(element.iter(tag), None) is not None


def _text_length(element: HtmlElement) -> int:
    return len("".join(str(element.text_content()).split()))
