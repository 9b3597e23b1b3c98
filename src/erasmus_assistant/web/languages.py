"""The language of the interface: what the person chose, else what the browser asks for, else English."""

from __future__ import annotations

from collections.abc import Mapping

from erasmus_assistant.texts import languages

COOKIE = "language"
QUERY = "language"
FALLBACK = "en"
COOKIE_SECONDS = 365 * 24 * 3600


def interface_language(query: Mapping[str, str], cookies: Mapping[str, str], accepted: str) -> str:
    """The first of the picker's choice in the address, the remembered one, and Accept-Language that we speak."""
    for chosen in (query.get(QUERY, ""), cookies.get(COOKIE, "")):
        if chosen in languages():
            return chosen
    return preferred(accepted)


def preferred(accepted: str) -> str:
    """The best language of an Accept-Language header (RFC 9110, 12.5.4); ties go to the first named."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:1000].split(",")):
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in languages() and (quality := _quality(weight)) > 0:
            ranked.append((-quality, place, language))
    return min(ranked)[2] if ranked else FALLBACK


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
