"""The texts of all languages are complete, alike in shape, and in their own language."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from erasmus_assistant.search.tokens import LANGUAGES, fold, words
from erasmus_assistant.texts import Texts, languages, texts

OTHERS = [language for language in LANGUAGES if language != "en"]
# Words that no other official language writes so.
ENGLISH = {"the", "your", "this", "please", "with", "which", "answers", "you", "their", "something"}
# The same in English: a bare placeholder, and words that these languages share with it.
SHARED = {
    ("answer.about", "*"),
    ("web.send", "da"),
    ("web.sources_title", "fr"),
    ("web.assistant", "fr"),
    ("web.stop", "ga"),
}
INTENTS = ("where", "how_many", "who", "list", "compare", "follow_up", "edition", "define", "machine")


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def prose(held: Texts) -> dict[str, str]:
    return {key: text for key, text in held.entries.items() if key.startswith(("answer.", "web."))}


def test_there_is_one_file_for_each_official_language() -> None:
    assert languages() == tuple(sorted(LANGUAGES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_placeholders_and_order_are_those_of_english(language: str) -> None:
    english, own = texts("en").entries, texts(language).entries
    assert list(own) == list(english)
    assert {key: placeholders(text) for key, text in own.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_untidy(language: str) -> None:
    for key, text in texts(language).entries.items():
        assert text, key
        assert text == text.strip(), key
        assert "  " not in text, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_at_the_end_are_those_of_english(language: str) -> None:
    english = prose(texts("en"))
    for key, text in prose(texts(language)).items():
        colon, ellipsis = english[key].endswith(":"), english[key].endswith("…")
        assert (text.endswith(":"), text.endswith("…")) == (colon, ellipsis), key


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    english = prose(texts("en"))
    for key, text in prose(texts(language)).items():
        if not {(key, language), (key, "*")} & SHARED:
            assert text != english[key], key
        assert not ENGLISH & set(words(re.sub(r"\{\w+\}", "", text))), key


@pytest.mark.parametrize(("language", "script"), [("bg", "[а-я]"), ("el", "[α-ω]")])
def test_texts_are_in_the_script_of_their_language(language: str, script: str) -> None:
    for key, text in prose(texts(language)).items():
        if key != "answer.about":
            assert re.search(script, fold(text)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_names_all_languages_apart(language: str) -> None:
    names = texts(language).section("languages")
    assert tuple(names) == LANGUAGES
    assert len(set(names.values())) == len(LANGUAGES)


def test_a_text_is_filled_with_its_values_as_they_are() -> None:
    assert texts("en").get("answer.about", heading="{SALTO} & co") == "{SALTO} & co:"
    assert texts("en").get("web.characters_left", count=7) == "Characters left: 7"
    assert texts("lv").language_name("en") == "angļu"


def test_mistakes_raise() -> None:
    with pytest.raises(KeyError, match=r"answer\.nothing"):
        texts("en").get("answer.nothing")
    with pytest.raises(KeyError, match="heading"):
        texts("en").get("answer.about")
    with pytest.raises(KeyError, match="'xx'"):
        texts("xx")
    with pytest.raises(KeyError, match="'nowhere'"):
        texts("en").section("nowhere")


def test_the_cues_of_intents_are_complete_and_well_formed() -> None:
    text = (files("erasmus_assistant") / "search" / "intents.toml").read_text(encoding="utf-8")
    cues = tomllib.loads(text)
    assert tuple(cues) == LANGUAGES
    for language, held in cues.items():
        assert tuple(held) == INTENTS, language
        for intent, phrases in held.items():
            assert len(phrases) >= 6, (language, intent)
            assert len(set(phrases)) == len(phrases), (language, intent)
            for phrase in phrases:
                assert phrase == phrase.lower().strip(), (language, phrase)
                assert words(phrase), (language, phrase)
                assert "*" not in phrase[:-1], (language, phrase)
