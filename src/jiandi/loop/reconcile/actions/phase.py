"""Close a phase and carry every open item into the next one; undo it by another act."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.reconcile import rules
from jiandi.loop.reconcile.actions import sheets
from jiandi.loop.reconcile.queries import phase as queries
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import PhaseChange, PhaseLine, Reconciliation, Round
from jiandi.record.policy import decide as policy
from jiandi.record.trail.actor import Actor

_UNSEALED = N_("Some entries of the last seconds are not sealed yet, so that the frozen sheet would differ. Try again in a moment.")


def change_phase(*, actor: Actor, round_id: int, reason: str, version: int, document: str = "") -> PhaseChange:
    """Every item of the round is placed in one group, the open ones go on in the next phase; a sheet is frozen as of today.

    Refused while an item of the letter is open, before the planned end without a document, and where the sum is not whole.
    """
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        policy.require(actor, "round.change_phase", targets.of_round(round_))
        write.expect_version(round_, version)
        at, today = queries.standing(round_), clock.today()
        items = queries.placed(round_.pk, today)
        unmet = rules.unmet_phase(queries.facts(round_, at, len(items), document))
        if unmet or at.next is None:
            raise RuleBroken("phase.change", N_("The phase cannot be closed yet."), unmet=tuple(unmet))
        if not reason.strip():
            raise BadInput("phase.no_reason", N_("Write in one sentence on what ground the phase is closed."))
        totals = rules.phase_totals(items)
        change = PhaseChange(
            round=round_,
            from_phase=at.now.code,
            to_phase=at.next.code,
            on=today,
            planned_end=at.planned_end,
            document=document.strip()[:80],
            reason=reason.strip()[:300],
            sheet=_sheet(actor, round_, at.now.name.zh, totals),
            totals=totals,
        )
        origins = queries.origins(round_)
        write.change(
            round_, {"phase": at.next.code}, actor=actor, verb="change_phase", reason=reason.strip()
        )  # first: of two at once, one is told
        write.create(change, actor=actor, verb="change_phase", reason=reason.strip())
        write.attach([PhaseLine(change=change, origin=origins.get(one.finding_id, at.now.code), **asdict(one)) for one in items])
        return change


def _sheet(actor: Actor, round_: Round, phase: str, totals: dict[str, object]) -> Reconciliation:
    """The sheet as of today; it must count the same items in the same states, or the statement would not add up."""
    sheet = sheets.write_sheet(actor=actor, round_=round_, title=_("End of the phase “%(phase)s”") % {"phase": phase}, as_of=clock.today())
    if not rules.adds_up(totals) or sheet.totals["by_state"] != totals["by_state"]:
        raise Conflict("phase.unsealed", _UNSEALED)
    return sheet


def undo_phase(*, actor: Actor, change_id: int, reason: str, version: int) -> PhaseChange:
    """The round goes back into the phase before; the statement and its sheet stay. Only the latest change can be undone."""
    with transaction.atomic():
        change = queries.change(actor, change_id)
        target = targets.of_round(change.round)
        policy.require(actor, "round.change_phase", target)
        write.expect_version(change, version)
        if change.round.phase != change.to_phase:
            raise RuleBroken("phase.not_latest", N_("A later change of phase stands. Undo that one first."))
        lifecycle.move(change, "undo", actor=actor, target=target, facts=ItemFacts(reason=reason), reason=reason.strip())
        write.change(change.round, {"phase": change.from_phase}, actor=actor, verb="undo_phase", reason=reason.strip())
        return change
