"""Standing work and its indicators: rectification and daily work are planned once. Nothing here touches the three claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from jiandi.base import clock, files, http, jobs
from jiandi.base.errors import BadInput, JiandiError, RuleBroken
from jiandi.base.jobs.models import Job
from jiandi.base.text.tables import Fault
from jiandi.base.text.words import N_
from jiandi.loop.plan.rules.values import LARGEST, Row
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import FindingFacts
from jiandi.record.ledger.models import Indicator, IndicatorValue, MeasureProgramme, Programme
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

READ = "plan.read_values"
MOST_MB = 8
SHOWN = 100
MOVES = ("start", "finish", "drop")


def add_programme(*, actor: Actor, unit_id: int, title: str, theme: str, from_on: date, until_on: date, number: str = "") -> Programme:
    """Register a work plan or programme of a unit, as a draft."""
    with transaction.atomic():
        unit = accounts.unit_by_id(unit_id)
        decide.require(actor, "programme.write", targets.of_unit(unit, targets.round_bound_to(actor)))
        row = Programme(unit=unit, **_checked(title, theme, from_on, until_on, number))
        return write.create(row, actor=actor, verb="register")


def change_programme(
    *, actor: Actor, programme_id: int, version: int, title: str, theme: str, from_on: date, until_on: date, number: str = ""
) -> Programme:
    with transaction.atomic():
        row = _writable(actor, programme_id, version)
        write.change(row, _checked(title, theme, from_on, until_on, number), actor=actor, verb="change")
        return row


def _checked(title: str, theme: str, from_on: date, until_on: date, number: str) -> dict[str, Any]:
    if not title.strip():
        raise BadInput("programme.title", N_("Give the title of the programme."))
    if not theme.strip():
        raise BadInput("programme.theme", N_("Name the theme (field of work)."))
    if until_on < from_on:
        raise BadInput("programme.period", N_("The programme ends before it begins. Correct one of the two days."))
    return {
        "title": title.strip()[:200],
        "theme": theme.strip()[:60],
        "from_on": from_on,
        "until_on": until_on,
        "number": number.strip()[:60],
    }


def move_programme(*, actor: Actor, programme_id: int, version: int, verb: str, reason: str = "") -> Programme:
    """Start, finish or drop it; dropping says why."""
    if verb not in MOVES:
        raise BadInput("programme.verb", N_("There is no such step. Go back to the programme."))
    with transaction.atomic():
        row = load.programme(actor, programme_id, version)
        facts = FindingFacts(number="", state=row.state, klass="", reason=reason)
        lifecycle.move(row, verb, actor=actor, target=_target(actor, row), facts=facts, reason=reason.strip()[:300])
        return row


def _target(actor: Actor, row: Programme) -> Target:
    return targets.of_unit(row.unit, targets.round_bound_to(actor))


def _writable(actor: Actor, programme_id: int, version: int | None = None) -> Programme:
    row = load.programme(actor, programme_id, version)
    decide.require(actor, "programme.write", _target(actor, row))
    if not row.is_open:
        raise RuleBroken("programme.over", N_("“{title}” is over. Choose a programme that is being prepared or running."), title=row.title)
    return row


def link_programme(*, actor: Actor, measure_id: int, programme_id: int) -> MeasureProgramme:
    """The measure is planned in the programme; one choice, nothing typed."""
    with transaction.atomic():
        measure, row = load.measure(actor, measure_id), load.programme(actor, programme_id)
        decide.require(actor, "programme.link", targets.of_measure(measure))
        if not row.is_open:
            text = N_("“{title}” is over. Choose a programme that is being prepared or running.")
            raise RuleBroken("programme.over", text, title=row.title)
        if not measure.counts:
            raise RuleBroken("programme.given_up", N_("Measure {number} was given up. Choose another."), number=measure.number)
        if row.links.filter(measure=measure).exists():
            raise RuleBroken("programme.linked", N_("Measure {number} is in this programme already."), number=measure.number)
        link = MeasureProgramme(measure=measure, programme=row)
        write.attach([link])
        write.note(measure, actor=actor, verb="link_programme", programme=row.pk)
        return link


def add_indicator(*, actor: Actor, programme_id: int, name: str, measured_in: str, source: str, direction: str) -> Indicator:
    """An outcome of the programme, with its source and the direction that is better."""
    with transaction.atomic():
        row = _writable(actor, programme_id)
        if not name.strip() or not source.strip():
            raise BadInput("indicator.empty", N_("Name the indicator and its source."))
        if direction not in dict(Indicator.DIRECTIONS):
            raise BadInput("indicator.direction", N_("Say whether more or less of it is better."))
        if row.indicators.filter(name=name.strip()[:120]).exists():
            raise RuleBroken("indicator.there", N_("The programme has this indicator already."))
        given = {
            "name": name.strip()[:120],
            "measured_in": measured_in.strip()[:20],
            "source": source.strip()[:200],
            "direction": direction,
        }
        return write.create(Indicator(programme=row, **given), actor=actor, verb="add")


def enter_value(
    *, actor: Actor, indicator_id: int, on: date, value: Decimal, document: str = "", version: int | None = None
) -> IndicatorValue:
    """The value of a day; a day that has one is corrected, with the version that was looked at."""
    with transaction.atomic():
        indicator = load.indicator(actor, indicator_id)
        _writable(actor, indicator.programme_id)
        return _enter(actor, indicator, on, value, document, version)


def _enter(actor: Actor, indicator: Indicator, on: date, value: Decimal, document: str, version: int | None = None) -> IndicatorValue:
    if on > clock.today():
        raise BadInput("value.future", N_("The day of a value lies in the future. Correct it."))
    if not value.is_finite() or abs(value) >= LARGEST:
        raise BadInput("value.number", N_("This number cannot be kept. Choose a larger unit of measure."))
    there = indicator.values.filter(on=on).first()
    fields = {"value": value.quantize(Decimal("0.01")), "document": document.strip()[:200], "entered_by": actor.holder}
    if there is None:
        return write.create(IndicatorValue(indicator=indicator, on=on, **fields), actor=actor, verb="enter")
    if version is None:
        raise RuleBroken("value.there", N_("There is a value for {day} already. Correct it in the table."), day=on.isoformat())
    write.expect_version(there, version)
    write.change(there, fields, actor=actor, verb="correct")
    return there


def ask_values(*, actor: Actor, programme_id: int, chunks: Iterable[bytes]) -> Job:
    """Keep a table of values; a job reads it and takes it in, in the name of who asked."""
    _writable(actor, programme_id)
    kept = files.store(chunks, limit_bytes=MOST_MB * 1024**2, algorithm=settings.JIANDI_ALGORITHM)
    if not kept.size:
        raise BadInput("values.empty_file", N_("The file is empty. Choose another."))
    with transaction.atomic():
        return jobs.enqueue(READ, {"digest": kept.digest, "programme": programme_id}, actor_id=actor.user_id)


def import_values(*, actor: Actor, programme_id: int, rows: Sequence[Row]) -> tuple[int, list[Fault]]:
    """Every row or none; a day that has a value already is a fault, not a correction."""
    faults: list[Fault] = []
    with transaction.atomic():
        row = _writable(actor, programme_id)
        known = {one.name: one for one in row.indicators.all()}
        for one in rows:
            try:
                with transaction.atomic():
                    _enter(actor, _named(known, one), one.on, one.value, one.document)
            except JiandiError as refused:
                faults.append(Fault(one.place, http.shown(refused).message, {}))
        if faults:
            transaction.set_rollback(True)
    return (0, faults) if faults else (len(rows), [])


def _named(known: dict[str, Indicator], row: Row) -> Indicator:
    if not row.name and len(known) == 1:
        return next(iter(known.values()))
    if row.name not in known:
        raise BadInput(
            "values.no_indicator", N_("The programme has no indicator “{name}”. Add it, or write its name as above."), name=row.name
        )
    return known[row.name]


def as_result(taken: int, faults: Sequence[Fault]) -> dict[str, Any]:
    told = [[fault.place, fault.text, dict(fault.params)] for fault in faults[:SHOWN]]
    return {"taken": taken, "faults": told, "more": max(0, len(faults) - SHOWN)}
