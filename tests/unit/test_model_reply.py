"""Replies taken apart, in whatever pieces they arrive; figures and months in several languages; the budget."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erasmus_assistant.answer.budget import DailyBudget
from erasmus_assistant.answer.figures import figures
from erasmus_assistant.answer.reply import ReplyReader, Sentence
from erasmus_assistant.answer.vocabulary import vocabulary
from erasmus_assistant.search.tokens import LANGUAGES

REPLY = (
    "The tasks are:\n- First, “it informs. And more.” [1]\n- Then <q>tīkls “Erasmus+” palīdz. Ir labi.</q> [2].\n\n"
    'It ends here. [1][3] Next one says "so. And so" [2, 3]. See www.example.eu/page [1].'
)


def read(text: str, sizes: list[int]) -> list[Sentence]:
    reader = ReplyReader()
    found: list[Sentence] = []
    at = 0
    for size in sizes:
        found += reader.feed(text[at : at + size])
        at += size
    return [*found, *reader.feed(text[at:]), *reader.close()]


def test_sentences_with_tags_quotations_and_items() -> None:
    found = read(REPLY, [])
    assert [one.tags for one in found] == [(), (1,), (2,), (1, 3), (2, 3), (1,)]
    assert [one.lead for one in found] == [" ", "\n- ", "\n- ", "\n\n", " ", " "]
    assert [part.text for part in found[2].parts if part.quoted] == ["tīkls “Erasmus+” palīdz. Ir labi."]
    assert [part.text for part in found[4].parts if part.quoted] == ["so. And so"]


@given(st.lists(st.integers(1, 12), max_size=40))
def test_pieces_make_no_difference(sizes: list[int]) -> None:
    assert read(REPLY, sizes) == read(REPLY, [])


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='aB1 .!?\n"“”„«»<q>/[]{}L…-*>', max_size=200), st.lists(st.integers(1, 9), max_size=30))
def test_nothing_breaks_the_reader(text: str, sizes: list[int]) -> None:
    for sentence in read(text, sizes):
        assert sentence.text


def values(text: str, language: str) -> list[tuple[str, float]]:
    return [(figure.kind, figure.value) for figure in figures(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "EUR 60,000 by 31 May 2021", [60000, 31, 5, 2021]),
        ("de", "60.000 Euro bis zum 31.05.2021", [60000, 5, 31, 2021]),
        ("lv", "līdz 2021. gada 11. maijam, 60 000 eiro", [2021, 11, 5, 60000]),
        ("lv", "astoņiem aspektiem, pieci līdz piecpadsmit", [8, 5, 15]),
        ("en", "twenty-eight languages", [28]),
        ("de", "achtundzwanzig Sprachen", [28]),
        ("it", "ventotto lingue", [28]),
        ("fr", "vingt-huit langues", [28]),
        ("ro", "douăzeci și opt de limbi", [28]),
        ("et", "kakskümmend kaheksa keelt", [28]),
        ("en", "you may apply at any time", []),
        ("en", "the note[1] and 1) the first item, see https://example.eu/2021", []),
        ("pl", "jesienią 2020", [3, 2020]),
    ],
)
def test_figures(language: str, text: str, expected: list[float]) -> None:
    assert sorted(value for _, value in values(text, language)) == sorted(expected)


def test_units_belong_to_the_figure() -> None:
    assert [figure.unit for figure in figures("20 % and 30 euro and 40", "en")] == ["%", "eur", ""]


def test_every_language_has_its_words() -> None:
    for language in LANGUAGES:
        words = vocabulary(language)
        months = {*words.months.whole.values(), *words.months.beginnings.values(), *words.months.unsure.values()}
        assert months == set(range(1, 13)), language
        assert (
            len({*words.seasons.whole.values(), *words.seasons.beginnings.values(), *words.seasons.unsure.values()})
            == 4
        )


@pytest.mark.parametrize(
    ("language", "text", "denies"),
    [
        ("en", "They don't help.", True),
        ("en", "They not only help.", False),
        ("lv", "Aģentūras nesniedz atbalstu.", True),
        ("lv", "Tas ir nepieciešams.", False),
        ("lv", "Tas ir ne tikai labs.", False),
        ("fr", "Ce n’est vrai qu’ici.", True),
        ("de", "Es gibt keine Frist.", True),
    ],
)
def test_denials(language: str, text: str, denies: bool) -> None:
    assert bool(list(vocabulary(language).denials(text, prefixed=True))) is denies


def test_the_budget_holds_and_is_new_each_day() -> None:
    days = [date(2026, 1, 1)]
    budget = DailyBudget(100, lambda: days[-1])
    assert budget.take(80)
    assert not budget.take(30)
    budget.settle(80, 20)
    assert budget.used == 20
    assert budget.take(80)
    days.append(date(2026, 1, 2))
    assert budget.used == 0
    assert DailyBudget(0).take(10**9)
