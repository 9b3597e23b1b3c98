"""Texts as vectors: the shipped static encoder, or any sentence-transformers model instead.

The shipped encoder is a table with one row for each piece of a word, the same in 24 languages.
A text is the sum of its rows; a word is the sum of the rows of its pieces. It is read here with
numpy and a tokenizer alone, and by plain `SentenceTransformer(folder)` as well: torch is
imported only when another model is asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search.transformer import TransformerEncoder

SHIPPED = Path(__file__).parent / "models" / "encoder"
_WEIGHTS, _TOKENIZER, _MODULES = "model.safetensors", "tokenizer.json", "modules.json"
_CONTINUES = "##"
_BATCH = 512
_FEW = 8

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


class Encoder(Protocol):
    """What search needs of an encoder."""

    @property
    def name(self) -> str:
        """What people call it: the shipped one's name, a folder or a hub name."""

    @property
    def dimension(self) -> int:
        """Length of its vectors."""

    @property
    def fingerprint(self) -> str:
        """Changes when the vectors may change: an index is good for one fingerprint only."""

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, dimension) of length one; zeros for a text without words."""

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """The same for passages, which some models encode differently."""


def load_encoder(name: str = "") -> Encoder:
    """The shipped encoder, or the sentence-transformers model of that folder or hub name.

    Raises ModelFileProblem, one line with the remedy, when it isn't there or can't be read.
    """
    if not name or _is_static(Path(name)):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        return StaticEncoder.load(Path(name) if name else SHIPPED, name=name or "shipped")
    return TransformerEncoder.load(name)


class StaticEncoder:
    """A table of word-piece vectors: `table[id] * scale[id]` is the vector of piece `id`."""

    def __init__(self, name: str, tokenizer: Any, table: NDArray[np.generic], scale: Floats, folder: Path) -> None:
        self.name, self.dimension = name, int(table.shape[1])
        self._tokenizer, self._table, self._scale, self._folder = tokenizer, table, scale, folder
        self._continues = np.zeros(len(table), dtype=np.bool_)
        self._continues[[number for piece, number in tokenizer.get_vocab().items() if piece[:2] == _CONTINUES]] = True
        # One question is looked at several times: whole, by its words, and for each passage that is quoted.
        self._encoding = lru_cache(maxsize=64)(partial(tokenizer.encode, add_special_tokens=False))
        self._words = lru_cache(maxsize=32)(self._token_vectors)

    @classmethod
    def load(cls, folder: Path = SHIPPED, name: str = "shipped") -> Self:
        """Read a model folder saved by sentence-transformers (StaticEmbedding, Normalize)."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        for file in (_WEIGHTS, _TOKENIZER):
            if not (folder / file).is_file():
                raise ModelFileProblem(f"{folder / file} is missing; restore it or run: python -m training encoder")
        try:
            held = load_file(folder / _WEIGHTS)
            tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
            table = held["embeddings"] if "embeddings" in held else held["embedding.weight"]
        except Exception as problem:  # the tokenizers package raises plain Exception for a damaged file
            raise ModelFileProblem(f"the encoder in {folder} can't be read ({problem}); restore its files") from problem
        scale = held.get("weights", np.ones(len(table))).astype(np.float32)
        if tokenizer.get_vocab_size() != len(table) or scale.shape != (len(table),):
            raise ModelFileProblem(
                f"the encoder in {folder} has {len(table)} vectors for {tokenizer.get_vocab_size()} pieces; "
                "its files are of different versions: restore them"
            )
        return cls(name, tokenizer, table, scale, folder)

    @cached_property
    def fingerprint(self) -> str:
        """Of the bytes of both model files."""
        digest = hashlib.sha256()
        for file in (_WEIGHTS, _TOKENIZER):
            digest.update((self._folder / file).read_bytes())
        return digest.hexdigest()[:16]

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, dimension) of length one; zeros for a text without words."""
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            pieces = self._pieces(texts[start : start + _BATCH])
            filled = [at for at, ids in enumerate(pieces) if len(ids)]
            if filled:
                chosen = [pieces[at] for at in filled]
                sums = np.add.reduceat(self._vectors(np.concatenate(chosen)), _starts(chosen), axis=0)
                found[start + np.array(filled)] = sums
        return unit(found)[0]

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """The same: this encoder makes no difference between questions and passages."""
        return self.encode_questions(texts)

    def token_vectors(self, text: str) -> tuple[list[str], Floats, Floats]:
        """The words of a text, their vectors (t, dimension) of length one, and their weights (t,).

        The weight of a word is the length that its vector had: training made that of words which
        say little about the meaning short.
        """
        return self._words(text)

    def _token_vectors(self, text: str) -> tuple[list[str], Floats, Floats]:
        encoding = self._encoding(text)
        ids = np.array(encoding.ids, dtype=np.int32)
        if not len(ids):
            return [], np.zeros((0, self.dimension), np.float32), np.zeros(0, np.float32)
        begins = self._begins(ids)
        ends = [*begins[1:], len(ids)]
        offsets = encoding.offsets
        names = [text[offsets[a][0] : offsets[b - 1][1]] for a, b in zip(begins, ends, strict=True)]
        vectors, weights = unit(np.add.reduceat(self._vectors(ids), begins, axis=0))
        return names, vectors, weights

    def word_pieces(self, texts: Sequence[str]) -> list[list[tuple[int, ...]]]:
        """For each text its words, each as the numbers of its pieces."""
        found = []
        for start in range(0, len(texts), _BATCH):
            for ids in self._pieces(texts[start : start + _BATCH]):
                begins = [*self._begins(ids).tolist(), len(ids)] if len(ids) else []
                plain = ids.tolist()
                found.append([tuple(plain[one:other]) for one, other in pairwise(begins)])
        return found

    def word_vectors(self, pieces: Integers, starts: NDArray[np.signedinteger[Any]]) -> Floats:
        """Unit vectors of words given as pieces: word k is `pieces[starts[k]:starts[k + 1]]`."""
        return unit(np.add.reduceat(self._vectors(pieces), starts, axis=0))[0]

    def _pieces(self, texts: Sequence[str]) -> list[Integers]:
        # A batch goes through a pool of threads, which costs more than a few texts do.
        many = len(texts) > _FEW
        batch = partial(self._tokenizer.encode_batch_fast, add_special_tokens=False)
        encodings = batch(list(texts)) if many else [self._encoding(text) for text in texts]
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def _begins(self, ids: Integers) -> NDArray[np.intp]:
        first = ~self._continues[ids]
        first[0] = True
        return np.flatnonzero(first)

    def _vectors(self, ids: Integers) -> Floats:
        vectors = self._table[ids].astype(np.float32)
        vectors *= self._scale[ids, None]
        return vectors


def unit(vectors: Floats) -> tuple[Floats, Floats]:
    """Rows divided by their lengths, and the lengths; rows of zeros stay as they are."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return vectors / np.maximum(lengths, 1e-12)[:, None], lengths


def _starts(rows: Sequence[Integers]) -> NDArray[np.intp]:
    return np.cumsum([0, *(len(row) for row in rows[:-1])], dtype=np.intp)


def _is_static(folder: Path) -> bool:
    """Whether a folder holds a static model, which needs no torch."""
    try:
        modules = json.loads((folder / _MODULES).read_text(encoding="utf-8"))
        return str(modules[0]["type"]).endswith("StaticEmbedding") and (folder / _WEIGHTS).is_file()
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return False
