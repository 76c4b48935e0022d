"""Freeze a sheet, decide on its lines, meet the tasks, finish the meeting."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.conf import settings
from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.reconcile import queries, rules
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.models import Decision, Reconciliation, ReconciliationLine, Round
from jiandi.record.policy import decide as policy
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor

TITLE_LENGTH = 120
TEXT_LENGTH = 300


def freeze_sheet(*, actor: Actor, round_id: int, title: str, as_of: date) -> Reconciliation:
    """Write down how every finding of the round stood at the last seal before the end of a day. It never changes."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        policy.require(actor, "reconciliation.freeze", targets.of_round(round_))
        if not title.strip():
            raise BadInput("reconcile.no_title", N_("Give the sheet a name."))
        if as_of > clock.today():
            raise BadInput("reconcile.future", N_("{day} is still to come. A sheet is frozen as of today or an earlier day."), day=as_of)
        return write_sheet(actor=actor, round_=round_, title=title, as_of=as_of)


def write_sheet(*, actor: Actor, round_: Round, title: str, as_of: date) -> Reconciliation:
    """The sheet with its lines, in the transaction of the act that needs it."""
    head = trail.head_before(as_of)
    lines = queries.lines_at(round_.pk, head, as_of) if head else []
    if head is None or not lines:
        raise RuleBroken(
            "reconcile.nothing_sealed",
            N_("Nothing of this round had been recorded and sealed by the end of {day}. Choose a later day."),
            day=as_of,
        )
    algorithm = settings.JIANDI_ALGORITHM
    sheet = Reconciliation(
        round=round_,
        title=title.strip()[:TITLE_LENGTH],
        as_of=as_of,
        seal_size=head.size,
        algorithm=algorithm,
        digest=rules.digest(lines, algorithm),
        totals=rules.totals(lines),
    )
    write.create(sheet, actor=actor, verb="freeze")
    write.attach([ReconciliationLine(sheet=sheet, **asdict(line)) for line in lines])
    return sheet


def decide(
    *, actor: Actor, sheet_id: int, finding_id: int, kind: str, text: str = "", due: date | None = None, version: int = 0
) -> Decision:
    """What the meeting decided on one line; ``version`` is that of the decision to be changed, 0 for the first one."""
    with transaction.atomic():
        sheet = queries.sheet(actor, sheet_id)
        target = targets.of_round(sheet.round)
        policy.require(actor, "reconciliation.decide", target)
        finding = queries.finding_on(actor, sheet, finding_id)
        _still_open(sheet)
        if unmet := rules.unmet_decision(kind, text, due, clock.today()):
            raise RuleBroken("reconcile.decide", N_("The decision is not complete."), unmet=tuple(unmet))
        if sheet.state == "frozen":
            lifecycle.move(sheet, "hold", actor=actor, target=target)
        fields = {"kind": kind, "text": text.strip()[:TEXT_LENGTH], "due": due}
        decision = Decision.objects.filter(sheet=sheet, finding=finding).first()
        if decision is None:
            return write.create(Decision(sheet=sheet, finding=finding, **fields), actor=actor, verb="decide")
        write.expect_version(decision, version)
        _not_met(decision)
        write.change(decision, fields, actor=actor, verb="decide")
        return decision


def _still_open(sheet: Reconciliation) -> None:
    if sheet.state == "finished":
        raise RuleBroken("reconcile.finished", N_("This meeting is finished. Decide in the next one."))


def _not_met(decision: Decision) -> None:
    if decision.state == "met":
        raise RuleBroken("reconcile.met", N_("This task is met already. Decide anew on the next sheet."))


def meet_task(*, actor: Actor, decision_id: int, version: int) -> Decision:
    """The task of a decision was carried out."""
    with transaction.atomic():
        decision = queries.decision(actor, decision_id)
        policy.require(actor, "reconciliation.decide", targets.of_round(decision.sheet.round))
        if decision.kind not in rules.TASKS:
            raise NotFound("reconcile.no_task", N_("This decision set no task."))
        write.expect_version(decision, version)
        lifecycle.move(decision, "meet", actor=actor, target=targets.of_round(decision.sheet.round))
        return decision


def finish_sheet(*, actor: Actor, sheet_id: int, version: int) -> Reconciliation:
    """The meeting is over; its open tasks stand at the head of the next sheet."""
    with transaction.atomic():
        sheet = queries.sheet(actor, sheet_id)
        policy.require(actor, "reconciliation.finish", targets.of_round(sheet.round))
        write.expect_version(sheet, version)
        lifecycle.move(sheet, "finish", actor=actor, target=targets.of_round(sheet.round))
        return sheet
