"""`python -m training evaluate-encoder`: does the encoder find translations, and the answers to questions?

Two tables. Sentences: for each other language, each news sentence against all Latvian ones
(accuracy@1), by one vector, by MaxSim over the best of those, by the lexicons, and by both
together. Questions: the development questions against the passages of the corpus (MRR@10).
Nothing here is ever trained on those sentences.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from erasmus_assistant.search import dense, tokens
from erasmus_assistant.search.dense import Encoder, StaticEncoder
from training import data, evaluate

Matrix = NDArray[np.float64]
LEXICON_SHARE, VECTOR_SHARE, MAXSIM_SHARE = 1.0, 0.3, 1.0
"""Weights of the sum of lexicon score, cosine and MaxSim; chosen on `sib200`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=evaluate.EVALUATION, help="evaluation-only.jsonl.gz")
    parser.add_argument("--set", default="ntrex", help="which source of that file (ntrex or sib200)")
    parser.add_argument("--target", default="lv", help="the language to find the sentences in")
    parser.add_argument("--languages", nargs="*", default=list(tokens.LANGUAGES), help="from which languages")
    parser.add_argument("--encoder", default="", help="a folder or hub name instead of the shipped encoder")
    parser.add_argument("--candidates", type=int, default=100, help="how many sentences MaxSim looks at")
    parser.add_argument("--no-lexicons", action="store_true", help="the encoder alone")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--questions", type=Path, default=Path("benchmark/questions"))
    parser.add_argument("--only", choices=("sentences", "questions"), help="one of the two tables")


def main(args: argparse.Namespace) -> None:
    encoder = dense.load_encoder(args.encoder)
    if args.only != "questions":
        sentences(encoder, args)
    if args.only != "sentences":
        questions(encoder, args.corpus, args.questions)


def sentences(encoder: Encoder, args: argparse.Namespace) -> None:
    """Print accuracy@1 by language and method as a Markdown table."""
    units = [unit for unit in data.read_units(args.data, evaluation=True) if unit["source"] == args.set]
    units = [unit for unit in units if args.target in unit]
    rows: list[dict[str, float]] = []
    for language in args.languages:
        both = [unit for unit in units if language in unit]
        if language == args.target or not both:
            continue
        found = {
            name: evaluate.accuracy(scores) for name, scores in sentence_scores(encoder, both, language, args).items()
        }
        if not rows:
            print(f"| {args.set}, {len(units)} sentences | " + " | ".join(found) + " |")
            print("|---" * (len(found) + 1) + "|")
        rows.append(found)
        values = " | ".join(f"{one:.3f}" for one in found.values())
        print(f"| {language} -> {args.target} | {values} |", flush=True)
    if not rows:
        raise data.TrainingDataProblem(f"{args.data} has no units of {args.set!r} in these languages")
    print("| **mean** | " + " | ".join(f"{np.mean([row[name] for row in rows]):.3f}" for name in rows[0]) + " |")


def sentence_scores(
    encoder: Encoder, units: list[dict[str, str]], language: str, args: argparse.Namespace
) -> dict[str, Matrix]:
    """The matrices of scores, sources by targets, by the name of the method."""
    asked, told = [unit[language] for unit in units], [unit[args.target] for unit in units]
    vector = (encoder.encode_questions(asked) @ encoder.encode_passages(told).T).astype(np.float64)
    found = {"one vector": vector}
    if isinstance(encoder, StaticEncoder):
        found["MaxSim"] = late(encoder, asked, told, vector, args.candidates)
    if not args.no_lexicons:
        here, there = evaluate.Side(asked, language), evaluate.Side(told, args.target)
        found["lexicons"] = evaluate.score(here, there)["with names"]
        total = LEXICON_SHARE * found["lexicons"] + VECTOR_SHARE * vector
        if isinstance(encoder, StaticEncoder):
            total = total + MAXSIM_SHARE * late(encoder, asked, told, total, args.candidates)
        found["together"] = total
        found["together, CSLS"] = evaluate.csls(np.where(np.isfinite(total), total, total[np.isfinite(total)].min()))
    return found


def late(encoder: StaticEncoder, asked: Sequence[str], told: Sequence[str], first: Matrix, candidates: int) -> Matrix:
    """MaxSim in both directions with the best by `first`; minus infinity for all others."""
    left, right = ([encoder.token_vectors(text)[1:] for text in texts] for texts in (asked, told))
    found = np.full(first.shape, -np.inf)
    for row, best in enumerate(np.argsort(-first, axis=1, kind="stable")[:, :candidates]):
        (words, weights), there = left[row], [right[column] for column in best]
        starts = np.cumsum([0, *(len(vectors) for vectors, _ in there[:-1])])
        similar = np.concatenate([vectors for vectors, _ in there]) @ words.T
        importance = np.concatenate([importance for _, importance in there])
        ahead = np.maximum.reduceat(similar, starts, axis=0) @ weights / weights.sum()
        back = np.add.reduceat(similar.max(axis=1) * importance, starts) / np.add.reduceat(importance, starts)
        found[row, best] = ahead + back
    return found


def questions(encoder: Encoder, corpus: Path, folder: Path) -> None:
    """Print MRR@10 of the development questions by language, without their histories."""
    from erasmus_assistant.benchmark.questions import Split, read_questions, select
    from erasmus_assistant.guide.chunking import Chunking
    from erasmus_assistant.guide.corpus import Corpus
    from erasmus_assistant.search import index
    from erasmus_assistant.search.language import detect_document

    documents = Corpus(corpus)
    held = index.build(list(documents.documents(detect_document)), encoder, Chunking(), documents.fingerprint())
    texts = [" ".join(passage.text.split()) for passage in held.passages]
    searched = [index.searched_text(held.documents[passage.document], passage) for passage in held.passages]
    vectors = encoder.encode_passages(searched)
    by_language: dict[str, list[list[float]]] = defaultdict(list)
    for file in sorted(folder.glob("??.jsonl")):
        for line in select(read_questions(file), Split.DEVELOPMENT):
            gold = [" ".join(quote.split()) for quote in line.gold]
            right = np.array([any(quote in text for quote in gold) for text in texts])
            if not line.answerable or line.history or not right.any():
                continue
            methods = [vectors @ encoder.encode_questions([line.question])[0]]
            if isinstance(encoder, StaticEncoder) and held.words is not None:
                _, words, weights = encoder.token_vectors(line.question)
                methods.append(held.words.scores(words, weights, range(len(texts))))
                methods.append(methods[1] + 0.5 * methods[0])
            group = line.lang if line.lang in ("lv", "en") else "others"
            by_language[group].append([reciprocal_rank(scores, right) for scores in methods])
    print(f"\n| development questions, {len(texts)} passages, MRR@10 | n | one vector | MaxSim | both |")
    print("|---|---|---|---|---|")
    for group, rows in by_language.items():
        print(f"| {group} | {len(rows)} | " + " | ".join(f"{one:.3f}" for one in np.mean(rows, axis=0)) + " |")


def reciprocal_rank(scores: NDArray[np.float32], right: NDArray[np.bool_], depth: int = 10) -> float:
    """One over the rank of the first right passage, 0 below `depth`."""
    ranks = np.flatnonzero(right[np.argsort(-scores, kind="stable")[:depth]])
    return 1 / (float(ranks[0]) + 1) if len(ranks) else 0.0
