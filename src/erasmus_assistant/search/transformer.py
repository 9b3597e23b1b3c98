"""Any sentence-transformers model as the encoder, where a person asked for one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from erasmus_assistant.errors import ModelFileProblem

Floats = NDArray[np.float32]


class TransformerEncoder:
    """Any sentence-transformers model, with the prefixes or prompts that it was trained with."""

    def __init__(self, name: str, model: Any) -> None:
        self.name, self._model = name, model
        self.dimension = int(model.get_embedding_dimension())
        self._prefixes = ("query: ", "passage: ") if is_e5(name) and not model.prompts.get("query") else ("", "")

    @classmethod
    def load(cls, name: str) -> Self:
        """From a folder, or from the hub (or its cache on this machine)."""
        folder = Path(name)
        if folder.is_dir():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        elif folder.is_absolute() or name.startswith("."):
            raise ModelFileProblem(f"there is no encoder folder {name!r}; name another folder or a hub model")
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as problem:
            raise ModelFileProblem(
                f"encoder {name!r} needs sentence-transformers; run: pip install sentence-transformers"
            ) from problem
        try:
            return cls(name, SentenceTransformer(name, device="cpu"))
        except Exception as problem:  # hub, network, file and configuration errors have no common class
            said = str(problem).strip().splitlines()
            raise ModelFileProblem(
                f"encoder {name!r} can't be loaded ({said[0] if said else type(problem).__name__}); "
                "download it while online, give its folder, or unset ERASMUS_ENCODER"
            ) from problem

    @cached_property
    def fingerprint(self) -> str:
        """Of the name and the weights' shapes and sums (the files may lie anywhere)."""
        digest = hashlib.sha256(self.name.encode())
        for key, value in sorted(self._model.state_dict().items()):
            digest.update(f"{key} {tuple(value.shape)} {float(value.double().sum()):.6g}".encode())
        return digest.hexdigest()[:16]

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, dimension) of length one, with the model's question prefix or prompt."""
        return self._encoded([self._prefixes[0] + text for text in texts], self._model.encode_query)

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, dimension) of length one, with the model's passage prefix or prompt."""
        return self._encoded([self._prefixes[1] + text for text in texts], self._model.encode_document)

    def _encoded(self, texts: list[str], encode: Any) -> Floats:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found = encode(texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, dtype=np.float32)


def is_e5(name: str) -> bool:
    return "e5" in Path(name).name.lower().replace("_", "-").split("-")
