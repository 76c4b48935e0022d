"""Help asked of another unit for a measure: promised or refused, then given in words and papers. What the plan names is promised already."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.execute import queries
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import lifecycle, load, passing, targets, verbs, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import OPEN_SUPPORTS, EvidenceUse, Measure, Support
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

TEXT_LENGTH = 2000
AT_WORK = ("planned", "in_progress")


def ask_support(*, actor: Actor, measure_id: int, unit_id: int, text: str, version: int, wanted_by: date | None = None) -> Support:
    """Ask a unit for help with one measure; it is not bound until it says yes."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        decide.require(actor, "support.ask", targets.of_measure(measure))
        unit = accounts.unit_by_id(unit_id)
        _may_be_asked(measure, unit.pk, unit.path, text)
        days = regimes.profile_of(measure.round.regime).clocks.support_answer_days
        row = Support(
            measure=measure,
            unit=unit,
            from_unit=measure.lead,
            text=text.strip()[:TEXT_LENGTH],
            asked_on=clock.today(),
            asked_by=actor.holder,
            answer_by=regimes.work_calendar().add_working_days(clock.today(), days).day,
            wanted_by=wanted_by,
        )
        write.note(measure, actor=actor, verb="ask_support", reason=row.text, unit=unit.name)
        made = write.create(row, actor=actor, verb="ask", reason=row.text)
        for finding in verbs.served_by(measure):
            passing.let_see(finding, unit)
        return made


def _may_be_asked(measure: Measure, unit_id: int, path: str, text: str) -> None:
    if measure.state not in AT_WORK:
        raise RuleBroken("support.not_at_work", N_("Support is asked while the measure is being worked on."))
    if path.startswith(measure.lead.path):
        raise RuleBroken("support.own", N_("Support is asked of another unit; your own units are given the work by delegation."))
    if measure.supports.filter(unit_id=unit_id).exists():
        raise RuleBroken("support.planned", N_("The approved plan names this unit as support: it has accepted already."))
    if Support.objects.filter(measure=measure, unit_id=unit_id, state__in=OPEN_SUPPORTS).exists():
        raise RuleBroken("support.open", N_("This unit is asked already. Wait for its answer."))
    if not text.strip():
        raise BadInput("support.no_text", N_("Write what help is asked for."))


def _of_asked(row: Support) -> Target:
    return targets.of_unit(row.unit, row.measure.round_id)


def accept_support(*, actor: Actor, support_id: int, version: int) -> Support:
    """The head promises it; from now the unit has a part in the measure."""
    with transaction.atomic():
        row = queries.support(actor, support_id, version)
        lifecycle.move(row, "accept", actor=actor, target=_of_asked(row), fields={"promised_on": clock.today()})
        _join(row, actor)
        return row


def _join(row: Support, actor: Actor) -> None:
    verbs.add_supports(row.measure, [row.unit])
    for finding in verbs.served_by(row.measure):
        verbs.add_parties(finding, "support", [row.unit])
        passing.forget_asked(finding, row.unit)
    write.note(row.measure, actor=actor, verb="promise_support", unit=row.unit.name)


def refuse_support(*, actor: Actor, support_id: int, reason: str, version: int) -> Support:
    """Refuse with a reason."""
    with transaction.atomic():
        row = queries.support(actor, support_id, version)
        fields = {"answered_on": clock.today(), "answer": reason.strip()[:TEXT_LENGTH]}
        facts = ItemFacts(reason=reason)
        lifecycle.move(row, "refuse", actor=actor, target=_of_asked(row), facts=facts, fields=fields, reason=reason.strip())
        write.note(row.measure, actor=actor, verb="refuse_support", reason=reason.strip()[:TEXT_LENGTH], unit=row.unit.name)
        _leave(row)
        return row


def give_support(*, actor: Actor, support_id: int, answer: str, version: int, evidence_id: int | None = None) -> Support:
    """Say what was done, with a paper already shown for the measure if there is one."""
    with transaction.atomic():
        row = queries.support(actor, support_id, version)
        if evidence_id is not None and not EvidenceUse.objects.filter(measure=row.measure, evidence_id=evidence_id).exists():
            raise BadInput("support.evidence", N_("This paper is not shown for the measure. Add it as evidence first."))
        was_asked = row.state == "asked"
        fields: dict[str, Any] = {"answered_on": clock.today(), "answer": answer.strip()[:TEXT_LENGTH], "evidence_id": evidence_id}
        if was_asked:
            fields["promised_on"] = clock.today()
        facts = ItemFacts(reason=answer)
        lifecycle.move(row, "give", actor=actor, target=_of_asked(row), facts=facts, fields=fields, reason=answer.strip())
        if was_asked:
            _join(row, actor)
        write.note(row.measure, actor=actor, verb="give_support", reason=answer.strip()[:TEXT_LENGTH], unit=row.unit.name)
        return row


def take_back_support(*, actor: Actor, support_id: int, version: int) -> Support:
    """The asker needs it no more."""
    with transaction.atomic():
        row = queries.support(actor, support_id, version)
        was_asked = row.state == "asked"
        lifecycle.move(row, "take_back", actor=actor, target=targets.of_measure(row.measure))
        write.note(row.measure, actor=actor, verb="take_back_support", unit=row.unit.name)
        if was_asked:
            _leave(row)
        return row


def _leave(row: Support) -> None:
    for finding in verbs.served_by(row.measure):
        passing.stop_seeing(finding, row.unit)
