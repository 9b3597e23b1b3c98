"""The confidence in an answer, and the threshold below which the guide counts as silent.

A small network tells answerable questions from others, over what is known of the best candidates
when they were ranked without the question's fold, and over its vector. A logistic regression over its result alone
makes it the probability that the answer is among the first three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize
from tqdm import tqdm

from erasmus_assistant.search.network import Network
from erasmus_assistant.search.ranker import Ranker
from erasmus_assistant.search.retrieval import Retriever
from training import network
from training.guides import FOLDS
from training.ranking import DEVELOPMENT, PAGE, Case, Floats

REFUSED = 0.07
"""Share of the answerable questions over the guide page that the threshold may refuse."""
REFUSED_ELSEWHERE = 0.1
"""The same of the answerable questions over other guides, of several documents each."""
BALANCE = {True: (3600.0, 1.0), False: (300.0, 1.4)}
"""For the guide page and for any other guide: how much its questions count together, and how much the answerable
ones count against the others."""
OFF_TOPIC = 3.0
"""How much more a question counts that has nothing to do with the field: they are few, and to answer one is worst."""


def fit(cases: Sequence[Case], rankers: Sequence[Ranker]) -> tuple[dict[str, float], float, Network]:
    """The weighted sum, the threshold and the network; `rankers` has for each fold the one fitted without it."""
    facts = [
        judged(case.retriever, rankers[case.fold]).known(case.question)
        for case in tqdm(cases, desc="confidence", unit="question", leave=False)
    ]
    vectors = np.array([case.retriever.vector(case.question) for case in cases])
    names = sorted({name for row in facts for name in row})
    rows = _matrix(facts, names)
    answerable = np.array([float(case.line.answerable) for case in cases])
    folds = np.array([case.fold for case in cases])
    weights_of = _counts(cases)
    held_out = np.zeros(len(cases))
    for fold in tqdm(range(FOLDS), desc="networks", unit="fold", leave=False):
        kept = folds != fold
        without = network.fit(rows[kept], vectors[kept], names, answerable[kept], weights_of[kept])
        held_out[~kept] = [without.total(facts[at], vectors[at]) for at in np.flatnonzero(~kept)]
    several = np.array([case.guide not in (PAGE, DEVELOPMENT) for case in cases])
    limit = float(np.quantile(held_out[~several & (answerable == 1)], REFUSED))
    shift = limit - float(np.quantile(held_out[several & (answerable == 1)], REFUSED_ELSEWHERE))
    held_out += shift * several
    right = np.array([float(case.right.any()) for case in cases])
    slope, offset = logistic(held_out[:, None], right, 0.0, weights_of)
    _report(cases, held_out, limit)
    found = network.fit(rows, vectors, names, answerable, weights_of)
    weights = {"bias": offset, "several": shift * slope[0]}
    return weights, float(1 / (1 + np.exp(-(limit * slope[0] + offset)))), replace(found, outer=found.outer * slope[0])


def judged(retriever: Retriever, ranker: Ranker) -> Retriever:
    """The same index, ranked otherwise."""
    return Retriever(retriever.index, retriever.encoder, ranker)


def _counts(cases: Sequence[Case]) -> Floats:
    """How much each case counts, by BALANCE and OFF_TOPIC."""
    of = [(case.guide if case.guide not in (PAGE, DEVELOPMENT) else PAGE, case.line.answerable) for case in cases]
    counts = {}
    for guide, answerable in set(of):
        total, ratio = BALANCE[guide == PAGE]
        share = ratio / (1 + ratio) if answerable else 1 / (1 + ratio)
        counts[guide, answerable] = total * share / of.count((guide, answerable))
    kinds = np.array([OFF_TOPIC if case.line.kind in ("far", "hostile") else 1.0 for case in cases])
    return kinds * np.array([counts[one] for one in of])


def _matrix(facts: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    return np.array([[row.get(name, 0.0) for name in names] for row in facts])


def _report(cases: Sequence[Case], held_out: Floats, limit: float) -> None:
    answerable = np.array([case.line.answerable for case in cases])
    for guide in sorted({case.guide for case in cases}):
        own = np.array([case.guide == guide for case in cases])
        yes, no = held_out[own & answerable], held_out[own & ~answerable]
        pairs = yes[:, None] - no[None, :]
        kinds = []
        for kind in ("near", "false_premise", "far", "hostile"):
            some = [value for case, value in zip(cases, held_out, strict=True) if _is(case, guide, kind)]
            if some:
                kinds.append(f"{kind} {np.mean(np.array(some) < limit):.2f} of {len(some)}")
        print(
            f"  confidence, {guide}: AUROC {np.mean((pairs > 0) + 0.5 * (pairs == 0)):.3f}, "
            f"refuses {np.mean(yes < limit):.3f} of {len(yes)} answerable; abstains: {', '.join(kinds)}"
        )


def _is(case: Case, guide: str, kind: str) -> bool:
    return case.guide == guide and case.line.kind == kind and not case.line.answerable


def logistic(rows: Floats, labels: Floats, penalty: float, counts: Floats | None = None) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression with an L2 penalty on features of unit variance."""
    size = rows.shape[1]
    counts = np.ones(len(rows)) if counts is None else counts
    spread = rows.std(axis=0)
    spread[spread < 1e-4] = np.inf
    middle = rows.mean(axis=0)
    rows = (rows - middle) / spread

    def loss(flat: Floats) -> tuple[float, Floats]:
        total = rows @ flat[:size] + flat[size]
        value = float(counts @ (np.logaddexp(0.0, total) - labels * total))
        pull = counts * (1 / (1 + np.exp(-total)) - labels)
        gradient = np.concatenate([pull @ rows + penalty * flat[:size], [pull.sum()]])
        return value + 0.5 * penalty * float(flat[:size] @ flat[:size]), gradient

    found = minimize(loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = found[:size] / spread
    return weights, float(found[size] - middle @ weights)
