"""Our search behind LangChain's interfaces, so that it can be lifted into another chain.

GuideRetriever       the whole search: every language, learned ranking (`BaseRetriever`)
GuideVectorStore     the passage vectors alone, in FAISS (`VectorStore`)
GuideEmbeddings      the encoder (`Embeddings`)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from pydantic import ConfigDict

from erasmus_assistant.errors import DamagedIndex
from erasmus_assistant.records import Passage, Question
from erasmus_assistant.search.dense import Encoder
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.retrieval import Retriever


class GuideRetriever(BaseRetriever):
    """The ranked passages of a query in any EU language, with every score in the metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    k: int = 10

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        language = self.retriever.language_of(query)
        retrieved = self.retriever.retrieve(Question(query, language), self.k)
        return [
            _document(
                hit.passage, rank=hit.rank, score=hit.score, scores=dict(hit.scores), confidence=retrieved.confidence
            )
            for hit in retrieved.hits
        ]


class GuideEmbeddings(Embeddings):
    """The encoder that made the passage vectors; unit length, so that the dot product is the cosine."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in row] for row in self.encoder.encode_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in self.encoder.encode_questions([text])[0]]


class GuideVectorStore(VectorStore):
    """Texts and their unit vectors in a flat FAISS index (inner product); saved as JSON Lines, never as a pickle."""

    def __init__(self, embedding: Embeddings, dimension: int) -> None:
        self._embedding = embedding
        self._vectors: faiss.Index = faiss.IndexFlatIP(dimension)
        self._documents: list[Document] = []

    @classmethod
    def of_index(cls, index: Index, encoder: Encoder) -> Self:
        """The passages of an index."""
        store = cls(GuideEmbeddings(encoder), encoder.dimension)
        if index.vectors.ntotal:
            store._vectors.add(index.vectors.reconstruct_n(0, index.vectors.ntotal))
        store._documents = [_document(passage) for passage in index.passages]
        return store

    @classmethod
    def from_texts(
        cls, texts: list[str], embedding: Embeddings, metadatas: list[dict[str, Any]] | None = None, **kwargs: Any
    ) -> Self:
        store = cls(embedding, len(embedding.embed_query("dimension")))
        store.add_texts(texts, metadatas, **kwargs)
        return store

    @property
    def embeddings(self) -> Embeddings:
        return self._embedding

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Adds texts; their ids are those given, else their numbers. Raises ValueError on unequal lengths."""
        added = list(texts)
        names = ids or [str(len(self._documents) + number) for number in range(len(added))]
        rows = zip(added, metadatas or [{} for _ in added], names, strict=True)
        documents = [Document(page_content=text, metadata=metadata, id=name) for text, metadata, name in rows]
        if documents:
            self._vectors.add(np.array(self._embedding.embed_documents(added), np.float32))
            self._documents += documents
        return names

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        return [document for document, _ in self.similarity_search_with_score(query, k)]

    def similarity_search_with_score(self, query: str, k: int = 4) -> list[tuple[Document, float]]:
        """Documents with their cosine, best first."""
        if not self._documents:
            return []
        vector = np.array([self._embedding.embed_query(query)], np.float32)
        scores, numbers = self._vectors.search(vector, min(k, len(self._documents)))
        return [(self._documents[number], float(score)) for number, score in zip(numbers[0], scores[0], strict=True)]

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        known = {document.id: document for document in self._documents}
        return [known[name] for name in ids if name in known]

    def save(self, folder: Path) -> None:
        """Writes `vectors.faiss` and `documents.jsonl`."""
        folder.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._vectors, str(folder / "vectors.faiss"))
        rows = ({"id": one.id, "text": one.page_content, "metadata": one.metadata} for one in self._documents)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / "documents.jsonl").write_text(text, "utf-8")

    @classmethod
    def load(cls, folder: Path, embedding: Embeddings) -> Self:
        """Opens what `save` wrote; raises DamagedIndex where vectors and documents don't match."""
        vectors = faiss.read_index(str(folder / "vectors.faiss"))
        lines = (folder / "documents.jsonl").read_bytes().splitlines()
        if vectors.ntotal != len(lines):
            raise DamagedIndex(
                f"{str(folder)!r} holds {vectors.ntotal} vectors of {len(lines)} documents; save it again"
            )
        store = cls(embedding, vectors.d)
        store._vectors = vectors
        rows = [json.loads(line) for line in lines]
        store._documents = [Document(page_content=row["text"], metadata=row["metadata"], id=row["id"]) for row in rows]
        return store


def _document(passage: Passage, **found: Any) -> Document:
    metadata = {
        "passage_id": passage.id,
        "document": passage.document,
        "start": passage.start,
        "end": passage.end,
        "heading_path": list(passage.heading_path),
        "language": passage.language,
        "year": passage.year,
        "page": passage.page,
        **found,
    }
    return Document(page_content=passage.text, metadata=metadata, id=passage.id)
