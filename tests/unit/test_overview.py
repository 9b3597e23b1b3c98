"""Questions that only ask what there is are answered by the headings, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import LetterEncoder, document

from erasmus_assistant.answer.extractive import ExtractiveAnswerer
from erasmus_assistant.answer.overview import overview_of, words_of
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.guide.markdown import read_markdown
from erasmus_assistant.records import Question
from erasmus_assistant.search.index import build
from erasmus_assistant.search.ranker import load_ranker
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import LANGUAGES

SHELVES = [
    "Programmas “Erasmus+” projektu rezultātu platforma",
    *("eTwinning", "School Education Gateway (SEG)", "EPALE", "SELFIE", "HEInnovate"),
    *("Eiropas Jaunatnes portāls", "Otlas", "Eiropas studenta kartes iniciatīva"),
]


def listed(retriever: Retriever, question: str, language: str, *before: str) -> list[str]:
    """The headings that answer a question."""
    found = overview_of(retriever, retriever.retrieve(Question(question, language, before)))
    return [retriever.index.documents[one.passage.document].text[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Which platforms are mentioned in the guide?", "en"),
        ("Kādas platformas ir aprakstītas?", "lv"),
        ("Welche Plattformen gibt es?", "de"),
        ("Jakie platformy są opisane w przewodniku?", "pl"),
        ("Quali piattaforme esistono?", "it"),
        ("platforms", "en"),
    ],
)
def test_it_names_the_sections_of_the_chapter_in_order(retriever: Retriever, question: str, language: str) -> None:
    assert listed(retriever, question, language) == SHELVES


def test_sections_elsewhere_that_are_called_so_come_along(retriever: Retriever) -> None:
    names = listed(retriever, "List all the networks", "en")
    assert {"Eurodesk tīkls", "Eurydice tīkls", "Euroguidance tīkls"} <= set(names)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Which platforms help teachers find courses?", "en"),
        ("What is a platform?", "en"),
        ("Who runs the platforms?", "en"),
        ("Which tools does Europass offer?", "en"),
        ("Dans quels pays ?", "fr"),
        ("What is there in the guide?", "en"),
        ("Europass", "en"),
    ],
)
def test_who_asks_more_gets_sentences(retriever: Retriever, question: str, language: str) -> None:
    assert listed(retriever, question, language) == []


def test_the_answer_is_a_list_under_the_heading_of_the_chapter_and_each_line_is_cited(retriever: Retriever) -> None:
    retrieved = replace(retriever.retrieve(Question("Kādas platformas ir aprakstītas?", "lv")), confidence=0.0)
    draft = ExtractiveAnswerer().answer(retriever, retrieved, 0.3)
    lead, chapter, headings = draft.parts
    assert chapter == "**PLATFORMAS UN INSTRUMENTI**"
    assert headings.split("\n") == [f"- {name} [{tag}]" for tag, name in enumerate(SHELVES, 1)]
    assert [one.quote for one in draft.quotations] == SHELVES
    assert lead.endswith(":")


def test_it_serves_any_guide_with_headings_of_three_ranks() -> None:
    shelves = "".join(f"### Nr {one}\n\nOn it one learns.\n\n" for one in "ABC")
    text = f"# Guide\n\n## Platforms\n\nThe platforms are open to all.\n\n{shelves}"
    encoder = LetterEncoder()
    read = read_markdown(text.encode(), "guide.md")
    written = replace(document(text), text=read.text, blocks=read.blocks)
    retriever = Retriever(build([written], encoder, Chunking(), "x"), encoder, load_ranker())
    assert listed(retriever, "Which platforms are there?", "en") == ["Nr A", "Nr B", "Nr C"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_words(language: str) -> None:
    words = words_of(language)
    assert len(words) > 30
    assert "erasmus" in words
    assert all(" " not in word and word.count("*") == word.endswith("*") for word in words)
