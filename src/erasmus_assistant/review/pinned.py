"""The answerer that gives a pinned answer where staff pinned one, and leaves every other question to another."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Sequence

import numpy as np
import numpy.typing as npt

from erasmus_assistant.answer import writing
from erasmus_assistant.answer.citing import cite
from erasmus_assistant.answer.extractive import Answerer, Draft, StreamingAnswerer
from erasmus_assistant.errors import JournalProblem
from erasmus_assistant.records import Outcome, Question, Retrieved
from erasmus_assistant.review.likeness import likeness, stands_alone
from erasmus_assistant.review.picking import excerpts
from erasmus_assistant.review.pins import Pin, Pins, State
from erasmus_assistant.review.urgency import STAFF
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.texts import texts

LIKE_ENOUGH = 0.6
SURELY_LIKE = 0.75
SAME_WORDS = 0.999
NEAR_RANKS = 3
SHARED_RANKS = 2
LOOKED_AT = 8
_FRESH_SECONDS = 1.0

_log = logging.getLogger(__name__)


class PinnedAnswerer:
    """Wraps another answerer. Reads pins, changes none: expiring them is the upkeep's work.

    A question that leans on the conversation before it is never answered by a pin, nor is one in
    another language than the pin's: staff approved one text in one language, and a translation of
    it would be nobody's checked answer.
    """

    def __init__(self, inner: Answerer, pins: Pins, like_enough: float = LIKE_ENOUGH) -> None:
        self._inner, self._pins, self._like_enough = inner, pins, like_enough
        self._held: tuple[Pin, ...] = ()
        self._read_at = float("-inf")
        self._vectors: tuple[tuple[str, tuple[int, ...]], npt.NDArray[np.float32]] | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._inner.name

    def answer(self, retriever: Retriever, retrieved: Retrieved, threshold: float) -> Draft:
        return self._pinned(retriever, retrieved) or self._inner.answer(retriever, retrieved, threshold)

    def write(
        self, retriever: Retriever, retrieved: Retrieved, threshold: float
    ) -> Generator[tuple[str, ...], None, Draft]:
        """The same, paragraph by paragraph; an answerer that shows more while it writes is let do so."""
        draft = self._pinned(retriever, retrieved)
        if draft is None and isinstance(self._inner, StreamingAnswerer):
            return (yield from self._inner.write(retriever, retrieved, threshold))
        draft = draft or self._inner.answer(retriever, retrieved, threshold)
        for end in range(1, len(draft.parts)):
            yield draft.parts[:end]
        return draft

    def _pinned(self, retriever: Retriever, retrieved: Retrieved) -> Draft | None:
        drafts = (pinned_draft(pin, retriever) for pin in self._fitting(retriever, retrieved))
        return next((draft for draft in drafts if draft is not None), None)

    def _fitting(self, retriever: Retriever, retrieved: Retrieved) -> Sequence[Pin]:
        """The pins whose question this is, the likest first, of equals the newest."""
        question = retrieved.question
        held = [pin for pin in self._approved() if pin.language == question.language]
        if not held or (question.context and not stands_alone(question.text, question.language)):
            return ()
        looked_at = self._nearest(question.text, held, retriever)
        valued = [(likeness(retriever, question.text, pin.question, question.language), pin) for pin in looked_at]
        kept = [(value, pin) for value, pin in valued if self._is_same(value, pin, retriever, retrieved)]
        return [pin for _, pin in sorted(kept, key=lambda one: (-one[0], -one[1].id))]

    def _nearest(self, question: str, held: Sequence[Pin], retriever: Retriever) -> Sequence[Pin]:
        """The few pins worth a close look, by the vectors of their questions: a close look takes milliseconds."""
        if len(held) <= LOOKED_AT:
            return held
        key = (retriever.encoder.fingerprint, tuple(pin.id for pin in held))
        kept = self._vectors
        if kept is None or kept[0] != key:
            kept = self._vectors = (key, retriever.encoder.encode_questions([pin.question for pin in held]))
        near = kept[1] @ retriever.encoder.encode_questions([question])[0]
        return [held[place] for place in np.argsort(-near, kind="stable")[:LOOKED_AT]]

    def _is_same(self, value: float, pin: Pin, retriever: Retriever, retrieved: Retrieved) -> bool:
        """Whether a question of this likeness is the pin's.

        The search must agree: it ranks a passage behind the pin among the first, or, where it missed
        the right place and was corrected for it, finds much the same for the two questions.
        """
        if value >= SAME_WORDS:
            return True
        near = {hit.passage.id for hit in retrieved.hits[:NEAR_RANKS]}
        if any(one.passage_id in near for one in pin.citations):
            return value >= self._like_enough
        if value < SURELY_LIKE:
            return False
        pinned = retriever.retrieve(Question(pin.question, pin.language), NEAR_RANKS).hits
        return len(near & {hit.passage.id for hit in pinned}) >= SHARED_RANKS

    def _approved(self) -> tuple[Pin, ...]:
        with self._lock:
            if time.monotonic() - self._read_at > _FRESH_SECONDS:
                try:
                    self._held = tuple(self._pins.all(State.APPROVED))
                except JournalProblem as problem:
                    _log.warning("pinned answers can't be read, the last known ones are given: %s", problem)
                self._read_at = time.monotonic()
            return self._held


def pinned_draft(pin: Pin, retriever: Retriever) -> Draft | None:
    """The pinned text word for word and the passages behind it, or None where one of them no longer stands."""
    documents = retriever.index.documents
    quotations = cite(excerpts(retriever.index, pin.citations), documents, pin.language)
    if not quotations or len(quotations) != len(pin.citations):
        return None
    when = (pin.decided or pin.proposed).date().isoformat()
    checked = texts(pin.language).get("answer.checked_by_staff", date=when)
    parts = [*pin.text.split("\n\n"), *(writing.block(one) for one in quotations)]
    return Draft(Outcome.ANSWERED, tuple(part for part in parts if part.strip()), quotations, checked, STAFF)
