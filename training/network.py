"""Fitting of the network behind the confidence (`erasmus_assistant.search.network`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from erasmus_assistant.search.network import FARTHEST, Network
from training.ranking import Floats

_CONSTANT = 1e-4
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """The values that won are the defaults; EXPERIMENTS.md says against which."""

    hidden: int = 48
    members: int = 3
    """Networks of different seeds, whose mean is taken."""
    rounds: int = 60
    batch: int = 256
    rate: float = 3e-3
    decay: float = 3e-2
    dropped: float = 0.2
    """Share of the facts left out at each step."""
    dropped_asked: float = 0.5
    """The same of the dimensions of the question's vector."""
    dropped_inside: float = 0.3


def fit(
    rows: Floats,
    vectors: Weights,
    names: Sequence[str],
    labels: Floats,
    counts: Floats,
    settings: Settings = Settings(),
) -> Network:
    """A network whose total is the logit of the label; facts that never differ are left out.

    `rows` has shape (cases, names), `vectors` (cases, dimension).
    """
    torch.set_num_threads(1)
    kept = np.flatnonzero(rows.std(axis=0) > _CONSTANT)
    rows = rows[:, kept]
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    middle, width = vectors.mean(axis=0), vectors.std(axis=0) + _CONSTANT
    scaled = [np.clip((rows - mean) / spread, -FARTHEST, FARTHEST), (vectors - middle) / width]
    given = [torch.tensor(values, dtype=torch.float32) for values in (*scaled, labels, counts / counts.mean())]
    members = [_member(*given, settings, seed) for seed in range(settings.members)]
    inner, asked, bias, outer = (np.concatenate(parts, axis=-1) for parts in zip(*members, strict=True))
    arrays = (mean, spread, inner, bias, outer, middle, asked / width[:, None])
    return Network(tuple(names[at] for at in kept.tolist()), *(array.astype(np.float32) for array in arrays))


def _member(
    rows: torch.Tensor,
    vectors: torch.Tensor,
    wanted: torch.Tensor,
    weights: torch.Tensor,
    settings: Settings,
    seed: int,
) -> tuple[Weights, ...]:
    """Weights of one network, its output already divided by the number of members."""
    torch.manual_seed(seed)
    inner, outer = nn.Linear(rows.shape[1], settings.hidden), nn.Linear(settings.hidden, 1, bias=False)
    asked = nn.Linear(vectors.shape[1], settings.hidden, bias=False)
    parameters = [*inner.parameters(), *outer.parameters(), *asked.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=settings.decay)
    for _ in range(settings.rounds):
        for batch in torch.randperm(len(rows)).split(settings.batch):  # type: ignore[no-untyped-call]
            known = inner(functional.dropout(rows[batch], settings.dropped))
            hidden = functional.relu(known + asked(functional.dropout(vectors[batch], settings.dropped_asked)))
            total = outer(functional.dropout(hidden, settings.dropped_inside))[:, 0]
            losses = functional.binary_cross_entropy_with_logits(total, wanted[batch], reduction="none")
            optimizer.zero_grad()
            (losses * weights[batch]).mean().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    held = (inner.weight.T, asked.weight.T, inner.bias, outer.weight[0] / settings.members)
    return tuple(values.detach().numpy() for values in held)
