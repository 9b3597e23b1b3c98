"""`corpus add|list|show|remove|check`."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from erasmus_assistant.assembly import build_index
from erasmus_assistant.commands import Nouns, add_command, add_noun, emit, say, track
from erasmus_assistant.errors import CorpusError, MissingCorpus, UnreadableDocument
from erasmus_assistant.guide.corpus import Corpus, Entry
from erasmus_assistant.guide.fetching import fetch
from erasmus_assistant.guide.reading import READERS
from erasmus_assistant.search.dense import load_encoder
from erasmus_assistant.search.language import detect_document
from erasmus_assistant.search.query import missing_pair
from erasmus_assistant.search.tokens import LANGUAGES


def add(nouns: Nouns, common: argparse.ArgumentParser) -> None:
    verbs = add_noun(nouns, "corpus", "the documents that answers come from")
    new = add_command(verbs, "add", _add, common, "add a file, a folder of files, or a page by its address",
                      "corpus add guide-2026.pdf --year 2026")  # fmt: skip
    new.add_argument("source", metavar="FILE|DIR|URL")
    new.add_argument("--title", default="", metavar="T")
    new.add_argument("--language", default="", metavar="xx", choices=["", *LANGUAGES])
    new.add_argument("--year", type=int, metavar="N", help="programme year")
    new.add_argument("--url", default="", metavar="U", help="official address")
    listing = add_command(verbs, "list", _list, common, "list the documents", "corpus list --json")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    show = add_command(verbs, "show", _show, common, "show the stored text of a document", "corpus show guide-2026-pdf")
    show.add_argument("document", metavar="ID")
    show.add_argument("--json", action="store_true", help="text and metadata as one JSON object")
    remove = add_command(
        verbs, "remove", _remove, common, "remove a document and its file", "corpus remove guide-2026-pdf"
    )
    remove.add_argument("document", metavar="ID")
    add_command(verbs, "check", _check, common, "read every document and say what is wrong", "corpus check")


def _add(args: argparse.Namespace) -> int:
    args.settings.corpus.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(args.settings.corpus)
    given = Entry("", title=args.title, language=args.language, year=args.year, url=args.url)
    if args.source.startswith(("http://", "https://")):
        with fetch(args.source) as path:
            _add_file(corpus, path, replace(given, url=args.url or args.source))
    else:
        for path in _files(Path(args.source)):
            _add_file(corpus, path, given)
    build_index(args.settings, load_encoder(args.settings.encoder), track)
    say("index rebuilt")
    return 0


def _files(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source]
    found = [path for path in sorted(source.rglob("*")) if path.suffix.lower() in READERS and path.is_file()]
    if not found:
        raise CorpusError(f"{str(source)!r} holds no file of a kind that can be read ({', '.join(sorted(READERS))})")
    return found


def _add_file(corpus: Corpus, path: Path, given: Entry) -> None:
    document = corpus.add(path, replace(given, file=path.name), detect_document)
    year = f", {document.year}" if document.year else ""
    say(f"added {document.id}: {document.title!r}, {document.language}{year}, {len(document.text)} characters")


def _list(args: argparse.Namespace) -> int:
    corpus = Corpus(args.settings.corpus)
    for entry in corpus.entries:
        document = corpus.document(entry, detect_document)
        if args.json:
            emit({**asdict(entry), "title": document.title, "language": document.language, "year": document.year})
        else:
            print(f"{document.id:36} {document.language}  {document.year or '-'}  {document.title}")
    _say_missing_pairs({corpus.document(entry, detect_document).language for entry in corpus.entries})
    return 0


def _say_missing_pairs(targets: set[str]) -> None:
    for target in sorted(targets):
        missing = [source for source in LANGUAGES if missing_pair(source, target)]
        if missing:
            say(
                f"no lexicon into {target!r} from: {' '.join(missing)}; "
                f"make one: python -m training lexicons --pairs xx-{target}"
            )


def _show(args: argparse.Namespace) -> int:
    corpus = Corpus(args.settings.corpus)
    document = corpus.document(corpus.entry(args.document), detect_document)
    if args.json:
        emit({"id": document.id, "title": document.title, "language": document.language, "year": document.year,
              "url": document.url, "licence": document.licence, "text": document.text})  # fmt: skip
    else:
        print(document.text)
    return 0


def _remove(args: argparse.Namespace) -> int:
    entry = Corpus(args.settings.corpus).remove(args.document)
    say(f"removed {entry.id}")
    try:
        build_index(args.settings, load_encoder(args.settings.encoder), track)
    except MissingCorpus as problem:
        say(str(problem))
    return 0


def _check(args: argparse.Namespace) -> int:
    corpus = Corpus(args.settings.corpus)
    bad = 0
    for entry in track(corpus.entries):
        try:
            document = corpus.document(entry, detect_document)
            say(f"{entry.id}: {len(document.text)} characters, {len(document.blocks)} blocks, {document.language}")
        except UnreadableDocument as problem:
            bad += 1
            say(f"{entry.id}: {problem}")
    for entry in corpus.unlisted:
        say(f"{entry.id}: not named in corpus.toml; its title, language and year are taken from the file")
    say(f"{len(corpus.entries)} documents, {bad} with a problem")
    return 1 if bad else 0
