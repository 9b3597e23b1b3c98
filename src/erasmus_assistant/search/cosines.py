"""The cosines of a few questions with every passage."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

_BLOCK = 2048
_MANY = 20_000
"""So many rows take longer than it takes to wake another thread."""
_threads = ThreadPoolExecutor(2, thread_name_prefix="cosines")
_kernels: Any = faiss  # its type stubs leave them out

Floats = npt.NDArray[np.float32]


def matrix_of(vectors: Any) -> Floats:
    """The vectors of a flat FAISS index, shape (passages, dimension), without a copy."""
    size = vectors.ntotal * vectors.d
    flat = faiss.rev_swig_ptr(vectors.get_xb(), size) if size else np.empty(0, np.float32)
    matrix: Floats = flat.reshape(vectors.ntotal, vectors.d)
    return matrix


def cosines(matrix: Floats, asked: Floats) -> Floats:
    """Inner products of each row of `matrix` with each of `asked`: shape (asked, rows); zeros cost nothing.

    A block of rows stays in the processor's cache for all questions. FAISS's kernel for one vector
    reads memory more than twice as fast as the BLAS that numpy comes with.
    """
    found = np.zeros((len(asked), len(matrix)), np.float32)
    asked = np.ascontiguousarray(asked, np.float32)
    said = np.flatnonzero(asked.any(axis=1))
    for start in range(0, len(matrix), _BLOCK):
        rows = matrix[start : start + _BLOCK]
        for at in said:
            into = found[at, start : start + len(rows)]
            given = (faiss.swig_ptr(part) for part in (into, asked[at], rows))
            _kernels.fvec_inner_products_ny(*given, matrix.shape[1], len(rows))
    return found


def cosines_beside(matrix: Floats, asked: Floats) -> Callable[[], Floats]:
    """Gives `cosines` when called; where there are many rows they are computed meanwhile.

    The kernel lets go of Python's lock, so another processor can do it while this one looks for words.
    """
    if len(matrix) < _MANY:
        found = cosines(matrix, asked)
        return lambda: found
    return _threads.submit(cosines, matrix, asked).result
