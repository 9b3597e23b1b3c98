"""What the tests of language models share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Document
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search.dense import load_encoder
from erasmus_assistant.search.ranker import Ranker
from erasmus_assistant.search.retrieval import Retriever

# the scripted models are no package; the benchmark runs them as scripts
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmark" / "models"))

WEIGHTS = {"bm25": 1.0, "share": 2.0, "heading": 1.0, "fuzzy": 0.5, "dense": 1.0, "maxsim": 2.0, "sentence": 1.0}


@pytest.fixture(scope="session")
def plain_retriever(guide: Document) -> Retriever:
    """A search whose confidence is always high, with weights of its own: what is tested comes after it."""
    encoder = load_encoder()
    index = indexes.build([guide], encoder, Chunking(), "test")
    sentence = {"share": 3.0, "maxsim": 3.0, "bias": -2.0}
    return Retriever(index, encoder, Ranker(WEIGHTS, WEIGHTS, sentence, {"bias": 4.0}))
