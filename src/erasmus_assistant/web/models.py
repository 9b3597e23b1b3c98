"""The forms of the HTTP interface: strict, with examples; the answer is that of `ask --json`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from erasmus_assistant.web.feedback import LONGEST_COMMENT, Reason

_QUESTION = "How many languages is the European Youth Portal available in?"


class _Asked(BaseModel):
    """What comes from outside: exact types, nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid")


class AskBody(_Asked):
    """A question, the conversation before it and its name, and the language that is likelier than others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": _QUESTION},
                {
                    "question": "Un kur tur var reģistrēties?",
                    "history": [["user", "Kas ir Otlas?"], ["assistant", "Otlas ir partneru meklēšanas rīks."]],
                    "language": "lv",
                    "conversation": "9f2c1b7e-6a50-4d3b",
                },
            ]
        }
    )

    question: str = Field(description="in any official EU language")
    history: Annotated[list[list[str]], Field(max_length=200, description='`["user" or "assistant", text]` each')] = []
    language: str = Field("", max_length=2, pattern="^([a-z]{2})?$", description="ISO 639-1")
    conversation: str = Field(
        "",
        description="a random name, the same for every question of one conversation: 8 to 64 letters, digits, `-` and "
        "`_`; anything else is ignored. The journal keeps only a salted hash of it.",
    )


class SearchBody(_Asked):
    """What to look for, and how many passages to give."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"query": "partner search for youth work", "k": 3}]})

    query: str
    k: int = Field(10, ge=1, le=50)


class FeedbackBody(_Asked):
    """What a person says of an answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "0f3a52c19b7e4d60", "helpful": False, "reasons": ["incomplete"]}]}
    )

    answer: str = Field(min_length=1, max_length=64)
    helpful: bool
    reasons: Annotated[list[Annotated[Reason, Field(strict=False)]], Field(max_length=5)] = []
    comment: str = Field("", max_length=LONGEST_COMMENT)
    language: str = Field("", max_length=2)


class Citation(BaseModel):
    """A quotation: `quote` is characters `start` to `end` of the document."""

    tag: int
    passage_id: str
    quote: str
    start: int
    end: int
    document: str
    title: str = ""
    year: int | None = None
    heading_path: list[str]
    page: int | None
    url: str


class Hit(BaseModel):
    """A ranked passage with its scores."""

    passage_id: str
    rank: int
    score: float
    scores: dict[str, float]
    text: str
    heading_path: list[str]
    start: int
    end: int
    document: str


class Answer(BaseModel):
    """One answer, as `erasmus-assistant ask --json` gives it."""

    id: str
    question: str
    language: str
    outcome: Literal["answered", "not_in_guide", "declined", "unsupported", "failed"]
    text: str = Field(description="Markdown, with tags like [1]")
    confidence: float = Field(description="0 to 1, calibrated: how likely the answer is right")
    citations: list[Citation]
    hits: list[Hit]
    timings_ms: dict[str, float]
    answerer: str
    index: str
    note: str = ""


class SearchResult(BaseModel):
    """Passages, best first, and the words that were looked for."""

    query: str
    language: str
    looked_for: str
    hits: list[Hit]


class Piece(BaseModel):
    text: str
    marked: bool


class SectionBlock(BaseModel):
    """A paragraph, list item, table row, heading or footnote of the section."""

    kind: str
    level: int
    in_passage: bool
    pieces: list[Piece]


class Section(BaseModel):
    start: int
    end: int
    blocks: list[SectionBlock]


class Passage(BaseModel):
    """A passage, what it is part of, and the section around it."""

    passage_id: str
    document: str
    title: str
    year: int | None
    language: str
    licence: str
    heading_path: list[str]
    page: int | None
    text: str
    start: int
    end: int
    url: str
    localized_url: str
    reference: str
    quotes: list[str]
    section: Section


class Translation(BaseModel):
    """A machine's translation of quotations, and the note that says so, in the same language."""

    text: str
    language: str
    note: str


class Version(BaseModel):
    name: str
    version: str
    index: str
    answerer: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] = []
