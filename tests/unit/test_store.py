"""The index on disk: whole or not at all, and every damage found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from erasmus_assistant.errors import DamagedIndex, MissingIndex, StaleIndex, UnwritableIndex
from erasmus_assistant.search import store


def write(folder: Path, text: str = "alpha") -> dict[str, object]:
    (folder / "sub").mkdir()
    (folder / "one.txt").write_text(text)
    (folder / "sub" / "two.txt").write_text("beta")
    return {"facts": 1}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store.write_build(tmp_path / "index", write)
    return tmp_path / "index"


def test_a_build_is_named_by_current_and_its_manifest_lists_every_file(root: Path) -> None:
    build = store.current_build(root)
    manifest = store.read_manifest(build)
    assert (root / "CURRENT").read_text().strip() == build.name
    assert sorted(manifest["files"]) == ["one.txt", "sub/two.txt"]
    assert manifest["format"] == store.FORMAT
    assert manifest["facts"] == 1


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex, match="erasmus-assistant index build"):
        store.current_build(tmp_path)


def test_the_same_content_gives_the_same_build_and_leaves_the_one_that_stands(root: Path) -> None:
    first = store.current_build(root)
    place = first.stat().st_ino
    assert store.write_build(root, write) == first
    assert first.stat().st_ino == place
    assert not list(root.glob(".part-*"))


def test_a_damaged_build_with_the_same_content_is_replaced(root: Path) -> None:
    first = store.current_build(root)
    (first / "one.txt").write_text("other")
    assert store.write_build(root, write) == first
    assert store.read_manifest(first)
    assert not list(root.glob(".part-*"))


@pytest.mark.parametrize("name", ["one.txt", "sub/two.txt", "manifest.json"])
def test_every_flipped_bit_and_every_truncation_is_found(root: Path, name: str) -> None:
    path = store.current_build(root) / name
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    damaged = [whole[:at] for at in range(0, len(whole), max(1, len(whole) // 100))]
    for at in random.integers(0, len(whole), 60):
        damaged.append(whole[:at] + bytes([whole[at] ^ (1 << int(random.integers(8)))]) + whole[at + 1 :])
    for data in damaged:
        path.write_bytes(data)
        with pytest.raises((DamagedIndex, StaleIndex)):
            store.read_manifest(path.parents[name.count("/")])


def test_a_missing_and_a_foreign_file_are_named(root: Path) -> None:
    build = store.current_build(root)
    (build / "extra.txt").write_text("x")
    with pytest.raises(DamagedIndex, match=r"'extra\.txt' does not belong"):
        store.read_manifest(build)
    (build / "extra.txt").unlink()
    (build / "one.txt").unlink()
    with pytest.raises(DamagedIndex, match=r"'one\.txt'.*missing or damaged"):
        store.read_manifest(build)


def test_a_newer_format_is_refused_with_the_command(root: Path) -> None:
    build = store.current_build(root)
    manifest = json.loads((build / "manifest.json").read_text()) | {"format": 99}
    data = json.dumps(manifest).encode()
    (build / "manifest.json").write_bytes(data)
    import hashlib

    newer = build.rename(root / hashlib.sha256(data).hexdigest()[:16])
    with pytest.raises(StaleIndex, match=f"format 99, not {store.FORMAT}; rebuild with: erasmus-assistant index build"):
        store.read_manifest(newer)


def test_a_write_that_fails_leaves_what_stood(root: Path) -> None:
    before = store.current_build(root)

    def fail(folder: Path) -> dict[str, object]:
        (folder / "half.txt").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(UnwritableIndex, match=r"No space left on device; make room"):
        store.write_build(root, fail)
    assert store.current_build(root) == before
    assert store.read_manifest(before)
    assert not list(root.glob(".part-*"))


def test_the_previous_build_is_kept_and_older_ones_go(root: Path) -> None:
    first = store.current_build(root)
    second = store.write_build(root, lambda folder: write(folder, "gamma"))
    third = store.write_build(root, lambda folder: write(folder, "delta"))
    assert store.builds(root)[0] == third
    assert second.is_dir()
    assert not first.is_dir()


def test_a_current_that_leads_elsewhere_counts_as_missing(root: Path, tmp_path: Path) -> None:
    (root / "CURRENT").write_text("../../etc")
    with pytest.raises(MissingIndex):
        store.current_build(root)
    shutil.rmtree(root)
    with pytest.raises(MissingIndex):
        store.current_build(root)
