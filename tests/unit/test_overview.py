"""Questions that only ask what there is are answered by the headings, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import LetterEncoder, document

from erasmus_assistant.answer.extractive import ExtractiveAnswerer
from erasmus_assistant.answer.outline import outline
from erasmus_assistant.answer.overview import overview_of, phrases_of
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
        ("Which platforms does Erasmus+ have?", "en"),
        ("How many platforms are there?", "en"),
        ("What are the platforms?", "en"),
        ("Кои платформи са описани?", "bg"),
        ("Hvor mange platforme er der?", "da"),
        ("Cik platformu ir?", "lv"),
        ("Quantas plataformas existem?", "pt"),
        ("X'pjattaformi għandu Erasmus+?", "mt"),
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
        ("Which platforms exist for teachers?", "en"),
        ("What are the platforms for?", "en"),
        ("What is on the platforms?", "en"),
        ("Was gibt es auf den Plattformen?", "de"),
        ("O que há nas plataformas?", "pt"),
        ("What do the networks do?", "en"),
        ("How do I find the networks?", "en"),
        ("Who is let in?", "en"),
        ("Welche Plattformen gibt es außer für Lehrer?", "de"),
    ],
)
def test_who_asks_more_gets_sentences(retriever: Retriever, question: str, language: str) -> None:
    assert listed(retriever, question, language) == []


def test_a_word_of_the_language_is_no_name_of_the_guide(retriever: Retriever) -> None:
    assert "national" in retriever.names
    names = listed(retriever, "What kinds of national centres are there?", "en")
    assert names[0] == "Nacionālie akadēmiskās atzīšanas informācijas centri (NARIC)"
    assert "Nacionālie Europass centri" in names


def test_a_heading_whose_sentence_goes_on_below_it_says_so_much_more(retriever: Retriever) -> None:
    assert "Nacionālie akadēmiskās atzīšanas informācijas centri (NARIC)" in listed(retriever, "networks", "en")


def test_a_section_on_the_same_is_named_once(retriever: Retriever) -> None:
    names = listed(retriever, "Which tools are there?", "en")
    assert [name for name in names if name.startswith("Otlas")] == ["Otlas"]


def test_parts_of_a_section_are_not_named_beside_it(retriever: Retriever) -> None:
    names = listed(retriever, "List the resource centres", "en")
    assert names[0] == "SALTO RESURSU CENTRI"
    assert not {"IZGLĪTĪBA UN APMĀCĪBA", "JAUNATNE"} & set(names)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Which platforms are there besides eTwinning and EPALE?", "en"),
        ("Other than EPALE and eTwinning, which platforms are there?", "en"),
        ("Kādas platformas ir bez eTwinning un EPALE?", "lv"),
        ("Milyen platformok vannak az eTwinningen és az EPALE-n kívül?", "hu"),
    ],
)
def test_what_the_question_leaves_out_is_left_out(retriever: Retriever, question: str, language: str) -> None:
    assert listed(retriever, question, language) == [one for one in SHELVES if one not in ("eTwinning", "EPALE")]


def test_what_is_none_of_them_can_not_be_left_out(retriever: Retriever) -> None:
    assert listed(retriever, "Which platforms are there besides Eurodesk?", "en") == []


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


def test_a_heading_stands_below_the_one_that_its_section_opens_with() -> None:
    text = (
        "# Guide\n\n## SALTO centres\n\nThey train.\n\n## Youth\n\nHere the SALTO centres also issue books.\n\n"
        "## Sport\n\nClubs are let in.\n\n## Otlas: a tool\n\nThe SALTO centres run it.\n"
    )
    read = read_markdown(text.encode(), "guide.md")
    written = replace(document(text), text=read.text, blocks=read.blocks)
    found = list(outline(written, frozenset({"salto", "otlas"})))
    assert [one.path[1:] for one in found] == [
        (),
        ("SALTO centres",),
        ("SALTO centres", "Youth"),
        ("Sport",),
        ("Otlas: a tool",),
    ]
    assert [one.name for one in found][-1] == "otlas"
    assert all(written.text[one.start : one.end] == one.path[-1] for one in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_words(language: str) -> None:
    idle = phrases_of("idle", language)
    assert len(idle) > 30
    assert "erasmus" in idle
    assert phrases_of("besides", language)
    held = [one for kind in ("idle", "besides", "listing", "place") for one in phrases_of(kind, language)]
    assert all(one == one.strip() and one.count("*") == one.endswith("*") for one in held)
    assert all(
        len(set(one)) == len(one) for one in (phrases_of(kind, language) for kind in ("idle", "besides", "place"))
    )
