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


POLITE = [
    ("bg", "Какво е eTwinning?", "Моля, кажете ми какво е eTwinning."),
    ("cs", "Co je eTwinning?", "Řekněte mi prosím, co je eTwinning."),
    ("da", "Hvad er eTwinning?", "Fortæl mig venligst, hvad eTwinning er."),
    ("de", "Was ist eTwinning?", "Bitte sagen Sie mir, was eTwinning ist."),
    ("el", "Τι είναι το eTwinning;", "Πείτε μου, παρακαλώ, τι είναι το eTwinning."),
    ("en", "What is eTwinning?", "Please tell me what eTwinning is."),
    ("es", "¿Qué es eTwinning?", "Dígame, por favor, qué es eTwinning."),
    ("et", "Mis on eTwinning?", "Palun öelge, mis on eTwinning."),
    ("fi", "Mikä on eTwinning?", "Kertokaa, mikä eTwinning on."),
    ("fr", "Qu'est-ce que eTwinning ?", "Dites-moi, s'il vous plaît, ce qu'est eTwinning."),
    ("ga", "Cad é eTwinning?", "Inis dom, le do thoil, cad é eTwinning."),
    ("hr", "Što je eTwinning?", "Molim vas, recite mi što je eTwinning."),
    ("hu", "Mi az eTwinning?", "Kérem, mondja el, mi az eTwinning."),
    ("it", "Che cos'è eTwinning?", "Mi dica, per favore, che cos'è eTwinning."),
    ("lt", "Kas yra „eTwinning“?", "Prašau pasakykite, kas yra „eTwinning“."),
    ("lv", "Kas ir eTwinning?", "Lūdzu, pastāstiet, kas ir eTwinning."),
    ("mt", "X'inhu eTwinning?", "Jekk jogħġbok, għidli x'inhu eTwinning."),
    ("nl", "Wat is eTwinning?", "Vertel me alstublieft wat eTwinning is."),
    ("pl", "Co to jest eTwinning?", "Proszę powiedzieć, co to jest eTwinning."),
    ("pt", "O que é o eTwinning?", "Diga-me, por favor, o que é o eTwinning."),
    ("ro", "Ce este eTwinning?", "Vă rog, spuneți-mi ce este eTwinning."),
    ("sk", "Čo je eTwinning?", "Povedzte mi, prosím, čo je eTwinning."),
    ("sl", "Kaj je eTwinning?", "Prosim, povejte mi, kaj je eTwinning."),
    ("sv", "Vad är eTwinning?", "Snälla, berätta vad eTwinning är."),
    ("en", "Who evaluates the applications?", "I would like to know who evaluates the applications, please."),
    ("lv", "Kas vērtē pieteikumus?", "Labdien, gribētu zināt, kas vērtē pieteikumus."),
    ("de", "Wer bewertet die Anträge?", "Hallo, ich möchte wissen, wer die Anträge bewertet."),
    ("fr", "Qui évalue les demandes ?", "Bonjour, je voudrais savoir qui évalue les demandes."),
]  # fmt: skip

DENIED = [
    ("bg", "Може ли училище да кандидатства?", "Не може ли училище да кандидатства?"),
    ("cs", "Může škola žádat?", "Nemůže škola žádat?"),
    ("da", "Kan en skole ansøge?", "Kan en skole ikke ansøge?"),
    ("de", "Kann eine Schule teilnehmen?", "Kann eine Schule nicht teilnehmen?"),
    ("el", "Μπορεί ένα σχολείο να υποβάλει αίτηση;", "Δεν μπορεί ένα σχολείο να υποβάλει αίτηση;"),
    ("es", "¿Puede solicitar una escuela?", "¿No puede solicitar una escuela?"),
    ("et", "Kas kool saab taotleda?", "Kas kool ei saa taotleda?"),
    ("fi", "Voiko koulu hakea?", "Eikö koulu voi hakea?"),
    ("fr", "Une école peut-elle postuler ?", "Une école ne peut-elle pas postuler ?"),
    ("ga", "An féidir le scoil iarratas a dhéanamh?", "Nach féidir le scoil iarratas a dhéanamh?"),
    ("hr", "Može li se škola prijaviti?", "Ne može li se škola prijaviti?"),
    ("hu", "Pályázhat egy iskola?", "Nem pályázhat egy iskola?"),
    ("it", "Una scuola può candidarsi?", "Una scuola non può candidarsi?"),
    ("lt", "Ar mokykla gali teikti paraišką?", "Ar mokykla negali teikti paraiškos?"),
    ("lv", "Vai skola drīkst pieteikties?", "Vai skola nedrīkst pieteikties?"),
    ("mt", "Skola tista' tapplika?", "Skola ma tistax tapplika?"),
    ("nl", "Kan een school aanvragen?", "Kan een school niet aanvragen?"),
    ("pl", "Czy szkoła może złożyć wniosek?", "Czy szkoła nie może złożyć wniosku?"),
    ("pt", "Uma escola pode candidatar-se?", "Uma escola não pode candidatar-se?"),
    ("ro", "Poate o școală să depună cerere?", "Nu poate o școală să depună cerere?"),
    ("sk", "Môže škola žiadať?", "Nemôže škola žiadať?"),
    ("sl", "Ali se lahko šola prijavi?", "Ali se šola ne more prijaviti?"),
    ("sv", "Kan en skola ansöka?", "Kan en skola inte ansöka?"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "first", "second"), [*SAME, *POLITE])
def test_a_paraphrase_is_the_same_question(retriever: Retriever, language: str, first: str, second: str) -> None:
    assert likeness(retriever, first, second, language) >= LIKE_ENOUGH


@pytest.mark.parametrize(("language", "first", "second"), [*OTHER, *DENIED])
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
        ("en", "Hello, please tell me.", False),
    ],
)
def test_what_leans_on_the_conversation_is_not_pinned(language: str, text: str, alone: bool) -> None:
    assert stands_alone(text, language) is alone
