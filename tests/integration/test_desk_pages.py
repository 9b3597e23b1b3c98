"""The desk and the lab over HTTP: who gets in, what is shown, what becomes of a verdict."""

from __future__ import annotations

import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.benchmark.checking import check_set
from erasmus_assistant.benchmark.questions import read_questions
from erasmus_assistant.records import Answer, Document, Outcome, Turn
from erasmus_assistant.review.accounts import Accounts, Role
from erasmus_assistant.review.database import open_database
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.pins import Pins, State
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings
from erasmus_assistant.web import problems
from erasmus_assistant.web.desk.staffing import staffed
from erasmus_assistant.web.feedback import Feedback, Reason

PASSWORD = "correct horse battery"
QUESTION = "Kas ir Eurodesk tīkls?"
CORRECTED = "Eurodesk tīkls jauniešiem stāsta par mobilitāti. [1]"


class Changing:
    """Gives one retriever, then whichever a test puts in its place."""

    def __init__(self, retriever: Retriever) -> None:
        self.current = retriever

    def __call__(self) -> Retriever:
        return self.current


@dataclass
class House:
    """The app with a journal, without the chat."""

    client: TestClient
    journal: Journal
    assistant: Assistant
    live: Changing
    questions: Path
    runs: Path
    upkeep_once: object

    def ask(self, question: str = QUESTION, helpful: bool | None = None) -> Answer:
        answer = self.assistant.ask(Request(question))
        self.journal.record(answer, "session")
        if helpful is not None:
            self.journal.feedback(answer.id, helpful)
        return answer

    def log_in(self, name: str = "anna", target: str = "") -> TestClient:
        client = TestClient(self.client.app, follow_redirects=True)
        page = client.get("/desk/login", params={"next": target})
        form = {"name": name, "password": PASSWORD, "next": target, "token": _hidden(page.text, "token")}
        assert client.post("/desk/login", data=form).status_code == 200
        return client


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page[:2000]
    return found[1]


def _post(client: TestClient, address: str, **fields: object) -> object:
    fields.setdefault("csrf", _hidden(client.get("/desk").text, "csrf"))
    return client.post(address, data=fields)


@pytest.fixture
def house(tmp_path: Path, settings: Settings, assistant: Assistant) -> Iterator[House]:
    journal = Journal(open_database(str(tmp_path / "journal.sqlite3")))
    accounts = Accounts(journal.engine)
    accounts.add("anna", PASSWORD, Role.ADMIN)
    accounts.add("berta", PASSWORD, Role.REVIEWER)
    live = Changing(assistant.retriever())
    own = Assistant(live, assistant.answerer, assistant.threshold)
    questions = tmp_path / "questions" / "from-desk.jsonl"
    questions.parent.mkdir()
    said: list[str] = []
    staff = staffed(settings, own, journal, said.append, questions)
    app = FastAPI()
    problems.install(app)
    staff.extend(app)
    client = TestClient(app, follow_redirects=False)
    yield House(client, journal, own, live, questions, tmp_path / "runs", staff.upkeep.once)
    staff.stop()
    journal.engine.dispose()


ADDRESSES = [
    *("/desk", "/desk/", "/desk/cases/x", "/desk/pins", "/desk/numbers", "/desk/trail", "/desk/export.csv"),
    *("/desk/export.jsonl", "/desk/../desk/pins", "/desk/%2e%2e/lab", "/desk/static/x", "/desk/api/cases", "/desk//"),
    *("/lab", "/lab/", "/lab/compare", "/lab/runs/x", "/lab/runs/x/report", "/lab/runs/x/download", "/lab/nothing"),
    *("/lab/runs/x/progress", "/desk/login/x", "/desk/cases/x/verdict", "/desk/logout", "/lab/runs", "/lab/stop"),
]


def test_a_stranger_reaches_nothing(house: House) -> None:
    for address in ADDRESSES:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            answer = house.client.request(method, address)
            assert answer.status_code == 401, (method, address)
        seen = house.client.get(address, headers={"accept": "text/html"})
        assert seen.status_code == 303, address
        assert seen.headers["location"].startswith("/desk/login?next=")
    house.client.cookies["erasmus-desk"] = "x" * 43
    assert house.client.get("/desk").status_code == 401


def test_logging_in(house: House) -> None:
    page = house.client.get("/desk/login")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert " style=" not in page.text
    token = _hidden(page.text, "token")
    wrong = house.client.post("/desk/login", data={"name": "anna", "password": "x", "token": token})
    assert wrong.status_code == 401
    assert "wrong" in wrong.text
    forged = house.client.post("/desk/login", data={"name": "anna", "password": PASSWORD, "token": "guessed"})
    assert forged.status_code == 403
    for _ in range(6):
        last = house.client.post("/desk/login", data={"name": "anna", "password": "x", "token": token})
    assert last.status_code == 429
    other = house.log_in("berta", "/lab")
    assert other.get("/desk").status_code == 200
    cookies = other.cookies
    assert cookies["erasmus-desk"]
    _post(other, "/desk/logout")
    assert other.get("/desk", follow_redirects=False).status_code == 401


def test_a_change_needs_the_token_of_the_session(house: House) -> None:
    case = house.ask()
    client = house.log_in()
    address = f"/desk/cases/{case.id}/verdict"
    assert client.post(address, data={"verdict": "right"}).status_code == 403
    assert client.post(address, data={"verdict": "right", "csrf": "x"}).status_code == 403
    csrf = _hidden(client.get("/desk").text, "csrf")
    elsewhere = client.post(address, data={"verdict": "right", "csrf": csrf}, headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.status_code == 403
    assert client.post(address, data={"verdict": "right", "csrf": csrf}).status_code == 200


def test_only_an_admin_approves_and_reads_the_trail(house: House) -> None:
    reviewer = house.log_in("berta")
    assert _post(reviewer, "/desk/pins/1/approve").status_code == 403  # type: ignore[attr-defined]
    assert reviewer.get("/desk/trail").status_code == 403
    assert house.log_in().get("/desk/trail").status_code == 200


def test_from_a_thumb_down_to_a_test_and_a_pinned_answer_that_expires(house: House, guide: Document) -> None:
    answer = house.ask(helpful=False)
    client = house.log_in()
    queue = client.get("/desk")
    assert QUESTION in queue.text
    assert "thumb down" in queue.text
    case = f"/desk/cases/{answer.id}"
    page = client.get(case)
    assert page.status_code == 200
    assert answer.quotations[0].quote.split("\n")[0][:40] in page.text
    keys = re.findall(r'name="gold" value="([^"]+)"[^>]*><span>([^<]*)', page.text)
    gold = next(key for key, sentence in keys if sentence.startswith("Eurodesk tīkls") or "Eurodesk tīkl" in sentence)
    done = _post(client, f"{case}/verdict", verdict="incomplete", corrected=CORRECTED, gold=gold, note="Too short.")
    assert "The verdict is kept." in done.text  # type: ignore[attr-defined]
    assert "Nothing here" in client.get("/desk").text

    assert "now a question of the benchmark" in _post(client, f"{case}/test").text  # type: ignore[attr-defined]
    assert "brought up to date" in _post(client, f"{case}/test").text  # type: ignore[attr-defined]
    lines = read_questions(house.questions.parent)
    assert [line.question for line in lines] == [QUESTION]
    assert lines[0].gold[0] in guide.text
    problems_of_it = [one for one in check_set(lines, {guide.id: guide.text}).problems if one.startswith("desk-")]
    assert problems_of_it == []

    assert "an admin decides" in _post(client, f"{case}/pin").text  # type: ignore[attr-defined]
    assert house.assistant.ask(Request(QUESTION)).text != CORRECTED
    pin = Pins(house.journal.engine).all()[0]
    assert "given from now on" in _post(client, f"/desk/pins/{pin.id}/approve").text  # type: ignore[attr-defined]
    time.sleep(1.1)
    pinned = house.assistant.ask(Request("kas ir EURODESK tīkls"))
    assert pinned.text.startswith(CORRECTED)
    assert pinned.note
    assert pinned.quotations[0].quote in guide.text
    assert list(house.assistant.stream(Request(QUESTION)))[-1].answer.text == pinned.text  # type: ignore[union-attr]
    assert not house.assistant.ask(Request("Kas ir eTwinning?")).text.startswith(CORRECTED)

    _change_passage(house, pin.citations[0].passage_id)
    assert not house.assistant.ask(Request(QUESTION)).text.startswith(CORRECTED)
    house.upkeep_once()  # type: ignore[operator]
    assert Pins(house.journal.engine).all()[0].state is State.EXPIRED
    assert "pinned answer expired" in client.get("/desk").text
    assert client.get(case).status_code == 200
    trail = client.get("/desk/trail").text
    for action in ("verdict", "made a test", "pin proposed", "pin approved", "pin expired"):
        assert action in trail


def _change_passage(house: House, passage_id: str) -> None:
    """As if the guide were read anew and this passage had other words."""
    held = house.live.current
    passages = tuple(replace(one, id="changed") if one.id == passage_id else one for one in held.index.passages)
    index = replace(held.index, name="newer", passages=passages)
    house.live.current = Retriever(index, held.encoder, held.ranker)


def test_a_judged_case_never_breaks_the_check_of_the_set(house: House, guide: Document) -> None:
    """Whatever a person asked: the guide's own words, the same as another, or as a question of the set."""
    copied = " ".join(guide.text[guide.text.index("Eurodesk tīkl") :].split()[:9])
    answers = [house.ask(text) for text in (copied, QUESTION, "kas ir EURODESK tīkls", "Kāds rīt laiks?")]
    client = house.log_in()
    quote = answers[1].quotations[0]
    gold = f"{quote.passage.id}:{quote.start}:{quote.end}"
    for answer, verdict in zip(answers, ["wrong", "wrong", "incomplete", "should_have_abstained"], strict=True):
        case = f"/desk/cases/{answer.id}"
        _post(client, f"{case}/verdict", verdict=verdict, gold=gold)
        assert "of the benchmark" in _post(client, f"{case}/test").text  # type: ignore[attr-defined]
    lines = read_questions(house.questions.parent)
    assert [line.question for line in lines] == [copied, "kas ir EURODESK tīkls", "Kāds rīt laiks?"]
    assert [line.id for line in lines] == [f"desk-{answers[place].id[:16]}" for place in (0, 1, 3)]
    assert all(line.from_desk for line in lines)
    found = check_set(lines, {guide.id: guide.text}).problems
    assert [problem for problem in found if not problem.startswith("the set:")] == []

    written = {"id": "lv-900", "lang": "lv", "kind": "fact", "question": "Kas ir EPALE?", "gold": ["EPALE"]}
    house.questions.with_name("lv.jsonl").write_text(json.dumps(written) + "\n", "utf-8")
    same = house.ask("kas ir epale")
    _post(client, f"/desk/cases/{same.id}/verdict", verdict="wrong", gold=gold)
    refused = _post(client, f"/desk/cases/{same.id}/test")
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "lv-900" in refused.text  # type: ignore[attr-defined]


def test_what_was_typed_is_never_lost(house: House) -> None:
    answer = house.ask()
    client = house.log_in()
    entered = {"verdict": "wrong", "note": "zebrawood", "corrected": "A better answer.", "gold": "x:1:2"}
    refused = _post(client, f"/desk/cases/{answer.id}/verdict", **entered)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    page = refused.text  # type: ignore[attr-defined]
    assert ">zebrawood</textarea>" in page
    assert ">A better answer.</textarea>" in page
    assert re.search(r'value="wrong"[^>]*checked', page)


def test_the_filters_of_the_queue_stay(house: House) -> None:
    """From the queue to a case, through a verdict, and back; also "open and judged", which is an empty value."""
    answer = house.ask()
    for number in range(60):
        house.journal.record(replace(answer, id=f"other-{number}"), "session")
    client = house.log_in()
    narrowed = "language=lv&amp;state="
    queue = client.get("/desk?state=&language=lv").text
    assert f"/desk?{narrowed}&amp;page=2" in queue
    case = re.search(r'href="(/desk/cases/[^"]+)"', queue)
    assert case
    assert narrowed in case[1]
    page = client.get(case[1].replace("&amp;", "&")).text
    action = re.search(r'action="(/desk/cases/[^"]+/verdict[^"]*)"', page)
    assert action
    done = _post(client, action[1].replace("&amp;", "&"), verdict="right")
    assert f'href="/desk?{narrowed}" data-key="u"' in done.text  # type: ignore[attr-defined]


def test_ask_again_shows_the_difference_and_records_nothing(house: House) -> None:
    answer = house.ask()
    client = house.log_in()
    assert "gives the same answer" in client.get(f"/desk/cases/{answer.id}?again=1").text
    other = replace(answer, id="other", text="Something else.", quotations=())
    house.journal.record(other)
    shown = client.get("/desk/cases/other?again=1").text
    assert "<del>Something else.</del>" in shown
    assert "<ins>" in shown
    assert house.journal.count() == 2


def test_a_case_shows_the_turns_of_its_own_conversation(house: House) -> None:
    """Two people behind one proxy; one of them asks again the next day, when only what came along is known."""
    for number, (name, question) in enumerate([("one", "Kas ir EPALE?"), ("two", "Kas ir SELFIE?"), ("one", QUESTION)]):
        answer = replace(house.assistant.ask(Request(question)), id=f"turn-{number}")
        house.journal.record(answer, name)
    client = house.log_in()
    page = client.get("/desk/cases/turn-2").text
    before = page[page.index("The conversation before it") : page.index("The answer as the person saw it")]
    assert 'href="/desk/cases/turn-0' in before
    assert "turn-1" not in before
    assert "SELFIE?" not in before
    assert "The conversation before it" not in client.get("/desk/cases/turn-1").text
    said = [Turn("user", "Kas ir Otlas?"), Turn("assistant", "> **Otlas** ir rīks.")]
    house.journal.record(replace(answer, id="later"), "three", history=said)
    later = client.get("/desk/cases/later").text
    assert "Kas ir Otlas?" in later
    assert "Otlas ir rīks." in later


def test_what_the_guide_does_not_say_is_grouped_and_staff_know_best(house: House) -> None:
    refused = [replace(house.ask(), id=f"no-{n}", outcome=Outcome.NOT_IN_GUIDE) for n in range(3)]
    for answer, question in zip(refused, ["Kāds rīt laiks?", "Kāds rīt būs laiks?", "Cik maksā kaķis?"], strict=True):
        house.journal.record(replace(answer, question=question))
    client = house.log_in()
    _post(client, "/desk/cases/no-2/verdict", verdict="should_have_answered")
    page = client.get("/desk/numbers").text
    groups = page[page.index("What people ask") :]
    assert "asked 2 times" in groups
    assert "/desk/cases/no-0" in groups
    assert "Cik maksā kaķis?" not in groups
    wrong = house.ask("Kas ir EPALE?")
    assert "EPALE?" not in groups
    _post(client, f"/desk/cases/{wrong.id}/verdict", verdict="should_have_abstained")
    page = client.get("/desk/numbers").text
    assert wrong.id in page[page.index("What people ask") :]


def test_a_second_reviewer_judges_blind(house: House) -> None:
    answer = house.ask()
    anna, berta = house.log_in("anna"), house.log_in("berta")
    case = f"/desk/cases/{answer.id}"
    _post(anna, f"{case}/verdict", verdict="wrong", note="zebrawood")
    _post(anna, f"{case}/second")
    assert QUESTION in berta.get("/desk").text
    assert "zebrawood" not in berta.get(case).text
    _post(berta, f"{case}/verdict", verdict="wrong")
    assert "zebrawood" in berta.get(case).text
    assert "n=1" in anna.get("/desk/numbers").text


def test_a_second_verdict_takes_no_corrected_answer_back(house: House) -> None:
    answer = house.ask()
    quote = answer.quotations[0]
    gold = f"{quote.passage.id}:{quote.start}:{quote.end}"
    case = f"/desk/cases/{answer.id}"
    anna, berta = house.log_in("anna"), house.log_in("berta")
    _post(anna, f"{case}/verdict", verdict="incomplete", corrected=CORRECTED, gold=gold)
    _post(anna, f"{case}/second")
    _post(berta, f"{case}/verdict", verdict="incomplete", gold=gold)
    assert "an admin decides" in _post(anna, f"{case}/pin").text  # type: ignore[attr-defined]
    assert Pins(house.journal.engine).all()[0].text == CORRECTED


@pytest.mark.parametrize("address", ["/desk/cases/unknown", "/desk/nothing", "/lab/runs/unknown", "/lab/runs/..%2f.."])
def test_what_is_not_there_is_a_404(house: House, address: str) -> None:
    assert house.log_in().get(address).status_code == 404


def test_bad_input_is_told_and_never_a_500(house: House) -> None:
    answer = house.ask()
    client = house.log_in()
    case = f"/desk/cases/{answer.id}"
    checks = [
        (_post(client, f"{case}/verdict", verdict="superb"), 422),
        (_post(client, f"{case}/verdict", verdict="right", gold="../../etc/passwd:1:2"), 409),
        (_post(client, f"{case}/verdict", verdict="right", gold="x:99999999:1"), 409),
        (_post(client, f"{case}/test"), 422),
        (_post(client, f"{case}/pin"), 422),
        (_post(client, "/desk/pins/999/approve"), 409),
        (_post(client, "/desk/pins/x/approve"), 404),
        (_post(client, "/lab/runs", name="../x", questions="all", split="all"), 409),
        (_post(client, "/lab/runs", name="x", questions="../../etc/passwd", split="all"), 409),
        (client.get("/desk?since=yesterday"), 200),
        (client.get("/desk?page=99999999999999999999"), 200),
        (client.get("/desk?page=%F0%9D%9F%98"), 200),
        (client.get("/desk?outcome=%00"), 200),
        (client.get("/lab/compare?before=..&after=.."), 409),
    ]
    assert [got.status_code for got, _ in checks] == [wanted for _, wanted in checks]  # type: ignore[attr-defined]


def test_hostile_text_is_shown_and_never_run(house: House) -> None:
    bad = "<script>alert(1)</script> \"'><img src=x onerror=alert(1)> partneri?"
    answer = house.ask(bad)
    house.journal.feedback(answer.id, False, ["<b>"], "<svg onload=alert(1)>")
    client = house.log_in()
    for address in ("/desk", f"/desk/cases/{answer.id}?again=1", "/desk/numbers", f"/desk?text={bad}"):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<svg onload" not in text
    exported = client.get("/desk/export.jsonl").text
    assert json.loads(exported.splitlines()[0])["question"]
    assert client.get("/desk/export.csv").text.startswith("\ufeffid,")


def test_the_sink_of_the_chat(house: House) -> None:
    from erasmus_assistant.web.desk.sink import JournalSink

    said: list[str] = []
    sink = JournalSink(house.journal, said.append)
    answer = house.assistant.ask(Request(QUESTION))
    sink.record(answer, "client", "chat")
    assert sink.feedback(Feedback(answer.id, False, (Reason.WRONG,), "No."))
    assert not sink.feedback(Feedback("unknown", True))
    with house.journal.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE answer RENAME TO away")
    sink.record(replace(answer, id="b"), "client", "api")
    sink.record(replace(answer, id="c"), "client", "api")
    assert len(said) == 1


def test_a_run_in_the_lab(house: House) -> None:
    house.questions.with_name("tiny.jsonl").write_text(
        json.dumps({"id": "far-1", "lang": "en", "kind": "far", "question": "Will it rain?", "answerable": False})
        + "\n"
    )
    client = house.log_in()
    started = _post(client, "/lab/runs", name="first", questions="tiny", split="all")
    assert started.status_code == 200  # type: ignore[attr-defined]
    assert _stage(client, "first") == "finished", client.get("/lab/runs/first").text
    page = client.get("/lab/runs/first").text
    assert "Whole report" in page
    report = client.get("/lab/runs/first/report")
    assert "sandbox" in report.headers["content-security-policy"]
    assert "<h1>" in report.text
    archive = zipfile.ZipFile(io.BytesIO(client.get("/lab/runs/first/download").content))
    assert "first/answers.jsonl" in archive.namelist()
    _post(client, "/lab/runs", name="second", questions="tiny", split="all")
    assert _stage(client, "second") == "finished"
    assert "No headline measure" in client.get("/lab/compare?before=first&after=second").text
    assert house.journal.count() == 0


def test_the_lab_of_a_fresh_clone_shows_the_kept_baseline(house: House) -> None:
    line = {"id": "far-1", "lang": "en", "kind": "far", "question": "Will it rain?", "answerable": False}
    house.questions.with_name("tiny.jsonl").write_text(json.dumps(line) + "\n")
    client = house.log_in()
    assert "choose the questions above" in client.get("/lab").text
    _post(client, "/lab/runs", name="own", questions="tiny", split="all")
    assert _stage(client, "own") == "finished"
    rows = [json.loads(row) for row in (house.runs / "own" / "rows.jsonl").read_text().splitlines()]
    shutil.move(house.runs / "own", house.runs.parent / "away")
    kept = {"config": {"created": "2026-11-23T12:47:42+00:00", "settings": {"set": "all"}}, "rows": rows}
    house.runs.with_name("baseline.json").write_text(json.dumps(kept))

    overview = client.get("/lab").text
    assert "kept baseline" in overview
    assert "compared here with the kept baseline" in overview
    page = client.get("/lab/runs/kept%20baseline")
    assert page.status_code == 200
    assert re.search(r"1\.000 <small>n=1", page.text)
    assert "Whole report" not in page.text
    for what in ("report", "download"):
        assert client.get(f"/lab/runs/kept%20baseline/{what}").status_code == 404
    assert house.client.get("/lab/runs/kept%20baseline").status_code == 401

    shutil.move(house.runs.parent / "away", house.runs / "own")
    assert re.search(r"<option selected>kept baseline</option>", client.get("/lab").text)
    compared = client.get("/lab/compare", params={"before": "kept baseline", "after": "own"}).text
    assert "No headline measure" in compared
    assert "1 question is in both runs" in compared
    house.runs.with_name("baseline.json").write_text("[]")
    assert "kept baseline" not in client.get("/lab").text


def _stage(client: TestClient, name: str, seconds: float = 120) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        stage = client.get(f"/lab/runs/{name}/progress").json()["stage"]
        if stage != "running":
            return str(stage)
        time.sleep(0.3)
    return "still running"
