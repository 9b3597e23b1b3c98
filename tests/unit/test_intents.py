"""What kind of thing a question asks for, in each language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.search.intents import INTENTS, intents_of, opens_with
from erasmus_assistant.search.tokens import LANGUAGES


@pytest.mark.parametrize(
    ("question", "language", "intent"),
    [
        ("Kur var reģistrēties?", "lv", "where"),
        ("Cik valodās tas ir pieejams?", "lv", "how_many"),
        ("Kas atbild par budžetu?", "lv", "who"),
        ("Kādi ir valstu aģentūru uzdevumi?", "lv", "list"),
        ("Ar ko atšķiras Otlas un EPALE?", "lv", "compare"),
        ("How many languages?", "en", "how_many"),
        ("Who runs it?", "en", "who"),
        ("Wo finde ich Partner?", "de", "where"),
        ("Combien de langues ?", "fr", "how_many"),
        ("Mikä on EPALE?", "fi", "define"),
        ("Koliko jezika?", "hr", "how_many"),
        ("Πού μπορώ να εγγραφώ;", "el", "where"),
        ("Къде мога да се регистрирам?", "bg", "where"),
    ],
)
def test_cues_are_found(question: str, language: str, intent: str) -> None:
    assert intent in intents_of(question, language)


def test_diacritics_and_case_may_be_missing() -> None:
    assert intents_of("KUR VAR REGISTRETIES", "lv") == intents_of("Kur var reģistrēties?", "lv")


def test_a_cue_inside_a_word_is_none() -> None:
    assert intents_of("nowhere", "en") == frozenset()


def test_a_cue_in_another_language_is_none() -> None:
    assert "where" not in intents_of("Where is it?", "et")
    assert intents_of("Where is it?", "xx") == frozenset()


def test_a_follow_up_opens_the_question_or_not() -> None:
    assert opens_with("Un kur tur var reģistrēties?", "lv", "follow_up")
    assert not opens_with("Kur var reģistrēties un strādāt?", "lv", "follow_up")
    assert not opens_with("Un kur?", "lv", "define")


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(max_size=80))
def test_any_text_has_known_intents(language: str, text: str) -> None:
    assert intents_of(text, language) <= set(INTENTS)
