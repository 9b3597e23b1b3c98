"""An answer with no language model: the best sentences of the guide, or the word that it does not say."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from erasmus_assistant.answer import quoting, turning, writing
from erasmus_assistant.answer.citing import cite
from erasmus_assistant.answer.overview import overview_of
from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.answer.sides import sides_of
from erasmus_assistant.answer.tables import asked_rows
from erasmus_assistant.records import Document, Outcome, Quotation, Retrieved
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.texts import texts

NEARBY = 0.1
"""Confidence from which on the nearest passage is worth showing though it does not answer.

That of what the question names always is: to deny that there is a section on it would be wrong.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer made of the hits: paragraphs in order, and the quotations behind them.

    `answerer` is set where another than the one asked made it.
    """

    outcome: Outcome
    parts: tuple[str, ...]
    quotations: tuple[Quotation, ...]
    note: str = ""
    answerer: str = ""


class Answerer(Protocol):
    """Turns what was found into a draft; `name` goes into the answer."""

    @property
    def name(self) -> str: ...

    def answer(self, retriever: Retriever, retrieved: Retrieved, threshold: float) -> Draft: ...


@runtime_checkable
class StreamingAnswerer(Answerer, Protocol):
    """An answerer that shows what it has while it writes: the paragraphs so far, all checked; returns the draft."""

    def write(
        self, retriever: Retriever, retrieved: Retrieved, threshold: float
    ) -> Generator[tuple[str, ...], None, Draft]: ...


class ExtractiveAnswerer:
    """Quotes; abstains where the confidence is below the threshold."""

    name = "extractive"

    def answer(self, retriever: Retriever, retrieved: Retrieved, threshold: float) -> Draft:
        # Headings that hold all that was said are sure of themselves.
        if listed := overview(retriever, retrieved):
            return listed
        if not retrieved.hits or retrieved.confidence < threshold:
            return silent(retriever, retrieved)
        return quoted(retriever, retrieved)


def overview(retriever: Retriever, retrieved: Retrieved) -> Draft | None:
    """The draft made of the headings that a question asks to name, if it asks for no more."""
    question = retrieved.question
    headings = cite(overview_of(retriever, retrieved), retriever.index.documents, question.language)
    if not headings:
        return None
    return Draft(Outcome.ANSWERED, tuple(writing.overview(headings, question.language)), headings)


def quoted(retriever: Retriever, retrieved: Retrieved) -> Draft:
    """The draft made of the best sentences."""
    question = retrieved.question
    documents = retriever.index.documents
    intents = intents_of(question.text, question.language)
    sides = sides_of(retriever, retrieved)
    excerpts = asked_rows(retriever, retrieved) if sides is None else []
    if not excerpts:
        found = quoting.candidates(retriever, retrieved, sides)
        texts_of = {one.passage.document: documents[one.passage.document].text for one in found}
        excerpts = quoting.choose(found, intents, texts_of, sides, quoting.room_for(question))
    quotations = cite(_with_headers(excerpts, documents), documents, question.language)
    if not quotations:
        return silent(retriever, retrieved)
    parts = writing.answered(quotations, question.language, sides is not None)
    return Draft(Outcome.ANSWERED, tuple(parts), quotations)


def _with_headers(excerpts: list[Excerpt], documents: Mapping[str, Document]) -> list[Excerpt]:
    """Rows of a table behind the row that names its columns, once; the first row is quoted with it as one."""
    done: list[Excerpt] = []
    for excerpt in excerpts:
        header = excerpt.passage.header
        if header is not None and excerpt.start >= header[1]:
            document = excerpt.passage.document
            if not any(one.passage.document == document and one.start <= header[0] < one.end for one in done):
                if (
                    not documents[document].text[header[1] : excerpt.start].strip()
                    and header[0] >= excerpt.passage.start
                ):
                    excerpt = replace(excerpt, start=header[0])
                else:
                    done.append(Excerpt(excerpt.passage, *header))
        done.append(excerpt)
    return done


def declined(language: str) -> Draft:
    """The draft that says what it is for."""
    return Draft(Outcome.DECLINED, (texts(language).get("answer.declined"),), ())


def silent(retriever: Retriever, retrieved: Retrieved) -> Draft:
    """The draft that says that no answer was found, what the guide does say nearby, and where to turn."""
    language = retrieved.question.language
    near = retrieved.confidence >= NEARBY or retriever.names_subject(retrieved.question)
    nearest = _nearest(retriever, retrieved) if near else []
    contact = turning.contact(retriever, language)
    quotations = cite([*nearest, *([contact] if contact else [])], retriever.index.documents, language)
    turn_to = f"{quotations[-1].quote} [{quotations[-1].tag}]" if contact else ""
    page = "" if contact and turning.fits(retriever, contact, language) else turning.page(retriever, retrieved)
    parts = writing.not_in_guide(quotations[: len(nearest)], turn_to, page, language)
    return Draft(Outcome.NOT_IN_GUIDE, tuple(parts), quotations)


def _nearest(retriever: Retriever, retrieved: Retrieved) -> list[Excerpt]:
    """The best sentence of the best passage, or the row of its table that was asked for."""
    if rows := asked_rows(retriever, retrieved):
        return rows
    first = replace(retrieved, hits=retrieved.hits[:1])
    found = quoting.candidates(retriever, first)
    best = max(found, key=lambda one: (one.score, -one.start), default=None)
    return [Excerpt(best.passage, best.start, best.end)] if best else []
