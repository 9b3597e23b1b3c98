"""The chat as a person uses it, on a desktop and on a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import DESKTOP, PHONE, Open, Watched
from web_app import Kept, make_app, served

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.answer.extractive import Draft, ExtractiveAnswerer
from erasmus_assistant.records import Retrieved
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import texts

pytestmark = pytest.mark.browser

TASKS = "Kādi ir valstu aģentūru uzdevumi?"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
Shoot = Callable[[Any, str], None]


def name_of(size: dict[str, int]) -> str:
    return "desktop" if size == DESKTOP else "phone"


@SIZES
def test_a_question_gets_a_cited_answer_that_opens_in_its_place(
    open_page: Open, size: dict[str, int], shoot: Shoot
) -> None:
    one = open_page(size=size, language="lv-LV")
    shoot(one.page, f"{name_of(size)}-start")
    answer = one.ask(TASKS)
    shoot(one.page, f"{name_of(size)}-answer")
    quoted = answer.locator("blockquote .words").first.inner_text()
    answer.locator("a.cite").first.click()
    panel = one.page.locator("#source")
    panel.locator("mark").first.wait_for()
    shoot(one.page, f"{name_of(size)}-source")
    marked = " ".join(panel.locator("mark").all_inner_texts())
    assert letters(quoted) == letters(marked)
    assert panel.locator("mark").first.is_visible()
    assert panel.locator(".crumbs li").count() >= 2
    assert "%C4%" in panel.locator("a.outlined").first.get_attribute("href")
    assert one.page.evaluate("document.activeElement.closest('#source') !== null")
    one.page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert one.page.evaluate("document.activeElement.className") == "cite"
    assert one.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert one.errors == []


def letters(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@SIZES
def test_the_conversation_survives_a_reload_and_a_change_of_language(open_page: Open, size: dict[str, int]) -> None:
    one = open_page(size=size, language="lv-LV")
    one.ask(TASKS)
    one.page.reload()
    one.answer(0)
    assert one.page.locator("html").get_attribute("lang") == "lv"
    one.page.select_option("#language", "de")
    one.page.wait_for_url("**language=de*")
    answer = one.answer(0)
    assert answer.locator(".sources .label").inner_text() == "Avoti"
    assert answer.locator(".actions button").first.inner_text() == texts("de").get("web.copy")
    assert answer.locator(".cite").first.get_attribute("aria-label") == "Quelle 1 öffnen"
    assert one.page.locator(".next .label").inner_text() == texts("de").get("web.follow_ups_title")
    offered = one.page.locator(".next button.ask").all_inner_texts()
    assert offered == one.page.locator("#start button.ask").all_text_contents() != []
    assert {label.get_attribute("lang") for label in answer.locator(".confidence, .label, .official").all()} == {"lv"}
    assert answer.locator("blockquote").first.get_attribute("lang") == "lv"
    assert one.page.locator("html").get_attribute("lang") == "de"
    assert one.page.get_by_role("button", name="Senden").is_visible()
    one.page.goto(one.page.url.split("?")[0])
    assert one.page.locator("html").get_attribute("lang") == "de"
    assert one.errors == []


@SIZES
def test_feedback_goes_with_the_answer(open_page: Open, size: dict[str, int], kept: Kept, shoot: Shoot) -> None:
    one = open_page(size=size)
    answer = one.ask("What is eTwinning?")
    identity = answer.get_attribute("id").removeprefix("answer-")
    assert identity == kept.answers[-1].id
    answer.get_by_role("button", name="Not helpful").click()
    answer.get_by_label("The answer is incomplete").check()
    answer.get_by_label("Comment (optional)").fill("Which countries?")
    shoot(one.page, f"{name_of(size)}-feedback")
    answer.get_by_role("button", name="Send feedback").click()
    answer.get_by_text("Thank you").wait_for()
    said = kept.said[-1]
    assert (said.answer, said.helpful, said.comment) == (identity, False, "Which countries?")
    assert [reason.value for reason in said.reasons] == ["incomplete"]
    one.page.reload()
    answer = one.answer(0)
    assert answer.get_by_role("img", name="Not helpful").is_visible()
    assert answer.get_by_text("Thank you").is_visible()
    assert answer.get_by_role("button", name="Helpful").count() == 0
    one.page.locator("#new").click()
    assert one.page.evaluate("localStorage.getItem('erasmus-feedback')") is None


@pytest.mark.parametrize("way", ["button", "key", "thumb"])
def test_feedback_is_given_up_and_the_focus_is_back_at_the_thumb(open_page: Open, kept: Kept, way: str) -> None:
    one = open_page(size=PHONE, language="fr-FR")
    answer = one.ask("Qu’est-ce qu’eTwinning ?")
    before, thumb = len(kept.said), answer.locator(".down")
    where = "e => [e.offsetLeft, e.offsetTop - e.closest('.actions').offsetTop]"
    stood = thumb.evaluate(where)
    thumb.click()
    assert thumb.evaluate(where) == pytest.approx(stood, abs=4)
    answer.locator("form textarea").fill("Trop long")
    if way == "key":
        answer.locator("form textarea").press("Escape")
    elif way == "button":
        answer.get_by_role("button", name=texts("fr").get("web.cancel")).click()
    else:
        thumb.click()
    assert answer.locator("form").count() == 0
    assert thumb.evaluate("e => document.activeElement === e")
    assert thumb.get_attribute("aria-expanded") == "false"
    assert len(kept.said) == before
    thumb.click()
    assert answer.locator("form textarea").input_value() == ""


def test_sources_of_one_section_are_listed_below_its_name_and_exported_with_it(open_page: Open, tmp_path: Path) -> None:
    one = open_page(size=PHONE, language="lv-LV", permissions=["clipboard-read", "clipboard-write"])
    answer = one.ask("Kas ir SELFIE?")
    rows = answer.locator(".sources .several li")
    assert rows.count() >= 2
    assert len(set(rows.locator(".begins").all_inner_texts())) == rows.count()
    place = answer.locator(".several .place").first.inner_text()
    answer.get_by_role("button", name="Kopēt", exact=True).click()
    one.page.locator("#announcer", has_text="Nokopēts").wait_for(state="attached")
    with one.page.expect_download() as download:
        one.page.locator("#export").click()
    download.value.save_as(tmp_path / "out.md")
    for text in (one.page.evaluate("navigator.clipboard.readText()"), (tmp_path / "out.md").read_text("utf-8")):
        for row in rows.all():
            number = row.locator(".cite").inner_text()
            assert re.search(rf"^\[{number}\] {re.escape(place)} <?https://erasmus-plus", text, re.MULTILINE)


def test_follow_ups_and_examples_are_asked_by_a_press(open_page: Open) -> None:
    one = open_page()
    one.page.locator("#start button.ask").first.click()
    first = one.answer(0)
    assert first.is_visible()
    one.page.locator(".next button.ask").first.click()
    one.answer(1)
    one.page.locator(".next").first.wait_for()
    assert one.page.locator(".next").count() == 1


def test_a_question_can_be_edited_and_asked_again(open_page: Open) -> None:
    one = open_page()
    one.ask("What is eTwinning?")
    one.ask("What is EPALE?")
    one.page.get_by_role("button", name="Edit").first.click()
    assert one.page.input_value("#question textarea") == "What is eTwinning?"
    one.page.fill("#question textarea", "What is SELFIE?")
    one.page.press("#question textarea", "Enter")
    one.page.locator(".asked", has_text="SELFIE").wait_for()
    one.answer(0)
    assert one.page.locator(".asked").all_inner_texts() == ["What is SELFIE?"]
    one.page.get_by_role("button", name="Ask again").click()
    one.page.wait_for_timeout(1500)
    assert one.page.locator(".asked").all_inner_texts() == ["What is SELFIE?"]


@pytest.mark.parametrize("way", ["button", "key"])
def test_editing_is_given_up_and_what_was_typed_comes_back(open_page: Open, way: str) -> None:
    one = open_page(size=PHONE)
    one.ask("What is eTwinning?")
    one.page.fill("#question textarea", "half a thought")
    one.page.get_by_role("button", name="Edit").first.click()
    assert one.page.locator("#editing").is_visible()
    one.page.fill("#question textarea", "")
    assert one.page.locator("#editing").is_visible()
    if way == "key":
        one.page.press("#question textarea", "Escape")
    else:
        one.page.get_by_role("button", name="Cancel").click()
    assert one.page.locator("#editing").is_hidden()
    assert one.page.input_value("#question textarea") == "half a thought"
    one.ask("What is EPALE?")
    assert one.page.locator(".asked").all_inner_texts() == ["What is eTwinning?", "What is EPALE?"]


def test_a_greeting_is_answered_with_what_can_be_asked(open_page: Open) -> None:
    one = open_page(language="lv-LV")
    for said, language in (("Sveiki!", "lv"), ("Danke!", "de"), ("?", "lv"), ("Привіт! Що таке EPALE?", "lv")):
        one.page.fill("#question textarea", said)
        number = one.page.locator(".answer.done").count()
        one.page.press("#question textarea", "Enter")
        assert one.answer(number).get_attribute("lang") == language
        offered = one.page.locator(".next.first")
        assert offered.locator(".label").inner_text() == texts(language).get("web.examples_title")
        assert offered.locator("ul").get_attribute("lang") == language
    one.page.locator(".next button.ask").first.click()
    assert one.answer(4).get_attribute("class") == "answer done answered"


def test_a_refusal_is_exported_with_its_source(open_page: Open, tmp_path: Path) -> None:
    one = open_page(language="lv-LV")
    one.ask("Kā pagatavot rupjmaizes kārtojumu?")
    assert one.page.locator(".answer.not_in_guide .sources li").count() >= 1
    with one.page.expect_download() as download:
        one.page.locator("#export").click()
    download.value.save_as(tmp_path / "out.md")
    text = (tmp_path / "out.md").read_text("utf-8")
    assert "<https://ec.europa.eu/programmes/erasmus-plus/contact_lv>" in text
    assert "\\_" not in text
    assert re.search(r"^\[1\] .* <https://erasmus-plus", text, re.MULTILINE)


class Patient(ExtractiveAnswerer):
    """Takes its time over every answer."""

    def answer(self, retriever: Retriever, retrieved: Retrieved, threshold: float) -> Draft:
        time.sleep(1.5)
        return super().answer(retriever, retrieved, threshold)


@pytest.fixture
def slow_page(browser: Any, settings: Settings, assistant: Assistant) -> Iterator[Watched]:
    """The chat of an assistant that thinks for a second and a half."""
    slow = Assistant(assistant.retriever, Patient())
    with served(make_app(settings, slow, Kept())) as address, browser.new_context(locale="en-GB") as context:
        one = Watched(context.new_page(), address)
        one.page.goto(address)
        one.page.wait_for_selector("#question textarea")
        yield one
        assert one.errors == []


def typed(one: Watched) -> str:
    return str(one.page.input_value("#question textarea"))


def send(one: Watched, question: str) -> None:
    one.page.fill("#question textarea", question)
    one.page.press("#question textarea", "Enter")


def test_a_question_sent_too_early_waits_for_the_answer_before_it(slow_page: Watched) -> None:
    for question in ("What is eTwinning?", "What is EPALE?"):
        send(slow_page, question)
    assert typed(slow_page) == "What is EPALE?"
    slow_page.answer(1)
    assert slow_page.page.locator(".asked").all_inner_texts() == ["What is eTwinning?", "What is EPALE?"]
    assert typed(slow_page) == ""


def test_what_is_typed_meanwhile_stays(slow_page: Watched) -> None:
    send(slow_page, "What is eTwinning?")
    slow_page.page.fill("#question textarea", "And who")
    slow_page.answer(0)
    slow_page.page.wait_for_timeout(800)
    assert typed(slow_page) == "And who"


def test_an_answer_is_stopped_and_its_question_comes_back(slow_page: Watched) -> None:
    send(slow_page, "What is eTwinning?")
    slow_page.page.get_by_role("button", name="Stop").click()
    slow_page.page.locator("#stop").wait_for(state="hidden")
    assert typed(slow_page) == "What is eTwinning?"
    slow_page.page.wait_for_timeout(2500)
    assert slow_page.page.locator(".answer").count() == 0
    slow_page.page.press("#question textarea", "Enter")
    slow_page.answer(0)


def test_the_conversation_is_exported_and_cleared(open_page: Open, tmp_path: Path) -> None:
    one = open_page(language="lv-LV")
    one.ask(TASKS)
    with one.page.expect_download() as download:
        one.page.locator("#export").click()
    download.value.save_as(tmp_path / "out.md")
    text = (tmp_path / "out.md").read_text("utf-8")
    assert f"## {TASKS}" in text
    assert re.search(r"^> .* \[1\]$", text, re.MULTILINE)
    assert re.search(r"^\[1\] .* <https://erasmus-plus", text, re.MULTILINE)
    one.page.locator("#new").click()
    one.page.locator("#start").wait_for()
    one.page.locator(".answer").wait_for(state="detached")
    one.page.reload()
    one.page.wait_for_selector("#question textarea")
    one.page.wait_for_timeout(800)
    assert one.page.locator(".answer").count() == 0


def test_a_link_opens_a_question(open_page: Open) -> None:
    one = open_page("/?q=What+is+eTwinning%3F")
    one.answer(0)
    assert one.page.locator(".asked").inner_text() == "What is eTwinning?"
    assert "q=" not in one.page.url


def test_copying_gives_the_quotation_with_its_reference(open_page: Open) -> None:
    one = open_page(language="lv-LV", permissions=["clipboard-read", "clipboard-write"])
    answer = one.ask(TASKS)
    answer.locator("a.cite").first.click()
    one.page.locator("#source .filled").click()
    one.page.locator("#announcer", has_text="Nokopēts").wait_for(state="attached")
    copied = one.page.evaluate("navigator.clipboard.readText()")
    assert "Valstu aģentūru uzdevumi" in copied
    assert "https://erasmus-plus.ec.europa.eu/" in copied
    assert "2021" in copied


def test_nothing_is_sent_offline_empty_or_too_long(open_page: Open) -> None:
    one = open_page()
    one.page.context.set_offline(True)
    one.page.locator("#status", has_text="offline").wait_for()
    one.page.fill("#question textarea", "What is EPALE?")
    one.page.press("#question textarea", "Enter")
    assert one.page.input_value("#question textarea") == "What is EPALE?"
    one.page.context.set_offline(False)
    one.page.locator("#status").wait_for(state="hidden")
    one.page.press("#question textarea", "Enter")
    one.answer(0)
    one.page.fill("#question textarea", "   ")
    one.page.press("#question textarea", "Enter")
    one.page.fill("#question textarea", "x" * 1900)
    one.page.locator("#counter", has_text="100").wait_for()
    one.page.fill("#question textarea", "x" * 2001)
    one.page.locator("#counter.over").wait_for()
    one.page.get_by_role("button", name="Send").click()
    one.page.wait_for_timeout(500)
    assert one.page.locator(".asked").count() == 1


def test_dark_mode_follows_the_system_and_the_button(open_page: Open, shoot: Shoot) -> None:
    one = open_page(language="de-DE", dark=True)
    assert background(one) == "rgb(14, 20, 36)"
    one.ask("Was ist eTwinning?").locator("a.cite").first.click()
    one.page.locator("#source mark").first.wait_for()
    shoot(one.page, "desktop-dark")
    one.page.keyboard.press("Escape")
    one.page.locator("#theme").click()
    assert background(one) == "rgb(245, 247, 251)"
    one.page.reload()
    assert background(one) == "rgb(245, 247, 251)"


def background(one: Watched) -> str:
    return str(one.page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor"))


def test_silence_names_the_nearest_section(open_page: Open, shoot: Shoot) -> None:
    one = open_page(size=PHONE, dark=True)
    one.ask("How much does a ticket to the opera in Vienna cost tonight?")
    shoot(one.page, "phone-dark-silent")


def test_a_picture_of_each_kind_of_reader(open_page: Open, shoot: Shoot) -> None:
    for language, question in (("el-GR", "Τι είναι το eTwinning;"), ("fi-FI", "Mikä on EPALE?")):
        one = open_page(size=PHONE, language=language)
        one.ask(question)
        shoot(one.page, f"phone-{language[:2]}")
