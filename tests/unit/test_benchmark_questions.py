"""Question files are read strictly, split by hash, and checked against the page."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasmus_assistant.benchmark.checking import check_set
from erasmus_assistant.benchmark.questions import (
    QuestionLine,
    Split,
    parse_question,
    read_questions,
    select,
    split_of,
    to_json,
)
from erasmus_assistant.errors import BadQuestionFile

PAGE = "Otlas ir tiešsaistes rīks. To tur vietnē\u00a0https://otlas.example un\n izmanto jaunatnes darbā visās valstīs."


def line(**changes: object) -> str:
    return json.dumps(
        {"id": "q1", "question": "Kas ir Otlas?", "lang": "lv", "gold": ["Otlas ir tiešsaistes rīks."], **changes}
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "set.jsonl line 2: no JSON"),
        ("[1]", "list instead of an object"),
        (line(colour="red"), "unknown field 'colour'"),
        (line(id=""), "'id' is missing"),
        (line(question=None), "'question' is missing"),
        (line(answerable="yes"), "'answerable' is \"yes\"; it must be true or false"),
        (line(gold="text"), "'gold'"),
        (line(gold=[" "]), "'gold'"),
        (line(gold=[]), "is answerable and has no 'gold'"),
        (line(answerable=False), "is not answerable and has 'gold'"),
        (line(history=[["system", "x"]]), "'history'"),
        (line(lang=3), "'lang' is 3; it must be text"),
        (line(relevant={"d1": True}), "'relevant'"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\n" + text + "\n", "utf-8")
    with pytest.raises(BadQuestionFile, match=r"set\.jsonl line 2") as caught:
        read_questions(path)
    assert message in str(caught.value)


def test_an_id_used_twice_names_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line(), "utf-8")
    (tmp_path / "b.jsonl").write_text(line(question="Cits?"), "utf-8")
    with pytest.raises(BadQuestionFile, match=r"b\.jsonl line 1: id 'q1' is used before, at a\.jsonl line 1"):
        read_questions(tmp_path)


@pytest.mark.parametrize("name", ["none.jsonl", "empty.jsonl"])
def test_no_question_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", "utf-8")
    with pytest.raises(BadQuestionFile, match=r"name a \.jsonl file"):
        read_questions(tmp_path / name)


def test_the_split_is_the_first_byte_of_the_hash() -> None:
    ids = [f"lv-{number:03}" for number in range(200)]
    for one in ids:
        wanted = "development" if int(hashlib.sha256(one.encode()).hexdigest()[:2], 16) < 154 else "test"
        assert split_of(one) == wanted
    questions = [QuestionLine(id=one, question="?") for one in ids]
    parts = [select(questions, split) for split in (Split.DEVELOPMENT, Split.TEST)]
    assert sorted(one.id for part in parts for one in part) == ids
    assert select(questions, Split.ALL) == questions


texts = st.text(min_size=1).filter(str.strip)


@given(
    st.builds(
        QuestionLine,
        id=texts,
        question=texts,
        lang=st.text(),
        kind=st.text(),
        history=st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text())).map(tuple),
        gold=st.lists(texts, min_size=1).map(tuple),
        all_gold=st.booleans(),
        must_contain=st.lists(texts).map(tuple),
        note=st.text(),
    )
)
def test_writing_and_reading_gives_the_same_question(question: QuestionLine) -> None:
    assert parse_question(json.dumps(to_json(question)), "here") == question


def test_the_digest_follows_what_counts_and_not_the_notes() -> None:
    one = parse_question(line(), "here")
    assert parse_question(line(note="seen", section="Otlas"), "here").digest == one.digest
    assert parse_question(line(must_contain=["x"]), "here").digest != one.digest


def problems(*questions: QuestionLine) -> list[str]:
    return [one for one in check_set(questions, {"page": PAGE}).problems if not one.startswith("the set:")]


def good(**changes: object) -> QuestionLine:
    values = {"id": "q1", "question": "Kas tas tāds?", "lang": "lv", "gold": ("Otlas ir tiešsaistes rīks.",), **changes}
    return QuestionLine(**values)  # type: ignore[arg-type]


def test_the_check_passes_quotes_whose_white_space_differs() -> None:
    assert (
        problems(good(gold=("vietnē https://otlas.example un izmanto",), must_contain=("https://otlas.example",))) == []
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"question": "Kur UN izmanto jaunatnes darbā, visās valstīs?"}, "shares 6 words in a row"),
        ({"gold": ("Otlas ir tiesšaistes rīks.",)}, "is not verbatim"),
        ({"must_contain": ("https://other.example",)}, "is not verbatim"),
        ({"section": "Otlas | Nekas"}, "section 'Nekas' is no heading"),
        ({"lang": "ru"}, "lang 'ru'"),
        ({"kind": "near"}, "kind 'near'"),
        ({"body": ("nobody",)}, "body 'nobody'"),
        ({"kind": "followup"}, "without a history"),
    ],
)
def test_the_check_refuses(changes: dict[str, object], problem: str) -> None:
    assert [problem in one for one in problems(good(**changes))] == [True]


def test_five_shared_words_are_allowed() -> None:
    assert problems(good(question="Kas izmanto jaunatnes darbā visās valstīs?")) == []


def test_the_check_names_duplicates_that_differ_in_case_and_marks_only() -> None:
    assert problems(good(), good(id="q2", question="kas  TAS tāds")) == ["q2: asks the same as q1; change one"]
    assert problems(good(), good(id="q2", history=(("user", "Un SALTO?"),))) == []


def test_the_check_counts_what_is_missing() -> None:
    checked = check_set([good(body=("otlas",))] * 1, {"page": PAGE})
    assert "the set: 1 answerable questions about 'otlas'; at least 6 are wanted" in checked.problems
    assert "the set: 1 questions of 'lv'; at least 120 are wanted" in checked.problems
    assert "the set: 0 questions of 'unanswerable'; at least 60 are wanted" in checked.problems
    assert checked.counts["body"] == {"otlas": 1}


def test_a_long_gold_is_refused() -> None:
    words = " ".join(f"v{number}" for number in range(31))
    found = check_set([good(gold=(words,))], {"page": words}).problems[0]
    assert found.startswith("q1: gold of 31 words")
