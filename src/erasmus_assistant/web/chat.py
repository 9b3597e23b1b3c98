"""The chat, in Gradio: a log that streams by paragraph, a question box, and a conversation kept by the browser."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import aclosing
from functools import partial
from typing import Any

import gradio as gr

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.cleaning import clean
from erasmus_assistant.errors import BadQuestion
from erasmus_assistant.records import Answer, Outcome
from erasmus_assistant.texts import texts
from erasmus_assistant.web import conversation, rendering
from erasmus_assistant.web.conversation import Exchange
from erasmus_assistant.web.feedback import FeedbackSink, record
from erasmus_assistant.web.languages import interface_language
from erasmus_assistant.web.limits import RateLimiter
from erasmus_assistant.web.offers import offers_html
from erasmus_assistant.web.steps import as_they_come
from erasmus_assistant.web.suggestions import Suggestions

STORAGE_KEY = "erasmus-conversation"
# BrowserState wants a secret; what it hides stays on the person's own device, and must survive a restart.
_NOT_A_SECRET = "kept-in-this-browser"  # noqa: S105
# An answer without a model is arithmetic: more at once would only wait for each other.
_AT_ONCE = 2
# Each step costs as much as a short answer, and none is read that soon.
_BETWEEN_STEPS = 0.2
# An answer that is there this soon is shown at once; for any other, what was asked and that it is being looked for.
_AT_A_GLANCE = 0.15
# More would wait longer than people do; they are told at once that many ask.
_WAITING = 80
# Nobody is shown their place in the queue; told at every answer, it costs more than the answers do.
_PLACES_TOLD_EVERY = 10.0
# Each holds the conversation that was last shown in it, and is made anew where it is missing: Gradio keeps 10,000.
_SESSIONS = 100

Messages = list[dict[str, Any]]
Step = tuple[Any, Any]

_log = logging.getLogger(__name__)


class Chat:
    """What happens to a question that is typed into the chat."""

    def __init__(
        self, assistant: Assistant, suggestions: Suggestions, limiter: RateLimiter, sink: FeedbackSink
    ) -> None:
        self._assistant, self._suggestions, self._limiter, self._sink = assistant, suggestions, limiter, sink

    async def ask(
        self, question: object, keep: object, kept: object, name: object, request: gr.Request
    ) -> AsyncIterator[Step]:
        """Steps of (messages, conversation); `keep` is how many exchanges stay, "" is all.

        `name` is the random name that the browser gave the conversation.
        """
        language = language_of(request)
        earlier = conversation.read(kept)
        if isinstance(keep, str) and keep.isdecimal():
            earlier = earlier[: int(keep)]
        try:
            text = clean(question, self._assistant.longest, wordless=True)
        except BadQuestion:
            yield self._refused(earlier, language, question)
            return
        if self._limiter.wait(client_of(request)):
            yield self._said(earlier, text, language, "web.rate_limited")
            return
        before = messages(earlier, offering=False)
        waiting: Step = [*before, *pair(text, rendering.pending_html(language))], gr.skip()
        steps = self._steps(text, earlier, before, language, conversation.name_of(name))
        async with aclosing(as_they_come(steps, waiting, _AT_A_GLANCE)) as coming:
            async for step in coming:
                yield step

    def _steps(
        self, text: str, earlier: list[Exchange], before: Messages, language: str, name: str
    ) -> Generator[Step, None, Step]:
        """What is shown on the way to the answer; the last step is what it returns."""
        try:
            return (yield from self._answered(text, earlier, before, language, name))
        except Exception:
            _log.exception("a question could not be answered")
            return self._said(earlier, text, language, "answer.failed")

    def _answered(
        self, text: str, earlier: list[Exchange], before: Messages, language: str, name: str
    ) -> Generator[Step, None, Step]:
        answer: Answer | None = None
        shown = time.monotonic()
        for update in self._assistant.stream(Request(text, conversation.context(earlier), language)):
            answer = update.answer
            if answer is None and time.monotonic() - shown >= _BETWEEN_STEPS:
                shown = time.monotonic()
                pending = rendering.pending_html(language, update.text)
                yield [*before, *pair(text, pending)], gr.skip()
        assert answer is not None
        record(self._sink, answer, name, "chat")
        html = rendering.answer_html(answer, language)
        declined = answer.outcome is Outcome.DECLINED
        offers = self._suggestions.follow_ups(answer, answer.language, conversation.known(earlier))
        following = offers_html(offers, answer.language, language, declined)
        kept = [*earlier, conversation.exchange_of(text, html, "" if declined else answer.text, following)]
        return messages(kept), conversation.written(kept)

    def _refused(self, earlier: list[Exchange], language: str, question: object) -> Step:
        """What is asked of a person who sent nothing, or too much."""
        if isinstance(question, str) and len(question) > self._assistant.longest:
            shown = question[:80] + "…"
            return self._said(earlier, shown, language, "answer.too_long", limit=self._assistant.longest)
        return self._said(earlier, "", language, "answer.empty_question")

    @staticmethod
    def _said(earlier: list[Exchange], question: str, language: str, key: str, **values: object) -> Step:
        """A message of the interface; it is not part of the conversation."""
        html = rendering.message_html(texts(language).get(key, **values), language)
        return [*messages(earlier), *pair(question, html)], gr.skip()


def messages(exchanges: list[Exchange], offering: bool = True) -> Messages:
    """The conversation as chat messages; only the latest answer offers follow-ups, while nothing new is asked."""
    found: Messages = []
    for number, one in enumerate(exchanges, 1):
        found += pair(one.question, one.html + (one.next if offering and number == len(exchanges) else ""))
    return found


def pair(question: str, html: str) -> Messages:
    asked = [_message("user", rendering.question_html(question))] if question else []
    return [*asked, _message("assistant", html)]


def _message(role: str, html: str) -> dict[str, Any]:
    """As Gradio's log holds it in the end, so that nothing is converted on the way."""
    return {"role": role, "metadata": None, "content": [{"text": html, "type": "text"}], "options": None}


def restored(kept: object) -> Messages:
    """The conversation that the browser kept."""
    return messages(conversation.read(kept))


def language_of(request: gr.Request) -> str:
    cookies = dict(getattr(request, "cookies", None) or {})
    return interface_language({}, cookies, str(request.headers.get("accept-language", "")))


def client_of(request: gr.Request) -> str:
    client = getattr(request, "client", None)
    return str(getattr(client, "host", "") or "")


def build(ask: Callable[..., AsyncIterator[Step]], token: Callable[[str], str], at_once: int = _AT_ONCE) -> gr.Blocks:
    """The Gradio part of the page; `token(key)` stands for a text until the page is served in a language."""
    blocks: gr.Blocks
    with gr.Blocks(title=token("web.title"), fill_width=True, analytics_enabled=False) as blocks:
        kept = gr.BrowserState([], storage_key=STORAGE_KEY, secret=_NOT_A_SECRET)
        log = _log_area(token("web.title"))
        send, stop = _composer(token)
        # What is asked travels in fields of its own: the server never writes into the box in which a person types.
        asking = gr.Textbox(elem_id="asking", visible="hidden")
        keep = gr.Textbox(elem_id="keep", visible="hidden")
        name = gr.Textbox(elem_id="conversation", visible="hidden")
        clear = gr.Button(elem_id="clear", visible="hidden")
        plain: dict[str, Any] = {"show_progress": "hidden", "preprocess": False, "postprocess": False}
        asked = send.click(
            ask,
            [asking, keep, kept, name],
            [log, kept],
            api_name="chat",
            concurrency_limit=at_once,
            trigger_mode="always_last",
            **plain,
        )
        quiet: dict[str, Any] = {**plain, "queue": False, "api_visibility": "private"}
        blocks.load(restored, kept, log, **quiet)
        stop.click(restored, kept, log, cancels=[asked], **quiet)
        clear.click(lambda: ([], []), None, [log, kept], **quiet)
    blocks.queue(max_size=_WAITING, default_concurrency_limit=at_once, status_update_rate=_PLACES_TOLD_EVERY)
    blocks.state_session_capacity = _SESSIONS
    _describe_once(blocks)
    return blocks


def _describe_once(blocks: gr.Blocks) -> None:
    """Components never change here; Gradio would describe each anew for every session."""
    for block in blocks.blocks.values():
        # A copy, since a session writes values into its own.
        setattr(block, "get_config", partial(dict, block.get_config()))  # noqa: B010


def _log_area(title: str) -> gr.Chatbot:
    """The messages, as tall as they are, without Gradio's own buttons."""
    return gr.Chatbot(
        elem_id="log",
        label=title,
        show_label=False,
        container=False,
        height="auto",
        autoscroll=False,
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        group_consecutive_messages=False,
        layout="panel",
    )


def _composer(token: Callable[[str], str]) -> tuple[gr.Button, gr.Button]:
    """The question box with the buttons that send and stop."""
    with gr.Row(elem_id="composer"):
        gr.Textbox(
            elem_id="question",
            label=token("web.placeholder"),
            placeholder=token("web.placeholder"),
            show_label=False,
            container=False,
            max_lines=8,
        )
        send = gr.Button(token("web.send"), elem_id="send", variant="primary")
        return send, gr.Button(token("web.stop"), elem_id="stop")
