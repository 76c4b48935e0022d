"""The check sheets: one standard a row, with what was promised and what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.verify.queries.accepting import require_accept
from jiandi.record.ledger import load, reads, targets
from jiandi.record.ledger.models import Claim, Evidence, EvidenceUse, FileLook, Finding, Measure
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import StateSpan


@dataclass(frozen=True)
class Proof:
    """A piece of evidence on the sheet; ``is_late`` was attached after the claim and does not support it."""

    pk: int
    title: str
    kind: str
    kind_word: str
    has_file: bool
    is_picture: bool
    held_offline: str
    dated_on: date | None
    is_late: bool
    counts: bool
    state_word: str


@dataclass(frozen=True)
class Promise:
    """A row of the check sheet: one standard, with what is there."""

    measure: Measure
    standard: str
    proofs: list[Proof]
    claim: Claim | None
    verdict: str = ""
    note: str = ""


def promises(finding: Finding, measures: list[Measure]) -> list[Promise]:
    """Rows of the sheet for the measures that count; nothing is preselected."""
    uses: dict[int, list[EvidenceUse]] = {}
    shown = list(EvidenceUse.objects.filter(measure__in=measures).select_related("evidence").order_by("used_at", "pk"))
    pictured = set(
        FileLook.objects.filter(digest__in={u.evidence.digest for u in shown}, has_picture=True).values_list("digest", flat=True)
    )
    for use in shown:
        uses.setdefault(use.measure_id or 0, []).append(use)
    claims = {c.measure_id: c for c in Claim.objects.filter(measure__in=measures, kind="done").order_by("pk")}
    raised = _raised_at(claims.values())
    return [
        Promise(
            m, m.standard or finding.standard, [_proof(u, claims.get(m.pk), raised, pictured) for u in uses.get(m.pk, [])], claims.get(m.pk)
        )
        for m in measures
    ]


def _raised_at(claims: Iterable[Claim]) -> dict[int, datetime]:
    spans = StateSpan.objects.filter(thing="claim", facet="state", value="raised", thing_id__in=[c.pk for c in claims])
    return dict(spans.values_list("thing_id", "since"))


def _proof(use: EvidenceUse, claim: Claim | None, raised: dict[int, datetime], pictured: set[str]) -> Proof:
    e = use.evidence
    at = raised.get(claim.pk) if claim else None
    return Proof(
        e.pk, e.title, e.kind, e.get_kind_display(), bool(e.digest), e.digest in pictured,
        e.held_offline, e.dated_on, is_late=bool(at and use.used_at > at),
        counts=e.state in Evidence.COUNTING, state_word=e.get_state_display(),
    )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """The check sheet of a submitted finding, or of one claim."""

    finding: Finding
    rows: list[Promise]
    claim: Claim | None = None


def finding_sheet(actor: Actor, finding_id: int) -> Sheet:
    finding = load.finding(actor, finding_id)
    require_accept(actor, finding, targets.of_finding(finding))
    if finding.state != "submitted":
        raise RuleBroken("check.not_submitted", N_("Only a submitted finding can be checked. Wait until the unit hands it in."))
    return Sheet(finding, promises(finding, [m for m in reads.measures_of(finding.pk) if m.counts]))


def claim_sheet(actor: Actor, claim_id: int) -> Sheet:
    claim = load.claim(actor, claim_id)
    decide.require(actor, "claim.accept", targets.of_measure(claim.measure))
    if claim.state != "raised":
        raise RuleBroken("check.not_raised", N_("This claim does not wait any more. Look at the case file for what became of it."))
    finding = _seen_from(actor, claim)
    return Sheet(finding, promises(finding, [reads.as_numbered(claim.measure, reads.number_in(claim.measure, finding))]), claim)


def _seen_from(actor: Actor, claim: Claim) -> Finding:
    """The finding the claim is judged for: of those one may see the first in the measure's own round, else the first of another."""
    seen = Finding.objects.visible_to(actor).filter(served_by__measure=claim.measure_id)
    found = {f.round_id: f for f in seen.order_by("-pk")}
    first = found.get(claim.measure.round_id) or min(found.values(), key=lambda f: f.pk)
    return load.finding(actor, first.pk)
