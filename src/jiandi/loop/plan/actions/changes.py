"""Changes of approved measures: asked with a reason, carried by a new version, in effect once that is approved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries, rules
from jiandi.loop.plan.actions import measures as drafting
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, targets, verbs, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import Finding, Measure, PlanChange, PlanVersion
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

CHANGEABLE = frozenset({"text", "due_text", "lead_id", "standard", "target_value"})
OPEN = ("planned", "in_progress")


def ask_change(*, actor: Actor, measure_id: int, reason: str, version: int, drop: bool = False, **changes: Any) -> PlanChange:
    """Ask that an approved measure be changed or dropped. Nothing happens to it before a version with the change is approved.

    ``changes``: text, due_text, lead_id, standard, target_value, only those that are to change.
    """
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        decide.require(actor, "measure.write", targets.of_measure(measure))
        findings = sorted(verbs.served_by(measure), key=lambda f: f.round_id != measure.round_id)  # those at home come first
        _expect_askable(measure, findings)
        if not reason.strip():
            raise BadInput("change.reason", N_("Say why the plan is to be changed."))
        fields = {} if drop else _fields(measure, findings[0], changes)
        if drop:
            drafting.expect_whole_without(findings, measure)
        elif not fields:
            raise BadInput("change.nothing", N_("This changes nothing. Write what is to be different."))
        change = PlanChange(
            measure=measure,
            kind="drop" if drop else "change",
            fields=fields,
            reason=reason.strip()[:300],
            asked_by=actor.holder,
            asked_at=clock.now(),
        )
        return write.create(change, actor=actor, verb="ask")


def _expect_askable(measure: Measure, findings: Sequence[Finding]) -> None:
    if measure.state not in OPEN:
        text = N_("Measure {number} is a draft, claimed or finished. Only an approved one that is under way is changed like this.")
        raise RuleBroken("change.state", text, number=measure.number)
    for finding in findings:
        drafting.expect_not_under_review(finding)
    if measure.changes.filter(state="open").exists():
        raise RuleBroken("change.open", N_("A change of measure {number} is asked already. Take it back first."), number=measure.number)


def _fields(measure: Measure, finding: Finding, changes: dict[str, Any]) -> dict[str, Any]:
    """What would really differ, as plain values by the columns of the measure."""
    if strange := sorted(set(changes) - CHANGEABLE):
        raise TypeError(strange)
    if "due_text" in changes and changes["due_text"] != measure.due_text and measure.due < clock.today():
        text = N_("Measure {number} is overdue; a later date is refused. Explain the delay, the supervisor sets a new day.")
        raise RuleBroken("change.overdue", text, number=measure.number)
    wished = drafting.changed_fields(measure, finding, changes)
    lead = wished.pop("lead")
    wished |= {"lead_id": lead.pk}
    for name in ("first_due", "not_before"):  # the day first agreed stays, and with it what it was measured by
        wished.pop(name, None)
    return {name: _plain(value) for name, value in wished.items() if value != getattr(measure, name)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value


def take_back_change(*, actor: Actor, change_id: int, version: int) -> PlanChange:
    """The unit no longer wants a change that is not decided yet."""
    with transaction.atomic():
        change = queries.change(actor, change_id, version)
        for finding in verbs.served_by(change.measure):
            drafting.expect_not_under_review(finding)
        lifecycle.move(change, "take_back", actor=actor, target=targets.of_measure(change.measure))
    return change


def apply_changes(actor: Actor, plan: PlanVersion, unit: Unit) -> set[int]:
    """All changes the version carries take effect; the findings they touch. The first agreed date stays what it was."""
    touched: set[int] = set()
    for change in queries.open_changes(plan.round_id, unit.pk):
        measure = change.measure
        if measure.state not in OPEN:
            text = N_("Measure {number} was claimed or finished in the meantime. Return the plan, so that its change is taken back.")
            raise RuleBroken("change.overtaken", text, number=measure.number)
        served = verbs.served_by(measure)
        if change.kind == "drop":
            drafting.expect_whole_without(served, measure)
            facts = ItemFacts(reason=change.reason)
            lifecycle.move(measure, "drop_approved", actor=actor, facts=facts, reason=change.reason)
        else:
            write.change(measure, queries.as_written(change), actor=actor, verb="change_plan", reason=change.reason)
        lifecycle.move(change, "apply", actor=actor, fields={"plan_id": plan.pk})
        if len(served) > 1:
            verbs.tell_others(measure, actor=actor, verb=f"measure_{change.kind}", seen_from=())
        touched |= {f.pk for f in served}
    return touched


def carry_on(actor: Actor, finding: Finding, measures: Iterable[Measure]) -> None:
    """A finding under way ends with the latest of its measures; its first date never changes."""
    latest = rules.latest_due((m.due, m.recurs) for m in measures if m.counts)
    if latest and finding.due and latest > finding.due:
        write.change(finding, {"due": latest}, actor=actor, verb="change_plan")
    verbs.keep_claims(finding, actor=actor, verb="recount")
