"""To which questions a pinned answer is given, and to which it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import insert

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.benchmark.questions import read_questions
from erasmus_assistant.records import Question
from erasmus_assistant.review.database import open_database
from erasmus_assistant.review.picking import Picked, sentences
from erasmus_assistant.review.pinned import PinnedAnswerer
from erasmus_assistant.review.pins import Pins, State
from erasmus_assistant.review.tables import now
from erasmus_assistant.review.tables import pin as pins
from erasmus_assistant.review.urgency import SEEN_ANSWER, STAFF, urgency
from erasmus_assistant.search.retrieval import Retriever

QUESTION = "Who evaluates the grant applications?"
CORRECTED = "The national agency has them assessed. [1]"
QUESTIONS = Path(__file__).parents[2] / "benchmark" / "questions" / "en.jsonl"
Pinned = Callable[[Sequence[str]], Assistant]


def missed(retriever: Retriever) -> Picked:
    """A sentence that the search does not find for the question."""
    found = {hit.passage.id for hit in retriever.retrieve(Question(QUESTION, "en"), 10).hits}
    far = next(passage for passage in retriever.index.passages if passage.id not in found and passage.kind == "text")
    return sentences(retriever.index, far)[0]


@pytest.fixture
def pinned(tmp_path: Path, assistant: Assistant) -> Pinned:
    """An assistant whose answers to these questions are pinned, each to a place that the search misses."""
    engine = open_database(str(tmp_path / "journal.sqlite3"))
    cited = missed(assistant.retriever()).to_json()

    def made(questions: Sequence[str]) -> Assistant:
        row = {"answer_id": "a", "language": "en", "text": CORRECTED, "citations": [cited], "proposed_by": "anna"}
        row |= {"state": State.APPROVED.value, "proposed": now(), "decided": now(), "decided_by": "berta", "reason": ""}
        with engine.begin() as connection:
            connection.execute(insert(pins), [row | {"question": question} for question in questions])
        answerer = PinnedAnswerer(assistant.answerer, Pins(engine))
        return Assistant(assistant.retriever, answerer, assistant.threshold)

    return made


@pytest.mark.parametrize(
    "question",
    ["who evaluates the GRANT applications", f"Please tell me: {QUESTION}", "Who assesses the grant applications?"],
)
def test_the_same_question_in_other_words_is_given_it_though_the_search_misses_the_place(
    pinned: Pinned, question: str
) -> None:
    answer = pinned([QUESTION]).ask(Request(question))
    assert answer.text.startswith(CORRECTED)
    assert answer.answerer == STAFF
    assert urgency(answer.outcome, 0.1, answer.threshold, answerer=answer.answerer) == SEEN_ANSWER


@pytest.mark.parametrize(
    "question",
    [
        "Who selects the grant applications?",
        "Who does not evaluate the grant applications?",
        "Where do I submit the grant application?",
        "Wer bewertet die Anträge?",
        "Kas vērtē dotāciju pieteikumus?",
    ],
)
def test_another_question_or_language_is_not(pinned: Pinned, question: str) -> None:
    assert CORRECTED not in pinned([QUESTION]).ask(Request(question)).text


def test_among_many_pins_the_right_one_is_found(pinned: Pinned) -> None:
    others = [line.question for line in read_questions(QUESTIONS)]
    assistant = pinned([*others[:60], QUESTION, *others[60:]])
    assert assistant.ask(Request("Please tell me who evaluates the grant applications.")).text.startswith(CORRECTED)
