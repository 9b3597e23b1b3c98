"""Numbers, dates, months and seasons of a text as values, whichever language writes them out.

"1 000"  "1,000"  "1.000"  "tūkstoš"     the number 1000
"31.05.2021"  "31 May 2021"              the numbers 31 and 2021, and the month 5
"astoņi"  "eight"  "8"                   the number 8
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from erasmus_assistant.answer.vocabulary import Vocabulary, vocabulary
from erasmus_assistant.search.tokens import fold, spans

ADDRESS = re.compile(
    r"(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww][Ww][Ww]\.)[^\s<>\"“”„«»]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:[A-Za-z0-9-]{2,}\.)+[a-z]{2,24}\b(?:/[^\s<>\"“”„«»]*)?"
)
_CALENDAR = re.compile(r"(?<![\d.])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)|(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?")
_ENUMERATOR = re.compile(r"(?<!\w)\d{1,2}\)|\[\d{1,3}\]")
_UNITS = re.compile(r"\s?(?:%|per ?cent|procent\w*|prozent)", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s?(?:€|eur\b|euro\w*|eiro)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:€|eur|euro)\s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a text: its kind ("number", "month", "season"), value, unit and place."""

    kind: str
    value: float
    start: int
    end: int
    unit: str = ""


def figures(text: str, language: str) -> tuple[Figure, ...]:
    """The figures of `text` in order; marks of footnotes and list items, and addresses, are none."""
    blank = _blanked(_blanked(text, ADDRESS), _ENUMERATOR)
    found: list[Figure] = []
    for match in _CALENDAR.finditer(blank):
        year, month, day = match.group(1, 2, 3) if match.group(1) else match.group(6, 5, 4)
        place = match.span()
        found += [Figure("number", float(year), *place), Figure("number", float(day), *place)]
        found.append(Figure("month", float(month), *place))
    blank = _blanked(blank, _CALENDAR)
    for match in _NUMBER.finditer(blank):
        unit = _unit(blank, *match.span())
        found.append(Figure("number", _value(match.group()), *match.span(), unit))
    found += _worded(blank, vocabulary(language), [(figure.start, figure.end) for figure in found])
    return tuple(sorted(found, key=lambda figure: (figure.start, figure.kind, figure.value)))


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _value(digits: str) -> float:
    """The number: a separator before three digits groups thousands, any other is the decimal point."""
    plain = re.sub(r"[ \u00a0\u202f']", "", digits)
    plain = re.sub(r"[.,](?=\d{3}(?:[.,]|$))", "", plain)
    return float(plain.replace(",", "."))


def _unit(text: str, start: int, end: int) -> str:
    if _UNITS.match(text, end):
        return "%"
    if _MONEY_AFTER.match(text, end) or _MONEY_BEFORE.search(text, max(0, start - 6), start):
        return "eur"
    return ""


def _worded(text: str, words: Vocabulary, digits: list[tuple[int, int]]) -> Iterator[Figure]:
    places = [(fold(word), start, end) for word, start, end in spans(text)]
    at = 0
    while at < len(places):
        word, start, end = places[at]
        beside = any(0 <= start - stop <= 3 or 0 <= begin - end <= 3 for begin, stop in digits)
        number = words.number(word, beside)
        if number is not None:
            joined = _compound(words, places, at, number)
            if joined is not None:
                number, end, at = joined
            yield Figure("number", number, start, end)
        elif (month := words.month(word, beside)) is not None:
            yield Figure("month", month, start, end)
        elif (season := words.season(word, beside)) is not None:
            yield Figure("season", season, start, end)
        at += 1


def _compound(
    words: Vocabulary, places: list[tuple[str, int, int]], at: int, first: float
) -> tuple[float, int, int] | None:
    """ "twenty-eight", "douăzeci și opt", "tmienja u għoxrin": the sum, with its end and the last word's number."""
    for step in (1, 2):
        if at + step >= len(places) or (step == 2 and len(places[at + 1][0]) > 3):
            continue
        if places[at + step][1] - places[at][2] > 5:
            continue
        second = words.number(places[at + step][0], False)
        if second is None:
            continue
        tens, unit = max(first, second), min(first, second)
        in_order = first > second or step == 2
        if tens in range(20, 100, 10) and unit in range(1, 10) and in_order:
            return tens + unit, places[at + step][2], at + step
        if step == 1 and second in (100, 1000, 1_000_000) and first < second:
            return first * second, places[at + step][2], at + step
    return None
