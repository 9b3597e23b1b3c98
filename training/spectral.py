"""First vectors: cross-lingual latent semantic analysis.

A matrix of word pieces by units, where one column holds a unit in all its languages (each
language's part of length one, so that long translations don't drown short ones), cut down by a
randomised truncated SVD (Halko, Martinsson and Tropp 2011). Pieces that occur in the same
units, in whatever language, get similar vectors.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from erasmus_assistant.search.tokens import LANGUAGES
from training.encoder_data import WEIGHTS, Pieces

Floats = NDArray[np.float32]
FAVOURED = {"lv": 1.5, "en": 1.5}
_OVERSAMPLING, _ITERATIONS = 32, 4
_COMMON = 5e-4
"""Pieces more frequent than this get shorter vectors (SIF weighting, Arora et al. 2017)."""


def first_vectors(pieces: Pieces, vocabulary: int, dimension: int, power: float, seed: int) -> Floats:
    """Vectors (vocabulary, dimension); the length of each says how much the piece tells."""
    matrix, frequency = _matrix(pieces, vocabulary)
    left, singular = _svd(matrix, dimension, seed)
    vectors = left * singular**power
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    share = frequency / max(frequency.sum(), 1) * 20
    weights = _COMMON / (_COMMON + share)
    found: Floats = (vectors * weights[:, None]).astype(np.float32)
    return found


def _matrix(pieces: Pieces, vocabulary: int) -> tuple[sparse.csr_matrix, NDArray[np.float64]]:
    counts = np.array([WEIGHTS.get(kind, 1.0) for kind in pieces.kinds])
    frequency = np.zeros(vocabulary)
    total = sparse.csr_matrix((vocabulary, len(pieces)), dtype=np.float32)
    for code in LANGUAGES:
        held = [(number, np.concatenate(unit[code])) for number, unit in enumerate(pieces.ids) if code in unit]
        if not held:
            continue
        ids = np.concatenate([ids for _, ids in held])
        columns = np.repeat([number for number, _ in held], [len(ids) for _, ids in held])
        part = sparse.csr_matrix((np.ones(len(ids), np.float32), (ids, columns)), shape=total.shape)
        part.sum_duplicates()
        part.data = 1 + np.log(part.data)
        documents = np.diff(part.indptr)
        rarity = np.log((len(held) + 1) / (documents + 1)).astype(np.float32)
        part = sparse.diags(rarity) @ part
        lengths = np.sqrt(np.asarray(part.multiply(part).sum(axis=0)).ravel())
        scale = counts * FAVOURED.get(code, 1.0) / np.maximum(lengths, 1e-6)
        total = total + part @ sparse.diags(scale.astype(np.float32))
        frequency += documents
    rows = np.sqrt(np.asarray(total.multiply(total).sum(axis=1)).ravel())
    return (sparse.diags((1 / np.sqrt(np.maximum(rows, 1e-6))).astype(np.float32)) @ total).tocsr(), frequency


def _svd(matrix: sparse.csr_matrix, dimension: int, seed: int) -> tuple[Floats, Floats]:
    transposed = matrix.T.tocsr()
    start = np.random.default_rng(seed).standard_normal((matrix.shape[1], dimension + _OVERSAMPLING))
    basis, _ = np.linalg.qr(matrix @ start.astype(np.float32))
    for step in range(_ITERATIONS):
        across, _ = np.linalg.qr(transposed @ basis)
        basis, _ = np.linalg.qr(matrix @ across)
        print(f"singular vectors: {step + 1}/{_ITERATIONS}", file=sys.stderr)
    left, singular, _ = np.linalg.svd((transposed @ basis).T, full_matrices=False)
    return (basis @ left)[:, :dimension].astype(np.float32), singular[:dimension].astype(np.float32)
