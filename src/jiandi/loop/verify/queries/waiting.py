"""What waits for somebody who checks or signs, most reasons to look first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiandi.base import clock
from jiandi.loop.verify import rules
from jiandi.loop.verify.queries.accepting import is_at, may_accept
from jiandi.record.ledger import listing, reads, targets
from jiandi.record.ledger.models import Check, Claim, Closing, Evidence, Finding, Measure, MeasureFinding, Round
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import StateSpan

MOST = 400
NEAR_DAYS = 30
EFFECT_DUE = Q(effect_state="due", state__in=("submitted", "verified", "closed", "standing"))


@dataclass(frozen=True)
class Waiting:
    """A thing that waits for somebody who checks. ``kind``: claim, finding, closing, effect, review."""

    kind: str
    pk: int
    number: str
    title: str
    unit: str
    finding_id: int
    due: date | None
    since: date
    reasons: tuple[str, ...]
    score: int
    is_mine: bool
    step: str = ""


def waiting(actor: Actor, round_: Round, kind: str) -> list[Waiting]:
    """What waits in the chosen round, most reasons to look first; a list longer than ``MOST`` is cut."""
    return {"claim": _claims, "finding": _findings, "closing": _closings, "effect": _effects, "review": _reviews}[kind](actor, round_)


def counts(actor: Actor, round_: Round) -> dict[str, int]:
    """How many of each kind one sees, in one query each."""
    findings = _visible(actor, round_)
    return {
        "claim": _raised(actor, round_).count(),
        "finding": findings.filter(state="submitted").count(),
        "closing": Closing.objects.filter(finding__in=findings, state="running").count(),
        **_looked_at(findings),
    }


def _looked_at(findings: QuerySet[Finding]) -> dict[str, int]:
    """Effect checks and yearly reviews, counted in one query."""
    return findings.aggregate(effect=Count("pk", filter=EFFECT_DUE), review=Count("pk", filter=_review_near()))


def _review_near() -> Q:
    return Q(state="long_term", next_review__lte=clock.today() + timedelta(days=NEAR_DAYS))


def _visible(actor: Actor, round_: Round) -> QuerySet[Finding]:
    return Finding.objects.visible_to(actor).filter(round=round_)


def _raised(actor: Actor, round_: Round) -> QuerySet[Claim]:
    serving = MeasureFinding.objects.filter(finding__in=_visible(actor, round_)).values("measure_id")
    return Claim.objects.filter(kind="done", state="raised", measure__in=serving)


def _claims(actor: Actor, round_: Round) -> list[Waiting]:
    returned = Claim.objects.filter(measure=OuterRef("measure"), kind="done", state__in=("returned", "fell_back"))
    shown = "measure__evidence_uses__evidence"
    counts = ~Q(**{f"{shown}__kind": "talk"}) & Q(**{f"{shown}__state__in": Evidence.COUNTING})
    proofs = Count("measure__evidence_uses", filter=counts, distinct=True)
    found = list(
        _raised(actor, round_)
        .select_related("measure", "measure__lead")
        .annotate(n_proofs=proofs, was_returned=Exists(returned))
        .order_by("on")[:MOST]
    )
    served = first_finding(actor, found, round_)
    by_finding = targets.of_findings(list({f.pk: f for f in served.values()}.values()))
    rows = [_claim_row(actor, c, served[c.measure_id], by_finding) for c in found if c.measure_id in served]
    return _ordered(rows)


def first_finding(actor: Actor, claims: Iterable[Claim], round_: Round) -> dict[int, Finding]:
    """The first finding of this round that a claimed measure serves; the measure takes its number there."""
    measures = {c.measure_id: c.measure for c in claims}
    links = MeasureFinding.objects.filter(measure__in=list(measures), finding__in=_visible(actor, round_))
    found = {}
    for link in links.select_related("finding").order_by("-finding_id"):
        found[link.measure_id] = link.finding
        reads.as_numbered(measures[link.measure_id], link.number)
    return found


def _claim_row(actor: Actor, claim: Any, finding: Finding, by_finding: dict[int, Target]) -> Waiting:
    m: Measure = claim.measure
    risk = _risk(finding, m.due, claim.on, claim.was_returned, claim.n_proofs)
    mine = decide.may(actor, "claim.accept", by_finding[finding.pk])
    return Waiting(
        "claim", claim.pk, f"{finding.number} · {m.number}", m.text, m.lead.short_name or m.lead.name,
        finding.pk, m.due, claim.on, risk.reasons, risk.score, mine,
    )  # fmt: skip


def _risk(finding: Finding, due: date | None, since: date, was_returned: bool, proofs: int) -> rules.Risk:  # noqa: FBT001 - a fact
    circumstances = rules.Circumstances(
        due, since, finding.difficulty, finding.is_long_standing, finding.is_recurring, was_returned=was_returned, proofs=proofs
    )
    return rules.risk_of(circumstances, clock.today())


def _ordered(rows: list[Waiting]) -> list[Waiting]:
    return sorted(rows, key=lambda w: (not w.is_mine, *rules.order(rules.Risk(w.score, ()), w.since), w.pk))


def _findings(actor: Actor, round_: Round) -> list[Waiting]:
    found = list(_visible(actor, round_).filter(state="submitted").select_related("lead", "round__regime").order_by(*listing.BY_DUE)[:MOST])
    since = _since(found, "submitted")
    returned = set(Check.objects.filter(finding__in=found, verdict="returned").values_list("finding_id", flat=True))
    by_finding = targets.of_findings(found)
    rows = []
    for f in found:
        risk = _risk(f, f.due, since.get(f.pk, clock.today()), f.pk in returned, 2)
        mine = may_accept(actor, f, by_finding[f.pk])
        rows.append(_finding_row("finding", f.pk, f, since.get(f.pk, clock.today()), risk, mine))
    return _ordered(rows)


def _since(findings: list[Finding], state: str) -> dict[int, date]:
    spans = StateSpan.objects.filter(thing="finding", facet="state", value=state, until__isnull=True, thing_id__in=[f.pk for f in findings])
    return {pk: clock.local_day(at) for pk, at in spans.values_list("thing_id", "since")}


def _finding_row(kind: str, pk: int, f: Finding, since: date, risk: rules.Risk, mine: bool) -> Waiting:  # noqa: FBT001 - a fact
    unit = (f.lead.short_name or f.lead.name) if f.lead else ""
    due = {"effect": f.effect_due, "review": f.next_review}.get(kind, f.due)
    return Waiting(kind, pk, f.number, f.title, unit, f.pk, due, since, risk.reasons, risk.score, mine)


def _closings(actor: Actor, round_: Round) -> list[Waiting]:
    """Running chains of signatures, before submission and before closing; those at a step of the actor's come first."""
    closings = Closing.objects.filter(finding__in=_visible(actor, round_), state="running")
    found = list(closings.select_related("finding", "finding__lead").order_by("pk")[:MOST])
    by_finding = targets.of_findings([c.finding for c in found])
    since = _begun(found)
    rows = []
    for c in found:
        mine = is_at(actor, c, by_finding[c.finding_id])
        row = _finding_row("closing", c.pk, c.finding, since.get(c.pk, clock.today()), rules.Risk(0, ()), mine)
        rows.append(replace(row, step=step_name(c)))
    return _ordered(rows)


def _begun(closings: list[Closing]) -> dict[int, date]:
    spans = StateSpan.objects.filter(thing="closing", facet="state", value="running", until__isnull=True)
    begun = spans.filter(thing_id__in=[c.pk for c in closings]).values_list("thing_id", "since")
    return {pk: clock.local_day(at) for pk, at in begun}


def step_name(closing: Closing) -> str:
    if closing.step >= len(closing.chain):
        return ""
    return str((closing.chain[closing.step].get("name") or {}).get("zh") or closing.chain[closing.step]["code"])


def _effects(actor: Actor, round_: Round) -> list[Waiting]:
    found = list(_visible(actor, round_).filter(EFFECT_DUE).select_related("lead").order_by("effect_due")[:MOST])
    by_finding = targets.of_findings(found)
    rows = []
    for f in found:
        risk = _risk(f, f.effect_due, f.closed_on or f.registered_on, False, 2)
        rows.append(
            _finding_row("effect", f.pk, f, f.effect_due or clock.today(), risk, decide.may(actor, "effect.pass", by_finding[f.pk]))
        )
    return _ordered(rows)


def _reviews(actor: Actor, round_: Round) -> list[Waiting]:
    """Long-term findings whose yearly review is due within a month, or was due."""
    found = list(_visible(actor, round_).filter(_review_near()).select_related("lead").order_by("next_review")[:MOST])
    by_finding = targets.of_findings(found)
    since = _since(found, "long_term")
    rows = []
    for f in found:
        mine = decide.may(actor, "finding.review", by_finding[f.pk])
        rows.append(_finding_row("review", f.pk, f, since.get(f.pk, f.registered_on), rules.Risk(0, ()), mine))
    return _ordered(rows)
