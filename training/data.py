"""Reading what the models are trained on: parallel text, the glossary, question-sentence pairs."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from erasmus_assistant.search.tokens import LANGUAGES

HERE = Path(__file__).parent
PARALLEL = HERE / "data" / "train.jsonl.gz"
GLOSSARY = HERE / "glossary"
FORMS = HERE / "forms"
PAIRS = HERE / "pairs"
THESAURUS = HERE / "thesaurus"
NEVER_TRAINED = frozenset({"ntrex", "sib200"})
"""Sources that are share-alike and serve evaluation only."""


class TrainingDataProblem(Exception):
    """A line or cell of the training data can't be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One row of the glossary: the usual words for one thing in every language."""

    name: str
    area: str
    variants: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A colloquial question and the sentence that answers it, in Latvian and English."""

    language: str
    question: str
    sentences: dict[str, str]


@dataclass(frozen=True, slots=True)
class Saying:
    """A colloquial word of one language and the words that a guide uses for it, by language."""

    language: str
    word: str
    formal: dict[str, tuple[str, ...]]


def read_units(path: Path, *, evaluation: bool = False) -> list[dict[str, str]]:
    """The aligned units of a parallel file, each `{"source": ..., "en": ..., ...}`.

    Raises TrainingDataProblem when a file meant for training holds evaluation-only text.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        units = [json.loads(line) for line in lines]
    for number, unit in enumerate(units, start=1):
        if not evaluation and unit["source"] in NEVER_TRAINED:
            raise TrainingDataProblem(f"{path} line {number}: {unit['source']!r} is evaluation-only text")
    return units


def read_glossary(folder: Path = GLOSSARY) -> list[Concept]:
    """Every concept of every table in the folder, in file order."""
    concepts = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                concepts.append(Concept(row["concept"], row["area"], dict(_variants(row))))
    return concepts


def with_forms(concepts: list[Concept], folder: Path = FORMS) -> list[Concept]:
    """The concepts with the inflected forms of every `<language>.tsv` behind their words.

    Raises TrainingDataProblem for a form of no concept.
    """
    found = {concept.name: dict(concept.variants) for concept in concepts}
    for path in sorted(folder.glob("??.tsv")):
        with path.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                variants = found.get(row["concept"])
                if variants is None:
                    raise TrainingDataProblem(f"{path}: {row['form']!r} is of no concept of the glossary")
                variants[path.stem] = tuple(dict.fromkeys((*variants[path.stem], row["form"])))
    return [replace(concept, variants=found[concept.name]) for concept in concepts]


def _variants(row: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for language in LANGUAGES:
        cell = row.get(language) or ""
        yield language, tuple(part.strip() for part in cell.split("|") if part.strip())


def read_thesaurus(folder: Path = THESAURUS) -> list[Saying]:
    """Every row of every `<language>.tsv` of the folder: a word, and what is said for it formally."""
    sayings = []
    for path in sorted(folder.glob("??.tsv")):
        with path.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                formal = {language: words for language, words in _variants(row) if words}
                sayings.append(Saying(path.stem, row["word"].strip(), formal))
    return sayings


def read_pairs(folder: Path = PAIRS) -> list[Pair]:
    """Every question-sentence pair of every file in the folder, in file order."""
    pairs = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                sentences = {"lv": str(row["lv"]), "en": str(row["en"])}
                pairs.append(Pair(str(row["lang"]), str(row["question"]), sentences))
            except (ValueError, KeyError) as problem:
                raise TrainingDataProblem(f"{path} line {number}: {problem!r}") from problem
    return pairs
