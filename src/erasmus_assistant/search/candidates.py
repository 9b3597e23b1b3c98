"""Question -> the passages worth ranking, lexical and dense, with the features that the ranker weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Passage, Question
from erasmus_assistant.search import conversation
from erasmus_assistant.search.dense import Encoder, StaticEncoder
from erasmus_assistant.search.editions import Editions
from erasmus_assistant.search.features import FEATURES, MATCHED, Matcher, View, Views, hold_all, shape
from erasmus_assistant.search.index import Index, LanguageIndex
from erasmus_assistant.search.intents import intents_of
from erasmus_assistant.search.lexical import K1, Term
from erasmus_assistant.search.lexicon import describe
from erasmus_assistant.search.query import Terms, terms_of, translate
from erasmus_assistant.search.semantic import likeness
from erasmus_assistant.search.tokens import stems

CANDIDATES = 40
EACH_LANGUAGE = 15
_OLDER = 0.3
_CORE = [MATCHED.index(name) for name in ("heading", "body", "sentence", "rest")]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched in the passages of one language: whole, its core, and what was said before."""

    terms: Terms
    focus: Terms
    carried: Terms


@dataclass(frozen=True, slots=True)
class _Columns:
    """Scores of every passage of one language, each of shape (passages,), and what candidates are held against."""

    bm25: Floats
    focus: Floats
    mix: Floats
    carried: Floats
    carried_heading: Floats
    lean: float
    fuzzy_words: Mapping[str, float]
    carried_words: Mapping[str, float]
    exact: Matcher
    fuzzy: Matcher
    core: Matcher


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
        self._views = Views()
        self._losses: dict[int | None, Floats] = {}
        self._asked = lru_cache(maxsize=256)(self._terms)
        self._numbers = index.numbers()
        held: Any = index.vectors
        self._headings: dict[int, list[tuple[str, float]]] = {}
        size = held.ntotal * held.d
        flat = faiss.rev_swig_ptr(held.get_xb(), size) if size else np.empty(0, np.float32)
        self._matrix: Floats = flat.reshape(held.ntotal, held.d)

    def number(self, passage: Passage) -> int:
        """The number of a passage in the index."""
        return self._numbers[passage.id]

    def view(self, passage: Passage) -> View:
        return self._views.of(self.index.documents[passage.document], passage)

    def terms(self, question: Question, language: str) -> Asked:
        """The terms of a question over the passages of `language`."""
        return self._asked(question, language)

    def _terms(self, question: Question, language: str) -> Asked:
        index = self.index.languages[language]
        units = translate(question.text, question.language, language)
        start = conversation.focus(question.text)
        core = [unit for unit in units if unit.start >= start]
        carried = [unit for text in question.context for unit in translate(text, question.language, language)]
        terms = terms_of(units, index)
        return Asked(terms, terms if start == 0 else terms_of(core, index), terms_of(carried, index))

    def candidates(self, question: Question) -> Candidates:
        """The passages worth ranking, with their features."""
        lean = conversation.leaning(question)
        core = question.text[conversation.focus(question.text) :]
        asked = {language: self.terms(question, language) for language in self.index.languages}
        said = " ".join(question.context[:2])
        dense = self._dense([question.text, core, said])
        dense[2] *= lean
        columns = {language: self._columns(self.index.languages[language], asked[language], lean) for language in asked}
        wanted = self.editions.wanted(question)
        numbers = self._best(columns, dense, wanted)
        rows = self._rows(question, numbers, columns, dense)
        same = np.array([self.index.passages[number].language == question.language for number in numbers], np.bool_)
        nearest = question.language if question.language in asked else next(iter(asked), "")
        facts = {
            name: _word_facts(one.terms, self.index.languages[name], name == question.language)
            for name, one in asked.items()
        }
        looked_for = "; ".join(describe(one.terms.units) for one in asked.values())
        return Candidates(numbers, rows, same, looked_for, {**facts.get(nearest, {}), "lean": lean}, facts, wanted)

    def _dense(self, texts: Sequence[str]) -> Floats:
        """Cosines of every passage with each text: shape (texts, passages)."""
        distinct = list(dict.fromkeys(texts))
        cosines = self.encoder.encode_questions(distinct) @ self._matrix.T
        return np.asarray(cosines[[distinct.index(text) for text in texts]], np.float32)

    def _columns(self, index: LanguageIndex, asked: Asked, lean: float) -> _Columns:
        bm25, share = _normalised(index, asked.terms)
        focus = bm25 if asked.focus is asked.terms else _normalised(index, asked.focus)[0]
        _, fuzzy = index.text.scores(asked.terms.fuzzy)
        _, heading = index.heading.scores(asked.terms.fuzzy)
        mix = bm25 + share + 0.5 * fuzzy + 0.3 * heading
        carried, carried_heading = np.zeros_like(share), np.zeros_like(share)
        if lean:
            carried = lean * index.text.scores(asked.carried.exact)[1]
            carried_heading = lean * index.heading.scores(asked.carried.exact)[1]
            mix = mix + carried + 0.5 * carried_heading
        values = [term.weight * index.text.idf(term) for term in asked.terms.exact]
        core = [term.weight * index.text.idf(term) for term in asked.focus.exact]
        matchers = (
            Matcher(asked.terms.exact, values),
            Matcher(asked.terms.fuzzy, values),
            Matcher(asked.focus.fuzzy, core),
        )
        words = (_words(asked.terms.fuzzy), _words(asked.carried.exact) if lean else {})
        return _Columns(bm25, focus, mix, carried, carried_heading, lean, *words, *matchers)

    def _named(self, number: np.int64, words: Mapping[str, float]) -> float:
        """The share of the nearest heading that these words say, rare words counting most."""
        held = self._headings.get(int(number))
        if held is None:
            passage = self.index.passages[number]
            terms = self.index.languages[passage.language].text
            found = sorted(set(stems(" ".join(passage.heading_path[-1:]), passage.language)))
            held = self._headings[int(number)] = [(stem, terms.idf(Term(((stem, 1.0),)))) for stem in found]
        total = sum(value for _, value in held)
        return sum(value * words.get(stem, 0.0) for stem, value in held) / total if total else 0.0

    def _best(self, columns: Mapping[str, _Columns], dense: Floats, wanted: int | None) -> npt.NDArray[np.int64]:
        """Numbers of the passages that lead in a plain mix of the scores, some of each language, footnotes left out."""
        mix = dense[:2].max(axis=0) + 0.5 * dense[2]
        for language, column in columns.items():
            mix[self.index.languages[language].numbers] += column.mix
        if len(self.editions.years) > 1:
            mix = mix - self._older(wanted)
        kept: list[int] = []
        room = dict.fromkeys(columns, EACH_LANGUAGE if len(columns) > 1 else 0)
        for number in self._leading(mix, columns):
            passage = self.index.passages[number]
            if passage.kind == "text" and (len(kept) < CANDIDATES or room[passage.language] > 0):
                kept.append(int(number))
                room[passage.language] -= 1
        return np.array(kept, np.int64)

    def _leading(self, mix: Floats, columns: Mapping[str, _Columns]) -> npt.NDArray[np.int64]:
        """More numbers than are needed, best first: the best of all, and of each language."""
        best = [_highest(mix, 2 * CANDIDATES)]
        if len(columns) > 1:
            for language in columns:
                own = self.index.languages[language].numbers
                best.append(own[_highest(mix[own], 2 * EACH_LANGUAGE)])
        return np.array(list(dict.fromkeys(np.concatenate(best).tolist())), np.int64)

    def _older(self, wanted: int | None) -> Floats:
        """What each passage loses for its year in the plain mix."""
        if wanted not in self._losses:
            behind = self.editions.behind
            lost = [_OLDER * (behind(one.language, one.year, wanted) > 0) for one in self.index.passages]
            self._losses[wanted] = np.array(lost, np.float32)
        return self._losses[wanted]

    def _rows(
        self, question: Question, numbers: npt.NDArray[np.int64], columns: Mapping[str, _Columns], dense: Floats
    ) -> Floats:
        rows = np.zeros((len(numbers), len(FEATURES)), np.float32)
        intents = intents_of(question.text, question.language)
        start = conversation.focus(question.text)
        semantic = likeness(self.index, self.encoder, question.text, numbers)
        semantic_core = likeness(self.index, self.encoder, question.text[start:], numbers) if start else semantic
        passages = [self.index.passages[number] for number in numbers]
        views = [self.view(passage) for passage in passages]
        asked = np.array(
            [shape(intents, passage, view) for passage, view in zip(passages, views, strict=True)], np.float32
        )
        for language, column in columns.items():
            at = [place for place, passage in enumerate(passages) if passage.language == language]
            if not at:
                continue
            own = [views[place] for place in at]
            place = np.searchsorted(self.index.languages[language].numbers, numbers[at])
            exact, fuzzy = hold_all(column.exact, own), hold_all(column.fuzzy, own)
            core = hold_all(column.core, own) if start else fuzzy
            scores = (column.bm25[place], column.focus[place], *dense[:2, numbers[at]])
            named = [self._named(number, column.fuzzy_words) for number in numbers[at]]
            before = [column.lean * self._named(number, column.carried_words) for number in numbers[at]]
            carried = (column.carried[place], column.carried_heading[place], named, before, dense[2, numbers[at]])
            plain = np.stack([*scores, *carried], axis=1)
            rows[at] = np.hstack([plain, semantic[at], semantic_core[at], exact, fuzzy, core[:, _CORE], asked[at]])
        return rows

    def sentence_likeness(self, question: Question, passage: Passage, number: int) -> Floats:
        """How much of the question each sentence of a passage says, by the encoder; shape (sentences,)."""
        if self.index.words is not None and isinstance(self.encoder, StaticEncoder):
            _, vectors, weights = self.encoder.token_vectors(question.text)
            rows = range(self.index.sentence_row(number), self.index.sentence_row(number + 1))
            return self.index.words.scores(vectors, weights, rows)
        text = self.index.documents[passage.document].text
        sentences = [text[start:end] for start, end in self.view(passage).sentences]
        asked = self.encoder.encode_questions([question.text])[0]
        return np.asarray(self.encoder.encode_passages(sentences) @ asked, np.float32)


def _words(terms: Sequence[Term]) -> dict[str, float]:
    """Every alternative of the terms with its highest share."""
    found: dict[str, float] = {}
    for term in terms:
        for word, share in term.alternatives:
            found[word] = max(share, found.get(word, 0.0))
    return found


def _highest(values: Floats, count: int) -> npt.NDArray[np.int64]:
    """The places of the highest values in order, the earlier first of equal ones."""
    places = np.arange(len(values))
    if len(values) > count:
        places = np.flatnonzero(values >= np.partition(values, -count)[-count])
    return places[np.argsort(-values[places], kind="stable")[:count]]


def _normalised(index: LanguageIndex, terms: Terms) -> tuple[Floats, Floats]:
    """BM25 divided by the most that the question could reach, and the share of its value."""
    highest = sum(term.weight * index.text.idf(term) for term in terms.exact) * (K1 + 1) or 1.0
    bm25, share = index.text.scores(terms.exact)
    return bm25 / np.float32(highest), share


def _word_facts(terms: Terms, index: LanguageIndex, same: bool) -> dict[str, float]:
    """What the words of a question tell by themselves: how much they weigh, and how much the index lacks."""
    weight = sum(term.weight for term in terms.exact) or 1.0
    absent, strange = (
        sum(term.weight for term in some if not any(index.text.holds(word) for word, _ in term.alternatives))
        for some in (terms.exact, terms.fuzzy)
    )
    return {"absent": absent / weight, "strange": strange / weight, "weight": min(2.0, weight / 5), "same": float(same)}
