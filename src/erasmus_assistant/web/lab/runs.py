"""Benchmark runs, each in a process of its own: a long run never blocks the chat, and ends with the app."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from erasmus_assistant.errors import LabProblem
from erasmus_assistant.settings import Settings
from erasmus_assistant.web.lab import baseline

SPLITS = ("all", "development", "test")
FILES = (
    *("config.json", "questions.jsonl", "answers.jsonl", "documents.json", "rows.jsonl", "aggregates.json"),
    *("report.md", "report.html"),
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_COMPARE_SECONDS = 120


class Stage(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    FINISHED = "finished"
    BROKEN_OFF = "broken_off"
    KEPT = "kept"
    """The baseline: its figures are there, its answers are not."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: how many of its questions are answered, and what it is of."""

    name: str
    stage: Stage
    done: int
    total: int
    config: Mapping[str, Any]
    log: str = ""

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0


class Lab:
    """The runs under one folder, the question sets of another, and the baseline beside them."""

    def __init__(
        self,
        settings: Settings,
        questions: Path = Path("benchmark/questions"),
        runs: Path = Path("benchmark/runs"),
        command: Sequence[str] = (sys.executable, "-m", "erasmus_assistant"),
    ) -> None:
        self._settings, self._questions, self._runs, self._command = settings, questions, runs, tuple(command)
        self._baseline = runs.parent / "baseline.json"
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._current = ""

    def sets(self) -> list[str]:
        """The names of the question files; "all" stands for all of them."""
        return ["all", *sorted(path.stem for path in self._questions.glob("*.jsonl"))]

    def start(self, name: str, chosen: str, split: str) -> str:
        """Starts a run, or goes on with one of that name; raises LabProblem. Gives its name."""
        name = name.strip() or f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}-{chosen}-{split}"
        if not _NAME.fullmatch(name):
            raise LabProblem(f"{name[:60]!r} is no name for a run; use letters, digits and hyphens")
        if chosen not in self.sets() or split not in SPLITS:
            raise LabProblem("choose one of the question sets, and all, development or test")
        questions = self._questions if chosen == "all" else self._questions / f"{chosen}.jsonl"
        arguments = ["benchmark", "run", "--questions", str(questions), "--set", split, "-o", str(self._runs / name)]
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                raise LabProblem(f"the run {self._current!r} is still going on; wait for it or stop it")
            try:
                self._log(name).parent.mkdir(parents=True, exist_ok=True)
                with self._log(name).open("wb") as log:
                    self._process = subprocess.Popen(
                        [*self._command, *arguments, *self._places()],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=log,
                        env=_environment(),
                    )
                    _put_behind(self._process.pid)
            except OSError as error:
                raise LabProblem(f"the run can't be started: {error.strerror or error}") from None
            self._current = name
        return name

    def stop(self) -> None:
        """Ends the run that is going on; what it has answered is kept."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()
                try:
                    self._process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()

    def all(self) -> list[Run]:
        """Every run, the newest first; the baseline among them, where there is one."""
        names = {path.name for path in self._folders()} | ({self._current} if self._going() else set())
        found = [self.get(name) for name in names] + self._kept()
        return sorted(found, key=lambda one: (str(one.config.get("created", "~")), one.name), reverse=True)

    def get(self, name: str) -> Run:
        """Raises LabProblem where there is no such run."""
        if name == baseline.NAME and (kept := self._kept()):
            return kept[0]
        going = self._going() and name == self._current
        if not going and not (self._log(self.folder(name).name).exists() or self.folder(name).is_dir()):
            raise LabProblem(f"there is no run {name[:60]!r}")
        folder = self.folder(name)
        config = _json(folder / "config.json")
        done = _lines(folder / "answers.jsonl")
        total = int(config.get("questions", 0))
        finished = not going and (folder / "aggregates.json").exists()
        stage = Stage.RUNNING if going else Stage.FINISHED if finished else Stage.BROKEN_OFF
        return Run(name, stage, done, total, config, "" if finished else self._last_words(name))

    def folder(self, name: str) -> Path:
        """The folder of a run; a name can't lead out of the folder of runs."""
        if not _NAME.fullmatch(name):
            raise LabProblem(f"there is no run {name[:60]!r}")
        return self._runs / name

    def groups(self, name: str) -> dict[str, Any]:
        """Grouping -> group -> measure -> estimate, of a finished run or the baseline."""
        if name == baseline.NAME:
            return baseline.figures(baseline.read(self._baseline)[1])
        return dict(_json(self.folder(name) / "aggregates.json").get("groups", {}))

    def compare(self, before: str, after: str) -> dict[str, Any]:
        """What `benchmark compare` says of two finished runs; raises LabProblem."""
        places = [str(self._baseline if name == baseline.NAME else self.folder(name)) for name in (before, after)]
        try:
            done = subprocess.run(
                [*self._command, "benchmark", "compare", *places, "--json"],
                capture_output=True,
                text=True,
                timeout=_COMPARE_SECONDS,
                env=_environment(),
                check=False,
            )
            found = json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError):
            raise LabProblem("the comparison could not be made in time; try again") from None
        except ValueError:
            raise LabProblem((done.stderr.strip().splitlines() or ["the two runs can't be compared"])[-1]) from None
        return dict(found)

    def _kept(self) -> list[Run]:
        config, rows = baseline.read(self._baseline)
        return [Run(baseline.NAME, Stage.KEPT, len(rows), len(rows), config)] if rows else []

    def _going(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _folders(self) -> list[Path]:
        held = self._runs.iterdir() if self._runs.is_dir() else ()
        return [one for one in held if one.is_dir() and _NAME.fullmatch(one.name) and (one / "config.json").exists()]

    def _log(self, name: str) -> Path:
        return self._runs / ".lab" / f"{name}.log"

    def _last_words(self, name: str) -> str:
        log = self._log(name)
        if not log.exists():
            return ""
        lines = log.read_text("utf-8", errors="replace").replace("\r", "\n").splitlines()
        return next((line for line in reversed(lines) if line.strip()), "")[:400]

    def _places(self) -> list[str]:
        return ["--corpus", str(self._settings.corpus), "--index", str(self._settings.index)]


def _environment() -> dict[str, str]:
    """One thread and no journal: the chat's answers come first, and a benchmark leaves no trace in the journal."""
    held = {name: value for name, value in os.environ.items() if name != "ERASMUS_DATABASE"}
    return held | {"OMP_NUM_THREADS": "1", "ERASMUS_DATABASE": "", "PYTHONUNBUFFERED": "1"}


def _put_behind(process: int) -> None:
    """Gives the processor to the chat first, where the system has priorities."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process, 10)


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)
