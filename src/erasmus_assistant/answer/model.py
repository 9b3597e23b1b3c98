"""Answers by a language model, never less true: each sentence checked against the guide before it is shown.

    question -> hits -> prompt -> model -> check, sentence by sentence -> answer

Where the model fails, or what is left of its reply does not answer, the guide's own words are
given instead, with a note.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableLambda

from erasmus_assistant.answer import prompt as prompts
from erasmus_assistant.answer.asking import TRIES, Call, Model
from erasmus_assistant.answer.budget import DailyBudget
from erasmus_assistant.answer.citing import cite
from erasmus_assistant.answer.composing import Composer
from erasmus_assistant.answer.extractive import Draft, ExtractiveAnswerer, quoted, silent
from erasmus_assistant.answer.model_loading import load_model
from erasmus_assistant.answer.prompt import Prompt
from erasmus_assistant.answer.translating import Translator
from erasmus_assistant.errors import LanguageModelError
from erasmus_assistant.records import Outcome, Retrieved
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import texts

_log = logging.getLogger(__name__)

FAILED = "answer.model_failed"
UNSUPPORTED = "answer.model_unsupported"


class ModelAnswerer:
    """Lets a chat model write, and shows what the check leaves of it."""

    def __init__(self, model: BaseChatModel, name: str, settings: Settings) -> None:
        self.name = name
        self._chain: Model = RunnableLambda(_as_list) | model
        self._seconds = settings.model_timeout
        self._tokens_in, self._tokens_out = settings.model_tokens_in, settings.model_tokens_out
        self.budget = DailyBudget(settings.model_daily_tokens)
        self.translate = Translator(self._chain, self.budget, self._seconds, self._tokens_out).translate

    def answer(self, retriever: Retriever, retrieved: Retrieved, threshold: float) -> Draft:
        """The whole draft."""
        writing = self.write(retriever, retrieved, threshold)
        while True:
            try:
                next(writing)
            except StopIteration as done:
                return cast(Draft, done.value)

    def write(
        self, retriever: Retriever, retrieved: Retrieved, threshold: float
    ) -> Generator[tuple[str, ...], None, Draft]:
        """The paragraphs so far, each time a checked sentence is added; returns the draft."""
        if not retrieved.hits or retrieved.confidence < threshold:
            return silent(retriever, retrieved)
        prompt = prompts.build(retrieved, retriever.index.documents, self._tokens_in)
        # Two tries may both be charged for.
        most = TRIES * prompt.tokens + self._tokens_out if prompt else 0
        if prompt is None or not self.budget.take(most):
            return _instead(quoted(retriever, retrieved), FAILED, retrieved)
        call = Call(self._chain, prompt.messages, self._seconds, self._tokens_out)
        composer = Composer(prompt, retrieved.question.language, call.in_time)
        try:
            # Made while the model thinks, so that it is at hand when the time is over.
            plain = quoted(retriever, retrieved)
            for piece in call:
                if composer.feed(piece):
                    yield composer.parts
            if composer.close():
                yield composer.parts
        except LanguageModelError as error:
            _log.warning("%s; the guide's own words are given instead", error)
            return _instead(plain, FAILED, retrieved)
        finally:
            call.cancel()
            self.budget.settle(most, call.used or self._estimated(prompt, call))
        return self._draft(composer, retriever, retrieved, plain)

    @staticmethod
    def _estimated(prompt: Prompt, call: Call) -> int:
        return call.tries * prompt.tokens + call.received // 3

    @staticmethod
    def _draft(composer: Composer, retriever: Retriever, retrieved: Retrieved, plain: Draft) -> Draft:
        question = retrieved.question
        if composer.declined and not composer.kept:
            return replace(silent(retriever, retrieved), outcome=Outcome.DECLINED)
        quotations = cite(composer.excerpts(), retriever.index.documents, question.language)
        if not quotations or not composer.answers(intents_of(question.text, question.language)):
            return _instead(plain, UNSUPPORTED, retrieved)
        return Draft(Outcome.ANSWERED, composer.parts, quotations)


def _instead(plain: Draft, note: str, retrieved: Retrieved) -> Draft:
    """The guide's own words, with the note that says why; where there are none either, the outcome says so."""
    outcome = Outcome.UNSUPPORTED if plain.outcome is not Outcome.ANSWERED and note == UNSUPPORTED else plain.outcome
    told = texts(retrieved.question.language).get(note)
    return replace(plain, outcome=outcome, note=told, answerer=ExtractiveAnswerer.name)


def _as_list(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    return list(messages)


def load_answerer(settings: Settings) -> ModelAnswerer:
    """The answerer over the model that the settings name; raises BadSetting."""
    model, name = load_model(settings)
    return ModelAnswerer(model, name, settings)
