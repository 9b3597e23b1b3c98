"""The ranker: a weighted sum, and a probability, both by hand; and a file that can't be read."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path

import numpy as np
import pytest

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search.ranker import Ranker, load_ranker

RANKER = Ranker({"bm25": 2.0, "dense": 1.0}, {"dense": 3.0}, {}, {"bias": -1.0, "score": 2.0})


def test_each_candidate_is_weighed_by_its_language() -> None:
    features = np.array([[0.5, 0.25, 9], [0.5, 0.25, 9]], np.float32)
    scores = RANKER.scores(features, ["bm25", "dense", "unknown"], np.array([True, False]))
    assert scores.tolist() == [2 * 0.5 + 1 * 0.25, 3 * 0.25]


def test_confidence_is_a_logistic_function() -> None:
    assert RANKER.sure({"score": 1.5, "unknown": 5}) == pytest.approx(1 / (1 + exp(-(-1 + 2 * 1.5))))
    assert 0 < RANKER.sure({"score": -1e9}) < 1e-9
    assert 1 - 1e-9 < RANKER.sure({"score": 1e9}) <= 1


def test_the_shipped_one_has_every_part() -> None:
    held = load_ranker()
    assert held.same
    assert held.other
    assert held.sentence
    assert "bias" in held.confidence
    assert held.network is not None
    assert 0 < held.threshold < 1


@pytest.mark.parametrize("text", ["", "{", '{"same": {}}', "\xff"])
def test_a_file_that_can_not_be_read_names_the_command(tmp_path: Path, text: str) -> None:
    (tmp_path / "ranker.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelFileProblem, match=r"ranker\.json can't be read.*python -m training ranker"):
        load_ranker(tmp_path / "ranker.json")


def test_a_missing_file_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelFileProblem, match=r"none\.json can't be read"):
        load_ranker(tmp_path / "none.json")


def test_another_file_of_the_same_form_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    empty: dict[str, float] = {}
    path.write_text(
        json.dumps({"same": {"a": 1}, "other": empty, "sentence": empty, "confidence": empty, "threshold": 0.4})
    )
    held = load_ranker(path)
    assert (held.same, held.threshold) == ({"a": 1}, 0.4)
