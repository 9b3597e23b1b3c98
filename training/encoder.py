"""`python -m training encoder`: the static multilingual encoder, from the training data to its folder.

Word pieces (`training.pieces`), first vectors by cross-lingual latent semantic analysis
(`training.spectral`), fine-tuning for one-vector and late-interaction search
(`training.tuning`), the way from questions to answers (`training.asking`), and an eight-bit table
that sentence-transformers, model2vec and `erasmus_assistant.search.dense` all read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from erasmus_assistant.search import dense
from training import data, encoder_data, guides, pieces, spectral

Floats = NDArray[np.float32]
PARTS = data.HERE / "data" / "parts"
"""Where the ranker finds encoders that have not seen the questions it learns from."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=data.PARALLEL, help="parallel text (JSON Lines, gzip)")
    parser.add_argument("--out", type=Path, default=dense.SHIPPED, help="folder of the model")
    parser.add_argument("--vocabulary", type=int, default=64_000, help="word pieces")
    parser.add_argument("--dimension", type=int, default=256)
    parser.add_argument("--power", type=float, default=0.25, help="exponent of the singular values")
    parser.add_argument("--steps", type=int, default=900, help="batches of fine-tuning; 0 leaves it out")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop fine-tuning after this time")
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate")
    parser.add_argument("--start", type=Path, help="a model folder to fine-tune further, with its word pieces")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--taught", type=int, default=96, help="dimensions learned from the English teacher; 0: none")
    parser.add_argument("--teacher-cache", type=Path, default=data.HERE / "data" / "teacher.npz")
    parser.add_argument("--asked", type=int, default=1400, help="batches of questions over guides; 0 leaves them out")
    parser.add_argument("--parts", type=Path, default=PARTS, help="for the encoders without a part of the questions")


def main(args: argparse.Namespace) -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    units = encoder_data.read(args.data)
    print(f"{len(units)} units", file=sys.stderr)
    if args.start:
        tokenizer = Tokenizer.from_file(str(args.start / "tokenizer.json"))
        held = encoder_data.Pieces(tokenizer, units)
        vectors = table_of(args.start)
    else:
        tokenizer = pieces.tokenizer(pieces.choose(pieces.count_words(encoder_data.triples(units)), args.vocabulary))
        held = encoder_data.Pieces(tokenizer, units)
        vectors = spectral.first_vectors(held, tokenizer.get_vocab_size(), args.dimension, args.power, args.seed)
    if args.steps:
        from training import tuning  # torch is needed for this step only

        settings = tuning.Settings(steps=args.steps, minutes=args.minutes, rate=args.rate, seed=args.seed)
        vectors = tuning.tune(vectors, continuing(tokenizer), held, settings)
    if args.taught:
        from training import teacher  # as above

        taught = teacher.distil(units, tokenizer, args.taught, args.teacher_cache)
        vectors = np.concatenate([vectors, taught * (_middle(vectors) / _middle(taught))], axis=1)
    if args.asked:
        from training import asking  # as above

        settings_asked = asking.Settings(steps=args.asked)
        for part in range(guides.PARTS):
            without = asking.tune(vectors, continuing(tokenizer), tokenizer, settings_asked, part)
            save(without, tokenizer, args.parts / str(part))
        vectors = asking.tune(vectors, continuing(tokenizer), tokenizer, settings_asked)
    save(vectors, tokenizer, args.out)


def _middle(vectors: Floats) -> float:
    """The median length of the rows."""
    return float(np.median(np.linalg.norm(vectors, axis=1)))


def continuing(tokenizer: Tokenizer) -> NDArray[np.bool_]:
    """Which pieces continue a word."""
    found = np.zeros(tokenizer.get_vocab_size(), dtype=np.bool_)
    found[[number for piece, number in tokenizer.get_vocab().items() if piece.startswith("##")]] = True
    return found


def table_of(folder: Path) -> Floats:
    """The vectors of a saved model."""
    held = load_file(folder / "model.safetensors")
    vectors: Floats = held["embeddings"].astype(np.float32) * held["weights"][:, None]
    return vectors


def save(vectors: Floats, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the model as sentence-transformers does, with the table in eight bits.

    Each row has its own scale; `embeddings * weights` gives it back, which is the form that
    model2vec writes and both libraries read. Unknown and padding pieces are zero.
    """
    vectors = vectors.copy()
    vectors[: len(pieces.SPECIAL)] = 0
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    table = np.round(vectors / scale[:, None]).astype(np.int8)
    scale[: len(pieces.SPECIAL)] = 0
    folder.mkdir(parents=True, exist_ok=True)
    _skeleton(vectors, tokenizer, folder)
    save_file({"embeddings": table, "weights": scale.astype(np.float32)}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    described = {"model_type": "model2vec", "hidden_dim": table.shape[1], "normalize": True, "max_length": None}
    (folder / "config.json").write_text(json.dumps(described, indent=2) + "\n")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {len(table)} x {table.shape[1]}, {size / 1e6:.1f} MB", file=sys.stderr)


def _skeleton(vectors: Floats, tokenizer: Tokenizer, folder: Path) -> None:
    """The module list and configuration, as sentence-transformers itself writes them."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    small = StaticEmbedding(tokenizer, embedding_weights=vectors[:, :8].copy())
    with tempfile.TemporaryDirectory() as made:
        SentenceTransformer(modules=[small, Normalize()], device="cpu").save(made, create_model_card=False)
        for path in sorted(Path(made).rglob("*.json")):
            if path.name != "tokenizer.json":
                target = folder / path.relative_to(made)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(json.dumps(_stable(json.loads(path.read_text())), indent=2) + "\n")
        (folder / "1_Normalize").mkdir(exist_ok=True)


def _stable(config: object) -> object:
    """Without the versions of the machine that trained it: the same bytes everywhere."""
    if isinstance(config, dict):
        return {key: value for key, value in config.items() if key != "__version__"}
    return config
