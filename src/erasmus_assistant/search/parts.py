"""Every passage taken apart once, when the index is built: its sentences, and the stems in them and in its headings.

Stems are numbers of terms of the passage's language (`LanguageIndex.text`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from erasmus_assistant.records import Passage
from erasmus_assistant.search.features import View
from erasmus_assistant.search.ragged import Ints, Places, Ragged, bounds, merged, spread

_RAGGED = ("headings", "titles", "sentences")


@dataclass(frozen=True, slots=True)
class Picked:
    """The headings and sentences of some passages; `counts` is how many sentences each has."""

    headings: Ragged
    titles: Ragged
    sentences: Ragged
    counts: Places


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows a passage: stems of its two nearest `headings`, and of the nearest (`titles`); rows a sentence: stems.

    The sentences of passage p are the rows from `starts[p]` to `starts[p + 1]`; `spans` holds their
    characters, counted from the beginning of the passage. `marks` has what `View` says besides: whether
    there is a link, a figure, and how many items.
    """

    headings: Ragged
    titles: Ragged
    sentences: Ragged
    starts: Ints
    spans: Ints
    marks: Ints

    @classmethod
    def of(cls, passages: Sequence[Passage], views: Sequence[View], ids: Sequence[Mapping[str, int]]) -> Self:
        """From the passages taken apart; `ids` are the terms of the language of each."""

        def numbers(stems: Iterable[str], known: Mapping[str, int]) -> list[int]:
            return sorted(known[stem] for stem in stems if stem in known)

        spans = [
            (start - passage.start, end - passage.start)
            for passage, view in zip(passages, views, strict=True)
            for start, end in view.sentences
        ]
        pairs = list(zip(views, ids, strict=True))
        return cls(
            Ragged.of(numbers(view.heading, known) for view, known in pairs),
            Ragged.of(numbers(view.title, known) for view, known in pairs),
            Ragged.of(numbers(stems, known) for view, known in pairs for stems in view.stems),
            bounds([len(view.sentences) for view in views]).astype(np.int32),
            np.array(spans, np.int32).reshape(-1, 2),
            np.array([(view.link, view.figure, view.items) for view in views], np.int32).reshape(-1, 3),
        )

    def order(self, kept: Places, fresh: Parts) -> Ragged:
        """Where the sentences of each passage stood: numbers of rows in these and then in `fresh`."""
        rows = np.arange(len(self.spans) + len(fresh.spans), dtype=np.int32)
        both = Ragged(rows, np.concatenate([self.starts, fresh.starts[1:] + self.starts[-1]]))
        return both.take(merged(kept, len(self.marks)))

    def updated(self, kept: Places, order: Ragged, shifts: Places, numbers: Ints, fresh: Parts) -> Parts:
        """Passage k is passage `kept[k]` of these, for each -1 the next of `fresh`; `order` is that of the sentences.

        The stem t of a passage p here is `numbers[t + shifts[p]]` there.
        """
        places = merged(kept, len(self.marks))
        owners = np.repeat(np.arange(len(self.marks)), np.diff(self.starts))

        def renumbered(held: Ragged, shift: Places) -> Ragged:
            return Ragged(numbers[held.values + np.repeat(shift, np.diff(held.starts))], held.starts)

        return Parts(
            renumbered(self.headings, shifts).joined(fresh.headings).take(places),
            renumbered(self.titles, shifts).joined(fresh.titles).take(places),
            renumbered(self.sentences, shifts[owners]).joined(fresh.sentences).take(order.values),
            order.starts,
            np.concatenate([self.spans, fresh.spans])[order.values],
            np.concatenate([self.marks, fresh.marks])[places],
        )

    def rows(self, numbers: Places) -> Places:
        """The sentences of some passages, one passage after the other."""
        return spread(self.starts[numbers], self.counts(numbers))

    def counts(self, numbers: Places) -> Places:
        """How many sentences each of some passages has."""
        counts: Places = self.starts[numbers + 1] - self.starts[numbers]
        return counts

    def pick(self, numbers: Places) -> Picked:
        """What some passages are held against a question by."""
        sentences = self.sentences.take(self.rows(numbers))
        return Picked(self.headings.take(numbers), self.titles.take(numbers), sentences, self.counts(numbers))

    def view(self, number: int, passage: Passage, terms: Sequence[str]) -> View:
        """One passage as it was taken apart; `terms` are those of its language."""
        rows = range(int(self.starts[number]), int(self.starts[number + 1]))
        link, figure, items = self.marks[number].tolist()
        return View(
            tuple(
                (passage.start + start, passage.start + end)
                for start, end in self.spans[rows.start : rows.stop].tolist()
            ),
            tuple(frozenset(terms[term] for term in self.sentences.row(row).tolist()) for row in rows),
            frozenset(terms[term] for term in self.headings.row(number).tolist()),
            frozenset(terms[term] for term in self.titles.row(number).tolist()),
            bool(link),
            bool(figure),
            items,
        )

    def arrays(self) -> dict[str, npt.NDArray[np.int32]]:
        """What to store in the index (`np.savez`)."""
        found = {"starts": self.starts, "spans": self.spans, "marks": self.marks}
        for name in _RAGGED:
            held: Ragged = getattr(self, name)
            found |= {name: held.values, f"{name}_starts": held.starts}
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Ints]) -> Self:
        """From what `arrays` gave."""
        headings, titles, sentences = (Ragged(arrays[name], arrays[f"{name}_starts"]) for name in _RAGGED)
        return cls(headings, titles, sentences, arrays["starts"], arrays["spans"], arrays["marks"])
