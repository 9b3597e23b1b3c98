"""A question is taken apart at stops and connectives, and never loses a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.search.clauses import clauses
from erasmus_assistant.search.tokens import LANGUAGES, words


@pytest.mark.parametrize(
    ("text", "language", "pieces"),
    [
        ("What is EPALE?", "en", ("What is EPALE?",)),
        ("What is EPALE and who can use it?", "en", ("What is EPALE", "and who can use it?")),
        ("Who pays, and for whom exactly?", "en", ("Who pays, and for whom exactly?",)),
        ("Kas to maksā, kurš to saņem un kam tas ir?", "lv", ("Kas to maksā,", "kurš to saņem", "un kam tas ir?")),
        ("Hello there! My son is twelve. Can he join?", "en", ("Hello there! My son is twelve.", "Can he join?")),
        ("", "en", ("",)),
    ],
)
def test_where_a_question_is_taken_apart(text: str, language: str, pieces: tuple[str, ...]) -> None:
    assert clauses(text, language) == pieces


def test_of_a_long_story_the_last_clauses_count() -> None:
    story = ", ".join(f"this is part {number}" for number in range(20))
    assert clauses(story, "en")[-1] == "this is part 19"
    assert len(clauses(story, "en")) == 8


@given(st.text(alphabet="ab ,.un?!\n", max_size=60), st.sampled_from(LANGUAGES))
def test_no_word_is_lost_or_doubled(text: str, language: str) -> None:
    assert [word for piece in clauses(text, language) for word in words(piece)] == words(text)
