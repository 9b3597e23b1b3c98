"""When is a question the same question in other words? A wrong yes gives a wrong answer, a wrong no a plain one."""

from __future__ import annotations

import pytest

from erasmus_assistant.review.likeness import likeness, stands_alone
from erasmus_assistant.review.pinned import LIKE_ENOUGH
from erasmus_assistant.search.retrieval import Retriever

SAME = [
    ("lv", "Kur meklēt partnerus jaunatnes projektam?", "Kur var atrast partnerus projektam jaunatnes jomā?"),
    ("lv", "Kas ir eTwinning?", "Pastāsti, kas ir eTwinning."),
    ("lv", "Kas ir eTwinning?", "KAS IR ETWINNING"),
    ("en", "Where can I find partners for a youth project?", "Where can we find partners for our youth project?"),
    ("en", "Who runs the programme?", "Who manages the programme?"),
    ("fr", "Où trouver des partenaires pour un projet ?", "Comment trouver des partenaires pour un projet ?"),
    ("es", "¿Quién evalúa las solicitudes?", "¿Quién se encarga de evaluar las solicitudes?"),
    ("fi", "Mikä on eTwinning?", "Mitä eTwinning tarkoittaa?"),
]  # fmt: skip

OTHER = [
    ("lv", "Kas ir eTwinning?", "Kas ir Eurodesk?"),
    ("lv", "Vai skola var pieteikties?", "Vai skola nevar pieteikties?"),
    ("lv", "Ko dara valsts aģentūra?", "Ko dara Eiropas Komisija?"),
    ("lv", "Ko dara valsts aģentūra?", "Kur ir valsts aģentūra?"),
    ("en", "Where can I find partners for a youth project?", "Where can I find partners for a school project?"),
    ("en", "What does the European Commission do?", "What does the national agency do?"),
    ("en", "Can a school from Norway apply?", "Can a school from Turkey apply?"),
    ("en", "Can I apply in 2021?", "Can I apply in 2022?"),
    ("en", "Can a school apply?", "Can a school not apply?"),
    ("de", "Wer verwaltet das Programm?", "Wer bewertet das Programm?"),
    ("es", "¿Quién evalúa las solicitudes?", "¿Quién presenta las solicitudes?"),
    ("et", "Kust leida partnereid noorteprojektile?", "Kust leida raha noorteprojektile?"),
    ("pl", "Gdzie szukać partnerów do projektu?", "Gdzie złożyć wniosek o projekt?"),
]


@pytest.mark.parametrize(("language", "first", "second"), SAME)
def test_a_paraphrase_is_the_same_question(retriever: Retriever, language: str, first: str, second: str) -> None:
    assert likeness(retriever, first, second, language) >= LIKE_ENOUGH


@pytest.mark.parametrize(("language", "first", "second"), OTHER)
def test_another_question_is_not(retriever: Retriever, language: str, first: str, second: str) -> None:
    assert likeness(retriever, first, second, language) < LIKE_ENOUGH
    assert likeness(retriever, second, first, language) < LIKE_ENOUGH


@pytest.mark.parametrize(
    ("language", "text", "alone"),
    [
        ("lv", "Kas ir Eurodesk tīkls?", True),
        ("en", "What is EPALE?", True),
        ("de", "Was ist SALTO?", True),
        ("lv", "Un kur?", False),
        ("en", "And where do I register?", False),
        ("fr", "Et pour les écoles ?", False),
        ("en", "What does it do?", False),
        ("lv", "Ko viņi dara?", False),
    ],
)
def test_what_leans_on_the_conversation_is_not_pinned(language: str, text: str, alone: bool) -> None:
    assert stands_alone(text, language) is alone
