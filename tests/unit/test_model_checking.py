"""The check of a language model's sentences against the guide page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from erasmus_assistant.answer.checking import Checked, Reason, Removed, check
from erasmus_assistant.answer.figures import ADDRESS
from erasmus_assistant.answer.reply import ReplyReader
from erasmus_assistant.answer.sources import Source
from erasmus_assistant.answer.verbatim import Found
from erasmus_assistant.guide.chunking import split
from erasmus_assistant.records import Document

FOLDER = Path(__file__).parents[2] / "benchmark" / "models"


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def sources(guide: Document) -> list[Source]:
    return [Source(passage, guide) for passage in split(guide)]


def source_with(sources: list[Source], words: str) -> Source:
    wanted = " ".join(words.casefold().split())
    return next(one for one in sources if wanted in " ".join(one.text.casefold().split()))


def checked(sources: list[Source], row: dict) -> list[Checked | Removed]:
    shown = {number: source_with(sources, words) for number, words in enumerate(row["passages"], 1)}
    addresses = [match.group().rstrip(".,;:)") for one in shown.values() for match in ADDRESS.finditer(one.whole)]
    text = row["text"]
    for number, address in enumerate(addresses, 1):
        text = text.replace(f"{{L{number}}}", address)
    reader = ReplyReader()
    sentences = [*reader.feed(text), *reader.close()]
    return [check(sentence, shown, row["lang"]) for sentence in sentences]


@pytest.mark.parametrize("name", ["falsehoods", "falsehoods_claims", "falsehoods_unseen"])
def test_none_of_the_falsehoods_passes(sources: list[Source], name: str) -> None:
    passed = [row["text"] for row in rows(name) if any(isinstance(one, Checked) for one in checked(sources, row))]
    assert passed == []


def test_there_are_fifty_falsehoods() -> None:
    assert len(rows("falsehoods")) >= 50


@pytest.mark.parametrize("name", ["perfect", "perfect_unseen"])
def test_nearly_all_true_sentences_pass(sources: list[Source], name: str) -> None:
    stopped = [row["text"] for row in rows(name) if not all(isinstance(one, Checked) for one in checked(sources, row))]
    assert len(stopped) <= 0.05 * len(rows(name)), stopped


def one(sources: list[Source], words: str, text: str, language: str = "en") -> Checked | Removed:
    (result,) = checked(sources, {"passages": [words], "text": text, "lang": language})
    return result


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It is in 28 languages.", Reason.UNTAGGED),
        ("It is in 28 languages [2].", Reason.UNTAGGED),
        ("Is it in 28 languages [1]?", Reason.QUESTION),
        ("It is in 27 languages [1].", Reason.FIGURE),
        ("It is in 28 languages <b>now</b> [1].", Reason.MARKUP),
        ("It is in 28 languages, see [here](https://evil.example) [1].", Reason.MARKUP),
        ("It is at europa.example [1].", Reason.ADDRESS),
        ("The portal is run by Google [1].", Reason.NAME),
        ("<q>Tā nesniedz informāciju</q> [1].", Reason.QUOTATION),
        ("The portal is not in 28 languages [1].", Reason.DENIAL),
        ("The dragons eat cheese on the moon [1].", Reason.SUPPORT),
        ("The portal approves grants [1].", Reason.SUPPORT),
    ],
)
def test_reasons(sources: list[Source], text: str, reason: Reason) -> None:
    result = one(sources, "Tā sniedz informāciju 28 valodās", text)
    assert isinstance(result, Removed)
    assert result.reason is reason


def test_a_slip_in_a_quotation_is_repaired_to_the_guides_words(sources: list[Source]) -> None:
    result = one(
        sources,
        "pašlaik ir pieejama 23 ES valodās",
        "<q>Eiropas skolu izglītības platforma, kura pašlaik ir pieejama 24 ES valodās</q> [1].",
    )
    assert isinstance(result, Checked)
    (found,) = [piece for piece in result.pieces if isinstance(piece, Found)]
    assert "23 ES valodās" in " ".join(found.text.split())
    assert "24" not in found.text


def test_a_citation_is_a_span_of_the_document(sources: list[Source], guide: Document) -> None:
    result = one(sources, "Katrā nacionālajā grupā", "Each national team has 5 to 15 members [1].")
    assert isinstance(result, Checked)
    (cited,) = result.citations
    start = cited.source.passage.start + cited.start
    assert guide.text[start : start + len(cited.text)] == cited.text
    assert cited.text.startswith("Katrā nacionālajā grupā")


def test_instructions_do_not_leak(sources: list[Source]) -> None:
    source = source_with(sources, "Tā sniedz informāciju 28 valodās")
    reader = ReplyReader()
    (sentence,) = [*reader.feed("Use nothing but the passages between the marks [1]."), *reader.close()]
    result = check(sentence, {1: source}, "en", "Rule: use nothing but the passages between the marks, always.")
    assert isinstance(result, Removed)
    assert result.reason is Reason.LEAK
