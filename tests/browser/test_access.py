"""Everybody can use it: axe-core in both themes, the keyboard alone, large text, what is announced."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import DESKTOP, PHONE, Open

pytestmark = pytest.mark.browser

THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


def findings(page: Any, axe: str) -> list[str]:
    """The serious and critical findings."""
    page.evaluate(axe)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:160]}"
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@THEMES
@pytest.mark.parametrize("path", ["/about", "/privacy", "/accessibility"])
def test_pages_have_no_serious_finding(open_page: Open, axe: str, path: str, dark: bool) -> None:
    assert findings(open_page(path, dark=dark, bypass_csp=True).page, axe) == []


@THEMES
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_chat_has_no_serious_finding_in_any_state(
    open_page: Open, axe: str, size: dict[str, int], dark: bool
) -> None:
    one = open_page(size=size, language="lv-LV", dark=dark, bypass_csp=True)
    assert findings(one.page, axe) == []
    answer = one.ask("Kas ir eTwinning?")
    one.page.wait_for_timeout(600)
    assert findings(one.page, axe) == []
    answer.locator(".down").click()
    assert findings(one.page, axe) == []
    answer.locator("a.cite").first.click()
    one.page.locator("#source mark").first.wait_for()
    one.page.wait_for_timeout(500)
    assert findings(one.page, axe) == []


def test_the_keyboard_alone_does_everything(open_page: Open) -> None:
    one = open_page(language="lv-LV")
    press = one.page.keyboard.press
    press("Tab")
    assert focused(one.page, "e => e.className") == "skip"
    press("Enter")
    one.page.wait_for_timeout(200)
    one.page.locator("#question textarea").focus()
    one.page.keyboard.type("Kas ir eTwinning?")
    press("Enter")
    answer = one.answer(0)
    answer.locator("a.cite").first.focus()
    press("Space")
    one.page.locator("#source mark").first.wait_for()
    press("Tab")
    press("Tab")
    assert focused(one.page, "e => e.closest('#source') !== null")
    press("Escape")
    assert focused(one.page, "e => e.className") == "cite"
    answer.locator("a.cite").first.focus()
    press("Enter")
    one.page.locator("#source mark").first.wait_for()


def focused(page: Any, what: str) -> Any:
    return page.locator("*:focus").first.evaluate(what)


def test_the_skip_link_leads_to_the_question(open_page: Open) -> None:
    one = open_page()
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Enter")
    assert focused(one.page, "e => e.tagName") == "TEXTAREA"


def test_an_answer_is_announced_once_sentence_by_sentence(open_page: Open) -> None:
    one = open_page(language="lv-LV")
    one.ask("Kādi ir valstu aģentūru uzdevumi?")
    one.page.wait_for_timeout(800)
    said = one.page.locator("#announcer p").all_inner_texts()
    assert len(said) == len(set(said)) >= 5
    assert any("uzraudzīt un izvērtēt" in sentence for sentence in said)
    assert one.page.locator('#log [role="log"]').get_attribute("aria-live") == "off"
    assert one.page.locator('[data-testid="bot"]').get_attribute("aria-label") == "Palīgs"


def test_at_400_percent_nothing_is_cut_off(open_page: Open) -> None:
    """WCAG 1.4.10: 1280 pixels at 400 % are 320 by 256."""
    one = open_page(size={"width": 320, "height": 256}, language="de-DE")
    one.ask("Was ist eTwinning?")
    assert one.page.locator("html").evaluate("e => e.scrollWidth") <= 320
    assert one.page.locator(".bar").evaluate("e => getComputedStyle(e).position") == "static"
    one.page.locator("a.cite").first.click()
    one.page.locator("#source mark").first.wait_for()
    assert one.page.locator("#source").evaluate("e => e.scrollWidth") <= 320


IN_REACH = """(e) => {
  const { x, y, width, height } = e.getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2) === e;
}"""
TALKS = [("lv-LV", "Kādi ir valstu aģentūru uzdevumi?"), ("el-GR", "Τι είναι το eTwinning;")]


@pytest.mark.parametrize(("language", "question"), TALKS, ids=["lv", "el"])
@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640)])
def test_in_a_conversation_the_tools_stay_at_hand_in_one_slim_bar(
    open_page: Open, language: str, question: str, width: int, height: int
) -> None:
    one = open_page(size={"width": width, "height": height}, language=language)
    one.ask(question)
    one.ask("What is EPALE?")
    one.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    one.page.wait_for_timeout(400)
    assert one.page.evaluate("scrollY") > 300
    assert one.page.locator(".bar").bounding_box() == {
        "x": 0,
        "y": 0,
        "width": width,
        "height": pytest.approx(51, abs=1),
    }
    for tool in ("#language", "#theme", "#new", "#export"):
        assert one.page.locator(tool).evaluate(IN_REACH), tool
    assert one.page.locator("html").evaluate("e => e.scrollWidth") <= width
    assert one.page.get_by_role("heading", level=1).inner_text().strip()


COVERED = """() => {
  const focused = document.activeElement;
  if (focused.closest(".bar, #composer, .skip") || focused === document.body) return "";
  const own = focused.getBoundingClientRect();
  const over = [...document.querySelectorAll(".bar, #composer")].some((bar) => {
    const { top, bottom } = bar.getBoundingClientRect();
    return getComputedStyle(bar).position === "sticky" && own.top < bottom && own.bottom > top;
  });
  return over ? focused.outerHTML : "";
}"""


@pytest.mark.parametrize("size", [PHONE, DESKTOP, {"width": 320, "height": 256}], ids=["phone", "desktop", "zoom"])
def test_nothing_that_has_the_focus_is_covered(open_page: Open, size: dict[str, int]) -> None:
    """WCAG 2.4.11, and better: no part of it."""
    one = open_page(size=size, language="lv-LV", reduced_motion="reduce")
    one.ask("Kādi ir valstu aģentūru uzdevumi?")
    one.ask("Kas ir eTwinning?").locator(".down").click()
    one.page.locator(".brand").focus()
    for key in ["Tab"] * 45 + ["Shift+Tab"] * 45:
        one.page.keyboard.press(key)
        assert one.page.evaluate(COVERED) == ""


def test_targets_are_large_enough(open_page: Open) -> None:
    """WCAG 2.5.8: 24 by 24 pixels, but for links within a sentence."""
    one = open_page(size=PHONE)
    one.ask("What is eTwinning?")
    for target in one.page.locator("button:visible, a.cite:visible, select:visible, a.official:visible").all():
        box = target.bounding_box()
        assert box["width"] >= 24, target.inner_text()
        assert box["height"] >= 24, target.inner_text()


def test_reduced_motion_stills_everything(open_page: Open) -> None:
    one = open_page(size=PHONE, reduced_motion="reduce")
    one.ask("What is eTwinning?").locator("a.cite").first.click()
    assert one.page.locator("#source").evaluate("e => getComputedStyle(e).animationName") == "none"
