"""Does the language recogniser know what people type: short, without diacritics, full of names?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.errors import ModelFileProblem
from erasmus_assistant.search import language
from erasmus_assistant.search.tokens import LANGUAGES, fold

NAMES = frozenset("erasmus epale etwinning otlas eurodesk europass selfie salto".split())
"""What a corpus would tell to be names (`search.names`)."""

QUESTIONS = {
    "bg": "Къде да кандидатствам за стипендия?|Какво прави националната агенция|колко пари получава студентът|"
    "Може ли училището ни да участва|регистрация в eTwinning|Кой плаща пътуването?|"
    "партньори за младежки обмен|Какво е EPALE",
    "cs": "Kde podat žádost o grant?|Co dělá národní agentura|kolik peněz dostane student|"
    "Může se naše škola zapojit|registrace do eTwinningu|Kdo zaplatí cestu?|"
    "partneři pro výměnu mládeže|Čím se zabývá EPALE",
    "da": "Hvor søger man om tilskud?|Hvad laver det nationale agentur|hvor mange penge får en studerende|"
    "Må vores skole være med|tilmelding til eTwinning|Hvem betaler rejsen?|"
    "partnere til ungdomsudveksling|Hvad er EPALE for noget",
    "de": "Wo stelle ich den Antrag?|Was macht die Nationale Agentur|wie viel Geld bekommt ein Student|"
    "Darf unsere Schule mitmachen|Anmeldung bei eTwinning|Wer bezahlt die Reise?|"
    "Partner für Jugendaustausch|Wofür gibt es EPALE",
    "el": "Πού υποβάλλω αίτηση;|Τι κάνει η εθνική υπηρεσία|πόσα χρήματα παίρνει ο φοιτητής|"
    "Μπορεί να συμμετάσχει το σχολείο μας|εγγραφή στο eTwinning|Ποιος πληρώνει το ταξίδι;|"
    "εταίροι για ανταλλαγή νέων|Τι είναι το EPALE",
    "en": "Where do I apply for a grant?|What does the national agency do|how much money does a student get|"
    "Can our school take part|eTwinning registration|Who pays for travel?|"
    "partners for a youth exchange|What is EPALE for",
    "es": "¿Dónde solicito la beca?|Qué hace la agencia nacional|cuánto dinero recibe un estudiante|"
    "Puede participar nuestro colegio|registro en eTwinning|¿Quién paga el viaje?|"
    "socios para un intercambio juvenil|Para qué sirve EPALE",
    "et": "Kuhu ma taotluse saadan?|Mida teeb riiklik agentuur|kui palju raha üliõpilane saab|"
    "Kas meie kool võib osaleda|eTwinningu registreerimine|Kes maksab reisi eest?|"
    "partnerid noortevahetuseks|Mis asi on EPALE",
    "fi": "Mistä haen apurahaa?|Mitä kansallinen toimisto tekee|paljonko rahaa opiskelija saa|"
    "Voiko koulumme osallistua|eTwinning rekisteröityminen|Kuka maksaa matkan?|"
    "kumppaneita nuorisovaihtoon|Mikä EPALE on",
    "fr": "Où déposer ma candidature ?|Que fait l'agence nationale|combien d'argent reçoit un étudiant|"
    "Notre école peut-elle participer|inscription à eTwinning|Qui paie le voyage ?|"
    "partenaires pour un échange de jeunes|À quoi sert EPALE",
    "ga": "Cá gcuirim isteach ar dheontas?|Cad a dhéanann an ghníomhaireacht náisiúnta|"
    "cé mhéad airgid a fhaigheann mac léinn|"
    "An féidir lenár scoil páirt a ghlacadh|clárú le eTwinning|Cé a íocann as an taisteal?|"
    "comhpháirtithe do mhalartú óige|Cad is EPALE ann",
    "hr": "Gdje se prijavljujem za potporu?|Što radi nacionalna agencija|koliko novca dobije student|"
    "Može li naša škola sudjelovati|registracija na eTwinning|Tko plaća put?|"
    "partneri za razmjenu mladih|Čemu služi EPALE",
    "hu": "Hol pályázhatok támogatásra?|Mit csinál a nemzeti iroda|mennyi pénzt kap egy diák|"
    "Részt vehet az iskolánk|eTwinning regisztráció|Ki fizeti az utazást?|"
    "partnerek ifjúsági cseréhez|Mire jó az EPALE",
    "it": "Dove presento la domanda?|Cosa fa l'agenzia nazionale|quanti soldi riceve uno studente|"
    "Può partecipare la nostra scuola|registrazione a eTwinning|Chi paga il viaggio?|"
    "partner per uno scambio giovanile|A cosa serve EPALE",
    "lt": "Kur teikti paraišką?|Ką daro nacionalinė agentūra|kiek pinigų gauna studentas|"
    "Ar mūsų mokykla gali dalyvauti|eTwinning registracija|Kas moka už kelionę?|"
    "partneriai jaunimo mainams|Kam skirta EPALE",
    "lv": "Kur iesniegt pieteikumu?|Ko dara valsts aģentūra|cik naudas saņem students|"
    "Vai mūsu skola var piedalīties|eTwinning reģistrācija|Kas maksā par ceļu?|"
    "partneri jauniešu apmaiņai|Kam domāta EPALE",
    "mt": "Fejn napplika għall-għotja?|X'tagħmel l-aġenzija nazzjonali|kemm jieħu flus student|"
    "L-iskola tagħna tista' tipparteċipa|reġistrazzjoni fuq eTwinning|Min iħallas għall-ivvjaġġar?|"
    "sħab għal skambju taż-żgħażagħ|X'inhu EPALE",
    "nl": "Waar vraag ik subsidie aan?|Wat doet het nationaal agentschap|hoeveel geld krijgt een student|"
    "Mag onze school meedoen|aanmelden bij eTwinning|Wie betaalt de reis?|"
    "partners voor jongerenuitwisseling|Waarvoor dient EPALE",
    "pl": "Gdzie złożyć wniosek?|Czym zajmuje się narodowa agencja|ile pieniędzy dostaje student|"
    "Czy nasza szkoła może wziąć udział|rejestracja w eTwinning|Kto płaci za podróż?|"
    "partnerzy do wymiany młodzieży|Po co jest EPALE",
    "pt": "Onde apresento a candidatura?|O que faz a agência nacional|quanto dinheiro recebe um estudante|"
    "A nossa escola pode participar|inscrição no eTwinning|Quem paga a viagem?|"
    "parceiros para um intercâmbio de jovens|Para que serve o EPALE",
    "ro": "Unde depun cererea?|Ce face agenția națională|câți bani primește un student|"
    "Poate participa școala noastră|înregistrare pe eTwinning|Cine plătește călătoria?|"
    "parteneri pentru un schimb de tineri|La ce folosește EPALE",
    "sk": "Kde podám žiadosť o grant?|Čo robí národná agentúra|koľko peňazí dostane študent|"
    "Môže sa naša škola zapojiť|registrácia do eTwinningu|Kto zaplatí cestu?|"
    "partneri pre výmenu mládeže|Čím sa zaoberá EPALE",
    "sl": "Kje oddam vlogo?|Kaj dela nacionalna agencija|koliko denarja dobi študent|"
    "Ali lahko sodeluje naša šola|registracija v eTwinning|Kdo plača potovanje?|"
    "partnerji za mladinsko izmenjavo|Čemu služi EPALE",
    "sv": "Var ansöker man om bidrag?|Vad gör det nationella kontoret|hur mycket pengar får en student|"
    "Får vår skola vara med|registrering i eTwinning|Vem betalar resan?|"
    "partner för ungdomsutbyte|Vad är EPALE till för",
}
ASKED = [(code, question) for code, line in QUESTIONS.items() for question in line.split("|")]


def share_right(asked: list[tuple[str, str]], **options: tuple[str, ...]) -> float:
    right = [code == language.detect(question, names=NAMES, **options).language for code, question in asked]
    return sum(right) / len(right)


def test_each_language_is_asked_about() -> None:
    assert tuple(QUESTIONS) == LANGUAGES
    assert all(line.count("|") == 7 for line in QUESTIONS.values())


def test_short_questions_are_recognised() -> None:
    assert share_right(ASKED) >= 0.97


def test_short_questions_without_diacritics_are_recognised() -> None:
    assert share_right([(code, fold(question)) for code, question in ASKED]) >= 0.93


@pytest.mark.parametrize("expected", ["lv", "en", "de"])
def test_a_wrong_expectation_does_not_outweigh_the_text(expected: str) -> None:
    assert share_right(ASKED, expected=(expected,)) >= 0.95


def test_the_right_expectation_helps() -> None:
    right = [code == language.detect(fold(text), expected=(code,), names=NAMES).language for code, text in ASKED]
    assert sum(right) / len(right) >= 0.98


@pytest.mark.parametrize(
    "text", ["", "???", "2021-2027", "eTwinning", "EPALE / eTwinning", "https://epale.ec.europa.eu/lv"]
)
def test_without_words_the_expected_language_is_taken(text: str) -> None:
    assert language.detect(text, expected=("et", "en"), names=NAMES).language == "et"
    assert language.detect(text, names=NAMES).language == "en"


@pytest.mark.parametrize("text", ["EPALE link", "Otlas link?", "link"])
@pytest.mark.parametrize("assumed", ["lv", "de", "fi"])
def test_a_keyword_of_many_languages_is_taken_to_be_in_the_one_that_is_assumed(text: str, assumed: str) -> None:
    assert language.detect(text, names=NAMES, assumed=assumed).language == assumed


@pytest.mark.parametrize("assumed", ["lv", "fi"])
def test_an_assumption_does_not_outweigh_words_that_tell(assumed: str) -> None:
    short = {"partner search": "en", "Wer bezahlt?": "de", "résultats": "fr", "партньори": "bg"}
    assert {text: language.detect(text, names=NAMES, assumed=assumed).language for text in short} == short


@pytest.mark.parametrize("text", ["tell me a joke", "hotel in Riga", "Is SELFIE anonymous?"])
def test_few_words_are_taken_to_be_in_the_language_that_the_person_reads(text: str) -> None:
    assert language.detect(text, expected=("en", "lv"), names=NAMES, assumed="en").language == "en"


def test_unknown_expectations_are_passed_over() -> None:
    assert language.detect("EPALE", expected=("xx", "fi"), names=NAMES).language == "fi"


@pytest.mark.parametrize(
    ("text", "code"), [("Какво е Goldener Zweig?", "bg"), ("Τι είναι το Silver Quay;", "el"), ("Co je Duolingo?", "cs")]
)
def test_a_foreign_name_does_not_hide_the_language(text: str, code: str) -> None:
    assert language.detect(text, expected=("lv",), names=NAMES).language == code


def test_a_document_is_recognised_by_its_stretches() -> None:
    text = "What is EPALE? " + "Kur atrast informāciju par stipendijām un kas par to maksā? " * 40
    assert language.detect_document(text) == "lv"
    assert language.detect_document("") == "en"


@given(st.text(max_size=80))
def test_any_text_gets_a_language_and_a_probability(text: str) -> None:
    found = language.detect(text, expected=("lv",))
    assert found.language in LANGUAGES
    assert 0 < found.probability <= 1
    assert found == language.detect(text, expected=("lv",))


def test_the_file_is_small() -> None:
    assert language.FILE.stat().st_size <= 1_500_000


def test_a_damaged_file_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "languages.npz"
    broken.write_bytes(b"not a model")
    monkeypatch.setattr(language, "FILE", broken)
    language._model.cache_clear()
    try:
        with pytest.raises(ModelFileProblem, match="python -m training languages"):
            language.detect("kur ir nauda")
    finally:
        language._model.cache_clear()


@pytest.mark.parametrize(
    ("word", "code"),
    [("verkostot", "fi"), ("networks", "en"), ("Plattformen", "de"), ("netwerks", "mt"), ("reti", "it")],
)
def test_a_word_is_taken_for_one_of_a_language_that_has_it(word: str, code: str) -> None:
    assert language.detect(word, expected=["lv"]).language == code


def test_a_word_that_only_one_language_has_is_of_that_language_whoever_asks() -> None:
    assert language.detect("verkostot", expected=["en"], assumed="en").language == "fi"
    assert language.detect("platforms", expected=["en"], assumed="en").language == "en"
