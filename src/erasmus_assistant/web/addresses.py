"""Web addresses as links: whole in a quotation, short where they are our own words."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from erasmus_assistant.search.features import LINK

LONGEST = 34
"""Characters of an address that stand on one line of a phone."""
_LEFT_OUT = "…"


def linked(text: str, short: bool = False) -> str:
    """Escaped text, its lines broken, in which web addresses can be followed; with `short`, long ones are shortened.

    A short one has the whole in its title, for who copies the text.
    """
    parts, at = [], 0
    for match in LINK.finditer(text):
        found = match.group().rstrip(".,;:!?)]”\"'»")
        parts += [_lines(text[at : match.start()]), _short(found) if short else anchor(found, found)]
        at = match.start() + len(found)
    return "".join([*parts, _lines(text[at:])])


def anchor(url: str, label: str) -> str:
    """A link to another site."""
    return f'<a href="{escape(_target(url))}" target="_blank" rel="noopener noreferrer">{escape(label)}</a>'


def shortened(url: str) -> str:
    """The host and the path, of a long one its end alone; what stands before and behind them is left out."""
    try:
        parts = urlsplit(_target(url))
    except ValueError:
        return url
    host, path = parts.netloc.removeprefix("www."), parts.path.rstrip("/")
    if not host or len(host + path) <= LONGEST:
        return host + path or url
    last = path.rpartition("/")[2]
    if path == f"/{last}":
        return f"{host}/{_cut(last)}"
    return f"{host}/{_LEFT_OUT}/{_cut(last)}"


def _cut(segment: str) -> str:
    return segment if len(segment) <= LONGEST else segment[: LONGEST - 1] + _LEFT_OUT


def _short(url: str) -> str:
    label = shortened(url)
    host, slash, path = label.partition("/")
    # Hyphens of a host are no place to break a line; behind it is one.
    name = f'<span class="host">{escape(host)}</span><wbr>' if len(host) <= LONGEST else escape(host)
    return (
        f'<a class="address" href="{escape(_target(url))}" title="{escape(url)}" target="_blank"'
        f' rel="noopener noreferrer">{name}{escape(slash + path)}</a>'
    )


def _target(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else f"https://{url}"


def _lines(text: str) -> str:
    return "<br>".join(escape(text).splitlines())
