"""What tells how sure the best passage answers a question: the facts that the confidence is a sum of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Passage, Question
from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.features import FEATURES, FIGURE
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.stated import stated

_FAR = 0.55
_ANOTHER = 0.7
"""Below this cosine a name is another one."""
_OPENS = '.!?:–—"„“«»('
"""After these a word may have a capital without being a name."""
_TOP, _BEST = ([f"{kind}_{name}" for name in FEATURES] for kind in ("top", "max"))
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
    best = [index.passages[number] for number in numbers[:3]]
    found = {**asks, **agree, **_figures(question.text, best)}
    if index.words is None or not isinstance(encoder, StaticEncoder):
        return found
    words, vectors, weights = encoder.token_vectors(question.text)
    named = _named(question.text, words)
    for name, count in (("first", 1), ("three", 3)):
        near = index.words.nearest(vectors, numbers[:count].tolist())
        facts = {**_met(near, weights), **_names(near[named]), **stated(index, encoder, question.text, numbers[:count])}
        found |= {f"{key}_{name}": value for key, value in facts.items()}
    return found


def confidence_facts(scores: Floats, features: Floats, facts: Mapping[str, float]) -> dict[str, float]:
    """What tells whether the best candidate answers: its features, and how it stands out."""
    if not len(scores):
        return {"none": 1.0}
    top = dict(zip(_TOP, features[0].tolist(), strict=True))
    best = dict(zip(_BEST, features.max(axis=0).tolist(), strict=True))
    gap = float(scores[0] - scores[1]) if len(scores) > 1 else 1.0
    spread = float(scores[0] - np.mean(scores[1:10])) if len(scores) > 1 else 1.0
    return {**top, **best, "score": float(scores[0]), "gap": gap, "spread": spread, **facts}


def of_several(facts: Mapping[str, float]) -> dict[str, float]:
    """The facts once more, for a corpus of several documents: there the best of many is less of a proof."""
    return {"several": 1.0, **{f"several_{name}": value for name, value in facts.items()}}


def _figures(text: str, best: Sequence[Passage]) -> dict[str, float]:
    """Whether a question holds figures, and the share that none of the best passages has."""
    asked = FIGURE.findall(text)
    if not asked:
        return {"figures": 0.0, "figures_absent": 0.0}
    told = [" ".join([*one.heading_path, one.text, str(one.year or "")]) for one in best]
    held = {figure for one in told for figure in FIGURE.findall(one)}
    return {"figures": 1.0, "figures_absent": sum(figure not in held for figure in asked) / len(asked)}


def _named(text: str, words: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which words are written like names: with a capital, and not at the beginning of a sentence."""
    found = []
    at = 0
    for word in words:
        start = text.find(word, at)
        before = text[:start].rstrip()
        opens = not before or before[-1] in _OPENS
        found.append(word[:1].isupper() and len(word) > 2 and not opens)
        at = start + len(word)
    return np.array(found, np.bool_)


def _names(near: Floats) -> dict[str, float]:
    """Whether there are such words, and how well they are met: the share that is not, the mean gap, the worst."""
    if not len(near):
        return {"names": 0.0, "names_absent": 0.0, "names_gap": 0.0, "names_least": 1.0}
    absent = float((near < _ANOTHER).mean())
    return {"names": 1.0, "names_absent": absent, "names_gap": 1 - float(near.mean()), "names_least": float(near.min())}


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
