"""Reads: what units proposed, what other letters have left open, and what was carried over from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import listing, scope
from jiandi.record.ledger.models import OPEN_STATES, Carried, Finding, ProposedProblem, Round
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
REASON_LENGTH, TITLE_LENGTH, CATEGORY_LENGTH = 300, 200, 120
_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


@dataclass(frozen=True)
class ProposalRow:
    """A proposal, and what the actor may do with it."""

    proposal: ProposedProblem
    may_answer: bool
    may_take_back: bool


@dataclass(frozen=True)
class CarryPage:
    """What can be carried over from another round, and what already is."""

    round: Round
    others: list[Round]
    other: Round | None
    page: Page[Any]
    carried: list[Carried]
    carried_total: int


def _seen(actor: Actor) -> Q:
    """The office and other round-wide duties see all of a round, a unit its own and those below it."""
    return scope.visible_by_unit(actor)


def proposal(actor: Actor, proposal_id: int) -> ProposedProblem:
    found = ProposedProblem.objects.filter(_seen(actor), pk=proposal_id).select_related("round", "round__regime", "unit").first()
    if found is None:
        raise NotFound("proposal.none", _MISSING)
    return found


def proposals(actor: Actor, round_: Round, number: str | int | None) -> tuple[Page[Any], list[ProposalRow]]:
    """Those that wait for an answer first."""
    found = ProposedProblem.objects.filter(_seen(actor), round=round_).select_related("unit", "finding").order_by("-on", "-pk")
    waiting = found.filter(state="proposed")
    ordered = found.annotate(waits=Exists(waiting.filter(pk=OuterRef("pk")))).order_by("-waits", "-on", "-pk")
    page = Paginator(ordered, PER_PAGE).get_page(number)
    may_answer = decide.may(actor, "finding.register", Target(round_.pk))
    return page, [_proposal_row(actor, row, may_answer=may_answer) for row in page.object_list]


def _proposal_row(actor: Actor, row: ProposedProblem, *, may_answer: bool) -> ProposalRow:
    waits = row.state == "proposed"
    mine = waits and decide.may(actor, "finding.propose", Target(row.round_id, unit_path=row.unit.path))
    return ProposalRow(row, waits and may_answer, mine)


def proposing_units(actor: Actor, round_id: int) -> list[Unit]:
    """Units in whose name the actor proposes a problem."""
    paths = {d.unit_path for d in actor.duties if d.role in roles.UNIT and d.covers_round(round_id)}
    return list(accounts.living_units().filter(accounts.subtree(paths)).order_by("path")[:200]) if paths else []


def to_carry(actor: Actor, round_: Round) -> QuerySet[Finding]:
    """Open findings of other rounds that the actor may see and that are not on the books of this one."""
    there = Carried.objects.filter(round=round_, finding=OuterRef("pk"), state="carried")
    return Finding.objects.visible_to(actor).filter(~Exists(there), state__in=OPEN_STATES).exclude(round=round_)


def carry_page(actor: Actor, round_: Round, other_id: str | None, number: str | int | None) -> CarryPage:
    """The open findings of one other round; without a choice, of the newest that has any."""
    open_there = to_carry(actor, round_)
    others = list(Round.objects.filter(pk__in=open_there.values("round_id")).order_by("-feedback_on", "-pk")[:50])
    other = next((r for r in others if str(r.pk) == other_id), others[0] if others else None)
    found = open_there.filter(round=other).select_related("lead").order_by(*listing.BY_DUE)
    rows = carried_rows(actor, round_)
    return CarryPage(round_, others, other, Paginator(found, PER_PAGE).get_page(number), list(rows[:PER_PAGE]), rows.count())


def carried_rows(actor: Actor, round_: Round) -> QuerySet[Carried]:
    seen = Finding.objects.visible_to(actor).values("pk")
    found = Carried.objects.filter(round=round_, state="carried", finding__in=seen)
    return found.select_related("finding", "finding__round", "finding__lead").order_by("-on", "finding_id")


def carried_row(actor: Actor, carried_id: int) -> Carried:
    """One that the actor sees: its round and its finding."""
    seen, rounds = Finding.objects.visible_to(actor).values("pk"), Round.objects.filter(scope.visible_rounds(actor)).values("pk")
    found = Carried.objects.filter(pk=carried_id, finding__in=seen, round__in=rounds).select_related("round", "finding").first()
    if found is None:
        raise NotFound("carried.none", _MISSING)
    return found
