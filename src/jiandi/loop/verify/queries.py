"""Reads of this stage: what waits for a check, the check sheet, and the checks of one finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiandi.base import clock
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.verify import rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Post
from jiandi.record.ledger import listing, load, reads, targets
from jiandi.record.ledger.models import Check, Claim, Closing, EvidenceUse, Finding, Measure, MeasureFinding, Round
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import StateSpan

MOST = 400


@dataclass(frozen=True)
class Waiting:
    """A thing that waits for somebody who checks. ``kind``: claim, finding, closing, effect."""

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
    return {"claim": _claims, "finding": _findings, "closing": _closings, "effect": _effects}[kind](actor, round_)


def counts(actor: Actor, round_: Round) -> dict[str, int]:
    """How many of each kind one sees, in one query each."""
    findings = _visible(actor, round_)
    return {
        "claim": _raised(actor, round_).count(),
        "finding": findings.filter(state="submitted").count(),
        "closing": Closing.objects.filter(finding__in=findings, state="running").count(),
        "effect": _effect_due(findings).count(),
    }


def _visible(actor: Actor, round_: Round) -> QuerySet[Finding]:
    return Finding.objects.visible_to(actor).filter(round=round_)


def _raised(actor: Actor, round_: Round) -> QuerySet[Claim]:
    measures = Measure.objects.visible_to(actor).filter(round=round_)
    return Claim.objects.filter(kind="done", state="raised", measure__in=measures)


def _effect_due(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    return findings.filter(effect_state="due", state__in=("submitted", "verified", "closed", "standing"))


def _claims(actor: Actor, round_: Round) -> list[Waiting]:
    returned = Claim.objects.filter(measure=OuterRef("measure"), kind="done", state__in=("returned", "fell_back"))
    proofs = Count("measure__evidence_uses", filter=~Q(measure__evidence_uses__evidence__kind="talk"), distinct=True)
    found = list(
        _raised(actor, round_)
        .select_related("measure", "measure__lead")
        .annotate(n_proofs=proofs, was_returned=Exists(returned))
        .order_by("on")[:MOST]
    )
    served = _first_finding(c.measure_id for c in found)
    by_finding = targets.of_findings(list({f.pk: f for f in served.values()}.values()))
    rows = [_claim_row(actor, c, served[c.measure_id], by_finding) for c in found if c.measure_id in served]
    return _ordered(rows)


def _first_finding(measure_ids: Iterable[int]) -> dict[int, Finding]:
    links = MeasureFinding.objects.filter(measure__in=list(measure_ids)).select_related("finding").order_by("-finding_id")
    return {link.measure_id: link.finding for link in links}


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
    found = list(_visible(actor, round_).filter(state="submitted").select_related("lead").order_by(*listing.BY_DUE)[:MOST])
    since = _since(found, "submitted")
    returned = set(Check.objects.filter(finding__in=found, verdict="returned").values_list("finding_id", flat=True))
    by_finding = targets.of_findings(found)
    rows = []
    for f in found:
        risk = _risk(f, f.due, since.get(f.pk, clock.today()), f.pk in returned, 2)
        mine = decide.may(actor, "finding.accept", by_finding[f.pk])
        rows.append(_finding_row("finding", f.pk, f, since.get(f.pk, clock.today()), risk, mine))
    return _ordered(rows)


def _since(findings: list[Finding], state: str) -> dict[int, date]:
    spans = StateSpan.objects.filter(thing="finding", facet="state", value=state, until__isnull=True, thing_id__in=[f.pk for f in findings])
    return {pk: clock.local_day(at) for pk, at in spans.values_list("thing_id", "since")}


def _finding_row(kind: str, pk: int, f: Finding, since: date, risk: rules.Risk, mine: bool) -> Waiting:  # noqa: FBT001 - a fact
    unit = (f.lead.short_name or f.lead.name) if f.lead else ""
    due = f.effect_due if kind == "effect" else f.due
    return Waiting(kind, pk, f.number, f.title, unit, f.pk, due, since, risk.reasons, risk.score, mine)


def _closings(actor: Actor, round_: Round) -> list[Waiting]:
    """Running closings; those at a step of the actor's come first."""
    closings = Closing.objects.filter(finding__in=_visible(actor, round_), state="running")
    found = list(closings.select_related("finding", "finding__lead").order_by("pk")[:MOST])
    by_finding = targets.of_findings([c.finding for c in found])
    since = _since([c.finding for c in found], "verified")
    rows = []
    for c in found:
        mine = _is_at(actor, c, by_finding[c.finding_id])
        row = _finding_row("closing", c.pk, c.finding, since.get(c.finding_id, clock.today()), rules.Risk(0, ()), mine)
        rows.append(replace(row, step=step_name(c)))
    return _ordered(rows)


def _is_at(actor: Actor, closing: Closing, target: Target) -> bool:
    return closing.step < len(closing.chain) and decide.holds(actor, closing.chain[closing.step]["role"], target)


def step_name(closing: Closing) -> str:
    if closing.step >= len(closing.chain):
        return ""
    return str((closing.chain[closing.step].get("name") or {}).get("zh") or closing.chain[closing.step]["code"])


def _effects(actor: Actor, round_: Round) -> list[Waiting]:
    found = list(_effect_due(_visible(actor, round_)).select_related("lead").order_by("effect_due")[:MOST])
    by_finding = targets.of_findings(found)
    rows = []
    for f in found:
        risk = _risk(f, f.effect_due, f.closed_on or f.registered_on, False, 2)
        rows.append(
            _finding_row("effect", f.pk, f, f.effect_due or clock.today(), risk, decide.may(actor, "effect.pass", by_finding[f.pk]))
        )
    return _ordered(rows)


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
    for use in EvidenceUse.objects.filter(measure__in=measures).select_related("evidence").order_by("used_at", "pk"):
        uses.setdefault(use.measure_id or 0, []).append(use)
    claims = {c.measure_id: c for c in Claim.objects.filter(measure__in=measures, kind="done").order_by("pk")}
    raised = _raised_at(claims.values())
    return [
        Promise(m, m.standard or finding.standard, [_proof(u, claims.get(m.pk), raised) for u in uses.get(m.pk, [])], claims.get(m.pk))
        for m in measures
    ]


def _raised_at(claims: Iterable[Claim]) -> dict[int, datetime]:
    spans = StateSpan.objects.filter(thing="claim", facet="state", value="raised", thing_id__in=[c.pk for c in claims])
    return dict(spans.values_list("thing_id", "since"))


def _proof(use: EvidenceUse, claim: Claim | None, raised: dict[int, datetime]) -> Proof:
    e = use.evidence
    at = raised.get(claim.pk) if claim else None
    return Proof(
        e.pk, e.title, e.kind, e.get_kind_display(), bool(e.digest), e.media_type in rules.PICTURES,
        e.held_offline, e.dated_on, is_late=bool(at and use.used_at > at),
    )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """The check sheet of a submitted finding, or of one claim."""

    finding: Finding
    rows: list[Promise]
    claim: Claim | None = None


def finding_sheet(actor: Actor, finding_id: int) -> Sheet:
    finding = load.finding(actor, finding_id)
    decide.require(actor, "finding.accept", targets.of_finding(finding))
    if finding.state != "submitted":
        raise RuleBroken("check.not_submitted", N_("Only a submitted finding can be checked. Wait until the unit hands it in."))
    return Sheet(finding, promises(finding, [m for m in reads.measures_of(finding.pk) if m.counts]))


def claim_sheet(actor: Actor, claim_id: int) -> Sheet:
    claim = load.claim(actor, claim_id)
    decide.require(actor, "claim.accept", targets.of_measure(claim.measure))
    if claim.state != "raised":
        raise RuleBroken("check.not_raised", N_("This claim does not wait any more. Look at the case file for what became of it."))
    finding = load.finding(actor, _first_finding([claim.measure_id])[claim.measure_id].pk)
    return Sheet(finding, promises(finding, [claim.measure]), claim)


@dataclass(frozen=True)
class StepShown:
    """A step of the closing chain: signed, now, or later."""

    name: str
    role: str
    mark: str
    who: str
    at: datetime | None
    opinion: str


@dataclass(frozen=True)
class CheckShown:
    """A check of the past."""

    check: Check
    who: str
    unit: str


@dataclass(frozen=True)
class Panel:
    """Checks so far, the closing, and what the actor can do now."""

    finding: Finding
    checks: list[CheckShown]
    claims: list[Claim]
    closing: Closing | None
    steps: list[StepShown]
    notice_until: date | None
    may_judge_claims: bool
    may_check: bool
    may_return: bool
    may_sign: bool
    may_schedule: bool
    may_record_effect: bool
    measure_numbers: list[int]


def panel(actor: Actor, finding_id: int) -> Panel:
    finding = load.finding(actor, finding_id)
    target = targets.of_finding(finding)
    measures = reads.measures_of(finding.pk)
    checks = list(Check.objects.filter(finding=finding).select_related("measure", "unit"))
    closing = Closing.objects.filter(finding=finding).order_by("-pk").first()
    signed = list(closing.steps.all()) if closing else []
    people = _people([*(c.holder for c in checks), *(s.signed_by for s in signed)])
    is_running = closing is not None and closing.state == "running"
    may = {verb: decide.may(actor, verb, target) for verb in ("claim.accept", "finding.accept", "finding.return", "effect.schedule")}
    sees_effect = decide.may(actor, "effect.pass", target) or decide.may(actor, "effect.fail", target)
    return Panel(
        finding,
        [CheckShown(c, people.get(c.holder, c.holder), c.unit.name if c.unit else "") for c in checks],
        list(Claim.objects.filter(measure__in=measures, kind="done", state="raised").select_related("measure")),
        closing,
        _steps(closing, signed, people, finding) if closing else [],
        rules.ready_on(closing.chain, {s.place: clock.local_day(s.at) for s in signed}) if closing and is_running else None,
        may_judge_claims=may["claim.accept"],
        may_check=may["finding.accept"] and finding.state == "submitted",
        may_return=may["finding.return"] and finding.state in ("submitted", "verified"),
        may_sign=closing is not None and is_running and _may_sign(actor, closing, target),
        may_schedule=may["effect.schedule"] and finding.state in ("submitted", "verified", "closed") and finding.effect_state != "passed",
        may_record_effect=sees_effect
        and finding.is_done
        and finding.effect_state != "passed"
        and finding.state in ("submitted", "verified", "closed", "standing"),
        measure_numbers=[m.number for m in measures if m.state == "done"],
    )


def _may_sign(actor: Actor, closing: Closing, target: Target) -> bool:
    return _is_at(actor, closing, target) or decide.may(actor, "closing.enter_paper", target)


def _people(holders: Iterable[str]) -> dict[str, str]:
    """Names of persons and posts by holder."""
    ids: dict[str, set[int]] = {"user": set(), "post": set()}
    for holder in set(holders):
        kind, _, number = holder.partition(":")
        if kind in ids and number.isdigit():
            ids[kind].add(int(number))
    found = {f"user:{pk}": name for pk, name in accounts.names_of(ids["user"]).items()}
    posts = Post.objects.filter(pk__in=ids["post"]).select_related("unit") if ids["post"] else []
    return found | {f"post:{post.pk}": f"{post.unit.name} {post.title}" for post in posts}


def _steps(closing: Closing, signed: list[Any], people: dict[str, str], finding: Finding) -> list[StepShown]:
    profile = regimes.profile_of(finding.round.regime)
    by_place = {s.place: s for s in signed}
    found = []
    for place, step in enumerate(closing.chain):
        done = by_place.get(place)
        mark = "yes" if done else "claimed" if place == closing.step and closing.state == "running" else "no"
        name = (step.get("name") or {}).get("zh") or step["code"]
        who = people.get(done.signed_by, done.signed_by) if done else ""
        found.append(StepShown(name, profile.role_word(step["role"]), mark, who, done.at if done else None, done.opinion if done else ""))
    return found
