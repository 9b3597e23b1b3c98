"""`serve`: the app on its address, until it is stopped; `python app.py` calls the same."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from erasmus_assistant import commands
from erasmus_assistant.answer.chain import Assistant
from erasmus_assistant.assembly import LiveRetriever, build_assistant
from erasmus_assistant.errors import BadSetting, JournalProblem
from erasmus_assistant.review.journal import journal_if_any
from erasmus_assistant.settings import Settings

if TYPE_CHECKING:
    from erasmus_assistant.web.desk.staffing import Staffed

REFRESH_SECONDS = 10.0


def serve(settings: Settings) -> int:
    """Serves until interrupted; 0. Raises ErasmusError where it can't begin."""
    prepare()
    with uncollected():
        import uvicorn

        from erasmus_assistant.web.application import create_app

    assistant, live = build_assistant(settings, commands.say, commands.track)
    staff = _staffed(settings, assistant)
    with uncollected():
        app = create_app(settings, assistant, staff.sink if staff else None, (staff.extend,) if staff else ())
    # What is there now stays: no later round of the collector need look through it, and hold up an answer.
    gc.freeze()
    stopped = threading.Event()
    threading.Thread(target=keep_fresh, args=(live, stopped), daemon=True, name="index-refresh").start()
    if staff:
        staff.start()
    commands.say(f"http://{settings.host}:{settings.port}")
    try:
        uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", server_header=False)
    except SystemExit:
        raise BadSetting(
            f"{settings.host}:{settings.port} can't be listened on; is it in use? Set ERASMUS_HOST or ERASMUS_PORT"
        ) from None
    finally:
        stopped.set()
        if staff:
            staff.stop()
    return 0


def _staffed(settings: Settings, assistant: Assistant) -> Staffed | None:
    """The journal, the desk and the lab, where there is a journal; without one that opens, the chat goes on."""
    from erasmus_assistant.web.desk.staffing import staffed

    try:
        journal = journal_if_any(settings)
    except JournalProblem as problem:
        commands.say(f"{problem}; going on without a journal, a desk and a lab")
        return None
    if journal is None:
        return None
    commands.say(f"answers are recorded in {journal.place} and kept for {settings.journal_retention_days} days")
    return staffed(settings, assistant, journal, commands.say)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which takes a sixth of the start to look through modules that only grow."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def prepare() -> None:
    """Before gradio is imported: it reports nothing to anyone, asks no hub and keeps no figures of its own."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # Its figures are for a page that is not served here; it would add up the latest 10,000 events after each.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")


def keep_fresh(live: LiveRetriever, stopped: threading.Event, seconds: float = REFRESH_SECONDS) -> None:
    """Takes up a newer index, or makes one for a changed corpus, until `stopped`."""
    while not stopped.wait(seconds):
        try:
            if live.refresh():
                commands.say("a newer index is in use")
        except Exception as error:
            commands.say(f"the index could not be refreshed: {error}")
