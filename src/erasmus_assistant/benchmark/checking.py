"""The check of the question set: fair to the page, in the words of applicants, wide enough."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from erasmus_assistant.benchmark.questions import QuestionLine, Split
from erasmus_assistant.benchmark.scoring import normalise
from erasmus_assistant.guide.decoding import LETTERS

SHARED_WORDS = 6
LONGEST_QUOTE = 30
PER_BODY = 6
SECTION_SEPARATOR = " | "
FEWEST = {"all": 300, "lv": 120, "en": 80, "unanswerable": 60}
FEWEST_OF_A_LANGUAGE = 3
LANGUAGES = tuple(sorted(LETTERS))
BODIES = (
    "european-commission", "eacea", "national-agencies", "salto", "otlas", "national-erasmus-offices", "naric",
    "eurodesk", "european-youth-portal", "project-results-platform", "etwinning", "school-education-gateway", "epale",
    "selfie", "heinnovate", "european-student-card", "erasmus-app", "erasmus-without-paper", "eurydice", "youth-wiki",
    "here", "vet-teams", "eqavet", "eqf", "europass", "euroguidance",
)  # fmt: skip
ANSWERABLE_KINDS = ("fact", "who", "where", "list", "number", "comparison", "keyword", "typo", "rambling", "followup")
UNANSWERABLE_KINDS = ("near", "false_premise", "far", "hostile")

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a set, a line each, and what it holds."""

    problems: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]


def check_set(questions: Sequence[QuestionLine], documents: Mapping[str, str]) -> Checked:
    """`documents`: id -> stored text of what the questions are about."""
    page = [normalise(text) for text in documents.values()]
    runs = {run for text in documents.values() for run in _runs(text)}
    problems = [f"{question.id}: {problem}" for question in questions for problem in _problems_of(question, page, runs)]
    return Checked((*problems, *_duplicates(questions), *_gaps(questions)), _counts(questions))


def _problems_of(question: QuestionLine, page: Sequence[str], runs: set[tuple[str, ...]]) -> Iterator[str]:
    shared = next((run for run in _runs(question.question) if run in runs), None)
    # An author must not borrow the guide's words; what a person really asked stays as it was asked.
    if shared and not question.from_desk:
        yield f"shares {SHARED_WORDS} words in a row with the guide ({' '.join(shared)!r}); say it in other words"
    for quote in (*question.gold, *question.must_contain):
        if not any(normalise(quote) in text for text in page):
            yield f"{quote[:60]!r} is not verbatim in the guide; copy it from there"
    for quote in question.gold:
        if len(quote.split()) > LONGEST_QUOTE:
            yield f"gold of {len(quote.split())} words ({quote[:40]!r}...); quote at most {LONGEST_QUOTE}"
    for section in filter(None, question.section.split(SECTION_SEPARATOR)):
        if not any(normalise(section) in text for text in page):
            yield f"section {section!r} is no heading of the guide; copy it from there"
    yield from _unknown(question)


def _unknown(question: QuestionLine) -> Iterator[str]:
    if question.lang not in LANGUAGES:
        yield f"lang {question.lang!r} is none of the 24 official languages"
    kinds = ANSWERABLE_KINDS if question.answerable else UNANSWERABLE_KINDS
    if question.kind not in kinds:
        yield f"kind {question.kind!r} is none of {', '.join(kinds)}"
    for body in question.body:
        if body not in BODIES:
            yield f"body {body!r} is not known"
    if question.kind == "followup" and not question.history:
        yield "is a follow-up without a history"


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return zip(*(words[at:] for at in range(SHARED_WORDS)), strict=False)


def _duplicates(questions: Sequence[QuestionLine]) -> Iterator[str]:
    seen: dict[tuple[str, ...], str] = {}
    for question in questions:
        key = (*_WORD.findall(question.question.casefold()), *(text for _, text in question.history))
        if key in seen and key:
            yield f"{question.id}: asks the same as {seen[key]}; change one"
        seen.setdefault(key, question.id)


def _gaps(questions: Sequence[QuestionLine]) -> Iterator[str]:
    counts = _counts(questions)
    held = {"all": len(questions), **counts["language"], "unanswerable": counts["answerable"].get("no", 0)}
    fewest = dict.fromkeys(LANGUAGES, FEWEST_OF_A_LANGUAGE) | FEWEST
    for name, least in fewest.items():
        if held.get(name, 0) < least:
            yield f"the set: {held.get(name, 0)} questions of {name!r}; at least {least} are wanted"
    for body in BODIES:
        held_here = counts["body"].get(body, 0)
        if held_here < PER_BODY:
            yield f"the set: {held_here} answerable questions about {body!r}; at least {PER_BODY} are wanted"


def _counts(questions: Sequence[QuestionLine]) -> dict[str, dict[str, int]]:
    return {
        "language": dict(sorted(Counter(one.lang for one in questions).items())),
        "kind": dict(sorted(Counter(one.kind for one in questions).items())),
        "body": dict(sorted(Counter(body for one in questions if one.answerable for body in one.body).items())),
        "answerable": dict(sorted(Counter("yes" if one.answerable else "no" for one in questions).items())),
        "split": {split: sum(one.split == split for one in questions) for split in (Split.DEVELOPMENT, Split.TEST)},
    }
