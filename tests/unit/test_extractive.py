"""An answer with no language model: quotations, or the word that the guide does not say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import LetterEncoder, document

from erasmus_assistant.answer.extractive import ExtractiveAnswerer, quoted, silent
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Outcome, Question
from erasmus_assistant.search.index import build
from erasmus_assistant.search.ranker import load_ranker
from erasmus_assistant.search.retrieval import Retriever


def small(text: str) -> Retriever:
    """A search over a small text, with vectors that can be computed by hand."""
    encoder = LetterEncoder()
    return Retriever(build([document(text)], encoder, Chunking(), "x"), encoder, load_ranker())


def test_below_the_threshold_it_abstains_and_above_it_quotes(retriever: Retriever) -> None:
    retrieved = replace(retriever.retrieve(Question("Kas ir Otlas?", "lv")), confidence=0.5)
    answerer = ExtractiveAnswerer()
    assert answerer.answer(retriever, retrieved, 0.51).outcome is Outcome.NOT_IN_GUIDE
    draft = answerer.answer(retriever, retrieved, 0.5)
    assert draft.outcome is Outcome.ANSWERED
    assert draft.quotations


def test_far_from_everything_only_the_address_is_quoted(retriever: Retriever) -> None:
    retrieved = replace(retriever.retrieve(Question("zzz", "en")), confidence=0.0)
    draft = silent(retriever, retrieved)
    assert len(draft.parts) == 3
    (only,) = draft.quotations
    assert f"{only.quote} [1]" in draft.parts[-1]


def test_no_passage_at_all_is_no_answer() -> None:
    retriever = small("")
    retrieved = retriever.retrieve(Question("What is Otlas?", "en"))
    assert retrieved.hits == ()
    draft = ExtractiveAnswerer().answer(retriever, retrieved, 0.0)
    assert draft.outcome is Outcome.NOT_IN_GUIDE
    assert draft.quotations == ()


def test_rows_of_a_table_come_with_the_row_that_names_the_columns() -> None:
    rows = "".join(f"Country number {number} | {number} EUR a day\n" for number in range(60))
    retriever = small(f"Rates\n\nThe rates are:\n\nCountry | Rate\n{rows}")
    retrieved = retriever.retrieve(Question("What is the rate of country number 55?", "en"))
    draft = quoted(retriever, retrieved)
    words = [one.quote for one in draft.quotations]
    assert any("Country number 55 | 55 EUR a day" in one for one in words)
    assert any(one.startswith("Country | Rate") for one in words)


@pytest.mark.parametrize("question", ["Kādi ir valstu aģentūru uzdevumi?", "What are the tasks of national agencies?"])
def test_a_list_question_gets_the_whole_list(retriever: Retriever, question: str) -> None:
    language = "lv" if question.startswith("K") else "en"
    draft = quoted(retriever, retriever.retrieve(Question(question, language)))
    words = "\n".join(one.quote for one in draft.quotations)
    tasks = "Valstu aģentūru uzdevumi ir šādi:", "sniegt atbilstošu informāciju", "vietējā un valsts līmenī."
    others = "kā starpniekstruktūrām", "papildus projektu dzīves cikla", "meklējot iespējas sadarboties"
    assert any(all(part in words for part in whole) for whole in (tasks, others))
