"""Is personal data masked before it is stored, and are the things that questions are about kept?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.review.masking import masked, masked_like, personal

PERSONAL = [
    *("janis.berzins@example.lv", "Anna-Maria_99+test@sub.example.co.uk", "info(at)example.org", "liga [at] skola.lv"),
    *("ĢIRTS.KALNIŅŠ@example.eu", "o'brien@example.ie"),
    *("+371 29 123 456", "+37129123456", "29123456", "2912-3456", "tel. 6783083", "tālr.: 67 83 08 3"),
    *("+372 5123 4567",),
    *("00371 29123456", "(+371) 29123456", "+44 (0)20 7946 0958", "8-612-34567", "+358 40 123 4567", "06 12 34 56 78"),
    *("+49 170 1234567", "0049-170-1234567", "+30 210 1234567", "(020) 7946 0958"),
    *("120385-12345", "32785612345", "38001085718", "39001011234", "131052-308T", "010190A123B", "900101/1234"),
    *("44051401359", "19121212-1212", "811228-9874", "1850712345678", "8501011234567", "69435151530", "0101006500006"),
    *("RSSMRA85T10A562S", "12345678Z", "X1234567L", "85.07.30-033.28", "1 85 05 78 006 084 36", "123456782"),
    *("1234567FA", "0123456M", "65 929 970 489", "AB1234567"),
    *("LV80BANK0000435195001", "lv80 bank 0000 4351 9500 1", "DE89 3704 0044 0532 0130 00", "EE382200221020145685"),
    *("LT121000011101001000", "FR14 2004 1010 0505 0001 3M02 606"),
]  # fmt: skip

KEPT = [
    *("2021-2027", "2021–2027", "2022/2023", "26 200 000 000 EUR", "€28 400 000 000", "EUR 60 000", "400 000 eiro"),
    *("01.01.2021", "2021-03-23", "20 March 2021", "2021. gada 11. maijs 17.00", "KA121-VET", "KA220", "OID E10012345"),
    *("2021-1-LV01-KA121-VET-000012345", "No 2021/817", "Regulation (EU) 2018/1046", "12 to 24 months"),
    *("27 + 6 countries", "2 100"),
    *("https://ec.europa.eu/programmes/erasmus-plus/node_lv?id=12345", "eTwinning", "5 %", "10 000 students", "1-3-2"),
]  # fmt: skip


@pytest.mark.parametrize("piece", PERSONAL)
def test_personal_data_is_masked_within_a_sentence(piece: str) -> None:
    text = f"Labdien, mani dati ir {piece} un man ir jautājums."
    found = masked(text)
    assert piece not in found
    assert sum(char.isdigit() for char in found) == 0
    assert "@" not in found
    assert found.startswith("Labdien, mani dati")
    assert found.endswith("man ir jautājums.")


@pytest.mark.parametrize("piece", KEPT)
def test_what_questions_are_about_is_kept(piece: str) -> None:
    text = f"Is it {piece} or not?"
    assert masked(text) == text


def test_fifty_kinds_are_covered() -> None:
    assert len(PERSONAL) >= 50


def test_only_what_the_person_typed_is_masked_in_the_answer() -> None:
    question = "I am anna@example.org, where is help?"
    answer = "> Write to help@guide.example [1]\n\nYou wrote anna@example.org."
    found = masked_like(answer, question)
    assert found == "> Write to help@guide.example [1]\n\nYou wrote [e-mail]."
    assert personal(question) == ["anna@example.org"]


@given(st.text(max_size=400))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@pytest.mark.parametrize("piece", ["1 ", "a.", "1-", "@a", "AB12 ", "+1", "2021-"])
def test_the_worst_text_is_masked_in_time(piece: str) -> None:
    text = piece * (65536 // len(piece))
    started = time.perf_counter()
    masked(text)
    assert time.perf_counter() - started < 1.0
