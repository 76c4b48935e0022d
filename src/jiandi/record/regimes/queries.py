"""Reads: the profile of a version, the version in use, the working calendar."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from jiandi.base.errors import BadInput, NotFound, Unmet
from jiandi.base.text.words import N_
from jiandi.record.regimes import schema
from jiandi.record.regimes.calendar import Reckoned, WorkCalendar
from jiandi.record.regimes.models import PublishedYear, Regime, Workday
from jiandi.record.regimes.parts import Profile

KEPT = 64


def profile_of(regime: Regime) -> Profile:
    """The profile of a frozen version; a text that no longer fits its digest is refused."""
    return profile_from(regime.algorithm, regime.digest, regime.body)


@lru_cache(maxsize=KEPT)
def profile_from(algorithm: str, digest: str, body: str) -> Profile:
    """The profile of a version's columns; read once for each text."""
    if schema.digest(body, algorithm) != digest:
        raise BadInput(
            "regime.digest",
            N_("This regime's text does not fit its digest: it was changed outside Jiandi. Restore it from a backup."),
        )
    return schema.read_frozen(body)


def current(code: str) -> Regime:
    """The newest version of a regime that is not retired."""
    found = Regime.objects.filter(code=code, retired_at__isnull=True).order_by("-number").first()
    if found is None:
        raise NotFound("regime.none", N_("There is no regime “{code}” in use. Install it under system settings."), code=code)
    return found


def in_use() -> list[Regime]:
    """The newest version of every regime that is not retired, by code."""
    rows = Regime.objects.filter(retired_at__isnull=True).order_by("code", "number")
    return list({row.code: row for row in rows}.values())


def versions(code: str) -> list[Regime]:
    """All versions of a regime, newest first."""
    return list(Regime.objects.filter(code=code).order_by("-number"))


def work_calendar() -> WorkCalendar:
    """The installation's working calendar, in two reads; hold it while you count many days."""
    return WorkCalendar(
        overrides=dict(Workday.objects.values_list("day", "is_workday")),
        published=frozenset(PublishedYear.objects.values_list("year", flat=True)),
    )


def uncertain(day: date | None) -> tuple[Unmet, ...]:
    """A sentence for whoever relies on a day whose year has no published holidays here; empty when it is certain."""
    if day is None or PublishedYear.objects.filter(year=day.year).exists():
        return ()
    return Reckoned(day, (day.year,)).warnings()


def workday(pk: int) -> Workday:
    """A day of the calendar that differs from the week."""
    found = Workday.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("calendar.no_day", N_("This day is not in the working calendar. Go back and choose one."))
    return found
