"""The whole job in a process of its own: with no network, without heavy libraries, under any locale, clock or disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from erasmus_assistant.settings import Settings

QUESTIONS = [
    "Kas ir Otlas?",
    "Where can we find partners for a youth project?",
    "Wer verwaltet das Budget des Programms?",
    "Combien de langues propose School Education Gateway ?",
    "Mikä on EPALE?",
    "Kdo pomáhá školám s eTwinningem?",
    "Какво прави Eurydice?",
    "Τι είναι το SELFIE;",
    "Kas koordinē Eurodesk?",
    "Welche Aufgaben haben die nationalen Agenturen?",
    "Qué es HEInnovate?",
    "Hva er en NARIC?",
    "Mis on Euroguidance?",
    "Kur var uzzināt par diplomu atzīšanu?",
    "Che cos'è Europass?",
    "Czym zajmują się biura krajowe?",
    "O que é o Youthpass?",
    "Ce este EQAVET?",
    "Vad gör SALTO?",
    "What is the weather tomorrow?",
]
BLOCKED = """
import json, os, socket, sys
tried = []
def refuse(*args, **kwargs):
    tried.append(repr(args)[:100])
    raise OSError("the network is blocked")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refuse)

from pathlib import Path
from erasmus_assistant.answer.chain import Request
from erasmus_assistant.assembly import build_assistant
from erasmus_assistant.settings import Settings

said = []
settings = Settings(_env_file=None, corpus=Path(sys.argv[1]), index=Path(sys.argv[2]), threshold=0)
assistant, live = build_assistant(settings, said.append)
answers = [assistant.ask(Request(question, id=str(at))) for at, question in enumerate(json.loads(sys.argv[3]))]
json.dump({
    "tried": tried, "said": said, "modules": sorted(sys.modules), "index": live().index.name,
    "answers": [[a.language, a.outcome.value, a.text, [[q.start, q.end] for q in a.quotations]] for a in answers],
}, sys.stdout)
"""


def job(settings: Settings, index: Path, questions: list[str] = QUESTIONS, **environment: str) -> dict[str, Any]:
    """What a fresh process did and answered; the environment is bare but for what is given."""
    bare = {"PATH": os.environ["PATH"], **environment}
    command = [sys.executable, "-c", BLOCKED, str(settings.corpus), str(index), json.dumps(questions)]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def offline(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The whole job, from import to twenty answers, where every call to the network is refused and noted."""
    return job(settings, tmp_path_factory.mktemp("offline") / "index", PYTHONIOENCODING="utf-8")


def test_nothing_tries_to_call_out(offline: dict[str, Any]) -> None:
    assert offline["tried"] == []
    assert [line.split(":")[0] for line in offline["said"]][-1] == "index built"


def test_twenty_questions_in_many_languages_are_answered(offline: dict[str, Any]) -> None:
    languages, outcomes, texts, spans = zip(*offline["answers"], strict=True)
    assert len(set(languages)) >= 12
    assert set(outcomes) == {"answered"}
    assert all(texts)
    assert all(spans)


@pytest.mark.parametrize(
    "name",
    ["torch", "sentence_transformers", "transformers", "gradio", "langchain", "langchain_core", "langsmith",
     "langchain_openai", "openai", "fastapi", "sqlalchemy", "pypdf", "pdfplumber", "docx",
     "pandas", "matplotlib", "huggingface_hub"],
)  # fmt: skip
def test_heavy_libraries_are_not_imported(offline: dict[str, Any], name: str) -> None:
    assert name not in offline["modules"]


ASK = """
import runpy, sys
sys.argv = ["erasmus-assistant", "ask", "Kas ir Otlas?", "--corpus", sys.argv[1], "--index", sys.argv[2]]
try:
    runpy.run_module("erasmus_assistant", run_name="__main__")
finally:
    print("\\nMODULES", *sorted(sys.modules))
"""


def test_the_command_ask_imports_no_heavy_library(settings: Settings, assistant: object) -> None:
    command = [sys.executable, "-c", ASK, str(settings.corpus), str(settings.index)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    modules = set(done.stdout.rpartition("MODULES ")[2].split())
    assert "Otlas" in done.stdout
    assert "erasmus_assistant.answer.chain" in modules
    assert not modules & {
        "torch",
        "sentence_transformers",
        "transformers",
        "gradio",
        "langchain",
        "langchain_core",
        "langsmith",
        "uvicorn",
        "sqlalchemy",
        "pypdf",
    }
    assert not {name for name in modules if name.startswith(("langchain_openai", "langchain_anthropic"))}


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "utf-8"},
        {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"},
        {"TZ": "America/Anchorage", "PYTHONHASHSEED": "8", "OMP_NUM_THREADS": "2", "PYTHONIOENCODING": "utf-8"},
    ],
    ids=["locale C", "far east", "far west"],
)
def test_locale_time_zone_hash_seed_and_threads_change_no_answer(
    offline: dict[str, Any], settings: Settings, tmp_path: Path, environment: dict[str, str]
) -> None:
    found = job(settings, tmp_path / "index", QUESTIONS[:8], **environment)
    assert found["index"] == offline["index"]
    assert found["answers"] == offline["answers"][:8]


def test_without_a_home_and_a_writable_index_it_answers_and_warns_once(
    offline: dict[str, Any], settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    found = job(settings, tmp_path / "file" / "index", QUESTIONS[:4], HOME="/nonexistent", PYTHONIOENCODING="utf-8")
    assert found["answers"] == offline["answers"][:4]
    assert len([line for line in found["said"] if "can't be written" in line]) == 1


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write anywhere")
def test_a_read_only_corpus_and_temporary_folder_are_enough(
    offline: dict[str, Any], settings: Settings, tmp_path: Path
) -> None:
    found = job(settings, tmp_path / "index", QUESTIONS[:2], TMPDIR="/nonexistent", PYTHONIOENCODING="utf-8")
    assert found["answers"] == offline["answers"][:2]
