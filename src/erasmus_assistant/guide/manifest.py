"""`corpus.toml`: what a person says of each document, one [[document]] each; and the files that it does not name."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import tomlkit
from tomlkit.items import AoT

from erasmus_assistant.errors import CorpusError
from erasmus_assistant.guide.reading import READERS

MANIFEST = "corpus.toml"
_NOT_DOCUMENTS = re.compile(r"(?:readme|licen[cs]e|notice|changelog)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one document; an empty value is found out from the file."""

    file: str
    id: str = ""
    title: str = ""
    language: str = ""
    year: int | None = None
    url: str = ""
    localized_url: str = ""
    licence: str = ""


def listed(path: Path) -> list[Entry]:
    """What the manifest names; raises CorpusError with the line to mend."""
    if not path.exists():
        return []
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("document", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"{str(path)!r} is not valid TOML: {error}; mend that line") from None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CorpusError(f"{str(path)!r} must name each document under a line [[document]]; mend it")
    return [_entry(path, number, table) for number, table in enumerate(tables, 1)]


def _entry(path: Path, number: int, table: Mapping[str, object]) -> Entry:
    known = {field.name for field in fields(Entry)}
    if unknown := sorted(set(table) - known):
        raise CorpusError(
            f"{path.name} document {number} has the unknown key {unknown[0]!r}; known are {sorted(known)}"
        )
    for key, value in table.items():
        wanted = int if key == "year" else str
        if not isinstance(value, wanted):
            raise CorpusError(
                f"{path.name} document {number}: {key!r} must be of type {wanted.__name__}, not {value!r}"
            )
    if not plain_name(str(table.get("file", ""))):
        raise CorpusError(f"{path.name} document {number}: 'file' must name a file of the corpus folder")
    return Entry(**table)  # type: ignore[arg-type]


def unlisted(folder: Path, listed: set[str]) -> list[Entry]:
    """The readable files of the folder that the manifest does not name."""
    found = []
    for within, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        above = Path(within).relative_to(folder)
        wanted = [name for name in names if _is_readable(name) and os.path.isfile(os.path.join(within, name))]
        found += [(above / name).as_posix() for name in wanted]
    return [Entry(name) for name in sorted(found, key=lambda name: name.split("/")) if name not in listed]


def _is_readable(name: str) -> bool:
    suffix = os.path.splitext(name)[1].lower()
    return suffix in READERS and not name.startswith(".") and not _NOT_DOCUMENTS.match(name)


def plain_name(name: str) -> bool:
    """Whether this can only be a file of the corpus folder."""
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and ".." not in parts and "\x00" not in name


def with_ids(entries: list[Entry]) -> tuple[Entry, ...]:
    """Entries with ids of letters, digits and hyphens, unique in the corpus."""
    taken: set[str] = set()
    done = []
    for entry in entries:
        base = (
            re.sub(r"[^\w]+", "-", entry.id or re.sub(r"\.[A-Za-z]+$", "", entry.file)).strip("-").lower() or "document"
        )
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        done.append(replace(entry, id=name))
    return tuple(done)


def upsert(tables: AoT, entry: Entry) -> None:
    """Names a document, or says of one that is named what is known now."""
    table = next((table for table in tables if table["file"] == entry.file), None)
    if table is None:
        table = tomlkit.table()
        tables.append(table)
    for key, value in asdict(entry).items():
        if value not in ("", None):
            table[key] = value


def delete(tables: AoT, entry: Entry) -> None:
    """Takes a document out."""
    for at, table in enumerate(tables):
        if table["file"] == entry.file:
            del tables[at]
            return
