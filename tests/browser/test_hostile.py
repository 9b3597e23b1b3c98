"""Nothing that a person types or that stands in the guide is executed in the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import DESKTOP, Open, Watched
from web_app import Kept, make_app, served

from erasmus_assistant.assembly import build_assistant
from erasmus_assistant.settings import Settings

pytestmark = pytest.mark.browser

TAGS = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg onload=window.hacked=1>",
    "<svg><animate onbegin=window.hacked=1 attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<iframe src=javascript:parent.hacked=1>",
    "<details open ontoggle=window.hacked=1>",
    "<input autofocus onfocus=window.hacked=1>",
    "<video><source onerror=window.hacked=1></video>",
    "<math><mi xlink:href='javascript:window.hacked=1'>x</mi></math>",
    "<a href=javascript:window.hacked=1>eTwinning</a>",
    "<a href=data:text/html,<script>opener.hacked=1</script>>eTwinning</a>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "<form action=https://evil.example><button>x</button></form>",
    "<object data=javascript:window.hacked=1>",
    "<template><script>window.hacked=1</script></template>",
    "<body onload=window.hacked=1>",
    "<style>@import 'https://evil.example/a.css';</style>",
    "<marquee onstart=window.hacked=1>",
    "<x onclick=window.hacked=1 tabindex=1>eTwinning</x>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'>",
    "<![CDATA[<script>window.hacked=1</script>]]>",
    "<!--><script>window.hacked=1</script>-->",
]
MARKDOWN = [
    "[eTwinning](javascript:window.hacked=1)",
    "[eTwinning](JaVaScRiPt:window.hacked=1)",
    "[eTwinning](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/track.png)",
    '![x](x"onerror=window.hacked=1)',
    "[x]: javascript:window.hacked=1",
    "<javascript:window.hacked=1>",
    "```html\n<script>window.hacked=1</script>\n```",
    "$$\\href{javascript:window.hacked=1}{eTwinning}$$",
    "```mermaid\ngraph LR; A[<img src=x onerror=window.hacked=1>]\n```",
]
BREAKS = [
    "</div>",
    "</textarea>",
    "</script>",
    '">',
    "'>",
    "-->",
    "]]>",
    "</blockquote></div></span>",
    "\\u003c/script>",
]
PAYLOADS = [*TAGS, *MARKDOWN, *(f"{end}<img src=x onerror=window.hacked=1>" for end in BREAKS)]


def unharmed(one: Watched) -> None:
    assert one.page.evaluate("window.hacked") is None
    assert one.page.locator('a[href^="javascript" i], a[href^="data" i], #log img, #log iframe, #log form').count() == 0
    assert one.elsewhere == []


def test_hostile_questions_are_words(open_page: Open) -> None:
    assert len(PAYLOADS) >= 40
    for start in range(0, len(PAYLOADS), 11):
        one = open_page()
        for number, payload in enumerate(PAYLOADS[start : start + 11]):
            one.page.fill("#question textarea", f"eTwinning {payload}")
            one.page.press("#question textarea", "Enter")
            one.page.locator(".answer.done").nth(number).wait_for()
        one.page.wait_for_timeout(200)
        unharmed(one)
        one.page.reload()
        one.page.locator(".answer.done").nth(10 if start + 11 <= len(PAYLOADS) else 0).wait_for()
        unharmed(one)


@pytest.mark.parametrize("payload", PAYLOADS[:6])
def test_hostile_links_are_words(open_page: Open, payload: str) -> None:
    from urllib.parse import quote

    one = open_page(f"/?q={quote(payload + ' eTwinning')}")
    one.page.locator(".answer.done").wait_for()
    unharmed(one)


@pytest.fixture(scope="module")
def hostile_guide(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application over a guide whose every paragraph attacks the page."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(settings.corpus, folder / "corpus")
    text = "\n\n".join(
        f"Zelta zivs numur {n} ir šeit: {payload} un zelta zivs peld." for n, payload in enumerate(PAYLOADS)
    )
    guide = f"Zelta zivis <img src=x onerror=window.hacked=1>\n\n{text}\n"
    (Path(folder) / "corpus" / "evil.lv.txt").write_text(guide, "utf-8")
    made = settings.model_copy(update={"corpus": folder / "corpus", "index": folder / "index"})
    with served(make_app(made, build_assistant(made, lambda line: None)[0], Kept())) as address:
        yield address


def test_a_hostile_guide_is_words(browser: Any, hostile_guide: str) -> None:
    context = browser.new_context(viewport=DESKTOP, locale="lv-LV")
    one = Watched(context.new_page(), hostile_guide)
    one.page.goto(hostile_guide)
    one.page.wait_for_selector("#question textarea")
    for number in range(0, len(PAYLOADS), 4):
        one.ask(f"Kur ir zelta zivs numur {number}?")
    unharmed(one)
    for link in one.page.locator(".said a.cite").all()[:8]:
        link.click()
        one.page.locator("#source .section").wait_for()
        one.page.wait_for_timeout(150)
        unharmed(one)
        one.page.keyboard.press("Escape")
    assert any("zelta zivs" in text for text in one.page.locator(".answer").all_inner_texts())
    context.close()
