"""Reads: causes on their way up. Two faces of one row: whole for those who may know who proposed, and what the receiver gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.db.models.functions import Length

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Unit, UnitAlias, end_of_subtree
from jiandi.record.ledger import lifecycle, targets
from jiandi.record.ledger import matters as matters_of
from jiandi.record.ledger.models import Finding, FindingParty, RaisedCause, Round
from jiandi.record.ledger.scope import proposed_causes, received_causes
from jiandi.record.policy import decide
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
MOST_UNITS = 500
_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")
_WITH = (
    "finding",
    "finding__round",
    "finding__round__regime",
    "finding__lead",
    "finding__found_in",
    "cause",
    "proposed_by",
    "suggested",
    "unit",
)


@dataclass(frozen=True)
class Found:
    """A row and whether the reader may know who proposed it."""

    row: RaisedCause
    is_whole: bool


@dataclass(frozen=True)
class Received:
    """What the receiver sees: the forwarded words, the clock, its own answer; the finding only where it has a part in it."""

    pk: int
    version: int
    text: str
    state: str
    state_word: str
    unit: str
    forwarded_on: date | None
    answer_by: date | None
    answer: str
    answered_on: date | None
    led_to: Finding | None
    finding: Finding | None


def raised(actor: Actor, raised_id: int, version: int | None = None) -> Found:
    """A row of which the actor may read one of the faces; what is neither does not exist."""
    rows = RaisedCause.objects.select_related(*_WITH, "led_to").filter(pk=raised_id)
    whole = rows.filter(proposed_causes(actor)).first()
    found = whole or rows.filter(received_causes(actor)).first()
    if found is None:
        raise NotFound("raised.none", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return Found(found, is_whole=whole is not None)


def proposals(actor: Actor, round_: Round, state: str, number: str | None) -> Page[RaisedCause]:
    """What was proposed, for those who may know by whom: still to be decided first."""
    found = RaisedCause.objects.filter(proposed_causes(actor), finding__round=round_)
    if state in dict(RaisedCause.STATES):
        found = found.filter(state=state)
    rows = found.select_related("finding", "proposed_by", "unit").order_by(F("answer_by").asc(nulls_first=True), "-pk")
    return Paginator(rows, PER_PAGE).get_page(number)


def matters(actor: Actor, round_: Round, number: str | None) -> Page[RaisedCause]:
    return Paginator(matters_of.of_round(actor, round_.pk), PER_PAGE).get_page(number)


def received(actor: Actor, number: str | None) -> Page[RaisedCause]:
    """What was forwarded to the actor's units, what waits for an answer first; ``face`` each of it before it is shown."""
    rows = RaisedCause.objects.filter(received_causes(actor)) if not actor.is_system else RaisedCause.objects.none()
    found = rows.select_related("unit", "led_to").order_by(F("answered_on").asc(nulls_first=True), "answer_by", "pk")
    return Paginator(found, PER_PAGE).get_page(number)


def face(row: RaisedCause, finding: Finding | None = None) -> Received:
    """The receiver's face of a row."""
    return Received(
        pk=row.pk,
        version=row.version,
        text=row.sent_text,
        state=row.state,
        state_word=lifecycle.word_of("raisedcause", row.state),
        unit=row.unit.label if row.unit else "",
        forwarded_on=row.forwarded_on,
        answer_by=row.answer_by,
        answer=row.answer,
        answered_on=row.answered_on,
        led_to=row.led_to,
        finding=finding,
    )


def finding_known_to_receiver(row: RaisedCause) -> Finding | None:
    """The finding behind it, where the receiving unit itself has a part in it and so knows it anyway."""
    has_part = FindingParty.objects.filter(finding=row.finding_id, unit=row.unit_id).exclude(part="verifier")
    return row.finding if row.unit_id and has_part.exists() else None


def of_finding(actor: Actor, finding: Finding) -> list[RaisedCause]:
    """What became of the causes of a finding that were taken higher up, for those who may know."""
    rows = RaisedCause.objects.filter(proposed_causes(actor), finding=finding)
    return list(rows.select_related("unit", "cause")[:PER_PAGE])


def offered(actor: Actor, row: RaisedCause) -> list[str]:
    """The steps that the actor's duties and the state allow."""
    of_finding_, of_unit = targets.of_finding(row.finding), targets.of_unit(row.unit, row.finding.round_id) if row.unit else None
    found = []
    for move in lifecycle.verbs_from("raisedcause", row.state):
        target = of_unit if move.who == "raised_cause.answer" else of_finding_
        if target is not None and decide.may(actor, move.who, target):
            found.append(move.verb)
    return found


def higher_units(proposer: Unit) -> list[Unit]:
    """Units beside or above the one that proposes, without itself and what is below it."""
    below = Q(path__gte=proposer.path, path__lt=end_of_subtree(proposer.path))
    found = Unit.objects.exclude(below).filter(ended_on__isnull=True).annotate(deep=Length("path")).filter(deep__lte=len(proposer.path))
    return list(found.order_by("path")[:MOST_UNITS])


def names_to_hide(row: RaisedCause) -> tuple[str, ...]:
    """What would tell the receiver who proposed: names of the units behind it, and the finding's number and title."""
    units = {unit.pk: unit for unit in (row.proposed_by, row.finding.lead, row.finding.found_in) if unit is not None}
    names = [name for unit in units.values() for name in (unit.name, unit.short_name)]
    aliases = UnitAlias.objects.filter(unit__in=units).values_list("name", flat=True)
    return tuple(dict.fromkeys(filter(None, [*names, *aliases, row.finding.number, row.finding.title])))
