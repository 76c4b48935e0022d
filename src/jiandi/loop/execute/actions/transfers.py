"""Passing a finding on: asked, then accepted or refused by the receiver, or ordered by a superior. Until then it stays where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.execute import queries
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger import lifecycle, load, passing, targets, write
from jiandi.record.ledger.change_guards import PASSED_ON_IN
from jiandi.record.ledger.facts import ItemFacts, TransferFacts
from jiandi.record.ledger.models import Finding, PlanVersion, Transfer
from jiandi.record.policy import decide, independence
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

TEXT_LENGTH = 2000
NUMBER_LENGTH = 80


@dataclass(frozen=True)
class Order:
    """The superior's order: its document and day, and why."""

    document: str
    ordered_on: date | None
    reason: str = ""


def ask_transfer(*, actor: Actor, finding_id: int, to_unit_id: int, reason: str, version: int) -> Transfer:
    """改派: the head of the lead asks another unit to take the finding over."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        decide.require(actor, "transfer.ask", targets.of_finding(finding))
        write.expect_version(finding, version)
        lead = _may_pass(finding, "transfer", reason)
        to = accounts.unit_by_id(to_unit_id)
        depth = regimes.profile_of(finding.round.regime).clocks.transfer_depth
        if queries.passes(finding.pk, "transfer") >= depth:
            raise RuleBroken(
                "transfer.too_deep",
                N_("It has changed hands {n} times already, which is the most. Only a superior's order moves it now."),
                n=depth,
            )
        if to.path.startswith(lead.path):
            raise RuleBroken("transfer.inside", N_("{unit} is inside the lead unit. Delegate it instead."), unit=to.name)
        return _ask(actor, finding, Transfer(finding=finding, kind="transfer", from_unit=lead, to_unit=to, reason=reason.strip()))


def delegate(*, actor: Actor, finding_id: int, to_unit_id: int, reason: str, version: int, to_post_id: int | None = None) -> Transfer:
    """交办: inside the unit that holds it now, to a unit below or to a post; the passer stays accountable."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        lead = _may_pass(finding, "delegation", reason)
        chain = queries.delegations(finding.pk)
        holder = chain[-1].to_unit if chain else lead
        decide.require(actor, "transfer.ask", _of_passer(finding, holder))
        write.expect_version(finding, version)
        depth = regimes.profile_of(finding.round.regime).clocks.transfer_depth
        if len(chain) >= depth:
            raise RuleBroken("delegation.too_deep", N_("It has been passed down {n} times already, which is the most."), n=depth)
        to, post = accounts.unit_by_id(to_unit_id), queries.post(to_post_id)
        _inside(holder, to, post)
        row = Transfer(finding=finding, kind="delegation", from_unit=holder, to_unit=to, to_post=post, reason=reason.strip())
        return _ask(actor, finding, row)


def _inside(holder: Unit, to: Unit, post: Post | None) -> None:
    if not to.path.startswith(holder.path):
        raise RuleBroken(
            "delegation.outside", N_("{unit} is not inside {holder}. Ask for a transfer instead."), unit=to.name, holder=holder.name
        )
    if post is not None and post.unit_id != to.pk:
        raise BadInput("delegation.post", N_("The post is not in this unit. Choose another."))
    if post is None and to.pk == holder.pk:
        raise BadInput("delegation.to_itself", N_("Choose a unit below, or a post in your own unit."))


def _may_pass(finding: Finding, kind: str, reason: str) -> Unit:
    """The lead, unless something speaks against passing it on."""
    if finding.state not in PASSED_ON_IN or finding.lead is None:
        text = N_("It is being verified, or nothing more is owed. Only what is being worked on changes hands.")
        raise RuleBroken("transfer.state", text)
    if Transfer.objects.filter(finding=finding, kind=kind, state="asked").exists():
        raise RuleBroken("transfer.open", N_("Somebody is asked already. Wait for the answer, or take it back."))
    if not reason.strip():
        raise BadInput("transfer.no_reason", N_("Write why it is passed on."))
    return finding.lead


def _ask(actor: Actor, finding: Finding, row: Transfer) -> Transfer:
    days = regimes.profile_of(finding.round.regime).clocks.transfer_answer_days
    row.reason = row.reason[:TEXT_LENGTH]
    row.asked_on, row.asked_by = clock.today(), actor.holder
    row.answer_by = regimes.work_calendar().add_working_days(row.asked_on, days).day
    write.note(finding, actor=actor, verb=f"ask_{row.kind}", reason=row.reason, to=row.to_unit.name)
    made = write.create(row, actor=actor, verb="ask", reason=row.reason)
    passing.let_see(finding, row.to_unit)
    return made


def _of_passer(finding: Finding, holder: Unit) -> Target:
    return Target(finding.round_id, (("lead", holder.path),))


def _of_receiver(row: Transfer) -> Target:
    """A post answers for itself; a unit by its head."""
    if row.to_post_id:
        return Target(row.finding.round_id, leader_post_id=row.to_post_id)
    return targets.of_unit(row.to_unit, row.finding.round_id)


def accept_transfer(*, actor: Actor, transfer_id: int, version: int, answer: str = "") -> Transfer:
    """The receiver takes it over: a transfer changes the lead, a delegation adds whoever works on it."""
    with transaction.atomic():
        row = queries.transfer(actor, transfer_id, version)
        facts = TransferFacts(row.finding.state, _under_review(row), independence=tuple(_own_asking(actor, row)))
        fields = {"answered_on": clock.today(), "answer": answer.strip()[:TEXT_LENGTH]}
        lifecycle.move(row, "accept", actor=actor, target=_of_receiver(row), facts=facts, fields=fields, reason=answer.strip())
        passing.carry_out(row, actor=actor)
        return row


def _own_asking(actor: Actor, row: Transfer) -> Sequence[object]:
    return [independence.own_request()] if actor.holder == row.asked_by and not actor.is_system else []


def _under_review(row: Transfer) -> bool:
    """The plan of the old lead would be decided about a finding that it leads no more."""
    if row.kind != "transfer":
        return False
    return PlanVersion.objects.filter(round_id=row.finding.round_id, unit_id=row.from_unit_id, state="submitted").exists()


def refuse_transfer(*, actor: Actor, transfer_id: int, reason: str, version: int) -> Transfer:
    """Refuse with a reason; it stays with whoever has it."""
    with transaction.atomic():
        row = queries.transfer(actor, transfer_id, version)
        fields = {"answered_on": clock.today(), "answer": reason.strip()[:TEXT_LENGTH]}
        facts = ItemFacts(reason=reason)
        lifecycle.move(row, "refuse", actor=actor, target=_of_receiver(row), facts=facts, fields=fields, reason=reason.strip())
        write.note(row.finding, actor=actor, verb=f"refuse_{row.kind}", reason=reason.strip()[:TEXT_LENGTH], by=row.to_unit.name)
        passing.unlet_see(row)
        return row


def take_back_transfer(*, actor: Actor, transfer_id: int, version: int) -> Transfer:
    """The asker thinks better of it before it is answered."""
    with transaction.atomic():
        row = queries.transfer(actor, transfer_id, version)
        lifecycle.move(row, "take_back", actor=actor, target=_of_passer(row.finding, row.from_unit))
        write.note(row.finding, actor=actor, verb=f"take_back_{row.kind}")
        passing.unlet_see(row)
        return row


def end_delegation(*, actor: Actor, transfer_id: int, reason: str, version: int) -> Transfer:
    """The passer takes delegated work back into its own hands, with everything passed down further."""
    with transaction.atomic():
        row = queries.transfer(actor, transfer_id, version)
        if row.kind != "delegation":
            raise RuleBroken("transfer.not_delegated", N_("A transfer is not taken back once accepted. Ask for another transfer."))
        if not reason.strip():
            raise BadInput("transfer.no_reason", N_("Write why it is passed on."))
        fields: dict[str, Any] = {"ended_on": clock.today()}
        lifecycle.move(row, "end", actor=actor, target=_of_passer(row.finding, row.from_unit), fields=fields, reason=reason.strip())
        write.note(row.finding, actor=actor, verb="end_delegation", reason=reason.strip()[:TEXT_LENGTH])
        passing.end_delegations(row.finding, actor=actor, after=row)
        return row


def order_transfer(*, actor: Actor, finding_id: int, to_unit_id: int, order: Order, version: int) -> Transfer:
    """A superior's order moves it without the receiver's word, whatever was asked before; the office records the document."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        target = targets.of_finding(finding)
        decide.require(actor, "transfer.order", target)
        write.expect_version(finding, version)
        lead, to = finding.lead, accounts.unit_by_id(to_unit_id)
        if lead is None or lead.pk == to.pk:
            raise RuleBroken("transfer.same", N_("Choose a unit other than the one that leads it now. One without a lead is assigned."))
        asked = Transfer.objects.filter(finding=finding, kind="transfer", state="asked").select_related("to_unit").first()
        if asked is not None and asked.to_unit_id != to.pk:
            lifecycle.move(asked, "lapse", actor=actor)
            passing.unlet_see(asked)
            asked = None
        row = asked or _new_order(actor, finding, lead, to, order)
        row.finding = finding
        number = order.document.strip()[:NUMBER_LENGTH]
        facts = TransferFacts(finding.state, _under_review(row), number, order.ordered_on, clock.today())
        fields = {"answered_on": clock.today(), "document": number, "ordered_on": order.ordered_on}
        lifecycle.move(row, "order", actor=actor, target=target, facts=facts, fields=fields, reason=number)
        passing.carry_out(row, actor=actor)
        return row


def _new_order(actor: Actor, finding: Finding, lead: Unit, to: Unit, order: Order) -> Transfer:
    reason = order.reason.strip()[:TEXT_LENGTH] or order.document.strip()
    if not reason:
        raise BadInput("transfer.no_document", N_("Give the number of the superior's order."))
    row = Transfer(finding=finding, kind="transfer", from_unit=lead, to_unit=to, reason=reason)
    row.asked_on, row.asked_by, row.answer_by = clock.today(), actor.holder, clock.today()
    return write.create(row, actor=actor, verb="ask", reason=reason)
