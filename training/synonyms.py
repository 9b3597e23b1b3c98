"""The lexicon of a language with itself: how rare each word is, and what else is said for it.

Synonyms come from three places: the other variants of a glossary concept; words that come back
as another word after a trip through a second language; and the words of colloquial questions
aligned with the words of the sentences that answer them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from erasmus_assistant.search import lexicon as reading
from erasmus_assistant.search import tokens
from training.alignment import Bitext, Settings, align
from training.bitexts import Library, flat
from training.tables import LEAST, TARGETS, Table, counts, rarity, targets

SYNONYM = 0.3
"""What the first glossary synonym of a word counts beside the word itself."""
PIVOT = 0.1
ASSOCIATED = 0.3
PIVOT_OF = {"lv": "en", "en": "lv"}


def train_same(library: Library, language: str, around: Iterable[str] = ()) -> str:
    """The text of the lexicon of a language with itself: rarities and synonyms.

    `around` holds the lexicons there and back through another language, if any: words that
    come back as other words are near synonyms.
    """
    here = library.language(language)
    found: Table = defaultdict(dict)
    for concept in library.concepts:
        _add_synonyms(found, concept.variants[language], concept.variants[language], language)
    for saying in library.sayings:
        if saying.language == language:
            _add_synonyms(found, (saying.word,), saying.formal.get(language, ()), language)
    if around:
        _add_round_trip(found, *around)
    _add_associations(found, library, language)
    frequency: Counter[str] = Counter()
    total = 0
    for text in _texts_of(library, language):
        total += 1
        frequency.update({here.stems.names[here.stem_of[word]] for word in here.read(text)})
    lines = []
    for name in sorted({name for name, count in frequency.items() if count > 1} | found.keys()):
        best = sorted(found.get(name, {}).items(), key=lambda item: (-item[1], item[0]))[:TARGETS]
        likely = targets({stem: share for stem, share in best if share >= LEAST})
        parts = name.split(" ")
        rare = max(rarity(frequency[part], max(total, 2)) for part in parts)
        slots = [likely, *[""] * (len(parts) - 1)]
        lines.append(f"{name}\t{rare}\t{'|'.join(slots)}")
    return "\n".join([reading.header(language, language), *sorted(lines), ""])


def _texts_of(library: Library, language: str) -> Iterator[str]:
    for unit in library.units:
        if language in unit:
            yield unit[language]
    for pair in library.pairs:
        if pair.language == language:
            yield pair.question


def _add_synonyms(found: Table, words: tuple[str, ...], others: tuple[str, ...], language: str) -> None:
    """Each of `words` may be said as each of `others`; the first ones weigh most."""
    for word in words:
        mine = tokens.stems(word, language)
        row = found[" ".join(mine)]
        for at, other in enumerate(others):
            new = [stem for stem in tokens.stems(other, language) if stem not in mine]
            for stem in new:
                row[stem] = max(row.get(stem, 0.0), SYNONYM / (1 + 0.3 * at) / len(new))


def _add_round_trip(found: Table, there: str, back: str) -> None:
    outward, inward = _read(there), _read(back)
    for key, row in outward.items():
        home: dict[str, float] = defaultdict(float)
        for stem, share in row.items():
            for end, chance in inward.get(stem, {}).items():
                home[end] += share * chance
        for end, chance in home.items():
            if end != key and chance > 0.1:
                found[key][end] = max(found[key].get(end, 0.0), PIVOT * chance)


def _read(text: str) -> Table:
    table: Table = {}
    for line in text.splitlines()[1:]:
        key, _, row = line.split("\t")
        if key[0] != "=" and " " not in key:
            fields = row.split(" ")
            table[key] = {stem: int(share) / 100 for stem, share in zip(fields[::2], fields[1::2], strict=True)}
    return table


def _add_associations(found: Table, library: Library, language: str) -> None:
    """From colloquial questions to the sentences that answer them: the words that go together."""
    here = library.language(language)
    texts = [(pair.question, pair.sentences.get(language, "")) for pair in library.pairs if pair.language == language]
    texts = [(here.read(question), here.read(sentence)) for question, sentence in texts if sentence]
    if len(texts) < 50:
        return
    stem_of = np.array(here.stem_of)
    flattened = (*flat([a for a, _ in texts]), *flat([b for _, b in texts]), np.ones(len(texts)))
    bitext = Bitext(stem_of[flattened[0]], flattened[1], stem_of[flattened[2]], flattened[3], flattened[4])
    alignment = align(bitext, Settings(diagonal=0.0))
    width = int(bitext.target.max()) + 1
    table: Table = defaultdict(dict)
    askers, tellers = bitext.source[alignment.source_at], bitext.target[alignment.target_at]
    for key, target, amount in zip(*counts(askers, tellers, alignment.count, width), strict=True):
        table[here.stems.names[key]][here.stems.names[target]] = float(amount)
    for key, row in table.items():
        total = sum(row.values())
        for stem, amount in row.items():
            if stem != key and amount >= 1.0 and amount / total > 0.1:
                found[key][stem] = max(found[key].get(stem, 0.0), ASSOCIATED * amount / total)
