"""An answer as HTML: exact words, numbers that open sources, nothing of the text taken as markup."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.records import Answer, Outcome, Passage, Quotation
from erasmus_assistant.texts import texts
from erasmus_assistant.web import rendering
from erasmus_assistant.web.offers import Offer, offers_html

HOSTILE = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "</div></blockquote><svg onload=window.hacked=1>",
    '"><iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
    "[click](javascript:window.hacked=1)",
    '[click](https://a.eu" onmouseover="window.hacked=1)',
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "**<b onclick=window.hacked=1>x</b>**",
    "`code` $\\href{javascript:window.hacked=1}{x}$",
    "www.evil.eu/<script>window.hacked=1</script>",
    "<!--",
    "<style>*{display:none}</style>",
    "\n\n<script>window.hacked=1</script>\n\n# heading\n\n    code",
]
ALLOWED = {"div", "p", "blockquote", "ul", "li", "a", "strong", "br", "wbr", "span", "button"}
EMPTY = {"br", "wbr"}
ATTRIBUTES = {"class", "id", "lang", "href", "target", "rel", "role", "title", "type"}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth = 0
        self.words = ""
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        self.depth += tag not in EMPTY
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")


def answer(text: str, quote: str = "Otlas ir rīks.", path: tuple[str, ...] = ("Otlas",), note: str = "") -> Answer:
    passage = Passage("doc.1", "doc", 0, len(quote), quote, path, "lv")
    quotation = Quotation(1, passage, quote, 0, len(quote), "https://example.eu/lv#:~:text=Otlas")
    return Answer("id1", "q", "en", Outcome.ANSWERED, text, 0.9, (quotation,), (), "extractive", "i", {}, note)


def checked(html: str) -> Tags:
    assert "\n" not in html
    tags = Tags(html)
    assert tags.depth == 0
    assert all(link.startswith(("https://", "http://", "#source/")) for link in tags.links)
    return tags


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_text_stays_text(payload: str) -> None:
    quoted = "> " + payload.replace("\n", "\n> ")
    for html in (
        rendering.question_html(payload),
        rendering.pending_html("en", payload),
        rendering.answer_html(answer(payload), "en"),
        rendering.answer_html(answer(f"{quoted} [1]", payload, (payload,), payload), "lv"),
        offers_html([Offer(payload)], "en", "en"),
        offers_html([Offer(f"What of “{payload}”?", payload, "lv")], "en", "en"),
        rendering.message_html(payload, "en"),
    ):
        checked(html)


@given(st.text(max_size=300))
def test_any_text_renders_to_allowed_markup_and_keeps_its_letters(text: str) -> None:
    checked(rendering.answer_html(answer(text), "en"))
    shown = "".join(checked(rendering.question_html(text)).words.split())
    assert [char for char in shown if char.isalnum()] == [char for char in text if char.isalnum()]


def test_neighbouring_quotations_of_a_passage_become_one_with_one_number() -> None:
    html = rendering.answer_html(answer("The guide says:\n\n> One. [1]\n\n> Two. [1]\n\nEnd [1]."), "en")
    assert html.count("<blockquote") == 1
    assert '<blockquote lang="lv"><div class="words"><p>One.</p><p>[…]</p><p>Two.</p></div>' in html


def test_a_list_is_a_list() -> None:
    html = rendering.answer_html(answer("> Tasks:  \n> • one,  \n> • two. [1]"), "en")
    assert "<p>Tasks:</p><ul><li>one,</li><li>two.</li></ul>" in html


def test_a_list_that_breaks_off_says_so() -> None:
    whole = "Tasks:\n• one,\n• two,\n• three."
    held = Passage("doc.1", "doc", 0, len(whole), whole, ("Agencies",), "en")
    for quote, cut in (("Tasks:\n• one,", True), (whole, False), ("Tasks:", False)):
        quotation = Quotation(1, held, quote, 0, len(quote))
        html = rendering.answer_html(replace(answer("> x [1]"), quotations=(quotation,)), "en")
        assert ("[…]" in html) == cut, quote


def test_a_number_opens_its_passage_with_its_spans_marked() -> None:
    html = rendering.answer_html(answer("> One. [1]"), "en")
    assert 'href="#source/doc.1/0-14/1"' in html
    assert 'title="Open source 1"' in html


def test_a_number_without_a_source_is_no_link() -> None:
    assert "<a" not in rendering.pending_html("en", "> One. [1]")
    assert '<span class="cite">1</span>' in rendering.pending_html("en", "> One. [1]")


def test_streaming_shows_what_the_whole_answer_shows() -> None:
    """No jump: but for the numbers becoming links, the paragraphs stay as they are."""
    text = "The guide says:\n\n> One. [1]"
    whole = Tags(rendering.answer_html(answer(text), "en")).words
    assert whole.startswith(Tags(rendering.pending_html("en", text)).words)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://europa.eu/youth/EU_lv.", "https://europa.eu/youth/EU_lv"),
        ("(www.otlas.eu)", "https://www.otlas.eu"),
        ("Page: [erasmus.eu](https://erasmus.eu/lv)", "https://erasmus.eu/lv"),
    ],
)
def test_addresses_can_be_followed(text: str, link: str) -> None:
    html = rendering.answer_html(answer(text), "en")
    assert link in [unescape(found) for found in Tags(html).links]
    assert 'rel="noopener noreferrer"' in html


def test_an_answer_is_in_the_language_of_its_question_and_what_is_pressed_in_that_of_the_page() -> None:
    html = rendering.answer_html(replace(answer("> One. [1]"), language="de"), "lv")
    assert '<p class="label" lang="de">Quellen</p>' in html
    assert 'lang="de">Offizielle Seite</a>' in html
    assert '<p class="confidence high" lang="de">' in html
    assert f'title="{texts("lv").get("web.source_open", number=1)}"' in html


def test_a_quotation_in_another_language_has_its_key_words_below() -> None:
    html = rendering.answer_html(answer("> One. [1]", "Augstākās izglītības iestādēm."), "de")
    meant = '<span lang="lv">augstākās izglītības iestāde</span> – higher education institution'
    assert f'<p class="gloss">Key words: {meant}</p>' in html
    checked(html)


def test_the_key_words_of_the_question_come_first() -> None:
    quote = "Ieinteresētās personas uzklausa valstu aģentūras."
    given = answer(f"> {quote} [1]", quote)
    told = [
        rendering.answer_html(replace(given, question=question), "en").partition("Key words: ")[2]
        for question in ("Who are the stakeholders?", "What do the national agencies do?")
    ]
    assert told[0].index("stakeholder") < told[0].index("national agency")
    assert told[1].index("national agency") < told[1].index("stakeholder")


@pytest.mark.parametrize("outcome", Outcome)
def test_whatever_quotes_names_its_sources(outcome: Outcome) -> None:
    html = rendering.answer_html(replace(answer("> Otlas ir rīks. [1]"), outcome=outcome), "en")
    assert ">Sources</p>" in html
    assert "https://example.eu/lv" in html
    assert ">Sources</p>" not in rendering.answer_html(replace(answer("No."), quotations=(), outcome=outcome), "en")


def test_a_source_without_headings_is_named_by_its_document() -> None:
    given = answer("> Otlas ir rīks. [1]", path=())
    titled = replace(given, quotations=(replace(given.quotations[0], title="The Guide 2026"),))
    assert '<span class="place" lang="lv">The Guide 2026</span>' in rendering.answer_html(titled, "en")


def test_each_part_of_a_reply_is_tagged_with_its_language(assistant: Assistant) -> None:
    html = rendering.answer_html(assistant.ask(Request("Де знайти партнерів?", language="lv")), "lv")
    checked(html)
    assert "<p>Šo valodu es neprotu." in html
    assert '<p lang="en">I do not know this language.' in html
    assert '<span lang="fi">Suomi</span> · <span lang="fr">Français</span>' in html


def test_each_key_word_is_explained_once() -> None:
    one = answer("> One. [1]", "Augstākās izglītības iestādes.")
    html = rendering.answer_html(replace(one, quotations=one.quotations * 2), "en")
    assert html.count("higher education institution") == 1


def test_a_quotation_in_the_readers_language_has_no_key_words() -> None:
    html = rendering.answer_html(replace(answer("> One. [1]", "Augstākās izglītības iestādes."), language="lv"), "en")
    assert "gloss" not in html
