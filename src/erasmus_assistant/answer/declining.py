"""Whether a text is aimed at the machine, not at the guide: orders, insults, code.

Nothing of the kind can do harm here, as no text of a user's is ever carried out. It is told apart
because a quotation from the guide is no answer to it.
"""

from __future__ import annotations

import re
import unicodedata

from erasmus_assistant.search.intents import shows

_ENGLISH = "en"
# Every repetition is bounded, so that no text takes more than linear time; what begins alike stands
# together, so that most places are passed over at a glance.
_TAG = r"\s{0,3}/?\s{0,3}(?:script|iframe|img|svg|object|embed|style|form|meta|body|video|audio|input)\b"
_MARKS = (
    # mark-up that does something, templates
    rf"<(?:{_TAG}|%=?[^<>]{{1,200}}%>|</?SYS>>|\|\w{{1,40}}\|?>|/?(?:system|assistant|instructions?|prompt)>)",
    r"\{(?:\{[^{}]{1,200}\}\}|%[^{}]{1,200}%\})",
    r"[$#]\{[^{}]{1,200}\}",
    # ends of a string in SQL, roles in a model's conversation
    r"['\"](?:\s{0,9}or\s{1,9}['\"]?\w{1,20}['\"]?\s{0,9}=|\s{0,9}\)?\s{0,9};\s{0,9}--)",
    r"[\"']role[\"']\s{0,9}:\s{0,9}[\"'](?:system|assistant|developer|tool)\b",
    r"\[/?INST\]",
    # shells, paths
    r"(?:;|&&|\|)\s{0,9}(?:(?:rm|cat|ls|curl|wget|nc|bash|sh|ping)\s{1,9}(?:[-/.]|http)|(?:whoami|bash|sh)\b)",
    r"\$\([a-z][^()]{1,200}\)",
    r"\.\.[/\\]\.\.[/\\]",
    r"%2e%2e(?:%2f|/)%2e%2e",
    r"/etc/(?:passwd|shadow|hosts)\b",
)
_WORDS = (
    r"on(?:error|load|click|mouse\w{1,6}|focus|toggle|begin)\s{0,3}=",
    r"javascript:\S",
    r"document\.(?:cookie|location|write)",
    # SQL; in small letters "the European Union select experts" is a question
    r"drop\s{1,9}(?:table|database|schema)\b",
    r"(?-i:UNION\s{1,9}(?:ALL\s{1,9})?SELECT\b)",
    r"union\s{1,9}(?:all\s{1,9})?select\s{1,9}(?:\*|null\b|\d|\w{1,40}\s{0,3}[,(])",
    r"select\s{1,9}\*\s{0,9}from\b",
    r"(?-i:SELECT\s[^;]{1,80}\sFROM\b)",
    r"(?-i:(?:DELETE\s{1,9}FROM|INSERT\s{1,9}INTO|TRUNCATE\s{1,9}TABLE)\b)",
    r"rm\s{1,9}-[rf]{1,2}\b",
    r"sudo\s{1,9}(?:rm|su|cat|ls|apt|bash|chmod|reboot|shutdown)\b",
    r"file:///",
    r"(?:__import__|os\.system|os\.environ|subprocess\.|process\.env|eval\(|exec\()",
)
# "SYSTEM: ..." at the head of a line, in the languages
_SPEAKER = (
    r"^[ \t#*\[]{0,9}(?:system|s[iy]st[eéèēêë]m[aeiou]?|sistēma|система|σύστημα|järjestelmä|süsteem|rendszer|sustav)"
    r"(?:\s{1,3}(?:prompt|message|note|override|admin))?[\]*]{0,3}\s{0,3}:"
)
_PAYLOADS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in ("|".join(_MARKS), rf"\b(?:{'|'.join(_WORDS)})", _SPEAKER)
)
_RUN = re.compile(r"[A-Za-z0-9+/]{61,}")
# One character of base64 in 64 is a slash; the path of a link has one a word.
_FEWEST_BETWEEN_SLASHES = 16


def aimed_at_machine(question: str, language: str) -> bool:
    """Whether `question` gives the machine orders, fishes for its secrets, insults it or carries code.

    The cues are those of `language` and of English. Takes time linear in the length of the text.
    """
    text = unicodedata.normalize("NFC", question)
    text = text.translate({ord(char): None for char in set(text) if unicodedata.category(char) == "Cf"})
    return (
        any(pattern.search(text) for pattern in _PAYLOADS)
        or any(_encoded(run) for run in _RUN.findall(text))
        or any(shows(text, each, "machine") for each in dict.fromkeys((language, _ENGLISH)))
    )


def _encoded(run: str) -> bool:
    if run.count("/") * _FEWEST_BETWEEN_SLASHES > len(run):
        return False
    return any(char.isdigit() for char in run) and any(char.isalpha() for char in run)
