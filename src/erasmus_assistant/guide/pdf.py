"""PDF -> stored text and blocks, with the page of each; the parsing is done by a process with limits."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.composing import Composer, Reading
from erasmus_assistant.guide.pdf_blocks import folded, measures, write_blocks
from erasmus_assistant.guide.pdf_furniture import without_running_heads
from erasmus_assistant.guide.pdf_lines import Line, page_lines

_WORKER = Path(__file__).with_name("pdf_worker.py")
_PATIENCE = 8.0
_A_PAGE = 0.2
_PROBLEMS = {
    "encrypted": "is encrypted; save it without a password",
    "damaged": "is damaged or cut short; download it again",
    "pages": "has over 3,000 pages; split it",
    "page": "page {page} is damaged; download it again or supply the HTML edition",
    "crowded": "page {page} holds more characters than a page can; supply the HTML edition",
    "slow": "page {page} takes too long or too much memory to read; supply the HTML edition",
}


def read_pdf(data: bytes, name: str, language: str = "") -> Reading:
    """Raises UnreadableDocument for a file that is encrypted, cut short, without a text layer, or a bomb."""
    if b"%%EOF" not in data[-2048:]:
        raise UnreadableDocument(f"{name!r} breaks off before its end; download it again")
    return read_pages(_worked(data, name), name)


def read_pages(answers: Iterator[dict[str, Any]], name: str) -> Reading:
    """The reading of what the worker found: the outline, then page after page."""
    head = _checked(next(answers, {"error": "damaged"}), name, 1)
    lines: list[list[Line]] = []
    bare: list[int] = []
    for number, page in enumerate(answers, 1):
        _checked(page, name, number)
        lines.append(page_lines(page, number))
        if page["image"]:
            bare.append(number)
    if len(lines) != head["pages"]:
        raise UnreadableDocument(f"{name!r} {_PROBLEMS['slow'].format(page=len(lines) + 1)}")
    _check_text(lines, bare, name)
    kept = without_running_heads(lines)
    composer = Composer()
    write_blocks(kept, measures(kept, head["outline"]), composer)
    return composer.reading(_title(head["outline"], composer))


def _checked(answer: dict[str, Any], name: str, page: int) -> dict[str, Any]:
    if "error" in answer:
        problem = _PROBLEMS[answer["error"]].format(page=answer.get("page", page))
        raise UnreadableDocument(f"{name!r} {problem}")
    return answer


def _check_text(lines: Sequence[Sequence[Line]], bare: Sequence[int], name: str) -> None:
    """Pages without a text layer are refused; covers may be pictures."""
    inner = [page for page in bare if 1 < page < len(lines)]
    if inner or not any(lines):
        page = (inner or bare or [1])[0]
        raise UnreadableDocument(f"{name!r} page {page} has no text layer; run OCR or supply the HTML edition")


def _title(outline: Sequence[Sequence[Any]], composer: Composer) -> str:
    """The first heading of the highest level at the beginning of the document."""
    first = next((block for block in composer.blocks if block.kind.value == "heading"), None)
    if first is None or (first.page is not None and first.page > 3):
        return ""
    text = composer.reading().text[first.start : first.end]
    return next((str(title) for _, title, _ in outline if folded(str(title)) == folded(text)), text)[:300]


def _worked(data: bytes, name: str) -> Iterator[dict[str, Any]]:
    """What the worker says, until it ends; it is stopped when it falls behind."""
    with tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        worker = subprocess.Popen(
            [sys.executable, "-X", "utf8", str(_WORKER)], stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert worker.stdout is not None
        said: Queue[bytes] = Queue()
        threading.Thread(target=_listen, args=(worker.stdout, said), daemon=True).start()
        try:
            yield from _answers(said)
        finally:
            worker.kill()
            worker.wait()
            with contextlib.suppress(OSError):
                worker.stdout.close()


def _answers(said: Queue[bytes]) -> Iterator[dict[str, Any]]:
    begun, number = time.monotonic(), 0
    while True:
        left = begun + _PATIENCE + _A_PAGE * number - time.monotonic()
        try:
            line = said.get(timeout=max(left, 0.001))
        except Empty:
            yield {"error": "slow", "page": max(number, 1)}
            return
        if not line.endswith(b"\n"):
            return
        number += 1
        yield json.loads(line)


def _listen(stream: IO[bytes], said: Queue[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in stream:
            said.put(line)
    said.put(b"")
