"""Every body, platform and network of the page can be reached: by its heading, and by its name in running text."""

from __future__ import annotations

from itertools import pairwise

import pytest

from erasmus_assistant.guide.chunking import split
from erasmus_assistant.records import BlockKind, Document, Question
from erasmus_assistant.search.retrieval import Retriever

BODIES = {
    "Eiropas Komisija": "vispārējo atbildību",
    "izpildaģentūra EACEA": "izpildaģentūra",
    "valstu aģentūras": "valstu aģentūr",
    "SALTO resursu centri": "SALTO",
    "Otlas": "Otlas",
    "valstu “Erasmus+” biroji": "biroji (VEB)",
    "NARIC": "NARIC",
    "Eurodesk": "Eurodesk",
    "Eiropas Jaunatnes portāls": "Eiropas Jaunatnes portāl",
    "projektu rezultātu platforma": "projektu rezultātu platforma",
    "eTwinning": "eTwinning",
    "School Education Gateway": "School Education Gateway",
    "EPALE": "EPALE",
    "SELFIE": "SELFIE",
    "HEInnovate": "HEInnovate",
    "Eiropas studenta kartes iniciatīva": "studenta kartes",
    "“Erasmus+” mobilā lietotne": "mobilā lietotne",
    "“Erasmus” bezpapīra darbplūsmas tīkls": "bezpapīra",
    "Eurydice": "Eurydice",
    "Jaunatnes vikivietne": "vikiviet",
    "augstākās izglītības reformas eksperti (HERE)": "HERE",
    "valstu grupas PIA rīku ieviešanai": "PIA ekspertu grupu",
    "EQAVET": "EQAVET",
    "EKI nacionālie koordinācijas punkti": "EKI NKP",
    "nacionālie Europass centri": "Europass",
    "Euroguidance": "Euroguidance",
}


def headings(guide: Document) -> list[str]:
    """The headings that have words of their own under them."""
    solid = [block for block in guide.blocks if block.kind is not BlockKind.FURNITURE]
    return [
        guide.text[block.start : block.end]
        for block, after in pairwise(solid)
        if block.kind is BlockKind.HEADING and after.kind is not BlockKind.HEADING
    ]


def test_every_section_leads_to_its_own_passages(guide: Document, retriever: Retriever) -> None:
    sections = headings(guide)
    assert len(sections) == 28
    for heading in sections:
        hits = retriever.retrieve(Question(heading, "lv"), 3).hits
        assert heading in [hit.passage.heading_path[-1] for hit in hits if hit.passage.heading_path], heading


def test_every_section_is_in_the_passages_under_its_heading(guide: Document) -> None:
    passages = split(guide)
    for heading in headings(guide):
        assert any(passage.heading_path[-1:] == (heading,) for passage in passages), heading


def test_no_heading_is_a_passage_of_its_own(guide: Document) -> None:
    for passage in split(guide):
        if passage.kind == "text":
            assert guide.text[passage.body : passage.end].strip(), passage.heading_path


def test_a_passage_that_refers_to_a_footnote_holds_it(guide: Document) -> None:
    (passage,) = [one for one in split(guide) if "tīmekļa vietnē[1]" in one.text]
    assert [guide.text[slice(*note)] for note in passage.notes] == [
        "1. https://ec.europa.eu/programmes/erasmus-plus/resources_lv"
    ]


def test_a_list_stays_with_what_introduces_it_and_a_link_with_its_section(guide: Document) -> None:
    passages = split(guide)
    (tasks,) = [one for one in passages if "Valstu aģentūru uzdevumi ir šādi:" in one.text]
    assert "veicināt programmas rezultātu izplatīšanu" in tasks.text
    for link, heading in (
        ("https://www.etwinning.net/lv/pub/contact.htm.", "eTwinning"),
        ("http://schooleducationgateway.eu.", "School Education Gateway (SEG)"),
        ("www.enic-naric.net.", "Nacionālie akadēmiskās atzīšanas informācijas centri (NARIC)"),
    ):
        (held,) = [one for one in passages if link in one.text]
        assert held.heading_path[-1] == heading
        assert held.text.strip() != link


@pytest.mark.parametrize("name", BODIES)
def test_each_of_the_26_is_found_by_its_name(retriever: Retriever, name: str) -> None:
    assert len(BODIES) == 26
    hits = retriever.retrieve(Question(f"Kas ir {name}?", "lv"), 3).hits
    assert any(BODIES[name] in hit.passage.text for hit in hits)
