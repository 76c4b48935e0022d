"""Writes: a cause that lies higher up. The unit proposes it, the office forwards it or lists it, who answers learns no names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import queries, rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, targets, verbs, write
from jiandi.record.ledger.facts import ItemFacts, RaisedFacts
from jiandi.record.ledger.models import OPEN_RAISED, Finding, RaisedCause
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

TEXT_LENGTH = 2000
TITLE_LENGTH = 200


@dataclass(frozen=True)
class Brought:
    """What the person brings along; each verb asks for some of it (``ASKED``)."""

    text: str = ""
    unit_id: int | None = None
    document: str = ""
    on: date | None = None
    to: str = ""


ASKED: Mapping[str, tuple[str, ...]] = {
    "forward": ("unit_id", "text"),
    "list": ("text",),
    "return": ("text",),
    "take_back": ("text",),
    "accept": ("text",),
    "refuse": ("text",),
    "raise": ("document", "on", "to"),
    "answer": ("document", "on", "text"),
}


def propose_cause(*, actor: Actor, cause_id: int, text: str, suggested_id: int | None = None, version: int) -> RaisedCause:
    """The lead unit says that a cause lies higher up: with the unit it thinks of, or beyond this level."""
    with transaction.atomic():
        cause = queries.cause(actor, cause_id, version)
        finding, lead = cause.finding, cause.finding.lead
        decide.require(actor, "raised_cause.propose", targets.of_finding(finding))
        if finding.state not in rules.WRITABLE or lead is None:
            raise RuleBroken("raised.state", N_("A cause is proposed while its finding is open and not yet handed in."))
        if RaisedCause.objects.filter(cause=cause, state__in=OPEN_RAISED).exists():
            raise RuleBroken("raised.open", N_("This cause is proposed already. Wait for what becomes of it."))
        row = RaisedCause(
            finding=finding,
            cause=cause,
            proposed_by=lead,
            suggested=_higher(lead, suggested_id) if suggested_id else None,
            text=_written(text),
            proposed_on=clock.today(),
        )
        write.note(cause, actor=actor, verb="propose")  # first: of two at once, one is told
        return write.create(row, actor=actor, verb="propose")


def take_step(*, actor: Actor, raised_id: int, verb: str, brought: Brought, version: int) -> RaisedCause:
    """Take one of the steps in ``ASKED``."""
    if verb not in ASKED:
        raise NotFound("raised.no_step", N_("There is no such step."))
    with transaction.atomic():
        row = queries.raised(actor, raised_id, version).row
        step = lifecycle.find("raisedcause", row.state, verb)
        decide.require(actor, step.who, _target(row, step.who))
        fields, facts = _STEPS[verb](row, brought)
        lifecycle.move(row, verb, actor=actor, target=_target(row, step.who), facts=facts, fields=fields, reason=_reason(verb, brought))
    return row


def register_from(*, actor: Actor, raised_id: int, title: str, version: int) -> Finding:
    """A finding of its own for the unit that accepted. It has the forwarded words and no tie to the finding behind them."""
    with transaction.atomic():
        row = queries.raised(actor, raised_id, version).row
        decide.require(actor, "finding.register", targets.of_round(row.finding.round))
        if row.state != "accepted" or row.unit is None:
            raise RuleBroken("raised.not_accepted", N_("Only a cause that the unit accepted becomes a finding of its own."))
        if row.led_to_id:
            raise RuleBroken("raised.registered", N_("A finding was registered from it already."))
        named = title.strip()[:TITLE_LENGTH] or rules.title_from(row.sent_text)
        new = verbs.NewFinding(title=named, verbatim=row.sent_text, source="self", lead=row.unit, found_in=row.unit)
        finding = verbs.register_findings(actor=actor, round_=row.finding.round, new=[new])[0]
        write.change(row, {"led_to_id": finding.pk}, actor=actor, verb="register")
    return finding


def _target(row: RaisedCause, who: str) -> Target:
    """The receiver stands to its own unit; everybody else to the finding."""
    if who == "raised_cause.answer":
        return targets.of_unit(row.unit, row.finding.round_id) if row.unit else Target()
    return targets.of_finding(row.finding)


def _reason(verb: str, brought: Brought) -> str:
    return brought.text.strip()[:TEXT_LENGTH] if verb in ("return", "take_back") else ""


Made = tuple[dict[str, Any], Any]


def _forward(row: RaisedCause, brought: Brought) -> Made:
    text = brought.text.strip()[:TEXT_LENGTH]
    unit = _higher(row.proposed_by, brought.unit_id) if brought.unit_id else None
    facts = RaisedFacts(text=text, hidden=queries.names_to_hide(row), has_receiver=unit is not None)
    days = regimes.profile_of(row.finding.round.regime).clocks.cause_answer_days
    fields = {"unit_id": unit.pk if unit else None, "sent_text": text, **_from_today(days)}
    return {**fields, "forwarded_on": clock.today(), "answer": "", "answered_on": None}, facts


def _list(_row: RaisedCause, brought: Brought) -> Made:
    text = brought.text.strip()[:TEXT_LENGTH]
    fields = {"unit_id": None, "sent_text": text, "answer": "", "answered_on": None, "answer_by": None, "forwarded_on": None}
    return fields, RaisedFacts(text=text)


def _raise(row: RaisedCause, brought: Brought) -> Made:
    number = brought.document.strip()[:80]
    days = regimes.profile_of(row.finding.round.regime).clocks.matter_answer_days
    fields = {"document": number, "raised_on": brought.on, "raised_to": brought.to.strip()[:120], **_from_today(days)}
    return fields, RaisedFacts(document=number, on=brought.on, not_before=row.proposed_on, today=clock.today())


def _answer_matter(row: RaisedCause, brought: Brought) -> Made:
    number, text = brought.document.strip()[:80], brought.text.strip()[:TEXT_LENGTH]
    facts = RaisedFacts(text=text, document=number, on=brought.on, not_before=row.raised_on, today=clock.today())
    return {"answer": text, "answer_document": number, "answered_on": brought.on}, facts


def _answer(_row: RaisedCause, brought: Brought) -> Made:
    text = brought.text.strip()[:TEXT_LENGTH]
    return {"answer": text, "answered_on": clock.today()}, RaisedFacts(text=text)


def _with_reason(_row: RaisedCause, brought: Brought) -> Made:
    reason = brought.text.strip()[:TEXT_LENGTH]
    return {"answer": reason}, ItemFacts(reason=reason)


_STEPS: Mapping[str, Callable[[RaisedCause, Brought], Made]] = {
    "forward": _forward,
    "list": _list,
    "return": _with_reason,
    "take_back": _with_reason,
    "accept": _answer,
    "refuse": _answer,
    "raise": _raise,
    "answer": _answer_matter,
}


def _from_today(days: int) -> dict[str, date]:
    return {"answer_by": regimes.work_calendar().add_working_days(clock.today(), days).day}


def _higher(proposer: Unit, unit_id: int | None) -> Unit:
    """A unit that may be the one: beside or above who proposes, never below it."""
    found = next((unit for unit in queries.higher_units(proposer) if unit.pk == unit_id), None)
    if found is None:
        raise RuleBroken(
            "raised.not_higher", N_("A cause is taken to a unit beside or above the one that proposes it. Choose one from the list.")
        )
    return found


def _written(text: str) -> str:
    if not text.strip():
        raise BadInput("raised.text", N_("Write what lies higher up."))
    return text.strip()[:TEXT_LENGTH]
