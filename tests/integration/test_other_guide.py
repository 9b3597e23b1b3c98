"""A guide of another programme: four documents in three languages and three formats, two editions, tables."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.contract import answer_json
from erasmus_assistant.assembly import build_assistant, build_index
from erasmus_assistant.guide.corpus import Corpus, Entry
from erasmus_assistant.records import Question
from erasmus_assistant.search import store
from erasmus_assistant.search.dense import load_encoder
from erasmus_assistant.search.language import detect_document
from erasmus_assistant.settings import Settings

HTML = """<!doctype html><html lang="en"><head><title>Open Hands handbook {year}</title></head><body>
<nav><a href="/">Home</a> <a href="/login">Log in</a></nav><main><h1>Open Hands handbook {year}</h1>
<h2>Who can volunteer</h2><p>Volunteers must be between 18 and {oldest} years old on the day the placement begins.</p>
<h2>Applications</h2><p>Organisations send their applications by {deadline} at 13:00 Brussels time.</p>
<h2>Pocket money</h2><p>Volunteers receive pocket money for every day of the placement.</p>
<table><caption>Pocket money by host country (euro a day)</caption>
<tr><th>Countries</th><th>Alone</th><th>In a team</th></tr>
<tr><td>Denmark, Ireland, Norway</td><td>{a}</td><td>6</td></tr>
<tr><td>Austria, France, Italy</td><td>{b}</td><td>5</td></tr>
<tr><td>Latvia, Poland, Portugal</td><td>{c}</td><td>4</td></tr></table>
<h2>Travel</h2><p>Travel is paid by the distance from home to the place of the placement.</p>
<table><tr><th>Distance</th><th>Usual travel</th><th>Green travel</th></tr>
<tr><td>10–99 km</td><td>30</td><td>41</td></tr><tr><td>100–499 km</td><td>195</td><td>240</td></tr>
<tr><td>500–1999 km</td><td>290</td><td>350</td></tr></table>
<h2>Insurance</h2><p>Every volunteer is insured free of charge through the HelpCard plan from the day of departure
to 60 days after the return. The plan pays for dental treatment in emergencies only.</p>
</main><footer>Privacy | Sitemap</footer></body></html>"""
GERMAN = """# Offene Hände: Leitfaden für Aufnahmeorganisationen 2026

## Unterkunft

Die Aufnahmeorganisation stellt jeder Freiwilligen ein eigenes Zimmer.

| Unterkunft | Verpflegungsgeld pro Tag | Mietzuschuss pro Monat |
|---|---|---|
| Gastfamilie | 7 Euro | 210 Euro |
| Wohnheim | 10 Euro | 275 Euro |

## Sprachkurs

Für Einsätze ab drei Monaten bezahlt das Programm einen Sprachkurs von 60 Stunden.

## Abschlussbericht

Der Abschlussbericht ist spätestens 45 Tage nach dem Ende des Einsatzes einzureichen.
"""
LATVIAN = """Atvērtās rokas: ceļvedis brīvprātīgajiem 2026

1. Apdrošināšana

Ikviens brīvprātīgais ir bez maksas apdrošināts ar HelpCard polisi no izbraukšanas dienas līdz 60 dienām pēc
atgriešanās. Zobārsta pakalpojumus polise sedz tikai neatliekamos gadījumos.

2. Brīvdienas

Par katru nostrādātu mēnesi brīvprātīgajam pienākas divas brīvdienas, ko var izmantot arī kopā.

3. Mācības

Pirms izbraukšanas notiek divu dienu sagatavošanas mācības Rīgā.
"""
FILES = {
    "handbook-2025.en.html": HTML.format(year=2025, oldest=28, deadline="4 February 2025", a=7, b=6, c=5),
    "handbook-2026.en.html": HTML.format(year=2026, oldest=32, deadline="12 March 2026", a=9, b=8, c=7),
    "leitfaden-2026.de.md": GERMAN,
    "celvedis-2026.lv.txt": LATVIAN,
}


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The four documents, added one by one."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
        Corpus(folder / "corpus").add(folder / name, Entry(name), detect_document)
    return Settings(_env_file=None, corpus=folder / "corpus", index=folder / "index")


@pytest.fixture(scope="module")
def helper(other: Settings) -> Assistant:
    return build_assistant(other, lambda line: None)[0]


def test_titles_languages_and_years_are_found_out(helper: Assistant) -> None:
    known = {one.source: (one.language, one.year) for one in helper.retriever().index.documents.values()}
    assert known == {
        "handbook-2025.en.html": ("en", 2025),
        "handbook-2026.en.html": ("en", 2026),
        "leitfaden-2026.de.md": ("de", 2026),
        "celvedis-2026.lv.txt": ("lv", 2026),
    }
    assert not any("Log in" in one.text or "Sitemap" in one.text for one in helper.retriever().index.passages)


@pytest.mark.parametrize(
    ("language", "question", "document", "quote"),
    [
        ("en", "By when do organisations send their applications?", "handbook-2026-en", "12 March 2026"),
        ("en", "What was the deadline for applications in 2025?", "handbook-2025-en", "4 February 2025"),
        ("en", "Until what age could one volunteer in last year's handbook?", "handbook-2025-en", "18 and 28"),
        ("lv", "Līdz kādam vecumam drīkst būt brīvprātīgais?", "handbook-2026-en", "18 and 32"),
        ("de", "Wie viele Stunden dauert der Sprachkurs?", "leitfaden-2026-de", "60 Stunden"),
        ("en", "How many hours of language course are paid for?", "leitfaden-2026-de", "60 Stunden"),
        ("lv", "Vai apdrošināšana sedz zobārstu?", "celvedis-2026-lv", "HelpCard polisi"),
        ("en", "Does the insurance pay for the dentist?", "handbook-2026-en", "HelpCard plan"),
    ],
)
def test_the_right_document_comes_first(
    helper: Assistant, language: str, question: str, document: str, quote: str
) -> None:
    hit = helper.retriever().retrieve(Question(question, language)).hits[0]
    assert (hit.passage.document, quote in hit.passage.text) == (document, True)


def test_a_question_in_a_language_that_no_document_speaks_is_met_among_the_best_three(helper: Assistant) -> None:
    found = helper.retriever().retrieve(Question("Combien de jours de congé par mois ?", "fr")).hits[:3]
    assert "divas brīvdienas" in " ".join(hit.passage.text for hit in found)


@pytest.mark.parametrize("language", ["en", "lv", "de"])
def test_the_same_passage_is_shown_once(helper: Assistant, language: str) -> None:
    question = {"en": "Is the dentist insured by the HelpCard?", "lv": "Vai HelpCard sedz zobārstu?",
                "de": "Zahlt die HelpCard den Zahnarzt?"}[language]  # fmt: skip
    hits = helper.retriever().retrieve(Question(question, language)).hits
    found = [hit.passage.document for hit in hits if "HelpCard" in hit.passage.text]
    assert found == [{"en": "handbook-2026-en", "lv": "celvedis-2026-lv"}.get(language, found[0])]
    assert found != ["handbook-2025-en"]


@pytest.mark.parametrize(
    ("question", "row", "others"),
    [
        ("How much pocket money does a volunteer in Portugal get a day?", "Latvia, Poland, Portugal | 7 | 4", "Norway"),
        ("How much pocket money did one get in Ireland in 2025?", "Denmark, Ireland, Norway | 7 | 6", "Austria"),
        ("How much is paid for usual travel over a distance of 700 km?", "500–1999 km | 290 | 350", "10–99"),
        ("Cik maksā par ceļu, ja attālums ir 150 km?", "100–499 km | 195 | 240", "10–99"),
        ("Wie hoch ist der Mietzuschuss im Wohnheim?", "Wohnheim | 10 Euro | 275 Euro", "Gastfamilie"),
    ],
)
def test_a_row_is_quoted_behind_its_heading_row(helper: Assistant, question: str, row: str, others: str) -> None:
    helper.threshold = 0.0
    answer = helper.ask(Request(question))
    quotes = [one.quote for one in answer.quotations]
    assert quotes[-1] == row
    header = quotes[0].splitlines()[-1]
    assert " | " in header
    assert not any(char.isdigit() for char in header)
    assert others not in answer.text


def test_a_citation_says_which_edition(helper: Assistant) -> None:
    helper.threshold = 0.0
    answer = answer_json(helper.ask(Request("What was the deadline for applications in 2025?")))
    assert {(one["title"], one["year"]) for one in answer["citations"]} == {("Open Hands handbook 2025", 2025)}


def test_every_citation_is_exact(helper: Assistant) -> None:
    helper.threshold = 0.0
    documents = helper.retriever().index.documents
    for question in ("How much pocket money is paid in Latvia?", "Was steht im Abschlussbericht?", "Kur ir mācības?"):
        for one in helper.ask(Request(question)).quotations:
            assert documents[one.passage.document].text[one.start : one.end] == one.quote


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_a_changed_file_costs_its_own_passages_and_gives_the_full_build(
    other: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = load_encoder()
    shutil.copytree(other.corpus, tmp_path / "corpus")
    settings = Settings(_env_file=None, corpus=tmp_path / "corpus", index=tmp_path / "index")
    build_index(settings, encoder)
    changed = GERMAN.replace("Die Aufnahmeorganisation stellt", "In jedem Fall stellt die Aufnahmeorganisation")
    (tmp_path / "corpus" / "leitfaden-2026.de.md").write_text(changed, "utf-8")
    encoded: list[str] = []
    encode = type(encoder).encode_passages

    def counted(self: object, texts: list[str]) -> object:
        encoded.extend(texts)
        return encode(encoder, texts)

    with monkeypatch.context() as patch:
        patch.setattr(type(encoder), "encode_passages", counted)
        _, step = build_index(settings, encoder)
    assert 1 <= len(encoded) <= 2
    assert "In jedem Fall" in encoded[0]
    _, full = build_index(settings.model_copy(update={"index": tmp_path / "fresh"}), encoder)
    assert contents(step) == contents(full)


def test_an_interrupted_build_leaves_the_index_and_goes_on(
    other: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = load_encoder()
    shutil.copytree(other.corpus, tmp_path / "corpus")
    settings = Settings(_env_file=None, corpus=tmp_path / "corpus", index=tmp_path / "index")
    _, before = build_index(settings, encoder)
    (tmp_path / "corpus" / "celvedis-2026.lv.txt").write_text(LATVIAN + "\n4. Vīzas\n\nVīzu sedz programma.\n", "utf-8")

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "_put", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build_index(settings, encoder)
    assert store.current_build(settings.index) == before
    index, _ = build_index(settings, encoder)
    assert any("Vīzu sedz" in one.text for one in index.passages)
