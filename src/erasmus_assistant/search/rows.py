"""Documents and passages as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from erasmus_assistant.records import Block, BlockKind, Document, Passage


def write_rows(path: Path, records: Iterable[Document | Passage]) -> None:
    """One record a line."""
    path.write_bytes(b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records))


def read_documents(path: Path) -> dict[str, Document]:
    """Documents by id; raises KeyError, TypeError or ValueError for a row that is none."""
    return {row["id"]: _document(row) for row in _read(path)}


def read_passages(path: Path) -> tuple[Passage, ...]:
    """Passages in order; raises KeyError, TypeError or ValueError for a row that is none."""
    return tuple(_passage(row) for row in _read(path))


def _read(path: Path) -> Iterator[dict[str, Any]]:
    return map(orjson.loads, path.read_bytes().splitlines())


def _document(row: dict[str, Any]) -> Document:
    for block in row["blocks"]:
        block["kind"] = BlockKind(block["kind"])
        block["header"] = _span(block["header"])
    return Document(**row | {"blocks": tuple(Block(**block) for block in row["blocks"])})


def _passage(row: dict[str, Any]) -> Passage:
    row["heading_path"] = tuple(row["heading_path"])
    row["notes"] = tuple((start, end) for start, end in row["notes"])
    row["header"] = _span(row["header"])
    return Passage(**row)


def _span(pair: Sequence[int] | None) -> tuple[int, int] | None:
    return None if pair is None else (pair[0], pair[1])
