"""Bytes -> text: Unicode by its own rules, legacy encodings only where the letters prove them."""

from __future__ import annotations

import codecs
import unicodedata

from erasmus_assistant.errors import UnreadableDocument

LETTERS = {
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåéüö",
    "de": "äöüßé",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "en": "éèïçñ",
    "es": "áéíñóúü",
    "et": "äõöüšž",
    "fi": "äöåšž",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņōŗšūž",
    "mt": "àċġħżèìòù",
    "nl": "áéëèïíóöüú",
    "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíóôõúü",
    "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sv": "äåöé",
}
"""Letters beyond a-z in running text of each language, lower case."""

_CODECS = ("cp1257", "iso8859-13", "cp1250", "iso8859-2", "cp1252", "cp1251", "cp1253", "iso8859-7", "iso8859-3")
_MARKS = frozenset("\u00a0§©®°±·–—‘’‚“”„†‡•…‰‹›«»€™¼½¾²³¹\u00ad´№")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes, name: str, language: str = "") -> str:
    """The text of `data`; `language` narrows the choice where it is not Unicode.

    Raises UnreadableDocument for an empty or binary file, broken Unicode, and legacy text whose
    letters do not tell its encoding: a wrong guess would mangle every quotation.
    """
    if not data.strip():
        raise UnreadableDocument(f"{name!r} is empty; supply the file again")
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _checked(_strictly(data, codec, name), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _looks_like_utf8(data, error):
            raise UnreadableDocument(
                f"{name!r} is UTF-8 that breaks off or is damaged at byte {error.start}; supply the file again"
            ) from None
        text = _legacy(data, name, language)
    return _checked(text, name)


def _strictly(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"{name!r} is not the {codec} that it claims to be: {error.reason}; save it as UTF-8"
        ) from None


def _looks_like_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether most of the non-ASCII bytes are well-formed UTF-8."""
    whole = data.decode("utf-8", errors="ignore")
    valid = sum(len(char.encode()) for char in whole if ord(char) > 127)
    return valid > sum(byte > 127 for byte in data) / 2 or (error.start > len(data) - 4 and valid > 0)


def _legacy(data: bytes, name: str, language: str) -> str:
    languages = [language] if language in LETTERS else list(LETTERS)
    if _mixed(data, languages):
        raise UnreadableDocument(f"{name!r} mixes UTF-8 with another encoding; save it as UTF-8")
    found: dict[str, str] = {}
    for codec in _CODECS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if any(_written_in(text, one) for one in languages):
            found.setdefault(text, codec)
    if len(found) != 1:
        raise UnreadableDocument(
            f"{name!r} is not UTF-8 and its letters do not tell its encoding; save it as UTF-8"
            + ("" if language else " or give its language")
        )
    return next(iter(found))


def _mixed(data: bytes, languages: list[str]) -> bool:
    """Whether some of the bytes are letters or marks of the languages in UTF-8."""
    letters = _MARKS.union(*(LETTERS[language] for language in languages))
    whole = data.decode("utf-8", errors="ignore")
    return any(char.lower() in letters for char in whole if ord(char) > 127)


def _written_in(text: str, language: str) -> bool:
    letters = LETTERS[language]
    return all(
        char < "\x7f" or char in _MARKS or char.lower() in letters or char == "\r"
        for char in unicodedata.normalize("NFC", text)
    )


def _checked(text: str, name: str) -> str:
    control = sum(1 for char in text if unicodedata.category(char) == "Cc" and char not in "\t\n\r\f\v")
    if "\x00" in text or control > max(3, len(text) // 200):
        raise UnreadableDocument(f"{name!r} is a binary file, not text; supply the text, HTML, DOCX or PDF edition")
    if not text.strip():
        raise UnreadableDocument(f"{name!r} holds no text; supply the file again")
    return text
