"""What many tests need: the real corpus, and an assistant over it with the shipped models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.assembly import build_assistant
from erasmus_assistant.guide.corpus import Corpus
from erasmus_assistant.records import Document
from erasmus_assistant.search.language import detect_document
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def guide() -> Document:
    """The guide page, read."""
    corpus = Corpus(ROOT / "corpus")
    return corpus.document(corpus.entries[0], detect_document)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over a copy of the corpus and an index of their own."""
    folder = tmp_path_factory.mktemp("assistant")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    return Settings(_env_file=None, corpus=folder / "corpus", index=folder / "index")


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Assistant:
    """The assistant over the guide page, with the shipped models."""
    return build_assistant(settings, lambda line: None)[0]


@pytest.fixture(scope="session")
def retriever(assistant: Assistant) -> Retriever:
    """The search over the guide page."""
    return assistant.retriever()
