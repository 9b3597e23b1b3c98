"""The synthetic guide as a list of nodes, the same in every language, and the questions asked of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from synthetic import words

WORDS_A_PAGE = 385
KINDS_OF_FACT = ("deadline", "duration", "partners", "grant")


@dataclass(frozen=True)
class Node:
    """One piece of the guide; `kind` is heading, paragraph, item, table, note, columns (on) or column (off)."""

    kind: str
    text: str = ""
    level: int = 0
    note: str = ""
    link: tuple[str, str] | None = None
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Action:
    """The figures of one action, language by language the same."""

    number: int
    field: int
    kind: int
    year: int
    day: int
    month: int
    hour: int
    low: int
    high: int
    partners: int
    countries: int
    grant: int
    rates: tuple[tuple[int, int], ...]
    travel: tuple[tuple[int, int], ...]
    points: tuple[int, int, int]
    days: int

    def name(self, language: str) -> str:
        part = words.FIELDS[language][self.field]
        return words.TITLES["action"][language].format(
            Field=part[0].upper() + part[1:], kind=words.KINDS[language][self.kind]
        )

    def fact(self, kind: str, language: str) -> str:
        month = words.MONTHS[language][self.month - 1]
        date = words.DATE[language].format(day=self.day, month=month, year=self.year)
        grant = f"{self.grant:,}".replace(",", "." if language == "de" else " ")
        return words.FACTS[kind][language].format(
            name=self.name(language),
            date=date,
            hour=self.hour,
            low=self.low,
            high=self.high,
            partners=self.partners,
            countries=self.countries,
            grant=grant,
        )

    def rate_rows(self, language: str) -> tuple[tuple[str, ...], ...]:
        named, members = words.GROUPS
        return tuple(
            (str(named[language]).format(n=at + 1), members[language][at], str(long), str(short))
            for at, (long, short) in enumerate(self.rates)
        )

    def travel_rows(self, language: str) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (f"{low}–{high} km", str(usual), str(green))
            for (low, high), (usual, green) in zip(words.BANDS, self.travel, strict=True)
        )


@dataclass
class Guide:
    """A guide of about `pages` pages in `language`."""

    language: str
    year: int
    title: str
    actions: list[Action]
    nodes: list[Node] = field(default_factory=list)


def actions(pages: int, year: int, seed: int) -> list[Action]:
    """As many actions as fill the pages (about four pages each), with figures drawn from the seed."""
    draw = random.Random(f"{seed}-{year}")  # noqa: S311
    pairs = [(at, kind) for at in range(len(words.FIELDS["en"])) for kind in range(len(words.KINDS["en"]))]
    return [_action(number, *pairs[number], year, draw) for number in range(min(len(pairs), max(2, pages // 4)))]


def _action(number: int, part: int, kind: int, year: int, draw: random.Random) -> Action:
    base = draw.randrange(40, 90)
    low = draw.randrange(3, 12)
    partners = draw.randrange(3, 9)
    first = draw.randrange(20, 41, 5)
    second = draw.randrange(20, 41, 5)
    return Action(
        number,
        part,
        kind,
        year,
        draw.randrange(1, 29),
        draw.randrange(1, 13),
        draw.randrange(9, 18),
        low,
        low + draw.randrange(3, 24),
        partners,
        draw.randrange(2, partners + 1),
        draw.randrange(12, 400) * 1000 + draw.choice((0, 500)),
        tuple((base + 40 - 11 * at, base + 20 - 9 * at) for at in range(4)),
        tuple((20 * (at + 1) ** 2 + draw.randrange(9), 30 * (at + 1) ** 2 + draw.randrange(9)) for at in range(5)),
        (first, second, 100 - first - second),
        draw.randrange(2, 7),
    )


def guide(language: str, pages: int = 440, year: int = 2026, seed: int = 1) -> Guide:
    done = Guide(language, year, words.TITLES["title"][language].format(year=year), actions(pages, year, seed))
    draw = random.Random(f"{seed}-{language}")  # noqa: S311
    done.nodes = [Node("heading", done.title, 1), Node("paragraph", _filler(language, draw, 4))]
    share = pages * WORDS_A_PAGE // len(done.actions)
    for action in done.actions:
        if action.kind == 0:
            name = words.FIELDS[language][action.field]
            text = words.TITLES["part"][language].format(n=action.field + 1, field=name)
            done.nodes.append(Node("heading", text, 2))
        done.nodes += _action_nodes(action, language, draw, share)
    done.nodes += _glossary(language, draw)
    return done


def _action_nodes(action: Action, language: str, draw: random.Random, share: int) -> Iterator[Node]:
    title = {key: text[language] for key, text in words.TITLES.items()}
    name = action.name(language)
    lead, applicants = words.APPLICANTS[language]
    sentence, shown = words.LINK[language]
    address = f"https://guide.example.org/{language}/action-{action.number + 1}"
    yield Node("heading", name, 3)
    yield Node("heading", title["aims"], 4)
    yield Node("paragraph", _filler(language, draw, 5))
    yield Node("heading", title["who"], 4)
    yield Node("paragraph", lead.format(name=name))
    yield from (Node("item", one, 1) for one in draw.sample(applicants, 4))
    yield Node("paragraph", action.fact("partners", language) + " " + _filler(language, draw, 2))
    yield Node("heading", title["when"], 4)
    yield Node("paragraph", action.fact("deadline", language) + " " + _filler(language, draw, 2))
    yield Node("paragraph", action.fact("duration", language) + " " + sentence, link=(shown, address))
    yield Node("heading", title["money"], 4)
    note = words.NOTE[language].format(name=name, days=action.days)
    yield Node("paragraph", action.fact("grant", language), note=note)
    for key, rows in (("rates", action.rate_rows(language)), ("travel", action.travel_rows(language))):
        caption, header = words.TABLES[key][language]
        yield Node("table", f"{caption}, {name}", header=tuple(header), rows=rows)
    yield Node("heading", title["award"], 4)
    a, b, c = action.points
    yield from (Node("item", one.format(a=a, b=b, c=c), 1) for one in words.CRITERIA[language])
    yield Node("heading", title["advice"], 4)
    yield Node("columns")
    for _ in range(max(1, (share - 330) // 60)):
        yield Node("paragraph", _filler(language, draw, 5))
    yield Node("column")


def _filler(language: str, draw: random.Random, sentences: int) -> str:
    return " ".join(
        draw.choice(words.FILLER[language]).format(
            verb=draw.choice(words.VERBS[language]),
            thing=draw.choice(words.THINGS[language]),
            aspect=draw.choice(words.ASPECTS[language]),
        )
        for _ in range(sentences)
    )


def _glossary(language: str, draw: random.Random) -> Iterator[Node]:
    yield Node("heading", words.TITLES["glossary"][language], 2)
    for part in words.FIELDS[language]:
        yield Node("paragraph", f"{part[0].upper()}{part[1:]}: {_filler(language, draw, 1)}")


def questions(guides: list[Guide], number: int = 150, seed: int = 1) -> list[dict[str, object]]:
    """Questions in every language over every guide, a tenth of which no guide answers."""
    draw = random.Random(f"{seed}-questions")  # noqa: S311
    kinds = (*KINDS_OF_FACT, "rate", "travel")
    done: list[dict[str, object]] = []
    for at in range(number):
        language = words.LANGUAGES[at % 3]
        if at % 10 == 9:
            text = words.ABSENT[language][at // 10 % 5]
            done.append(
                {
                    "id": f"s{at + 1}",
                    "lang": language,
                    "kind": "absent",
                    "question": text,
                    "answerable": False,
                    "gold": [],
                }
            )
            continue
        action = draw.choice(guides[0].actions)
        kind = kinds[at % len(kinds)]
        done.append(_question(f"s{at + 1}", language, kind, action, [one.language for one in guides], draw))
    return done


def _question(
    number: str, language: str, kind: str, action: Action, languages: list[str], draw: random.Random
) -> dict[str, object]:
    group, band = draw.randrange(4), draw.randrange(5)
    country = words.GROUPS[1][language][group].split(", ")[1]
    distance = sum(words.BANDS[band]) // 2
    text = words.QUESTIONS[kind][language].format(name=action.name(language), country=country, distance=distance)
    if kind == "rate":
        gold = [" | ".join(action.rate_rows(one)[group]) for one in languages]
    elif kind == "travel":
        gold = [" | ".join(action.travel_rows(one)[band]) for one in languages]
    else:
        gold = [action.fact(kind, one) for one in languages]
    return {
        "id": number,
        "lang": language,
        "kind": "table" if kind in ("rate", "travel") else "fact",
        "question": text,
        "answerable": True,
        "gold": gold,
        "all_gold": False,
        "section": action.name(language),
        "note": f"{action.year}",
    }
