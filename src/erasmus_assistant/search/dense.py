"""Texts as vectors: the shipped static encoder, any sentence-transformers model instead, MaxSim.

The shipped encoder is a table with one row for each piece of a word, the same in 24 languages.
A text is the sum of its rows; a word is the sum of the rows of its pieces. It is read here with
numpy and a tokenizer alone, and by plain `SentenceTransformer(folder)` as well: torch is
imported only when another model is asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from erasmus_assistant.errors import ModelFileProblem

SHIPPED = Path(__file__).parent / "models" / "encoder"
_WEIGHTS, _TOKENIZER, _MODULES = "model.safetensors", "tokenizer.json", "modules.json"
_CONTINUES = "##"
_BATCH = 512
_KEEP_ALL_WORDS = 50_000

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

    @classmethod
    def load(cls, folder: Path = SHIPPED, name: str = "shipped") -> Self:
        """Read a model folder saved by sentence-transformers (StaticEmbedding, Normalize)."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        for file in (_WEIGHTS, _TOKENIZER):
            if not (folder / file).is_file():
                raise ModelFileProblem(f"{folder / file} is missing; restore it or run: python -m training encoder")
        try:
            held = load_file(folder / _WEIGHTS)
            # The tokenizers package raises plain Exception for a damaged file.
            tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
            table = held["embeddings"] if "embeddings" in held else held["embedding.weight"]
        except (OSError, KeyError, ValueError, SafetensorError, Exception) as problem:
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
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
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
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def _begins(self, ids: Integers) -> NDArray[np.intp]:
        first = ~self._continues[ids]
        first[0] = True
        return np.flatnonzero(first)

    def _vectors(self, ids: Integers) -> Floats:
        vectors = self._table[ids].astype(np.float32)
        vectors *= self._scale[ids, None]
        return vectors


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The words of every passage, stored as numbers: vectors come from the encoder's table.

    Distinct word k has the pieces `pieces[piece_starts[k]:piece_starts[k + 1]]`; passage p has
    the words `words[word_starts[p]:word_starts[p + 1]]`. All are int32 arrays.
    """

    encoder: StaticEncoder
    pieces: Integers
    piece_starts: Integers
    words: Integers
    word_starts: Integers
    vectors: Floats | None

    @classmethod
    def build(cls, encoder: StaticEncoder, texts: Sequence[str]) -> Self:
        """Take the words of all passages apart."""
        numbers: dict[tuple[int, ...], int] = {}
        rows = [[numbers.setdefault(word, len(numbers)) for word in row] for row in encoder.word_pieces(texts)]
        arrays = {
            "pieces": np.array([piece for word in numbers for piece in word], dtype=np.int32),
            "piece_starts": np.cumsum([0, *(len(word) for word in numbers)], dtype=np.int32),
            "words": np.array([word for row in rows for word in row], dtype=np.int32),
            "word_starts": np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32),
        }
        return cls.from_arrays(encoder, arrays)

    @classmethod
    def from_arrays(cls, encoder: StaticEncoder, arrays: Mapping[str, Integers]) -> Self:
        """From what `arrays` gave; a small corpus has the vectors of all its words computed at once."""
        pieces, starts = arrays["pieces"], arrays["piece_starts"]
        vectors = None
        if 1 < len(starts) <= _KEEP_ALL_WORDS:
            vectors = encoder.word_vectors(pieces, starts[:-1])
        return cls(encoder, pieces, starts, arrays["words"], arrays["word_starts"], vectors)

    def arrays(self) -> dict[str, Integers]:
        """What to store in the index (`np.savez`)."""
        return {
            "pieces": self.pieces,
            "piece_starts": self.piece_starts,
            "words": self.words,
            "word_starts": self.word_starts,
        }

    def __len__(self) -> int:
        return len(self.word_starts) - 1

    def scores(self, question_vectors: Floats, question_weights: Floats, rows: Sequence[int]) -> Floats:
        """MaxSim of a question with some passages, (len(rows),): see `maxsim`."""
        best = self.best(question_vectors, rows)
        return np.asarray(best @ question_weights / max(float(question_weights.sum()), 1e-9), np.float32)

    def best(self, question_vectors: Floats, rows: Sequence[int]) -> Floats:
        """The cosine of each question word with its nearest word of each row, (len(rows), t); 0 for an empty row."""
        chosen = [self.words[self.word_starts[row] : self.word_starts[row + 1]] for row in rows]
        filled = [at for at, words in enumerate(chosen) if len(words)]
        found = np.zeros((len(rows), len(question_vectors)), dtype=np.float32)
        if not filled or not len(question_vectors):
            return found
        chosen = [chosen[at] for at in filled]
        distinct, places = np.unique(np.concatenate(chosen), return_inverse=True)
        similar = self._vectors_of(distinct) @ question_vectors.T
        found[filled] = np.maximum.reduceat(similar[places], _starts(chosen), axis=0)
        return found

    def nearest(self, question_vectors: Floats, rows: Sequence[int]) -> Floats:
        """For each word of a question the cosine with the nearest word of any of these passages, (t,)."""
        chosen = [self.words[self.word_starts[row] : self.word_starts[row + 1]] for row in rows]
        distinct = np.unique(np.concatenate(chosen)) if chosen else np.zeros(0, np.int32)
        if not len(distinct) or not len(question_vectors):
            return np.zeros(len(question_vectors), np.float32)
        return np.asarray((self._vectors_of(distinct) @ question_vectors.T).max(axis=0), np.float32)

    def _vectors_of(self, words: Integers) -> Floats:
        if self.vectors is not None:
            return self.vectors[words]
        chosen = [self.pieces[self.piece_starts[word] : self.piece_starts[word + 1]] for word in words]
        return self.encoder.word_vectors(np.concatenate(chosen), _starts(chosen))


def maxsim(question_vectors: Floats, question_weights: Floats, passage_vectors: Floats) -> float:
    """How well a passage answers each word of a question: -1 to 1.

    The weighted mean, over the words of the question, of the cosine with the nearest word of the
    passage (late interaction, Khattab and Zaharia 2020). Vectors are rows of length one.
    """
    if not len(question_vectors) or not len(passage_vectors):
        return 0.0
    best = (question_vectors @ passage_vectors.T).max(axis=1)
    return float(best @ question_weights / max(float(question_weights.sum()), 1e-9))


class TransformerEncoder:
    """Any sentence-transformers model, with the prefixes or prompts that it was trained with."""

    def __init__(self, name: str, model: Any) -> None:
        self.name, self._model = name, model
        self.dimension = int(model.get_embedding_dimension())
        self._prefixes = ("query: ", "passage: ") if _is_e5(name) and not model.prompts.get("query") else ("", "")

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


def _is_e5(name: str) -> bool:
    return "e5" in Path(name).name.lower().replace("_", "-").split("-")
