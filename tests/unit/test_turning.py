"""Where to turn when the guide is silent: an address that is right for the reader."""

from __future__ import annotations

import pytest
from fakes import LetterEncoder, document

from erasmus_assistant.answer import turning
from erasmus_assistant.answer.extractive import silent
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Document, Question
from erasmus_assistant.search.index import build
from erasmus_assistant.search.ranker import load_ranker
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import LANGUAGES

SAYS = "National Agencies\n\nContact details of the National Agencies: {}.\n"
PAGE = "https://guide.example/{language}/page"


def over(*documents: Document) -> Retriever:
    encoder = LetterEncoder()
    return Retriever(build(list(documents), encoder, Chunking(), "x"), encoder, load_ranker())


def guide(address: str, **known: str) -> Retriever:
    return over(document(SAYS.format(address), **known))


def told(retriever: Retriever, language: str) -> str:
    """The last paragraph of a refusal."""
    return silent(retriever, retriever.retrieve(Question("zzz", language))).parts[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_of_other_languages_are_sent_to_the_official_page_first(retriever: Retriever, language: str) -> None:
    last = told(retriever, language)
    page = (
        "https://erasmus-plus.ec.europa.eu/" if language == "en" else f"https://erasmus-plus.ec.europa.eu/{language}/"
    )
    assert "contact_lv [" in last
    assert (page in last.split("contact_lv")[0]) == (language != "lv")


def test_the_site_has_its_english_page_at_the_general_address(retriever: Retriever) -> None:
    document = next(iter(retriever.index.documents.values()))
    assert f"{document.url} · " in told(retriever, "en")


@pytest.mark.parametrize("address", ["https://a.eu/contact", "https://ec.europa.eu/agencies?all=1", "www.agencies.org"])
def test_an_address_of_no_language_is_right_for_everybody(address: str) -> None:
    retriever = guide(address, url="https://a.eu/guide")
    assert all(f"{address} [" in told(retriever, language) for language in ("en", "de", "mt"))


@pytest.mark.parametrize(
    "address",
    ["https://a.eu/contact_en", "https://a.eu/en/contact", "https://a.eu/contact?lang=en", "https://agency.fr/x"],
)
def test_an_address_of_one_language_comes_second_for_readers_of_another(address: str) -> None:
    retriever = guide(address, url="https://a.eu/guide", localized_url=PAGE)
    assert address in told(retriever, "en")
    assert told(retriever, "de").endswith(f"https://guide.example/de/page · {address} [1]")


def test_without_a_page_in_the_readers_language_it_is_the_general_one() -> None:
    assert "https://a.eu/guide · https://a.eu/en/contact [" in told(
        guide("https://a.eu/en/contact", url="https://a.eu/guide"), "de"
    )


def test_without_a_page_it_is_the_address_and_with_neither_the_agency_alone() -> None:
    for language in ("en", "de"):
        assert told(guide("https://a.eu/en/contact"), language).endswith("https://a.eu/en/contact [1]")
    assert "http" not in told(over(document("Title\n\nThere is no address in these words.\n")), "en")


def test_each_reader_gets_the_address_of_the_guide_in_their_language() -> None:
    one = document(SAYS.format("https://a.eu/contact_en"), "one", "en")
    other = document(
        "Eolas\n\nSonraí teagmhála na gníomhaireachta náisiúnta: https://a.eu/contact_ga.\n", "other", "ga"
    )
    retriever = over(one, other)
    assert "contact_en [" in told(retriever, "en")
    assert "contact_ga [" in told(retriever, "ga")


def test_a_guide_without_an_address_gives_none() -> None:
    assert turning.contact(over(document("Title\n\nThere is no address in these words.\n")), "en") is None
