"""Questions in languages that are none of the 24 are known; those in the 24 never are."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.search.foreign import FILE, is_foreign
from erasmus_assistant.search.glossary import PATH
from erasmus_assistant.search.tokens import LANGUAGES, words
from erasmus_assistant.texts import texts

ROOT = Path(__file__).parents[2]
NAMES = frozenset({"erasmus", "epale", "etwinning"})


@pytest.mark.parametrize(
    "text",
    [
        "Что такое EPALE?",
        "Как подать заявку на грант?",
        "Чи може наша школа взяти участь?",
        "Хто кіруе бюджэтам праграмы?",
        "Шта је eTwinning?",
        "EPALE nedir?",
        "Hibe için nereye basvurabilirim?",
        "Hvar finn ég samstarfsaðila?",
        "Ku mund të gjej partnerë?",
        "რა არის ერაზმუსი?",
    ],
)
def test_other_languages_are_known(text: str) -> None:
    assert is_foreign(text, NAMES)


@pytest.mark.parametrize("text", ["", "?", "EPALE", "Can a school in Diyarbakır or Kırklareli be our partner?", "28"])
def test_names_and_marks_are_of_no_language(text: str) -> None:
    assert not is_foreign(text, NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_the_24_are_never_foreign(language: str) -> None:
    held = [text for key, text in texts(language).entries.items() if not key.startswith("languages.")]
    assert [text for text in held if is_foreign(text)] == []


def test_questions_in_the_24_are_never_foreign() -> None:
    files = [*(ROOT / "benchmark" / "questions").glob("*.jsonl"), *(ROOT / "training").glob("*/*.jsonl")]
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    asked = [row["question"] for row in rows if row.get("question")]
    assert len(asked) > 5000
    assert [text for text in asked if is_foreign(text)] == []


def test_no_word_of_the_glossary_is_in_the_lists() -> None:
    cells = gzip.decompress(PATH.read_bytes()).decode("utf-8").splitlines()[1:]
    known = {word for line in cells for word in words(line)}
    listed = {word for line in tomllib.loads(FILE.read_text("utf-8")).values() for word in line.split()}
    assert sorted(known & listed) == []


@given(st.text(max_size=80))
def test_any_text_is_judged(text: str) -> None:
    assert is_foreign(text) in (True, False)
