"""Stage goals of a measure (set, met, dropped) and the cycles of a recurring duty."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries
from jiandi.loop.plan.actions import measures
from jiandi.record.ledger import load, targets, write
from jiandi.record.ledger.models import KeptCycle, Measure, StageGoal
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

LONGEST = 300


def set_goal(*, actor: Actor, measure_id: int, text: str, due: date | None, version: int) -> StageGoal:
    """One more goal on the way of a measure: a text and a day between the feedback and the measure's own date."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        measures.expect_writable(actor, measure)
        words = text.strip()
        if not words or due is None:
            raise BadInput("goal.empty", N_("A stage goal has a text and a day."))
        start = measure.round.feedback_on
        if not start <= due <= max(measure.due, start):
            limits = {"start": start.isoformat(), "end": measure.due.isoformat()}
            raise BadInput(
                "goal.due", N_("A stage goal lies between the feedback ({start}) and the date of the measure ({end})."), **limits
            )
        if StageGoal.objects.filter(measure=measure, due=due, is_dropped=False).exists():
            raise RuleBroken("goal.doubled", N_("There is a stage goal for that day already. Drop it first, or choose another day."))
        goal = write.create(StageGoal(measure=measure, text=words[:LONGEST], due=due, not_before=start), actor=actor, verb="set_goal")
        write.change(measure, {}, actor=actor, verb="set_goal")
    return goal


def drop_goal(*, actor: Actor, goal_id: int, version: int) -> StageGoal:
    """Take a goal off while its measure is a draft; a goal that was met stays."""
    with transaction.atomic():
        goal = queries.goal(actor, goal_id, version)
        measures.expect_writable(actor, goal.measure)
        if goal.measure.state != "draft" or goal.met_on:
            raise RuleBroken("goal.approved", N_("This stage goal is part of an approved plan. It stays."))
        write.change(goal, {"is_dropped": True}, actor=actor, verb="drop_goal")
    return goal


def meet_goal(*, actor: Actor, goal_id: int, met_on: date | None, version: int) -> StageGoal:
    """The lead unit says that a goal was reached, and on which day."""
    with transaction.atomic():
        goal = queries.goal(actor, goal_id, version)
        decide.require(actor, "claim.say", targets.of_measure(goal.measure))
        if goal.measure.state == "draft" or not goal.measure.counts:
            raise RuleBroken("goal.not_approved", N_("A stage goal is met once its plan is approved."))
        if goal.met_on:
            raise RuleBroken("goal.met", N_("This stage goal is met already."))
        if met_on is None or met_on > clock.today() or met_on < goal.not_before:
            raise BadInput("goal.met_on", N_("Give the day on which it was reached: not before the feedback, not a day to come."))
        write.change(goal, {"met_on": met_on}, actor=actor, verb="meet_goal")
    return goal


def keep_cycle(*, actor: Actor, measure_id: int, due: date | None, kept_on: date | None, text: str) -> Measure:
    """A recurring duty was kept for the cycle that ends on ``due``: what was done, and on which day."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id)
        decide.require(actor, "claim.say", targets.of_measure(measure))
        Measure.objects.select_for_update().get(pk=measure.pk)  # a cycle is kept once
        duty = queries.duties_of(measure.round, [measure]).get(measure.pk)
        if duty is None:
            raise RuleBroken("duty.none", N_("This measure is not a recurring duty, or its plan is not approved."))
        if due is None or due not in (*duty.missed, duty.next_due):
            raise BadInput("duty.cycle", N_("Choose a cycle of this duty that is still open."))
        if kept_on is None or not measure.round.feedback_on <= kept_on <= clock.today():
            raise BadInput("duty.kept_on", N_("Give the day on which it was done: not before the feedback, not a day to come."))
        if not text.strip():
            raise BadInput("duty.text", N_("Write in one sentence what was done."))
        rows = {"due": due, "kept_on": kept_on, "text": text.strip()[:LONGEST], "holder": actor.holder}
        write.create(KeptCycle(measure=measure, **rows), actor=actor, verb="keep_cycle")
    return measure
