"""`index build|show|verify`."""

from __future__ import annotations

import argparse
import time

from erasmus_assistant.assembly import build_index, check_fits
from erasmus_assistant.commands import Nouns, add_command, add_noun, emit, say, track
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search import store
from erasmus_assistant.search.dense import load_encoder


def add(nouns: Nouns, common: argparse.ArgumentParser) -> None:
    verbs = add_noun(nouns, "index", "build, describe and check the index")
    add_command(verbs, "build", _build, common, "build the index from the corpus", "index build")
    show = add_command(verbs, "show", _show, common, "describe the index in use", "index show --json")
    show.add_argument("--json", action="store_true", help="the manifest as one JSON object")
    add_command(
        verbs, "verify", _verify, common, "check every file and that the index fits corpus and encoder", "index verify"
    )


def _build(args: argparse.Namespace) -> int:
    started = time.perf_counter()
    index, build = build_index(args.settings, load_encoder(args.settings.encoder), track)
    counts = index.manifest["counts"]
    seconds = time.perf_counter() - started
    say(f"{counts['passages']} passages of {counts['documents']} documents in {build} ({seconds:.1f} s)")
    return 0


def _show(args: argparse.Namespace) -> int:
    build = store.current_build(args.settings.index)
    manifest = store.read_manifest(build)
    if args.json:
        emit({"build": build.name, **manifest})
        return 0
    print(f"build     {build.name} (format {manifest['format']})")
    print(f"encoder   {manifest['encoder']['name']}, {manifest['encoder']['dimension']} dimensions")
    print(f"corpus    {manifest['corpus'][:16]}, languages: {', '.join(manifest['languages'])}")
    print(f"counts    {manifest['counts']['passages']} passages of {manifest['counts']['documents']} documents")
    return 0


def _verify(args: argparse.Namespace) -> int:
    encoder = load_encoder(args.settings.encoder)
    index = indexes.load(store.current_build(args.settings.index), encoder)
    check_fits(index, args.settings)
    say(f"the index {index.name} is whole and fits the corpus and the encoder")
    return 0
