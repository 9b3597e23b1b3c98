"""The optional cross-encoder: what it may reorder, what it leaves as it is, and a real one from a folder."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from fakes import LetterEncoder, document

from erasmus_assistant.cli import main
from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Hit, Question
from erasmus_assistant.search.editions import Place
from erasmus_assistant.search.index import build
from erasmus_assistant.search.ranker import Ranker
from erasmus_assistant.search.reranking import RERANKED, Reranker, asked, load_reranker, reordered
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings

QUESTION = Question("Where can youth organisations find partners?", "en")


class Shortest:
    """Prefers short passages; remembers what it was given."""

    name = "shortest"

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def scores(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        self.seen.append((question, len(passages)))
        return np.array([-len(passage) for passage in passages], np.float32)


def with_second(retriever: Retriever, reranker: Reranker) -> Retriever:
    return Retriever(retriever.index, retriever.encoder, retriever.ranker, reranker)


def judgements(hits: Sequence[Hit]) -> list[float]:
    return [hit.scores["cross_encoder"] for hit in hits]


def test_candidates_move_within_their_kind_and_take_the_score_of_the_place() -> None:
    places = [Place(3, 9.0), Place(0, 8.0), Place(2, 7.0), Place(1, 6.0), Place(4, 5.0)]
    kinds = ["new", "new", "old", "new", "new"]
    judged = {3: 0.1, 0: 0.2, 2: 9.0, 1: 0.3}
    expected = [Place(1, 9.0), Place(0, 8.0), Place(2, 7.0), Place(3, 6.0), Place(4, 5.0)]
    assert reordered(places, judged, kinds) == expected


def test_equal_judgements_and_none_change_nothing() -> None:
    places = [Place(1, 2.0), Place(0, 1.0)]
    assert reordered(places, {0: 0.5, 1: 0.5}, ["", ""]) == places
    assert reordered(places, {}, ["", ""]) == places
    assert reordered([], {}, []) == []


def test_the_best_are_reordered_and_confidence_and_the_rest_stay(retriever: Retriever) -> None:
    second = Shortest()
    before = retriever.retrieve(QUESTION, 40)
    after = with_second(retriever, second).retrieve(QUESTION, 40)
    assert second.seen == [(QUESTION.text, RERANKED)]
    best = after.hits[:RERANKED]
    assert judgements(best) == sorted(judgements(best), reverse=True)
    assert [hit.passage.id for hit in best] != [hit.passage.id for hit in before.hits[:RERANKED]]
    assert {hit.passage.id for hit in best} == {hit.passage.id for hit in before.hits[:RERANKED]}
    assert after.hits[RERANKED:] == before.hits[RERANKED:]
    assert after.confidence == before.confidence
    assert [hit.score for hit in after.hits] == [hit.score for hit in before.hits]
    assert [hit.rank for hit in after.hits] == list(range(1, len(after.hits) + 1))


def test_each_hit_keeps_its_own_features(retriever: Retriever) -> None:
    before = {hit.passage.id: hit.scores for hit in retriever.retrieve(QUESTION, 40).hits}
    for hit in with_second(retriever, Shortest()).retrieve(QUESTION, RERANKED).hits:
        assert hit.scores == before[hit.passage.id] | {"cross_encoder": hit.scores["cross_encoder"]}
    assert not any("cross_encoder" in scores for scores in before.values())


def test_fewer_hits_are_the_first_of_more(retriever: Retriever) -> None:
    own = with_second(retriever, Shortest())
    assert own.retrieve(QUESTION, 3).hits == own.retrieve(QUESTION, 10).hits[:3]


def test_nothing_found_is_not_judged() -> None:
    second = Shortest()
    index = build([], LetterEncoder(), Chunking(), "print")
    assert Retriever(index, LetterEncoder(), Ranker({}, {}, {}, {}), second).retrieve(QUESTION).hits == ()
    assert second.seen == []


class Saying:
    """Prefers the passages that say a word."""

    name = "saying"

    def __init__(self, word: str) -> None:
        self.word = word

    def scores(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array([self.word in passage for passage in passages], np.float32)


MONEY = "Pocket money\n\nVolunteers get {} euro of pocket money a day.\n\nTravel\n\nTravel is paid for {} km.\n"
PENGE = "Lommepenge\n\nFrivillige får {} euro pocket money om dagen.\n\nRejse\n\nRejsen betales for {} km.\n"


def test_an_edition_that_is_not_meant_stays_behind() -> None:
    documents = [document(MONEY.format(at, 50 + at), f"d{year}", year=year) for at, year in ((5, 2025), (6, 2026))]  # type: ignore[arg-type]
    index = build(documents, LetterEncoder(), Chunking(), "print")
    ranker = Ranker({"bm25": 5.0}, {"bm25": 5.0}, {}, {})
    hits = Retriever(index, LetterEncoder(), ranker, Saying("55 km")).retrieve(Question("pocket money", "en")).hits
    years = [hit.passage.year for hit in hits]
    assert years == sorted(years, key=lambda year: -(year or 0))
    assert [hit.passage.year for hit in hits if hit.scores["cross_encoder"]] == [2025]
    hits = Retriever(index, LetterEncoder(), ranker, Saying("56 km")).retrieve(Question("pocket money", "en")).hits
    assert "56 km" in hits[0].passage.text


def test_another_language_takes_no_place_of_the_own() -> None:
    documents = [document(MONEY.format(5, 50), "en"), document(PENGE.format(8, 80), "da", "da")]
    index = build(documents, LetterEncoder(), Chunking(), "print")
    ranker = Ranker({"bm25": 5.0}, {"bm25": 5.0}, {}, {})
    question = Question("How much pocket money?", "en")
    before = Retriever(index, LetterEncoder(), ranker).retrieve(question).hits
    after = Retriever(index, LetterEncoder(), ranker, Saying("80 km")).retrieve(question).hits
    assert {hit.passage.language for hit in before} == {"da", "en"}
    assert [hit.passage.language for hit in after] == [hit.passage.language for hit in before]
    danish = [hit for hit in after if hit.passage.language == "da"]
    assert "80 km" in danish[0].passage.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question("And there?", "en", ("Otlas.", "Where to look?", "Hi")), "Where to look?\nOtlas.\nAnd there?"),
        (Question("Un kur jāreģistrējas?", "lv", ("Otlas.",)), "Otlas.\nUn kur jāreģistrējas?"),
        (Question(QUESTION.text, "en", ("Otlas.",)), QUESTION.text),
        (Question("And there?", "en"), "And there?"),
    ],
)  # fmt: skip
def test_a_question_that_leans_on_the_conversation_goes_with_its_turns(question: Question, expected: str) -> None:
    assert asked(question) == expected


def test_without_the_setting_there_is_none() -> None:
    assert load_reranker() is None


def test_a_folder_that_is_not_there_is_one_line() -> None:
    with pytest.raises(ModelFileProblem, match=r"no re-ranker folder './nowhere'; name another folder") as problem:
        load_reranker("./nowhere")
    assert "\n" not in str(problem.value)


def test_a_missing_package_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelFileProblem, match="pip install sentence-transformers"):
        load_reranker("somebody/some-model")


def test_the_command_line_says_it_in_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ERASMUS_RERANKER", "./nowhere")
    assert main(["search", "Otlas", "--corpus", str(settings.corpus), "--index", str(settings.index)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "./nowhere" in err


def _needs(package: str) -> None:
    """Skip where an optional package isn't installed, but never in CI."""
    if importlib.util.find_spec(package) is None and os.environ.get("CI") != "true":
        pytest.skip(f"{package} is not installed")


def saved(folder: Path, labels: int = 1, head: bool = True) -> str:
    """A tiny BERT with random weights, as a cross-encoder or, without a head, a plain encoder."""
    _needs("sentence_transformers")
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    torch.manual_seed(7)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789āčēģīķļņšūž.,?"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    folder.mkdir()
    BertTokenizer(vocab={word: number for number, word in enumerate(words)}).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=128, num_labels=labels, initializer_range=0.5,
    )  # fmt: skip
    (BertForSequenceClassification if head else BertModel)(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return saved(tmp_path_factory.mktemp("reranker") / "tiny")


@pytest.fixture(scope="module")
def real(tiny: str) -> Reranker:
    found = load_reranker(tiny)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_real_cross_encoder_orders_the_best_by_its_own_scores(
    retriever: Retriever, real: Reranker, tiny: str
) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    before = retriever.retrieve(QUESTION, RERANKED)
    after = with_second(retriever, real).retrieve(QUESTION, RERANKED)
    assert len(set(judgements(after.hits))) > RERANKED // 2
    assert judgements(after.hits) == sorted(judgements(after.hits), reverse=True)
    assert [hit.passage.id for hit in after.hits] != [hit.passage.id for hit in before.hits]
    assert after.confidence == before.confidence
    direct = CrossEncoder(tiny, device="cpu", activation_fn=torch.nn.Identity())
    texts = ["Otlas finds partners.", "Europass"]
    expected = direct.predict([(QUESTION.text, text) for text in texts])
    assert real.scores(QUESTION.text, texts) == pytest.approx(expected, abs=1e-4)
    assert torch.get_num_threads() == 1


@pytest.mark.slow
def test_a_real_cross_encoder_serves_several_threads_alike(retriever: Retriever, real: Reranker) -> None:
    own = with_second(retriever, real)
    questions = [Question(text, "en") for text in ("Otlas", "Who gives money to schools?", QUESTION.text)] * 4
    alone = [own.retrieve(question).hits for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert [found.hits for found in pool.map(own.retrieve, questions)] == alone


def asked_of(settings: Settings, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`search --json` in a process of its own, with no proxy, cache or setting but the re-ranker's."""
    command = [sys.executable, "-m", "erasmus_assistant", "search", QUESTION.text, "--json"]
    places = ["--corpus", str(settings.corpus), "--index", str(settings.index)]
    bare = {"PATH": os.environ["PATH"], "ERASMUS_RERANKER": name, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run([*command, *places], env=bare, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.mark.slow
def test_the_setting_reaches_the_search_and_another_process_orders_alike(
    settings: Settings, retriever: Retriever, real: Reranker, tiny: str
) -> None:
    here = [hit.passage.id for hit in with_second(retriever, real).retrieve(QUESTION).hits]
    done = asked_of(settings, tiny, PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert [hit["passage_id"] for hit in hits] == here
    assert all("cross_encoder" in hit["scores"] for hit in hits)


@pytest.mark.slow
def test_a_hub_model_that_is_not_on_this_machine_is_one_line_and_nothing_is_called(
    settings: Settings, tmp_path: Path
) -> None:
    _needs("sentence_transformers")
    done = asked_of(settings, "no-such-owner/no-such-model", HF_HOME=str(tmp_path), HTTPS_PROXY="http://127.0.0.1:9")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert "re-ranker 'no-such-owner/no-such-model' can't be loaded" in done.stderr
    assert "HF_HUB_OFFLINE=0" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("labels", "head"), [(3, True), (1, False)], ids=["three classes", "no head"])
def test_a_model_that_gives_no_trained_score_is_refused(tmp_path: Path, labels: int, head: bool) -> None:
    with pytest.raises(ModelFileProblem, match="not trained to give a pair of texts one score") as problem:
        load_reranker(saved(tmp_path / "other", labels, head))
    assert "\n" not in str(problem.value)
