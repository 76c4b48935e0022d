"""Whom to chase: for each lead unit what is overdue, what falls due soon, and of what nothing has been heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DateField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiandi.base import clock
from jiandi.loop.report import rules
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Finding, ProgressNote, Round
from jiandi.record.ledger.models.finding import RUNNING_STATES
from jiandi.record.trail.actor import Actor

NEAR, SOON = 3, 10
SILENT_DAYS = 15
GROUPS = ("late", "near", "soon", "silent")


@dataclass(frozen=True)
class ChaseRow:
    """A finding to be asked about; ``heard_on`` is the last day on which anything was reported of it."""

    pk: int
    number: str
    title: str
    state: str
    due: date | None
    heard_on: date
    group: str

    def days(self, today: date) -> int:
        """Days overdue, days left, or days without a word."""
        if self.group == "silent" or self.due is None:
            return (today - self.heard_on).days
        return abs((self.due - today).days)


@dataclass(frozen=True)
class ChaseUnit:
    """One lead unit and its rows, the most urgent first."""

    unit_id: int | None
    name: str
    rows: list[ChaseRow]

    def of(self, group: str) -> list[ChaseRow]:
        return [row for row in self.rows if row.group == group]

    @property
    def counts(self) -> dict[str, int]:
        return {group: len(self.of(group)) for group in GROUPS}


@dataclass(frozen=True)
class Chase:
    """The whole list. Each finding stands in it once, in the most urgent group that fits."""

    round: Round
    today: date
    silent_days: int
    units: list[ChaseUnit]

    @property
    def counts(self) -> dict[str, int]:
        return {group: sum(unit.counts[group] for unit in self.units) for group in GROUPS}

    @property
    def total(self) -> int:
        return sum(len(unit.rows) for unit in self.units)

    def message(self, unit: ChaseUnit, most: int = 8) -> str:
        """What a clerk pastes into a chat group: facts and a request, no judgement."""
        lines = [_("[{unit}] As of {day}, the rectification ledger shows:").format(unit=unit.name, day=rules.day_in_words(self.today))]
        told = [self.words(row) for row in unit.rows]
        lines += [f"{n}. {text}" for n, text in enumerate(told[:most], start=1)]
        if len(told) > most:
            lines.append(_("and {n} more, see the ledger.").format(n=len(told) - most))
        lines.append(_("Please report progress or send proof; if something here is wrong, say so and we correct it."))
        return "\n".join(lines)

    def words(self, row: ChaseRow) -> str:
        due = rules.day_in_words(row.due) if row.due else ""
        days = row.days(self.today)
        says = {
            "late": ngettext("was due on {due}, overdue by {n} day", "was due on {due}, overdue by {n} days", days),
            "near": ngettext("is due on {due}, {n} day left", "is due on {due}, {n} days left", days),
            "soon": ngettext("is due on {due}, {n} day left", "is due on {due}, {n} days left", days),
            "silent": ngettext("nothing heard for {n} day", "nothing heard for {n} days", days),
        }[row.group]
        return _("“{title}” ({number}) {says}").format(title=row.title, number=row.number, says=says.format(due=due, n=days))


def chase(actor: Actor, round_id: int, unit_id: int | None = None, silent_days: int = SILENT_DAYS) -> Chase:
    """What the actor may see of a round (or of a unit in it), as of today; units in the order of the tree, nothing is ranked."""
    round_ = load.round_(actor, round_id)
    today = clock.today()
    units: dict[int | None, ChaseUnit] = {}
    for pk, number, title, state, due, heard_on, lead_id, name in _running(actor, round_id, unit_id, today, silent_days):
        row = ChaseRow(pk, number, title, state, due, heard_on, _group(due, today))
        units.setdefault(lead_id, ChaseUnit(lead_id, name or _("no lead unit yet"), [])).rows.append(row)
    for unit in units.values():
        unit.rows.sort(key=lambda row: (GROUPS.index(row.group), row.due or date.max, row.pk))
    return Chase(round_, today, silent_days, list(units.values()))


def _running(actor: Actor, round_id: int, unit_id: int | None, today: date, silent_days: int) -> QuerySet[Finding, Any]:
    """Heard: the last note on a measure, else the day of the old ledger, else the day of registration."""
    found = figures.in_round(actor, round_id, unit_id).filter(state__in=RUNNING_STATES)
    taken = Case(When(source="taken_over", then=F("batch__as_of")), default=F("registered_on"), output_field=DateField())
    noted = ProgressNote.objects.filter(measure__findings=OuterRef("pk")).order_by("-on").values("on")[:1]
    found = found.annotate(heard=Coalesce(Subquery(noted), taken, "registered_on"))
    soon, silent = Q(due__lte=today + timedelta(days=SOON)), Q(heard__lte=today - timedelta(days=silent_days))
    fields = ("pk", "number", "title", "state", "due", "heard", "lead_id", "lead__name")
    return found.filter(soon | silent).order_by(F("lead__path").asc(nulls_last=True), "pk").values_list(*fields)


def _group(due: date | None, today: date) -> str:
    left = (due - today).days if due else SOON + 1
    return "late" if left < 0 else "near" if left <= NEAR else "soon" if left <= SOON else "silent"
