"""`python -m training evaluate-lexicons`: does a translated sentence find its original?

For each other language: each news sentence, by the lexicons alone, against all the Latvian
sentences of the same set (retrieval accuracy@1). Nothing here is ever trained on that text.

The score of two sentences is the sum of three cosines, each weighted by rarity: the translated
source and the target; the translated target and the source; and the trigrams of their words in
a common spelling, which finds names and words that the languages share. `csls` subtracts half
of the mean of the ten best scores of the row and of the column (Conneau et al. 2018): it needs
all the questions at once, so it describes a set of sentences, not a search.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search import lexicon, tokens
from training import data

EVALUATION = data.HERE / "data" / "evaluation-only.jsonl.gz"
FLATTENED = 0.4
"""The power of the probabilities: sentences gain when likely and less likely words count alike."""
NAMES = 0.7
NEIGHBOURS = 10

Matrix = NDArray[np.float64]
Row = dict[int, float]

_GREEK = ("αβγδεζηθικλμνξοπρστυφχψως", "a v g d e z i t i k l m n ks o p r s t i f h ps o s")
_CYRILLIC = ("абвгдежзиклмнопрстуфхцчшщъьюя", "a b v g d e z z i k l m n o p r s t u f h c c s st a _ ju ja")
_LETTERS = {
    old: new.strip("_") for olds, news in (_GREEK, _CYRILLIC) for old, new in zip(olds, news.split(), strict=True)
}
_LATIN = str.maketrans(_LETTERS)
_GREEK_PAIRS = (("ου", "u"), ("μπ", "b"), ("ντ", "d"), ("γκ", "g"))
_SPELLINGS = (
    *(("tsch", "c"), ("sch", "s"), ("sz", "s"), ("cz", "c"), ("sh", "s"), ("ph", "f"), ("th", "t"), ("ck", "k")),
    *(("qu", "kv"), ("x", "ks"), ("w", "v"), ("y", "i"), ("ou", "u"), ("ee", "i"), ("oo", "u"), ("tion", "cij")),
    ("ch", "h"),
)


@lru_cache(maxsize=262144)
def respelled(word: str) -> str:
    """A word in a rough common spelling, so that `Trump`, `Тръмп` and `Tramps` come closer."""
    found = tokens.fold(word)
    for old, new in _GREEK_PAIRS:
        found = found.replace(old, new)
    found = found.translate(_LATIN)
    for old, new in _SPELLINGS:
        found = found.replace(old, new)
    return re.sub(r"(.)\1", r"\1", re.sub(r"c(?![eij])", "k", found))


class Side:
    """The sentences of one language as sparse sets of stems, and of trigrams of their words."""

    def __init__(self, sentences: list[str], language: str) -> None:
        self.sentences, self.language = sentences, language
        found = [Counter(tokens.stems(sentence, language)) for sentence in sentences]
        self.numbers = {stem: at for at, stem in enumerate(sorted({stem for one in found for stem in one}))}
        self.stems = _sparse([{self.numbers[stem]: 1.0 for stem in one} for one in found], len(self.numbers))
        self.grams = [_trigrams(sentence) for sentence in sentences]


def _trigrams(sentence: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for word, _, _ in tokens.spans(sentence):
        if any(char.isdigit() for char in word):
            found["#" + word] = 2.0
            continue
        padded = " " + respelled(word)
        share = 1.5 if word[0].isupper() else 1.0
        for at in range(max(1, len(padded) - 2)):
            gram = padded[at : at + 3]
            found[gram] = max(found.get(gram, 0.0), share)
    return found


def _sparse(rows: list[Row], width: int) -> sparse.csr_matrix:
    starts = np.cumsum([0] + [len(row) for row in rows])
    at = np.array([key for row in rows for key in sorted(row)], dtype=np.int64)
    values = np.array([row[key] for row in rows for key in sorted(row)], dtype=np.float64)
    return sparse.csr_matrix((values, at, starts), shape=(len(rows), width))


def _cosines(queries: sparse.csr_matrix, documents: sparse.csr_matrix) -> Matrix:
    """Cosines with each column weighted by its rarity among the documents."""
    frequency = np.asarray((documents > 0).sum(axis=0)).ravel()
    weights = sparse.diags(np.log(1 + (documents.shape[0] - frequency + 0.5) / (frequency + 0.5)))
    found: Matrix = (_unit(queries @ weights) @ _unit(documents @ weights).T).toarray()
    return found


def _unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(length, 1e-9)) @ rows


def translated(side: Side, book: lexicon.Lexicon, other: Side) -> Matrix:
    """Cosines of the sentences of `side`, translated, with the sentences of `other`."""
    rows: list[Row] = []
    for sentence in side.sentences:
        row: Row = {}
        for unit in book.translate(sentence):
            for stem, share in unit.targets:
                number = other.numbers.get(stem)
                if number is not None:
                    row[number] = max(row.get(number, 0.0), share**FLATTENED)
        rows.append(row)
    return _cosines(_sparse(rows, len(other.numbers)), other.stems)


def names(side: Side, other: Side) -> Matrix:
    """Cosines of the trigrams of two sides."""
    grams = sorted({gram for row in side.grams + other.grams for gram in row})
    numbers = {gram: at for at, gram in enumerate(grams)}
    left, right = (
        _sparse([{numbers[gram]: share for gram, share in row.items()} for row in one.grams], len(numbers))
        for one in (side, other)
    )
    return _cosines(left, right)


def csls(scores: Matrix) -> Matrix:
    """Scores less the mean of the best of their row and of their column."""
    columns = np.sort(scores, axis=0)[-NEIGHBOURS:].mean(axis=0)
    rows = np.sort(scores, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    corrected: Matrix = scores - 0.5 * columns[None, :] - 0.5 * rows[:, None]
    return corrected


def accuracy(scores: Matrix) -> float:
    """How often the sentence with the same number scores best."""
    return float((scores.argmax(axis=1) == np.arange(len(scores))).mean())


def score(here: Side, there: Side, folder: Path | None = None) -> dict[str, Matrix]:
    """The matrices of scores, source sentences by target sentences, by the name of the method."""
    forward = translated(here, lexicon.Lexicon.load(here.language, there.language, folder), there)
    found = {"forward": forward}
    total = forward
    try:
        total = forward + translated(there, lexicon.Lexicon.load(there.language, here.language, folder), here).T
        found["both ways"] = total
    except ModelFileProblem:
        pass
    found["with names"] = total + NAMES * names(here, there)
    found["csls"] = csls(found["with names"])
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m training evaluate-lexicons`."""
    parser.add_argument("--data", type=Path, default=EVALUATION, help="evaluation-only.jsonl.gz")
    parser.add_argument("--set", default="ntrex", help="which source of that file (ntrex or sib200)")
    parser.add_argument("--lexicons", type=Path, default=lexicon.FOLDER, help="folder of the lexicon files")
    parser.add_argument("--target", default="lv", help="the language to find the sentences in")
    parser.add_argument("--languages", nargs="*", default=list(tokens.LANGUAGES), help="from which languages")


def main(arguments: argparse.Namespace) -> None:
    """Print the accuracy@1 of each language and their mean, as a Markdown table."""
    units = [unit for unit in data.read_units(arguments.data, evaluation=True) if unit["source"] == arguments.set]
    complete = [unit for unit in units if all(language in unit for language in tokens.LANGUAGES)]
    if not complete:
        raise data.TrainingDataProblem(f"{arguments.data} has no complete units of {arguments.set!r}")
    there = Side([unit[arguments.target] for unit in complete], arguments.target)
    rows: list[dict[str, float]] = []
    for language in arguments.languages:
        if language == arguments.target:
            continue
        here = Side([unit[language] for unit in complete], language)
        found = {name: accuracy(matrix) for name, matrix in score(here, there, arguments.lexicons).items()}
        if not rows:
            print(f"| {arguments.set}, {len(complete)} sentences | " + " | ".join(found) + " |")
            print("|---" * (len(found) + 1) + "|")
        rows.append(found)
        print(f"| {language} -> {arguments.target} | " + " | ".join(f"{one:.3f}" for one in found.values()) + " |")
        sys.stdout.flush()
    mean = [np.mean([row[name] for row in rows if name in row]) for name in rows[0]]
    print("| **mean** | " + " | ".join(f"{one:.3f}" for one in mean) + " |")
