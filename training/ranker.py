"""The ranker, the sentence weights and the confidence, learned from the development questions.

Everything is a weighted sum, fitted with an L2 penalty by L-BFGS from zero, so that the result is
the same at every run. Ranking is listwise (softmax cross-entropy over the candidates of a
question); sentences and confidence are logistic. Figures are of a cross-validation by question.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from tqdm import tqdm

from erasmus_assistant.answer.quoting import SENTENCE_FEATURES, candidates
from erasmus_assistant.benchmark.questions import QuestionLine, Split, read_questions, select
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.guide.corpus import Corpus
from erasmus_assistant.records import Question, Turn
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search.conversation import with_context
from erasmus_assistant.search.dense import load_encoder
from erasmus_assistant.search.language import detect_document
from erasmus_assistant.search.ranker import FILE, Ranker
from erasmus_assistant.search.retrieval import FEATURES, Candidates, Retriever, confidence_facts

Floats = npt.NDArray[np.float64]
FOLDS = 10
SECOND_ANSWERABLE, SECOND_SILENT = 3, 4
SECOND = Path(__file__).parent / "second_guide"
QUESTIONS = Path(__file__).parent / "questions"
"""Questions that serve training alone."""
CONFIDENCE_PENALTY = 10.0
REFUSED = 0.07
"""Share of the answerable questions that the threshold may refuse."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates, which of them hold a gold quote, and a stable fold number."""

    line: QuestionLine
    question: Question
    found: Candidates
    right: npt.NDArray[np.bool_]
    fold: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--questions", type=Path, default=Path("benchmark/questions"))
    parser.add_argument("--penalty", type=float, default=30.0, help="L2, on features of unit variance")
    parser.add_argument("--output", type=Path, default=FILE)
    parser.add_argument("--dry", action="store_true", help="only cross-validate")
    parser.add_argument("--ablate", action="store_true", help="also leave out each group of features in turn")


def main(args: argparse.Namespace) -> None:
    retriever = _retriever(args.corpus)
    cases = _cases(retriever, args.questions)
    ranked = [case for case in cases if case.line.answerable]
    scores = _cross_validated(ranked, args.penalty, range(len(FEATURES)))
    _report("all features", ranked, scores)
    if args.ablate:
        for title, kept in _groups().items():
            _report(title, ranked, _cross_validated(ranked, args.penalty, kept))
    same, other = _fit_ranking(ranked, args.penalty, range(len(FEATURES)))
    ranker = Ranker(dict(zip(FEATURES, same, strict=True)), dict(zip(FEATURES, other, strict=True)), {}, {}, 0.0)
    sentence = _fit_sentences(retriever, ranked, ranker)
    confidence, threshold = _fit_confidence(retriever, cases, ranker, args.penalty)
    if not args.dry:
        held = {"same": ranker.same, "other": ranker.other, "sentence": sentence, "confidence": confidence}
        rounded = {
            name: {key: round(float(value), 4) for key, value in weights.items()} for name, weights in held.items()
        }
        args.output.write_text(json.dumps({**rounded, "threshold": round(threshold, 4)}, indent=1) + "\n", "utf-8")
        print(f"wrote {args.output}")


def _groups() -> dict[str, list[int]]:
    """Feature numbers that are kept, by what is left out or alone."""

    def numbers(wanted: Callable[[str], bool]) -> list[int]:
        return [number for number, name in enumerate(FEATURES) if wanted(name)]

    def vectors(name: str) -> bool:
        return name.startswith(("dense", "maxsim"))

    def words(name: str) -> bool:
        return name.startswith(("bm25", "fuzzy", "focus")) or name in ("body", "sentence", "pair", "rest", "heading")

    return {
        "BM25 over translated terms alone": numbers(lambda name: name == "bm25"),
        "one vector alone": numbers(lambda name: name == "dense"),
        "MaxSim alone": numbers(lambda name: name == "maxsim"),
        "without word vectors": numbers(lambda name: not vectors(name)),
        "without terms": numbers(lambda name: not words(name)),
        "without near terms": numbers(lambda name: not name.startswith("fuzzy")),
        "without headings": numbers(lambda name: "heading" not in name and "rest" not in name),
        "without the core of long questions": numbers(lambda name: "focus" not in name),
        "without the conversation": numbers(lambda name: not name.startswith("carried")),
        "without what is asked for": numbers(
            lambda name: not name.startswith(("where_", "number_", "list_", "define_"))
        ),
    }


def _retriever(folder: Path) -> Retriever:
    corpus = Corpus(folder)
    documents = list(corpus.documents(detect_document))
    index = indexes.build(documents, load_encoder(), Chunking(), corpus.fingerprint())
    return Retriever(index, load_encoder(), Ranker({}, {}, {}, {}, 0.0))


def question_of(line: QuestionLine, retriever: Retriever) -> Question:
    """The question as the assistant would take it: its language detected, its history carried."""
    language = retriever.language_of(line.question)
    return with_context(line.question, language, [Turn(role, text) for role, text in line.history])


def _cases(retriever: Retriever, path: Path, more: Path = QUESTIONS) -> list[Case]:
    lines = [line for file in sorted(path.glob("??.jsonl")) for line in select(read_questions(file), Split.DEVELOPMENT)]
    lines += [line for file in sorted(more.glob("*.jsonl")) for line in read_questions(file)]
    cases = []
    for line in tqdm(lines, desc="features", unit="question", leave=False):
        question = question_of(line, retriever)
        found = retriever.candidates(question)
        texts = [" ".join(retriever.index.passages[number].text.split()) for number in found.numbers]
        gold = [" ".join(quote.split()) for quote in line.gold]
        right = np.array([any(quote in text for quote in gold) for text in texts], np.bool_)
        fold = hashlib.sha256(f"fold {line.id}".encode()).digest()[0] % FOLDS
        cases.append(Case(line, question, found, right, fold))
    return cases


def _fit_ranking(cases: Sequence[Case], penalty: float, kept: Sequence[int]) -> tuple[Floats, Floats]:
    """Weights for the same and for another language; the second share the first as their prior."""
    size = len(FEATURES)
    used = np.zeros(size, np.bool_)
    used[list(kept)] = True
    rows = [(case.found.features.astype(np.float64) * used, case.found.same_language, case.right) for case in cases]
    rows = [row for row in rows if row[2].any()]
    spread = np.concatenate([features for features, _, _ in rows]).std(axis=0) + 1e-6
    rows = [(features / spread, alike, right) for features, alike, right in rows]

    def loss(flat: Floats) -> tuple[float, Floats]:
        shared, same, other = flat[:size], flat[size : 2 * size], flat[2 * size :]
        total, gradient = 0.0, np.zeros_like(flat)
        for features, alike, right in rows:
            own = np.where(alike[:, None], features, 0.0)
            foreign = features - own
            scores = features @ shared + own @ same + foreign @ other
            shares = _softmax(scores)
            wanted = shares * right
            mass = max(wanted.sum(), 1e-12)
            total -= np.log(mass)
            pull = shares - wanted / mass
            gradient += np.concatenate([pull @ features, pull @ own, pull @ foreign])
        weight = penalty * np.concatenate([np.ones(size), np.full(2 * size, 3.0)])
        return total + 0.5 * float(weight @ flat**2), gradient + weight * flat

    flat = minimize(loss, np.zeros(3 * size), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return (flat[:size] + flat[size : 2 * size]) / spread, (flat[:size] + flat[2 * size :]) / spread


def _cross_validated(cases: Sequence[Case], penalty: float, kept: Sequence[int]) -> list[Floats]:
    """The scores of every case by weights that were fitted without its fold."""
    scores: dict[str, Floats] = {}
    for fold in range(FOLDS):
        same, other = _fit_ranking([case for case in cases if case.fold != fold], penalty, kept)
        for case in cases:
            if case.fold == fold:
                scores[case.line.id] = _scores(case, same, other)
    return [scores[case.line.id] for case in cases]


def _scores(case: Case, same: Floats, other: Floats) -> Floats:
    features = case.found.features.astype(np.float64)
    return np.where(case.found.same_language, features @ same, features @ other)


def _report(title: str, cases: Sequence[Case], scores: Sequence[Floats]) -> None:
    groups: dict[str, list[int]] = {}
    for case, row in zip(cases, scores, strict=True):
        order = np.argsort(-row, kind="stable")
        places = np.flatnonzero(case.right[order])
        rank = int(places[0]) + 1 if len(places) else 99
        language = case.line.lang if case.line.lang in ("lv", "en") else "other"
        for group in ("all", language, case.line.kind):
            groups.setdefault(group, []).append(rank)
    print(f"{title}:")
    for group, ranks in groups.items():
        hits = [np.mean([rank <= k for rank in ranks]) for k in (1, 3, 10)]
        mrr = np.mean([1 / rank if rank <= 10 else 0 for rank in ranks])
        print(
            f"  {group:12} n={len(ranks):4} Hit@1 {hits[0]:.3f}  Hit@3 {hits[1]:.3f}  "
            f"Hit@10 {hits[2]:.3f}  MRR {mrr:.3f}"
        )


def _fit_sentences(retriever: Retriever, cases: Sequence[Case], ranker: Ranker) -> dict[str, float]:
    """Weights of the sentence features: does a sentence overlap with a gold quote?"""
    judged = replace_ranker(retriever, ranker)
    rows, right = [], []
    for case in tqdm(cases, desc="sentences", unit="question", leave=False):
        retrieved = judged.retrieve(case.question)
        gold = [" ".join(quote.split()) for quote in case.line.gold]
        for one in candidates(judged, retrieved):
            text = judged.index.documents[one.passage.document].text[one.start : one.end]
            flat = " ".join(text.split())
            rows.append(one.features)
            right.append(any(quote in flat or flat in quote for quote in gold))
    weights, bias = _logistic(np.array(rows), np.array(right, np.float64), 3.0)
    return {"bias": bias, **dict(zip(SENTENCE_FEATURES, weights, strict=True))}


def replace_ranker(retriever: Retriever, ranker: Ranker) -> Retriever:
    return Retriever(retriever.index, retriever.encoder, ranker)


def _fit_confidence(
    retriever: Retriever, cases: Sequence[Case], ranker: Ranker, penalty: float
) -> tuple[dict[str, float], float]:
    """The confidence, and the threshold below which it abstains.

    A logistic regression tells answerable questions from others, over what is known of the best
    candidates (scores from a cross-validation, so that they are as good as on new questions). A
    second one, over its result alone, makes it the probability that the answer is among the first
    three. The threshold refuses REFUSED of the answerable questions.
    """
    facts = _facts_of(retriever, cases, penalty)
    others, other_answerable = _second_facts(ranker)
    names = sorted({name for row in [*facts, *others] for name in row})
    matrix, second = _matrix(facts, names), _matrix(others, names)
    answerable = np.array([float(case.line.answerable) for case in cases])
    right = np.array([float(case.line.answerable and case.right.any()) for case in cases])
    folds = np.array([case.fold for case in cases])
    held_out = np.zeros(len(cases))
    held_out_second = np.zeros(len(others))
    second_folds = np.arange(len(others)) % FOLDS
    for fold in range(FOLDS):
        kept = second_folds != fold
        rows, labels = _with_second(
            matrix[folds != fold], answerable[folds != fold], second[kept], other_answerable[kept]
        )
        weights, bias = _logistic(rows, labels, CONFIDENCE_PENALTY)
        held_out[folds == fold] = matrix[folds == fold] @ weights + bias
        held_out_second[~kept] = second[~kept] @ weights + bias
    slope, offset = _logistic(held_out[:, None], right, 0.0)
    _report_confidence(cases, 1 / (1 + np.exp(-(held_out * slope[0] + offset))))
    limit = float(np.quantile(held_out[answerable > 0], REFUSED))
    for title, wanted in (("answerable", 1.0), ("unanswerable", 0.0)):
        share = np.mean(held_out_second[other_answerable == wanted] < limit)
        print(f"  second guide: abstains on {share:.2f} of the {title}, cross-validated")
    weights, bias = _logistic(*_with_second(matrix, answerable, second, other_answerable), CONFIDENCE_PENALTY)
    kept_weights = {"bias": bias * slope[0] + offset, **dict(zip(names, weights * slope[0], strict=True))}
    return kept_weights, float(1 / (1 + np.exp(-(limit * slope[0] + offset))))


def _matrix(facts: Sequence[dict[str, float]], names: Sequence[str]) -> Floats:
    return np.array([[row.get(name, 0.0) for name in names] for row in facts])


def _with_second(rows: Floats, labels: Floats, second: Floats, answerable: Floats) -> tuple[Floats, Floats]:
    """The questions of the page, and those of the second guide so often that they count in the balance."""
    times = [SECOND_ANSWERABLE if one else SECOND_SILENT for one in answerable]
    return np.concatenate([rows, np.repeat(second, times, axis=0)]), np.concatenate(
        [labels, np.repeat(answerable, times)]
    )


def _second_facts(ranker: Ranker) -> tuple[list[dict[str, float]], Floats]:
    """What is known of the best candidates of each question over the second guide, and whether it answers it.

    It is another programme's, of several documents, languages and years: what tells on one page
    alone must not weigh.
    """
    retriever = replace_ranker(_retriever(SECOND), ranker)
    rows = [json.loads(line) for line in (SECOND / "questions.jsonl").read_text("utf-8").splitlines()]
    facts = [retriever.known(Question(row["question"], retriever.language_of(row["question"]))) for row in rows]
    return facts, np.array([float(row["answerable"]) for row in rows])


def _facts_of(retriever: Retriever, cases: Sequence[Case], penalty: float) -> list[dict[str, float]]:
    """What is known of the best candidates of each case, ranked by weights fitted without its fold."""
    ranked = [case for case in cases if case.line.answerable]
    facts: dict[str, dict[str, float]] = {}
    for fold in range(FOLDS):
        same, other = _fit_ranking([case for case in ranked if case.fold != fold], penalty, range(len(FEATURES)))
        for case in cases:
            if case.fold == fold:
                scores = _scores(case, same, other)
                order = np.argsort(-scores, kind="stable")
                evidence = retriever.evidence(case.question, case.found.numbers[order])
                known = {**case.found.facts, **evidence}
                facts[case.line.id] = confidence_facts(scores[order], case.found.features[order], known)
    return [facts[case.line.id] for case in cases]


def _report_confidence(cases: Sequence[Case], predicted: Floats) -> None:
    answerable = np.array([case.line.answerable for case in cases])
    pairs = predicted[answerable][:, None] - predicted[~answerable][None, :]
    own = np.array([case.line.id[2] == "-" and case.line.id[:2] not in ("ta", "tu") for case in cases])
    cases, predicted = [case for case, kept in zip(cases, own, strict=True) if kept], predicted[own]
    answerable = np.array([case.line.answerable for case in cases])
    pairs = predicted[answerable][:, None] - predicted[~answerable][None, :]
    print(f"confidence: AUROC answerable/unanswerable {np.mean((pairs > 0) + 0.5 * (pairs == 0)):.3f}")
    for refused in (0.03, 0.06, 0.10):
        threshold = np.quantile(predicted[answerable], refused)
        kinds = {}
        for kind in ("near", "false_premise", "far", "hostile"):
            held = [
                value
                for case, value in zip(cases, predicted, strict=True)
                if case.line.kind == kind and not case.line.answerable
            ]
            kinds[kind] = f"{np.mean(np.array(held) < threshold):.2f}"
        print(f"  threshold {threshold:.3f} refuses {refused:.2f} of answerable; abstains: {kinds}")


def _logistic(rows: Floats, labels: Floats, penalty: float) -> tuple[Floats, float]:
    size = rows.shape[1]
    spread = rows.std(axis=0)
    spread[spread < 1e-4] = np.inf
    middle = rows.mean(axis=0)
    rows = (rows - middle) / spread

    def loss(flat: Floats) -> tuple[float, Floats]:
        total = rows @ flat[:size] + flat[size]
        value = float(np.sum(np.logaddexp(0.0, total) - labels * total))
        pull = 1 / (1 + np.exp(-total)) - labels
        gradient = np.concatenate([pull @ rows + penalty * flat[:size], [pull.sum()]])
        return value + 0.5 * penalty * float(flat[:size] @ flat[:size]), gradient

    flat = minimize(loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = flat[:size] / spread
    return weights, float(flat[size] - middle @ weights)


def _softmax(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max())
    normalised: Floats = shares / shares.sum()
    return normalised
