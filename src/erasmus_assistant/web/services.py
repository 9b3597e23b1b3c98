"""What the routes and the MCP tools do: one place for both."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.exceptions import HTTPException

from erasmus_assistant.answer.chain import Assistant, Request, Update
from erasmus_assistant.answer.cleaning import clean
from erasmus_assistant.answer.contract import hit_json, turns
from erasmus_assistant.errors import BadQuestion
from erasmus_assistant.records import Answer, Document, Passage, Question, Turn
from erasmus_assistant.texts import languages, texts
from erasmus_assistant.web.conversation import name_of
from erasmus_assistant.web.feedback import Feedback, FeedbackSink, record
from erasmus_assistant.web.limits import RateLimiter
from erasmus_assistant.web.models import AskBody, FeedbackBody, SearchBody
from erasmus_assistant.web.sources import find_passage, passage_json

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


Translate = Callable[[Document, Passage, Sequence[str], str], str]


class Services:
    """The assistant as others use it: answers recorded at the edge, BadQuestion for what can't be asked."""

    log = logging.getLogger(__name__)

    def __init__(self, assistant: Assistant, sink: FeedbackSink, limiter: RateLimiter) -> None:
        self._assistant, self._sink, self._limiter = assistant, sink, limiter

    def check(self, body: AskBody) -> None:
        """Raises BadQuestion where the question can't be asked."""
        self._request(body)
        clean(body.question, self._assistant.longest, wordless=True)

    def ask(self, body: AskBody) -> Answer:
        answer = self._assistant.ask(self._request(body))
        record(self._sink, answer, name_of(body.conversation), "api")
        return answer

    def stream(self, body: AskBody) -> Iterator[Update]:
        for update in self._assistant.stream(self._request(body)):
            if update.answer is not None:
                record(self._sink, update.answer, name_of(body.conversation), "api")
            yield update

    def search(self, body: SearchBody) -> dict[str, Any]:
        retriever = self._assistant.retriever()
        query = clean(body.query, self._assistant.longest)
        language = retriever.language_of(query)
        retrieved = retriever.retrieve(Question(query, language), body.k)
        hits = [hit_json(hit) for hit in retrieved.hits]
        return {"query": query, "language": language, "looked_for": retrieved.looked_for, "hits": hits}

    def passage(self, passage_id: str, quotes: Sequence[str], language: str) -> dict[str, Any]:
        index = self._assistant.retriever().index
        passage = find_passage(index, passage_id)
        if passage is None:
            raise HTTPException(404, f"no passage {passage_id!r:.120} in the index; it may have been rebuilt")
        known = language if language in languages() else "en"
        return passage_json(index, passage, [_span(quote) for quote in quotes], known)

    def translation(self, passage_id: str, quotes: Sequence[str], language: str, client: str) -> dict[str, str]:
        """The quotations of a passage by a machine; LanguageModelError where there is no translation to be trusted."""
        translate, index = translator(self._assistant), self._assistant.retriever().index
        passage = find_passage(index, passage_id)
        if translate is None or passage is None or language not in languages() or language == passage.language:
            raise HTTPException(404, f"there is no translation of {passage_id!r:.120} into {language!r}")
        if seconds := self._limiter.wait(client):
            raise HTTPException(429, "too many questions in a short time", {"retry-after": str(round(seconds + 0.5))})
        document = index.documents[passage.document]
        within = [(max(passage.start, start), min(passage.end, end)) for start, end in map(_span, quotes)]
        held = [document.text[start:end] for start, end in within if start < end]
        if not held:
            raise BadQuestion("quote must name at least one span `start-end` within the passage")
        text = translate(document, passage, held, language)
        return {"text": text, "language": language, "note": texts(language).get("answer.translation_note")}

    def feedback(self, body: FeedbackBody) -> bool:
        comment = body.comment.encode("utf-8", "ignore").decode("utf-8").strip()
        given = Feedback(body.answer, body.helpful, tuple(body.reasons), comment, body.language)
        return self._sink.feedback(given)

    def index_name(self) -> str:
        return self._assistant.retriever().index.name

    def passages(self) -> int:
        return len(self._assistant.retriever().index.passages)

    def version(self) -> dict[str, str]:
        return {
            "name": "erasmus-assistant",
            "version": own_version(),
            "index": self.index_name(),
            "answerer": self._assistant.answerer.name,
        }

    @staticmethod
    def _request(body: AskBody) -> Request:
        history = [Turn(turn.role, turn.text.encode("utf-8", "ignore").decode("utf-8")) for turn in turns(body.history)]
        return Request(body.question, history, body.language)


def translator(assistant: Assistant) -> Translate | None:
    """What translates quotations: a language model, where one is configured."""
    return getattr(assistant.answerer, "translate", None)


def own_version() -> str:
    """The version of the installed package."""
    try:
        return version("erasmus-assistant")
    except PackageNotFoundError:
        return "0"


def _span(text: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise BadQuestion(f"quote must be `start-end` in characters, such as 12-40, not {text!r:.40}")
    return int(match[1]), int(match[2])
