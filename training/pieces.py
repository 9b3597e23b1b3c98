"""The encoder's word pieces: stems of all languages, their endings, and parts of compounds.

A WordPiece tokenizer takes the longest piece that fits. When the pieces are the stems that each
language's stemmer finds, the inflected forms of a word share one vector, and 80,000 pieces are
enough for 24 languages; pieces learnt by byte-pair merging waste many on forms of one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from erasmus_assistant.search.tokens import LANGUAGES, fold, stem, words

SPECIAL = ("[PAD]", "[UNK]")
COMPOUNDING = ("de", "nl", "sv", "da", "fi", "et", "hu", "el", "lt", "lv")
FAVOURED = {"lv": 3.0, "en": 3.0}
CHARACTERS, ENDINGS, PARTS = 250, 2500, 5000
_SAME = (("ß", "ss"), ("ł", "l"), ("ø", "o"), ("đ", "d"), ("ħ", "h"), ("æ", "ae"), ("œ", "oe"), ("ı", "i"), ("ς", "σ"))
_LONGEST_WORD, _SHORTEST_PART = 40, 5


def tokenizer(pieces: Iterable[str]) -> Tokenizer:
    """Greedy longest-match pieces of words without case, diacritics or punctuation."""
    numbered = {piece: number for number, piece in enumerate(pieces)}
    made = Tokenizer(models.WordPiece(numbered, unk_token=SPECIAL[1], max_input_chars_per_word=64))
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
        + [normalizers.Replace(one, other) for one, other in _SAME]
        + [normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def choose(counts: dict[str, Counter[str]], size: int) -> list[str]:
    """The `size` pieces worth most, given how often each language's words occur."""
    heads: Counter[str] = Counter()
    tails: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for language in LANGUAGES:
        total = max(1, sum(counts[language].values()))
        for head, tail, count in _cut(counts[language], language):
            heads[head] += FAVOURED.get(language, 1.0) * count / total
            tails[tail] += count / total
            for character in head + tail:
                characters[character] += count / total
    ranked = _by_weight(heads)
    parts = _parts(counts, {head for head in ranked[: size // 3] if len(head) >= _SHORTEST_PART})
    wanted = [*SPECIAL]
    for character in _by_weight(characters)[:CHARACTERS]:
        wanted += [character, "##" + character]
    wanted += ["##" + tail for tail in _by_weight(tails)[:ENDINGS] if tail]
    wanted += ["##" + part for part in _by_weight(parts)[:PARTS]]
    return list(dict.fromkeys(wanted + ranked))[:size]


def count_words(texts: Iterable[tuple[str, str, int]]) -> dict[str, Counter[str]]:
    """How often each word occurs in (language, text, weight) triples."""
    counts: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for language, text, weight in texts:
        for word in words(text):
            counts[language][word] += weight
    return counts


def _cut(counts: Counter[str], language: str) -> Iterator[tuple[str, str, int]]:
    """Each folded word as its stem (as far as it is a beginning of the word) and the rest."""
    for word, count in counts.items():
        folded = fold(word)
        if len(folded) > _LONGEST_WORD or (folded.isdigit() and len(folded) > 4):
            continue
        length = _shared(stem(word, language), folded)
        length = max(length, min(3, len(folded)))
        yield folded[:length], folded[length:], count


def _parts(counts: dict[str, Counter[str]], heads: set[str]) -> Counter[str]:
    """Stems that stand inside longer words, in the languages that write compounds as one."""
    found: Counter[str] = Counter()
    for language in COMPOUNDING:
        total = max(1, sum(counts[language].values()))
        for word, count in counts[language].items():
            folded = fold(word)[:_LONGEST_WORD]
            for start in range(3, len(folded) - _SHORTEST_PART + 1):
                longest = next(
                    (folded[start:end] for end in range(len(folded), start + 4, -1) if folded[start:end] in heads), ""
                )
                if longest:
                    found[longest] += count / total
    return found


def _shared(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _by_weight(weights: Counter[str]) -> list[str]:
    return sorted(weights, key=lambda piece: (-weights[piece], piece))
