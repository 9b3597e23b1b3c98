"""The folder of builds: each written whole or not at all, checked by sha256 before anything is parsed.

index/CURRENT            the name of the build in use, switched last
index/<build>/manifest.json   format, encoder, counts, chunking, corpus and the sha256 of every file
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from erasmus_assistant.errors import DamagedIndex, IndexProblem, MissingIndex, StaleIndex, UnwritableIndex

FORMAT = 4
MANIFEST = "manifest.json"
CURRENT = "CURRENT"
REBUILD = "rebuild with: erasmus-assistant index build"
_BUILD_NAME = re.compile(r"[0-9a-f]{16}")
_KEPT_BUILDS = 2
_HANDS = 4
"""How many files are read or brought to the disk at once: both go on without Python's lock."""


def write_build(root: Path, write: Callable[[Path], Mapping[str, Any]]) -> Path:
    """Makes a build in a folder of its own and switches `CURRENT` to it, last of all.

    `write` puts the files into the folder it is given and returns what the manifest says of them.
    Raises UnwritableIndex where the disk refuses; what stood before still stands then.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root):
            return _write_build(root, write)
    except OSError as error:
        raise UnwritableIndex(
            f"the index can't be written to {str(root)!r}: {error.strerror or error}; "
            "make room or the folder writable, or name another with --index"
        ) from None


def _write_build(root: Path, write: Callable[[Path], Mapping[str, Any]]) -> Path:
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=root))
    try:
        facts = write(part)
        manifest = {"format": FORMAT, **facts, "files": _digests(part, _names(part))}
        data = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
        with ThreadPoolExecutor(_HANDS) as hands:
            list(hands.map(_sync, [part / name for name in _names(part)]))
        _put(part / MANIFEST, data)
        build = root / hashlib.sha256(data).hexdigest()[:16]
        _settle(part, build)
        _sync(root)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    previous = _named(root)
    _put(root / CURRENT, (build.name + "\n").encode())
    _sync(root)
    _prune(root, [build.name, previous])
    return build


def _settle(part: Path, build: Path) -> None:
    """Puts a build in its place; one with the same content that stands there whole may be in use, and stays."""
    try:
        read_manifest(build)
    except IndexProblem:
        if build.exists():
            build.replace(part.with_name(f"{part.name}-damaged"))
        part.replace(build)
    else:
        shutil.rmtree(part)


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    try:
        with FileLock(root / ".lock", timeout=120):
            yield
    except Timeout:
        raise UnwritableIndex(
            f"another process has been writing {str(root)!r} for two minutes; try again later"
        ) from None


def current_build(root: Path) -> Path:
    """The folder of the build in use; raises MissingIndex where there is none."""
    name = _named(root)
    if not name or not (root / name).is_dir():
        raise MissingIndex(f"no index in {str(root)!r}; build it with: erasmus-assistant index build")
    return root / name


def builds(root: Path) -> list[Path]:
    """Every whole build, the one in use first, then the newest."""
    current = _named(root)
    found = [path for path in root.glob("*") if _BUILD_NAME.fullmatch(path.name) and (path / MANIFEST).is_file()]
    return sorted(found, key=lambda path: (path.name != current, -path.stat().st_mtime_ns, path.name))


def read_manifest(build: Path) -> dict[str, Any]:
    """The manifest, after every file was found to be the one that was written.

    Raises DamagedIndex naming the file, StaleIndex for another format.
    """
    try:
        data = (build / MANIFEST).read_bytes()
        manifest = json.loads(data)
    except (OSError, ValueError):
        raise DamagedIndex(f"{MANIFEST} of the index {build.name!r} is missing or damaged; {REBUILD}") from None
    if hashlib.sha256(data).hexdigest()[:16] != build.name:
        raise DamagedIndex(f"{MANIFEST} of the index {build.name!r} is not the one that was written; {REBUILD}")
    if manifest.get("format") != FORMAT:
        raise StaleIndex(f"the index {build.name!r} is of format {manifest.get('format')!r}, not {FORMAT}; {REBUILD}")
    files, there = manifest["files"], _names(build)
    digests = _digests(build, files.keys() & set(there))
    for name in sorted(set(files) | set(there) - {MANIFEST}):
        if name not in files:
            raise DamagedIndex(f"{name!r} does not belong to the index {build.name!r}; {REBUILD}")
        if digests.get(name) != files[name]:
            raise DamagedIndex(f"{name!r} of the index {build.name!r} is missing or damaged; {REBUILD}")
    return dict(manifest)


def _named(root: Path) -> str:
    try:
        name = (root / CURRENT).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if _BUILD_NAME.fullmatch(name) else ""


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    ordered = sorted(names)
    with ThreadPoolExecutor(_HANDS) as hands:
        return dict(zip(ordered, hands.map(_digest, [folder / name for name in ordered]), strict=True))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    _sync(part)
    part.replace(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(root: Path, kept: list[str]) -> None:
    for path in builds(root)[_KEPT_BUILDS:]:
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
    for path in root.glob(".part-*"):
        shutil.rmtree(path, ignore_errors=True)
