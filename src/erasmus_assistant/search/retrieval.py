"""Question -> ranked hits: the candidates in their learned order, arranged by edition and language, the confidence."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Hit, Question, Retrieved
from erasmus_assistant.search.candidates import Asked, Candidates, Searcher
from erasmus_assistant.search.dense import Encoder
from erasmus_assistant.search.editions import OWN_LANGUAGE, Place, once, own_first
from erasmus_assistant.search.evidence import confidence_facts, evidence, of_several
from erasmus_assistant.search.features import FEATURES
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.keeping import searched_text
from erasmus_assistant.search.language import detect
from erasmus_assistant.search.lexicon import Lexicon
from erasmus_assistant.search.ranker import Ranker
from erasmus_assistant.search.reranking import RERANKED, Reranker, asked, reordered
from erasmus_assistant.search.spelling import HALF, Respelt, respelt
from erasmus_assistant.search.tokens import LANGUAGES, fold, spans, stem

__all__ = ["FEATURES", "Asked", "Candidates", "Retriever", "confidence_facts"]

Floats = npt.NDArray[np.float32]
NOTHING: Mapping[int, float] = {}
_KNOWN_TO_MANY = "en"
"""A language of which words stand in questions in every other."""
_EVERYDAY = 0.6
"""Up to which rarity a word is one that everybody uses, whatever else it names."""


class Retriever(Searcher):
    """Searches one index; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder, ranker: Ranker, reranker: Reranker | None = None) -> None:
        super().__init__(index, encoder)
        self.ranker, self.reranker = ranker, reranker
        self._written = lru_cache(maxsize=256)(self._written_first)

    def language_of(self, text: str, expected: Sequence[str] = ()) -> str:
        """The language of a question over this index; `expected` are likelier than its own languages.

        Where a word or two tell nothing, it is the first of the expected.
        """
        known = [*expected, *sorted(self.index.languages)]
        return detect(text, expected=known, names=self.names, assumed=next(iter(expected), "")).language

    def respelt(self, text: str, language: str) -> Respelt:
        """A question with the misspelt names of the guide put right."""

        def ordinary(word: str, name: str, slips: int) -> bool:
            # Where only a letter is doubled or sounds alike, the words of languages that aren't spoken don't count.
            asked = (language, _KNOWN_TO_MANY) if slips <= HALF else LANGUAGES
            whole = word.isupper() and not text.replace(word, "").isupper()
            return any(self._is_word(word, name, one, whole) for one in dict.fromkeys(asked))

        return respelt(text, self.names, ordinary, self._written)

    def _is_word(self, word: str, name: str, language: str, whole: bool) -> bool:
        """Whether a language or the guide in it has a word that isn't the name, or uses the name as everyday word.

        One that is taken `whole`, as an acronym is, has no ending.
        """
        lexicon, own = Lexicon.load(language, language), stem(name, language)
        rarity = lexicon.rarity(name)
        if rarity is not None and rarity <= _EVERYDAY:
            return True
        found = stem(word.casefold(), language)
        meant = {target for unit in lexicon.translate(word) for target, _ in unit.targets[:2]}
        if own in {found, *meant} or (whole and found != fold(word)):
            return False
        held = self.index.languages.get(language)
        return lexicon.rarity(word) is not None or (held is not None and held.text.holds(found))

    def _written_first(self, name: str) -> str:
        """How a name stands in the guide where it first has a capital."""
        texts = (" ".join([*passage.heading_path, passage.text]) for passage in self.index.passages)
        found = (word for text in texts for word, _, _ in spans(text) if word != word.lower() and fold(word) == name)
        return next(found, name)

    def retrieve(self, question: Question, k: int = 10) -> Retrieved:
        """The best `k` passages in order; ties are broken by passage id.

        A re-ranker changes the order alone: the confidence is that of the ranker's own order, for which it was
        calibrated.
        """
        started = time.perf_counter()
        found = self.candidates(question)
        arranged = self._arranged(question, found)
        judged = self._judged(question, found, arranged)
        places = self._arranged(question, found, judged) if judged else arranged
        passages = [self.index.passages[number] for number in found.numbers]
        rows = np.round(found.features[[place.at for place in places[:k]]].astype(np.float64), 4).tolist()
        hits = tuple(
            Hit(passages[place.at], rank, place.score, dict(zip(FEATURES, row, strict=True)) | _second(judged, place))
            for rank, (place, row) in enumerate(zip(places, rows, strict=False), 1)
        )
        confidence = self.ranker.sure(self._known(question, found, arranged), self.vector(question))
        return Retrieved(question, hits, confidence, found.looked_for, 1000 * (time.perf_counter() - started))

    def known(self, question: Question) -> dict[str, float]:
        """What tells whether the best candidates answer a question: facts that the confidence weighs."""
        found = self.candidates(question)
        return self._known(question, found, self._arranged(question, found))

    def _known(self, question: Question, found: Candidates, places: list[Place]) -> dict[str, float]:
        at = [place.at for place in places]
        best = self.index.passages[found.numbers[at[0]]].language if at else ""
        facts = {**found.facts, **found.facts_in.get(best, {}), **self.evidence(question, found.numbers[at])}
        scores = np.array([place.score for place in places], np.float32)
        known = confidence_facts(scores, found.features[at], facts)
        return known if len(self.index.documents) < 2 else {**known, **of_several(known)}

    def evidence(self, question: Question, numbers: npt.NDArray[np.int64]) -> dict[str, float]:
        """How well the words of a question are met by the best passages, given in order."""
        return evidence(self.index, self.encoder, question, numbers)

    def _judged(self, question: Question, found: Candidates, places: list[Place]) -> dict[int, float]:
        """What the re-ranker, where there is one, says of the candidates that lead."""
        if self.reranker is None or not places:
            return {}
        at = [place.at for place in places[:RERANKED]]
        passages = [self.index.passages[number] for number in found.numbers[at]]
        texts = [searched_text(self.index.documents[passage.document], passage) for passage in passages]
        return dict(zip(at, self.reranker.scores(asked(question), texts).astype(float).tolist(), strict=True))

    def _arranged(self, question: Question, found: Candidates, judged: Mapping[int, float] = NOTHING) -> list[Place]:
        """The candidates best first: the edition that is meant before others, the same passage once.

        Those that are `judged` by a re-ranker change places within their edition and language.
        """
        passages = [self.index.passages[number] for number in found.numbers]
        behind = [self.editions.behind(one.language, one.year, found.wanted) for one in passages]
        scores = self.ranker.scores(found.features, FEATURES, found.same_language)
        scores += OWN_LANGUAGE * found.same_language - np.array(behind, np.float32)
        order = sorted(range(len(passages)), key=lambda at: (-round(float(scores[at]), 5), passages[at].id))
        ranked = [float(scores[at]) for at in order]
        kinds = list(zip(behind, found.same_language.tolist(), strict=True))
        if len(self.index.documents) < 2 or not order:
            return reordered([Place(at, score) for at, score in zip(order, ranked, strict=True)], judged, kinds)
        vectors = self._matrix[found.numbers]
        wanting = [not one for one in behind]
        ordered, meant = [passages[at] for at in order], [wanting[at] for at in order]
        shown = once(ordered, vectors[order], ranked, meant, question.language)
        shown = reordered([Place(order[place.at], place.score) for place in shown], judged, kinds)
        return own_first(passages, vectors, shown, wanting, question.language)


def _second(judged: Mapping[int, float], place: Place) -> dict[str, float]:
    return {"cross_encoder": round(judged[place.at], 4)} if place.at in judged else {}
