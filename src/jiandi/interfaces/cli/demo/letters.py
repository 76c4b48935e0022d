"""Two letters that overlap, composed of invented problems: one as Word, one as text."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from jiandi.base import heavy
from jiandi.interfaces.cli.demo.city import City, load

CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Problem:
    """A problem of the letter with everything a plan needs; ``county`` is empty when a city bureau leads."""

    text: str
    lead: str
    unit: str
    category: str
    due: str
    kind: dict[str, Any]
    figures: dict[str, int]


def problems(city: City, rng: random.Random, count: int, months: list[tuple[int, int]], fields: tuple[str, ...] = ()) -> list[Problem]:
    """``count`` problems, going round the invented kinds, each in another place, due in one of the (year, month);
    with ``fields``, only kinds that these fields of work lead.
    """
    kinds = [k for k in load("problems.toml")["problem"] if not fields or k["lead"] in fields]
    order = [kinds[i % len(kinds)] for i in range(count)]
    return [_problem(city, rng, kind, months, at) for at, kind in enumerate(order)]


def _problem(city: City, rng: random.Random, kind: dict[str, Any], months: list[tuple[int, int]], at: int) -> Problem:
    place = rng.choice(city.places)
    figures = {"n": rng.randint(10, 36), "m": rng.randint(2, 9), "k": rng.randint(60, 900)}
    county = next((c for c in city.counties if place.startswith(c) and kind["lead"] in city.counties[c]), "")
    unit = city.counties[county][kind["lead"]] if county and at % 3 == 0 else city.bureaus[kind["lead"]]
    year, month = rng.choice(months)
    due = "立行立改，长期坚持" if at % 17 == 0 else f"{year}年{month}月底前" + ("，并长期坚持" if at % 7 == 0 else "")
    text = kind["text"].format(place=place, **figures)
    return Problem(text, kind["lead"], unit.name, kind["category"], due, kind, figures)


def lines(title: str, intro: str, found: list[Problem]) -> list[tuple[int, str]]:
    """(heading level, text): 一、 by category, then 1. 2. 3. as letters do; who leads is for the office to say."""
    by_category: dict[str, list[Problem]] = defaultdict(list)
    for problem in found:
        by_category[problem.category].append(problem)
    out = [(0, title), (2, intro)]
    for at, (category, some) in enumerate(by_category.items()):
        out.append((1, f"{_number(at)}、{category}方面存在的问题"))
        for number, problem in enumerate(some, start=1):
            out.append((2, f"{number}.{problem.text}。"))
    return out


def _number(at: int) -> str:
    """Chinese numerals up to thirty, enough for a letter's parts."""
    tens, ones = divmod(at + 1, 10)
    head = "" if tens == 0 else "十" if tens == 1 else CHINESE[tens - 1] + "十"
    return head + (CHINESE[ones - 1] if ones else "")


def as_docx(rows: list[tuple[int, str]]) -> bytes:
    document = heavy.docx().Document()
    for level, text in rows:
        if level < 2:
            document.add_heading(text, level)
        else:
            document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_text(rows: list[tuple[int, str]]) -> bytes:
    return "\n\n".join(text for _level, text in rows).encode()
