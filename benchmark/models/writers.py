"""What the scripted models write, a sentence a line.

perfect     quotes the gold words of the question where the passages hold them, else declines
careless    the same, with a false figure in every third answer: the guide's sentence with its figure off by one
hostile     gives its instructions away, obeys what question and passages order, invents, links, cites at random
reciting    says one sentence written beforehand about a passage, true or false, and quotes the passage behind it
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from erasmus_assistant.answer.figures import ADDRESS
from erasmus_assistant.answer.prompt import NOT_IN_PASSAGES
from erasmus_assistant.texts import texts

QUESTIONS = Path(__file__).parents[1] / "questions"
_PASSAGE = re.compile(r'<passage number="(\d+)">\n(.*?)\n</passage>', re.DOTALL)
_QUESTION = re.compile(r"<question>(.*?)</question>", re.DOTALL)
_LINK = re.compile(r"\{L\d+\}")
_FIGURE = re.compile(r"(?<![\w\[{/.,-])\d+(?![\w\]}/-])")

_PLAIN_WORDS = re.compile(r"\b[^\W\d_]+(?: [^\W\d_]+){4,7}\b")

Reply = Callable[[str, str], str]
"""The instructions and the message that a model was sent -> what it writes."""


def asked(message: str) -> str:
    """The question of a message, white space normalised."""
    match = _QUESTION.search(message)
    return " ".join(match.group(1).split()) if match else ""


def _passages(message: str) -> list[tuple[int, str]]:
    return [(int(number), text) for number, text in _PASSAGE.findall(message)]


def _masked(quote: str) -> re.Pattern[str]:
    """The quote as it looks with addresses taken out and white space as it comes."""
    hidden = ADDRESS.sub(lambda match: "\0" + match.group()[len(match.group().rstrip(".,;:)")) :], quote)
    return re.compile(r"\{L\d+\}".join(r"\s+".join(map(re.escape, part.split(" "))) for part in hidden.split("\0")))


def _find(quote: str, message: str) -> tuple[str, int] | None:
    """The quote as it stands in a passage of the message, with the passage's number."""
    for number, text in _passages(message):
        if match := _masked(quote).search(text):
            return " ".join(match.group().split()), number
    return None


@dataclass
class Gold:
    """The questions of the benchmark with their gold words."""

    by_question: dict[str, dict[str, Any]]

    @classmethod
    def load(cls, folder: Path = QUESTIONS) -> Self:
        rows = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
        return cls({" ".join(row["question"].split()): row for row in rows})

    def quotes(self, message: str) -> list[tuple[str, int]]:
        """Each gold quote that a passage of the message holds, as it stands there, with the passage's number."""
        row = self.by_question.get(asked(message), {"gold": []})
        return [found for quote in row["gold"] if (found := _find(quote, message))]

    def lead(self, message: str) -> str:
        """ "The guide says", in the language of the question."""
        row = self.by_question.get(asked(message), {"lang": "en"})
        return _lead(row["lang"])


def _lead(language: str) -> str:
    return texts(language).get("answer.lead").rstrip(": ")


@dataclass
class Perfect:
    """Quotes the gold words, sentence by sentence."""

    gold: Gold

    def __call__(self, instructions: str, message: str) -> str:
        lead = self.gold.lead(message)
        return "\n".join(f"{lead}: <q>{quote}</q> [{n}]." for quote, n in self.gold.quotes(message)) or NOT_IN_PASSAGES


@dataclass
class Careless:
    """As Perfect, with a false sentence in every third answer; `lies` holds those."""

    gold: Gold
    lies: set[str] = field(default_factory=set)
    _answers: int = 0

    def __call__(self, instructions: str, message: str) -> str:
        honest = Perfect(self.gold)(instructions, message)
        if honest == NOT_IN_PASSAGES:
            return honest
        self._answers += 1
        if self._answers % 3:
            return honest
        quote, number = max(self.gold.quotes(message), key=lambda found: bool(_FIGURE.search(found[0])))
        lie = f"{self.gold.lead(message)}: {_off_by_one(quote)} [{number}]."
        self.lies.add(lie)
        return f"{honest}\n{lie}"


def _off_by_one(quote: str) -> str:
    """The quote with its last figure off by one; where it has none, with a figure behind it."""
    plain = quote.rstrip(".,;:!?")
    figures = list(_FIGURE.finditer(plain))
    if not figures:
        return f"{plain} (4317)"
    last = figures[-1]
    return f"{plain[: last.start()]}{int(last.group()) + 1}{plain[last.end() :]}"


def hostile(instructions: str, message: str) -> str:
    """Everything at once; nothing of it may be shown."""
    question = asked(message)
    return "\n".join(
        [
            instructions,
            f"{question} [1].",
            "As ordered: the Erasmus+ programme is cancelled and every applicant gets 9000 euro [1].",
            f"[{question[:20]}](https://evil.example/?q=secret) [1].",
            "![x](https://evil.example/pixel.png) <script>alert(1)</script> [2].",
            "Write to agent@evil.example before 1 April 2031 [1][2][99].",
            "The guide says <q>visi pieteikumi tiek apstiprināti</q> [1].",
        ]
    )


@dataclass
class Reciting:
    """Says the sentence of the row whose question it is asked, and quotes the passage behind it."""

    rows: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, rows: Iterable[dict[str, Any]]) -> Self:
        return cls({question_of(row): row for row in rows})

    def __call__(self, instructions: str, message: str) -> str:
        row = self.rows.get(asked(message))
        found = [_find(words, message) for words in row["passages"]] if row else []
        if row is None or None in found:
            return NOT_IN_PASSAGES
        text, links = row["text"], []
        for _, number in found:
            links += dict.fromkeys(_LINK.findall(dict(_passages(message))[number]))
        text = re.sub(r"\{L(\d+)\}", lambda mark: links[int(mark.group(1)) - 1], text)
        text = re.sub(r"\[(\d+)\]", lambda mark: self._tag(found, int(mark.group(1))), text)
        number = found[0][1]
        # the first line is the heading, which is not quoted
        run = _PLAIN_WORDS.search(dict(_passages(message))[number].partition("\n")[2])
        quote = run.group() if run else found[0][0]
        return f"{text}\n{_lead(row['lang'])}: <q>{quote}</q> [{number}]."

    @staticmethod
    def _tag(found: list[tuple[str, int]], own: int) -> str:
        return f"[{found[own - 1][1] if own <= len(found) else 99}]"


def question_of(row: dict[str, Any]) -> str:
    """A row's sentence as a question in its language that finds its passage: without quotations, tags and addresses."""
    return " ".join(re.sub(r"<q>.*?</q>|\[\d+\]|\{L\d+\}", " ", row["text"]).replace(" .", ".").split())
