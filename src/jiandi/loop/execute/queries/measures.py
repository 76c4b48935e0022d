"""Reads of this stage: measures with what is due, and one finding's measures with notes, proof and claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from jiandi.base import clock, http
from jiandi.base.errors import NotFound, Unmet
from jiandi.base.text.words import N_
from jiandi.loop.execute import rules
from jiandi.loop.execute.queries import turns
from jiandi.loop.execute.queries.own import own_measures
from jiandi.record.ledger import facts, guards, load, reads, signing, targets
from jiandi.record.ledger.models import (
    Claim,
    Evidence,
    EvidenceSeen,
    EvidenceUse,
    FileLook,
    Finding,
    Measure,
    MeasureFinding,
    MeasureRule,
    MeasureSupport,
    ProgressNote,
    Round,
)
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

WORKED_ON = ("planned", "in_progress", "claimed")
NOTED = (*WORKED_ON, "done")
CLAIMABLE = ("planned", "in_progress")
NOTES_SHOWN = 5


@dataclass(frozen=True)
class Row:
    """A measure of the workspace, with the finding it serves first and its last word."""

    pk: int
    number: int
    text: str
    lead: str
    due: date
    state: str
    finding_id: int
    finding_number: str
    finding_title: str
    last_on: date | None
    is_note_due: bool
    is_claimed: bool


def measures_in(actor: Actor, round_: Round, only: str = "") -> QuerySet[Measure]:
    """Live measures that serve a finding of the round, also those of another letter, the earliest due first. ``only``: late, note, waiting."""
    serving = MeasureFinding.objects.filter(measure=OuterRef("pk"), finding__in=Finding.objects.visible_to(actor).filter(round=round_))
    found = Measure.objects.filter(Exists(serving), state__in=WORKED_ON).select_related("lead")
    found = found.annotate(noted_on=_last_note(), claimed_on=_last_claim()).order_by("due", "number")
    match only:
        case "late":
            return found.filter(due__lt=clock.today()).exclude(state="claimed")
        case "note":
            return found.filter(note_due(round_))
        case "waiting":
            return found.filter(state="claimed")
    return found


def mine_to_note(actor: Actor, round_: Round) -> QuerySet[Measure]:
    """Measures whose note is due and that a unit of the actor leads or supports."""
    return own_measures(actor, measures_in(actor, round_, "note"))


def _last_note() -> Subquery:
    notes = ProgressNote.objects.filter(measure=OuterRef("pk")).order_by().values("measure")
    return Subquery(notes.annotate(last=Max("on")).values("last"))


def _last_claim() -> Subquery:
    claims = Claim.objects.filter(measure=OuterRef("pk"), kind="done").order_by().values("measure")
    return Subquery(claims.annotate(last=Max("on")).values("last"))


def note_due(round_: Round) -> Q:
    """No note and no claim in the period that the regime sets for the class of the finding; waiting claims are not asked."""
    condition, today = Q(pk__in=[]), clock.today()
    for rhythm in regimes.profile_of(round_.regime).rhythm:
        start = rules.period_start(rhythm.every, today)
        silent = (Q(noted_on=None) | Q(noted_on__lt=start)) & (Q(claimed_on=None) | Q(claimed_on__lt=start))
        serves = MeasureFinding.objects.filter(measure=OuterRef("pk"), finding__klass=rhythm.for_class)
        condition |= Q(Exists(serves)) & silent
    return condition & ~Q(state="claimed")


def counts(actor: Actor, round_: Round) -> dict[str, int]:
    """How many measures each filter shows."""
    return {only: measures_in(actor, round_, only).count() for only in ("", "late", "note", "waiting")}


def rows_of(actor: Actor, measures: Iterable[Measure], round_: Round) -> list[Row]:
    """The rows of a page: one query for the findings served, of which the first of this round is named."""
    found = {m.pk: m for m in measures}
    served: dict[int, Finding] = {}
    seen = Finding.objects.visible_to(actor).filter(round=round_)
    for link in MeasureFinding.objects.filter(measure__in=list(found), finding__in=seen).select_related("finding").order_by("-finding_id"):
        served[link.measure_id] = link.finding
        reads.as_numbered(found[link.measure_id], link.number)
    every = {r.for_class: r.every for r in regimes.profile_of(round_.regime).rhythm}
    return [_row(m, served[m.pk], every) for m in found.values() if m.pk in served]


def _row(m: Any, finding: Finding, every: dict[str, Any]) -> Row:
    last_on = max((d for d in (m.noted_on, m.claimed_on) if d), default=None)
    is_claimed = m.state == "claimed"
    is_due = not is_claimed and finding.klass in every and rules.is_note_due(every[finding.klass], last_on, clock.today())
    return Row(
        m.pk, m.number, m.text, m.lead.short_name or m.lead.name, m.due, m.state,
        finding.pk, finding.number, finding.title, last_on, is_due, is_claimed,
    )  # fmt: skip


@dataclass(frozen=True)
class Deeds:
    """What the actor may do on a measure now."""

    note: bool = False
    prove: bool = False
    say: bool = False
    claim: bool = False
    take_back: bool = False
    strike: bool = False
    rule: bool = False


@dataclass(frozen=True)
class Card:
    """A measure in the case file."""

    measure: Measure
    said: str
    done: str
    deeds: Deeds
    in_the_way: list[str]
    notes: list[ProgressNote] = field(default_factory=list)
    more_notes: int = 0
    uses: list[EvidenceUse] = field(default_factory=list)
    claim: Claim | None = None
    said_claim: Claim | None = None
    rules: list[MeasureRule] = field(default_factory=list)


@dataclass(frozen=True)
class Panel:
    """A finding's measures, and whether it can be handed in."""

    finding: Finding
    cards: list[Card]
    may_submit: bool
    may_take_back: bool
    in_the_way: list[str]
    waits_for: str = ""
    turns: turns.Summary = turns.NOTHING


def panel(actor: Actor, finding_id: int) -> Panel:
    finding = load.finding(actor, finding_id)
    target = targets.of_finding(finding)
    measures = reads.measures_of(finding.pk)
    parts = _Parts(measures)
    cards = [_card(actor, m, finding, target, parts) for m in measures]
    is_worked_on = finding.state in ("in_progress", "basically_done", "long_term")
    waits_for = _waits_for(finding) if is_worked_on else ""
    hands_in = is_worked_on and not waits_for and _may_hand_in(actor, finding, target)
    may_take_back = bool(waits_for) or (finding.state == "submitted" and not reads.checks_open(finding))
    unmet = guards.submit(_submit_facts(finding, measures)) if hands_in else []
    return Panel(
        finding,
        cards,
        may_submit=hands_in,
        may_take_back=may_take_back and decide.may(actor, "finding.take_back", target),
        in_the_way=sentences(unmet),
        waits_for=waits_for,
        turns=turns.summary(finding),
    )


def _may_hand_in(actor: Actor, finding: Finding, target: Target) -> bool:
    """The first of the regime's signatures before submission, or the head's submission itself."""
    steps = signing.submit_steps(finding)
    return decide.holds(actor.as_seat(), steps[0].role, target) if steps else decide.may(actor, "finding.submit", target)


def _waits_for(finding: Finding) -> str:
    """The regime's word for whose signature is the next before submission; empty if nothing is being signed."""
    application = signing.waiting(finding) if signing.submit_steps(finding) else None
    if application is None:
        return ""
    return regimes.profile_of(finding.round.regime).role_word(application.chain[application.step]["role"])


def _submit_facts(finding: Finding, measures: list[Measure]) -> facts.FindingFacts:
    found = tuple(reads.measure_facts(m) for m in measures)
    return facts.FindingFacts(number=finding.number, state=finding.state, klass=finding.klass, measures=found)


def sentences(unmet: Iterable[Unmet]) -> list[str]:
    return [http.translate(u.text, u.params) for u in unmet]


class _Parts:
    """What hangs on some measures, read in one query each."""

    def __init__(self, measures: list[Measure]) -> None:
        self.notes = _by_measure(ProgressNote.objects.filter(measure__in=measures).select_related("unit")[:400])
        uses = EvidenceUse.objects.filter(measure__in=measures).select_related("evidence", "evidence__unit")
        self.uses = _by_measure(_with_looks(list(uses.order_by("-used_at", "-pk"))))
        self.claims = _by_measure(Claim.objects.filter(measure__in=measures))
        self.rules = _by_measure(MeasureRule.objects.filter(measure__in=measures).select_related("institution").order_by("pk"))
        self.supports: dict[int, list[str]] = {}
        for measure_id, path in MeasureSupport.objects.filter(measure__in=measures).values_list("measure_id", "unit__path"):
            self.supports.setdefault(measure_id, []).append(path)


def _with_looks(uses: list[EvidenceUse]) -> list[EvidenceUse]:
    """Each piece of evidence with what its file looks like, as far as somebody has looked, and who saw a paper kept elsewhere."""
    digests = {use.evidence.digest for use in uses if use.evidence.digest}
    looks = {look.digest: look for look in FileLook.objects.filter(digest__in=digests).defer("prints")} if digests else {}
    offline = {use.evidence_id for use in uses if use.evidence.held_offline}
    seen = {row.evidence_id: row for row in EvidenceSeen.objects.filter(evidence__in=offline)} if offline else {}
    for use in uses:
        use.look, use.seen = looks.get(use.evidence.digest), seen.get(use.evidence_id)  # type: ignore[attr-defined]
    return uses


def _by_measure(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.measure_id, []).append(row)
    return found


def _card(actor: Actor, m: Measure, finding: Finding, target: Target, parts: _Parts) -> Card:
    claims: list[Claim] = parts.claims.get(m.pk, [])
    last = next((c for c in reversed(claims) if c.kind == "done"), None)
    said = next((c for c in reversed(claims) if c.kind == "said" and c.state == "stated"), None)
    uses: list[EvidenceUse] = parts.uses.get(m.pk, [])
    own = Target(
        target.round_id,
        (*target.parties, ("lead", m.lead.path), *(("support", path) for path in parts.supports.get(m.pk, []))),
        leader_post_id=target.leader_post_id,
    )
    notes = parts.notes.get(m.pk, [])
    deeds = _deeds(actor, m, own, said)
    return Card(
        measure=m,
        said="yes" if m.said_on else "no",
        done=_done_mark(m, last),
        deeds=deeds,
        in_the_way=sentences(guards.claim(_claim_facts(m, finding, uses))) if deeds.claim else [],
        notes=notes[:NOTES_SHOWN],
        more_notes=max(len(notes) - NOTES_SHOWN, 0),
        uses=uses,
        claim=last,
        said_claim=said,
        rules=parts.rules.get(m.pk, []),
    )


def _done_mark(m: Measure, last: Claim | None) -> str:
    if m.state in ("done", "claimed", "failed"):
        return {"done": "yes", "claimed": "claimed", "failed": "failed"}[m.state]
    return "returned" if last and last.state in ("returned", "fell_back") else "no"


def _deeds(actor: Actor, m: Measure, target: Target, said: Claim | None) -> Deeds:
    works, speaks = decide.may(actor, "progress.write", target), decide.may(actor, "claim.make", target)
    return Deeds(
        note=works and m.state in NOTED,
        prove=decide.may(actor, "evidence.add", target) and m.state in NOTED,
        say=speaks and m.state in WORKED_ON and m.said_on is None,
        claim=speaks and m.state in CLAIMABLE,
        take_back=speaks and m.state == "claimed",
        strike=said is not None and decide.may(actor, "claim.strike", target),
        rule=works and m.state in NOTED,
    )


def _claim_facts(m: Measure, finding: Finding, uses: list[EvidenceUse]) -> facts.ClaimFacts:
    """What is known before the claim's text is typed."""
    shown = tuple(facts.EvidenceFacts(u.evidence.kind, counts=u.evidence.state in Evidence.COUNTING) for u in uses)
    return facts.ClaimFacts(standard=m.standard or finding.standard, text="…", evidence=shown)


def expect_served(finding_id: int, measure_id: int) -> None:
    """A measure is worked on from the case file of a finding that it serves."""
    if not MeasureFinding.objects.filter(finding_id=finding_id, measure_id=measure_id).exists():
        raise NotFound("measure.foreign", N_("The measure does not serve this finding. Go back to the list."))


def expect_claim_of(finding_id: int, claim_id: int) -> None:
    """A claim is reached through a finding that its measure serves."""
    _expect_there(Claim.objects.filter(pk=claim_id, measure__serves__finding_id=finding_id))


def expect_rule_of(finding_id: int, rule_id: int) -> None:
    """A rule is reached through a finding that one of its measures serves."""
    _expect_there(MeasureRule.objects.filter(institution_id=rule_id, measure__serves__finding_id=finding_id))


def _expect_there(rows: QuerySet[Any]) -> None:
    if not rows.exists():
        raise NotFound("measure.foreign", N_("The measure does not serve this finding. Go back to the list."))
