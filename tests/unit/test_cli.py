"""The command line: its help, its exit codes, clean JSON, and nothing half-written."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from erasmus_assistant.cli import MODULES, main, parser
from erasmus_assistant.settings import Settings

HELP = Path(__file__).parents[1] / "help.txt"


def commands(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parser, and that of every command under it."""
    yield top
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from commands(command)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """One width for help, and an answer to every question: when to abstain is tested elsewhere."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("ERASMUS_THRESHOLD", "0")


def help_text() -> str:
    return "\n".join(f"$ {command.prog} --help\n{command.format_help()}" for command in commands(parser()))


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="argparse lays help out in another way since Python 3.13")
def test_help_is_the_stored_text() -> None:
    """After a change that is meant: python tests/unit/test_cli.py writes it anew."""
    assert help_text() == HELP.read_text("utf-8")


def test_the_grammar_of_one_noun_is_its_part_of_the_whole() -> None:
    def nouns(top: argparse.ArgumentParser) -> dict[str, str]:
        (action,) = [one for one in top._actions if isinstance(one, argparse._SubParsersAction)]
        return {name: command.format_help() for name, command in action.choices.items()}

    whole = nouns(parser())
    assert set(whole) == {noun for held in MODULES.values() for noun in held}
    for noun, text in whole.items():
        assert nouns(parser(noun))[noun] == text


def test_every_command_gives_an_example() -> None:
    for command in commands(parser()):
        if command.get_default("run"):
            assert (command.epilog or "").startswith("example: erasmus-assistant "), command.prog


class Ran:
    """The outcome of one command."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


class Runner:
    """Runs commands over the shared corpus and index."""

    def __init__(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        self.folders = ["--corpus", str(settings.corpus), "--index", str(settings.index)]
        self._capsys = capsys

    def __call__(self, *arguments: str, folders: list[str] | None = None) -> Ran:
        self._capsys.readouterr()
        try:
            code = main([*arguments, *(self.folders if folders is None else folders)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *self._capsys.readouterr())


@pytest.fixture
def run(settings: Settings, assistant: object, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(settings, capsys)


def known_problem(ran: Ran, told: str) -> None:
    """One line on stderr, nothing on stdout, exit code 1."""
    assert ran.code == 1
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert told in ran.err


def test_ask_prints_the_answer_and_where_it_stands(run: Runner) -> None:
    ran = run("ask", "Kas ir Otlas?")
    assert ran.code == 0
    assert ran.out.startswith("Vadlīnijās teikts:")
    assert "[1] Kurš īsteno Programmu “Erasmus+”? > " in ran.out
    assert ran.err == ""


def test_json_is_all_that_is_on_stdout(run: Runner, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(json.dumps([["user", "Kas ir Otlas?"], ["assistant", "Partneru meklēšanas rīks Otlas."]]))
    ran = run("ask", "Un kur tur var reģistrēties?", "--json", "--history", str(history))
    row = json.loads(ran.out)
    assert row["language"] == "lv"
    assert any("otlas.eu" in one["quote"] for one in row["citations"])
    found = [json.loads(line) for line in run("search", "partneru meklēšana", "-k", "3", "--json").out.splitlines()]
    assert [one["rank"] for one in found] == [1, 2, 3]
    assert json.loads(run("index", "show", "--json").out)["counts"]["documents"] == 1
    assert json.loads(run("settings", "--json").out)["port"] == {"value": 7860, "from": "default"}
    listed = [json.loads(line) for line in run("corpus", "list", "--json").out.splitlines()]
    assert [one["id"] for one in listed] == ["guide-2021-implements-lv"]
    assert json.loads(run("corpus", "show", "guide-2021-implements-lv", "--json").out)["language"] == "lv"


def test_the_first_question_builds_the_index_and_says_so_on_stderr(run: Runner, tmp_path: Path) -> None:
    ran = run("ask", "Kas ir Otlas?", "--json", folders=[*run.folders[:2], "--index", str(tmp_path / "index")])
    assert json.loads(ran.out)["outcome"] == "answered"
    assert "no index in" in ran.err
    assert "index built: " in ran.err


def test_search_shows_what_was_looked_for(run: Runner) -> None:
    ran = run("search", "partner search", "-k", "2")
    lines = ran.out.splitlines()
    assert lines[0].split()[0] == "1"
    assert lines[-1].startswith("looked for: partner")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ask", ""), "type a question"),
        (("search", "?!"), "type a question"),
        (("ask", "x" * 5000), "2000 are allowed"),
        (("search", ""), "type a question"),
        (("search", "x", "-k", "0"), "-k must be 1 or more, not 0"),
        (("ask", "x", "--history", "none.json"), "'none.json' can't be read as JSON"),
        (("batch", "none.jsonl", "-o", "out.jsonl"), "'none.jsonl' can't be read"),
        (("corpus", "show", "none"), "no document 'none' in the corpus; there is: guide-2021-implements-lv"),
        (("corpus", "add", "none.txt"), "'none.txt' can't be opened"),
        (("corpus", "add", "http://127.0.0.1/x"), "leads to the private address 127.0.0.1"),
        (("corpus", "remove", "none"), "no document 'none'"),
    ],
)
def test_a_known_problem_is_one_line_and_exit_code_1(run: Runner, arguments: tuple[str, ...], told: str) -> None:
    known_problem(run(*arguments), told)


def test_a_missing_corpus_and_a_bad_setting_are_known_problems(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_problem(run("corpus", "list", folders=["--corpus", str(tmp_path / "none")]), "create it or name another")
    (tmp_path / "empty").mkdir()
    known_problem(
        run("index", "build", folders=["--corpus", str(tmp_path / "empty"), "--index", str(tmp_path / "i")]),
        "holds no document; add one with",
    )
    known_problem(run("index", "verify", folders=["--index", str(tmp_path / "i")]), "build it with")
    monkeypatch.setenv("ERASMUS_PORT", "none")
    known_problem(run("settings"), "ERASMUS_PORT can't be 'none'")


@pytest.mark.parametrize(
    "arguments",
    [(), ("ask",), ("none",), ("index",), ("search", "x", "-k", "many"), ("batch", "x"), ("ask", "x", "--jso")],
)
def test_wrong_usage_exits_2_and_shows_the_usage(run: Runner, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments, folders=[])
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("usage: erasmus-assistant")


@pytest.mark.parametrize("command", ["ask", "index build", "corpus add", "benchmark run"])
def test_help_exits_0(run: Runner, command: str) -> None:
    ran = run(*command.split(), "--help", folders=[])
    assert ran.code == 0
    assert ran.out.startswith("usage: erasmus-assistant")


def questions(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def test_batch_answers_in_order(run: Runner, tmp_path: Path) -> None:
    source = questions(
        tmp_path / "q.jsonl",
        '{"id": "b", "question": "Kas ir Otlas?"}',
        "",
        '{"id": "a", "question": "Un kur?", "history": [["user", "Kas ir EPALE?"]], "lang": "lv", "gold": []}',
    )
    target = tmp_path / "a.jsonl"
    ran = run("batch", source, "-o", str(target))
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert (ran.code, ran.out) == (0, "")
    assert [row["id"] for row in rows] == ["b", "a"]
    assert ran.err.splitlines()[-1] == f"2 answers written to {target}"


def test_a_question_without_letters_is_declined_and_the_rest_are_answered(run: Runner, tmp_path: Path) -> None:
    lines = (
        '{"id": "a", "question": "?"}',
        '{"id": "b", "question": "Kas ir Otlas?"}',
        '{"id": "c", "question": "2021"}',
    )
    target = tmp_path / "a.jsonl"
    ran = run("batch", questions(tmp_path / "q.jsonl", *lines), "-o", str(target))
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert ran.code == 0
    assert [(row["id"], row["question"], row["outcome"]) for row in rows] == [
        ("a", "?", "declined"),
        ("b", "Kas ir Otlas?", "answered"),
        ("c", "2021", "declined"),
    ]
    assert all(row["text"] for row in rows)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "q.jsonl line 2: "),
        ("[]", 'q.jsonl line 2: a line must be an object with a string "id" and a "question"'),
        ('{"id": 1, "question": "x"}', "q.jsonl line 2: a line must be"),
        ('{"id": "a"}', "q.jsonl line 2: a line must be"),
        ('{"id": "a", "question": ""}', "q.jsonl line 2: "),
        ('{"id": "a", "question": 5}', "q.jsonl line 2: "),
        ('{"id": "a", "question": "x", "history": "y"}', "q.jsonl line 2: history must be a list"),
        ('{"id": "a", "question": "x", "history": [["user"]]}', "q.jsonl line 2: history entry 1"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(run: Runner, tmp_path: Path, line: str, told: str) -> None:
    source = questions(tmp_path / "q.jsonl", '{"id": "a", "question": "Kas ir Otlas?"}', line)
    target = tmp_path / "a.jsonl"
    target.write_text("what stood before")
    known_problem(run("batch", source, "-o", str(target)), told)
    assert target.read_text() == "what stood before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "q.jsonl"]


def test_batch_needs_a_question_and_a_place_to_write(run: Runner, tmp_path: Path) -> None:
    known_problem(run("batch", questions(tmp_path / "q.jsonl", ""), "-o", str(tmp_path / "a")), "holds no question")
    source = questions(tmp_path / "q.jsonl", '{"id": "a", "question": "Kas ir Otlas?"}')
    ran = run("batch", source, "-o", str(tmp_path / "none" / "a.jsonl"))
    assert ran.code == 1
    assert "can't be written: No such file or directory" in ran.err


def test_a_document_comes_and_goes_with_the_index(run: Runner, tmp_path: Path) -> None:
    folders = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
    source = tmp_path / "guide-2026.txt"
    source.write_text("Zebra grants\n\nA zebra grant is paid to keepers of zebras in the year of the zebra.\n")
    added = run("corpus", "add", str(source), "--language", "en", folders=folders)
    assert added.code == 0
    assert "added guide-2026: 'Zebra grants', en, 2026" in added.err
    assert "zebra" in run("ask", "Who gets a zebra grant?", folders=folders).out
    assert run("corpus", "check", folders=folders).code == 0
    assert run("index", "verify", folders=folders).code == 0
    assert "1 passages of 1 documents" in run("index", "show", folders=folders).out
    assert run("corpus", "remove", "guide-2026", folders=folders).code == 0
    assert source.exists()
    assert not list((tmp_path / "corpus").glob("*.txt"))


def test_check_names_the_file_that_can_not_be_read(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00" * 50)
    (tmp_path / "good.txt").write_text("Title\n\nWords.\n")
    ran = run("corpus", "check", folders=["--corpus", str(tmp_path)])
    assert ran.code == 1
    assert "bad: 'bad.txt' is a binary file" in ran.err
    assert "2 documents, 1 with a problem" in ran.err


def test_verify_finds_a_flipped_byte_and_another_corpus(run: Runner, tmp_path: Path, settings: Settings) -> None:
    folders = [*run.folders[:2], "--index", str(tmp_path / "index")]
    assert run("index", "build", folders=folders).code == 0
    (path,) = (tmp_path / "index").glob("*/vectors.faiss")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    known_problem(run("index", "verify", folders=folders), "'vectors.faiss' of the index")
    path.write_bytes(data)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.txt").write_text("Title\n\nWords.\n")
    known_problem(
        run("index", "verify", folders=["--corpus", str(tmp_path / "other"), *folders[2:]]), "the corpus has changed"
    )


def test_settings_hide_secrets(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERASMUS_DATABASE", "sqlite:///secret.db")
    for arguments in (("settings",), ("settings", "--json")):
        ran = run(*arguments)
        assert "secret" not in ran.out
        assert "********" in ran.out


@pytest.mark.parametrize("module", ["erasmus_assistant", "erasmus_assistant.cli"])
def test_each_way_to_start_it_runs_the_command(module: str) -> None:
    ran = subprocess.run([sys.executable, "-m", module, "ask"], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert ran.stderr.startswith("usage: erasmus-assistant ask")


if __name__ == "__main__":
    import os

    os.environ["COLUMNS"] = "100"
    HELP.write_text(help_text(), "utf-8")
