"""A second judgement of the best candidates by a cross-encoder, where a person asked for one."""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.records import Question
from erasmus_assistant.search import conversation
from erasmus_assistant.search.editions import Place
from erasmus_assistant.search.intents import intents_of, opens_with

RERANKED = 20
"""How many of the best candidates are judged again: each is a run of the model."""
_TURNS = 2
_BATCH = 4
_DIGITS = 4
_CLASSIFIER = "ForSequenceClassification"

Floats = NDArray[np.float32]


class Reranker(Protocol):
    """What search needs of a re-ranker."""

    @property
    def name(self) -> str:
        """What people call it: a folder or a hub name."""

    def scores(self, question: str, passages: Sequence[str]) -> Floats:
        """How well each passage answers the question, shape (passages,); comparable within one question only."""


def load_reranker(name: str = "") -> Reranker | None:
    """The cross-encoder of that folder or hub name; none without a name, and then nothing heavy is imported.

    Raises ModelFileProblem, one line with the remedy, when it isn't there or can't be used.
    """
    return CrossEncoderReranker.load(name) if name else None


class CrossEncoderReranker:
    """A sentence-transformers `CrossEncoder` that gives a pair of texts one score; safe to use from several threads."""

    def __init__(self, name: str, model: Any) -> None:
        self.name, self._model = name, model
        # One tokenizer serves all threads, and is changed by each call.
        self._lock = threading.Lock()

    @classmethod
    def load(cls, name: str) -> Self:
        """From a folder, or from the hub's cache on this machine; from the hub itself with HF_HUB_OFFLINE=0 only."""
        folder = Path(name)
        if not folder.is_dir() and (folder.is_absolute() or name.startswith(".")):
            raise ModelFileProblem(f"there is no re-ranker folder {name!r}; name another folder or a hub model")
        local = _stays_local()
        try:
            import torch
            from sentence_transformers import CrossEncoder
        except ImportError as problem:
            raise ModelFileProblem(
                f"re-ranker {name!r} needs sentence-transformers; run: pip install sentence-transformers"
            ) from problem
        # More threads than free cores slow a question down many times over.
        torch.set_num_threads(1)
        try:
            model = CrossEncoder(name, device="cpu", local_files_only=local, activation_fn=torch.nn.Identity())
        except Exception as problem:  # hub, network, file and configuration errors have no common class
            said = str(problem).strip().splitlines()
            raise ModelFileProblem(
                f"re-ranker {name!r} can't be loaded ({said[0] if said else type(problem).__name__}); "
                "give its folder, set HF_HUB_OFFLINE=0 once to download it, or unset ERASMUS_RERANKER"
            ) from problem
        if not _gives_one_score(model):
            raise ModelFileProblem(
                f"{name!r} was not trained to give a pair of texts one score; "
                "name a cross-encoder made for re-ranking, or unset ERASMUS_RERANKER"
            )
        return cls(name, model)

    def scores(self, question: str, passages: Sequence[str]) -> Floats:
        """The model's plain output (a logit) for each passage, shape (passages,)."""
        pairs = [(question, passage) for passage in passages]
        with self._lock:
            found = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return np.round(np.asarray(found, np.float32).reshape(len(pairs)), _DIGITS)


def _stays_local() -> bool:
    """Keeps the libraries from calling the hub, unless a person wants it called, and from chatting meanwhile."""
    local = os.environ.setdefault("HF_HUB_OFFLINE", "1") != "0"
    if local:
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    return local


def _gives_one_score(model: Any) -> bool:
    """Not where there are several classes, nor where the head was made up while loading, as for a plain encoder."""
    trained = any(name.endswith(_CLASSIFIER) for name in model.config.architectures or ())
    made_up = type(model[0].model).__name__.endswith(_CLASSIFIER) and not trained
    return bool(model.num_labels == 1) and not made_up


def asked(question: Question) -> str:
    """The question as a cross-encoder reads it: one that points back or says little goes with the latest turns."""
    text, language = question.text, question.language
    back = opens_with(text, language, "follow_up") or "follow_up" in intents_of(text, language)
    turns = _TURNS if back or conversation.leaning(question) == 1.0 else 0
    return "\n".join([*reversed(question.context[:turns]), text])


def reordered(places: Sequence[Place], judged: Mapping[int, float], kinds: Sequence[Hashable]) -> list[Place]:
    """The places with the `judged` candidates of each kind in the order of their judgements; equal ones stay in order.

    `judged` and `kinds` go by candidate. A candidate moves only to places that its own kind held, and takes the score
    that goes with the place, so that scores still fall.
    """
    if not judged:
        return list(places)
    waiting: dict[Hashable, Iterator[int]] = {}
    for kind in {kinds[place.at] for place in places}:
        own = [place.at for place in places if place.at in judged and kinds[place.at] == kind]
        waiting[kind] = iter(sorted(own, key=lambda at: -judged[at]))
    return [Place(next(waiting[kinds[p.at]]), p.score) if p.at in judged else p for p in places]
