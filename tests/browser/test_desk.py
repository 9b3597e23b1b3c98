"""The whole way in a real browser: an applicant's thumb down, a verdict, a test, a pinned answer, its end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import DESKTOP, PHONE, Open
from test_access import findings
from web_app import served

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.benchmark.questions import read_questions
from erasmus_assistant.commands.serve import prepare
from erasmus_assistant.review.accounts import Accounts, Role
from erasmus_assistant.review.cases import Cases, Filters
from erasmus_assistant.review.database import open_database
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.pins import Pins, State
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings
from erasmus_assistant.web.desk.staffing import Staffed, staffed

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
QUESTION = "Kas ir Eurodesk tīkls?"
CORRECTED = "Eurodesk tīkls stāsta jauniešiem par mobilitāti un par Eiropas piedāvātajām iespējām. [1]"
Shoot = Callable[[Any, str], None]


class Changing:
    """Gives one retriever, then whichever a test puts in its place."""

    def __init__(self, retriever: Retriever) -> None:
        self.current = retriever

    def __call__(self) -> Retriever:
        return self.current


@dataclass
class House:
    """What stands behind the pages."""

    journal: Journal
    assistant: Assistant
    live: Changing
    staff: Staffed
    questions: Path


@pytest.fixture(scope="module")
def house(settings: Settings, assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("desk")
    journal = Journal(open_database(str(folder / "journal.sqlite3")))
    accounts = Accounts(journal.engine)
    accounts.add("anna", PASSWORD, Role.ADMIN)
    questions = folder / "questions" / "from-desk.jsonl"
    questions.parent.mkdir()
    live = Changing(assistant.retriever())
    own = Assistant(live, assistant.answerer, assistant.threshold)
    staff = staffed(settings, own, journal, lambda line: None, questions)
    yield House(journal, own, live, staff, questions)
    staff.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def address(settings: Settings, house: House) -> Iterator[str]:
    prepare()
    from erasmus_assistant.web.application import create_app

    own = settings.model_copy(update={"rate_limit": 1000})
    app = create_app(own, house.assistant, house.staff.sink, (house.staff.extend,))
    with served(app) as at:
        yield at


def log_in(page: Any, address: str, target: str = "/desk") -> None:
    page.goto(address + target)
    page.fill("#name", "anna")
    page.fill("#password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(address + target)


def test_from_a_thumb_down_to_a_pinned_answer_that_expires(
    open_page: Open, house: House, address: str, shoot: Shoot
) -> None:
    applicant = open_page(language="lv-LV")
    answer = applicant.ask(QUESTION)
    answer.locator(".down").click()
    answer.locator("form textarea").fill("Par maz.")
    answer.locator("form button[type=submit]").click()
    answer.locator(".feedback span[tabindex]").wait_for()

    staff = open_page("/about")
    page = staff.page
    log_in(page, address)
    assert page.locator(".queue .case").first.inner_text().startswith(QUESTION)
    assert "thumb down" in page.locator(".queue .case").first.inner_text()
    shoot(page, "desk-queue")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#verdict")
    assert page.locator(".citation mark").count() >= 1
    shoot(page, "desk-case")

    page.keyboard.press("2")
    assert page.locator("input[value=incomplete]").is_checked()
    page.fill("#corrected", CORRECTED)
    page.locator(".sentence", has_text="Eurodesk tīkls").first.click()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".said")
    page.get_by_role("button", name="Make it a test").click()
    page.wait_for_url("**said=test")
    assert [line.question for line in read_questions(house.questions)] == [QUESTION]
    page.get_by_role("button", name="Propose the corrected answer").click()
    page.wait_for_url("**said=proposed")
    page.goto(address + "/desk/pins")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**said=approved")
    shoot(page, "desk-pins")

    applicant.page.wait_for_timeout(1200)
    pinned = applicant.ask("kas ir Eurodesk tīkls")
    assert "stāsta jauniešiem par mobilitāti" in pinned.inner_text()
    assert "2026" in pinned.locator(".note").inner_text() or pinned.locator(".note").inner_text()
    pinned.locator("a.cite").first.click()
    applicant.page.locator("#source mark").first.wait_for()
    applicant.page.keyboard.press("Escape")

    held = house.live.current
    pin = Pins(house.journal.engine).all()[0]
    gone = pin.citations[0].passage_id
    passages = tuple(replace(one, id="changed") if one.id == gone else one for one in held.index.passages)
    house.live.current = Retriever(replace(held.index, name="newer", passages=passages), held.encoder, held.ranker)
    try:
        later = applicant.ask("Kas ir EURODESK tīkls?")
        assert "stāsta jauniešiem par mobilitāti" not in later.inner_text()
        house.staff.upkeep.once()
        assert Pins(house.journal.engine).all()[0].state is State.EXPIRED
        page.goto(address + "/desk")
        assert "pinned answer expired" in page.locator(".queue").inner_text()
    finally:
        house.live.current = held
    assert staff.errors == []


def test_the_benchmark_counts_the_new_test_in_the_lab(
    open_page: Open, house: House, address: str, shoot: Shoot
) -> None:
    if not house.questions.exists():
        pytest.skip("needs the test before this one")
    one = open_page("/about")
    log_in(one.page, address, "/lab")
    one.page.select_option("select[name=questions]", "from-desk")
    one.page.fill("input[name=name]", "browser")
    one.page.get_by_role("button", name="Run").click()
    one.page.wait_for_selector("progress, .badge.finished")
    one.page.wait_for_selector("text=Whole report", timeout=160_000)
    shoot(one.page, "lab-run")
    one.page.get_by_role("link", name="Whole report").click()
    one.page.wait_for_selector("h1")
    assert "questions scored: 1" in one.page.inner_text("body")
    assert [text for text in one.errors if "sandbox" not in text.lower()] == []


def test_looking_something_up_keeps_what_is_typed_and_ticked(open_page: Open, house: House, address: str) -> None:
    answer = house.assistant.ask(Request("Kas ir EPALE?"))
    house.journal.record(answer, "somebody")
    one = open_page("/about")
    log_in(one.page, address)
    one.page.goto(f"{address}/desk/cases/{answer.id}?state=open")
    one.page.press("body", "3")
    one.page.fill("#note", "zebrawood")
    box = one.page.locator(".sentence input").first
    key = box.get_attribute("value")
    box.check()
    one.page.fill("#find", "Eurodesk")
    one.page.press("#find", "Enter")
    one.page.locator("#guide .sentence", has_text="Eurodesk").first.wait_for()
    one.page.wait_for_function("document.querySelector('#guide details').innerText.includes('Eurodesk')")
    assert one.page.input_value("#note") == "zebrawood"
    assert one.page.locator("input[value=wrong]").is_checked()
    assert one.page.locator(f'.sentence input[value="{key}"]').is_checked()
    one.page.press("#note", "Control+Enter")
    one.page.wait_for_url("**said=judged")
    assert "state=open" in one.page.url
    assert one.errors == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_can_be_used_by_everybody(
    open_page: Open, house: House, address: str, axe: str, shoot: Shoot, size: dict[str, int], dark: bool
) -> None:
    answer = house.assistant.ask(Request("Kādi ir valstu aģentūru uzdevumi?"))
    house.journal.record(answer, "somebody")
    one = open_page("/desk/login", size=size, dark=dark, bypass_csp=True)
    assert findings(one.page, axe) == []
    log_in(one.page, address)
    case = f"/desk/cases/{answer.id}?again=1"
    for number, path in enumerate(["/desk", case, "/desk/pins", "/desk/numbers", "/desk/trail", "/lab"]):
        one.page.goto(address + path)
        assert findings(one.page, axe) == [], path
        assert one.page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        name = path.split("?")[0].strip("/").replace("/", "-")
        shoot(one.page, f"{'dark' if dark else 'light'}-{size['width']}-{number}-{name.split('-cases')[0]}")


def test_a_stranger_sees_the_login_and_nothing_else(open_page: Open, address: str) -> None:
    one = open_page("/desk/numbers")
    assert "/desk/login?next=" in one.page.url
    for path in ("/desk/cases/x", "/lab/runs/x/report", "/desk/anything"):
        one.page.goto(address + path)
        assert "/desk/login" in one.page.url


def test_every_conversation_has_a_name_of_its_own(open_page: Open, house: House, address: str) -> None:
    """Two people at one address; the name outlives a reload, and ends with the conversation."""
    one, two = open_page(language="lv-LV"), open_page(language="lv-LV")
    one.ask("Kas ir eTwinning?")
    two.ask("Kas ir SELFIE?")
    one.page.reload()
    one.page.locator(".answer.done .actions button").first.wait_for()
    one.ask("Un kur tur var reģistrēties?")
    one.page.click("#new")
    one.page.wait_for_function("!document.querySelector('.answer')")
    one.ask("Kas ir Otlas?")
    cases = Cases(house.journal.engine).newest(Filters(), 4)[::-1]
    assert [case.question.split()[-1] for case in cases] == ["eTwinning?", "SELFIE?", "reģistrēties?", "Otlas?"]
    sessions = [case.session for case in cases]
    assert sessions[0] == sessions[2] != ""
    assert len(set(sessions)) == 3

    staff = open_page("/about")
    log_in(staff.page, address)
    staff.page.goto(f"{address}/desk/cases/{cases[2].id}")
    before = staff.page.locator(".history").inner_text()
    assert "Kas ir eTwinning?" in before
    assert "SELFIE" not in before
    staff.page.goto(f"{address}/desk/cases/{cases[3].id}")
    assert staff.page.locator(".history").count() == 0
    assert one.errors == two.errors == []
