"""Passages -> an index in memory or on disk: documents, vectors, and a lexical index a language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from erasmus_assistant.errors import DamagedIndex, StaleIndex
from erasmus_assistant.guide.chunking import Chunking, split
from erasmus_assistant.records import Block, BlockKind, Document, Passage
from erasmus_assistant.search import store, tokens
from erasmus_assistant.search.dense import Encoder, PassageWords, StaticEncoder
from erasmus_assistant.search.features import sentences_of
from erasmus_assistant.search.lexical import Postings

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LanguageIndex:
    """The passages of one language: their numbers in the index, and the fields they are searched by.

    `grams` holds the character trigrams of each term of `text`: it finds the terms that a
    misspelt or inflected word is near to.
    """

    numbers: npt.NDArray[np.int64]
    text: Postings
    heading: Postings
    grams: Postings

    FIELDS = ("text", "heading", "grams")


@dataclass(frozen=True, slots=True)
class Index:
    """Everything a search needs, of exactly one build; `words` only where the encoder has word vectors.

    The rows of `words`: the searched text of every passage, then its two nearest headings, then
    its sentences, those of passage p from row `sentence_row(p)` on.
    """

    name: str
    documents: Mapping[str, Document]
    passages: tuple[Passage, ...]
    vectors: faiss.Index
    words: PassageWords | None
    languages: Mapping[str, LanguageIndex]
    manifest: Mapping[str, Any]
    sentence_starts: npt.NDArray[np.int64]

    def sentence_row(self, number: int) -> int:
        return 2 * len(self.passages) + int(self.sentence_starts[number])

    def numbers(self) -> dict[str, int]:
        """Passage id -> its number."""
        return {passage.id: number for number, passage in enumerate(self.passages)}


def searched_text(document: Document, passage: Passage) -> str:
    """What a passage is embedded and searched by: headings, table header, words, footnotes."""
    header = [document.text[slice(*passage.header)]] if passage.header else []
    notes = [document.text[slice(*note)] for note in passage.notes]
    body = document.text[passage.body : passage.end]
    return "\n".join([*passage.heading_path, *header, body, *notes])


def build(
    documents: Sequence[Document], encoder: Encoder, chunking: Chunking, fingerprint: str, known: Index | None = None
) -> Index:
    """The index of `documents`; vectors of passages that `known` holds unchanged are taken from it."""
    passages = tuple(passage for document in documents for passage in split(document, chunking))
    by_id = {document.id: document for document in documents}
    texts = [searched_text(by_id[passage.document], passage) for passage in passages]
    vectors = _vectors(passages, texts, encoder, known)
    flat = faiss.IndexFlatIP(encoder.dimension)
    flat.add(vectors)
    languages = {
        language: _language_index(passages, texts, language)
        for language in sorted({passage.language for passage in passages})
    }
    manifest = {
        "encoder": {"name": encoder.name, "dimension": encoder.dimension, "fingerprint": encoder.fingerprint},
        "counts": {"documents": len(documents), "passages": len(passages)},
        "chunking": asdict(chunking),
        "corpus": fingerprint,
        "languages": sorted(languages),
    }
    words = _word_rows(by_id, passages, texts, encoder) if isinstance(encoder, StaticEncoder) else None
    starts = _sentence_starts(by_id, passages)
    return Index("", by_id, passages, flat, words, languages, manifest, starts)


def save(index: Index, root: Path) -> Path:
    """Writes the index as a new build under `root` and switches to it."""

    def write(folder: Path) -> Mapping[str, Any]:
        _write_lines(folder / "documents.jsonl", [asdict(document) for document in index.documents.values()])
        _write_lines(folder / "passages.jsonl", [asdict(passage) for passage in index.passages])
        (folder / "vectors.faiss").write_bytes(faiss.serialize_index(index.vectors).tobytes())
        if index.words is not None:
            with (folder / "words.npz").open("wb") as file:
                np.savez(file, **index.words.arrays())  # type: ignore[arg-type]
        (folder / "lexical").mkdir()
        for language, fields_of in index.languages.items():
            for field in LanguageIndex.FIELDS:
                getattr(fields_of, field).save(folder / "lexical" / f"{language}-{field}")
        return index.manifest

    return store.write_build(root, write)


def load(build_folder: Path, encoder: Encoder) -> Index:
    """Opens a build; raises DamagedIndex or StaleIndex before anything but the manifest is parsed."""
    manifest = store.read_manifest(build_folder)
    if manifest["encoder"]["fingerprint"] != encoder.fingerprint:
        held = manifest["encoder"]["name"]
        raise StaleIndex(f"the index was made by another encoder or version ({held!r}); {store.REBUILD}")
    try:
        documents = {row["id"]: _document(row) for row in _read_lines(build_folder / "documents.jsonl")}
        passages = tuple(_passage(row) for row in _read_lines(build_folder / "passages.jsonl"))
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedIndex(f"the index {build_folder.name!r} holds a bad row: {error}; {store.REBUILD}") from None
    vectors = faiss.read_index(str(build_folder / "vectors.faiss"))
    languages = {}
    for language in manifest["languages"]:
        held = [Postings.load(build_folder / "lexical" / f"{language}-{field}") for field in LanguageIndex.FIELDS]
        languages[language] = LanguageIndex(_numbers(passages, language), *held)
    words = _words(build_folder / "words.npz", encoder) if isinstance(encoder, StaticEncoder) else None
    starts = _sentence_starts(documents, passages)
    return Index(build_folder.name, documents, passages, vectors, words, languages, manifest, starts)


def _word_rows(
    documents: Mapping[str, Document], passages: Sequence[Passage], texts: Sequence[str], encoder: StaticEncoder
) -> PassageWords:
    headings = [" ".join(passage.heading_path[-2:]) for passage in passages]
    sentences = [
        documents[passage.document].text[start:end]
        for passage in passages
        for start, end in sentences_of(documents[passage.document], passage)
    ]
    return PassageWords.build(encoder, [*texts, *headings, *sentences])


def _sentence_starts(documents: Mapping[str, Document], passages: Sequence[Passage]) -> npt.NDArray[np.int64]:
    counts = [len(sentences_of(documents[passage.document], passage)) for passage in passages]
    return np.cumsum([0, *counts], dtype=np.int64)


def _words(path: Path, encoder: StaticEncoder) -> PassageWords | None:
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as held:
        return PassageWords.from_arrays(encoder, dict(held))


def _vectors(passages: Sequence[Passage], texts: Sequence[str], encoder: Encoder, known: Index | None) -> Vectors:
    vectors = np.empty((len(passages), encoder.dimension), np.float32)
    held = _unchanged(passages, texts, known) if known and _is_of(known, encoder) else {}
    for number, at in held.items():
        vectors[number] = known.vectors.reconstruct(at) if known else 0
    missing = [number for number in range(len(passages)) if number not in held]
    if missing:
        vectors[missing] = encoder.encode_passages([texts[number] for number in missing])
    return vectors


def _is_of(known: Index, encoder: Encoder) -> bool:
    return bool(known.manifest["encoder"]["fingerprint"] == encoder.fingerprint)


def _unchanged(passages: Sequence[Passage], texts: Sequence[str], known: Index) -> dict[int, int]:
    """The passages of which an index holds the same words, wherever they stood: their numbers here and there."""
    numbers = known.numbers()
    held = {}
    for number, (passage, text) in enumerate(zip(passages, texts, strict=True)):
        at = numbers.get(passage.id)
        if at is not None and searched_text(known.documents[passage.document], known.passages[at]) == text:
            held[number] = at
    return held


def _numbers(passages: Sequence[Passage], language: str) -> npt.NDArray[np.int64]:
    return np.array([number for number, passage in enumerate(passages) if passage.language == language], np.int64)


def _language_index(passages: Sequence[Passage], texts: Sequence[str], language: str) -> LanguageIndex:
    numbers = _numbers(passages, language)
    text = Postings.build([tokens.stems(texts[number], language) for number in numbers])
    heading = Postings.build(
        [tokens.stems(" ".join(passages[number].heading_path[-2:]), language) for number in numbers]
    )
    return LanguageIndex(numbers, text, heading, Postings.build([trigrams(term) for term in text.terms]))


def trigrams(term: str) -> list[str]:
    """Distinct character trigrams of a term, its beginning marked."""
    padded = f"^^{term}$"
    return sorted({padded[at : at + 3] for at in range(len(padded) - 2)})


def _write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def _read_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def _document(row: dict[str, Any]) -> Document:
    blocks = tuple(
        Block(**{**block, "kind": BlockKind(block["kind"]), "header": _span(block["header"])})
        for block in row["blocks"]
    )
    return Document(**{**row, "blocks": blocks})


def _passage(row: dict[str, Any]) -> Passage:
    notes = tuple((start, end) for start, end in row["notes"])
    return Passage(
        **{**row, "heading_path": tuple(row["heading_path"]), "notes": notes, "header": _span(row["header"])}
    )


def _span(pair: Sequence[int] | None) -> tuple[int, int] | None:
    return None if pair is None else (pair[0], pair[1])
