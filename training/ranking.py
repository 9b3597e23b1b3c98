"""The weights of the ranker: listwise, one set for the question's language and one for others.

Softmax cross-entropy over the candidates of a question, an L2 penalty, L-BFGS from zero, so that
the result is the same at every run. What editions and languages add to a score stands beside the
weights, not in them. Figures are of a cross-validation by question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from erasmus_assistant.benchmark.questions import QuestionLine
from erasmus_assistant.records import Question
from erasmus_assistant.search.editions import OWN_LANGUAGE
from erasmus_assistant.search.ranker import BIAS, Ranker
from erasmus_assistant.search.retrieval import FEATURES, Candidates, Retriever
from training.guides import FOLDS, flat, holds

Floats = npt.NDArray[np.float64]
COLUMNS = (*FEATURES, BIAS)
PAGE, DEVELOPMENT = "guide page", "guide page, development"
"""The names of the guide page among the guides: of the questions of training, and of the benchmark."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question over a guide, with its candidates and which of them hold a gold quote."""

    guide: str
    line: QuestionLine
    question: Question
    retriever: Retriever
    found: Candidates
    right: npt.NDArray[np.bool_]
    offset: Floats
    """What editions and the question's own language add to each score."""
    weight: float
    fold: int

    @property
    def rows(self) -> Floats:
        """The features of the candidates, shape (candidates, COLUMNS)."""
        foreign = ~self.found.same_language[:, None]
        return np.hstack([self.found.features, foreign]).astype(np.float64)


def case_of(guide: str, line: QuestionLine, question: Question, retriever: Retriever, weight: float, fold: int) -> Case:
    found = retriever.candidates(question)
    passages = [retriever.index.passages[number] for number in found.numbers]
    right = np.array([holds(flat(passage.text), line.gold) for passage in passages], np.bool_)
    behind = [retriever.editions.behind(one.language, one.year, found.wanted) for one in passages]
    offset = OWN_LANGUAGE * found.same_language - np.array(behind, np.float64)
    return Case(guide, line, question, retriever, found, right, offset, weight, fold)


def fit(cases: Sequence[Case], penalty: float, kept: Sequence[int] = range(len(FEATURES))) -> Ranker:
    """The weights, of the `kept` features alone; `penalty` is for features of unit variance."""
    size = len(COLUMNS)
    used = np.zeros(size)
    used[[*kept, size - 1]] = 1
    held = [case for case in cases if case.right.any()]
    rows = np.concatenate([case.rows for case in held]) * used
    spread = rows.std(axis=0) + 1e-6
    rows /= spread
    sizes = [len(case.right) for case in held]
    starts = np.cumsum([0, *sizes[:-1]])
    right, alike, offset = (
        np.concatenate([np.asarray(part, np.float64) for part in parts])
        for parts in zip(*((case.right, case.found.same_language, case.offset) for case in held), strict=True)
    )
    counts = np.array([case.weight for case in held])

    def loss(weights: Floats) -> tuple[float, Floats]:
        """Of the shared weights, then what the question's own language and another add to them."""
        shared, same, other = (rows @ weights.reshape(3, size).T).T
        scores = shared + alike * same + (1 - alike) * other + offset
        shares = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        shares /= np.repeat(np.add.reduceat(shares, starts), sizes)
        wanted = shares * right
        mass = np.maximum(np.add.reduceat(wanted, starts), 1e-12)
        pull = np.repeat(counts, sizes) * (shares - wanted / np.repeat(mass, sizes))
        gradient = np.stack([pull, pull * alike, pull * (1 - alike)]) @ rows
        strength = penalty * np.concatenate([np.ones(size), np.full(2 * size, 3.0)])
        value = 0.5 * float(strength @ weights**2) - float(counts @ np.log(mass))
        return value, gradient.ravel() + strength * weights

    found = minimize(loss, np.zeros(3 * size), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    shared, same, other = np.split(found, 3)
    return Ranker(_named((shared + same) / spread), _named((shared + other) / spread), {}, {}, 0.0)


def cross_validated(cases: Sequence[Case], penalty: float, kept: Sequence[int] = range(len(FEATURES))) -> list[Ranker]:
    """For each fold the ranker that was fitted without it."""
    return [fit([case for case in cases if case.fold != fold], penalty, kept) for fold in range(FOLDS)]


def report(title: str, cases: Sequence[Case], rankers: Sequence[Ranker]) -> None:
    """Hit@k and MRR@10 by guide, language and kind, each case ranked without its fold."""
    groups: dict[str, list[int]] = {}
    for case in cases:
        scores = rankers[case.fold].scores(case.found.features, FEATURES, case.found.same_language) + case.offset
        places = np.flatnonzero(case.right[np.argsort(-scores, kind="stable")])
        rank = int(places[0]) + 1 if len(places) else 99
        alike = "same" if (case.right & case.found.same_language).any() else "other"
        for group in (case.guide, f"{case.guide} {alike}", f"{case.guide} {case.line.lang}"):
            groups.setdefault(group, []).append(rank)
        groups.setdefault(f"{case.guide} {case.line.kind}", []).append(rank)
    print(f"{title}:")
    for group, ranks in sorted(groups.items()):
        hits = " ".join(f"Hit@{k} {np.mean([rank <= k for rank in ranks]):.3f} " for k in (1, 3, 10))
        mrr = np.mean([1 / rank if rank <= 10 else 0 for rank in ranks])
        if len(ranks) >= 20:
            print(f"  {group:28} n={len(ranks):4} {hits} MRR {mrr:.3f}")


def groups_of_features() -> dict[str, list[int]]:
    """Feature numbers that are kept, by what is left out or alone."""

    def numbers(wanted: Callable[[str], bool]) -> list[int]:
        return [number for number, name in enumerate(FEATURES) if wanted(name)]

    def vectors(name: str) -> bool:
        return name.startswith(("dense", "maxsim", "clause"))

    def words(name: str) -> bool:
        return name.startswith(("bm25", "fuzzy", "focus")) or name in ("body", "sentence", "pair", "rest", "heading")

    shapes = ("where_", "number_", "list_", "define_")
    return {
        "BM25 over translated terms alone": numbers(lambda name: name == "bm25"),
        "one vector alone": numbers(lambda name: name == "dense"),
        "MaxSim alone": numbers(lambda name: name == "maxsim"),
        "without word vectors": numbers(lambda name: not vectors(name)),
        "without terms": numbers(lambda name: not words(name)),
        "without near terms": numbers(lambda name: not name.startswith("fuzzy")),
        "without headings": numbers(lambda name: "heading" not in name and "rest" not in name),
        "without the core of long questions": numbers(lambda name: "focus" not in name),
        "without the conversation": numbers(lambda name: not name.startswith("carried")),
        "without what is asked for": numbers(lambda name: not name.startswith(shapes)),
    }


def _named(weights: Floats) -> dict[str, float]:
    return dict(zip(COLUMNS, weights.tolist(), strict=True))
