"""Question -> the passages worth ranking, lexical and dense, with the features that the ranker weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Passage, Question
from erasmus_assistant.search import conversation
from erasmus_assistant.search.columns import Asked, Columns
from erasmus_assistant.search.cosines import cosines_beside, matrix_of
from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.editions import Editions
from erasmus_assistant.search.features import FEATURES, View, shape
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.lexicon import describe
from erasmus_assistant.search.names import shared_names
from erasmus_assistant.search.query import terms_of, translate
from erasmus_assistant.search.question_vectors import QuestionVectors
from erasmus_assistant.search.ragged import bounds, highest
from erasmus_assistant.search.semantic import likeness
from erasmus_assistant.search.sentence_vectors import SentenceVectors
from erasmus_assistant.search.tokens import fold, stem, words

__all__ = ["Asked", "Candidates", "Searcher"]

CANDIDATES = 40
EACH_LANGUAGE = 15
_OLDER = 0.3
_MEANT = 0.3
"""How likely a word has to mean one of a heading for the heading to be named by it."""
_COMMON = 5
"""A name in more than one passage of so many tells nothing of what a question is about."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of a question: numbers in the index, features, and whether they speak its language.

    `facts` are those of its words in the language nearest to its own, `facts_in` in each;
    `wanted` is the year that it asks for.
    """

    numbers: npt.NDArray[np.int64]
    features: Floats
    same_language: npt.NDArray[np.bool_]
    looked_for: str
    facts: Mapping[str, float]
    facts_in: Mapping[str, Mapping[str, float]]
    wanted: int | None = None


class Searcher:
    """What can be looked up in one index; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self.index, self.encoder = index, encoder
        self.editions = Editions(index.documents)
        self._losses: dict[int | None, Floats] = {}
        self._asked = lru_cache(maxsize=256)(self._terms)
        self._vectors = QuestionVectors(encoder)
        self._numbers = index.numbers()
        self._texts = np.array([passage.kind == "text" for passage in index.passages], np.bool_)
        self._matrix = matrix_of(index.vectors)
        self._sentences = SentenceVectors(index, encoder)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the corpus that are the same in every language."""
        texts: dict[str, list[str]] = {language: [] for language in self.index.languages}
        for passage in self.index.passages:
            texts[passage.language].append("\n".join([*passage.heading_path, passage.text]))
        return frozenset().union(*(shared_names(held, language) for language, held in texts.items()))

    def names_subject(self, question: Question) -> bool:
        """Whether a question says all of a heading, or a name that only some of the passages speak of."""
        said = [word for word in words(question.text) if fold(word) in self.names]
        fields = [(language, held.text) for language, held in self.index.languages.items()]
        found = [
            (field.held_by[number], field.count)
            for word in said
            for language, field in fields
            if (number := field.ids.get(stem(word, language))) is not None
        ]
        return any(held * _COMMON < count for held, count in found) or self._names_section(question)

    def _names_section(self, question: Question) -> bool:
        for language, index in self.index.languages.items():
            meant = [pair for term in self.terms(question, language).terms.fuzzy for pair in term.alternatives]
            known = np.zeros(len(index.text.ids), np.bool_)
            known[[index.text.ids[word] for word, share in meant if share >= _MEANT and word in index.text.ids]] = True
            if len(self.index.parts.titles.take(index.numbers).within(known)):
                return True
        return False

    def number(self, passage: Passage) -> int:
        """The number of a passage in the index."""
        return self._numbers[passage.id]

    def view(self, passage: Passage) -> View:
        """A passage taken apart."""
        return self.index.parts.view(self.number(passage), passage, self.index.languages[passage.language].text.terms)

    def terms(self, question: Question, language: str) -> Asked:
        """The terms of a question over the passages of `language`."""
        return self._asked(question, language)

    def _terms(self, question: Question, language: str) -> Asked:
        index = self.index.languages[language]
        units = translate(question.text, question.language, language, index.text.holds)
        start = conversation.focus(question.text)
        core = [unit for unit in units if unit.start >= start]
        carried = [unit for text in question.context for unit in translate(text, question.language, language)]
        terms = terms_of(units, index)
        return Asked.of(terms, terms if start == 0 else terms_of(core, index), terms_of(carried, index), index.text)

    def candidates(self, question: Question) -> Candidates:
        """The passages worth ranking, with their features."""
        lean = conversation.leaning(question, self.names_subject)
        waiting = self._dense(question)
        asked = {language: self.terms(question, language) for language in self.index.languages}
        columns = {language: Columns(self.index.languages[language], asked[language], lean) for language in asked}
        dense = waiting()
        dense[2] *= lean
        wanted = self.editions.wanted(question)
        numbers = self._best(columns, dense, wanted)
        rows = self._rows(question, numbers, columns, dense[:, numbers])
        same = np.array([self.index.passages[number].language == question.language for number in numbers], np.bool_)
        nearest = question.language if question.language in asked else next(iter(asked), "")
        facts = {name: column.facts(name == question.language) for name, column in columns.items()}
        looked_for = "; ".join(describe(one.terms.units) for one in asked.values())
        return Candidates(numbers, rows, same, looked_for, {**facts.get(nearest, {}), "lean": lean}, facts, wanted)

    def _dense(self, question: Question) -> Callable[[], Floats]:
        """Cosines of every passage with the question, its core and what was said before, once they are called for."""
        vectors, places = self._vectors.spoken(question)
        waiting = cosines_beside(self._matrix, vectors)
        return lambda: waiting()[places]

    def _best(self, columns: Mapping[str, Columns], dense: Floats, wanted: int | None) -> npt.NDArray[np.int64]:
        """Numbers of the passages that lead in a plain mix of the scores, some of each language, footnotes left out."""
        mix = np.maximum(dense[0], dense[1])
        if dense[2].any():
            mix += 0.5 * dense[2]
        for language, column in columns.items():
            mix[self.index.languages[language].numbers] += column.mix
        if len(self.editions.years) > 1:
            mix -= self._older(wanted)
        kept: list[int] = []
        room = dict.fromkeys(columns, EACH_LANGUAGE if len(columns) > 1 else 0)
        for number in self._leading(mix, columns):
            language = self.index.passages[number].language
            if self._texts[number] and (len(kept) < CANDIDATES or room[language] > 0):
                kept.append(int(number))
                room[language] -= 1
        return np.array(kept, np.int64)

    def _leading(self, mix: Floats, columns: Mapping[str, Columns]) -> npt.NDArray[np.int64]:
        """More numbers than are needed, best first: the best of all, and of each language."""
        best = [highest(mix, 2 * CANDIDATES)]
        if len(columns) > 1:
            for language in columns:
                own = self.index.languages[language].numbers
                best.append(own[highest(mix[own], 2 * EACH_LANGUAGE)])
        return np.array(list(dict.fromkeys(np.concatenate(best).tolist())), np.int64)

    def _older(self, wanted: int | None) -> Floats:
        """What each passage loses for its year in the plain mix."""
        if wanted not in self._losses:
            behind = self.editions.behind
            lost = [_OLDER * (behind(one.language, one.year, wanted) > 0) for one in self.index.passages]
            self._losses[wanted] = np.array(lost, np.float32)
        return self._losses[wanted]

    def _rows(
        self, question: Question, numbers: npt.NDArray[np.int64], columns: Mapping[str, Columns], dense: Floats
    ) -> Floats:
        """The features of the candidates; `dense` has their cosines alone."""
        rows = np.zeros((len(numbers), len(FEATURES)), np.float32)
        start = conversation.focus(question.text)
        semantic = likeness(self.index, self.encoder, question.text, numbers)
        semantic_core = likeness(self.index, self.encoder, question.text[start:], numbers) if start else semantic
        passages = [self.index.passages[number] for number in numbers]
        parts = self.index.parts
        nearest = self._nearest(question, numbers)
        asked = shape(intents_of(question.text, question.language), parts.marks[numbers], passages)
        for language, column in columns.items():
            at = [place for place, passage in enumerate(passages) if passage.language == language]
            if not at:
                continue
            place = np.searchsorted(self.index.languages[language].numbers, numbers[at])
            own = parts.pick(numbers[at])
            exact, fuzzy, core = column.held(own)
            lexical, carried = column.of(place, own.titles)
            plain = np.column_stack([*lexical, *dense[:2, at], *carried, dense[2, at]])
            rows[at] = np.hstack([plain, semantic[at], semantic_core[at], exact, fuzzy, core, asked[at], nearest[at]])
        return rows

    def _nearest(self, question: Question, numbers: npt.NDArray[np.int64]) -> Floats:
        """Cosines of a question with the nearest sentence of each passage, shape (passages, 3): of the whole, the best
        of its clauses, their mean.

        Zeros for another encoder than ours: a large model would take seconds for so many sentences.
        """
        if not isinstance(self.encoder, StaticEncoder):
            return np.zeros((len(numbers), 3), np.float32)
        asked = self._vectors.clauses(question)
        near = np.full((len(numbers), asked.shape[1]), -1.0, np.float32)
        sizes = self.index.parts.counts(numbers)
        filled = np.flatnonzero(sizes)
        if len(filled):
            held = np.concatenate([own @ asked for own in self._sentences.of(numbers)])
            near[filled] = np.maximum.reduceat(held, bounds(sizes[filled])[:-1])
        return np.column_stack([near[:, 0], near[:, 1:].max(axis=1), near[:, 1:].mean(axis=1)])

    def vector(self, question: Question) -> Floats | None:
        """The vector of a question by our encoder, shape (dimension,); that of another means nothing to our models."""
        return self._vectors.whole(question) if isinstance(self.encoder, StaticEncoder) else None

    def sentence_likeness(self, question: Question, numbers: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """How near each sentence of some passages is to a question, by the encoder, shape (sentences, 4).

        MaxSim of the sentence; the cosine of its vector under its heading; the highest with a clause of the question,
        and how far from the best sentence for a clause. The cosine for MaxSim too for another encoder than ours.
        Then the cosine with every clause, shape (sentences, clauses).
        """
        near = np.concatenate(self._sentences.of(numbers)) @ self._vectors.clauses(question)
        whole, pieces = near[:, 0], near[:, 1:]
        behind = (pieces - pieces.max(axis=0, initial=-1.0)).max(axis=1)
        held = whole
        if self.index.words is not None and isinstance(self.encoder, StaticEncoder):
            _, vectors, weights = self.encoder.token_vectors(question.text)
            rows = 2 * len(self.index.passages) + self.index.parts.rows(numbers)
            held = self.index.words.scores(vectors, weights, rows)
        return np.stack([held, whole, pieces.max(axis=1), behind], axis=1), pieces
