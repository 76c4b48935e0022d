"""Writes: install what comes with the product, freeze a new version, retire one, publish a year's holidays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict
from jiandi.base.text.words import N_
from jiandi.record.policy import decide
from jiandi.record.regimes import holidays, schema
from jiandi.record.regimes.models import PublishedYear, Regime, Workday
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

MAY_CHANGE = "regime.change"
MAY_CHANGE_CALENDAR = "calendar.change"


def install_seed_profiles(*, actor: Actor) -> list[Regime]:
    """Install the regimes that come with the product; a code that exists stays as the installation has it."""
    decide.require(actor, MAY_CHANGE)
    with transaction.atomic():
        known = set(Regime.objects.values_list("code", flat=True))
        profiles = [schema.parse_profile(text) for code, text in schema.seed_texts().items() if code not in known]
        return writing.create_many([_frozen(one) for one in profiles], actor=actor, verb="install_regime")


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
            made = _frozen(replace(profile, version=last + 1))
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
    decide.require(actor, MAY_CHANGE_CALENDAR)
    years = holidays.parse_years(text)
    with transaction.atomic():
        _refuse_published(year.year for year in years)
        return [_publish(year, actor) for year in years]


def set_workday(*, actor: Actor, day: Workday, is_workday: bool, note: str, version: int) -> Workday:
    """Correct a day that was announced otherwise later."""
    decide.require(actor, MAY_CHANGE_CALENDAR)
    with transaction.atomic():
        writing.expect_version(day, version)
        writing.change(day, {"is_workday": is_workday, "note": note}, actor=actor, verb="set_workday")
    return day


def _frozen(profile: Profile) -> Regime:
    body, algorithm = schema.to_toml(profile), settings.JIANDI_ALGORITHM
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
