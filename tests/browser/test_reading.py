"""Who reads an answer is at its beginning, sees all of it, and takes whole addresses along; mostly on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import DESKTOP, PHONE, Open

from erasmus_assistant.texts import texts

pytestmark = pytest.mark.browser
TASKS = "Kādi ir valstu aģentūru uzdevumi?"
OPERA = "How much does a ticket to the opera in Vienna cost tonight?"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def box_of(page: Any, selector: str) -> dict[str, float]:
    box: dict[str, float] = page.locator(selector).last.bounding_box()
    return box


def at_rest(page: Any) -> None:
    """Waits until nothing scrolls any more."""
    page.wait_for_function(
        "() => new Promise((done) => { const y = scrollY; setTimeout(() => done(y === scrollY), 250); })"
    )


def stands_at_the_top(page: Any) -> None:
    bar = box_of(page, ".bar")
    assert bar["y"] == 0
    least, most = bar["height"], bar["height"] + 40
    top = "[...document.querySelectorAll('#log .asked')].at(-1).getBoundingClientRect().top"
    page.wait_for_function(f"() => {top} >= {least} && {top} < {most}")
    page.wait_for_timeout(400)
    assert least <= box_of(page, "#log .asked")["y"] < most


@SIZES
def test_after_each_answer_its_question_stands_at_the_top(open_page: Open, size: dict[str, int]) -> None:
    one = open_page(size=size, language="lv-LV")
    for question in (TASKS, "Kas ir eTwinning?", TASKS):
        one.ask(question)
        stands_at_the_top(one.page)
    one.page.reload()
    one.answer(2)
    stands_at_the_top(one.page)


def test_of_a_long_question_the_end_is_left_in_view(open_page: Open) -> None:
    one = open_page(size=PHONE)
    one.ask("We are a small school in the countryside and would like to know it well. " * 12 + "What is eTwinning?")
    one.page.wait_for_function("() => document.querySelector('#log .answer').getBoundingClientRect().top < 422")
    one.page.wait_for_timeout(400)
    assert box_of(one.page, "#log .asked")["y"] < 0
    assert 0 < box_of(one.page, "#log .answer")["y"] < PHONE["height"] / 2


def test_no_line_is_half_seen_and_the_last_one_is_reached(open_page: Open) -> None:
    one = open_page(size=PHONE, language="lv-LV")
    one.ask(TASKS)
    at_rest(one.page)
    bar = box_of(one.page, "#composer")
    assert box_of(one.page, "#log .answer")["y"] + box_of(one.page, "#log .answer")["height"] > bar["y"]
    assert (bar["x"], bar["width"]) == (0, PHONE["width"])
    style = "getComputedStyle(document.getElementById('composer'))"
    assert one.page.evaluate(f"{style}.backgroundImage") == "none"
    assert one.page.evaluate(f"{style}.backgroundColor") == "rgb(245, 247, 251)"
    assert one.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    one.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    at_rest(one.page)
    last = box_of(one.page, "#log .next li")
    assert last["y"] + last["height"] <= box_of(one.page, "#composer")["y"]


def test_on_a_phone_a_quotation_has_the_whole_width(open_page: Open) -> None:
    one = open_page(size=PHONE, language="lv-LV")
    one.ask(TASKS)
    lines = "e => [e.getBoundingClientRect().left, e.getBoundingClientRect().right]"
    quoted = one.page.locator("blockquote .words > p").first.evaluate(lines)
    assert quoted == one.page.locator(".said > p").first.evaluate(lines) == [16, PHONE["width"] - 16]
    tag, words = box_of(one.page, "blockquote > .cite"), one.page.locator("blockquote .words > p").first
    ends = words.evaluate(
        "e => { const r = document.createRange(); r.selectNodeContents(e);"
        " return [...r.getClientRects()].map((one) => [one.top, one.right]); }"
    )
    assert all(right <= tag["x"] for top, right in ends if top < tag["y"] + tag["height"])


def test_a_keyboard_on_the_screen_gives_way_to_the_answer(open_page: Open) -> None:
    one = open_page(size=PHONE, has_touch=True, is_mobile=True)
    one.ask("What is eTwinning?")
    assert one.page.evaluate("document.activeElement === document.body")
    wide = open_page(size=DESKTOP)
    wide.ask("What is eTwinning?")
    assert wide.page.evaluate("document.activeElement.closest('#question') !== null")


def test_addresses_are_short_to_read_and_whole_to_take_along(open_page: Open, tmp_path: Path) -> None:
    one = open_page(size=PHONE, permissions=["clipboard-read", "clipboard-write"])
    answer = one.ask(OPERA)
    links = answer.locator(".said a.address")
    assert links.count() >= 1
    whole = [str(link.get_attribute("href")) for link in links.all()]
    for link, address in zip(links.all(), whole, strict=True):
        assert len(link.inner_text()) < len(address)
        assert link.evaluate("link => link.getClientRects().length") <= 3
        assert link.locator(".host").evaluate("host => host.getClientRects().length") == 1
    answer.get_by_role("button", name="Copy", exact=True).click()
    one.page.locator("#announcer", has_text="Copied").wait_for(state="attached")
    copied = one.page.evaluate("navigator.clipboard.readText()")
    with one.page.expect_download() as download:
        one.page.locator("#export").click()
    download.value.save_as(tmp_path / "out.md")
    exported = (tmp_path / "out.md").read_text("utf-8")
    for address in whole:
        assert address in copied
        assert f"<{address}>" in exported
    assert "…" not in copied + exported


def test_an_answer_speaks_the_language_of_its_question(open_page: Open) -> None:
    one = open_page(language="en-GB")
    answer = one.ask("Was ist EPALE?")
    german, english = texts("de"), texts("en")
    assert answer.locator(".sources .label").inner_text() == german.get("web.sources_title")
    assert answer.locator(".official").first.inner_text() == german.get("web.official_page_link")
    assert answer.locator(".confidence").get_attribute("lang") == "de"
    assert one.page.locator(".next .label").inner_text() == german.get("web.follow_ups_title")
    assert one.page.locator(".next ul").get_attribute("lang") == "de"
    assert answer.locator(".actions button").first.inner_text() == english.get("web.copy")
    assert answer.locator("a.cite").first.get_attribute("aria-label") == english.get("web.source_open", number=1)
