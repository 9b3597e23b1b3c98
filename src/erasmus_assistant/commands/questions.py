"""`ask`, `search`, `batch`, `serve`, `settings`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from tqdm import tqdm

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.cleaning import clean
from erasmus_assistant.answer.contract import answer_json, hit_json, turns
from erasmus_assistant.assembly import build_assistant
from erasmus_assistant.commands import Nouns, add_command, emit, say, track
from erasmus_assistant.errors import BadQuestion, BadQuestionFile
from erasmus_assistant.records import Answer, Question
from erasmus_assistant.settings import origins


def add(nouns: Nouns, common: argparse.ArgumentParser) -> None:
    ask = add_command(nouns, "ask", _ask, common, "answer one question", 'ask "Where can we find partners?"')
    ask.add_argument("question")
    ask.add_argument("--history", type=Path, metavar="FILE", help='JSON list of ["user"|"assistant", text]')
    ask.add_argument("--language", default="", metavar="xx", help="language that is likelier than others")
    ask.add_argument("--json", action="store_true", help="the whole answer as one JSON object")
    search = add_command(nouns, "search", _search, common, "rank passages", 'search "partner search" -k 3')
    search.add_argument("query")
    search.add_argument("-k", type=int, default=10, metavar="N", help="how many (10)")
    search.add_argument("--json", action="store_true", help="one JSON object a line")
    batch = add_command(
        nouns, "batch", _batch, common, "answer a file of questions", "batch questions.jsonl -o answers.jsonl"
    )
    batch.add_argument("questions", type=Path)
    batch.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    serve = add_command(nouns, "serve", _serve, common, "start the app", "serve --port 7860")
    serve.add_argument("--host", metavar="ADDRESS", help="ERASMUS_HOST")
    serve.add_argument("--port", type=int, metavar="N", help="ERASMUS_PORT")
    settings = add_command(nouns, "settings", _settings, common, "show the settings in force", "settings --json")
    settings.add_argument("--json", action="store_true", help="one JSON object")


def _assistant(args: argparse.Namespace) -> Assistant:
    return build_assistant(args.settings, say, track)[0]


def _ask(args: argparse.Namespace) -> int:
    history = turns(_json_file(args.history)) if args.history else ()
    clean(args.question, args.settings.question_limit, wordless=True)
    answer = _assistant(args).ask(Request(args.question, history, args.language))
    if args.json:
        emit(answer_json(answer))
    else:
        print(_readable(answer))
    return 0


def _readable(answer: Answer) -> str:
    """The text, and under it where each tag stands in the guide."""
    places: dict[int, str] = {}
    for quotation in answer.quotations:
        passage = quotation.passage
        page = f", p. {passage.page}" if passage.page else ""
        edition = f", {passage.year}" if passage.year else ""
        path = " > ".join(passage.heading_path)
        places.setdefault(quotation.tag, f"[{quotation.tag}] {path} ({passage.document}{edition}{page})")
    return "\n\n".join([*([answer.note] if answer.note else []), answer.text, "\n".join(places.values())]).strip()


def _search(args: argparse.Namespace) -> int:
    if args.k < 1:
        raise BadQuestion(f"-k must be 1 or more, not {args.k}")
    query = clean(args.query, args.settings.question_limit)
    retriever = _assistant(args).retriever()
    language = retriever.language_of(query)
    retrieved = retriever.retrieve(Question(query, language), args.k)
    for hit in retrieved.hits:
        if args.json:
            emit(hit_json(hit))
        else:
            path = " > ".join(hit.passage.heading_path)
            print(f"{hit.rank:3}  {hit.score:7.3f}  {path}\n             {' '.join(hit.passage.text.split())[:160]}")
    if not args.json:
        print(f"looked for: {retrieved.looked_for}")
    return 0


def _batch(args: argparse.Namespace) -> int:
    lines = _question_lines(args.questions)
    assistant = _assistant(args)
    part = args.output.with_name(args.output.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for request in tqdm(lines, unit="question", file=sys.stderr):
                file.write(json.dumps(answer_json(assistant.ask(request)), ensure_ascii=False) + "\n")
        part.replace(args.output)
    except OSError as error:
        raise BadQuestionFile(f"{str(args.output)!r} can't be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    say(f"{len(lines)} answers written to {args.output}")
    return 0


def _question_lines(path: Path) -> list[Request]:
    """Every line checked before the first is asked."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestionFile(f"{str(path)!r} can't be read: {error}") from None
    requests = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                requests.append(_request(json.loads(line)))
            except (ValueError, BadQuestion) as error:
                raise BadQuestionFile(f"{path.name} line {number}: {error}") from None
    if not requests:
        raise BadQuestionFile(f"{str(path)!r} holds no question; give one JSON object a line")
    return requests


def _request(row: Any) -> Request:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or "question" not in row:
        raise BadQuestion('a line must be an object with a string "id" and a "question"')
    clean(row["question"], wordless=True)
    return Request(row["question"], turns(row.get("history") or []), "", row["id"])


def _serve(args: argparse.Namespace) -> int:
    # gradio takes seconds to import, and no other command needs it
    from erasmus_assistant.commands.serve import serve

    changed = {name: getattr(args, name) for name in ("host", "port") if getattr(args, name) is not None}
    return serve(args.settings.model_copy(update=changed))


def _settings(args: argparse.Namespace) -> int:
    sources = origins(args.settings, given=[name for name in ("corpus", "index") if getattr(args, name) is not None])
    values = {name: _shown(getattr(args.settings, name)) for name in sources}
    if args.json:
        emit({name: {"value": values[name], "from": sources[name]} for name in sources})
        return 0
    for name, value in values.items():
        print(f"ERASMUS_{name.upper():26} {value!s:40} {sources[name]}")
    return 0


def _shown(value: Any) -> Any:
    if isinstance(value, SecretStr):
        held = value.get_secret_value()
        # An address may hold a password; the path of a file is no secret.
        return "********" if "://" in held else held
    return os.fspath(value) if isinstance(value, Path) else value


def _json_file(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadQuestionFile(f"{str(path)!r} can't be read as JSON: {error}") from None
