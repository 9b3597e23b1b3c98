"""A network with one hidden layer over named facts and the vector of the question: how sure an answer is.

The facts say how well the best passages meet the question, the vector what kind of thing it asks for: a guide tells
who does something and seldom what it cost last year.
Its weights are in `models/confidence.safetensors`, made by `python -m training ranker`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from erasmus_assistant.errors import ModelFileProblem

FILE = Path(__file__).parent / "models" / "confidence.safetensors"
FARTHEST = 5.0
"""Facts count up to so many standard deviations from the mean."""
_ARRAYS = ("mean", "spread", "inner", "bias", "outer", "middle", "asked")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """For facts `names`: `mean` and `spread` (n,), `inner` (n, hidden) and its `bias` (hidden,), `outer` (hidden,).

    For the vector of a question: the `middle` of all (dimension,), and `asked` (dimension, hidden).
    """

    names: tuple[str, ...]
    mean: Floats
    spread: Floats
    inner: Floats
    bias: Floats
    outer: Floats
    middle: Floats
    asked: Floats

    def total(self, facts: Mapping[str, float], vector: Floats | None = None) -> float:
        """What the facts add to the logit; a fact that is not known counts as 0, a vector as the middle one."""
        values = np.array([facts.get(name, 0.0) for name in self.names], np.float32)
        scaled = np.clip((values - self.mean) / self.spread, -FARTHEST, FARTHEST)
        hidden = scaled @ self.inner + self.bias
        if vector is not None:
            hidden += (vector - self.middle) @ self.asked
        return float(np.maximum(hidden, 0) @ self.outer)

    def save(self, path: Path) -> None:
        """Write it in the form that `load_network` reads."""
        # safetensors writes memory as it lies, whatever its order
        arrays = {name: np.ascontiguousarray(getattr(self, name), np.float32) for name in _ARRAYS}
        path.write_bytes(save(arrays, {"names": json.dumps(self.names)}))


@lru_cache(maxsize=4)
def load_network(path: Path = FILE) -> Network:
    """The shipped network, or another file of the same form."""
    try:
        with safe_open(path, "numpy") as held:
            names = tuple(json.loads(held.metadata()["names"]))
            arrays = {name: held.get_tensor(name) for name in _ARRAYS}
        for part, size in (("inner", len(names)), ("asked", len(arrays["middle"]))):
            if arrays[part].shape != (size, len(arrays["outer"])):
                raise ValueError(f"{size} rows in {part!r} expected, its shape is {arrays[part].shape}")
        return Network(names, **arrays)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelFileProblem(
            f"{path.name} can't be read ({error}); restore it or run: python -m training ranker"
        ) from None
