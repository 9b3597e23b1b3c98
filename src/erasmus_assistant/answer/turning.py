"""Where to turn when the guide is silent: the address that is right for this reader.

The address that the guide itself gives is right for those who read the guide's language, and for
everybody where it names no language. Anybody else is sent to the guide's official page first, in
their own language where the site has it.
"""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from erasmus_assistant.answer import quoting
from erasmus_assistant.answer.citing import official_url
from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.records import Question, Retrieved
from erasmus_assistant.search.features import LINK
from erasmus_assistant.search.glossary import called
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import LANGUAGES

_ASKED = ("contact details", "national agency")
_ENOUGH = 0.6
_PIECE = re.compile(r"[^\W_]+")
_KNOWN: WeakKeyDictionary[Retriever, dict[str, Excerpt]] = WeakKeyDictionary()


def contact(retriever: Retriever, language: str) -> Excerpt | None:
    """The address at which the guide says that a National Agency is reached: best one that `fits` the reader."""
    if retriever not in _KNOWN:
        _KNOWN[retriever] = _contacts(retriever)
    found = _KNOWN[retriever]
    fitting = (one for one in found.values() if fits(retriever, one, language))
    return found.get(language) or next(fitting, None) or next(iter(found.values()), None)


def fits(retriever: Retriever, address: Excerpt, language: str) -> bool:
    """Whether an address is in a passage of the reader's language, or names no language."""
    text = retriever.index.documents[address.passage.document].text[address.start : address.end]
    return address.passage.language == language or not _names_a_language(text)


def page(retriever: Retriever, retrieved: Retrieved) -> str:
    """The official page of the guide nearest to the question, in the reader's language if it may be; "" where none."""
    documents = retriever.index.documents
    near = [documents[hit.passage.document] for hit in retrieved.hits]
    language = retrieved.question.language
    return next((url for one in [*near, *documents.values()] if (url := official_url(one, language))), "")


def _contacts(retriever: Retriever) -> dict[str, Excerpt]:
    """The address in the best sentence that says how a National Agency is reached, for each language of the guide."""
    found = ((language, _contact_in(retriever, language)) for language in sorted(retriever.index.languages))
    return {language: excerpt for language, excerpt in found if excerpt is not None}


def _contact_in(retriever: Retriever, language: str) -> Excerpt | None:
    asked = Question(" ".join(called(term, language) for term in _ASKED), language)
    for one in quoting.candidates(retriever, retriever.retrieve(asked)):
        text = retriever.index.documents[one.passage.document].text
        match = LINK.search(text, one.start, one.end)
        share = one.features[quoting.SENTENCE_FEATURES.index("share")]
        if match is not None and share >= _ENOUGH and one.passage.language == language:
            end = match.start() + len(match.group().rstrip(".,;:)]"))
            return Excerpt(one.passage, match.start(), end)
    return None


def _names_a_language(address: str) -> bool:
    """Whether an address leads to one language's page, or into one country: `/contact_lv`, `/de/`, `agency.fr`."""
    return not {piece.casefold() for piece in _PIECE.findall(address)}.isdisjoint(LANGUAGES)
