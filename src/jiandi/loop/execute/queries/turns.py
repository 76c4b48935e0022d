"""What the pages of time, duty and help show: the rows of a finding, its chain of holders, and what the actor may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.loop.execute import rules
from jiandi.loop.execute.queries import changes
from jiandi.record.accounts.models import Post, Unit, end_of_subtree
from jiandi.record.ledger import reads, targets
from jiandi.record.ledger.change_guards import PASSED_ON_IN
from jiandi.record.ledger.models import OPEN_SUPPORTS, PASSED, CatchUp, Extension, Finding, Measure, MeasureSupport, Support, Transfer
from jiandi.record.ledger.models.finding import RUNNING_STATES
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import lights
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.calendar import WorkCalendar
from jiandi.record.trail.actor import Actor

SHOWN = 50


@dataclass(frozen=True)
class Offer:
    """Something the actor may do now: the verb, the row it is about, and the version it was decided on."""

    verb: str
    version: int
    row: int = 0
    about: str = ""

    @property
    def key(self) -> str:
        return f"{self.verb}-{self.row}"


@dataclass(frozen=True)
class Answered:
    """A row with its answer's lateness in working days; 0 when it came, or still may come, in time."""

    row: Extension | Transfer | Support
    days_late: int


@dataclass(frozen=True)
class Dates:
    """Extensions and days to make good of one finding."""

    extensions: list[Answered]
    granted: int
    catch_ups: list[CatchUp]
    is_overdue: bool
    offers: list[Offer]


@dataclass(frozen=True)
class Duty:
    """Who had the finding, who was asked, and what was delegated."""

    holders: list[rules.Holder]
    asked: list[Answered]
    passes: int
    refusals: int
    most: int
    delegations: list[Transfer]
    offers: list[Offer]


@dataclass(frozen=True)
class Help:
    """Help asked for the measures of one finding, and what the plan promised."""

    asked: list[Answered]
    planned: list[MeasureSupport]
    offers: list[Offer]


@dataclass(frozen=True)
class Summary:
    """The same in one line of the case file."""

    extensions: int
    passes: int
    supports: int
    is_asked: bool
    holders: list[rules.Holder]


NOTHING = Summary(0, 0, 0, is_asked=False, holders=[])


def summary(finding: Finding) -> Summary:
    """Two queries: states counted over the three tables, and the passes."""
    extensions = Extension.objects.filter(finding=finding).values_list(Value("extension", output_field=CharField()), "state").order_by()
    passed = Transfer.objects.filter(finding=finding).values_list(F("kind"), "state").order_by()
    supports = (
        Support.objects.filter(measure__serves__finding=finding).values_list(Value("support", output_field=CharField()), "state").order_by()
    )
    found = list(extensions.union(passed, supports, all=True))
    rows = Transfer.objects.filter(finding=finding, kind="transfer", state__in=PASSED).select_related("from_unit", "to_unit")
    passes = sum(kind == "transfer" and state in PASSED for kind, state in found)
    return Summary(
        extensions=sum(kind == "extension" and state == "granted" for kind, state in found),
        passes=passes,
        supports=sum(kind == "support" for kind, _state in found),
        is_asked=any(state == "asked" for _kind, state in found),
        holders=holders(finding, list(rows.order_by("pk"))) if passes else [],
    )


def days_late(calendar: WorkCalendar, row: Any, answered_on: date | None) -> int:
    """Working days after the day of the answer; what was taken back is not late."""
    end = answered_on or (clock.today() if row.state == "asked" else None)
    return max(calendar.working_days_between(row.answer_by, end), 0) if end else 0


def answered(rows: Iterable[Any]) -> list[Answered]:
    """Each row with its lateness; of help the yes or no is what counts."""
    calendar = regimes.work_calendar()
    return [Answered(r, days_late(calendar, r, getattr(r, "promised_on", None) or r.answered_on)) for r in rows]


def dates(actor: Actor, finding: Finding) -> Dates:
    rows = list(Extension.objects.filter(finding=finding).select_related("unit")[:SHOWN])
    catch_ups = list(CatchUp.objects.filter(finding=finding).select_related("unit")[:SHOWN])
    return Dates(
        extensions=answered(rows),
        granted=sum(r.state == "granted" for r in rows),
        catch_ups=catch_ups,
        is_overdue=lights.is_overdue(finding.state, finding.due, clock.today()),
        offers=_dates_offers(actor, finding, next((r for r in rows if r.state == "asked"), None), catch_ups),
    )


def _dates_offers(actor: Actor, finding: Finding, asked: Extension | None, catch_ups: list[CatchUp]) -> list[Offer]:
    target = targets.of_finding(finding)
    found = []
    if asked is not None:
        verbs = [("grant", "extension.answer"), ("refuse", "extension.answer"), ("take_back", "extension.ask")]
        found = [Offer(verb, asked.version, asked.pk) for verb, who in verbs if decide.may(actor, who, target)]
    elif _may_still_ask(finding) and decide.may(actor, "extension.ask", target):
        found = [Offer("ask", finding.version)]
    if lights.is_overdue(finding.state, finding.due, clock.today()) and finding.lead_id:
        is_explained = any(c.due_missed == finding.due and c.state == "explained" for c in catch_ups)
        if not is_explained and decide.may(actor, "overdue.explain", target):
            found.append(Offer("explain", finding.version))
        if decide.may(actor, "catch_up.set", target):
            found.append(Offer("set_day", finding.version))
    return found


def _may_still_ask(finding: Finding) -> bool:
    return finding.state in RUNNING_STATES and bool(finding.lead_id) and finding.due is not None and clock.today() <= finding.due


def duty(actor: Actor, finding: Finding) -> Duty:
    rows = list(Transfer.objects.filter(finding=finding).select_related("from_unit", "to_unit", "to_post").order_by("pk")[: SHOWN * 2])
    passed = [r for r in rows if r.kind == "transfer" and r.state in PASSED]
    return Duty(
        holders=holders(finding, passed),
        asked=answered(reversed(rows)),
        passes=len(passed),
        refusals=sum(r.state == "refused" for r in rows),
        most=regimes.profile_of(finding.round.regime).clocks.transfer_depth,
        delegations=[r for r in rows if r.kind == "delegation" and r.state in ("accepted", "ordered")],
        offers=_duty_offers(actor, finding, rows),
    )


def holders(finding: Finding, passed: list[Transfer]) -> list[rules.Holder]:
    """The chain that makes passing the parcel visible."""
    passes = [
        rules.Pass(r.answered_on or r.asked_on, r.from_unit.name, r.to_unit.name, r.document or _("accepted by the receiver"))
        for r in passed
    ]
    until = finding.closed_on or clock.today()
    return rules.chain(finding.lead.name, finding.registered_on, passes, until) if finding.lead is not None else []


def _duty_offers(actor: Actor, finding: Finding, rows: list[Transfer]) -> list[Offer]:
    asked = {r.kind: r for r in rows if r.state == "asked"}
    found = [offer for row in asked.values() for offer in _answers(actor, finding, row)]
    if finding.lead is None or finding.state not in PASSED_ON_IN:
        return found
    held = [r for r in rows if r.kind == "delegation" and r.state in ("accepted", "ordered")]
    holder, target = held[-1].to_unit if held else finding.lead, targets.of_finding(finding)
    new = [
        ("ask_transfer", "transfer.ask", target, "transfer" not in asked),
        ("delegate", "transfer.ask", _passer(finding, holder), "delegation" not in asked),
        ("order", "transfer.order", target, True),
    ]
    found += [Offer(verb, finding.version) for verb, who, where, free in new if free and decide.may(actor, who, where)]
    mine = (r for r in held if decide.may(actor, "transfer.ask", _passer(finding, r.from_unit)))
    return found + [Offer("end", r.version, r.pk, r.to_unit.name) for r in mine]


def _answers(actor: Actor, finding: Finding, row: Transfer) -> list[Offer]:
    """The receiver accepts what still can change hands, or refuses; the asker takes it back."""
    verbs = ["accept"] if finding.state in PASSED_ON_IN else []
    verbs = [*verbs, "refuse"] if decide.may(actor, "transfer.answer", receiver(row, finding.round_id)) else []
    if decide.may(actor, "transfer.ask", _passer(finding, row.from_unit)):
        verbs.append("take_back")
    return [Offer(verb, row.version, row.pk, row.to_unit.name) for verb in verbs]


def receiver(row: Transfer, round_id: int) -> Target:
    """As the action asks: a post for itself, a unit by its head."""
    return Target(round_id, leader_post_id=row.to_post_id) if row.to_post_id else targets.of_unit(row.to_unit, round_id)


def _passer(finding: Finding, holder: Unit) -> Target:
    return Target(finding.round_id, (("lead", holder.path),))


def help_of(actor: Actor, finding: Finding) -> Help:
    measures = reads.measures_of(finding.pk)
    rows = list(Support.objects.filter(measure__in=measures).select_related("measure", "unit", "from_unit", "evidence")[:SHOWN])
    reads.as_in_round([r.measure for r in rows], finding.round_id)
    asked = {(r.measure_id, r.unit_id) for r in rows}
    named = MeasureSupport.objects.filter(measure__in=measures).select_related("measure", "unit").order_by("measure__number", "unit__path")
    planned = list(named)
    reads.as_in_round([p.measure for p in planned], finding.round_id)
    return Help(
        asked=answered(rows),
        planned=[p for p in planned if (p.measure_id, p.unit_id) not in asked][:SHOWN],
        offers=[*_help_offers(actor, finding, rows), *_asking(actor, measures)],
    )


def _help_offers(actor: Actor, finding: Finding, rows: list[Support]) -> list[Offer]:
    found = []
    for row in (r for r in rows if r.state in OPEN_SUPPORTS):
        theirs, about = targets.of_unit(row.unit, finding.round_id), f"{row.measure.number} · {row.unit.name}"
        verbs = [("give", "support.give", theirs)]
        if row.state == "asked":
            verbs = [("accept", "support.answer", theirs), ("refuse", "support.answer", theirs), *verbs]
        verbs.append(("take_back", "support.ask", Target(finding.round_id, (("lead", row.from_unit.path),))))
        found += [Offer(verb, row.version, row.pk, about) for verb, who, target in verbs if decide.may(actor, who, target)]
    return found


def _asking(actor: Actor, measures: list[Measure]) -> list[Offer]:
    at_work = [m for m in measures if m.state in ("planned", "in_progress")]
    return [
        Offer("ask", m.version, m.pk, str(m.number))
        for m in at_work
        if decide.may(actor, "support.ask", Target(m.round_id, (("lead", m.lead.path),)))
    ][:SHOWN]


def units_outside(unit: Unit | None) -> QuerySet[Unit]:
    """Living units that a finding can be passed to, or help be asked of."""
    inside = Q(path__gte=unit.path, path__lt=end_of_subtree(unit.path)) if unit else Q(pk__in=[])
    return Unit.objects.filter(ended_on__isnull=True).exclude(inside).order_by("path")


def units_inside(unit: Unit) -> QuerySet[Unit]:
    return Unit.objects.filter(ended_on__isnull=True, path__gte=unit.path, path__lt=end_of_subtree(unit.path)).order_by("path")


def posts_inside(unit: Unit) -> QuerySet[Post]:
    inside = Q(unit__path__gte=unit.path, unit__path__lt=end_of_subtree(unit.path))
    return Post.objects.filter(inside).select_related("unit").order_by("unit__path", "title", "pk")


def holder_of(finding: Finding) -> Unit | None:
    """The unit that delegates next: the last one it was passed down to, or the lead."""
    held = changes.delegations(finding.pk)
    return held[-1].to_unit if held else finding.lead
