"""The words around the quotations: in the person's language, the quotations as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import document

from erasmus_assistant.answer.citing import cite
from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.answer.writing import answered, block, not_in_guide
from erasmus_assistant.guide.chunking import split
from erasmus_assistant.records import Quotation
from erasmus_assistant.search.tokens import LANGUAGES
from erasmus_assistant.texts import texts

TEXT = "Otlas\n\nOtlas finds partners:\n\n• schools,\n• towns.\n\nEPALE\n\nEPALE is for adults. See https://epale.eu\n"
DOCUMENT = document(TEXT)
OTLAS, EPALE = split(DOCUMENT)


def quotations() -> tuple[Quotation, ...]:
    return cite([Excerpt(one, one.body, one.end) for one in (OTLAS, EPALE)], {"doc": DOCUMENT}, "en")


def test_a_list_is_quoted_line_by_line_with_its_number_behind_it() -> None:
    assert block(quotations()[0]) == "> Otlas finds partners:  \n> • schools,  \n> • towns. [1]"


def test_an_answer_in_the_guides_own_language() -> None:
    assert answered(quotations(), "en", sides=False) == [
        "The guide says:",
        "> Otlas finds partners:  \n> • schools,  \n> • towns. [1]",
        "> EPALE is for adults. See https://epale.eu [2]",
    ]


def test_both_sides_stand_under_their_headings() -> None:
    parts = answered(quotations(), "en", sides=True)
    assert parts[1] == "**Otlas**"
    assert parts[3] == "**EPALE**"


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_in_another_language_it_says_which_one_is_quoted(language: str) -> None:
    words = texts(language)
    lead, *rest = answered(quotations(), language, sides=False)
    assert words.language_name("en") in lead
    assert lead != texts("en").get("answer.lead_other_language", language="English")
    assert rest == answered(quotations(), "en", sides=False)[1:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_something_is_near_it_is_unsure_and_names_the_section_and_where_to_turn(language: str) -> None:
    nearest, link = quotations()
    words = texts(language)
    parts = not_in_guide([nearest], f"{link.quote} [{link.tag}]", "", language)
    assert parts[0] == words.get("answer.not_sure")
    assert "Otlas" in parts[1]
    assert parts[2] == block(nearest)
    assert "https://epale.eu [2]" in parts[3]


def test_when_nothing_is_near_it_says_so() -> None:
    words = texts("lv")
    parts = not_in_guide([], "", "", "lv")
    assert parts[:2] == [words.get("answer.not_in_guide"), words.get("answer.nothing_near")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_address_it_names_the_agency_and_the_official_page(language: str) -> None:
    words = texts(language)
    agency = words.get("answer.turn_to_agency").removesuffix(".")
    assert not_in_guide([], "", "", language)[-1] == f"{agency}."
    page = not_in_guide([], "", "https://a.eu/x_y", language)[-1]
    assert page.startswith(agency)
    assert page.endswith(" https://a.eu/x_y")


def test_a_document_without_headings_is_named_by_its_title() -> None:
    passage = replace(OTLAS, heading_path=())
    bare = Quotation(1, passage, "Otlas", passage.start, passage.start + 5, title="The Guide 2026")
    assert "“The Guide 2026”" in not_in_guide([bare], "", "", "en")[1]
