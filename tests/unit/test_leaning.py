"""Sentences that speak of what the one before them named."""

from __future__ import annotations

import tomllib

import pytest

from erasmus_assistant.answer.leaning import FILE, leans_back
from erasmus_assistant.search.tokens import LANGUAGES


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Tā sniedz informāciju 28 valodās.", "lv"),
        ("They are chosen by the country.", "en"),
        ("In addition, three offices advise.", "en"),
        ("„Diese Stellen“ gibt es in jedem Land.", "de"),
        ("Il s'adresse aux enseignants.", "fr"),
        ("C'est un réseau.", "fr"),
    ],
)
def test_a_pronoun_leans_on_the_sentence_before(sentence: str, language: str) -> None:
    assert leans_back(sentence, language)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Ta pieder pie igauņu vārdiem.", "lv"),
        ("Italy has two agencies.", "en"),
        ("Thesis grants are listed here.", "en"),
        ("Diesel wird nicht bezahlt.", "de"),
        ("28 valodas.", "lv"),
        ("", "en"),
        ("They are chosen.", "xx"),
    ],
)
def test_other_words_do_not(sentence: str, language: str) -> None:
    assert not leans_back(sentence, language)


def test_every_language_has_words_and_none_twice() -> None:
    held = tomllib.loads(FILE.read_text("utf-8"))
    assert set(held) == set(LANGUAGES)
    assert all(len(words) >= 10 and len(set(words)) == len(words) for words in held.values())
