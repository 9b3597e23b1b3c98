"""`python -m training ranker`: the ranker, the sentence weights and the confidence.

They learn from the development questions of the benchmark and from the questions over the guides
of `training.guides`. The features of a question come from an encoder that was trained without it,
as those of a new question would.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from tqdm import tqdm

from erasmus_assistant.answer.quoting import SENTENCE_FEATURES, candidates
from erasmus_assistant.benchmark.questions import QuestionLine, Split, read_questions, select
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Question, Turn
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search.conversation import with_context
from erasmus_assistant.search.dense import Encoder, load_encoder
from erasmus_assistant.search.language import detect_document
from erasmus_assistant.search.network import FILE as NETWORK
from erasmus_assistant.search.ranker import FILE, Ranker
from erasmus_assistant.search.retrieval import Retriever
from training import confidence, encoder, ranking
from training.guides import GUIDES, PAGE, PARTS, Guide, flat
from training.ranking import Case

SILENT = Ranker({}, {}, {}, {}, 0.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--questions", type=Path, default=Path("benchmark/questions"))
    parser.add_argument(
        "--parts", type=Path, default=encoder.PARTS, help="the encoders without a part of the questions"
    )
    parser.add_argument("--penalty", type=float, default=30.0, help="L2, on features of unit variance")
    parser.add_argument("--others", type=float, default=1.0, help="how much a question over another guide counts")
    parser.add_argument("--output", type=Path, default=FILE)
    parser.add_argument("--network", type=Path, default=NETWORK)
    parser.add_argument("--dry", action="store_true", help="only cross-validate")
    parser.add_argument("--ablate", action="store_true", help="also leave out each group of features in turn")


def main(args: argparse.Namespace) -> None:
    cases = list(tqdm(_cases(args), desc="features", unit="question", leave=False))
    ranked = [case for case in cases if case.line.gold]
    rankers = ranking.cross_validated(ranked, args.penalty)
    ranking.report("all features", ranked, rankers)
    if args.ablate:
        for title, kept in ranking.groups_of_features().items():
            ranking.report(title, ranked, ranking.cross_validated(ranked, args.penalty, kept))
    weights, threshold, network = confidence.fit(cases, rankers)
    if not args.dry:
        final = ranking.fit(ranked, args.penalty)
        sentence = _fit_sentences(ranked, rankers)
        write(args.output, Ranker(final.same, final.other, sentence, weights, threshold))
        network.save(args.network)


def write(path: Path, ranker: Ranker) -> None:
    held = {name: getattr(ranker, name) for name in ("same", "other", "sentence", "confidence")}
    rounded = {name: {key: round(float(value), 4) for key, value in weights.items()} for name, weights in held.items()}
    path.write_text(json.dumps({**rounded, "threshold": round(ranker.threshold, 4)}, indent=1) + "\n", "utf-8")
    print(f"wrote {path}")


def _cases(args: argparse.Namespace) -> Iterator[Case]:
    """The questions over every guide, each over the index of an encoder that has not seen it."""
    files = sorted(args.questions.glob("??.jsonl"))
    development = [line for file in files for line in select(read_questions(file), Split.DEVELOPMENT)]
    asked = [
        *((PAGE, ranking.PAGE, line) for line in PAGE.lines()),
        *((PAGE, ranking.DEVELOPMENT, line) for line in development),
        *((guide, guide.folder.name, line) for guide in GUIDES if guide is not PAGE for line in guide.lines()),
    ]
    for part in range(PARTS):
        held = load_encoder(str(args.parts / str(part)))
        mine = (one for one in asked if one[0].part_of(one[2]) == part)
        for guide, group in groupby(mine, key=itemgetter(0)):
            retriever = _retriever(guide, held)
            weight = 1.0 if guide is PAGE else args.others
            for _, name, line in group:
                question = question_of(line, retriever)
                yield ranking.case_of(name, line, question, retriever, weight, guide.fold_of(line))


def _retriever(guide: Guide, held: Encoder) -> Retriever:
    corpus = guide.corpus()
    documents = list(corpus.documents(detect_document))
    return Retriever(indexes.build(documents, held, Chunking(), corpus.fingerprint()), held, SILENT)


def question_of(line: QuestionLine, retriever: Retriever) -> Question:
    """The question as the assistant would take it: its language detected, its history carried."""
    language = retriever.language_of(line.question)
    return with_context(line.question, language, [Turn(role, text) for role, text in line.history])


def _fit_sentences(cases: Sequence[Case], rankers: Sequence[Ranker]) -> dict[str, float]:
    """Weights of the sentence features: does a sentence overlap with a gold quote?"""
    rows, right, counts = [], [], []
    for case in tqdm(cases, desc="sentences", unit="question", leave=False):
        judged = confidence.judged(case.retriever, rankers[case.fold])
        gold = [flat(quote) for quote in case.line.gold]
        for one in candidates(judged, judged.retrieve(case.question)):
            text = flat(judged.index.documents[one.passage.document].text[one.start : one.end])
            rows.append(one.features)
            right.append(any(quote in text or text in quote for quote in gold))
            counts.append(case.weight)
    weights, bias = confidence.logistic(np.array(rows), np.array(right, np.float64), 3.0, np.array(counts))
    return {"bias": bias, **dict(zip(SENTENCE_FEATURES, weights.tolist(), strict=True))}
