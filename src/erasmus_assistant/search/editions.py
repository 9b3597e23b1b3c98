"""Several years and languages in one corpus: which edition is meant, and the same passage shown once.

The newest edition of each language is meant unless a question names another year or asks for the
one before (`editions.toml`). Passages of other editions stay in the list, behind.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Document, Passage, Question
from erasmus_assistant.search.features import LINK
from erasmus_assistant.search.tokens import LANGUAGES, fold, words

FILE = Path(__file__).parent / "editions.toml"
BEHIND = 8.0
"""What a passage of an edition that is not meant loses of its score; two good passages lie about 4 apart."""
BEHIND_EACH = 0.5
"""What it loses for each edition further away."""
OWN_LANGUAGE = 1.0
"""What a passage in the question's language gains: it leads where another says as much.

More would crowd out the right passage in another language: over a corpus of three languages the
learned scores are comparable as they are.
"""
AKIN = 0.9
"""The least cosine of the same passage in two documents of one language."""
TRANSLATED = (0.8, 0.7, 0.55)
"""The least cosine of the same passage in two languages, by the number of marks in both: none, one, more.

Translations lie about 0.6 apart, and one passage in a hundred is as near as 0.7 to one that is no translation.
"""

_YEAR = re.compile(r"(?<![\d.,/–-])(20[1-9]\d)(?!\d|[.,]\d|\s?[–-]\s?(?:20)?\d\d(?!\d))")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?![\d.,]\d|\d)")
_LANGUAGE_OF_LINK = re.compile(rf"(?<=[/._=-])(?:{'|'.join(LANGUAGES)})(?=[/._&-]|$)")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Place:
    """One candidate in its place: its position among the candidates, and the score that it goes by."""

    at: int
    score: float


class Editions:
    """The years of a corpus; without two of them nothing is held against anything."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.years = sorted({document.year for document in documents.values() if document.year is not None})
        self.newest: dict[str, int] = {}
        for document in documents.values():
            if document.year is not None:
                self.newest[document.language] = max(self.newest.get(document.language, 0), document.year)

    def wanted(self, question: Question) -> int | None:
        """The year that a question asks for: one it names that the corpus has, or the one before the newest."""
        if len(self.years) < 2:
            return None
        named = [int(year) for year in _YEAR.findall(question.text)]
        held = [year for year in named if year in self.years]
        if held:
            return held[-1]
        cues = _earlier(question.language)
        text = " ".join(fold(word) for word in words(question.text))
        return self.years[-2] if cues is not None and not named and cues.search(text) else None

    def behind(self, language: str, year: int | None, wanted: int | None) -> float:
        """What a passage loses for its year."""
        meant = self.newest.get(language) if wanted is None else wanted
        if len(self.years) < 2 or year is None or meant is None or year == meant:
            return 0.0
        return BEHIND + BEHIND_EACH * abs(self.years.index(year) - self.years.index(meant))


def once(
    passages: Sequence[Passage], vectors: Floats, scores: Sequence[float], wanting: Sequence[bool], language: str
) -> list[Place]:
    """Candidates, given best first, with each passage once: in the wanted edition, in `language`, where it is in both.

    `vectors` are of length one, a row a candidate; `wanting` says which are of the wanted edition.
    The one that is shown takes the place and the score of the best of them.
    """
    alike = (vectors @ vectors.T).tolist()
    groups: list[list[int]] = []
    for at, passage in enumerate(passages):
        for group in groups:
            if any(_same(passages[held], passage, alike[held][at]) for held in group):
                group.append(at)
                break
        else:
            groups.append([at])
    return [
        Place(min(group, key=lambda at: (not wanting[at], passages[at].language != language, at)), scores[group[0]])
        for group in groups
    ]


def _same(first: Passage, other: Passage, cosine: float) -> bool:
    """Whether a passage is the other of another document; the marks are looked for last, for it takes longest."""
    foreign = first.language != other.language
    if first.document == other.document or cosine < (TRANSLATED[-1] if foreign else AKIN):
        return False
    marks = marks_of(_body(other))
    least = TRANSLATED[min(len(marks), len(TRANSLATED) - 1)] if foreign else AKIN
    return cosine >= least and marks == marks_of(_body(first))


def own_first(
    passages: Sequence[Passage], vectors: Floats, places: Sequence[Place], wanting: Sequence[bool], language: str
) -> list[Place]:
    """The best place goes to a passage in `language` that says what the best one says, and more or less besides.

    It holds all figures and links of the other, at least two, or the other all of its own.
    """
    best = places[0].at
    if passages[best].language == language:
        return list(places)
    marks = marks_of(_body(passages[best]))
    for number, place in enumerate(places):
        if passages[place.at].language != language or wanting[place.at] != wanting[best]:
            continue
        own = marks_of(_body(passages[place.at]))
        within = min(len(own), len(marks)) > 1 and (own <= marks or marks <= own)
        if within and float(vectors[best] @ vectors[place.at]) >= TRANSLATED[-1]:
            return [Place(place.at, places[0].score), *places[:number], *places[number + 1 :]]
    return list(places)


def _body(passage: Passage) -> str:
    return passage.text[passage.body - passage.start :]


@lru_cache(maxsize=8192)
def marks_of(text: str) -> frozenset[str]:
    """What a translation keeps as it is: figures, written one way, and links but for the language in them."""
    links = {_LANGUAGE_OF_LINK.sub("", found.rstrip(".,;:)]").casefold()) for found in LINK.findall(text)}
    plain = _GROUPED.sub(lambda found: re.sub(r"\D", "", found.group()), LINK.sub(" ", text))
    return frozenset(links | {figure.replace(",", ".").replace(":", ".") for figure in _FIGURE.findall(plain)})


@lru_cache(maxsize=32)
def _earlier(language: str) -> re.Pattern[str] | None:
    cues = _cues().get(language)
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(_cue, cues)))})(?!\w)") if cues else None


def _cue(cue: str) -> str:
    return " ".join(" ".join(fold(word) for word in words(part)) + r"\w*" * part.endswith("*") for part in cue.split())


@lru_cache(maxsize=1)
def _cues() -> dict[str, list[str]]:
    return tomllib.loads(FILE.read_text("utf-8"))
