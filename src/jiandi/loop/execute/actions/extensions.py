"""A later date, or long-term work: asked in time by the head of the lead, answered by the office. And what is overdue gets a day to make good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.execute import queries
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, reads, targets, write
from jiandi.record.ledger.facts import CatchUpFacts, ExtensionFacts, ItemFacts
from jiandi.record.ledger.models import CatchUp, Extension, Finding, Measure
from jiandi.record.ledger.models.finding import RUNNING_STATES
from jiandi.record.policy import decide
from jiandi.record.regimes import lights
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

TEXT_LENGTH = 2000


@dataclass(frozen=True)
class Wanted:
    """What the unit asks for: a later day, or long-term work with its stage goal and next review."""

    kind: str = "date"
    reason: str = ""
    wanted_to: date | None = None
    stage_goal: str = ""
    next_review: date | None = None


def ask_extension(*, actor: Actor, finding_id: int, wanted: Wanted, version: int) -> Extension:
    """Ask before the due date, with a reason; the clock runs on until the office answers."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        decide.require(actor, "extension.ask", targets.of_finding(finding))
        write.expect_version(finding, version)
        lead, due = _may_ask(finding)
        _complete(wanted, due)
        days = regimes.profile_of(finding.round.regime).clocks.extension_answer_days
        asked = Extension(
            finding=finding,
            unit=lead,
            kind=wanted.kind,
            reason=wanted.reason.strip()[:TEXT_LENGTH],
            due_before=due,
            wanted_to=wanted.wanted_to if wanted.kind == "date" else None,
            stage_goal=wanted.stage_goal.strip()[:300],
            next_review=wanted.next_review,
            asked_on=clock.today(),
            asked_by=actor.holder,
            answer_by=regimes.work_calendar().add_working_days(clock.today(), days).day,
        )
        write.note(finding, actor=actor, verb="ask_extension", reason=asked.reason)  # first: of two at once, one is told
        return write.create(asked, actor=actor, verb="ask", reason=asked.reason)


def _may_ask(finding: Finding) -> tuple[Unit, date]:
    """The lead and the day now agreed, unless something speaks against asking."""
    if finding.state not in RUNNING_STATES or finding.lead is None or finding.due is None:
        raise RuleBroken("extension.not_running", N_("Only an open finding with a lead unit and a due date is extended."))
    if clock.today() > finding.due:
        raise RuleBroken(
            "extension.too_late",
            N_("The due date {day} has passed; an extension is asked before it. Explain why it is overdue instead."),
            day=finding.due,
        )
    if Extension.objects.filter(finding=finding, state="asked").exists():
        raise RuleBroken("extension.open", N_("An extension is asked already. Wait for the answer, or take it back."))
    return finding.lead, finding.due


def _complete(wanted: Wanted, due: date) -> None:
    if not wanted.reason.strip():
        raise BadInput("extension.no_reason", N_("Write why the date cannot be kept."))
    if wanted.kind == "date":
        if wanted.wanted_to is None or wanted.wanted_to <= due:
            raise BadInput("extension.not_later", N_("Give a day after the one now agreed."))
    elif wanted.kind != "long_term":
        raise BadInput("extension.kind", N_("Ask for a later date or for long-term rectification."))
    elif not wanted.stage_goal.strip() or wanted.next_review is None or wanted.next_review <= clock.today():
        raise BadInput("extension.no_stage", N_("Long-term work needs a stage goal and a day of the next review that lies ahead."))


def grant_extension(*, actor: Actor, extension_id: int, version: int, granted_to: date | None = None, answer: str = "") -> Extension:
    """Grant it, to the day asked for or another: the agreed day moves, the first one stays."""
    with transaction.atomic():
        row = queries.extension(actor, extension_id, version)
        finding, target = row.finding, targets.of_finding(row.finding)
        day = (granted_to or row.wanted_to) if row.kind == "date" else None
        facts = ExtensionFacts(row.kind == "date", finding.state in RUNNING_STATES, finding.due, day)
        fields = {"granted_to": day, "answered_on": clock.today(), "answer": answer.strip()[:TEXT_LENGTH]}
        lifecycle.move(row, "grant", actor=actor, target=target, facts=facts, fields=fields, reason=answer.strip())
        if day is None:
            _make_long_term(actor, row, finding)
        else:
            write.change(finding, {"due": day, "due_precision": "day"}, actor=actor, verb="extend", reason=row.reason)
            _move_measures(actor, row, day)
        return row


def _make_long_term(actor: Actor, row: Extension, finding: Finding) -> None:
    """By the day on which it was asked: a late answer is not the unit's fault."""
    brought: dict[str, Any] = {"stage_goal": row.stage_goal, "next_review": row.next_review}
    facts = reads.facts_for("long_term", finding, today=row.asked_on, reason=row.reason, **brought)
    lifecycle.move(
        finding, "make_long_term", actor=actor, target=targets.of_finding(finding), facts=facts, fields=brought, reason=row.reason
    )


def _move_measures(actor: Actor, row: Extension, day: date) -> None:
    """Open measures of this finding alone that were due on the old day go with it; their first day stays too."""
    mine = Measure.objects.filter(findings=row.finding_id, state__in=["planned", "in_progress"], due=row.due_before)
    for measure in mine.order_by("pk"):
        if measure.serves.count() == 1:
            write.change(measure, {"due": day, "due_precision": "day"}, actor=actor, verb="extend", reason=row.reason)


def refuse_extension(*, actor: Actor, extension_id: int, reason: str, version: int) -> Extension:
    """Refuse with a reason; the agreed day stands."""
    with transaction.atomic():
        row = queries.extension(actor, extension_id, version)
        fields = {"answered_on": clock.today(), "answer": reason.strip()[:TEXT_LENGTH]}
        target = targets.of_finding(row.finding)
        lifecycle.move(row, "refuse", actor=actor, target=target, facts=ItemFacts(reason=reason), fields=fields, reason=reason.strip())
        write.note(row.finding, actor=actor, verb="refuse_extension", reason=reason.strip()[:TEXT_LENGTH])
        return row


def take_back_extension(*, actor: Actor, extension_id: int, version: int) -> Extension:
    """The lead needs it no more."""
    with transaction.atomic():
        row = queries.extension(actor, extension_id, version)
        lifecycle.move(row, "take_back", actor=actor, target=targets.of_finding(row.finding))
        write.note(row.finding, actor=actor, verb="take_back_extension")
        return row


def explain_overdue(*, actor: Actor, finding_id: int, text: str, version: int) -> CatchUp:
    """The head says why it is overdue; a supervisor sets the day by which it is made good. It stays overdue."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        decide.require(actor, "overdue.explain", targets.of_finding(finding))
        write.expect_version(finding, version)
        lead, due = _overdue(finding)
        if not text.strip():
            raise BadInput("overdue.no_words", N_("Write why it is overdue, and what is done about it."))
        if CatchUp.objects.filter(finding=finding, due_missed=due, state="explained").exists():
            raise RuleBroken("overdue.explained", N_("It is explained already. A supervisor sets the day next."))
        write.note(finding, actor=actor, verb="explain_overdue", reason=text.strip()[:TEXT_LENGTH])
        row = CatchUp(finding=finding, unit=lead, due_missed=due, explanation=text.strip()[:TEXT_LENGTH], explained_on=clock.today())
        return write.create(row, actor=actor, verb="explain", reason=row.explanation)


def set_catch_up(*, actor: Actor, finding_id: int, day: date, words: str, version: int) -> CatchUp:
    """限期补改日: set by a supervisor, with or without an explanation. Neither due date moves."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        target = targets.of_finding(finding)
        decide.require(actor, "catch_up.set", target)
        write.expect_version(finding, version)
        lead, due = _overdue(finding)
        write.note(finding, actor=actor, verb="set_catch_up", reason=words.strip()[:TEXT_LENGTH], day=day)
        row = CatchUp.objects.filter(finding=finding, due_missed=due, state="explained").first()
        if row is None:
            row = write.create(CatchUp(finding=finding, unit=lead, due_missed=due), actor=actor, verb="explain")
        fields = {"day": day, "words": words.strip()[:TEXT_LENGTH], "set_on": clock.today()}
        lifecycle.move(row, "set_day", actor=actor, target=target, facts=CatchUpFacts(day, clock.today()), fields=fields)
        return row


def _overdue(finding: Finding) -> tuple[Unit, date]:
    if finding.lead is None or finding.due is None or not lights.is_overdue(finding.state, finding.due, clock.today()):
        raise RuleBroken("overdue.is_not", N_("The finding is not overdue."))
    return finding.lead, finding.due
