"""What a person typed becomes the question that is asked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.answer.cleaning import LONGEST_QUESTION, clean
from erasmus_assistant.errors import BadQuestion


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "?!...", "\u200b\u200e", "🙂"])
def test_nothing_to_ask_asks_for_a_question(empty: str) -> None:
    with pytest.raises(BadQuestion, match="type a question"):
        clean(empty)


@pytest.mark.parametrize("marks", ["?!...", "🙂"])
def test_marks_may_be_asked_where_they_get_an_answer(marks: str) -> None:
    assert clean(marks, wordless=True) == marks


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "\u200b\u200e"])
def test_an_empty_question_is_none_anywhere(empty: str) -> None:
    with pytest.raises(BadQuestion, match="type a question"):
        clean(empty, wordless=True)


@pytest.mark.parametrize("wrong", [None, 3, ["a"], {"a": 1}, b"text"])
def test_what_is_not_text_is_refused(wrong: object) -> None:
    with pytest.raises(BadQuestion, match=type(wrong).__name__):
        clean(wrong)


def test_the_longest_question_passes_and_one_more_character_does_not() -> None:
    assert len(clean("a" * LONGEST_QUESTION)) == LONGEST_QUESTION
    with pytest.raises(BadQuestion, match="2001 characters, 2000 are allowed"):
        clean("a" * (LONGEST_QUESTION + 1))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("kas\x00 ir\x1b SALTO", "kas ir SALTO"),
        ("a\ud800b", "ab"),
        ("\u202ekas ir\u202c Otlas", "kas ir Otlas"),
        ("zero\u200bwidth", "zerowidth"),
        ("line\r\nbreak\u00a0space", "line break space"),
        (unicodedata.normalize("NFD", "ģeogrāfiskā"), "ģeogrāfiskā"),
    ],
)
def test_what_only_hides_is_dropped(typed: str, asked: str) -> None:
    assert clean(typed) == asked


def test_a_tower_of_combining_marks_is_cut() -> None:
    assert len(clean("a" + "\u0301" * 1500 + "b")) < 10


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = clean(text)
    except BadQuestion:
        return
    assert clean(once) == once
