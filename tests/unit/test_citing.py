"""Quotations: exact, numbered by passage, and linked to their place in the official guide."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from fakes import document
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.answer.citing import cite, is_exact, official_url, place_url
from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.guide.chunking import split
from erasmus_assistant.records import Document, Passage

PAGE = "https://example.eu/{language}/guide"
TEXT = "Otlas\n\nŠeit var reģistrēties. Kļūdu nav.\n\nEPALE\n\nPieaugušo izglītība — e-platforma.\n"
DOCUMENT = document(TEXT, language="lv", url="https://example.eu/guide", localized_url=PAGE)
FIRST, SECOND = split(DOCUMENT)


def excerpt(passage: Passage, words: str) -> Excerpt:
    start = TEXT.index(words)
    return Excerpt(passage, start, start + len(words))


def test_a_passage_has_one_number_and_numbers_follow_the_order() -> None:
    quotations = cite(
        [excerpt(SECOND, "Pieaugušo"), excerpt(FIRST, "Šeit"), excerpt(SECOND, "izglītība")], {"doc": DOCUMENT}, "lv"
    )
    assert [(one.tag, one.quote) for one in quotations] == [(1, "Pieaugušo"), (2, "Šeit"), (1, "izglītība")]
    assert all(TEXT[one.start : one.end] == one.quote for one in quotations)


def test_an_excerpt_of_nothing_is_dropped() -> None:
    assert cite([Excerpt(FIRST, 5, 5), Excerpt(FIRST, 5, 7)], {"doc": DOCUMENT}, "lv") == ()


def test_a_quotation_that_was_changed_is_found_out() -> None:
    (quotation,) = cite([excerpt(FIRST, "Kļūdu nav.")], {"doc": DOCUMENT}, "lv")
    assert is_exact(quotation, {"doc": DOCUMENT})
    assert not is_exact(replace(quotation, quote="Kludu nav."), {"doc": DOCUMENT})
    assert not is_exact(replace(quotation, start=quotation.start + 1), {"doc": DOCUMENT})
    assert not is_exact(quotation, {})


def test_a_text_fragment_keeps_latvian_letters_as_percent_encoded_utf_8() -> None:
    url = place_url(DOCUMENT, FIRST, "Šeit var reģistrēties.", "lv")
    assert url == "https://example.eu/lv/guide#:~:text=%C5%A0eit%20var%20re%C4%A3istr%C4%93ties."


def test_a_long_quotation_is_named_by_its_first_and_last_words() -> None:
    url = place_url(DOCUMENT, FIRST, "viens divi trīs četri pieci seši septiņi astoņi deviņi desmit vienpadsmit", "lv")
    start, end = url.partition(":~:text=")[2].split(",")
    assert unquote(start) == "viens divi trīs četri pieci"
    assert unquote(end) == "septiņi astoņi deviņi desmit vienpadsmit"


def test_what_separates_in_a_fragment_is_encoded() -> None:
    url = place_url(DOCUMENT, FIRST, "e-platforma, A&B #1", "lv")
    assert url.endswith(":~:text=e%2Dplatforma%2C%20A%26B%20%231")


def test_a_bullet_and_later_lines_are_no_part_of_the_fragment() -> None:
    assert place_url(DOCUMENT, FIRST, "\n• viens,\n• divi", "lv").endswith(":~:text=viens%2C")


def test_the_page_in_another_language_has_no_words_to_point_at() -> None:
    assert place_url(DOCUMENT, FIRST, "Šeit", "de") == "https://example.eu/de/guide"
    assert place_url(DOCUMENT, FIRST, "Šeit", "en") == "https://example.eu/guide"


def test_an_anchor_and_a_page_are_used() -> None:
    assert place_url(DOCUMENT, replace(FIRST, anchor="otlas"), "Šeit", "lv").endswith(
        "/lv/guide#otlas:~:text=%C5%A0eit"
    )
    assert place_url(DOCUMENT, replace(FIRST, page=7), "Šeit", "de") == "https://example.eu/de/guide#page=7"


def test_without_an_address_there_is_no_link() -> None:
    bare = replace(DOCUMENT, url="", localized_url="")
    assert official_url(bare, "lv") == ""
    assert place_url(bare, FIRST, "Šeit", "lv") == ""


@given(st.text(min_size=1, max_size=80).filter(lambda text: bool(text.strip())))
def test_any_quotation_gives_an_ascii_address(quoted: str) -> None:
    url = place_url(DOCUMENT, FIRST, quoted, "lv")
    assert url.isascii()
    assert not set(' "<>') & set(url)


@pytest.mark.parametrize("language", ["lv", "mt"])
def test_every_passage_of_the_guide_can_be_cited(guide: Document, language: str) -> None:
    passages = split(guide)
    quotations = cite([Excerpt(one, one.body, one.end) for one in passages], {guide.id: guide}, language)
    assert [one.tag for one in quotations] == list(range(1, len(passages) + 1))
    assert all(f"/{language}/" in one.url for one in quotations)
