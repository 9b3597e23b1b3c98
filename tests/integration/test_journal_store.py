"""The journal on SQLite and on a real PostgreSQL server: what is stored, what is not, what is deleted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.errors import AccountProblem, JournalProblem, LoginRefused
from erasmus_assistant.records import Answer, Outcome, Turn
from erasmus_assistant.review.accounts import (
    IDLE,
    LONGEST_SESSION,
    TRIES_OF_A_NAME,
    WINDOW,
    Accounts,
    Role,
)
from erasmus_assistant.review.cases import PAGE, Cases, Filters
from erasmus_assistant.review.database import database_url, open_database
from erasmus_assistant.review.exporting import csv_lines, json_lines
from erasmus_assistant.review.journal import Journal
from erasmus_assistant.review.numbers import Numbers
from erasmus_assistant.review.tables import answer as answers
from erasmus_assistant.review.tables import audit, metadata, salt, verdict
from erasmus_assistant.review.urgency import DONE, SECOND_WANTED, THUMB_DOWN
from erasmus_assistant.review.verdicts import Judgement, Verdict, Verdicts

pytest_plugins = ("databases",)

PASSWORD = "correct horse battery"


def answer(answer_id: str, question: str = "Kas ir Eurodesk?", **more: object) -> Answer:
    made = Answer(answer_id, question, "lv", Outcome.ANSWERED, "Atbilde.", 0.9, (), (), "extractive", "build")
    return replace(made, threshold=0.35, **more)  # type: ignore[arg-type]


def test_the_migrations_make_the_tables_that_the_code_expects(journal: Journal) -> None:
    with journal.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_everything_that_led_to_an_answer_is_stored(journal: Journal, assistant: Assistant) -> None:
    made = assistant.ask(Request("Kas ir Eurodesk tīkls?", (Turn("user", "Labdien"), Turn("assistant", "Sveiki"))))
    journal.record(made, "session")
    case = Cases(journal.engine).require(made.id)
    assert (case.question, case.language, case.outcome) == (made.question, made.language, made.outcome.value)
    assert case.build == made.index
    assert [hit["passage_id"] for hit in case.details["hits"]] == [hit.passage.id for hit in made.hits]
    assert {hit["passage_id"] for hit in case.details["hits"] if hit["cited"]} <= {
        one.passage.id for one in made.quotations
    }
    assert [one["quote"] for one in case.details["citations"]] == [one.quote for one in made.quotations]
    assert case.details["hits"][0]["scores"]
    assert case.details["looked_for"]
    assert case.details["threshold"] == assistant.threshold
    assert case.details["history"] == [["user", "Labdien"], ["assistant", "Sveiki"]]
    assert set(case.details["timings_ms"]) == {"retrieve", "answer", "total"}


def test_personal_data_never_reaches_the_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(open_database(str(path)))
    secrets = ["anna@example.org", "120385-12345", "LV80BANK0000435195001", "+371 29 123 456", "203.0.113.7"]
    question = f"I am {' '.join(secrets[:4])}; who helps?"
    journal.record(answer("a", question, context=(f"Call {secrets[3]}",), looked_for=question), secrets[4])
    journal.feedback("a", False, ["wrong"], f"write to {secrets[0]}")
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [secret for secret in secrets if secret.encode() in stored] == []
    assert path.stat().st_mode & 0o077 == 0


def test_session_names_are_salted_and_the_salt_rotates(journal: Journal) -> None:
    first, second = datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC)
    for number, (session, at) in enumerate([("s", first), ("s", first), ("t", first), ("s", second)]):
        journal.record(answer(f"a{number}"), session, at=at)
    names = [Cases(journal.engine).require(f"a{number}").session for number in range(4)]
    assert names[0] == names[1]
    assert len({names[0], names[2], names[3]}) == 3
    assert "s" not in names
    with journal.engine.connect() as connection:
        assert list(connection.execute(select(salt.c.day)).scalars()) == ["2026-11-02"]


def test_retention_and_deletion_by_session(journal: Journal) -> None:
    present = datetime.now(UTC)
    for days in (0, 29, 31, 400):
        journal.record(answer(f"d{days}"), f"s{days}", at=present - timedelta(days=days))
    Verdicts(journal.engine).judge("d31", Judgement("anna", Verdict.WRONG))
    assert journal.prune(30) == 2
    assert [case.id for case in Cases(journal.engine).newest(Filters())] == ["d0", "d29"]
    with journal.engine.connect() as connection:
        assert connection.execute(select(verdict)).first() is None
    assert journal.forget(Cases(journal.engine).require("d29").session) == 1
    assert journal.forget("s0") == 1
    assert journal.forget("") == 0
    assert journal.count() == 0


def test_a_conversation_is_its_own_turns_and_nobody_elses(journal: Journal) -> None:
    begun = datetime(2026, 11, 1, 9, tzinfo=UTC)
    for number, name in enumerate(["first-talk", "second-talk", "first-talk", "", "first-talk", ""]):
        journal.record(answer(f"a{number}"), name, at=begun + timedelta(hours=2 * number))
    cases = Cases(journal.engine)

    def before(case_id: str) -> list[str]:
        return [case.id for case in cases.before(cases.require(case_id))]

    assert before("a4") == ["a0", "a2"]
    assert before("a1") == []
    assert before("a5") == []
    assert journal.forget("first-talk", at=begun) == 3
    assert journal.count() == 3


def test_what_is_pruned_is_gone_from_the_disk(tmp_path: Path) -> None:
    journal = Journal(open_database(str(tmp_path / "journal.sqlite3")))
    journal.record(answer("a", "A question nobody else asks zebrawood?"), at=datetime(2020, 1, 1, tzinfo=UTC))
    journal.prune(30)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"zebrawood" not in stored


def test_an_answer_is_kept_once(journal: Journal) -> None:
    journal.record(answer("a"))
    journal.record(answer("a"))
    assert journal.count() == 1
    assert not journal.feedback("unknown", helpful=True)


def test_a_thumb_down_comes_to_the_top(journal: Journal) -> None:
    for name in "abc":
        journal.record(answer(name))
    assert journal.feedback("b", False, ["wrong"], "No.")
    cases = Cases(journal.engine)
    assert cases.page(Filters(state="open"))[0].id == "b"
    assert cases.require("b").urgency >= THUMB_DOWN
    Verdicts(journal.engine).judge("b", Judgement("anna", Verdict.RIGHT))
    assert cases.require("b").urgency == DONE
    journal.feedback("b", helpful=True)
    assert cases.require("b").urgency == DONE
    journal.feedback("b", helpful=False)
    assert cases.require("b").urgency >= THUMB_DOWN


def test_filters(journal: Journal) -> None:
    journal.record(answer("a", "Kur meklēt PARTNERUS?"), at=datetime(2026, 11, 1, 23, 59, tzinfo=UTC))
    journal.record(answer("b", "100% of costs_", outcome=Outcome.NOT_IN_GUIDE, language="en"))
    cases = Cases(journal.engine)

    def found(**values: str) -> list[str]:
        assert cases.count(Filters(**values)) == len(cases.page(Filters(**values)))
        return [case.id for case in cases.page(Filters(**values))]

    assert found(text="partnerus meklēt") == ["a"]
    assert found(text="%") == ["b"]
    assert found(text="_") == ["b"]
    assert found(text="'; DROP TABLE answer; --") == []
    assert found(outcome="not_in_guide", language="en") == ["b"]
    assert found(since="2026-11-01", until="2026-11-01") == ["a"]
    assert found(verdict="none", state="judged") == []
    with pytest.raises(JournalProblem, match="no date"):
        found(since="yesterday")


def test_verdicts_only_grow_and_a_second_reviewer_is_waited_for(journal: Journal) -> None:
    verdicts, cases = Verdicts(journal.engine), Cases(journal.engine)
    for name in "ab":
        journal.record(answer(name))
    verdicts.judge("a", Judgement("anna", Verdict.WRONG, "Write to anna@example.org"))
    verdicts.want_second("a", "anna")
    assert cases.require("a").urgency == SECOND_WANTED
    verdicts.judge("a", Judgement("anna", Verdict.INCOMPLETE))
    assert cases.require("a").urgency == SECOND_WANTED
    verdicts.judge("a", Judgement("berta", Verdict.INCOMPLETE))
    assert (cases.require("a").urgency, cases.require("a").verdict) == (DONE, "incomplete")
    verdicts.judge("b", Judgement("anna", Verdict.RIGHT))
    verdicts.judge("b", Judgement("berta", Verdict.WRONG))
    assert verdicts.agreement().n == 2
    assert verdicts.agreement().alike == 0.5
    trail = verdicts.trail("a")
    assert [(event.actor, event.action) for event in trail[::-1]] == [
        ("anna", "verdict"),
        ("anna", "second reviewer wanted"),
        ("anna", "verdict"),
        ("berta", "verdict"),
    ]
    assert trail[1].before["verdict"] == "wrong"
    assert "anna@example.org" not in json.dumps([event.after for event in trail])
    for change in (update(audit).values(actor="x"), audit.delete(), update(verdict).values(verdict="right")):
        with pytest.raises(DBAPIError, match="only grows"), journal.engine.begin() as connection:
            connection.execute(change)


def test_sessions_expire_and_attempts_are_limited(journal: Journal) -> None:
    accounts = Accounts(journal.engine)
    accounts.add("anna", PASSWORD, Role.ADMIN)
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    token = accounts.log_in("Anna", PASSWORD, start)
    session = accounts.session(token, start + IDLE)
    assert session is not None
    assert (session.name, session.role) == ("anna", Role.ADMIN)
    assert accounts.session(token, start + IDLE + IDLE + timedelta(seconds=1)) is None
    assert accounts.session(token, start) is None
    token, at = accounts.log_in("anna", PASSWORD, start), start
    while at < start + LONGEST_SESSION:
        assert accounts.session(token, at) is not None
        at += IDLE
    assert accounts.session(token, at + timedelta(seconds=1)) is None
    with journal.engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM account")).all())
    assert PASSWORD not in stored
    for _ in range(TRIES_OF_A_NAME):
        with pytest.raises(LoginRefused, match="wrong"):
            accounts.log_in("anna", "a wrong password", start)
    with pytest.raises(LoginRefused, match="too many"):
        accounts.log_in("anna", PASSWORD, start)
    assert accounts.log_in("anna", PASSWORD, start + WINDOW + timedelta(seconds=1))
    accounts.add("anna", PASSWORD + "!", Role.REVIEWER)
    with pytest.raises(AccountProblem, match="12 to"):
        accounts.add("berta", "short", Role.REVIEWER)
    with pytest.raises(AccountProblem, match="no name"):
        accounts.add("../x", PASSWORD, Role.REVIEWER)
    accounts.remove("anna")
    with pytest.raises(AccountProblem, match="no account"):
        accounts.remove("anna")


def test_exports_hold_every_row_and_no_formula(journal: Journal) -> None:
    for number in range(4):
        journal.record(answer(f"{number:05}", "=1+1"), at=datetime(2026, 7, 1, tzinfo=UTC))
    _fill(journal, 5000)
    cases = Cases(journal.engine)
    csv_text = "".join(csv_lines(cases.stream(Filters())))
    assert csv_text.startswith("\ufeffid,")
    assert csv_text.count("'=1+1") == 4
    rows = [json.loads(line) for line in json_lines(cases.stream(Filters()))]
    assert [row["id"] for row in rows[:4]] == [f"{number:05}" for number in range(4)]
    assert rows[0]["question"] == "=1+1"
    assert len({row["id"] for row in rows}) == len(rows) == 5005


def _fill(journal: Journal, many: int) -> None:
    """`many` rows in the shape of one that was recorded."""
    journal.record(answer("first"))
    with journal.engine.begin() as connection:
        row = dict(connection.execute(select(answers).where(answers.c.id == "first")).mappings().one())
        start = datetime(2026, 8, 1, tzinfo=UTC)
        for batch in range(0, many, 5000):
            connection.execute(insert(answers), [_varied(row, number, start) for number in range(batch, batch + 5000)])


def _varied(row: dict[str, Any], number: int, start: datetime) -> dict[str, Any]:
    asked = start + timedelta(minutes=number)
    question = f"Kur meklēt partnerus projektam {number}?"
    return {
        **row,
        "id": f"r{number}",
        "asked": asked,
        "day": asked.date().isoformat(),
        "question": question,
        "folded": question.casefold(),
        "urgency": (10, 0, 45, 100)[number % 4],
        "language": ("lv", "en", "de")[number % 3],
        "details": {**row["details"], "hits": []},
    }


class Asked:
    """The statements that a database was sent, and how it goes about them."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._held = engine, list[tuple[str, Any]]()
        event.listen(engine, "before_cursor_execute", self._keep)

    def _keep(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            self._held.append((statement, parameters))

    def plans(self) -> list[str]:
        """The plan of each statement since the last call."""
        held, self._held = self._held, []
        explain = "EXPLAIN QUERY PLAN " if self._engine.dialect.name == "sqlite" else "EXPLAIN "
        with self._engine.connect() as connection:
            plans = [
                "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))
                for statement, parameters in held
            ]
        self._held = []
        return plans


def test_the_queue_of_100_000_answers_is_read_from_its_indexes(journal: Journal) -> None:
    """No page sorts the journal, and no count or filter opens its rows: each has a long trace behind it."""
    _fill(journal, 100_000)
    sqlite = journal.engine.dialect.name == "sqlite"
    if not sqlite:
        # Which the server does by itself before long.
        with journal.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    cases, asked = Cases(journal.engine), Asked(journal.engine)
    for filters, total in (
        (Filters(state="open"), 75_001),
        (Filters(), 100_001),
        (Filters(verdict="none"), 100_001),
    ):
        page = cases.page(filters)
        assert len(page) == PAGE
        assert [case.urgency for case in page] == [THUMB_DOWN] * PAGE
        plans = asked.plans()
        assert len(plans) == 1
        assert ("TEMP B-TREE" if sqlite else "Seq Scan") not in plans[0], filters
        assert cases.count(filters) == total
        assert not sqlite or "USING COVERING INDEX" in asked.plans()[0]
        asked.plans()
    assert cases.count(Filters(text="projektam 77777")) == 1
    assert cases.count(Filters(language="de", state="open")) == 25_000
    asked.plans()
    assert cases.languages() == ["de", "en", "lv"]
    numbers = Numbers(journal.engine, 3650)
    assert numbers.all().n == 100_001
    assert [one.n for one in numbers.by_language()] == [33_335, 33_333, 33_333]
    numbers.by_day()
    assert not sqlite or all("USING COVERING INDEX" in plan for plan in asked.plans())


def test_sessions_of_an_address_are_kept_and_are_no_conversation(database: str) -> None:
    """What an earlier version recorded: several people's turns under one name, and another order of the queue."""
    engine = open_database(database)
    journal = Journal(engine)
    for name in ("a", "b", "c", "d"):
        journal.record(answer(name), "office" if name != "d" else "")
    with engine.begin() as connection:
        for name, urgency in (("a", 55), ("b", 50), ("c", 47)):
            connection.execute(update(answers).where(answers.c.id == name).values(urgency=urgency))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    engine.dispose()
    journal = Journal(open_database(database))
    cases = Cases(journal.engine)
    held = [cases.require(name) for name in ("a", "b", "c", "d")]
    assert [case.urgency for case in held] == [70, 40, 57, 10]
    assert held[0].session == held[2].session != ""
    assert held[3].session == ""
    assert cases.before(held[2]) == []
    assert journal.forget(held[0].session) == 3
    assert journal.count() == 1
    journal.engine.dispose()


def test_an_older_journal_is_brought_to_this_version(database: str) -> None:
    """With its rows, and by whoever opens it."""
    engine = open_database(database)
    Journal(engine).record(answer("a"))
    Verdicts(engine).judge("a", Judgement("anna", Verdict.WRONG))
    with engine.begin() as connection:
        for name in ("answer_facts", "answer_verdict"):
            connection.exec_driver_sql(f"DROP INDEX {name}")
        for name, column in (("answer_asked", "asked"), ("answer_day", "day"), ("answer_verdict", "verdict")):
            connection.exec_driver_sql(f"CREATE INDEX {name} ON answer ({column})")
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    engine = open_database(database)
    assert Cases(engine).require("a").verdict == "wrong"
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("value", ["mysql://x/y", "postgresql+nosuch://x", "://", "sqlite:////dev/null/x.db"])
def test_a_database_that_cannot_be_is_one_line(value: str) -> None:
    with pytest.raises(JournalProblem) as caught:
        open_database(value).connect()
    assert "\n" not in str(caught.value)


def test_a_plain_path_is_an_sqlite_file_and_no_password_is_shown() -> None:
    assert database_url("a/b.sqlite3").render_as_string() == "sqlite:///a/b.sqlite3"
    with pytest.raises(JournalProblem) as caught:
        open_database("postgresql://erasmus:s3cret@127.0.0.1:1/x")
    assert "s3cret" not in str(caught.value)


def test_a_newer_journal_is_refused(database: str) -> None:
    engine = open_database(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(JournalProblem, match="newer version"):
        open_database(database)
