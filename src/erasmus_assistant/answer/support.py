"""How much of a model's sentence the cited passages say: by the lexicons, figure by figure, denial by denial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from erasmus_assistant.answer.figures import Figure, figures
from erasmus_assistant.answer.names import Name, names_in
from erasmus_assistant.answer.sources import Match, Source, best_sentences
from erasmus_assistant.answer.verbatim import Found
from erasmus_assistant.answer.vocabulary import own_words, setting_apart, vocabulary
from erasmus_assistant.search.lexicon import Unit
from erasmus_assistant.search.tokens import stems, words

ENOUGH = 0.65
ENOUGH_BESIDE_QUOTATION = 0.5
TELLING = 0.45
QUOTED_WORD = 0.5
FIGURE = 0.6
NAME = 0.5
COUNTED = 0.35
ONE_WORD = 0.8
_SECOND_BEST = 0.6
_NEIGHBOURS = 4
_REACH = 10
_DENIED = 3


@dataclass(frozen=True, slots=True)
class Backing:
    """What of a sentence each source says, and how much they say together."""

    by_source: tuple[tuple[Source, tuple[Match, ...]], ...]
    share: float
    enough: bool

    def matched(self, start: int) -> bool:
        """Whether any source has a counterpart of the sentence's word at this place."""
        return any(match.words for _, matches in self.by_source for match in matches if match.unit.start == start)


def weigh(frame: str, language: str, sources: Sequence[Source], quoted: Sequence[Found], addresses: int = 0) -> Backing:
    """How much of the model's own words the sources say, by the weight of the words that tell something.

    `frame` is the sentence without quotations and addresses; those, figures and names have to stand in the
    sources by rules of their own, so here they weigh in its favour: a name only a little, since that a
    passage is about SELFIE proves nothing that is said of it.
    """
    by_source = []
    for source in sources:
        matches = [one for one in source.matches(frame, language) if not _plain(one, language)]
        by_source.append((source, tuple(matches)))
    found = figures(frame, language)
    units = [match.unit for match in by_source[0][1] if match.unit.weight >= TELLING]
    units = [unit for unit in units if not _within(unit, found)]
    names = list(names_in(frame, language))
    named = NAME * sum(_within(unit, names) for unit in units)
    units = [unit for unit in units if not _within(unit, names)]
    total = sum(unit.weight for unit in units)
    said = sum(unit.weight for unit in units if _said(unit, by_source, names))
    gift = named + FIGURE * len(found) + addresses + QUOTED_WORD * sum(len(words(one.text)) for one in quoted)
    share = (said + gift) / (total + gift) if total + gift else 0.0
    # A quotation does not carry a claim of the model's own beside it.
    fine = not quoted or total <= ONE_WORD or named + said >= ENOUGH_BESIDE_QUOTATION * (named + total)
    return Backing(tuple(by_source), share, share >= ENOUGH and fine)


def _said(unit: Unit, by_source: Sequence[tuple[Source, Sequence[Match]]], names: Sequence[Name]) -> bool:
    """Whether a source has a counterpart of a word that isn't the name beside it: EPALE says nothing of adults."""
    for _, matches in by_source:
        taken = {word for match in matches if _within(match.unit, names) for word in match.words}
        if any(match.unit.start == unit.start and not taken.issuperset(match.words) for match in matches):
            return True
    return False


def _within(unit: Unit, places: Sequence[Figure | Name]) -> bool:
    return any(one.start <= unit.start < one.end for one in places)


def _plain(match: Match, language: str) -> bool:
    """Words that say nothing about the programme ("the guide says"), figures, and denials: judged elsewhere."""
    word = match.unit.source
    if any(char.isdigit() for char in word):
        return True
    return bool(set(stems(word, language)) & own_words(language))


def unsupported_figure(frame: str, language: str, sources: Sequence[Source], backing: Backing) -> str:
    """The first figure of the sentence that no source has, or has only about something else; "" for none."""
    for figure in figures(frame, language):
        if not any(
            _same(figure, held) and _beside(figure, held, frame, source, matches)
            for source, matches in backing.by_source
            for held in source.figures
        ):
            return frame[figure.start : figure.end]
    return ""


def _same(one: Figure, other: Figure) -> bool:
    return one.kind == other.kind and one.value == other.value and (not one.unit or one.unit == other.unit)


def _beside(figure: Figure, held: Figure, frame: str, source: Source, matches: Sequence[Match]) -> bool:
    """Whether what stands near the figure in the sentence also stands near it in the source.

    What the figure counts ("30 languages") has to, where the source has a word for it at all: that
    the passage's subject stands near proves nothing, it stands everywhere.
    """
    near = sorted(matches, key=lambda one: min(abs(one.unit.start - figure.end), abs(figure.start - one.unit.end)))
    near = [one for one in near if one.unit.start >= figure.end or one.unit.end <= figure.start]
    counted = [one for one in near if _counted(figure, one, frame)]
    near = [one for one in near if one.unit.weight >= TELLING][:_NEIGHBOURS]
    if not near and not counted:
        return True
    places = [at for at, word in enumerate(source.words) if word.start >= held.start]
    middle = places[0] if places else len(source.words)
    start, end = source.sentences[source.sentence_of(held.start)]
    beside = {n for n, word in enumerate(source.words) if start <= word.start < end or abs(n - middle) <= _REACH}
    if any(beside.isdisjoint(match.words) for match in counted):
        return False
    return any(number in beside for match in (*counted, *near) for number in match.words)


def _counted(figure: Figure, match: Match, frame: str) -> bool:
    """Whether a word that the source has follows the figure at once, as what is counted does."""
    between = frame[figure.end : match.unit.start]
    follows = match.unit.start > figure.end and not between.strip()
    return follows and match.unit.weight >= COUNTED and bool(match.words)


def turned(frame: str, language: str, backing: Backing, quoted: Sequence[Found]) -> bool:
    """Whether the sentence denies what its sources don't, or leaves out their denial."""
    denials = list(vocabulary(language).denials(frame, prefixed=True))
    passages = _supporting(backing, quoted)
    if denials:
        return not any(_denies(source, number) for source, number in passages)
    if quoted or _apart(frame):
        return False
    return any(_affirmed(source, number, matches) for source, number, matches in _leading(backing))


def _supporting(backing: Backing, quoted: Sequence[Found]) -> list[tuple[Source, int]]:
    """The sentences that say most of it."""
    found: list[tuple[Source, int]] = []
    for source, matches in backing.by_source:
        best = best_sentences(source, matches)
        found += [(source, number) for weight, number in best if weight >= _SECOND_BEST * best[0][0]]
    for one in quoted:
        first, last = one.source.sentence_of(one.start), one.source.sentence_of(max(one.start, one.end - 1))
        found += [(one.source, number) for number in range(first, last + 1)]
    return found


def _leading(backing: Backing) -> list[tuple[Source, int, tuple[Match, ...]]]:
    """The one sentence of each source that says most."""
    found = []
    for source, matches in backing.by_source:
        best = best_sentences(source, matches)
        if best:
            found.append((source, best[0][1], matches))
    return found


def _denies(source: Source, number: int) -> bool:
    start, end = source.sentences[number]
    return any(True for _ in vocabulary(source.language).denials(source.whole[start:end], prefixed=True))


def _affirmed(source: Source, number: int, matches: Sequence[Match]) -> bool:
    """Whether the sentence repeats the words behind a denial of the source."""
    start, end = source.sentences[number]
    held = {word for match in matches for word in match.words}
    for at, _ in vocabulary(source.language).denials(source.whole[start:end], prefixed=False):
        behind = [n for n, word in enumerate(source.words) if start + at < word.start < end][:_DENIED]
        if sum(1 for n in behind if n in held) >= _DENIED - 1:
            return True
    return False


def _apart(frame: str) -> bool:
    """Whether the sentence has a word that may stand for a denial: outside, except, non-."""
    return any(word in setting_apart() for word in words(frame))


def citations(backing: Backing, quoted: Sequence[Found]) -> list[Found]:
    """The quotations, and for each source without one its best sentence; a source that adds nothing is left out."""
    found = list(quoted)
    cited = {id(one.source) for one in quoted}
    best_of_all = max((best_sentences(s, m)[0][0] for s, m in backing.by_source if best_sentences(s, m)), default=0.0)
    for source, matches in backing.by_source:
        if id(source) in cited:
            continue
        for weight, number in best_sentences(source, matches):
            start, end = source.sentences[number]
            if end <= len(source.text) and (not quoted or weight >= 1.0) and weight >= 0.4 * best_of_all:
                found.append(Found(source, start, end))
                break
    return found
