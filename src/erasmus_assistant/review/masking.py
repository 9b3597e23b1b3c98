"""Personal data -> a mask, before anything is stored: e-mail, IBAN, personal codes, phone numbers.

In doubt a long number is masked. Kept are dates, spans of years, amounts of money, and the
project numbers of the programme, since these are what questions are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_EMAIL = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}\s?(?:@|\(at\)|\[at\]|＠)\s?[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}", re.IGNORECASE
)
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?:[ -][A-Z]{4})?(?:[ -](?=[A-Z]*\d)[A-Z0-9]{1,4}){2,8})\b", re.IGNORECASE
)
# Personal codes with letters: Finland, Italy, Spain, Ireland, Malta, and France with a Corsican department.
_LETTERED = re.compile(
    r"\b(?:\d{6}[-+ABCDEFUVWXY]\d{3}[0-9A-Y]"
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"
    r"|[XYZ]?-?\d{7,8}[- ]?[A-Z]{1,2}"
    r"|[12] ?\d{2} ?\d{2} ?2[AB] ?\d{3} ?\d{3}(?: ?\d{2})?"
    r"|\d{5,7}[MGAPLHBZ])\b",
    re.IGNORECASE,
)
_PASSPORT = re.compile(r"\b[A-Z]{2}[ -]?\d{7}\b")
_NUMBER = re.compile(r"(?<![\w])(?:\+|\(\+?\d{1,4}\)[ -]?)?\d(?:[ \u00a0\u2009\u202f./()-]{0,2}\d){6,24}(?!\w)")
_PROJECT = re.compile(
    r"\b20\d{2}-\d-[A-Z]{2}\d{2}-[A-Z]{2,4}\d*-[A-Z]{2,4}-\d{6,9}\b|\b(?:10\d{7}|E10\d{6})\b(?=\s*\(?(?:PIC|OID))"
)
_CALLED = re.compile(r"(?:tel|tālr|telef|phone|mob|тел|τηλ|puh|gsm|fax)\w*\.?:?\s*$", re.IGNORECASE)
_DATE = re.compile(r"(?:\d{1,2}[./-]){2}(?:19|20)\d{2}|(?:19|20)\d{2}([./-])\d{1,2}\1\d{1,2}")
_YEARS = re.compile(r"(?:19|20)\d{2}(?: ?[-/.] ?(?:19|20)\d{2})+")
_ACT = re.compile(r"(?:19|20)\d{2}/\d{1,4}")
_AMOUNT = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f.]\d{3})+|\d+")
_MONEY_AFTER = re.compile(r"\s{0,2}(?:€|EUR|eir|euro|ευρώ|евро|mil|mljrd|\$|USD|%|Kč|zł|kr\b)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:€|EUR|\$|USD)\s?$", re.IGNORECASE)

EMAIL, IBAN, CODE, NUMBER = "[e-mail]", "[account]", "[personal code]", "[number]"


def masked(text: str) -> str:
    """The text with each piece of personal data replaced by a word in brackets."""
    kept: list[str] = []
    at = 0
    for start, end, mask in _found(text):
        if start >= at:
            kept += [text[at:start], mask]
            at = end
    return "".join([*kept, text[at:]])


def personal(text: str) -> list[str]:
    """The pieces that `masked` would replace."""
    return [text[start:end] for start, end, _ in _found(text)]


def masked_like(text: str, question: str) -> str:
    """`text` with the personal data of `question` masked where it is repeated; the guide's own addresses stay."""
    for piece in sorted(personal(question), key=len, reverse=True):
        text = text.replace(piece, masked(piece))
    return text


def _found(text: str) -> list[tuple[int, int, str]]:
    """Spans by place; of two that overlap, the first and longer one comes first."""
    projects = [match.span() for match in _PROJECT.finditer(text)]
    spans = [(*match.span(), EMAIL) for match in _EMAIL.finditer(text)]
    spans += [(*match.span(), IBAN) for match in _IBAN.finditer(text) if _is_iban(match.group())]
    spans += [(*match.span(), CODE) for match in _LETTERED.finditer(text)]
    spans += [(*match.span(), CODE) for match in _PASSPORT.finditer(text)]
    spans += list(_numbers(text))
    free = [one for one in spans if not any(one[0] < end and start < one[1] for start, end in projects)]
    return sorted(free, key=lambda one: (one[0], -one[1]))


def _is_iban(piece: str) -> bool:
    """By its length and its figures alone, not its check digits: a mistyped one is personal, too."""
    bare = re.sub(r"[ -]", "", piece).upper()
    return 15 <= len(bare) <= 34 and sum(char.isdigit() for char in bare) >= 10


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        piece = match.group()
        digits = sum(char.isdigit() for char in piece)
        if piece.count("(") != piece.count(")"):
            digits = max(digits, 8)
        if _harmless(text, start, end, piece, digits):
            continue
        grouped = re.fullmatch(r"\+?\d+", piece) is not None
        yield start, end, CODE if digits >= 9 and not piece.startswith(("+", "00", "(")) and grouped else NUMBER


def _harmless(text: str, start: int, end: int, piece: str, digits: int) -> bool:
    if piece.startswith(("+", "00", "(")):
        return False
    if _CALLED.search(text, max(0, start - 20), start):
        return False
    if digits < 8 or _YEARS.fullmatch(piece) or _ACT.fullmatch(piece) or _only_dates(piece):
        return True
    money = _MONEY_AFTER.match(text, end) or _MONEY_BEFORE.search(text, max(0, start - 5), start)
    return bool(money and _AMOUNT.fullmatch(piece))


def _only_dates(piece: str) -> bool:
    """Whether nothing is left of the piece when dates are taken out; a code may begin with a date, not be one."""
    left = _DATE.sub("", piece)
    return left != piece and not any(char.isdigit() for char in left)
