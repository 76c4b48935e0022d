"""What follows once a finding was passed on: lead, parties, measures and checkers; and who sees it while somebody is asked."""

from __future__ import annotations

from jiandi.base import clock
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, verbs, write
from jiandi.record.ledger.models import Finding, FindingParty, Measure, Support, Transfer
from jiandi.record.trail.actor import Actor

_AT_REST = ("done", "failed", "dropped")
_HELD = ("accepted", "ordered")


def let_see(finding: Finding, unit: Unit) -> None:
    """Whoever is asked sees what it is asked about; the caller's entry carries the fact."""
    verbs.add_parties(finding, "asked", [unit])


def stop_seeing(finding: Finding, unit: Unit) -> None:
    """Nothing is asked of the unit any more, unless something else still is."""
    transfers = Transfer.objects.filter(finding=finding, to_unit=unit, state="asked")
    supports = Support.objects.filter(measure__serves__finding=finding, unit=unit, state="asked")
    if not transfers.exists() and not supports.exists():
        forget_asked(finding, unit)


def forget_asked(finding: Finding, unit: Unit) -> None:
    FindingParty.objects.filter(finding=finding, unit=unit, part="asked").delete()


def unlet_see(row: Transfer) -> None:
    stop_seeing(row.finding, row.to_unit)


def carry_out(row: Transfer, *, actor: Actor) -> None:
    """Inside the caller's transaction, after the row was accepted or ordered."""
    stop_seeing(row.finding, row.to_unit)
    if row.kind == "delegation":
        if row.to_unit_id != row.finding.lead_id:
            verbs.add_parties(row.finding, "delegate", [row.to_unit])
        write.note(row.finding, actor=actor, verb="delegate", reason=row.reason, to=row.to_unit.name)
        return
    _change_lead(row, actor)
    end_delegations(row.finding, actor=actor)
    verbs.stop_closings(row.finding, actor=actor)


def _change_lead(row: Transfer, actor: Actor) -> None:
    """The passer keeps a part and stays accountable; where the problem was found stays; nobody checks itself."""
    finding, new = row.finding, row.to_unit
    write.change(finding, {"lead_id": new.pk}, actor=actor, verb="transfer", reason=row.document or row.reason)
    verbs.set_parties(finding, "lead", [new])
    verbs.add_parties(finding, "passer", [row.from_unit])
    FindingParty.objects.filter(finding=finding, unit=new, part__in=["support", "share"]).delete()
    _replace_verifiers(finding, new)
    _hand_measures(row, actor)


def _replace_verifiers(finding: Finding, new: Unit) -> None:
    """Checkers inside the new lead give way to the round's default for it, where there is one outside."""
    verifiers = FindingParty.objects.filter(finding=finding, part="verifier").select_related("unit")
    kept = [one.unit for one in verifiers if not one.unit.path.startswith(new.path)]
    if not kept and (found := verbs.choose_verifier(verbs.default_verifiers(finding.round), new)):
        kept = [found]
    verbs.set_parties(finding, "verifier", kept)


def _hand_measures(row: Transfer, actor: Actor) -> None:
    """What is still to be done goes with the finding; a measure that serves another lead's finding too, of whichever letter,
    stays, and its lead keeps a share.
    """
    others = Finding.objects.exclude(pk=row.finding_id).exclude(lead=row.to_unit).exclude(state="withdrawn")
    owed = Measure.objects.filter(findings=row.finding_id, lead=row.from_unit).exclude(state__in=_AT_REST)
    for measure in owed.order_by("pk"):
        if not others.filter(served_by__measure=measure).exists():
            write.change(measure, {"lead_id": row.to_unit_id}, actor=actor, verb="transfer", reason=row.document or row.reason)
        else:
            verbs.add_parties(row.finding, "share", [row.from_unit])


def end_delegations(finding: Finding, *, actor: Actor, after: Transfer | None = None) -> None:
    """What was passed down inside the unit ends: all of it with a new lead, or only what came after a row that ended."""
    rows = Transfer.objects.filter(finding=finding, kind="delegation").select_related("to_unit")
    if after is not None:
        rows = rows.filter(pk__gt=after.pk)
    ended = [after] if after is not None else []
    for row in rows.filter(state__in=_HELD).order_by("pk"):
        lifecycle.move(row, "end_with_lead", actor=actor, fields={"ended_on": clock.today()})
        ended.append(row)
    for row in rows.filter(state="asked"):
        lifecycle.move(row, "lapse", actor=actor)
        stop_seeing(finding, row.to_unit)
    FindingParty.objects.filter(finding=finding, part="delegate", unit__in=[one.to_unit_id for one in ended]).delete()
