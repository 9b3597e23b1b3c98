"""A real browser on the real application: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.settings import Settings

HERE = Path(__file__).parent
SCREENSHOTS = HERE.parent / "screenshots" / "new"
sys.path.insert(0, str(HERE.parent / "unit"))

from web_app import Kept, make_app, served  # noqa: E402

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def missing(what: str) -> None:
    """Skips, except where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is needed where CI=true")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def kept() -> Kept:
    """What the served application records."""
    return Kept()


@pytest.fixture(scope="session")
def address(settings: Settings, assistant: Assistant, kept: Kept) -> Iterator[str]:
    with served(make_app(settings, assistant, kept)) as address:
        yield address


class Watched:
    """A page, and what went wrong on it: errors, and requests to other hosts."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.errors, self.elsewhere = page, [], []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.on("request", lambda one: self._seen(one.url, address))

    def _seen(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.elsewhere.append(url)

    def ask(self, question: str) -> Any:
        """Types a question and waits for its answer."""
        before = self.page.locator(".answer.done").count()
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")
        return self.answer(before)

    def answer(self, number: int) -> Any:
        found = self.page.locator(".answer.done").nth(number)
        found.locator(".actions button").first.wait_for(timeout=60_000)
        return found


Open = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Open]:
    """Opens a page: `open_page(path, size, language, dark, **context)`."""
    contexts: list[Any] = []
    watched: list[Watched] = []

    def open_one(
        path: str = "/", size: dict[str, int] = DESKTOP, language: str = "en-GB", dark: bool = False, **more: Any
    ) -> Watched:
        scheme = "dark" if dark else "light"
        context = browser.new_context(viewport=size, locale=language, color_scheme=scheme, **more)
        context.set_default_timeout(60_000)
        contexts.append(context)
        one = Watched(context.new_page(), address)
        one.page.goto(address + path)
        if path.partition("?")[0] == "/":
            one.page.wait_for_selector("#question textarea")
        watched.append(one)
        return one

    yield open_one
    for context in contexts:
        context.close()
    for one in watched:
        assert one.elsewhere == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, from npm; used by these tests alone."""
    script = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        if shutil.which("npm") is None:
            missing("npm (for axe-core)")
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=HERE, capture_output=True, text=True
        )
        if done.returncode or not script.is_file():
            missing("axe-core")
    return script.read_text("utf-8")


@pytest.fixture
def shoot() -> Callable[[Any, str], None]:
    """Keeps a picture of the page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(page: Any, name: str) -> None:
        page.wait_for_timeout(700)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return take
