"""Papers beside a plan: the signed pledge, the record of a meeting, days on the way to a due date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import filing, lifecycle, load, targets, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import MeetingRecord, OwnMilestone, PlanVersion, Pledge
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

MOST_MEMBERS = 200


def add_pledge(*, actor: Actor, plan_id: int, chunks: Iterable[bytes] | None, file_name: str, signed_on: date, version: int) -> Pledge:
    """Keep the signed scan of a version's pledge page; an earlier one stays as replaced. The file is kept before the transaction."""
    _pledgeable(actor, plan_id, version)
    if not 0 <= (clock.today() - signed_on).days <= 366:
        raise BadInput("pledge.day", N_("Give the day on which it was signed, not a day to come."))
    if chunks is None:
        raise BadInput("pledge.file", N_("Choose the scan of the signed page."))
    kept = filing.stored(chunks, file_name)
    with transaction.atomic():
        plan = _pledgeable(actor, plan_id, version)
        for old in plan.pledges.filter(state="current"):
            lifecycle.move(old, "replace", actor=actor)
        pledge = write.create(Pledge(plan=plan, signed_on=signed_on, added_at=clock.now(), **kept), actor=actor, verb="add")
        write.note(plan, actor=actor, verb="add_pledge", digest=kept["digest"])
    return pledge


def _pledgeable(actor: Actor, plan_id: int, version: int) -> PlanVersion:
    plan = queries.plan(actor, plan_id, version)
    decide.require(actor, "plan.pledge", Target(plan.round_id, unit_path=plan.unit.path if plan.unit else plan.round.unit.path))
    if plan.state not in ("submitted", "approved"):
        raise RuleBroken("pledge.state", N_("Only a version under review or approved is pledged."))
    return plan


def keep_meeting(
    *,
    actor: Actor,
    round_id: int,
    unit_id: int,
    kind: str,
    held_on: date,
    expected: int,
    present: int,
    minutes: str,
    sat_in: int = 0,
    chair_id: int | None = None,
    chunks: Iterable[bytes] | None = None,
    file_name: str = "",
) -> MeetingRecord:
    """Record that a meeting was held: kind, day, counts, the chair's post, number and scan of the minutes; never a name."""
    round_, unit = load.round_(actor, round_id), accounts.unit_by_id(unit_id)
    decide.require(actor, "meeting.keep", targets.of_unit(unit, round_.pk))
    if kind not in dict(MeetingRecord.KINDS):
        raise BadInput("meeting.kind", N_("Choose the kind of meeting."))
    if not round_.feedback_on <= held_on <= clock.today():
        raise BadInput("meeting.day", N_("Give a day between the feedback and today."))
    if not 0 <= present <= expected or not 0 < expected <= MOST_MEMBERS or not 0 <= sat_in <= MOST_MEMBERS:
        raise BadInput("meeting.counts", N_("{k} of {n} cannot be. Correct the counts."), k=present, n=expected)
    if not minutes.strip():
        raise BadInput("meeting.minutes", N_("Give the number of the minutes."))
    if chair_id is not None and not accounts.posts_of([unit.pk]).filter(pk=chair_id).exists():
        raise BadInput("meeting.chair", N_("The chair must be a post of this unit. Choose one from the list."))
    kept = filing.stored(chunks, file_name) if chunks is not None else {}
    with transaction.atomic():
        if MeetingRecord.objects.filter(round=round_, unit=unit, kind=kind, held_on=held_on, state="kept").exists():
            raise RuleBroken("meeting.twice", N_("This meeting is recorded already. Strike the old record out first."))
        counts = {"expected": expected, "present": present, "sat_in": sat_in}
        row = MeetingRecord(
            round=round_, unit=unit, kind=kind, held_on=held_on, chair_id=chair_id, minutes=minutes.strip()[:80], **counts, **kept
        )
        return write.create(row, actor=actor, verb="keep")


def strike_meeting(*, actor: Actor, meeting_id: int, reason: str, version: int) -> MeetingRecord:
    """Strike a wrong record out; it stays to be read."""
    with transaction.atomic():
        row = queries.meeting(actor, meeting_id, version)
        facts, target = ItemFacts(reason=reason), targets.of_unit(row.unit, row.round_id)
        lifecycle.move(row, "strike", actor=actor, target=target, facts=facts, reason=reason)
    return row


def set_milestone(*, actor: Actor, measure_id: int, code: str, on: date | None, version: int) -> None:
    """Set one day on the way to a due date, or (no day) go back to the day counted from the regime."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        decide.require(actor, "milestone.set", targets.of_measure(measure))
        if measure.is_settled:
            raise RuleBroken("milestone.settled", N_("This measure is finished or waits for its check; its days count no more."))
        if code not in {one.code for one in regimes.profile_of(measure.round.regime).plan_milestones}:
            raise BadInput("milestone.code", N_("The regime knows no such milestone. Load the page again."))
        if on is not None and not measure.round.feedback_on <= on <= measure.due:
            raise BadInput(
                "milestone.day", N_("A milestone lies between the feedback and the due date ({due})."), due=measure.due.isoformat()
            )
        _write_day(actor, measure.pk, code, on)
        write.note(measure, actor=actor, verb="set_milestone", code=code, on=on)


def _write_day(actor: Actor, measure_id: int, code: str, on: date | None) -> None:
    row = OwnMilestone.objects.filter(measure_id=measure_id, code=code).first()
    if row is None and on is not None:
        write.create(OwnMilestone(measure_id=measure_id, code=code, on=on), actor=actor, verb="set")
    elif row is not None and row.on != on:
        write.change(row, {"on": on}, actor=actor, verb="set")
