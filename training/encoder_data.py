"""What the encoder learns from: texts that mean the same, as numbers of word pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from erasmus_assistant.search.tokens import LANGUAGES
from training import data

Integers = NDArray[np.int32]
_NOISE = re.compile(r"\{[^}]*\}|<[^>]*>|https?://\S+")
_LONGEST = 1000
WEIGHTS = {"glossary": 3.0, "phrases": 1.5, "pairs": 2.0, "thesaurus": 1.0}
"""How much a unit counts in the first vectors; a unit of parallel text counts 1."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One meaning: for each language the texts that express it (several for a glossary concept)."""

    kind: str
    texts: dict[str, tuple[str, ...]]


def read(parallel: Path) -> list[Unit]:
    """Parallel text, glossary, phrases, question-sentence pairs and thesaurus, in this order."""
    units = [Unit("parallel", texts) for unit in data.read_units(parallel) if len(texts := _clean(unit)) > 1]
    for kind in ("glossary", "phrases"):
        for concept in data.read_glossary(data.HERE / kind):
            units.append(Unit(kind, {code: texts for code, texts in concept.variants.items() if texts}))
    for pair in data.read_pairs():
        texts = {code: (sentence,) for code, sentence in pair.sentences.items()}
        texts[pair.language] = (pair.question, *texts.get(pair.language, ()))
        units.append(Unit("pairs", texts))
    units.extend(_sayings())
    return units


def _sayings() -> Iterator[Unit]:
    """The thesaurus: a colloquial word beside the words that a guide uses for it."""
    for saying in data.read_thesaurus():
        texts = dict(saying.formal)
        texts[saying.language] = (saying.word, *texts.get(saying.language, ()))
        yield Unit("thesaurus", texts)


def _clean(unit: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The texts of a parallel unit, without those that were left in English."""
    found = {}
    for code in LANGUAGES:
        text = unit.get(code, "")
        if text and not (code != "en" and text == unit.get("en") and len(text.split()) > 3):
            found[code] = (_NOISE.sub(" ", text)[:_LONGEST],)
    return found


def triples(units: list[Unit]) -> Iterator[tuple[str, str, int]]:
    """(language, text, weight) of every text, for counting words."""
    for unit in units:
        weight = 1 if unit.kind == "parallel" else 10
        for code, texts in unit.texts.items():
            yield from ((code, text, weight) for text in texts)


class Pieces:
    """Every text as numbers: `ids[unit][language]` is a list of arrays, one for each variant."""

    def __init__(self, tokenizer: Tokenizer, units: list[Unit]) -> None:
        self.kinds = np.array([unit.kind for unit in units])
        self.ids: list[dict[str, list[Integers]]] = [{} for _ in units]
        for code in LANGUAGES:
            places = [(number, text) for number, unit in enumerate(units) for text in unit.texts.get(code, ())]
            encodings = tokenizer.encode_batch_fast([text for _, text in places], add_special_tokens=False)
            for (number, _), encoding in zip(places, encodings, strict=True):
                if encoding.ids:
                    self.ids[number].setdefault(code, []).append(np.array(encoding.ids, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.ids)
