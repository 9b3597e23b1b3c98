"""Our search behind LangChain's interfaces."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import LetterEncoder, document
from langchain_core.runnables import RunnableLambda
from langchain_core.vectorstores import VectorStoreRetriever

from erasmus_assistant.errors import DamagedIndex
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.search.index import build
from erasmus_assistant.search.langchain import GuideEmbeddings, GuideRetriever, GuideVectorStore
from erasmus_assistant.search.retrieval import Retriever

EMBEDDINGS = GuideEmbeddings(LetterEncoder())


@pytest.fixture
def store() -> GuideVectorStore:
    return GuideVectorStore.from_texts(["aab", "abb", "zz"], EMBEDDINGS, [{"n": 1}, {"n": 2}, {"n": 3}])


def test_the_retriever_gives_what_the_search_gives(retriever: Retriever) -> None:
    found = GuideRetriever(retriever=retriever, k=3).invoke("Where can we find partners?")
    assert len(found) == 3
    assert [one.metadata["rank"] for one in found] == [1, 2, 3]
    for one in found:
        document = retriever.index.documents[one.metadata["document"]]
        assert document.text[one.metadata["start"] : one.metadata["end"]] == one.page_content
        assert one.id == one.metadata["passage_id"]
        assert {"bm25", "dense"} <= set(one.metadata["scores"])
        assert 0 <= one.metadata["confidence"] <= 1


def test_the_retriever_stands_in_a_chain(retriever: Retriever) -> None:
    chain = GuideRetriever(retriever=retriever, k=1) | RunnableLambda(lambda found: found[0].metadata["heading_path"])
    assert chain.invoke("EPALE")[-1] == "EPALE"


def test_scores_are_cosines(store: GuideVectorStore) -> None:
    (first, best), (_, second), (_, last) = store.similarity_search_with_score("aab", 3)
    assert first.page_content == "aab"
    assert best == pytest.approx(1)
    assert second == pytest.approx((2 * 1 + 1 * 2) / 5)
    assert last == 0


def test_more_can_be_asked_for_than_there_is(store: GuideVectorStore) -> None:
    assert store.similarity_search("zz", 50)[0].metadata["n"] == 3
    assert len(store.similarity_search("zz", 50)) == 3
    assert GuideVectorStore(EMBEDDINGS, 26).similarity_search("a") == []


def test_texts_are_added_with_ids_and_got_by_them(store: GuideVectorStore) -> None:
    assert store.add_texts(["cc"], ids=["mine"]) == ["mine"]
    assert [one.page_content for one in store.get_by_ids(["mine", "none", "0"])] == ["cc", "aab"]
    assert store.add_texts([]) == []
    with pytest.raises(ValueError, match=r"shorter|longer"):
        store.add_texts(["a", "b"], [{}])


def test_it_is_a_retriever_too(store: GuideVectorStore) -> None:
    held = store.as_retriever(search_kwargs={"k": 1})
    assert isinstance(held, VectorStoreRetriever)
    assert held.invoke("bba")[0].page_content == "abb"


@pytest.mark.parametrize("text", ["plain", "two\nlines", "line\u2028separator and \u0085 next line"])
def test_what_is_loaded_is_what_was_saved(store: GuideVectorStore, tmp_path: Path, text: str) -> None:
    store.add_texts([text], [{"path": ["Š", "ķ"]}], ids=["last"])
    store.save(tmp_path / "store")
    held = GuideVectorStore.load(tmp_path / "store", EMBEDDINGS)
    assert held.similarity_search_with_score("abb", 4) == store.similarity_search_with_score("abb", 4)
    assert held.get_by_ids(["last"])[0].page_content == text
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["documents.jsonl", "vectors.faiss"]


def test_vectors_and_documents_that_do_not_match_are_refused(store: GuideVectorStore, tmp_path: Path) -> None:
    store.save(tmp_path)
    lines = (tmp_path / "documents.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "documents.jsonl").write_text("".join(lines[:2]))
    with pytest.raises(DamagedIndex, match="3 vectors of 2 documents; save it again"):
        GuideVectorStore.load(tmp_path, EMBEDDINGS)


def test_the_passages_of_an_index_are_a_store() -> None:
    encoder = LetterEncoder()
    index = build([document("Title\n\nWords here.\n\nOther\n\nxyz xyz.\n")], encoder, Chunking(), "x")
    held = GuideVectorStore.of_index(index, encoder)
    assert held.embeddings.embed_query("abc") == EMBEDDINGS.embed_query("abc")
    assert held.similarity_search("xyz", 1)[0].metadata["heading_path"][-1] == "Other"


def test_the_store_of_the_guide_holds_every_passage(retriever: Retriever) -> None:
    held = GuideVectorStore.of_index(retriever.index, retriever.encoder)
    passage = retriever.index.passages[5]
    assert held.get_by_ids([passage.id])[0].page_content == passage.text
