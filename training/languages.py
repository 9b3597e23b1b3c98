"""`python -m training languages`: the language recogniser.

Snippets of one to eight words from the parallel text, the glossary, the everyday phrases and the
questions over guides, and phrases with a foreign name behind them; part of them without diacritics
as people type them. Multinomial logistic regression (AdaGrad) over the hashed features of
`erasmus_assistant.search.language`.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import sparse

from erasmus_assistant.search import language as reading
from erasmus_assistant.search import tokens
from erasmus_assistant.search.tokens import LANGUAGES
from training import data
from training.guides import GUIDES

PHRASES = data.HERE / "phrases"
"""How questions begin in every language, in the form of the glossary."""
NOT_PROSE = frozenset({"cldr"})
"""Lists of names of countries, signs and units: many are the same in several languages."""
_NOISE = re.compile(r"\{[^}]*\}|<[^>]*>|&\w+;|\S*\d\S*|\S*[_/]\S*")
_KEEPS = {"el": "Ͱ-Ͽἀ-῿", "bg": "Ѐ-ӿ"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=data.PARALLEL, help="parallel text (JSON Lines, gzip)")
    parser.add_argument("--out", type=Path, default=reading.FILE, help="the model file")
    parser.add_argument("--snippets", type=int, default=12000, help="snippets of parallel text for each language")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)


def main(args: argparse.Namespace) -> None:
    chance = random.Random(args.seed)  # noqa: S311 - reproducible, not secret
    texts, labels = [], []
    units = [unit for unit in data.read_units(args.data) if unit["source"] not in NOT_PROSE]
    concepts = data.read_glossary()
    for number, code in enumerate(LANGUAGES):
        found = list(snippets(code, units, concepts, args.snippets, chance))
        texts += found
        labels += [number] * len(found)
        print(f"{code}: {len(found)} snippets", file=sys.stderr)
    rows, held = matrix(texts)
    weights = fit(rows, np.array(labels)[held], args.epochs, args.seed)
    # Lines of other languages stand in the data too: what a first model is sure of being wrong goes.
    keep = trusted(rows, np.array(labels)[held], weights)
    print(f"left out as another language: {(~keep).sum()} of {len(keep)}", file=sys.stderr)
    weights = fit(rows[keep], np.array(labels)[held][keep], args.epochs, args.seed)
    save(weights, args.out)


def snippets(
    code: str, units: list[dict[str, str]], concepts: list[data.Concept], count: int, chance: random.Random
) -> Iterator[str]:
    """Short texts of one language, about a third of them without diacritics."""
    prose = [words for unit in units if (words := _prose(unit, code))]
    for _ in range(count):
        words = chance.choice(prose)
        size = min(len(words), chance.choice((1, 2, 2, 3, 3, 4, 5, 6, 8)))
        start = chance.randrange(len(words) - size + 1)
        yield typed(" ".join(words[start : start + size]), chance)
    terms = [text for concept in concepts for text in concept.variants[code]]
    phrases = [text for concept in data.read_glossary(PHRASES) for text in concept.variants[code]]
    asked = [pair.question.split() for pair in data.read_pairs() if pair.language == code]
    asked += [line.question.split() for guide in GUIDES for line in guide.lines() if line.lang == code]
    for text in terms + phrases:
        # People of every language say "hi".
        yield from (typed(text, chance) for _ in range(6 if code == "en" else 2))
    for _ in range(count // 2):
        parts = [chance.choice(phrases), chance.choice(terms or phrases)]
        if chance.random() < 0.4:
            parts.append(chance.choice(phrases))
        yield typed(" ".join(parts), chance)
    names = [unit[other].split() for unit in units for other in LANGUAGES if other != code and unit.get(other)]
    for _ in range(count):
        name = chance.choice(names)
        start = chance.randrange(len(name))
        yield typed(" ".join([chance.choice(phrases), *name[start : start + chance.choice((1, 1, 2))]]), chance)
    for words in asked:
        for _ in range(6):
            size = min(len(words), chance.choice((2, 3, 4, 6, 9)))
            start = chance.randrange(len(words) - size + 1)
            yield typed(" ".join(words[start : start + size]), chance)


def _prose(unit: dict[str, str], code: str) -> list[str]:
    """The words of a unit in one language; none where it is a copy of another language's."""
    text = unit.get(code, "")
    if not text or any(text == unit.get(other) for other in LANGUAGES if other != code):
        return []
    words = _NOISE.sub(" ", text[:600]).split()
    script = _KEEPS.get(code)
    if script:
        words = [word for word in words if not re.search(r"[a-zA-Z]", word)]
    return words if len(words) > 1 else []


def typed(text: str, chance: random.Random) -> str:
    """`text` as somebody types it: in a third of the cases without diacritics."""
    if chance.random() < 0.35:
        return tokens.fold(text)
    return text


def matrix(texts: list[str]) -> tuple[sparse.csr_matrix, list[int]]:
    """Feature rows of length one (n features of 1/sqrt(n)), and the numbers of the texts that have any."""
    found = [reading.features(text) for text in texts]
    held = [number for number, buckets in enumerate(found) if len(buckets)]
    sizes = np.array([len(found[number]) for number in held])
    values = np.repeat(1 / np.sqrt(sizes), sizes).astype(np.float32)
    columns = np.concatenate([found[number] for number in held])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return sparse.csr_matrix((values, columns, starts), shape=(len(held), reading.BUCKETS)), held


def fit(
    rows: sparse.csr_matrix, labels: np.ndarray, epochs: int, seed: int, rate: float = 0.6, decay: float = 2e-7
) -> np.ndarray:
    """Weights (buckets, languages) of multinomial logistic regression by AdaGrad."""
    classes = len(LANGUAGES)
    weights = np.zeros((rows.shape[1], classes), dtype=np.float32)
    seen = np.full_like(weights, 1e-6)
    order = np.random.default_rng(seed)
    share = len(labels) / np.bincount(labels, minlength=classes) / classes
    for epoch in range(epochs):
        loss = 0.0
        for batch in np.array_split(order.permutation(len(labels)), max(1, len(labels) // 4096)):
            part = rows[batch]
            logits = part @ weights
            logits -= logits.max(axis=1, keepdims=True)
            chances = np.exp(logits)
            chances /= chances.sum(axis=1, keepdims=True)
            at = np.arange(len(batch))
            loss -= float(np.log(chances[at, labels[batch]] + 1e-9).sum())
            chances[at, labels[batch]] -= 1
            chances *= share[labels[batch]][:, None]
            gradient = (part.T @ chances) / len(batch) + decay * weights
            seen += gradient * gradient
            weights -= rate * gradient / np.sqrt(seen)
        print(f"epoch {epoch + 1}: loss {loss / len(labels):.4f}", file=sys.stderr)
    return weights


def trusted(rows: sparse.csr_matrix, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Which rows are not, with near certainty, in another language than their label says."""
    logits = rows @ weights
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    own = chances[np.arange(len(labels)), labels]
    kept: np.ndarray = ~((own < 0.02) & (chances.max(axis=1) > 0.9))
    return kept


def save(weights: np.ndarray, path: Path) -> None:
    """Eight-bit weights with one scale a language; the same bytes each time."""
    weights = weights - weights.mean(axis=1, keepdims=True)
    scale = np.abs(weights).max(axis=0) / 127
    # Few weights are near the largest: clipping them gives the others finer steps.
    scale = np.minimum(scale, np.quantile(np.abs(weights), 0.9995, axis=0) / 127)
    path.parent.mkdir(parents=True, exist_ok=True)
    small = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    np.savez_compressed(path, weights=small, scale=scale.astype(np.float64))
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB", file=sys.stderr)
