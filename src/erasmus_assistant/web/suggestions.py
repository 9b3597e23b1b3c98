"""Questions worth asking: examples in each language, and follow-ups from the neighbouring sections.

Every suggestion has been asked of the index in use and was answered; nothing else is shown.
"""

from __future__ import annotations

import threading
import tomllib
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain, islice

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.errors import ErasmusError
from erasmus_assistant.records import Answer, Outcome
from erasmus_assistant.search.index import Index
from erasmus_assistant.search.tokens import fold, words
from erasmus_assistant.texts import texts
from erasmus_assistant.web.offers import Offer

EXAMPLES = 5
FOLLOW_UPS = 3
_NEAR = 8
# Each heading that was not tried before costs an answer.
_TRIED = 16
_KEPT = 2000

Section = tuple[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def bank() -> dict[str, list[str]]:
    """The example questions by language."""
    held = tomllib.loads((files(__package__) / "examples" / "questions.toml").read_text(encoding="utf-8"))
    return {language: list(questions) for language, questions in held.items()}


class Suggestions:
    """Suggestions that the index in use answers; what was found is kept until the index changes."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._index = ""
        self._answered: OrderedDict[tuple[str, str], Section | None] = OrderedDict()
        self._lock = threading.Lock()

    def examples(self, language: str) -> list[Offer]:
        """Up to EXAMPLES questions in `language`: the written ones, else questions after the headings."""
        written = (Offer(question) for question in bank().get(language, ()) if self._section(question, language))
        return list(islice(_new(chain(written, self._about(self._sections(), language)), ()), EXAMPLES))

    def follow_ups(self, answer: Answer, language: str, known: Collection[str] = ()) -> list[Offer]:
        """Up to FOLLOW_UPS questions that are answered, nearest to the answer's sources first.

        `known` are questions that were asked or offered before: none of them comes again, nor a general one about a
        section that one of them is about. Who asked nothing about the guide is shown what can be asked, in the
        language of the answer.
        """
        if answer.outcome is Outcome.DECLINED:
            return self.examples(answer.language)
        sections = self._sections()
        if not sections or answer.outcome is not Outcome.ANSWERED:
            return []
        around = _around(sections, _section_of(answer))
        near = around[:_NEAR]
        written = self._written(around, language)
        spent = {self._answered.get((language, question)) for question in known}
        fresh = [section for section in around if section not in spent]
        told = [section for section in fresh if self._is_told_in(section, language)]
        ordered = chain(
            (offer for section in near for offer in written.get(section, ())),
            self._about((section for section in told if section in near), language),
            (offer for offers in written.values() for offer in offers),
            self._about(told[:_TRIED], language),
            self._about((section for section in fresh if section in near), language),
        )
        return list(islice(_new(ordered, (*known, answer.question)), FOLLOW_UPS))

    def _written(self, sections: Sequence[Section], language: str) -> dict[Section, list[Offer]]:
        """The written questions by the section that answers them, in the order of `sections`."""
        found: dict[Section, list[Offer]] = {section: [] for section in sections}
        for question in bank().get(language, ()):
            section = self._section(question, language)
            if section in found:
                found[section].append(Offer(question))
        return found

    def _about(self, sections: Iterable[Section], language: str) -> Iterator[Offer]:
        """Questions after the headings, those that are answered from their own section."""
        for section in sections:
            heading = section[1][-1]
            if heading.rstrip().endswith(("?", ";")):
                continue
            question = texts(language).get("web.follow_up_question", heading=heading)
            if self._section(question, language) == section:
                foreign = not self._is_told_in(section, language)
                yield Offer(question, heading, self._language(section)) if foreign else Offer(question)

    def _is_told_in(self, section: Section, language: str) -> bool:
        """Whether a heading reads well in a language: it is in it, or made of names that are alike in all."""
        if self._language(section) == language:
            return True
        return self._assistant.retriever().names.issuperset(fold(word) for word in words(section[1][-1]))

    def _language(self, section: Section) -> str:
        return self._assistant.retriever().index.documents[section[0]].language

    def _sections(self) -> list[Section]:
        return _sections(self._assistant.retriever().index)

    def _section(self, question: str, language: str) -> Section | None:
        """The section that answers the question, if one does."""
        self._forget_another_index()
        key = (language, question)
        if key not in self._answered:
            try:
                answer = self._assistant.ask(Request(question, language=language))
                found = _section_of(answer) if answer.outcome is Outcome.ANSWERED else None
            except ErasmusError:
                found = None
            with self._lock:
                self._answered[key] = found
                if len(self._answered) > _KEPT:
                    self._answered.popitem(last=False)
        return self._answered.get(key)

    def _forget_another_index(self) -> None:
        name = self._assistant.retriever().index.name
        with self._lock:
            if name != self._index:
                self._index = name
                self._answered.clear()


def _new(offers: Iterable[Offer], known: Iterable[str]) -> Iterator[Offer]:
    """Each offer once, without those that are known, however they were written."""
    seen = {tuple(words(question)) for question in known}
    for offer in offers:
        if (said := tuple(words(offer.question))) not in seen:
            seen.add(said)
            yield offer


@lru_cache(maxsize=2)
def _sections_named(name: str, sections: tuple[Section, ...]) -> list[Section]:
    return list(dict.fromkeys(sections))


def _sections(index: Index) -> list[Section]:
    """The sections with a heading, in the order of the guide."""
    found = tuple((passage.document, passage.heading_path) for passage in index.passages if passage.heading_path)
    return _sections_named(index.name, found)


def _section_of(answer: Answer) -> Section | None:
    if not answer.quotations:
        return None
    passage = answer.quotations[0].passage
    return passage.document, passage.heading_path


def _around(sections: list[Section], here: Section | None) -> list[Section]:
    """The other sections: those of the same chapter first, then by distance, the later one first."""
    places = {section: place for place, section in enumerate(sections)}
    at = places.get(here, 0) if here else 0
    document, path = sections[at]

    def away(section: Section) -> tuple[bool, int, bool]:
        same_chapter = section[0] == document and section[1][:-1] == path[:-1]
        return not same_chapter, abs(places[section] - at), places[section] < at

    return sorted((section for section in sections if section != here), key=away)
