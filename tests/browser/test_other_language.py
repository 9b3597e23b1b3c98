"""A person whose language is not the guide's: key words, a machine's translation, and a page where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import PHONE, Open, Watched, served
from web_app import make_app

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import texts

pytestmark = pytest.mark.browser
QUESTION = "In how many languages is the European Youth Portal available?"


def test_key_words_stand_below_the_quotations(open_page: Open) -> None:
    answer = open_page(size=PHONE).ask(QUESTION)
    assert answer.locator("blockquote").first.get_attribute("lang") == "lv"
    line = answer.locator(".gloss")
    assert "– language" in line.inner_text()
    assert line.locator("span").first.get_attribute("lang") == "lv"
    assert line.bounding_box()["y"] > answer.locator("blockquote").last.bounding_box()["y"]


def test_in_the_guides_language_there_are_none(open_page: Open) -> None:
    answer = open_page(language="lv-LV").ask("Cik valodās ir pieejams Eiropas Jaunatnes portāls?")
    assert answer.locator(".gloss").count() == 0


@pytest.fixture
def translating(assistant: Assistant, settings: Settings) -> Callable[[str], Any]:
    """The application over a language model that writes the given text, whatever it is asked."""
    pytest.importorskip("langchain_openai")
    sys.path.append(str(Path(__file__).parents[2] / "benchmark" / "models"))
    from scripted import ScriptedServer

    from erasmus_assistant.answer.model import load_answerer

    def start(reply: str) -> Any:
        server = ScriptedServer({"m": lambda _, message: reply}).__enter__()
        held = settings.model_copy(update={"model": "openai:m", "model_url": server.url})
        return served(make_app(held, Assistant(assistant.retriever, load_answerer(held))))

    return start


@pytest.mark.parametrize(("reply", "shown"), [("It is in 28 languages.", 1), ("It is in 82 languages.", 0)])
def test_a_translation_stands_in_the_source_panel_marked_as_one(
    browser: Any, translating: Callable[[str], Any], reply: str, shown: int
) -> None:
    with translating(reply) as address:
        page = browser.new_context(locale="en-GB").new_page()
        page.goto(address)
        page.wait_for_selector("#question textarea")
        answer = Watched(page, address).ask(QUESTION)
        with page.expect_response(lambda one: "/translation" in one.url):
            answer.locator("a.cite").first.click()
        page.wait_for_timeout(200)
        box = page.locator("#source .translation")
        assert box.count() == shown
        if shown:
            assert box.locator("p").all_inner_texts() == [reply, texts("en").get("answer.translation_note")]
            assert box.get_attribute("lang") == "en"
        page.context.close()


def test_who_goes_astray_finds_back(open_page: Open, axe: str) -> None:
    one = open_page("/nowhere", language="el-GR", dark=True)
    assert one.page.locator("h1").inner_text() == texts("el").get("web.page_not_found")
    one.page.evaluate(axe)
    assert one.page.evaluate("axe.run().then((found) => found.violations.map((one) => one.id))") == []
    one.page.click("a.back")
    one.page.wait_for_selector("#question textarea")
