"""Gradio's sessions: described as Gradio does, apart from each other, and not kept for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from gradio.state_holder import SessionState, StateHolder

from erasmus_assistant.web import chat


async def nobody() -> AsyncIterator[chat.Step]:
    return
    yield


@pytest.fixture(scope="module")
def built() -> chat.gr.Blocks:
    return chat.build(nobody, lambda key: key)


def test_components_are_described_as_gradio_would(built: chat.gr.Blocks) -> None:
    for block in built.blocks.values():
        assert block.get_config() == type(block).get_config(block)


def test_what_one_session_writes_no_other_reads(built: chat.gr.Blocks) -> None:
    log = next(key for key, block in built.blocks.items() if block.elem_id == "log")
    one, other = SessionState(built), SessionState(built)
    before = other.config_values[log]["props"].get("value")
    one._update_value_in_config(log, [{"role": "user", "content": "mine"}])
    assert other.config_values[log]["props"].get("value") == before
    assert SessionState(built).config_values[log]["props"].get("value") == before


def test_few_sessions_are_kept(built: chat.gr.Blocks) -> None:
    holder = StateHolder()
    holder.set_blocks(built)
    for number in range(1000):
        holder[str(number)]
    assert len(holder.session_data) <= 100
    assert "999" in holder
