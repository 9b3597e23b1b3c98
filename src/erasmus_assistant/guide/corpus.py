"""The folder of documents: `corpus.toml`, which a person can edit, and the files beside it.

A readable file that the manifest does not name is taken too, with what its name and text tell of
it, so that dropping a file into the folder is enough.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import tomlkit
from tomlkit.items import AoT

from erasmus_assistant.errors import CorpusError, MissingCorpus, UnreadableDocument
from erasmus_assistant.guide.reading import READERS, Reading, read
from erasmus_assistant.records import Document

MANIFEST = "corpus.toml"
LARGEST_FILE = 200_000_000
_YEAR = re.compile(r"(?<!\d)(20[1-4]\d)(?!\d)")
_LANGUAGE_IN_NAME = re.compile(r"[._-]([a-z]{2})\.[a-z]+$")
_NOT_DOCUMENTS = re.compile(r"(?:readme|licen[cs]e|notice|changelog)\b", re.IGNORECASE)

Detect = Callable[[str], str]
"""Text -> ISO 639-1 code of its language."""


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


class Corpus:
    """A folder of documents. Reading it changes nothing; `add` and `remove` write the manifest."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise MissingCorpus(f"{str(folder)!r} is no folder of documents; create it or name another with --corpus")
        self.folder = folder
        listed = _listed(folder / MANIFEST)
        self.entries = _with_ids([*listed, *_unlisted(folder, {entry.file for entry in listed})])
        self.unlisted = tuple(entry for entry in self.entries[len(listed) :])

    def digest(self, entry: Entry) -> str:
        """SHA-256 of the file and of what the manifest says of it: when it changes, the document does."""
        return hashlib.sha256(self._bytes(entry) + repr(sorted(asdict(entry).items())).encode()).hexdigest()

    def fingerprint(self) -> str:
        """SHA-256 over all documents; raises MissingCorpus where there is none."""
        if not self.entries:
            raise MissingCorpus(
                f"{str(self.folder)!r} holds no document; add one with: erasmus-assistant corpus add FILE"
            )
        parts = sorted(f"{entry.id} {self.digest(entry)}" for entry in self.entries)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def entry(self, document_id: str) -> Entry:
        for entry in self.entries:
            if document_id in (entry.id, entry.file):
                return entry
        known = ", ".join(entry.id for entry in self.entries) or "none"
        raise CorpusError(f"no document {document_id!r} in the corpus; there is: {known}")

    def documents(self, detect: Detect) -> Iterator[Document]:
        """Every document, read; raises UnreadableDocument at the first that can't be."""
        for entry in self.entries:
            yield self.document(entry, detect)

    def document(self, entry: Entry, detect: Detect) -> Document:
        reading = read(self._bytes(entry), entry.file, entry.language)
        return _document(entry, reading, detect, self.digest(entry))

    def add(self, source: Path, entry: Entry, detect: Detect) -> Document:
        """Reads `source`, copies it into the folder and names it in the manifest; nothing is kept of a bad file."""
        data = _read_file(source)
        if not _plain_name(entry.file):
            raise CorpusError(f"{entry.file!r} can't be the name of a document; rename the file")
        reading = read(data, entry.file, entry.language)
        entry = _with_ids([one for one in self.entries if one.file != entry.file] + [entry])[-1]
        document = _document(entry, reading, detect, "")
        target = self.folder / entry.file
        if target.resolve() != source.resolve():
            _replace(target, data)
        known = replace(entry, title=document.title, language=document.language, year=document.year)
        self._write(lambda tables: _upsert(tables, known))
        return self.document(known, detect)

    def remove(self, document_id: str) -> Entry:
        """Takes a document out of the manifest and deletes its file."""
        entry = self.entry(document_id)
        self._write(lambda tables: _delete(tables, entry))
        (self.folder / entry.file).unlink(missing_ok=True)
        return entry

    def _bytes(self, entry: Entry) -> bytes:
        path = self.folder / entry.file
        if not path.exists():
            raise UnreadableDocument(
                f"{entry.file!r} is named in {MANIFEST} and is not in {str(self.folder)!r}; put it there"
            )
        if self.folder.resolve() not in path.resolve().parents:
            raise UnreadableDocument(f"{entry.file!r} lies outside the corpus folder; copy it in with: corpus add")
        return _read_file(path)

    def _write(self, change: Callable[[AoT], None]) -> None:
        path = self.folder / MANIFEST
        manifest = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
        tables = manifest.get("document") or tomlkit.aot()
        change(tables)
        manifest["document"] = tables
        _replace(path, tomlkit.dumps(manifest).encode())
        self.__init__(self.folder)  # type: ignore[misc]


def _listed(path: Path) -> list[Entry]:
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
    if not _plain_name(str(table.get("file", ""))):
        raise CorpusError(f"{path.name} document {number}: 'file' must name a file of the corpus folder")
    return Entry(**table)  # type: ignore[arg-type]


def _unlisted(folder: Path, listed: set[str]) -> list[Entry]:
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        wanted = path.suffix.lower() in READERS and not hidden and not _NOT_DOCUMENTS.match(path.name)
        if wanted and name not in listed and path.is_file():
            found.append(Entry(name))
    return found


def _plain_name(name: str) -> bool:
    parts = Path(name).parts
    return bool(parts) and not Path(name).is_absolute() and ".." not in parts and "\x00" not in name


def _with_ids(entries: list[Entry]) -> tuple[Entry, ...]:
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


def _document(entry: Entry, reading: Reading, detect: Detect, digest: str) -> Document:
    named = _LANGUAGE_IN_NAME.search(entry.file)
    year = _YEAR.search(entry.file) or _YEAR.search(entry.title)
    language = entry.language or reading.language or (named.group(1) if named else "") or detect(reading.text)
    return Document(
        id=entry.id,
        title=entry.title or reading.title or entry.file,
        language=language,
        text=reading.text,
        blocks=reading.blocks,
        year=entry.year if entry.year is not None else (int(year.group(1)) if year else reading.year),
        url=entry.url,
        localized_url=entry.localized_url,
        licence=entry.licence,
        source=entry.file,
        digest=digest,
    )


def _read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableDocument(f"{path.name!r} is larger than {LARGEST_FILE // 1_000_000} MB; split it")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{str(path)!r} can't be opened: {error.strerror}") from None


def _replace(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CorpusError(f"{str(path)!r} can't be written: {error.strerror}; make the folder writable") from None


def _upsert(tables: AoT, entry: Entry) -> None:
    table = next((table for table in tables if table["file"] == entry.file), None)
    if table is None:
        table = tomlkit.table()
        tables.append(table)
    for key, value in asdict(entry).items():
        if value not in ("", None):
            table[key] = value


def _delete(tables: AoT, entry: Entry) -> None:
    for at, table in enumerate(tables):
        if table["file"] == entry.file:
            del tables[at]
            return
