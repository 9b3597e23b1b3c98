"""Which edition a question means, and the same passage shown once."""

from __future__ import annotations

import tomllib
from itertools import permutations

import numpy as np
import pytest
from fakes import LetterEncoder, document

from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Passage, Question
from erasmus_assistant.search import editions
from erasmus_assistant.search.editions import BEHIND, BEHIND_EACH, Editions, Place, marks_of, once, own_first
from erasmus_assistant.search.index import build
from erasmus_assistant.search.ranker import Ranker
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.search.tokens import LANGUAGES


def years(*known: tuple[str, int | None]) -> Editions:
    documents = [
        document("Words.", f"d{number}", language, year=year)  # type: ignore[arg-type]
        for number, (language, year) in enumerate(known)
    ]
    return Editions({one.id: one for one in documents})


THREE = years(("en", 2024), ("en", 2025), ("en", 2026), ("lv", 2025), ("de", None))


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "When was the deadline in 2025?", 2025),
        ("en", "What changed between 2024 and 2025?", 2025),
        ("en", "What was in last year's guide?", 2025),
        ("lv", "Kāda bija dienas nauda pagājušā gada vadlīnijās?", 2025),
        ("de", "Wie hoch war das Tagegeld im Leitfaden vom letzten Jahr?", 2025),
        ("fr", "Que disait le guide de l’année dernière ?", 2025),
        ("pl", "Jaki był termin w zeszłorocznym przewodniku?", 2025),
        ("el", "Τι έλεγε ο περσινός οδηγός;", 2025),
        ("fi", "Mikä määräaika oli viime vuoden oppaassa?", 2025),
        ("en", "When is the deadline?", None),
        ("en", "How old do you have to be?", None),
        ("en", "Do I need earlier experience or an old passport?", None),
        ("en", "Does the programme run 2021-2027?", None),
        ("en", "Is there a budget for 2025–27?", None),
        ("en", "Who gets 2,025 euro or 12.2025 of them?", None),
        ("en", "What did the guide of 2019 say?", None),
        ("en", "What did last year's guide, that of 2019, say?", None),
    ],
)
def test_the_year_that_a_question_asks_for(language: str, text: str, wanted: int | None) -> None:
    assert THREE.wanted(Question(text, language)) == wanted


def test_one_year_or_none_is_never_asked_for() -> None:
    for held in (years(("lv", 2021)), years(("lv", 2021), ("en", 2021), ("de", None)), years(("en", None))):
        assert held.wanted(Question("What was in the guide of 2021, or last year?", "en")) is None
        assert held.behind("lv", 2021, None) == held.behind("en", None, None) == 0


@pytest.mark.parametrize(
    ("language", "year", "wanted", "lost"),
    [
        ("en", 2026, None, 0.0),
        ("en", 2025, None, BEHIND + BEHIND_EACH),
        ("en", 2024, None, BEHIND + 2 * BEHIND_EACH),
        ("lv", 2025, None, 0.0),
        ("de", None, None, 0.0),
        ("de", None, 2025, 0.0),
        ("en", 2025, 2025, 0.0),
        ("en", 2026, 2025, BEHIND + BEHIND_EACH),
        ("lv", 2025, 2026, BEHIND + BEHIND_EACH),
    ],
)
def test_what_a_passage_loses_for_its_year(language: str, year: int | None, wanted: int | None, lost: float) -> None:
    assert THREE.behind(language, year, wanted) == lost


def test_every_language_has_cues_and_each_of_them_works() -> None:
    cues = tomllib.loads(editions.FILE.read_text("utf-8"))
    assert tuple(cues) == LANGUAGES
    for language, held in cues.items():
        assert len(set(held)) == len(held), language
        for cue in held:
            asked = Question(f"Xyz {cue.replace('*', '')}?", language)
            assert THREE.wanted(asked) == 2025, (language, cue)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("by 12 March at 13:00", "līdz 12. martam plkst. 13.00"),
        ("1,000 euro or 2.5 %", "1 000 eiro jeb 2,5 %"),
        ("see https://badge.example.org.", "sk. https://badge.example.org"),
        ("https://example.org/en/action-7 or page_en.html", "https://example.org/lv/action-7 vai page_lv.html"),
        ("24 000 and 300", "300 un 24.000"),
        ("no figure", "nav skaitļu"),
    ],
)
def test_a_translation_keeps_its_marks(one: str, other: str) -> None:
    assert marks_of(one) == marks_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("9 euro", "8 euro"), ("30 | 41\n500", "30 | 41500"), ("www.one.eu", "www.two.eu")]
)
def test_other_figures_are_other_marks(one: str, other: str) -> None:
    assert marks_of(one) != marks_of(other)


def passage(name: str, language: str, text: str, year: int | None = None) -> Passage:
    return Passage(f"{name}.1", name, 0, len(text), text, (), language, year)


SAME = (
    passage("english", "en", "Volunteers get 9 or 6 euro."),
    passage("latvian", "lv", "Brīvprātīgie saņem 9 vai 6 eiro."),
    passage("german", "de", "Freiwillige erhalten 9 oder 6 Euro."),
)
NEAR = np.array([[1, 0], [0.9, 0.4359], [0.8, 0.6]], np.float32)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("language", ["en", "lv", "de", "fr"])
def test_a_passage_in_three_languages_is_shown_once_whatever_the_order(order: tuple[int, ...], language: str) -> None:
    passages = [SAME[at] for at in order]
    places = once(passages, NEAR[list(order)], [3.0, 2.0, 1.0], [True] * 3, language)
    assert [place.score for place in places] == [3.0]
    shown = passages[places[0].at].language
    assert shown == (language if language != "fr" else passages[0].language)


def test_the_wanted_edition_goes_before_the_language() -> None:
    places = once(SAME[:2], NEAR[:2], [3.0, 2.0], [False, True], "en")
    assert [place.at for place in places] == [1]


@pytest.mark.parametrize(
    ("other", "cosine"),
    [
        (passage("latvian", "lv", "Brīvprātīgie saņem 9 vai 7 eiro."), 0.95),
        (passage("latvian", "lv", "Brīvprātīgie saņem 9 vai 6 eiro."), 0.5),
        (passage("more", "en", "Volunteers get 9 or 6 euro at most."), 0.8),
        (passage("english", "en", "Volunteers get 9 or 6 euro."), 1.0),
    ],
)
def test_what_is_not_the_same_passage_stays(other: Passage, cosine: float) -> None:
    vectors = np.array([[1, 0], [cosine, (1 - cosine**2) ** 0.5]], np.float32)
    assert len(once([SAME[0], other], vectors, [2.0, 1.0], [True, True], "en")) == 2


@pytest.mark.parametrize(
    ("text", "language", "order"),
    [
        ("Brīvprātīgie saņem 9 vai 6 eiro, bet ne vairāk kā 40 dienas.", "lv", [1, 0]),
        ("Brīvprātīgie saņem 9 vai 6 eiro, bet ne vairāk kā 40 dienas.", "fr", [0, 1]),
        ("Brīvprātīgie saņem 9 vai 7 eiro.", "lv", [0, 1]),
        ("Brīvprātīgie saņem 9 eiro.", "lv", [0, 1]),
    ],
)
def test_a_passage_in_the_language_of_the_question_leads_where_it_says_as_much(
    text: str, language: str, order: list[int]
) -> None:
    passages = [SAME[0], passage("latvian", "lv", text)]
    places = own_first(passages, NEAR[:2], [Place(0, 3.0), Place(1, 1.0)], [True, True], language)
    assert [place.at for place in places] == order
    assert places[0].score == 3.0


TEXT = "Pocket money\n\nVolunteers get {} euro of pocket money a day.\n\nTravel\n\nTravel is paid for {} km.\n"


def retriever(*years: int | None) -> Retriever:
    documents = [document(TEXT.format(at + 5, at + 50), f"d{year}", year=year) for at, year in enumerate(years)]  # type: ignore[arg-type]
    index = build(documents, LetterEncoder(), Chunking(), "print")
    return Retriever(index, LetterEncoder(), Ranker({"bm25": 5.0}, {"bm25": 5.0}, {}, {}))


@pytest.mark.parametrize(
    ("question", "first"),
    [("How much pocket money?", "d2026"), ("How much pocket money in 2025?", "d2025"),
     ("How much pocket money in last year's guide?", "d2025")],
)  # fmt: skip
def test_the_edition_that_is_meant_comes_first_and_the_other_behind(question: str, first: str) -> None:
    hits = retriever(2025, 2026).retrieve(Question(question, "en")).hits
    assert hits[0].passage.document == first
    assert "pocket" in hits[0].passage.text
    own = [hit.passage.document == first for hit in hits]
    assert own == sorted(own, reverse=True)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_without_years_nothing_is_held_against_anything() -> None:
    scores = {
        hit.passage.document: hit.score
        for hit in retriever(None, 2026).retrieve(Question("How much pocket money in 2025?", "en")).hits
        if "pocket" in hit.passage.text
    }
    assert scores["dNone"] == pytest.approx(scores["d2026"], abs=0.01)
