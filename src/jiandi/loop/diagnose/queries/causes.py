"""Reads: the cause tree of a finding, and findings without one."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiandi.base import http
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.queries import campaigns
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import listing, targets
from jiandi.record.ledger.models import Cause, Finding, FindingParty, PlanVersion, Round
from jiandi.record.ledger.scope import visible_findings
from jiandi.record.policy import decide
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


@dataclass(frozen=True)
class Panel:
    """What the case file shows of this stage."""

    finding: Finding
    roots: tuple[rules.Node, ...]
    still_asked: list[str]
    campaigns: list[campaigns.CampaignRow]
    may_write: bool
    may_start: bool
    locked: bool


def without_cause(actor: Actor, round_: Round, number: str | None) -> Page[Finding]:
    """Open findings whose causes are still to be found, the earliest due first."""
    live = Cause.objects.filter(finding=OuterRef("pk"), is_dropped=False)
    found = Finding.objects.visible_to(actor).filter(round=round_, state__in=rules.WRITABLE).exclude(Exists(live))
    return Paginator(found.select_related("lead").order_by(*listing.BY_DUE), PER_PAGE).get_page(number)


def cause(actor: Actor, cause_id: int, version: int | None = None) -> Cause:
    """A live cause of a visible finding."""
    found = (
        Cause.objects.filter(pk=cause_id, is_dropped=False, finding__in=Finding.objects.filter(visible_findings(actor)))
        .select_related("finding", "finding__round", "finding__lead", "unit")
        .first()
    )
    if found is None:
        raise NotFound("cause.none", _MISSING)
    if version is not None:
        writing.expect_version(found, version)
    return found


def live_causes(finding: Finding) -> QuerySet[Cause]:
    return Cause.objects.filter(finding=finding, is_dropped=False).select_related("unit").order_by("pk")


def roots_of(finding: Finding) -> tuple[rules.Node, ...]:
    nodes = [
        rules.Node(c.pk, c.parent_id, c.dimension, c.leaf, c.text, c.question, c.unit.label, c.unit_id, c.version)
        for c in live_causes(finding)
    ]
    return rules.tree(nodes, is_flagged=finding.is_flagged)


def panel(actor: Actor, finding: Finding) -> Panel:
    target = targets.of_finding(finding)
    roots = roots_of(finding)
    locked = under_review(finding)
    return Panel(
        finding=finding,
        roots=roots,
        still_asked=[http.translate(u.text, u.params) for u in rules.still_asked(roots, is_flagged=finding.is_flagged)],
        campaigns=campaigns.about(actor, finding),
        may_write=finding.state in rules.WRITABLE and not locked and decide.may(actor, "cause.write", target),
        may_start=finding.state not in ("withdrawn", "handed_over") and decide.may(actor, "campaign.start", target),
        locked=locked,
    )


def under_review(finding: Finding) -> bool:
    """Whether the lead's plan lies with the office, so that nothing it holds may change."""
    if finding.state not in rules.BEFORE_APPROVAL or finding.lead_id is None:
        return False
    return PlanVersion.objects.filter(round_id=finding.round_id, unit_id=finding.lead_id, state="submitted").exists()


def owners(finding: Finding) -> list[Unit]:
    """Units whose cause it may be: those with a part in the finding, where it was found, and what stands below the lead."""
    having_part = Q(pk__in=FindingParty.objects.filter(finding=finding).exclude(part="verifier").values("unit_id"))
    if finding.found_in_id:
        having_part |= Q(pk=finding.found_in_id)
    if finding.lead:
        having_part |= accounts.subtree([finding.lead.path])
    return list(Unit.objects.filter(having_part).order_by("path")[:200])
