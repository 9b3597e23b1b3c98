"""What a file is by its first bytes, so that a wrong ending is named instead of read as rubbish."""

from __future__ import annotations

import re

from erasmus_assistant.errors import UnreadableDocument

_HEAD = 1024
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(rb"<[a-zA-Z][a-zA-Z0-9]*[\s/>]")
_TEXTS = {".txt", ".text", ".md", ".markdown"}
_PAGES = {".html", ".htm", ".xhtml"}
_SIGNS: tuple[tuple[bytes, str, frozenset[str], str], ...] = (
    (b"PK\x03\x04", "zip", frozenset({".docx"}), "if it is a Word document name it .docx, else unpack it"),
    (b"\xd0\xcf\x11\xe0", "old Office", frozenset(), "save it as DOCX"),
    (b"{\\rtf", "RTF", frozenset(), "save it as DOCX"),
    (b"\x1f\x8b", "gzip", frozenset(), "unpack it"),
    (b"\x89PNG", "PNG", frozenset(), "run OCR on it and supply the text"),
    (b"\xff\xd8\xff", "JPEG", frozenset(), "run OCR on it and supply the text"),
    (b"\x7fELF", "program", frozenset(), "supply the document itself"),
)


def check_kind(data: bytes, name: str, suffix: str) -> None:
    """Raises UnreadableDocument where the content is of another kind than the ending says, or nothing."""
    if not data.strip():
        raise UnreadableDocument(f"{name!r} is empty; supply the file again")
    if b"%PDF-" in data[:_HEAD] and suffix != ".pdf" and data.lstrip().startswith(b"%PDF-"):
        raise UnreadableDocument(f"{name!r} is a PDF by its content; rename it so that it ends in .pdf")
    for sign, kind, endings, remedy in _SIGNS:
        if data.startswith(sign) and suffix not in endings:
            raise UnreadableDocument(f"{name!r} is a {kind} file by its content; {remedy}")
    if suffix == ".pdf" and b"%PDF-" not in data[:_HEAD]:
        raise UnreadableDocument(
            f"{name!r} is no PDF by its content; supply the PDF itself or give it its right ending"
        )
    if suffix == ".docx" and not data.startswith(b"PK"):
        raise UnreadableDocument(f"{name!r} is no DOCX by its content; save it from the word processor as DOCX again")
    if suffix in _TEXTS and _HTML.match(data[: 4 * _HEAD].removeprefix(b"\xef\xbb\xbf")):
        raise UnreadableDocument(f"{name!r} is HTML by its content; rename it so that it ends in .html")
    if suffix in _PAGES and b"\x00" not in data[:_HEAD] and not _TAG.search(data):
        raise UnreadableDocument(f"{name!r} holds no HTML tag; supply the page again or name it .txt")
