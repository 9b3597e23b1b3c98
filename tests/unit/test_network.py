"""The network behind the confidence: its sum, its file, and what is said of a file that can't be used."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search.network import Network, load_network
from erasmus_assistant.search.ranker import Ranker


def array(*values: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(values, np.float32)


NETWORK = Network(
    ("one", "two"),
    *(array(1, 0), array(2, 1), array([1, -1], [0, 2]), array(0.5, 0), array(3, 10)),
    *(array(0, 2, 0), array([1, 0], [0, 0.5], [0, 0])),
)


def test_the_total_is_that_of_the_hidden_units() -> None:
    # one: (3 - 1) / 2 = 1, two: 0.25; hidden: 1 + 0.5 and -1 + 0.5, of which the second counts as 0
    assert NETWORK.total({"one": 3, "two": 0.25, "other": 9}) == pytest.approx(4.5)
    assert NETWORK.total({}) == pytest.approx(3 * 0 + 10 * 0.5)


def test_the_vector_of_the_question_adds_to_the_hidden_units() -> None:
    facts = {"one": 3, "two": 0.25}
    assert NETWORK.total(facts, array(0, 2, 5)) == NETWORK.total(facts)
    # the first unit gains 2, the second (4 - 2) * 0.5 = 1 and is 0.5 then
    assert NETWORK.total(facts, array(2, 4, 5)) == pytest.approx(3 * 3.5 + 10 * 0.5)


def test_no_fact_counts_without_end() -> None:
    assert NETWORK.total({"one": 1e9}) == NETWORK.total({"one": 11})


def test_the_confidence_adds_it_to_the_weighted_sum() -> None:
    ranker = Ranker({}, {}, {}, {"bias": -4.5}, 0.5, NETWORK)
    assert ranker.sure({"one": 3, "two": 0.25}) == pytest.approx(0.5)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    turned = replace(NETWORK, inner=np.asfortranarray(NETWORK.inner))
    turned.save(tmp_path / "held")
    held = load_network(tmp_path / "held")
    assert all(np.array_equal(getattr(held, one.name), getattr(NETWORK, one.name)) for one in fields(Network))


def test_a_file_that_can_not_be_used_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"nothing")
    replace(NETWORK, names=("one",)).save(tmp_path / "short")
    replace(NETWORK, middle=array(0, 2)).save(tmp_path / "narrow")
    for name in ("broken", "short", "narrow", "none"):
        with pytest.raises(ModelFileProblem, match=rf"{name} can't be read.*python -m training ranker"):
            load_network(tmp_path / name)
