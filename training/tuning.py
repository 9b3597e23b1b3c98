"""Fine-tuning of the encoder's table: texts that mean the same nearer than all others of the batch.

Two losses over the same word vectors, because search uses both: the cosine of the sums (one
vector for a passage) and MaxSim (word against word). In a batch all targets are in one language,
so that nothing can be told apart by its language; half of the batches aim at Latvian.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from erasmus_assistant.search.tokens import LANGUAGES
from training.encoder_data import Integers, Pieces

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """The values that won are the defaults; EXPERIMENTS-encoder.md says against which."""

    minutes: float = 60.0
    steps: int = 900
    batch: int = 768
    late_batch: int = 96
    late_words: int = 20
    late_share: float = 0.5
    rate: float = 2e-3
    scale: float = 20.0
    dropped: float = 0.15
    """Share of the pieces left out of a text, so that no piece relies on its neighbours."""
    glossary: float = 0.25
    pairs: float = 0.2
    thesaurus: float = 0.1
    seed: int = 7


class Batches:
    """Draws pairs of texts of the same meaning, as arrays of pieces."""

    def __init__(self, pieces: Pieces, settings: Settings) -> None:
        self.pieces, self.settings = pieces, settings
        self.chance = random.Random(settings.seed)  # noqa: S311 - reproducible, not secret
        self.drop = np.random.default_rng(settings.seed)
        self.by_kind: dict[str, list[int]] = {"parallel": [], "glossary": [], "pairs": [], "thesaurus": []}
        for number, kind in enumerate(pieces.kinds):
            self.by_kind["glossary" if kind == "phrases" else kind].append(number)

    def draw(self, size: int) -> tuple[list[Integers], list[Integers]]:
        """`size` sources and their targets; all targets in one language."""
        target = "lv" if (luck := self.chance.random()) < 0.5 else "en" if luck < 0.7 else self.chance.choice(LANGUAGES)
        special = [("glossary", self.settings.glossary)]
        if target in ("lv", "en"):
            special += [("pairs", self.settings.pairs), ("thesaurus", self.settings.thesaurus)]
        numbers: list[int] = []
        for kind, share in special:
            count = min(int(size * share), len(self.by_kind[kind]))
            numbers += self.chance.sample(self.by_kind[kind], count)
        sources: list[Integers] = []
        targets: list[Integers] = []
        for number in numbers:
            self._add(number, target, sources, targets)
        while len(sources) < size:
            self._add(self.chance.choice(self.by_kind["parallel"]), target, sources, targets)
        return sources, targets

    def _add(self, number: int, target: str, sources: list[Integers], targets: list[Integers]) -> None:
        texts = self.pieces.ids[number]
        if target not in texts:
            return
        others = [code for code in texts if code != target]
        if self.pieces.kinds[number] == "pairs":
            # The question is the first text of its language; the answer is the last of lv and en.
            sources.append(
                self._shortened(self.chance.choice([texts[code][0] for code in others] + [texts[target][0]]))
            )
            targets.append(self._shortened(texts[target][-1]))
            return
        own = texts[target]
        wanted = self.chance.randrange(len(own))
        same = [text for at, text in enumerate(own) if at != wanted]
        if same and self.chance.random() < 0.3:
            source = self.chance.choice(same)
        elif "en" in others and self.chance.random() < 0.25:
            source = self.chance.choice(texts["en"])
        elif others:
            source = self.chance.choice(texts[self.chance.choice(others)])
        else:
            return
        sources.append(self._shortened(source))
        targets.append(self._shortened(own[wanted]))

    def _shortened(self, ids: Integers) -> Integers:
        if len(ids) > 3:
            kept = ids[self.drop.random(len(ids)) >= self.settings.dropped]
            return kept if len(kept) else ids
        return ids


class Words(nn.Module):
    """The table as a bag of pieces: a word is the sum of its pieces."""

    def __init__(self, vectors: Floats, continues: NDArray[np.bool_]) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag.from_pretrained(
            torch.from_numpy(vectors.copy()), freeze=False, mode="sum", sparse=True
        )
        self.continues = continues

    def sentences(self, texts: list[Integers]) -> torch.Tensor:
        """Sums (n, d) of length one."""
        starts = np.cumsum([0] + [len(text) for text in texts[:-1]])
        ids = torch.from_numpy(np.concatenate(texts).astype(np.int64))
        return functional.normalize(self.bag(ids, torch.from_numpy(starts)), dim=1)

    def words(self, texts: list[Integers], most: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Unit word vectors (n, most, d) and their lengths (n, most); missing words have length zero."""
        flat, starts, places = [], [], []
        total = 0
        for row, text in enumerate(texts):
            first = ~self.continues[text]
            first[0] = True
            begins = np.flatnonzero(first)
            if len(begins) > most:
                text, begins = text[: begins[most]], begins[:most]
            flat.append(text)
            starts.append(begins + total)
            places.append(row * most + np.arange(len(begins)))
            total += len(text)
        ids = torch.from_numpy(np.concatenate(flat).astype(np.int64))
        found = self.bag(ids, torch.from_numpy(np.concatenate(starts)))
        padded = torch.zeros(len(texts) * most, found.shape[1]).index_copy(
            0, torch.from_numpy(np.concatenate(places)), found
        )
        lengths = padded.norm(dim=1)
        return (padded / lengths.clamp_min(1e-6)[:, None]).view(len(texts), most, -1), lengths.view(len(texts), most)


def tune(
    vectors: Floats,
    continues: NDArray[np.bool_],
    pieces: Pieces,
    settings: Settings = Settings(),
    watch: Callable[[Floats, int], None] | None = None,
) -> Floats:
    """The table after training; the same on each run of the same number of steps."""
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    model, batches = Words(vectors, continues), Batches(pieces, settings)
    optimizer = torch.optim.SparseAdam(list(model.parameters()), lr=settings.rate)
    started = time.monotonic()
    shown = 0.0
    for step in range(settings.steps):
        if time.monotonic() - started > settings.minutes * 60:
            print(f"stopped after {step} steps: the time is up", file=sys.stderr)
            break
        for group in optimizer.param_groups:
            group["lr"] = settings.rate * min(1.0, (step + 1) / 50) * (1 - 0.9 * step / settings.steps)
        sources, targets = batches.draw(settings.batch)
        loss = contrast(model.sentences(sources) @ model.sentences(targets).T * settings.scale)
        if settings.late_share:
            few = slice(0, None, max(1, settings.batch // settings.late_batch))
            late = late_interaction(model, sources[few], targets[few], settings)
            loss = (1 - settings.late_share) * loss + settings.late_share * late
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        shown = 0.95 * shown + 0.05 * loss.item() if step else loss.item()
        if (step + 1) % 100 == 0:
            passed = time.monotonic() - started
            print(f"step {step + 1}/{settings.steps}: loss {shown:.3f}, {passed:.0f} s", file=sys.stderr)
            if watch and (step + 1) % 500 == 0:
                watch(model.bag.weight.detach().numpy(), step + 1)
    found: Floats = model.bag.weight.detach().numpy()
    return found


def late_interaction(
    model: Words, sources: list[Integers], targets: list[Integers], settings: Settings
) -> torch.Tensor:
    """The contrast of MaxSim scores of all sources with all targets, in both directions."""
    asked, asked_weights = model.words(sources, settings.late_words)
    told, told_weights = model.words(targets, settings.late_words)
    count, most, width = asked.shape
    similar = (asked.reshape(-1, width) @ told.reshape(-1, width).T).view(count, most, count, most)
    ahead = similar.masked_fill((told_weights == 0)[None, None], -1.0).amax(dim=3)
    ahead = (ahead * asked_weights[:, :, None]).sum(dim=1) / asked_weights.sum(dim=1).clamp_min(1e-6)[:, None]
    back = similar.masked_fill((asked_weights == 0)[:, :, None, None], -1.0).amax(dim=1)
    back = (back * told_weights[None]).sum(dim=2) / told_weights.sum(dim=1).clamp_min(1e-6)[None]
    labels = torch.arange(count)
    forward = functional.cross_entropy(ahead * settings.scale, labels)
    return 0.75 * forward + 0.25 * functional.cross_entropy((back * settings.scale).T, labels)


def contrast(scores: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of finding the own partner, from both sides (InfoNCE, van den Oord et al. 2018)."""
    labels = torch.arange(len(scores))
    return (functional.cross_entropy(scores, labels) + functional.cross_entropy(scores.T, labels)) / 2
