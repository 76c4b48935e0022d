"""Writes: install what comes with the product, freeze a new version, retire one, publish a year's holidays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from jiandi.base import clock, files, jobs
from jiandi.base.errors import BadInput, Conflict
from jiandi.base.jobs.models import Job
from jiandi.base.text.words import N_
from jiandi.record.policy import decide
from jiandi.record.regimes import holidays, schema
from jiandi.record.regimes.calendar import SATURDAY
from jiandi.record.regimes.models import PublishedYear, Regime, Workday
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

MAY_CHANGE = "regime.change"
MAY_CHANGE_CALENDAR = "calendar.change"
READ_SHEET = "regimes.read_sheet"
MOST_SHEET_BYTES = 500_000


def install_seed_profiles(*, actor: Actor) -> list[Regime]:
    """Install the regimes that come with the product; a code that exists stays as the installation has it."""
    decide.require(actor, MAY_CHANGE)
    with transaction.atomic():
        known = set(Regime.objects.values_list("code", flat=True))
        texts = [text for code, text in schema.seed_texts().items() if code not in known]
        rows = [_frozen(schema.parse_profile(text), schema.canonical(text)) for text in texts]
        return writing.create_many(rows, actor=actor, verb="install_regime")


def install_seed_workdays(*, actor: Actor) -> list[PublishedYear]:
    """Install the holidays that come with the product; a year that exists stays as the installation has it."""
    decide.require(actor, MAY_CHANGE_CALENDAR)
    with transaction.atomic():
        known = set(PublishedYear.objects.values_list("year", flat=True))
        return [_publish(year, actor) for year in holidays.seed_years() if year.year not in known]


def add_version(*, actor: Actor, text: str, follows: int, reason: str) -> Regime:
    """Freeze a new version; ``follows`` is the number it was written from (0 for a new regime).

    The number in the text is replaced by the next one. Rounds keep the version they were opened with.
    """
    decide.require(actor, MAY_CHANGE)
    profile = schema.parse_profile(text)
    try:
        with transaction.atomic():
            last = Regime.objects.filter(code=profile.code).aggregate(last=Max("number"))["last"] or 0
            if last != follows:
                raise _overtaken(follows, last)
            numbered = replace(profile, version=last + 1)
            made = _frozen(numbered, schema.to_toml(numbered))
            return writing.create(made, actor=actor, verb="add_version", reason=reason)
    except IntegrityError as error:
        raise _overtaken(follows, follows + 1) from error


def retire_version(*, actor: Actor, regime: Regime, version: int, reason: str) -> Regime:
    """Take a version out of use; rounds that follow it keep it, new rounds cannot choose it."""
    decide.require(actor, MAY_CHANGE)
    with transaction.atomic():
        writing.expect_version(regime, version)
        writing.change(regime, {"retired_at": clock.now()}, actor=actor, verb="retire_version", reason=reason)
    return regime


def publish_year(*, actor: Actor, text: str) -> list[PublishedYear]:
    """Take in the holidays of one or more years from a TOML text as soon as they are announced."""
    return publish_years(actor=actor, years=holidays.parse_years(text))


def publish_years(*, actor: Actor, years: Sequence[holidays.Year]) -> list[PublishedYear]:
    """The same, of years that were read already; a year is published once."""
    decide.require(actor, MAY_CHANGE_CALENDAR)
    with transaction.atomic():
        _refuse_published(year.year for year in years)
        return [_publish(year, actor) for year in years]


def ask_sheet(*, actor: Actor, chunks: Iterable[bytes], year: int, source: str) -> Job:
    """Let the worker read a workbook of days; what it finds is looked at before it is published."""
    decide.require(actor, MAY_CHANGE_CALENDAR)
    kept = files.store(chunks, limit_bytes=MOST_SHEET_BYTES)
    with transaction.atomic():
        payload = {"digest": kept.digest, "year": year, "source": source.strip()[:200]}
        return jobs.enqueue(READ_SHEET, payload, actor_id=actor.user_id)


def set_workday(*, actor: Actor, day: Workday, is_workday: bool, note: str, version: int) -> Workday:
    """Correct a day that was announced otherwise later."""
    decide.require(actor, MAY_CHANGE_CALENDAR)
    with transaction.atomic():
        writing.expect_version(day, version)
        writing.change(day, {"is_workday": is_workday, "note": note}, actor=actor, verb="set_workday")
    return day


def set_days(*, actor: Actor, days: Mapping[date, tuple[bool, str]], seen: Mapping[date, int]) -> list[Workday]:
    """Set days of a month as worked or not, with a note; ``seen`` are the versions the page was shown with (0: none).

    A day that goes back to the week's habit keeps its row, and its past in the trail.
    """
    decide.require(actor, MAY_CHANGE_CALENDAR)
    with transaction.atomic():
        rows = {row.day: row for row in Workday.objects.filter(day__in=list(days))}
        changed = []
        for day, (is_workday, note) in sorted(days.items()):
            row = rows.get(day)
            if row is None:
                if is_workday != _by_habit(day) or note:
                    made = Workday(day=day, is_workday=is_workday, note=note[:80])
                    changed.append(writing.create(made, actor=actor, verb="set_workday"))
            elif (row.is_workday, row.note) != (is_workday, note[:80]):
                writing.expect_version(row, seen.get(day, 0))
                writing.change(row, {"is_workday": is_workday, "note": note[:80]}, actor=actor, verb="set_workday")
                changed.append(row)
        return changed


def _by_habit(day: date) -> bool:
    return day.weekday() < SATURDAY


def _frozen(profile: Profile, body: str) -> Regime:
    algorithm = settings.JIANDI_ALGORITHM
    return Regime(
        code=profile.code,
        number=profile.version,
        name=profile.name.zh,
        body=body,
        digest=schema.digest(body, algorithm),
        algorithm=algorithm,
        created_at=clock.now(),
    )


def _publish(year: holidays.Year, actor: Actor) -> PublishedYear:
    known = set(Workday.objects.filter(day__year=year.year).values_list("day", flat=True))
    days = [Workday(day=one.day, is_workday=one.is_workday, note=one.note) for one in year.days if one.day not in known]
    writing.create_many(days, actor=actor, verb="publish_workday")
    return writing.create(PublishedYear(year=year.year, source=year.source), actor=actor, verb="publish_year")


def _refuse_published(years: Iterable[int]) -> None:
    known = PublishedYear.objects.filter(year__in=list(years)).order_by("year").first()
    if known is not None:
        raise BadInput(
            "calendar.published",
            N_("The holidays of {year} are already known. Correct single days instead."),
            year=known.year,
        )


def _overtaken(follows: int, last: int) -> Conflict:
    return Conflict(
        "regime.overtaken",
        N_("Version {last} of this regime was added in the meantime. Compare it with your text and hand it in again."),
        last=last,
        mine={"follows": follows},
        theirs={"follows": last},
    )
