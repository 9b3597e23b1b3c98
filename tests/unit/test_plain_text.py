"""Plain text: what is a heading, an item, a footnote and what belongs to the site; and the guide page, whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.guide.plain_text import read_plain_text
from erasmus_assistant.records import BlockKind, Document

BLOCKS = Path(__file__).parents[1] / "data" / "guide-blocks.txt"


def kinds(text: str) -> list[str]:
    return [f"{block.kind.value} {block.level} {text[block.start : block.end]}" for block in read_plain_text(text)]


def test_the_guide_page_has_exactly_these_blocks(guide: Document) -> None:
    """One line a block: kind, level, label, length, first words. The file is the page as a person reads it."""
    found = [
        f"{block.kind.value} {block.level} {block.label or '-'} {block.end - block.start} "
        + " ".join(guide.text[block.start : block.end].split())[:60].rstrip()
        for block in guide.blocks
    ]
    assert found == BLOCKS.read_text("utf-8").splitlines()


def test_the_headings_of_the_guide_page(guide: Document) -> None:
    found = [
        f"{block.level} {guide.text[block.start : block.end]}"
        for block in guide.blocks
        if block.kind is BlockKind.HEADING
    ]
    assert found == [
        "1 Kurš īsteno Programmu “Erasmus+”?",
        "4 Eiropas Komisija",
        "4 Valstu aģentūras",
        "4 KĀDAS CITAS STRUKTŪRAS IR IESAISTĪTAS PROGRAMMAS ĪSTENOŠANĀ?",
        "2 RESURSU CENTRI UN INFORMĀCIJAS BIROJI",
        "4 SALTO RESURSU CENTRI",
        "4 IZGLĪTĪBA UN APMĀCĪBA",
        "4 JAUNATNE",
        "4 Otlas — partneru meklēšanas instruments jaunatnes jomas organizācijām",
        "4 Valstu “Erasmus+” biroji",
        "4 Nacionālie akadēmiskās atzīšanas informācijas centri (NARIC)",
        "4 Eurodesk tīkls",
        "2 PLATFORMAS UN INSTRUMENTI",
        "4 Programmas “Erasmus+” projektu rezultātu platforma",
        "4 eTwinning",
        "4 School Education Gateway (SEG)",
        "4 EPALE",
        "4 SELFIE",
        "4 HEInnovate",
        "4 Eiropas Jaunatnes portāls",
        "4 Otlas",
        "4 Eiropas studenta kartes iniciatīva",
        "2 ZINĀŠANU UN EKSPERTU TĪKLI",
        "4 Eurydice tīkls",
        "4 Jaunatnes vikivietnes valstu korespondentu tīkls",
        "4 Augstākās izglītības reformas ekspertu (HERE) tīkls",
        "4 Valstu grupas ES PIA rīku ieviešanas atbalstam",
        "4 EQAVET nacionālo references centru tīkls",
        "4 EKI, Europass un Euroguidance — nacionālie centri",
        "5 Eiropas kvalifikāciju ietvarstruktūras nacionālie koordinācijas punkti (EKI NKP)",
        "5 Nacionālie Europass centri",
        "5 Euroguidance tīkls",
    ]


def test_the_furniture_of_the_saved_page_is_no_guide_text_and_the_notice_is(guide: Document) -> None:
    furniture = [guide.text[one.start : one.end] for one in guide.blocks if one.kind is BlockKind.FURNITURE]
    assert furniture[:4] == [
        "Skip to main content",
        "Erasmus+",
        "EU programme for education, training, youth and sport",
        "Search the guide",
    ]
    assert [words[:5] for words in furniture[4:]] == [".foot"]
    notice = guide.blocks[4]
    assert notice.kind is BlockKind.PARAGRAPH
    assert "2022.\u00a0gada vadlīnijas" in guide.text[notice.start : notice.end]


def test_the_footnotes_of_the_guide_page_carry_their_marks(guide: Document) -> None:
    notes = [one for one in guide.blocks if one.kind is BlockKind.FOOTNOTE]
    assert [note.label for note in notes] == ["1", "2"]
    assert guide.text[notes[0].start : notes[0].end].endswith("resources_lv")


def test_a_short_line_of_its_own_over_text_is_a_heading() -> None:
    assert kinds("Who can apply\n\nAnyone can.\n") == ["heading 4 Who can apply", "paragraph 0 Anyone can."]


@pytest.mark.parametrize(
    "line",
    ["It ends here.", "It announces:", "one, two,", "small first", "See https://europa.eu now", "1234", "x" * 141],
)
def test_these_lines_are_no_headings(line: str) -> None:
    assert kinds(f"{line}\n\nText follows it.\n")[0].startswith("paragraph")


def test_the_last_line_and_a_line_over_a_bare_link_are_no_headings() -> None:
    assert kinds("Text.\n\nAt the end\n")[-1] == "paragraph 0 At the end"
    assert kinds("More is at\n\nhttps://europa.eu.\n")[0] == "paragraph 0 More is at"


def test_capitals_over_a_heading_stand_above_mixed_case() -> None:
    text = "Title\n\nPart\n\nText.\n\nNETWORKS\n\nEurydice\n\nText.\n\nGroups\n\nYouth\n\nText.\n"
    assert [line for line in kinds(text) if line.startswith("heading")] == [
        "heading 1 Title",
        "heading 4 Part",
        "heading 2 NETWORKS",
        "heading 4 Eurydice",
        "heading 3 Groups",
        "heading 4 Youth",
    ]


def test_a_section_that_ends_with_a_colon_announces_its_sub_sections() -> None:
    text = "Centres\n\nThere are two:\n\nFirst\n\nText.\n\nSecond\n\nText.\n"
    assert [line[:9] for line in kinds(text) if line.startswith("heading")] == ["heading 4", "heading 5", "heading 5"]


def test_numbers_hashes_and_underlines_give_levels() -> None:
    text = "# One\n\nText.\n\n1.2 Two\n\nText.\n\nThree\n-----\n\nText.\n"
    assert [line.split("\n")[0] for line in kinds(text) if line.startswith("heading")] == [
        "heading 1 # One",
        "heading 3 1.2 Two",
        "heading 2 Three",
    ]


def test_items_have_the_depth_of_their_indent() -> None:
    assert kinds("Tools:\n\n • one,\n   • inner,\n • two.\n") == [
        "paragraph 0 Tools:",
        "item 1 • one,",
        "item 2 • inner,",
        "item 1 • two.",
    ]


def test_a_line_that_goes_on_belongs_to_its_item() -> None:
    assert kinds("• one\n  goes on,\n• two.\n") == ["item 1 • one\n  goes on,", "item 1 • two."]


def test_only_notes_that_the_text_refers_to_are_footnotes() -> None:
    assert kinds("Text[1] here.\n\n1. A note.\n")[-1] == "footnote 0 1. A note."
    assert not any("footnote" in line for line in kinds("Text here.\n\n1. A note.\n"))


def test_style_rules_are_furniture_wherever_they_stand() -> None:
    assert kinds("Text.\n\np {margin: 0}\n\nText.\n")[1] == "furniture 0 p {margin: 0}"


def test_a_guide_without_a_skip_link_loses_no_line() -> None:
    assert not any("furniture" in line for line in kinds("Erasmus+\n\nSearch for partners\n\nText.\n"))


@given(st.text(alphabet=st.sampled_from("Aa1. :•-[]#\n\t{};“ ") | st.characters(codec="utf-8"), max_size=300))
def test_every_character_that_is_not_blank_is_in_one_block(text: str) -> None:
    covered = [0] * len(text)
    last = 0
    for block in read_plain_text(text):
        assert last <= block.start < block.end <= len(text)
        last = block.end
        for at in range(block.start, block.end):
            covered[at] += 1
    assert all(count == 1 for count, char in zip(covered, text, strict=True) if not char.isspace())
