"""The folder of documents: `corpus.toml`, which a person can edit, and the files beside it.

A readable file that the manifest does not name is taken too, with what its name and text tell of
it, so that dropping a file into the folder is enough.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import tomlkit
from tomlkit.items import AoT

from erasmus_assistant.errors import CorpusError, MissingCorpus, UnreadableDocument
from erasmus_assistant.guide.manifest import MANIFEST, Entry, delete, listed, plain_name, unlisted, upsert, with_ids
from erasmus_assistant.guide.reading import Reading, read
from erasmus_assistant.records import Document

__all__ = ["MANIFEST", "Corpus", "Detect", "Entry"]

LARGEST_FILE = 200_000_000
_YEAR = re.compile(r"(?<!\d)(20[1-4]\d)(?!\d)")
_LANGUAGE_IN_NAME = re.compile(r"[._-]([a-z]{2})\.[a-z]+$")

Detect = Callable[[str], str]
"""Text -> ISO 639-1 code of its language."""


class Corpus:
    """A folder of documents. Reading it changes nothing; `add` and `remove` write the manifest."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise MissingCorpus(f"{str(folder)!r} is no folder of documents; create it or name another with --corpus")
        self.folder = folder
        self._root = os.path.realpath(folder)
        self._digests: dict[Entry, str] = {}
        self._listed = 0
        self.entries: tuple[Entry, ...] = ()
        self._look()

    @property
    def unlisted(self) -> tuple[Entry, ...]:
        """The documents that the manifest does not name."""
        return self.entries[self._listed :]

    def _look(self) -> None:
        """Takes in what the manifest and the folder hold now."""
        named = listed(self.folder / MANIFEST)
        self.entries = with_ids([*named, *unlisted(self.folder, {entry.file for entry in named})])
        self._listed = len(named)
        self._digests.clear()

    def digest(self, entry: Entry) -> str:
        """SHA-256 of the file and of what the manifest says of it: when it changes, the document does.

        A file is read once for it; who wants to know of later changes opens the corpus anew.
        """
        if entry not in self._digests:
            self._digests[entry] = _digest(self._bytes(entry), entry)
        return self._digests[entry]

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
        data = self._bytes(entry)
        return _document(entry, read(data, entry.file, entry.language), detect, _digest(data, entry))

    def add(self, source: Path, entry: Entry, detect: Detect) -> Document:
        """Reads `source`, copies it into the folder and names it in the manifest; nothing is kept of a bad file."""
        data = _read_file(source)
        if not plain_name(entry.file):
            raise CorpusError(f"{entry.file!r} can't be the name of a document; rename the file")
        reading = read(data, entry.file, entry.language)
        entry = with_ids([one for one in self.entries if one.file != entry.file] + [entry])[-1]
        document = _document(entry, reading, detect, "")
        target = self.folder / entry.file
        if target.resolve() != source.resolve():
            _replace(target, data)
        known = replace(entry, title=document.title, language=document.language, year=document.year)
        self._write(lambda tables: upsert(tables, known))
        return self.document(known, detect)

    def remove(self, document_id: str) -> Entry:
        """Takes a document out of the manifest and deletes its file."""
        entry = self.entry(document_id)
        self._write(lambda tables: delete(tables, entry))
        (self.folder / entry.file).unlink(missing_ok=True)
        return entry

    def _bytes(self, entry: Entry) -> bytes:
        path = self.folder / entry.file
        if not path.exists():
            raise UnreadableDocument(
                f"{entry.file!r} is named in {MANIFEST} and is not in {str(self.folder)!r}; put it there"
            )
        if os.path.commonpath([self._root, os.path.realpath(path)]) != self._root:
            raise UnreadableDocument(f"{entry.file!r} lies outside the corpus folder; copy it in with: corpus add")
        return _read_file(path)

    def _write(self, change: Callable[[AoT], None]) -> None:
        path = self.folder / MANIFEST
        manifest = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
        tables = manifest.get("document") or tomlkit.aot()
        change(tables)
        manifest["document"] = tables
        _replace(path, tomlkit.dumps(manifest).encode())
        self._look()


def _digest(data: bytes, entry: Entry) -> str:
    said = sorted((field.name, getattr(entry, field.name)) for field in fields(entry))
    return hashlib.sha256(data + repr(said).encode()).hexdigest()


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
