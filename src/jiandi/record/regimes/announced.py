"""The holidays of a year as people have them: the published notice itself, or lines of day, word and note. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.regimes.calendar import ONE_DAY, SATURDAY
from jiandi.record.regimes.holidays import FIRST_YEAR, LAST_YEAR, Day, Year

LONGEST_TEXT: Final = 40_000
MOST_LINES: Final = 500
LONGEST_HOLIDAY: Final = timedelta(days=40)
_OFF: Final = frozenset({"休", "休息", "放假", "休假", "节假日", "假日", "off", "rest", "holiday"})
_WORKED: Final = frozenset({"班", "上班", "补班", "调休上班", "工作", "工作日", "work", "workday"})
_SPLIT: Final = re.compile(r"[,\t;，；|]+|\s{1,}")
_LINE_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DAY: Final = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日"
_SPAN: Final = re.compile(rf"{_DAY}(?:[（(][^）)]*[）)])?(?:\s*(?:至|到|-|—|~)\s*{_DAY})?")
_CLAUSE: Final = re.compile(r"[^。；;]+[。；;]?")
_NAME: Final = re.compile(r"^\s*(?:[一二三四五六七八九十]+[、.]|[（(][一二三四五六七八九十]+[）)]|\d+[、.])?\s*([^：:\d]{2,12})[：:]")


def read(text: str, year: int, source: str) -> Year:
    """The days of ``year`` that differ from the week; `BadInput` names the line that cannot be read and the remedy."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput("calendar.year", N_("{path}: write the year with four digits."), path=str(year))
    if not source.strip():
        raise BadInput("calendar.source", N_("{path}: name the announcement."), path=str(year))
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            "calendar.too_long", N_("The text has {length} characters. Shorten it to {limit}."), length=len(text), limit=LONGEST_TEXT
        )
    found: dict[date, Day] = {}
    for place, line in enumerate(unicodedata.normalize("NFKC", text).splitlines(), start=1):
        for day in _of_line(line.strip(), place, year):
            _keep(found, day, place, year)
    if not found:
        raise BadInput("calendar.no_days", N_("No day was found in the text. Paste the notice, or lines like: 2027-01-01, 休, 元旦."))
    return Year(year, source.strip()[:200], tuple(found[day] for day in sorted(found)))


def _keep(found: dict[date, Day], day: Day, place: int, year: int) -> None:
    habit = day.day.weekday() < SATURDAY
    known = found.get(day.day)
    if known is not None and known.is_workday != day.is_workday:
        raise BadInput(
            "calendar.twice", N_("Line {n}: {day} is both worked and off. Correct one of them."), n=place, day=day.day.isoformat()
        )
    if day.is_workday == habit:
        return
    if day.day.year != year:
        raise BadInput(
            "calendar.other_year",
            N_("Line {n}: {day} is not in {year}. Enter it with its own year."),
            n=place,
            day=day.day.isoformat(),
            year=year,
        )
    found[day.day] = day


def _of_line(line: str, place: int, year: int) -> Iterator[Day]:
    if not line:
        return
    head = _LINE_DAY.match(line)
    if head and (kind := _kind(line[head.end() :])) is not None:
        is_workday, note = kind
        yield Day(_date(head[1], head[2], head[3], place), is_workday, note)
    elif re.search(r"\d日", line) and re.search(r"放假|休息|上班", line):
        yield from _of_notice(line, place, year)
    elif head:
        raise BadInput("calendar.line", N_("Line {n}: write after the day whether it is off (休) or worked (班)."), n=place)


def _kind(rest: str) -> tuple[bool, str] | None:
    """Whether the day is worked, and its note; None where no cell says so."""
    cells = [cell for cell in _SPLIT.split(rest.strip()) if cell and not re.fullmatch(r"(?:星期|周)[一二三四五六日天]", cell)]
    for at, cell in enumerate(cells):
        if cell.lower() in _OFF | _WORKED:
            return cell.lower() in _WORKED, " ".join(cells[:at] + cells[at + 1 :])[:80]
    return None


def _of_notice(line: str, place: int, year: int) -> Iterator[Day]:
    """“元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。”"""
    named = _NAME.match(line)
    name = named[1].strip() if named else ""
    for clause in _CLAUSE.findall(line[named.end() :] if named else line):
        is_workday = "上班" in clause
        if not is_workday and not re.search(r"放假|休息", clause):
            continue
        note = f"{name}调休上班" if is_workday and name else name
        for day in _days(clause, place, year):
            yield Day(day, is_workday, note)


def _days(clause: str, place: int, year: int) -> Iterator[date]:
    month = ""
    for span in _SPAN.finditer(clause):
        month = span[2] or month
        first = _date(span[1] or str(year), month, span[3], place)
        last = _date(span[4] or str(first.year), span[5] or month, span[6], place) if span[6] else first
        month = span[5] or month
        if not first <= last <= first + LONGEST_HOLIDAY:
            raise BadInput(
                "calendar.span",
                N_("Line {n}: the days from {first} to {last} make no holiday. Correct them."),
                n=place,
                first=first,
                last=last,
            )
        while first <= last:
            yield first
            first += ONE_DAY


def _date(year: str, month: str, day: str, place: int) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        wrong = f"{year}-{month}-{day}"
        raise BadInput("calendar.no_date", N_("Line {n}: {day} does not exist. Correct it."), n=place, day=wrong) from error
