"""The list of sources tells them apart; an address is short to read and whole to follow."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.records import Passage, Quotation
from erasmus_assistant.texts import texts
from erasmus_assistant.web.addresses import LONGEST, linked, shortened
from erasmus_assistant.web.references import FEWEST, MOST, beginning, sources_html

PAGE = "https://erasmus-plus.ec.europa.eu/programme-guide/part-a/priorities-of-the-erasmus-programme/implements"


def quotation(tag: int, quote: str, path: tuple[str, ...] = ("Agencies",)) -> Quotation:
    return Quotation(tag, Passage(f"doc.{tag}", "doc", 0, len(quote), quote, path, "lv"), quote, 0, len(quote))


def listed(*quotations: Quotation) -> str:
    return sources_html({one.tag: [one] for one in quotations}, texts("en"), texts("en"))


def test_sources_of_one_section_stand_below_its_name_with_their_first_words() -> None:
    html = listed(
        quotation(1, "The National Agencies select the projects."),
        quotation(2, "The Commission runs it all.", ("Commission",)),
        quotation(3, "• Each country names one agency."),
    )
    assert re.findall(r'<span class="place" lang="lv">(.*?)</span>', html) == ["Agencies", "Commission"]
    shown = re.findall(r'<span class="begins" lang="lv">(.*?)</span>', html)
    assert shown == ["The National Agencies select…", "Each country names one…"]
    assert re.findall(r'class="cite"[^>]*>(\d)<', html) == ["1", "3", "2"]
    assert re.search(r'<li class="several">.*?<ul><li>.*?</li><li>.*?</li></ul></li>', html)


def test_many_sections_of_one_chapter_stand_below_its_name_with_their_headings() -> None:
    html = listed(
        *(quotation(tag, f"On {name}.", ("Guide", "Platforms", name)) for tag, name in enumerate("ABC", 1)),
        quotation(4, "More on C, in other words.", ("Guide", "Platforms", "C")),
        quotation(5, "Elsewhere.", ("Guide", "Networks", "D")),
    )
    places = re.findall(r'<span class="place" lang="lv">(.*?)</span>', html)
    assert places == ["Guide › Platforms", "A", "B", "C", "C", "Guide › Networks › D"]
    assert re.findall(r'<span class="begins" lang="lv">(.*?)</span>', html) == ["On C", "More on C, in…"]


def test_one_source_of_a_section_needs_no_more_than_its_heading() -> None:
    assert "begins" not in listed(quotation(1, "One."), quotation(2, "Two.", ("Other",)))


def test_two_quotations_of_one_passage_are_one_source() -> None:
    one = quotation(1, "One.")
    html = sources_html({1: [one, replace(one, start=5, end=9)]}, texts("en"), texts("en"))
    assert html.count("<li>") == 1
    assert "begins" not in html


@pytest.mark.parametrize(
    ("quote", "others", "shown"),
    [
        ("a b c d e f", ["x y z"], "a b c d…"),
        ("a b c d e f", ["a b c d x"], "a b c d e…"),
        ("a b", ["x"], "a b"),
        ("a b c d, e", ["x"], "a b c d…"),
        ("– a b.", ["x"], "a b"),
        (" ".join("abcdefghijklmnop"), [" ".join("abcdefghijklmnox")], "a b c d e f g h i j k l…"),
    ],
)
def test_as_many_words_as_tell_it_apart(quote: str, others: list[str], shown: str) -> None:
    assert beginning(quote, others) == shown


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
def test_a_beginning_is_short(quote: str, others: list[str]) -> None:
    assert len(beginning(quote, others).split()) <= MOST
    assert FEWEST < MOST


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (PAGE, "erasmus-plus.ec.europa.eu/…/implements"),
        ("https://ec.europa.eu/contact_lv", "ec.europa.eu/contact_lv"),
        ("https://ec.europa.eu/programmes/erasmus-plus/contact_lv#a?b=1", "ec.europa.eu/…/contact_lv"),
        ("http://www.otlas.eu/", "otlas.eu"),
        ("www.otlas.eu", "otlas.eu"),
        (f"https://a.eu/{'x' * 60}", f"a.eu/{'x' * (LONGEST - 1)}…"),
        ("https://[", "https://["),
    ],
)
def test_an_address_is_shown_by_its_host_and_the_end_of_its_path(url: str, shown: str) -> None:
    assert shortened(url) == shown


def test_a_short_address_leads_to_the_whole_one_and_keeps_it() -> None:
    html = linked(f"See {PAGE}.", short=True)
    assert f'href="{PAGE}" title="{PAGE}"' in html
    assert html.endswith("</a>.")
    assert "<wbr>/…/implements" in html


def test_an_address_in_a_quotation_is_whole() -> None:
    assert f">{PAGE}</a>" in linked(PAGE)


@given(st.text(max_size=200))
def test_what_is_no_address_keeps_its_letters(text: str) -> None:
    shown = unescape(re.sub(r"<[^<>]*>", "", linked(text)))
    assert [char for char in shown if char.isalnum()] == [char for char in text if char.isalnum()]
