"""Reads: who and what a campaign about to be sent would reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import scope
from jiandi.record.ledger.models import Finding, Round
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

MOST_FINDINGS = 500
OFF_THE_BOOKS = ("withdrawn", "handed_over")
Pairs = list[tuple[Unit, rules.NewQuestion]]


@dataclass(frozen=True)
class Asking:
    """A campaign before it is sent."""

    round: Round
    line: Unit | None
    questions: Sequence[rules.NewQuestion]
    cells: Pairs

    @property
    def units(self) -> list[Unit]:
        return list(dict.fromkeys(unit for unit, _question in self.cells))


def asking(actor: Actor, round_: Round, questions: Sequence[rules.NewQuestion], unit_ids: Sequence[int]) -> Asking:
    """What would be asked; findings and units that cannot be asked are refused with what to do."""
    line = line_of(actor, round_.pk)
    findings = _findings(actor, round_, questions)
    return Asking(round_, line, questions, cells_to_ask(questions, findings, _units(line, unit_ids)))


def cells_to_ask(questions: Sequence[rules.NewQuestion], findings: dict[int, Finding], units: Sequence[Unit]) -> Pairs:
    """Every unit × every question, but for a finding's own lead and where it was found: there it is known."""
    own = {pk: {f.lead_id, f.found_in_id} for pk, f in findings.items()}
    found = [(unit, q) for unit in units for q in questions if unit.pk not in own[q.finding_id]]
    if not found:
        raise BadInput("campaign.units", N_("The chosen units lead these findings or are where they were found. Choose others."))
    return found


def _findings(actor: Actor, round_: Round, questions: Sequence[rules.NewQuestion]) -> dict[int, Finding]:
    wanted = {q.finding_id for q in questions}
    if not wanted:
        raise BadInput("campaign.no_findings", N_("Choose at least one finding to ask about."))
    found = Finding.objects.visible_to(actor).filter(round=round_).in_bulk(wanted)
    if wanted - found.keys():
        raise NotFound("campaign.no_finding", N_("A chosen finding is not in this inspection, or not yours to see. Choose again."))
    for finding in found.values():
        if finding.state in OFF_THE_BOOKS:
            raise RuleBroken("campaign.state", N_("{number} is off the books. Ask about another finding."), number=finding.number)
    return found


def _units(line: Unit | None, unit_ids: Sequence[int]) -> list[Unit]:
    wanted = dict.fromkeys(unit_ids)
    if not wanted:
        raise BadInput("campaign.no_units", N_("Choose at least one unit to ask."))
    known = {unit.pk: unit for unit in askable(line)}
    if wanted.keys() - known.keys():
        text = N_("A chosen unit cannot be asked: it is outside your line, or no longer exists. Choose others.")
        raise BadInput("campaign.units", text)
    return [known[pk] for pk in wanted]


def line_of(actor: Actor, round_id: int) -> Unit | None:
    """The unit in whose line the actor starts campaigns: none for the office, its own for a subject department."""
    if actor.is_system or actor.roles(round_id) & roles.OFFICE:
        return None
    held = [d.unit_id for d in actor.duties if d.role == roles.DEPARTMENT and d.covers_round(round_id)]
    return Unit.objects.filter(pk__in=held).order_by("path").first()


def may_start(actor: Actor, round_id: int) -> bool:
    return decide.may(actor, "campaign.start", Target(round_id))


def askable(line: Unit | None) -> list[Unit]:
    """Living units that can be asked: all of them by the office, a subject department only those of its own line."""
    units = accounts.living_units()
    if line is not None:
        units = units.filter(scope.in_line([line.path], unit="")).exclude(pk=line.pk)
    return list(units)


def findings_to_ask(actor: Actor, round_: Round, wanted: Iterable[int] = ()) -> list[Finding]:
    """Findings a campaign can be about, those wanted among them however many there are."""
    seen = Finding.objects.visible_to(actor).filter(round=round_).exclude(state__in=OFF_THE_BOOKS)
    found = {f.pk: f for f in seen.order_by("number")[:MOST_FINDINGS]}
    missing = [pk for pk in wanted if pk not in found]
    found |= {f.pk: f for f in seen.filter(pk__in=missing)} if missing else {}
    return list(found.values())


def answer_days(round_: Round) -> int:
    return regimes.profile_of(round_.regime).clocks.campaign_answer_days
