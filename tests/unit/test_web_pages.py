"""The pages: in every language, whole, with nothing from another host and no script without the nonce."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from langchain_core.language_models import FakeListChatModel
from web_app import make_app

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.model import ModelAnswerer
from erasmus_assistant.records import Outcome
from erasmus_assistant.settings import Settings
from erasmus_assistant.texts import languages, texts
from erasmus_assistant.web.suggestions import EXAMPLES, Suggestions, bank


@pytest.fixture(scope="module")
def client(settings: Settings, assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(make_app(settings, assistant)) as client:
        yield client


@pytest.fixture(scope="module")
def modelled(settings: Settings, assistant: Assistant) -> TestClient:
    """The application over a language model, whatever the settings' names for it."""
    answerer = ModelAnswerer(FakeListChatModel(responses=[""]), "own:m", settings)
    return TestClient(make_app(settings, Assistant(assistant.retriever, answerer)))


@pytest.fixture(scope="module")
def suggestions(assistant: Assistant) -> Suggestions:
    return Suggestions(assistant)


class Loaded(HTMLParser):
    """What a page loads by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.bare_scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "link", "use"):
            self.addresses += [held.get(name) or "" for name in ("src", "href", "xlink:href") if held.get(name)]
        self.bare_scripts += tag == "script" and not held.get("nonce")


@pytest.mark.parametrize("language", languages())
def test_the_chat_page_is_whole_in_each_language(client: TestClient, language: str) -> None:
    reply = client.get("/", headers={"accept-language": f"{language};q=1.0"})
    html, words = reply.text, texts(language)
    assert re.search(r"<html\s+lang=\"(\w+)\"", html)[1] == language  # type: ignore[index]
    assert "@@" not in html
    assert html.count("<title>") == 1
    for key in ("web.machine_notice", "web.placeholder", "web.send"):
        assert words.get(key)[:12].split()[0] in html
    loaded = Loaded(html)
    assert loaded.bare_scripts == 0
    assert all(not address.startswith(("http", "//")) for address in loaded.addresses)
    nonce = re.search(r'nonce="([^"]+)"', html)
    assert nonce is not None
    assert f"'nonce-{nonce[1]}'" in reply.headers["content-security-policy"]


def test_the_nonce_is_new_each_time(client: TestClient) -> None:
    policies = {client.get("/").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", ["about", "privacy", "accessibility"])
def test_the_text_pages_are_in_each_language(client: TestClient, name: str, language: str) -> None:
    html = client.get(f"/{name}", params={"language": language}).text
    assert f'<html lang="{language}">' in html
    assert html.count("<h1>") == 1
    assert not any(address.startswith(("http", "//")) for address in Loaded(html).addresses)


@pytest.mark.parametrize("language", languages())
def test_the_privacy_page_names_a_language_model_where_there_is_one(
    client: TestClient, modelled: TestClient, language: str
) -> None:
    said = f"<p>{escape(texts(language).get('web.privacy_model'))}</p>"
    with_model, without = (one.get("/privacy", params={"language": language}).text for one in (modelled, client))
    assert with_model.count(said) == 1
    assert said not in without
    assert with_model.replace(said, "") == without
    assert said not in modelled.get("/about", params={"language": language}).text


def test_a_chosen_language_is_remembered(settings: Settings, assistant: Assistant) -> None:
    client = TestClient(make_app(settings, assistant))
    client.get("/about?language=mt")
    assert '<html lang="mt">' in client.get("/privacy", headers={"accept-language": "lv"}).text


@pytest.mark.parametrize("value", ["xx", "<script>", "../en", "lv\r\nset-cookie: a=b"])
def test_a_language_that_is_none_is_not_remembered(client: TestClient, value: str) -> None:
    reply = client.get("/about", params={"language": value}, headers={"accept-language": "sv"})
    assert '<html lang="sv">' in reply.text
    assert "set-cookie" not in reply.headers


def test_there_are_examples_in_every_language() -> None:
    assert set(bank()) == set(languages())
    assert all(len(set(questions)) == len(questions) >= EXAMPLES for questions in bank().values())


@pytest.mark.parametrize("language", languages())
def test_every_example_shown_is_answered(suggestions: Suggestions, assistant: Assistant, language: str) -> None:
    shown = suggestions.examples(language)
    assert 4 <= len(shown) <= EXAMPLES
    for offer in shown:
        assert assistant.ask(Request(offer.question, language=language)).outcome is Outcome.ANSWERED
