"""The learned ranker: a weighted sum of features a candidate, and the confidence in the best one.

The weights are in `models/ranker.json`, made by `python -m training ranker`: one set for
questions in the language of the passage, one for those in another. Confidence is learned from
what is known of the best candidates, by a small network (`network`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search.network import FILE as NETWORK
from erasmus_assistant.search.network import Network, load_network

FILE = Path(__file__).parent / "models" / "ranker.json"
BIAS = "bias"
"""What a passage in another language than the question's gains or loses, beside its features."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights by feature name: of passages in the `same` or an `other` language, of sentences, of the confidence.

    `threshold` is the confidence below which the guide counts as silent; `network` adds to the weighted sum of the
    confidence.
    """

    same: Mapping[str, float]
    other: Mapping[str, float]
    sentence: Mapping[str, float]
    confidence: Mapping[str, float]
    threshold: float = 0.5
    network: Network | None = None

    def scores(self, features: Floats, names: Sequence[str], same_language: npt.NDArray[np.bool_]) -> Floats:
        """One score a candidate; `features` has shape (candidates, names)."""
        same = features @ np.array([self.same.get(name, 0.0) for name in names], np.float32)
        other = features @ np.array([self.other.get(name, 0.0) for name in names], np.float32)
        other += np.float32(self.other.get(BIAS, 0.0))
        return np.where(same_language, same, other).astype(np.float32)

    def sure(self, facts: Mapping[str, float], vector: Floats | None = None) -> float:
        """The calibrated probability that the answer is right; `vector` is that of the question by our encoder."""
        total = self.confidence.get(BIAS, 0.0)
        total += sum(self.confidence.get(name, 0.0) * value for name, value in facts.items())
        total += self.network.total(facts, vector) if self.network else 0.0
        return float(1.0 / (1.0 + np.exp(-np.clip(total, -30.0, 30.0))))


@lru_cache(maxsize=4)
def load_ranker(path: Path = FILE, network: Path = NETWORK) -> Ranker:
    """The shipped ranker, or other files of the same form."""
    try:
        held = json.loads(path.read_text("utf-8"))
        same, other, sentence, confidence = (
            {str(name): float(value) for name, value in held[part].items()}
            for part in ("same", "other", "sentence", "confidence")
        )
        threshold = float(held["threshold"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFileProblem(
            f"{path.name} can't be read ({error}); restore it or run: python -m training ranker"
        ) from None
    return Ranker(same, other, sentence, confidence, threshold, load_network(network))
