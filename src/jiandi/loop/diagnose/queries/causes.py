"""Reads: the cause tree of a finding, and findings without one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from jiandi.base import http
from jiandi.base.errors import NotFound, Unmet
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.queries import campaigns, raised
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import listing, targets
from jiandi.record.ledger.models import (
    TAKEN_UP,
    Cause,
    CauseWord,
    Evidence,
    EvidenceUse,
    Finding,
    FindingParty,
    PlanVersion,
    RaisedCause,
    Round,
)
from jiandi.record.ledger.scope import visible_findings
from jiandi.record.policy import decide
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
MOST_PROOFS = 100
_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


@dataclass(frozen=True)
class Panel:
    """What the case file shows of this stage."""

    finding: Finding
    taxonomy: rules.Taxonomy
    roots: tuple[rules.Node, ...]
    still_asked: list[str]
    campaigns: list[campaigns.CampaignRow]
    raised: list[RaisedCause]
    may_write: bool
    may_propose: bool
    may_flag: bool
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


def taxonomy() -> rules.Taxonomy:
    """Dimensions and kinds in the installation's words."""
    return rules.taxonomy(words_of_kinds())


def words_of_kinds() -> dict[str, rules.Own]:
    """What this installation says of each code it worded itself."""
    rows = CauseWord.objects.values_list("code", "word", "is_offered", "version")
    return {code: rules.Own(word, is_offered, version) for code, word, is_offered, version in rows}


def labels(words: rules.Taxonomy) -> rules.Labels:
    """The words of the pictures in the reader's language."""
    dimensions = {code: gettext(word) for code, word in words.dimensions.items()}
    kinds = {kind.code: gettext(kind.word) for kind in words.kinds}
    return rules.Labels(gettext("Problem"), gettext("assumed"), dimensions, kinds)


def roots_of(finding: Finding, words: rules.Taxonomy | None = None) -> tuple[rules.Node, ...]:
    """The tree with its proofs, in the words of the installation."""
    words = words or taxonomy()
    taken_up = RaisedCause.objects.filter(cause=OuterRef("pk"), state__in=TAKEN_UP)
    causes = list(live_causes(finding).annotate(is_raised=Exists(taken_up)))
    proofs = _proofs_of(causes)
    nodes = [
        rules.Node(
            pk=c.pk,
            parent=c.parent_id,
            dimension=c.dimension,
            leaf=c.leaf,
            text=c.text,
            question=c.question,
            unit=c.unit.label,
            unit_id=c.unit_id,
            version=c.version,
            is_raised=c.is_raised,
            proofs=tuple(proofs.get(c.pk, ())),
            word=words.word_of(c.leaf),
            dimension_word=words.dimension_word(c.dimension),
        )
        for c in causes
    ]
    return rules.tree(nodes, is_flagged=finding.is_flagged)


def _proofs_of(causes: Sequence[Cause]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    if causes:
        uses = EvidenceUse.objects.filter(cause__in=causes).order_by("pk")
        for cause_id, evidence_id, title in uses.values_list("cause_id", "evidence_id", "evidence__title"):
            found.setdefault(cause_id or 0, []).append((evidence_id, title))
    return found


def proofs_to_choose(finding: Finding) -> list[Evidence]:
    """Evidence that the finding, its causes or its measures have already, latest first."""
    of_it = Q(finding=finding) | Q(cause__finding=finding) | Q(measure__findings=finding)
    uses = EvidenceUse.objects.filter(of_it).values("evidence_id")
    return list(Evidence.objects.filter(pk__in=uses).order_by("-pk")[:MOST_PROOFS])


def panel(actor: Actor, finding: Finding) -> Panel:
    target = targets.of_finding(finding)
    words = taxonomy()
    roots = roots_of(finding, words)
    locked = under_review(finding)
    is_writable = finding.state in rules.WRITABLE
    return Panel(
        finding=finding,
        taxonomy=words,
        roots=roots,
        still_asked=said(rules.still_asked(roots, is_flagged=finding.is_flagged)),
        campaigns=campaigns.about(actor, finding),
        raised=raised.of_finding(actor, finding) if roots else [],
        may_write=is_writable and not locked and decide.may(actor, "cause.write", target),
        may_propose=is_writable and decide.may(actor, "raised_cause.propose", target),
        may_flag=finding.is_open and decide.may(actor, "finding.edit", target),
        may_start=finding.state not in ("withdrawn", "handed_over") and decide.may(actor, "campaign.start", target),
        locked=locked,
    )


def said(unmet: Iterable[Unmet]) -> list[str]:
    return [http.translate(u.text, u.params) for u in unmet]


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
