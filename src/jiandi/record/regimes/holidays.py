"""Holidays and adjusted working days of a year, as a TOML text: the seed's form and the form of an import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.regimes import toml_form

FIRST_YEAR = 2000
LAST_YEAR = 2100


@dataclass(frozen=True)
class Day:
    """A day against the week's habit: a weekday off, or a Saturday or Sunday worked."""

    day: date
    is_workday: bool
    note: str = ""


@dataclass(frozen=True)
class Year:
    """All such days of one year, and where they were announced."""

    year: int
    source: str
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Years:
    """A whole text."""

    years: tuple[Year, ...]


def parse_years(text: str) -> tuple[Year, ...]:
    """The years a TOML text announces; `BadInput` names the place that is wrong."""
    years = toml_form.read(Years, toml_form.load(text)).years
    for place, year in enumerate(years, start=1):
        _check(year, f"years[{place}]")
    if len({year.year for year in years}) != len(years) or not years:
        raise BadInput("calendar.years", N_("years: give at least one year, and each year once."))
    return years


def seed_years() -> tuple[Year, ...]:
    """The years that come with the product."""
    return parse_years((files("jiandi.record.regimes") / "workdays.toml").read_text("utf-8"))


def _check(year: Year, where: str) -> None:
    if not FIRST_YEAR <= year.year <= LAST_YEAR:
        raise BadInput("calendar.year", N_("{path}: write the year with four digits."), path=f"{where}.year")
    if not year.source.strip():
        raise BadInput("calendar.source", N_("{path}: name the announcement."), path=f"{where}.source")
    seen: set[date] = set()
    for place, one in enumerate(year.days, start=1):
        if one.day.year != year.year or one.day in seen:
            raise BadInput(
                "calendar.day",
                N_("{path}: {day} is doubled or not in {year}. Correct or remove it."),
                path=f"{where}.days[{place}].day",
                day=one.day.isoformat(),
                year=year.year,
            )
        seen.add(one.day)
