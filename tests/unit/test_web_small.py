"""The small parts of the web: language choice, rate limit, conversation, problems."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.records import Turn
from erasmus_assistant.texts import languages, own_names
from erasmus_assistant.web import conversation
from erasmus_assistant.web.conversation import Exchange
from erasmus_assistant.web.gate import gradio_route
from erasmus_assistant.web.languages import interface_language, preferred
from erasmus_assistant.web.limits import RateLimiter


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("lv", "lv"),
        ("lv-LV,lv;q=0.9,en;q=0.8", "lv"),
        ("zh-CN, ja;q=0.9, et;q=0.2", "et"),
        ("de;q=0.3, fr;q=0.7", "fr"),
        ("sv;q=0, fi", "fi"),
        ("PT-br", "pt"),
        ("*", "en"),
        ("", "en"),
        ("de;q=abc, mt;q=0.1", "mt"),
        ("ru, uk", "en"),
    ],
)
def test_the_browsers_language_is_taken(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@given(st.text(max_size=200))
def test_any_accept_language_gives_a_language(accepted: str) -> None:
    assert preferred(accepted) in languages()


def test_the_picker_wins_over_memory_and_memory_over_the_browser() -> None:
    assert interface_language({"language": "ga"}, {"language": "mt"}, "lv") == "ga"
    assert interface_language({}, {"language": "mt"}, "lv") == "mt"
    assert interface_language({"language": "xx"}, {"language": "<b>"}, "lv") == "lv"


def test_every_language_has_a_name_of_its_own() -> None:
    names = own_names()
    assert len(names) == len(set(names.values())) == 24


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_is_stopped_at_the_limit_and_let_in_again() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    assert [limiter.wait("a") for _ in range(60)] == [0.0] * 60
    assert limiter.wait("a") == pytest.approx(1.0)
    assert limiter.wait("b") == 0.0
    clock.now += 1.0
    assert limiter.wait("a") == 0.0
    assert limiter.wait("a") > 0


def test_no_address_is_held_and_names_change_with_the_day() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    limiter.wait("192.0.2.7")
    assert "192.0.2.7" not in repr(vars(limiter))
    before = limiter.client("192.0.2.7")
    assert limiter.client("192.0.2.7") == before
    clock.now += 25 * 3600
    assert limiter.client("192.0.2.7") != before


def test_the_memory_of_clients_is_bounded() -> None:
    limiter = RateLimiter(1, Clock())
    for number in range(10_050):
        limiter.wait(str(number))
    assert len(limiter._buckets) == 10_000


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["question", "html", "said", "next"]), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_whatever_the_browser_sends_is_read(kept: object) -> None:
    found = conversation.read(kept)
    assert all(isinstance(one, Exchange) for one in found)
    json.dumps(conversation.written(found), ensure_ascii=False).encode()


def test_a_conversation_survives_the_browser() -> None:
    exchanges = [conversation.exchange_of(f"q{n}", f"<div>{n}</div>", "said " * 500, "n") for n in range(3)]
    kept = json.loads(json.dumps(conversation.written(exchanges)))
    assert conversation.read(kept) == exchanges
    assert conversation.context(exchanges)[:2] == (Turn("user", "q0"), Turn("assistant", ("said " * 500)[:2_000]))


def test_what_was_not_about_the_guide_is_no_context() -> None:
    exchanges = [conversation.exchange_of(*row) for row in (("q0", "h", "said"), ("Hello!", "h", ""), ("?", "h", ""))]
    assert conversation.context(exchanges) == (Turn("user", "q0"), Turn("assistant", "said"))


def test_a_long_conversation_drops_its_beginning() -> None:
    exchanges = [Exchange(f"q{n}", "x" * 9_000, "s") for n in range(60)]
    rows = conversation.written(exchanges)
    assert rows[-1]["question"] == "q59"
    assert len(rows) < 25
    assert len(json.dumps(rows)) <= conversation.SIZE


@pytest.mark.parametrize(
    ("path", "open_"),
    [
        ("/gradio_api/queue/join", True),
        ("/gradio_api/queue/data", True),
        ("/assets/index-1.js", True),
        ("/gradio_api/upload", False),
        ("/gradio_api/file=/etc/passwd", False),
        ("/gradio_api/proxy=http://example.org", False),
        ("/gradio_api/vibe-edit/", False),
        ("/gradio_api/call/other", False),
        ("/assets/../../secret", False),
        ("/monitoring", False),
        ("/login", False),
    ],
)
def test_only_the_routes_that_the_chat_needs_are_open(path: str, open_: bool) -> None:
    assert gradio_route(path) is open_
