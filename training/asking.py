"""The last stage of the encoder: a question lies nearer to the sentences that answer it than to any other.

What the stages before lack is the step from how people ask to how a guide says it. Here the
questions over whole guides are held against every sentence of their guide, and the
question-sentence pairs against each other. A question over a corpus of several languages may have
its answer in each.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training import data
from training.encoder_data import Integers
from training.guides import GUIDES, Guide, flat, sentences
from training.tuning import Words

Floats = NDArray[np.float32]
_SHORTEST = 15


@dataclass(frozen=True, slots=True)
class Settings:
    """The values that won are the defaults; EXPERIMENTS-encoder.md says against which."""

    steps: int = 300
    rate: float = 1e-3
    pairs: int = 192
    """Question-sentence pairs of a batch."""
    questions: int = 128
    """Questions over one guide of a batch."""
    late: int = 64
    """How many of both go into the contrast of MaxSim scores."""
    scale: float = 20.0
    dropped: float = 0.15
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions over one guide: pieces, which sentences answer each, and the pieces of all sentences."""

    questions: list[Integers]
    answers: list[list[int]]
    sentences: list[Integers]
    weight: float


Encode = Callable[[Sequence[str]], list[Integers]]


def tune(
    vectors: Floats,
    continues: NDArray[np.bool_],
    tokenizer: Tokenizer,
    settings: Settings = Settings(),
    without: int | None = None,
) -> Floats:
    """The table after training, without the questions of one part where `without` names it."""

    def encode(texts: Sequence[str]) -> list[Integers]:
        encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    chance, drop = random.Random(settings.seed), np.random.default_rng(settings.seed)  # noqa: S311
    asked_of = [_asked(guide, encode, without) for guide in GUIDES]
    guides = [one for one in asked_of if one.questions]
    pairs = list(data.read_pairs())
    asked = encode([pair.question for pair in pairs])
    told = {code: encode([pair.sentences[code] for pair in pairs]) for code in ("lv", "en")}
    model = Words(vectors, continues)
    optimizer = torch.optim.SparseAdam(list(model.parameters()), lr=settings.rate)

    def shortened(ids: Integers) -> Integers:
        kept = ids[drop.random(len(ids)) >= settings.dropped] if len(ids) > 3 else ids
        return kept if len(kept) else ids

    for step in range(settings.steps):
        for group in optimizer.param_groups:
            group["lr"] = settings.rate * min(1.0, (step + 1) / 20) * (1 - 0.9 * step / settings.steps)
        guide = chance.choices(guides, [one.weight for one in guides])[0]
        some = chance.sample(range(len(asked)), min(settings.pairs, len(asked)))
        own = chance.sample(range(len(guide.questions)), min(settings.questions, len(guide.questions)))
        answers = told["en" if chance.random() < 0.4 else "lv"]
        sources = [shortened(asked[at]) for at in some] + [shortened(guide.questions[at]) for at in own]
        targets = [answers[at] for at in some] + guide.sentences
        right = torch.zeros(len(sources), len(targets), dtype=torch.bool)
        right[torch.arange(len(some)), torch.arange(len(some))] = True
        for row, at in enumerate(own, len(some)):
            right[row, [len(some) + sentence for sentence in guide.answers[at]]] = True
        whole = _likelihood(model.sentences(sources) @ model.sentences(targets).T * settings.scale, right)
        late = _late(model, sources, targets, right, settings, chance)
        loss = (whole + late) / 2
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}/{settings.steps}: {whole.item():.3f} {late.item():.3f}", file=sys.stderr)
    found: Floats = model.bag.weight.detach().numpy()
    return found


def _asked(guide: Guide, encode: Encode, without: int | None) -> Asked:
    """The questions that stand alone, with the sentences that hold a gold quote or lie in one."""
    told = list(sentences(guide))
    questions, answers = [], []
    for line in guide.lines():
        if not line.gold or line.history or guide.part_of(line) == without:
            continue
        quotes = [flat(quote) for quote in line.gold]
        right = [
            at
            for at, (_, text) in enumerate(told)
            if any(quote in text or (len(text) > _SHORTEST and text in quote) for quote in quotes)
        ]
        if right:
            questions.append(line.question)
            answers.append(right)
    texts = [f"{heading} {text}" for heading, text in told]
    return Asked(encode(questions), answers, encode(texts), guide.weight)


def _likelihood(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """The mean negative log of the share that the right targets have of all (softmax with several right ones)."""
    held = torch.logsumexp(scores.masked_fill(~right, -1e9), dim=1)
    return (torch.logsumexp(scores, dim=1) - held).mean()


def _late(
    model: Words,
    sources: list[Integers],
    targets: list[Integers],
    right: torch.Tensor,
    settings: Settings,
    chance: random.Random,
) -> torch.Tensor:
    """The same over MaxSim scores, for some of the sources, a right target of each, and some others."""
    rows = chance.sample(range(len(sources)), min(settings.late, len(sources)))
    held = {chance.choice(right[row].nonzero()[:, 0].tolist()) for row in rows}
    others = chance.sample(range(len(targets)), min(settings.late, len(targets)))
    columns = sorted(held | set(others))
    asked, weights = model.words([sources[row] for row in rows], 24)
    told, lengths = model.words([targets[column] for column in columns], 40)
    (count, most, width), (size, longest, _) = asked.shape, told.shape
    similar = (asked.reshape(-1, width) @ told.reshape(-1, width).T).view(count, most, size, longest)
    best = similar.masked_fill((lengths == 0)[None, None], -1.0).amax(dim=3)
    scores = (best * weights[:, :, None]).sum(dim=1) / weights.sum(dim=1).clamp_min(1e-6)[:, None]
    return _likelihood(scores * settings.scale, right[rows][:, columns])
