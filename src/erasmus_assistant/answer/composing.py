"""The reply of a model, sentence by sentence -> the text that is shown, with numbers of our own, and the quotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from erasmus_assistant.answer.checking import Checked, Reason, Removed, check
from erasmus_assistant.answer.figures import ADDRESS
from erasmus_assistant.answer.prompt import NOT_IN_PASSAGES, Prompt
from erasmus_assistant.answer.quoting import Excerpt
from erasmus_assistant.answer.reply import ReplyReader, Sentence
from erasmus_assistant.answer.verbatim import Found

_MARKS = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "lt", "et", "hr"), ("„", "“")),
    **dict.fromkeys(("pl", "hu", "ro"), ("„", "”")),
    **dict.fromkeys(("fr",), ("« ", " »")),
    **dict.fromkeys(("el", "it", "es", "pt"), ("«", "»")),
    **dict.fromkeys(("fi", "sv"), ("”", "”")),
}
_STOPS = ".!?…:"


class Composer:
    """Takes a reply piece by piece and keeps the sentences that the check lets through.

    `in_time` is called before each sentence, and raises when there is no time left to check it.
    """

    def __init__(self, prompt: Prompt, language: str, in_time: Callable[[], None] = lambda: None) -> None:
        self._prompt, self._language, self._in_time = prompt, language, in_time
        self._reader = ReplyReader()
        self._waiting: Sentence | None = None
        self.kept: list[Checked] = []
        self.removed: list[Removed] = []
        self.declined = False
        self._text = ""
        self._numbers: dict[str, int] = {}

    @property
    def parts(self) -> tuple[str, ...]:
        """The paragraphs so far; every sentence in them has been checked."""
        return tuple(part for part in self._text.split("\n\n") if part)

    def feed(self, piece: str) -> bool:
        """Takes a piece of the reply; whether there is more to show."""
        return self._take(self._reader.feed(piece))

    def close(self) -> bool:
        """Takes what is left at the end of the reply."""
        return self._take(self._reader.close())

    def excerpts(self) -> Iterator[Excerpt]:
        """What the kept sentences cite, in the order of their numbers; the same words once."""
        seen = set()
        for checked in self.kept:
            for one in checked.citations:
                offset = one.source.passage.start
                excerpt = Excerpt(one.source.passage, offset + one.start, offset + one.end)
                if (excerpt.passage.id, excerpt.start, excerpt.end) not in seen:
                    seen.add((excerpt.passage.id, excerpt.start, excerpt.end))
                    yield excerpt

    def answers(self, intents: frozenset[str]) -> bool:
        """Whether what was kept still answers: it quotes, most of the reply stands, and what was asked for is there."""
        if not any(checked.quotes for checked in self.kept) or len(self.kept) < len(self.removed):
            return False
        reasons = {removed.reason for removed in self.removed}
        if Reason.FIGURE in reasons and "how_many" in intents and not any(char.isdigit() for char in self._said()):
            return False
        if Reason.NAME in reasons and "who" in intents:
            return False
        return not (Reason.ADDRESS in reasons and "where" in intents and not ADDRESS.search(self._said()))

    def _said(self) -> str:
        pieces = (piece for checked in self.kept for piece in checked.pieces)
        return " ".join(piece if isinstance(piece, str) else piece.text for piece in pieces)

    def _take(self, sentences: Iterable[Sentence]) -> bool:
        before = len(self._text)
        for sentence in sentences:
            self._consider(self._restored(sentence))
        return len(self._text) > before

    def _restored(self, sentence: Sentence) -> Sentence:
        return replace(
            sentence, parts=tuple(replace(one, text=self._prompt.restore(one.text)) for one in sentence.parts)
        )

    def _consider(self, sentence: Sentence) -> None:
        if sentence.text.startswith(NOT_IN_PASSAGES) and not sentence.tags:
            self.declined = True
            return
        if not sentence.tags and sentence.text.endswith(":"):
            self._waiting = sentence
            return
        waiting, self._waiting = self._waiting, None
        result = self._check(sentence)
        if isinstance(result, Removed):
            self.removed.append(result)
            return
        if waiting is not None and not isinstance(lead := self._check(replace(waiting, tags=sentence.tags)), Removed):
            self._show(lead, numbered=False)
        self.kept.append(result)
        self._show(result, numbered=True)

    def _check(self, sentence: Sentence) -> Checked | Removed:
        self._in_time()
        return check(sentence, self._prompt.sources, self._language, self._prompt.instructions)

    def _show(self, checked: Checked, *, numbered: bool) -> None:
        text = "".join(self._piece(piece) for piece in checked.pieces)
        text = " ".join(text.split())
        for mark in ".,;:!?":
            text = text.replace(f" {mark}", mark)
        if numbered:
            text = _numbered(text, [self._number(one) for one in checked.citations])
        self._text += (checked.lead if self._text else checked.lead.lstrip("\n ")) + text

    def _piece(self, piece: str | Found) -> str:
        if isinstance(piece, str):
            return piece
        opening, closing = _MARKS.get(self._language, ("“", "”"))
        return f"{opening}{' '.join(piece.text.split())}{closing}"

    def _number(self, one: Found) -> int:
        return self._numbers.setdefault(one.source.passage.id, len(self._numbers) + 1)


def _numbered(text: str, numbers: list[int]) -> str:
    """The sentence with its numbers before the full stop."""
    tags = "".join(f"[{number}]" for number in dict.fromkeys(numbers))
    if text and text[-1] in _STOPS:
        return f"{text[:-1].rstrip()} {tags}{text[-1]}"
    return f"{text} {tags}"
