"""The chat, in Gradio: a log that streams by paragraph, a question box, and a conversation kept by the browser."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.cleaning import clean
from erasmus_assistant.errors import BadQuestion
from erasmus_assistant.records import Answer
from erasmus_assistant.texts import texts
from erasmus_assistant.web import conversation, rendering
from erasmus_assistant.web.conversation import Exchange
from erasmus_assistant.web.feedback import FeedbackSink, record
from erasmus_assistant.web.languages import interface_language
from erasmus_assistant.web.limits import RateLimiter
from erasmus_assistant.web.suggestions import Suggestions

STORAGE_KEY = "erasmus-conversation"
# BrowserState wants a secret; what it hides stays on the person's own device, and must survive a restart.
_NOT_A_SECRET = "kept-in-this-browser"  # noqa: S105
# An answer without a model is arithmetic: more at once would only wait for each other.
_AT_ONCE = 2
# Each step costs as much as a short answer, and none is read that soon.
_BETWEEN_STEPS = 0.2
# More would wait longer than people do; they are told at once that many ask.
_WAITING = 80

Messages = list[dict[str, str]]
Step = tuple[Any, Any]

_log = logging.getLogger(__name__)


class Chat:
    """What happens to a question that is typed into the chat."""

    def __init__(
        self, assistant: Assistant, suggestions: Suggestions, limiter: RateLimiter, sink: FeedbackSink
    ) -> None:
        self._assistant, self._suggestions, self._limiter, self._sink = assistant, suggestions, limiter, sink

    def ask(self, question: object, keep: object, kept: object, name: object, request: gr.Request) -> Iterator[Step]:
        """Steps of (messages, conversation); `keep` is how many exchanges stay, "" is all.

        `name` is the random name that the browser gave the conversation.
        """
        language = language_of(request)
        earlier = conversation.read(kept)
        if isinstance(keep, str) and keep.isdecimal():
            earlier = earlier[: int(keep)]
        try:
            text = clean(question, self._assistant.longest)
        except BadQuestion:
            yield self._refused(earlier, language, question)
            return
        if self._limiter.wait(client_of(request)):
            yield self._said(earlier, text, language, "web.rate_limited")
            return
        before = messages(earlier, offering=False)
        yield [*before, *pair(text, rendering.pending_html(language))], gr.skip()
        try:
            yield from self._answered(text, earlier, before, language, conversation.name_of(name))
        except Exception:
            _log.exception("a question could not be answered")
            yield self._said(earlier, text, language, "answer.failed")

    def _answered(
        self, text: str, earlier: list[Exchange], before: Messages, language: str, name: str
    ) -> Iterator[Step]:
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
        following = rendering.follow_ups_html(self._suggestions.follow_ups(answer, language), language)
        kept = [*earlier, conversation.exchange_of(text, html, answer.text, following)]
        yield messages(kept), conversation.written(kept)

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
    asked = [{"role": "user", "content": rendering.question_html(question)}] if question else []
    return [*asked, {"role": "assistant", "content": html}]


def restored(kept: object) -> Messages:
    """The conversation that the browser kept."""
    return messages(conversation.read(kept))


def language_of(request: gr.Request) -> str:
    cookies = dict(getattr(request, "cookies", None) or {})
    return interface_language({}, cookies, str(request.headers.get("accept-language", "")))


def client_of(request: gr.Request) -> str:
    client = getattr(request, "client", None)
    return str(getattr(client, "host", "") or "")


def build(ask: Callable[..., Iterator[Step]], token: Callable[[str], str], at_once: int = _AT_ONCE) -> gr.Blocks:
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
        asked = send.click(
            ask,
            [asking, keep, kept, name],
            [log, kept],
            api_name="chat",
            show_progress="hidden",
            concurrency_limit=at_once,
            trigger_mode="always_last",
        )
        quiet: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        blocks.load(restored, kept, log, **quiet)
        stop.click(restored, kept, log, cancels=[asked], **quiet)
        clear.click(lambda: ([], []), None, [log, kept], **quiet)
    blocks.queue(max_size=_WAITING, default_concurrency_limit=at_once)
    return blocks


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
