"""What the measurements share: servers as processes of their own, their memory, and the table of results."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORES = 2
EMPTY_CHAT = """
import os, sys
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio
chat = gradio.ChatInterface(lambda message, history: message, api_name="chat")
chat.launch(server_port=int(sys.argv[1]), quiet=True)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what, how much, and what the project is held to."""

    what: str
    measured: str
    held_to: str = ""


def as_table(rows: Sequence[Row]) -> str:
    lines = ["| what | measured | held to |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {row.what} | {row.measured} | {row.held_to} |" for row in rows)])


def keep_to_two_cores() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for an index of its own."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "index"


def environment_of(index: Path) -> dict[str, str]:
    """The environment of a server over the project's corpus, without journal and rate limit."""
    own = {"ERASMUS_CORPUS": str(ROOT / "corpus"), "ERASMUS_INDEX": str(index)}
    return {**os.environ, **own, "ERASMUS_DATABASE": "", "ERASMUS_RATE_LIMIT": "1000000"}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], patience: float = 120.0) -> None:
    """Until the page is there; raises RuntimeError where the process ends or takes too long."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address) as reply:  # noqa: S310
                reply.read()
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{address} did not answer; start it by hand to see why")


def resident(process: int) -> float:
    """Megabytes that a process holds in memory (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
