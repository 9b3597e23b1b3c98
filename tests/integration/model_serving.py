"""A scripted model behind HTTP, and an assistant that asks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scripted import ScriptedServer

from erasmus_assistant.answer.chain import Assistant, Request
from erasmus_assistant.answer.model import load_answerer
from erasmus_assistant.records import Answer
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings

QUESTION = "In how many languages is the European Youth Portal?"
TRUE = "The portal gives information in 28 languages: <q>informāciju 28 valodās</q> [{tag}]."
FAILED = "The language model did not answer"
UNSUPPORTED = "was not backed by the guide"


def portal_tag(message: str) -> int:
    """The number of the passage that says in how many languages the portal is."""
    passages = re.findall(r'<passage number="(\d+)">(.*?)</passage>', message, re.DOTALL)
    return next(int(number) for number, text in passages if "informāciju 28 valodās" in " ".join(text.split()))


def says(*sentences: str) -> Callable[[str, str], str]:
    text = " ".join(sentences)
    return lambda _, message: text.replace("{tag}", str(portal_tag(message))) if "{tag}" in text else text


def asker(retriever: Retriever, url: str, name: str = "m", **settings: object) -> Assistant:
    values = {"model": f"openai:{name}", "model_url": url, "model_timeout": 10.0, **settings}
    return Assistant(lambda: retriever, load_answerer(Settings(_env_file=None, **values)))  # type: ignore[arg-type]


@contextmanager
def serving(reply: Callable[[str, str], str], **options: object) -> Iterator[ScriptedServer]:
    with ScriptedServer({"m": reply}, **options) as server:  # type: ignore[arg-type]
        yield server


def ask(retriever: Retriever, reply: Callable[[str, str], str], question: str = QUESTION) -> Answer:
    with serving(reply) as server:
        return asker(retriever, server.url).ask(Request(question))
