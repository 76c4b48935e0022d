"""What comes into a register other than by its letter: problems of the rectification itself, problems units found, and what
another letter has left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.intake import rules
from jiandi.loop.intake.queries import feeds
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, links, load, targets, verbs, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import Carried, Finding, ProposedProblem, Round
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

REGISTERED = ("process", "self")
MOST_CARRIED = 500


@dataclass(frozen=True)
class Problem:
    """A problem in somebody's words, and what they rest on: a meeting, a document, a visit."""

    text: str
    basis: str
    title: str = ""
    category: str = ""


def register_problem(*, actor: Actor, round_id: int, source: str, problem: Problem, lead_id: int | None = None, about: str = "") -> Finding:
    """The office registers a problem of the rectification itself (``about`` names the finding whose work it is about) or one a unit found."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        if source not in REGISTERED:
            raise BadInput("feed.source", N_("Choose whether it is about the rectification itself or was found by a unit."))
        finding = _register(actor, round_, source, problem, _living(lead_id))
        if about.strip():
            other = links.by_number(actor, about)
            ends = {"finding_id": finding.pk, "other_id": other.pk}
            links.say(actor=actor, kind="about", basis=problem.basis, version=finding.version, **ends)
    return finding


def propose_problem(*, actor: Actor, round_id: int, unit_id: int, problem: Problem) -> ProposedProblem:
    """A unit proposes a problem it found itself; the office registers it or says why not."""
    with transaction.atomic():
        round_, unit = load.round_(actor, round_id), accounts.unit_by_id(unit_id)
        decide.require(actor, "finding.propose", targets.of_unit(unit, round_.pk))
        told = _complete(problem)
        row = ProposedProblem(
            round=round_,
            unit=unit,
            title=told.title,
            text=told.text,
            basis=told.basis,
            category=told.category,
            proposed_by_id=actor.user_id,
            on=clock.today(),
        )
        return write.create(row, actor=actor, verb="propose", reason=told.basis)


def answer_proposal(*, actor: Actor, proposal_id: int, verb: str, reason: str, version: int) -> ProposedProblem:
    """Register what a unit proposed, as found by it and led by it; or refuse it, with a reason; or (the unit) take it back."""
    with transaction.atomic():
        row = feeds.proposal(actor, proposal_id)
        write.expect_version(row, version)
        if verb not in ("register", "refuse", "take_back"):
            raise NotFound("proposal.no_step", N_("There is no such step."))
        target = targets.of_unit(row.unit, row.round_id)
        fields: dict[str, object] = {"reason": reason.strip()[: feeds.REASON_LENGTH]}
        if verb == "register":
            problem = Problem(row.text, row.basis, row.title, row.category)
            fields["finding_id"] = _register(actor, row.round, "self", problem, row.unit).pk
        facts = ItemFacts(reason=reason.strip())
        lifecycle.move(row, verb, actor=actor, target=target, facts=facts, reason=reason.strip(), fields=fields)
    return row


def carry_over(*, actor: Actor, round_id: int, finding_ids: Sequence[int], basis: str) -> list[Carried]:
    """Open findings of other letters come on the books of this round too. None of them leaves its letter, and each counts there."""
    with transaction.atomic():
        round_ = Round.objects.select_for_update().get(pk=load.round_(actor, round_id).pk)
        decide.require(actor, "finding.carry", targets.of_round(round_))
        if not basis.strip():
            raise BadInput("carry.basis", N_("Write on what basis they are carried over: a document, or the minutes of a meeting."))
        wanted = list(dict.fromkeys(finding_ids))
        if not 0 < len(wanted) <= MOST_CARRIED:
            raise BadInput("carry.none", N_("Choose the findings to be carried over, at most {most} at once."), most=MOST_CARRIED)
        found = list(feeds.to_carry(actor, round_).filter(pk__in=wanted).order_by("pk"))
        if len(found) != len(wanted):
            text = N_("A chosen finding is not open, is on the books already, or is not yours to see. Load the page again.")
            raise NotFound("carry.no_finding", text)
        rows = [Carried(round=round_, finding=f, basis=basis.strip()[: feeds.REASON_LENGTH], on=clock.today()) for f in found]
        made = write.create_many(rows, actor=actor, verb="carry", reason=basis.strip())
        for finding in found:
            write.note(finding, actor=actor, verb="carry", round=round_.pk)
    return made


def take_off(*, actor: Actor, carried_id: int, reason: str, version: int) -> Carried:
    """A finding carried over by mistake leaves the books of this round; in its own letter nothing changes."""
    with transaction.atomic():
        row = feeds.carried_row(actor, carried_id)
        write.expect_version(row, version)
        fields = {"reason": reason.strip()[: feeds.REASON_LENGTH]}
        facts = ItemFacts(reason=reason.strip())
        lifecycle.move(row, "take_off", actor=actor, target=targets.of_round(row.round), facts=facts, reason=reason.strip(), fields=fields)
        write.note(row.finding, actor=actor, verb="take_off", round=row.round_id)
    return row


def _register(actor: Actor, round_: Round, source: str, problem: Problem, lead: Unit | None) -> Finding:
    told = _complete(problem)
    new = verbs.NewFinding(
        title=told.title,
        verbatim=f"{told.text}\n{_('Basis')}：{told.basis}",
        source=source,
        lead=lead,
        found_in=lead,
        category=told.category,
    )
    return verbs.register_findings(actor=actor, round_=round_, new=[new])[0]


def _complete(problem: Problem) -> Problem:
    text, basis = problem.text.strip(), problem.basis.strip()
    if not text or not basis:
        raise BadInput("feed.words", N_("Write what was found, and what it rests on: a meeting, a document, a visit."))
    title = problem.title.strip() or rules.title_of(text)
    return Problem(text, basis[: feeds.REASON_LENGTH], title[: feeds.TITLE_LENGTH], problem.category.strip()[: feeds.CATEGORY_LENGTH])


def _living(unit_id: int | None) -> Unit | None:
    if unit_id is None:
        return None
    unit = accounts.living_units().filter(pk=unit_id).first()
    if unit is None:
        raise RuleBroken("feed.lead", N_("This unit no longer exists. Choose another lead."))
    return unit
