"""`python -m training lexicons`: translation lexicons from parallel text and the glossary.

A lexicon says, for each word (and frequent phrase) of one language, which word stems stand for
it in another, with which probability. Its file is plain text; see `Lexicon` in
`erasmus_assistant.search.lexicon` for the format.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from erasmus_assistant.search import lexicon as reading
from erasmus_assistant.search import tokens
from erasmus_assistant.search.tokens import LANGUAGES
from training import data
from training.alignment import Alignment, Bitext, Integers, align
from training.bitexts import Library, Vocabulary
from training.synonyms import PIVOT_OF, train_same
from training.tables import Table, counts, distance, mixed, pruned, rarity, shares, targets

FUNCTION_WORDS = 60
SHARED, SHARED_LENGTH = 1.5, 5
"""What being written alike counts, and from how many letters on."""


def train(library: Library, source: str, target: str) -> str:
    """The text of the lexicon from `source` to `target`."""
    here, there = library.language(source), library.language(target)
    bitext = library.bitext(source, target)
    surfaces = bitext.source
    stem_of, target_stem_of = np.array(here.stem_of), np.array(there.stem_of)
    stemmed = Bitext(
        stem_of[surfaces], bitext.source_starts, target_stem_of[bitext.target], bitext.target_starts, bitext.weights
    )
    alignment = align(stemmed)
    maker = _Maker(library, source, target, stemmed, surfaces, alignment)
    return maker.text()


class _Maker:
    """Turns aligned cells into the lines of a lexicon."""

    def __init__(
        self, library: Library, source: str, target: str, bitext: Bitext, surfaces: Integers, alignment: Alignment
    ) -> None:
        self.library, self.source, self.target = library, source, target
        self.here, self.there = library.language(source), library.language(target)
        self.bitext, self.surfaces, self.alignment = bitext, surfaces, alignment
        keep = alignment.count > 1e-3
        self.source_at = alignment.source_at[keep]
        self.stems = bitext.target[alignment.target_at[keep]]
        self.amounts = alignment.count[keep]
        self.width = int(bitext.target.max()) + 1
        self.frequency = np.bincount(bitext.source, minlength=len(self.here.stems.names))

    def text(self) -> str:
        """The whole file: words by their stem, whole words that differ, phrases."""
        words = self._table(self.bitext.source[self.source_at], self.here.stems.names, 0.0)
        used = sorted(np.unique(self.surfaces).tolist(), key=self.here.surfaces.names.__getitem__)
        self._add_shared(words, used)
        folded = Vocabulary()
        fold_of = np.array([folded.number(tokens.fold(name)) for name in self.here.surfaces.names])
        stem_of = np.array(self.here.stem_of)
        parent = {}
        for number in used:
            parent.setdefault(folded.names[fold_of[number]], self.here.stems.names[stem_of[number]])
        surface = self._table(fold_of[self.surfaces[self.source_at]], folded.names, 2.5)
        lines = dict(self._word_lines(words))
        for name, found in surface.items():
            known = words.get(parent[name])
            smoothed = mixed(found, known, 2.0)
            if known is None or distance(shares(smoothed), shares(known)) > 0.25:
                lines["=" + name] = f"{self._rarity_of(parent[name])}\t{targets(pruned(smoothed))}"
        lines.update(self._phrase_lines(words))
        order = sorted(line for line in (f"{key}\t{rest}" for key, rest in lines.items()))
        return "\n".join([reading.header(self.source, self.target), *order, ""])

    def _add_shared(self, words: Table, used: list[int]) -> None:
        """A word that the other language writes alike, such as a name, is seen once more as itself."""
        theirs = {self.there.stems.names[number] for number in np.unique(self.bitext.target).tolist()}
        for number in used:
            name = self.here.surfaces.names[number]
            own = tokens.stem(name, self.target)
            stem = self.here.stems.names[self.here.stem_of[number]]
            if len(own) >= SHARED_LENGTH and own in theirs:
                row = words.setdefault(stem, {})
                row[own] = row.get(own, 0.0) + SHARED

    def _table(self, keys: Integers, names: list[str], least: float) -> Table:
        table: Table = defaultdict(dict)
        for key, target, amount in zip(*counts(keys, self.stems, self.amounts, self.width), strict=True):
            table[names[key]][self.there.stems.names[target]] = float(amount)
        return {name: found for name, found in table.items() if sum(found.values()) >= least}

    def _word_lines(self, words: Table) -> Iterator[tuple[str, str]]:
        for name, found in words.items():
            yield name, f"{self._rarity_of(name)}\t{targets(pruned(found))}"

    def _name(self, number: int) -> str:
        return self.here.stems.names[number]

    def _rarity_of(self, stem: str) -> int:
        return rarity(int(self.frequency[self.here.stems.numbers[stem]]), len(self.bitext))

    # Phrases: frequent neighbours and the terms of the glossary.

    def _phrase_lines(self, words: Table) -> Iterator[tuple[str, str]]:
        wanted = self._wanted_phrases()
        if not wanted:
            return
        longest = max(len(phrase) for phrase in wanted)
        phrases = list(wanted)
        number_of = {phrase: number for number, phrase in enumerate(phrases)}
        by_position: dict[int, list[int]] = defaultdict(list)
        ids, starts = self.bitext.source.tolist(), self.bitext.source_starts.tolist()
        for begin, end in pairwise(starts):
            for at in range(begin, end - 1):
                for size in range(2, min(longest, end - at) + 1):
                    number = number_of.get(tuple(ids[at : at + size]))
                    if number is not None:
                        for offset in range(size):
                            by_position[at + offset].append(number * 8 + offset)
        spread = np.array([len(by_position.get(at, ())) for at in range(len(ids))])
        keys = np.array([key for at in sorted(by_position) for key in by_position[at]], dtype=np.int64)
        first = np.cumsum(spread) - spread
        repeat = spread[self.source_at]
        cell = np.repeat(np.arange(len(self.source_at)), repeat)
        inside = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        slot = keys[first[self.source_at[cell]] + inside]
        found: dict[int, dict[str, float]] = defaultdict(dict)
        for key, target, amount in zip(*counts(slot, self.stems[cell], self.amounts[cell], self.width), strict=True):
            found[key][self.there.stems.names[target]] = float(amount)
        for number, phrase in enumerate(phrases):
            names = [self.here.stems.names[one] for one in phrase]
            slots = [mixed(found.get(number * 8 + at, {}), words.get(name), 0.5) for at, name in enumerate(names)]
            far = max(
                distance(shares(slot), shares(words.get(name, {}))) for slot, name in zip(slots, names, strict=True)
            )
            if all(slots) and far > (0.1 if wanted[phrase] else 0.3):
                rest = "|".join(targets(pruned(slot)) for slot in slots)
                yield " ".join(names), f"{self._rarity_of(max(names, key=self._rarity_of))}\t{rest}"

    def _wanted_phrases(self) -> dict[tuple[int, ...], bool]:
        """Phrases worth a line of their own, and whether each is a term of the glossary."""
        wanted: dict[tuple[int, ...], bool] = {}
        stem_of = self.here.stem_of
        for concept in self.library.concepts:
            for variant in concept.variants[self.source]:
                phrase = tuple(stem_of[word] for word in self.here.read(variant))
                if 2 <= len(phrase) <= 7:
                    wanted[phrase] = True
        by_frequency = sorted(set(self.bitext.source.tolist()), key=lambda one: (-self.frequency[one], self._name(one)))
        common = set(by_frequency[:FUNCTION_WORDS])
        pairs: Counter[tuple[int, ...]] = Counter()
        ids, starts = self.bitext.source.tolist(), self.bitext.source_starts.tolist()
        for begin, end in pairwise(starts):
            pairs.update((ids[at], ids[at + 1]) for at in range(begin, end - 1))
        total = len(ids)
        for phrase, count in pairs.items():
            if count >= 5 and not common.intersection(phrase):
                chance = self.frequency[phrase[0]] * self.frequency[phrase[1]] / total
                if count > 8 * chance:
                    wanted.setdefault(phrase, False)
        return dict(sorted(wanted.items()))


def write(path: Path, text: str) -> int:
    """The gzip file of a lexicon, with the same bytes for the same text; its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)
    half_written = path.with_suffix(".part")
    half_written.write_bytes(packed)
    half_written.replace(path)
    return len(packed)


def shipped_pairs() -> list[tuple[str, str]]:
    """The pairs that the project ships.

    Every language with itself, into Latvian (the guide's language) and into the Commission's
    working languages, and English into every language: through it any other pair is joined.
    """
    own = [(language, language) for language in LANGUAGES]
    into = [(source, target) for target in ("lv", "en", "de", "fr") for source in LANGUAGES if source != target]
    out = [("en", target) for target in LANGUAGES if ("en", target) not in into and target != "en"]
    return [*into, *own, *out]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m training lexicons`."""
    parser.add_argument("--data", type=Path, default=data.PARALLEL, help="parallel text (train.jsonl.gz)")
    parser.add_argument("--pairs", nargs="*", metavar="XX-YY", help="only these, such as en-lv (default: all shipped)")
    parser.add_argument("--output", type=Path, default=reading.FOLDER, help="folder of the lexicon files")


def main(arguments: argparse.Namespace) -> None:
    """Train and write the lexicons asked for."""
    wanted = [tuple(pair.split("-")) for pair in arguments.pairs] if arguments.pairs else shipped_pairs()
    concepts = data.with_forms(data.read_glossary())
    library = Library(data.read_units(arguments.data), concepts, data.read_pairs(), data.read_thesaurus())
    made: dict[tuple[str, str], str] = {}
    for number, (source, target) in enumerate(wanted, start=1):
        begun = time.perf_counter()
        text = made[source, target] = _made(library, source, target, made)
        size = write(reading.path_of(source, target, arguments.output), text)
        took = time.perf_counter() - begun
        told = f"{text.count(chr(10)) - 1} keys, {size // 1024} KB, {took:.1f} s"
        print(f"{number}/{len(wanted)} {source}-{target}: {told}", file=sys.stderr)


def _made(library: Library, source: str, target: str, made: dict[tuple[str, str], str]) -> str:
    if source != target:
        return train(library, source, target)
    pivot = PIVOT_OF.get(source)
    if pivot is None:
        return train_same(library, source)
    around = [made.get(pair) or train(library, *pair) for pair in ((source, pivot), (pivot, source))]
    return train_same(library, source, around)
