"""Passages -> an index in memory or on disk: documents, vectors, and a lexical index a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from erasmus_assistant.errors import DamagedIndex, StaleIndex
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Document, Passage
from erasmus_assistant.search import store, tokens
from erasmus_assistant.search.cosines import matrix_of
from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.features import View, take_apart
from erasmus_assistant.search.keeping import cut, recipe, searched_text
from erasmus_assistant.search.lexical import Postings
from erasmus_assistant.search.parts import Parts
from erasmus_assistant.search.ragged import Places, Ragged
from erasmus_assistant.search.rows import read_documents, read_passages, write_rows
from erasmus_assistant.search.word_vectors import PassageWords

__all__ = ["Index", "LanguageIndex", "build", "load", "save", "searched_text", "trigrams"]


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
    its sentences, in the order of `parts`.
    """

    name: str
    documents: Mapping[str, Document]
    passages: tuple[Passage, ...]
    vectors: faiss.Index
    words: PassageWords | None
    languages: Mapping[str, LanguageIndex]
    parts: Parts
    manifest: Mapping[str, Any]

    def numbers(self) -> dict[str, int]:
        """Passage id -> its number."""
        return {passage.id: number for number, passage in enumerate(self.passages)}


@dataclass(frozen=True, slots=True)
class _Fresh:
    """The passages that no earlier index holds, in order, taken apart."""

    numbers: Places
    texts: list[str]
    passages: list[Passage]
    views: list[View]
    sentences: list[str]


def build(
    documents: Sequence[Document], encoder: Encoder, chunking: Chunking, fingerprint: str, known: Index | None = None
) -> Index:
    """The index of `documents`; what `known` holds of unchanged passages is taken from it."""
    held = known if known is not None and _fits(known, encoder, chunking) else _nothing(encoder)
    passages, kept = cut(documents, chunking, held)
    by_id = {document.id: document for document in documents}
    fresh = _fresh(by_id, passages, kept)
    languages = {
        language: _language_index(language, passages, kept, fresh, held)
        for language in sorted({passage.language for passage in passages})
    }
    parts, order = _parts(languages, held, kept, fresh)
    manifest = {
        "encoder": {"name": encoder.name, "dimension": encoder.dimension, "fingerprint": encoder.fingerprint},
        "counts": {"documents": len(documents), "passages": len(passages)},
        "chunking": asdict(chunking),
        "corpus": fingerprint,
        "languages": sorted(languages),
        "recipe": recipe(),
    }
    words = _words(held, kept, order, fresh)
    return Index("", by_id, passages, _vectors(held, kept, fresh, encoder), words, languages, parts, manifest)


def save(index: Index, root: Path) -> Path:
    """Writes the index as a new build under `root` and switches to it."""

    def write(folder: Path) -> Mapping[str, Any]:
        write_rows(folder / "documents.jsonl", index.documents.values())
        write_rows(folder / "passages.jsonl", index.passages)
        (folder / "vectors.faiss").write_bytes(faiss.serialize_index(index.vectors).data)
        _put(folder / "parts.npz", index.parts.arrays())
        if index.words is not None:
            _put(folder / "words.npz", index.words.arrays())
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
        documents = read_documents(build_folder / "documents.jsonl")
        passages = read_passages(build_folder / "passages.jsonl")
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedIndex(f"the index {build_folder.name!r} holds a bad row: {error}; {store.REBUILD}") from None
    vectors = faiss.read_index(str(build_folder / "vectors.faiss"))
    languages = {}
    for language in manifest["languages"]:
        held = [Postings.load(build_folder / "lexical" / f"{language}-{field}") for field in LanguageIndex.FIELDS]
        languages[language] = LanguageIndex(_numbers(passages, language), *held)
    words = None
    if isinstance(encoder, StaticEncoder) and (build_folder / "words.npz").is_file():
        words = PassageWords.from_arrays(encoder, _get(build_folder / "words.npz"))
    parts = Parts.from_arrays(_get(build_folder / "parts.npz"))
    return Index(build_folder.name, documents, passages, vectors, words, languages, parts, manifest)


def _fits(known: Index, encoder: Encoder, chunking: Chunking) -> bool:
    """Whether an index was made as one would be made now."""
    made = known.manifest
    same_encoder = made["encoder"]["fingerprint"] == encoder.fingerprint
    return bool(same_encoder and made["chunking"] == asdict(chunking) and made["recipe"] == recipe())


def _nothing(encoder: Encoder) -> Index:
    words = PassageWords.build(encoder, []) if isinstance(encoder, StaticEncoder) else None
    return Index("", {}, (), faiss.IndexFlatIP(encoder.dimension), words, {}, Parts.of([], [], []), {})


def _fresh(documents: Mapping[str, Document], passages: Sequence[Passage], kept: Places) -> _Fresh:
    numbers = np.flatnonzero(kept < 0)
    own = [passages[number] for number in numbers.tolist()]
    views = [take_apart(documents[passage.document], passage) for passage in own]
    texts = [searched_text(documents[passage.document], passage) for passage in own]
    sentences = [
        documents[passage.document].text[start:end]
        for passage, view in zip(own, views, strict=True)
        for start, end in view.sentences
    ]
    return _Fresh(numbers, texts, own, views, sentences)


def _vectors(held: Index, kept: Places, fresh: _Fresh, encoder: Encoder) -> faiss.Index:
    vectors = np.empty((len(kept), encoder.dimension), np.float32)
    stays = kept >= 0
    vectors[stays] = matrix_of(held.vectors)[kept[stays]]
    if fresh.texts:
        vectors[fresh.numbers] = encoder.encode_passages(fresh.texts)
    flat = faiss.IndexFlatIP(encoder.dimension)
    flat.add(vectors)
    return flat


def _parts(languages: Mapping[str, LanguageIndex], held: Index, kept: Places, fresh: _Fresh) -> tuple[Parts, Ragged]:
    """The passages taken apart, and where each one's sentences stood: see `Parts.order`."""
    ids = [languages[passage.language].text.ids for passage in fresh.passages]
    own = Parts.of(fresh.passages, fresh.views, ids)
    begins: dict[str, int] = {}
    numbers: list[int] = []
    for language, earlier in held.languages.items():
        begins[language] = len(numbers)
        now = languages[language].text.ids if language in languages else {}
        numbers += [now.get(term, -1) for term in earlier.text.terms]
    shifts = np.array([begins[passage.language] for passage in held.passages], np.int64)
    order = held.parts.order(kept, own)
    return held.parts.updated(kept, order, shifts, np.array(numbers, np.int32), own), order


def _words(held: Index, kept: Places, order: Ragged, fresh: _Fresh) -> PassageWords | None:
    if held.words is None:
        return None
    count, rows = len(held.passages), order.values.astype(np.int64)
    rows = np.where(rows < len(held.parts.spans), rows + 2 * count, -1)
    headings = np.where(kept < 0, -1, kept + count)
    texts = [*fresh.texts, *(" ".join(one.heading_path[-2:]) for one in fresh.passages), *fresh.sentences]
    return PassageWords.updated(held.words, np.concatenate([kept, headings, rows]), texts)


def _numbers(passages: Sequence[Passage], language: str) -> npt.NDArray[np.int64]:
    return np.array([number for number, passage in enumerate(passages) if passage.language == language], np.int64)


def _language_index(
    language: str, passages: Sequence[Passage], kept: Places, fresh: _Fresh, held: Index
) -> LanguageIndex:
    numbers = _numbers(passages, language)
    none = Postings.build([])
    earlier = held.languages.get(language) or LanguageIndex(np.empty(0, np.int64), none, none, none)
    own = np.where(kept[numbers] < 0, -1, np.searchsorted(earlier.numbers, kept[numbers]))
    new = [at for at, passage in enumerate(fresh.passages) if passage.language == language]
    headings = [" ".join(fresh.passages[at].heading_path[-2:]) for at in new]
    text = Postings.updated(earlier.text, own, [tokens.stems(fresh.texts[at], language) for at in new])
    heading = Postings.updated(earlier.heading, own, [tokens.stems(words, language) for words in headings])
    terms = np.array([earlier.text.ids.get(term, -1) for term in text.terms], np.int64)
    grams = Postings.updated(earlier.grams, terms, [trigrams(text.terms[at]) for at in np.flatnonzero(terms < 0)])
    return LanguageIndex(numbers, text, heading, grams)


def trigrams(term: str) -> list[str]:
    """Distinct character trigrams of a term, its beginning marked."""
    padded = f"^^{term}$"
    return sorted({padded[at : at + 3] for at in range(len(padded) - 2)})


def _put(path: Path, arrays: Mapping[str, npt.NDArray[np.int32]]) -> None:
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def _get(path: Path) -> dict[str, npt.NDArray[np.int32]]:
    with np.load(path, allow_pickle=False) as held:
        return dict(held)
