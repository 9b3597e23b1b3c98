"""The chain: request -> question -> hits -> checked answer, streamed by paragraph; a LangChain runnable on demand."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

from erasmus_assistant.answer import asides
from erasmus_assistant.answer.asides import Aside
from erasmus_assistant.answer.cleaning import LONGEST_QUESTION, clean
from erasmus_assistant.answer.declining import aimed_at_machine
from erasmus_assistant.answer.extractive import Answerer, Draft, ExtractiveAnswerer, StreamingAnswerer, declined
from erasmus_assistant.records import Answer, Outcome, Question, Retrieved, Turn
from erasmus_assistant.search.conversation import compared, with_context
from erasmus_assistant.search.language import detect
from erasmus_assistant.search.ordinals import pointed_at
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.spelling import Respelt
from erasmus_assistant.search.tokens import LANGUAGES
from erasmus_assistant.texts import texts

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

_UNKNOWN = "en"
"""What is spoken with somebody whose language is not known."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question as it came in: the text, the conversation before it, the language where the person chose one."""

    question: str
    history: Sequence[Turn] = ()
    language: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:16])


@dataclass(frozen=True, slots=True)
class Update:
    """A piece of an answer on its way: the text so far, and the whole answer at the end."""

    text: str
    answer: Answer | None = None

    def __add__(self, later: Update) -> Update:
        """The later one: each holds all of the text, and `Runnable.invoke` adds up what it is given."""
        return later


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Request
    text: str
    retriever: Retriever
    retrieved: Retrieved
    started: float
    aside: Aside | None = None
    read_as: Sequence[tuple[str, str]] = ()

    @property
    def note(self) -> str:
        """What is said of misspelt names that were read as others."""
        words = texts(self.retrieved.question.language)
        return " ".join(words.get("answer.read_as", written=one, meant=other) for one, other in self.read_as)


class Assistant:
    """Answers questions from the index that `retriever` gives at the time of asking.

    Each answer comes from one build, also while a newer one is being taken up. Asking has no
    side effects.
    """

    def __init__(
        self,
        retriever: Callable[[], Retriever],
        answerer: Answerer | None = None,
        threshold: float = -1.0,
        longest: int = LONGEST_QUESTION,
    ) -> None:
        self.retriever = retriever
        self.answerer = answerer or ExtractiveAnswerer()
        self.threshold = retriever().ranker.threshold if threshold < 0 else threshold
        self.longest = longest

    @cached_property
    def chain(self) -> Runnable[Request, Update]:
        """The same as a LangChain runnable, for chains of others."""
        # a tenth of what the app takes to start, and nothing of ours asks through it
        from langchain_core.runnables import RunnableGenerator, RunnableLambda

        return RunnableLambda(self._retrieve) | RunnableGenerator(self._compose)

    def ask(self, request: Request) -> Answer:
        """The whole answer; raises BadQuestion."""
        *_, last = self._write(self._retrieve(request))
        assert last.answer is not None
        return last.answer

    def stream(self, request: Request) -> Iterator[Update]:
        """The answer by paragraphs, every one checked before it is given; raises BadQuestion."""
        yield from self._write(self._retrieve(request))

    def _retrieve(self, request: Request) -> _Asked:
        started = time.perf_counter()
        retriever = self.retriever()
        text = clean(request.question, self.longest, wordless=True)
        aside = asides.aside_of(text, retriever.names)
        core = text if aside else asides.without_courtesy(text)
        language = self._language(core, request, retriever, aside)
        spelt = Respelt(core) if aside else retriever.respelt(core, language)
        if spelt.read_as:
            language = self._language(spelt.text, request, retriever, aside)
        history = _cleaned(request.history)
        question = with_context(spelt.text, language, history)
        if not aside:
            question = compared(question, history, retriever.names_subject)
            question = pointed_at(question, history, retriever.names_subject)
        return _Asked(request, text, retriever, retriever.retrieve(question), started, aside, spelt.read_as)

    @staticmethod
    def _language(text: str, request: Request, retriever: Retriever, aside: Aside | None) -> str:
        """That of the question; where it is none that we know, that of the person or the conversation."""
        said = " ".join(turn.text for turn in request.history if turn.role == "user")[-1000:]
        expected = [code for code in (request.language, detect(said).language if said else "") if code in LANGUAGES]
        if aside is Aside.FOREIGN:
            return next(iter(expected), _UNKNOWN)
        found = retriever.language_of(text, expected)
        talked = asides.talked_in(text) if aside else ()
        likely = (*expected, *([_UNKNOWN] if len(talked) > 1 else []), found, *talked)
        return next((one for one in likely if one in talked), found)

    def _compose(self, inputs: Iterator[_Asked]) -> Iterator[Update]:
        for asked in inputs:
            yield from self._write(asked)

    def _write(self, asked: _Asked) -> Iterator[Update]:
        begun = time.perf_counter()
        draft = yield from self._shown(asked)
        yield Update("\n\n".join(draft.parts), self._answer(asked, draft, begun))

    def _shown(self, asked: _Asked) -> Generator[Update, None, Draft]:
        """What is shown on the way to the draft; what is no question on the guide meets no answerer."""
        if (spoken := self._spoken_to(asked)) is not None:
            return spoken
        inputs = (asked.retriever, asked.retrieved, self.threshold)
        if isinstance(self.answerer, StreamingAnswerer):
            writing = self.answerer.write(*inputs)
            while True:
                try:
                    yield Update("\n\n".join(next(writing)))
                except StopIteration as done:
                    return cast(Draft, done.value)
        draft = self.answerer.answer(*inputs)
        for end in range(1, len(draft.parts)):
            yield Update("\n\n".join(draft.parts[:end]))
        return draft

    @staticmethod
    def _spoken_to(asked: _Asked) -> Draft | None:
        """What is said to what is aimed at the machine, is no question, or can't be understood."""
        question = asked.retrieved.question
        if asked.aside is Aside.FOREIGN:
            return asides.not_understood(question.language)
        if asked.aside is Aside.COMPLAINT:
            return asides.sorry(question.language)
        noise = asides.is_noise(asked.retrieved, (*asked.retriever.index.languages, asked.request.language, _UNKNOWN))
        if asked.aside is Aside.TALK or noise:
            return asides.introduced(question.language, question.text)
        return declined(question.language) if aimed_at_machine(question.text, question.language) else None

    def _answer(self, asked: _Asked, draft: Draft, begun: float) -> Answer:
        now = time.perf_counter()
        timings = {
            "retrieve": asked.retrieved.milliseconds,
            "answer": 1000 * (now - begun),
            "total": 1000 * (now - asked.started),
        }
        question: Question = asked.retrieved.question
        assert draft.outcome is not Outcome.ANSWERED or draft.quotations, "an answer without a quotation"
        return Answer(
            id=asked.request.id,
            question=asked.text,
            language=question.language,
            outcome=draft.outcome,
            text="\n\n".join(draft.parts),
            confidence=0.0 if draft.outcome is Outcome.DECLINED else round(asked.retrieved.confidence, 4),
            quotations=draft.quotations,
            hits=asked.retrieved.hits,
            answerer=draft.answerer or self.answerer.name,
            index=asked.retriever.index.name,
            timings_ms={name: round(value, 3) for name, value in timings.items()},
            note=" ".join(filter(None, (asked.note, draft.note))),
            context=question.context,
            looked_for=asked.retrieved.looked_for,
            threshold=self.threshold,
        )


def _cleaned(history: Sequence[Turn]) -> list[Turn]:
    return [Turn(turn.role, " ".join(turn.text[:4000].split())) for turn in history if turn.text.strip()]
