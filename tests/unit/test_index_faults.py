"""The index under faults: a kill at any moment, a disk that refuses, damage, and a corpus that went bad."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import LetterEncoder
from test_index import CHANGED, built, versions

from erasmus_assistant.assembly import LiveRetriever, build_index, check_fits, open_index
from erasmus_assistant.errors import ErasmusError, MissingCorpus, StaleIndex, UnwritableIndex
from erasmus_assistant.search import store
from erasmus_assistant.search.dense import Encoder, load_encoder
from erasmus_assistant.search.index import Index, load, save
from erasmus_assistant.settings import Settings

WRITER = """
import os
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_index import versions
from erasmus_assistant.search.index import save
indexes = versions()
for _ in sys.stdin:
    child = os.fork()
    while not child:
        for index in indexes:
            save(index, Path(sys.argv[1]))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
KILLS = 100


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
def test_kill_9_at_any_moment_leaves_a_whole_build(tmp_path: Path) -> None:
    """One process after the other writes builds without end and is killed; a whole one is served each time."""
    save(built(), tmp_path)
    whole = {built().passages, *(index.passages for index in versions())}
    moments = random.Random(5)
    cut_off = 0
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(KILLS):
            print("next", file=process.stdin, flush=True)
            child = int(process.stdout.readline())
            time.sleep(moments.uniform(0, 0.1))
            os.kill(child, signal.SIGKILL)
            assert process.stdout.readline() == "ended\n"
            cut_off += any(tmp_path.glob(".part-*"))
            assert load(store.current_build(tmp_path), LetterEncoder()).passages in whole
    assert cut_off > KILLS // 4
    save(built(), tmp_path)
    assert not list(tmp_path.glob(".part-*"))


class Disk:
    """Lets `left` calls through and then says that the disk is full."""

    def __init__(self, left: int) -> None:
        self.left = left

    def guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise OSError(28, "No space left on device")
            return call(*args, **kwargs)

        return guarded


def test_whichever_write_fsync_or_rename_fails_the_old_build_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every n-th call of the disk fails in turn, until a build goes through."""
    before = save(built(), tmp_path)
    index = built(CHANGED)
    told = set()
    for left in range(200):
        disk = Disk(left)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", disk.guard(os.fsync))
            patched.setattr(Path, "replace", disk.guard(Path.replace))
            patched.setattr(Path, "write_bytes", disk.guard(Path.write_bytes))
            patched.setattr(Path, "write_text", disk.guard(Path.write_text))
            patched.setattr(Path, "open", disk.guard(Path.open))
            patched.setattr(Path, "mkdir", disk.guard(Path.mkdir))
            try:
                after = save(index, tmp_path)
            except UnwritableIndex as problem:
                told.add(str(problem).partition(": ")[2])
            else:
                break
        assert load(store.current_build(tmp_path), LetterEncoder()).passages in (built().passages, index.passages)
    assert left > 15
    assert told == {"No space left on device; make room or the folder writable, or name another with --index"}
    assert store.current_build(tmp_path) == after != before
    assert not list(tmp_path.glob(".part-*"))


@pytest.fixture
def own(settings: Settings, assistant: object, tmp_path: Path) -> Settings:
    """A corpus and an index of one's own."""
    shutil.copytree(settings.corpus, tmp_path / "corpus")
    shutil.copytree(settings.index, tmp_path / "index")
    return settings.model_copy(update={"corpus": tmp_path / "corpus", "index": tmp_path / "index"})


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def opened(settings: Settings, encoder: Encoder) -> tuple[Index, list[str]]:
    said: list[str] = []
    return open_index(settings, encoder, said.append), said


def test_an_index_that_fits_is_opened_without_a_word(own: Settings, encoder: Encoder) -> None:
    assert opened(own, encoder)[1] == []


@pytest.mark.parametrize("name", ["passages.jsonl", "vectors.faiss", "manifest.json", "lexical/lv-text.npz"])
def test_a_damaged_index_is_rebuilt_and_it_says_so(own: Settings, encoder: Encoder, name: str) -> None:
    build = store.current_build(own.index)
    (build / name).write_bytes((build / name).read_bytes()[:-5])
    index, said = opened(own, encoder)
    assert index.name == build.name
    assert said[0].endswith(": building it now")
    assert len(said) == 2
    check_fits(index, own)


def test_a_changed_corpus_is_taken_up(own: Settings, encoder: Encoder) -> None:
    (own.corpus / "more.txt").write_text("Zebras\n\nWords about zebras in the guide.\n")
    index, said = opened(own, encoder)
    assert said[0] == "the corpus has changed since the index was built: building it now"
    assert set(index.documents) == {"guide-2021-implements-lv", "more"}


def test_an_index_of_another_encoder_is_refused(own: Settings) -> None:
    with pytest.raises(StaleIndex, match=r"made by another encoder.*rebuild with: erasmus-assistant index build"):
        load(store.current_build(own.index), LetterEncoder())


@pytest.mark.parametrize(
    ("part", "told"), [("chunking", "cut into passages by other sizes"), ("corpus", "the corpus has changed")]
)
def test_an_index_of_another_chunking_or_corpus_is_refused(
    own: Settings, encoder: Encoder, part: str, told: str
) -> None:
    index = load(store.current_build(own.index), encoder)
    with pytest.raises(StaleIndex, match=f"{told}.*rebuild with: erasmus-assistant index build"):
        check_fits(replace(index, manifest={**index.manifest, part: "other"}), own)


def test_a_file_that_went_bad_leaves_the_earlier_index_in_use(own: Settings, encoder: Encoder) -> None:
    (own.corpus / "bad.txt").write_bytes(b"\x00" * 100)
    index, said = opened(own, encoder)
    assert set(index.documents) == {"guide-2021-implements-lv"}
    assert "'bad.txt' is a binary file" in said[-1]
    assert f"going on with the earlier index {index.name}" in said[-1]


def test_without_corpus_and_index_there_is_one_clear_line(settings: Settings, encoder: Encoder, tmp_path: Path) -> None:
    bare = settings.model_copy(update={"corpus": tmp_path / "none", "index": tmp_path / "index"})
    with pytest.raises(MissingCorpus, match="create it or name another with --corpus"):
        opened(bare, encoder)


def test_a_place_that_can_not_be_written_gives_an_index_in_memory(
    own: Settings, encoder: Encoder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    index, said = opened(own.model_copy(update={"index": tmp_path / "file" / "index"}), encoder)
    assert len(index.passages) > 50
    assert "make room or the folder writable, or name another with --index" in said[-1]
    assert said[-1].endswith("going on with an index in memory")


def test_what_a_running_assistant_builds_is_what_a_full_build_gives(
    own: Settings, encoder: Encoder, tmp_path: Path
) -> None:
    live = LiveRetriever(own, lambda line: None)
    (own.corpus / "more.txt").write_text("Zebras\n\nWords about zebras in the guide.\n")
    assert live.refresh()
    _, full = build_index(own.model_copy(update={"index": tmp_path / "full"}), encoder)
    assert live().index.name == full.name == store.current_build(own.index).name
    assert store.read_manifest(full) == store.read_manifest(store.current_build(own.index))


def test_a_running_assistant_takes_up_a_changed_corpus(own: Settings, encoder: Encoder) -> None:
    said: list[str] = []
    live = LiveRetriever(own, said.append)
    held = live()
    assert not live.refresh()
    (own.corpus / "more.txt").write_text("Zebras\n\nWords about zebras in the guide.\n")
    assert live.refresh()
    assert "more" in live().index.documents
    assert "more" not in held.index.documents
    (own.corpus / "bad.txt").write_bytes(b"\x00" * 100)
    now = live()
    live.refresh()
    assert set(live().index.documents) == set(now.index.documents)
    shutil.rmtree(own.corpus)
    assert not live.refresh()
    assert said[-1].endswith("the index in use stays")
    assert set(live().index.documents) == set(now.index.documents)


def test_what_one_process_builds_another_opens(own: Settings, encoder: Encoder) -> None:
    index, build = build_index(own, encoder)
    assert build.name == index.name == store.current_build(own.index).name
    assert opened(own, encoder)[1] == []


def test_every_known_problem_is_one_line() -> None:
    def family(kind: type[ErasmusError]) -> set[type[ErasmusError]]:
        return {kind, *(child for one in kind.__subclasses__() for child in family(one))}

    assert all((kind.__doc__ or "").strip().endswith(".") for kind in family(ErasmusError))
