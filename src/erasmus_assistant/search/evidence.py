"""What tells how sure the best passage answers a question: the facts that the confidence is a sum of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Question
from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.features import FEATURES
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.intents import intents_of

_FAR = 0.55
_ASKS = ("where", "how_many", "who", "list", "compare", "define")

Floats = npt.NDArray[np.float32]


def evidence(index: Index, encoder: Encoder, question: Question, numbers: npt.NDArray[np.int64]) -> dict[str, float]:
    """How well the words of a question are met by the best passages, given in order, by their vectors.

    `met` is the weighted mean of each word's nearest cosine, `unmet` the share of the weight
    whose nearest is far, `worst` the mean over the 30 % of the weight that is met least.
    """
    intents = intents_of(question.text, question.language)
    asks = {f"asks_{intent}": float(intent in intents) for intent in _ASKS}
    paths = [index.passages[number].heading_path for number in numbers[:5]]
    agree = {"agree": sum(path == paths[0] for path in paths) / 5 if paths else 0.0}
    if index.words is None or not isinstance(encoder, StaticEncoder):
        return {**asks, **agree}
    _, vectors, weights = encoder.token_vectors(question.text)
    found: dict[str, float] = {}
    for name, count in (("first", 1), ("three", 3)):
        near = index.words.nearest(vectors, numbers[:count].tolist())
        found |= {f"{key}_{name}": value for key, value in _met(near, weights).items()}
    return {**asks, **agree, **found}


def confidence_facts(scores: Floats, features: Floats, facts: Mapping[str, float]) -> dict[str, float]:
    """What tells whether the best candidate answers: its features, and how it stands out."""
    if not len(scores):
        return {"none": 1.0}
    top = {f"top_{name}": float(features[0][at]) for at, name in enumerate(FEATURES)}
    best = {f"max_{name}": float(features[:, at].max()) for at, name in enumerate(FEATURES)}
    gap = float(scores[0] - scores[1]) if len(scores) > 1 else 1.0
    spread = float(scores[0] - np.mean(scores[1:10])) if len(scores) > 1 else 1.0
    return {**top, **best, "score": float(scores[0]), "gap": gap, "spread": spread, **facts}


def of_several(facts: Mapping[str, float]) -> dict[str, float]:
    """The facts once more, for a corpus of several documents: there the best of many is less of a proof."""
    return {"several": 1.0, **{f"several_{name}": value for name, value in facts.items()}}


def _met(near: Floats, weights: Floats) -> dict[str, float]:
    total = float(weights.sum())
    if total <= 0:
        return {"met": 0.0, "unmet": 1.0, "worst": 0.0}
    order = np.argsort(near, kind="stable")
    before = np.cumsum(weights[order]) - weights[order]
    part = np.clip(0.3 * total - before, 0, weights[order])
    return {
        "met": float(near @ weights) / total,
        "unmet": float(weights[near < _FAR].sum()) / total,
        "worst": float(near[order] @ part) / (0.3 * total),
    }
