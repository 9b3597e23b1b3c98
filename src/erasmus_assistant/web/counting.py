"""A number of days in words: "90 days", in the case that the sentence around it asks for.

The forms stand in the language files, the first for one. Which form a number takes follows CLDR's
plural rules, as far as these forms differ: https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
"""

from __future__ import annotations

from collections.abc import Callable

from erasmus_assistant.texts import Texts


def days(words: Texts, count: int) -> str:
    """`count` days; `count` is 1 or more."""
    forms = words.get("web.days").split("|")
    form = forms[min(_RULES.get(words.language, _one_or_more)(count), len(forms) - 1)]
    return f"{count}{form}" if form.startswith("-") else f"{count} {form}"


def _one_or_more(count: int) -> int:
    return int(count != 1)


def _baltic(count: int) -> int:
    return int(count % 10 != 1 or count % 100 == 11)


def _slovenian(count: int) -> int:
    return int(count % 100 != 1)


def _romanian(count: int) -> int:
    if count == 1:
        return 0
    return 1 if 0 < count % 100 < 20 else 2


def _maltese(count: int) -> int:
    if 2 <= count % 100 <= 10:
        return 1
    return 2 if 11 <= count % 100 <= 19 else 0


_RULES: dict[str, Callable[[int], int]] = {
    "lt": _baltic,
    "lv": _baltic,
    "mt": _maltese,
    "ro": _romanian,
    "sl": _slovenian,
}
