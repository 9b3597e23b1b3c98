"""Parts put together by the settings: the corpus, an index that fits it, and the assistant over both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.answer.extractive import Answerer
from erasmus_assistant.errors import CorpusError, DamagedIndex, IndexProblem, MissingIndex, StaleIndex, UnwritableIndex
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.guide.corpus import Corpus, Entry
from erasmus_assistant.records import Document
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search import store
from erasmus_assistant.search.dense import Encoder, load_encoder
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.language import detect_document
from erasmus_assistant.search.ranker import load_ranker
from erasmus_assistant.search.reranking import load_reranker
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings

Say = Callable[[str], None]
Track = Callable[[Iterable[Entry]], Iterable[Entry]]


def build_index(
    settings: Settings, encoder: Encoder, track: Track = iter, held: Index | None = None
) -> tuple[Index, Path]:
    """Builds and saves the index; what an earlier one, `held` or else a build, holds unchanged is taken from it."""
    corpus = Corpus(settings.corpus)
    fingerprint = corpus.fingerprint()
    known = held or _any_build(settings.index, encoder)
    documents = [_document(corpus, entry, known) for entry in track(corpus.entries)]
    index = indexes.build(documents, encoder, Chunking(), fingerprint, known)
    build = indexes.save(index, settings.index)
    return replace(index, name=build.name), build


def check_fits(index: Index, settings: Settings) -> None:
    """Raises StaleIndex where the index belongs to another corpus or chunking."""
    manifest = index.manifest
    if manifest["chunking"] != asdict(Chunking()):
        raise StaleIndex(f"the index was cut into passages by other sizes; {store.REBUILD}")
    if manifest["corpus"] != Corpus(settings.corpus).fingerprint():
        raise StaleIndex(f"the corpus has changed since the index was built; {store.REBUILD}")


def open_index(settings: Settings, encoder: Encoder, say: Say, track: Track = iter, held: Index | None = None) -> Index:
    """The index of the corpus, built where it is missing, stale or damaged; `held` is one that is loaded already.

    Where it can't be built, an earlier whole build is taken; where it can't be written, it is
    kept in memory. `say` gets one line for each.
    """
    try:
        build = store.current_build(settings.index)
        index = held if held and held.name == build.name else indexes.load(build, encoder)
        check_fits(index, settings)
        return index
    except (MissingIndex, StaleIndex, DamagedIndex) as problem:
        say(f"{str(problem).partition(';')[0]}: building it now")
    try:
        index, _ = build_index(settings, encoder, track, held)
        say(f"index built: {len(index.passages)} passages of {len(index.documents)} documents")
        return index
    except UnwritableIndex as problem:
        say(f"{problem}; going on with an index in memory")
        corpus = Corpus(settings.corpus)
        documents = [_document(corpus, entry, None) for entry in corpus.entries]
        return indexes.build(documents, encoder, Chunking(), corpus.fingerprint())
    except CorpusError as problem:
        earlier = _any_build(settings.index, encoder)
        if earlier is None or earlier.manifest["encoder"]["fingerprint"] != encoder.fingerprint:
            raise
        say(f"{problem}; going on with the earlier index {earlier.name}")
        return earlier


class LiveRetriever:
    """The retriever of the newest index; takes up a changed corpus or build without a restart.

    `refresh` is called at the edge, by a timer; who holds a retriever keeps the build it came from.
    """

    def __init__(self, settings: Settings, say: Say, track: Track = iter) -> None:
        self._settings, self._say = settings, say
        self._encoder = load_encoder(settings.encoder)
        self._ranker, self._reranker = load_ranker(), load_reranker(settings.reranker)
        self._lock = threading.Lock()
        self._current = self._over(open_index(settings, self._encoder, say, track))

    def __call__(self) -> Retriever:
        return self._current

    def refresh(self) -> bool:
        """Takes up a newer build, or makes one where the corpus changed; whether anything did."""
        with self._lock:
            try:
                name = store.current_build(self._settings.index).name
                fingerprint = Corpus(self._settings.corpus).fingerprint()
                held = self._current.index
                if name == held.name and held.manifest["corpus"] == fingerprint:
                    return False
                self._current = self._over(open_index(self._settings, self._encoder, self._say, held=held))
            except (CorpusError, IndexProblem) as problem:
                self._say(f"{problem}; the index in use stays")
                return False
            return True

    def _over(self, index: Index) -> Retriever:
        return Retriever(index, self._encoder, self._ranker, self._reranker)


def build_assistant(settings: Settings, say: Say, track: Track = iter) -> tuple[Assistant, LiveRetriever]:
    """The assistant that the settings describe."""
    answerer = _answerer(settings)
    live = LiveRetriever(settings, say, track)
    return Assistant(live, answerer, settings.threshold, settings.question_limit), live


def _answerer(settings: Settings) -> Answerer | None:
    """The answerer over a language model where one is set."""
    if not (settings.model or settings.model_url):
        return None
    # langchain's chat models take seconds to import, and nothing else needs them
    from erasmus_assistant.answer.model import load_answerer

    return load_answerer(settings)


def _document(corpus: Corpus, entry: Entry, known: Index | None) -> Document:
    held = known.documents.get(entry.id) if known else None
    if held is not None and held.digest == corpus.digest(entry):
        return held
    return corpus.document(entry, detect_document)


def _any_build(root: Path, encoder: Encoder) -> Index | None:
    for build in store.builds(root):
        try:
            return indexes.load(build, encoder)
        except IndexProblem:
            continue
    return None
