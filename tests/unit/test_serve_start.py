"""How the app starts: the garbage collector rests while modules are imported, and never longer."""

from __future__ import annotations

import gc

import pytest

from erasmus_assistant.commands.serve import uncollected


def test_the_collector_rests_meanwhile_and_goes_on_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_goes_on_after_a_failure_too() -> None:
    with pytest.raises(ValueError, match="broken"), uncollected():
        raise ValueError("broken")
    assert gc.isenabled()
