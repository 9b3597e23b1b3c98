"""The row of a table that a question asks for: the line of a country, the band of a distance."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.records import Passage, Question, Retrieved
from erasmus_assistant.search.features import Floats, Matcher
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import stems

CELL = " | "
MOST = 3
"""Rows that may tie; where more do, the question asks for none of them."""
APART = 0.04
"""Share of the question by which a row must lead the one after it."""
LEAST, LEAST_IN_BAND = 0.3, 0.15
"""Least share of the question that a row has together with its headings, its caption and its heading row; a band
has the number itself as well."""
_BAND = re.compile(r"(\d[\d\u00a0\u202f ]*)\s*(?:km|eur|€)?\s*[–—-]\s*(\d[\d\u00a0\u202f ]*)")
_FIGURE = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?!\d)|(?<![\w.,])\d+(?![\w]|[.,]\d)")


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A line of a passage, and how likely each term of the question stands in it."""

    start: int
    end: int
    held: Floats


def asked_rows(retriever: Retriever, retrieved: Retrieved) -> list[Excerpt]:
    """The caption with the heading row, and the rows asked for, of the best passage; empty where none stands out."""
    passage = retrieved.hits[0].passage if retrieved.hits else None
    if passage is None or passage.header is None:
        return []
    text = retriever.index.documents[passage.document].text
    matcher = _matcher(retriever, retrieved.question, passage.language)
    lines = _lines(text, passage, matcher)
    rows = [line for line in lines if CELL in text[line.start : line.end] and line.start != passage.header[0]]
    lead = [line for line in lines if line.end <= passage.header[0]][-1:]
    banded = _in_band(text, rows, _figures(retriever, retrieved.question))
    chosen = banded or _leading(matcher, rows)
    around = [" ".join(passage.heading_path), *(text[line.start : line.end] for line in lead)]
    around.append(text[slice(*passage.header)])
    common = matcher.match_all([frozenset(stems(part, passage.language)) for part in around]).max(axis=0)
    whole = [_share(matcher, np.maximum(common, line.held)) for line in chosen]
    prose = [_share(matcher, line.held) for line in lines if line not in rows and line not in lead]
    least = max([LEAST_IN_BAND if banded else LEAST, *prose])
    if not chosen or max(whole) < least:
        return []
    start = lead[0].start if lead else passage.header[0]
    return [Excerpt(passage, start, passage.header[1]), *(Excerpt(passage, line.start, line.end) for line in chosen)]


def _matcher(retriever: Retriever, question: Question, language: str) -> Matcher:
    asked = retriever.terms(question, language)
    index = retriever.index.languages[language].text
    return Matcher(asked.terms.fuzzy, index.values(asked.terms.exact))


def _share(matcher: Matcher, held: Floats) -> float:
    return float(held @ matcher.values) / matcher.total


def _lines(text: str, passage: Passage, matcher: Matcher) -> list[_Line]:
    """The lines of a passage that hold anything."""
    found = []
    at = passage.body
    for line in text[passage.body : passage.end].splitlines(keepends=True):
        start = at + len(line) - len(line.lstrip())
        if line.strip():
            held = matcher.match(frozenset(stems(line, passage.language)))
            found.append(_Line(start, start + len(line.strip()), held))
        at += len(line)
    return found


def _figures(retriever: Retriever, question: Question) -> list[int]:
    """The numbers of a question, the year of an edition left out."""
    numbers = [int(re.sub(r"\D", "", found)) for found in _FIGURE.findall(question.text)]
    return [number for number in numbers if number not in retriever.editions.years]


def _in_band(text: str, rows: list[_Line], figures: list[int]) -> list[_Line]:
    """The rows of whose first cells one is a band, such as `100–499 km`, that holds a number of the question."""
    found = []
    for row in rows:
        for cell in text[row.start : row.end].split(CELL)[:2]:
            band = _BAND.search(cell)
            if band is not None:
                low, high = (int(re.sub(r"\D", "", end)) for end in band.groups())
                if any(low <= figure <= high for figure in figures):
                    found.append(row)
                    break
    return found if len(found) <= MOST else []


def _leading(matcher: Matcher, rows: list[_Line]) -> list[_Line]:
    """The rows that hold more of the question than the others."""
    if len(rows) < 2:
        return []
    values = np.array([float(row.held @ matcher.values) for row in rows]) / matcher.total
    best = [row for row, value in zip(rows, values, strict=True) if value > values.max() - APART / 2]
    rest = values[values <= values.max() - APART / 2]
    stands_out = len(rest) > 0 and values.max() - rest.max() >= APART
    return best if stands_out and len(best) <= MOST else []
