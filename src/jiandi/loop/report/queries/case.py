"""Everything of one finding that goes into its case package, as its asker sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import load, looks, reads
from jiandi.record.ledger.models import Cause, Check, Claim, Evidence, EvidenceUse, FileLook, Finding, Institution, Measure, ProgressNote
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class Kept:
    """A piece of evidence in the package; ``path`` is empty for what is held elsewhere or locked, ``why`` then says so."""

    row: Evidence
    path: str
    why: str
    shown_for: str
    seen: list[str]


@dataclass(frozen=True)
class MeasurePart:
    """A measure with what was reported, claimed and ruled."""

    measure: Measure
    notes: list[ProgressNote]
    claims: list[Claim]
    rules: list[Institution]


@dataclass(frozen=True)
class Step:
    """A state that the finding came into; every other entry is in the trail."""

    when: datetime
    who: str
    state: str
    reason: str


@dataclass(frozen=True)
class Case:
    """The whole case file (一案一档)."""

    finding: Finding
    parties: list[tuple[str, str]]
    causes: list[Cause]
    measures: list[MeasurePart]
    checks: list[Check]
    evidence: list[Kept]
    steps: list[Step]

    def things(self) -> list[tuple[str, int]]:
        """What the trail is asked about."""
        found = [("finding", self.finding.pk)]
        for part in self.measures:
            found += [("measure", part.measure.pk), *(("claim", c.pk) for c in part.claims), *(("institution", r.pk) for r in part.rules)]
        found += [("cause", c.pk) for c in self.causes] + [("check", c.pk) for c in self.checks]
        return found + [("evidence", kept.row.pk) for kept in self.evidence]


def case(actor: Actor, finding_id: int) -> Case:
    finding = load.finding(actor, finding_id)
    measures = reads.measures_of(finding.pk)
    parties = finding.parties.select_related("unit").order_by("part", "unit__path")
    return Case(
        finding=finding,
        parties=[(party.get_part_display(), party.unit.name) for party in parties],
        causes=list(finding.causes.filter(is_dropped=False).select_related("unit").order_by("pk")),
        measures=[_part(m) for m in measures],
        checks=list(Check.objects.filter(Q(finding=finding) | Q(measure__in=measures)).select_related("unit").distinct().order_by("pk")),
        evidence=_evidence(finding, measures),
        steps=_steps(finding),
    )


def _part(measure: Measure) -> MeasurePart:
    return MeasurePart(
        measure,
        list(measure.notes.select_related("unit").order_by("on", "pk")),
        list(measure.claims.order_by("pk")),
        list(measure.institutions.order_by("pk")),
    )


def _evidence(finding: Finding, measures: list[Measure]) -> list[Kept]:
    uses = (
        EvidenceUse.objects.filter(Q(finding=finding) | Q(cause__finding=finding) | Q(measure__in=measures))
        .select_related("measure")
        .order_by("evidence_id", "pk")
    )
    shown_for: dict[int, list[str]] = {}
    for use in uses:
        shown_for.setdefault(use.evidence_id, []).append(str(use.measure.number) if use.measure else finding.number)
    rows = list(Evidence.objects.filter(pk__in=shown_for).select_related("unit").prefetch_related("seen").order_by("added_at", "pk"))
    looked = {look.digest: look for look in FileLook.objects.filter(digest__in=[row.digest for row in rows if row.digest]).defer("prints")}
    return [_kept(place, row, looked.get(row.digest), shown_for[row.pk]) for place, row in enumerate(rows, start=1)]


def _kept(place: int, row: Evidence, look: FileLook | None, shown_for: Iterable[str]) -> Kept:
    path, why = "", ""
    if not row.digest:
        why = "offline"
    elif looks.is_held(row, look):
        why = "locked"
    else:
        path = f"evidence/{place:04d}/{row.file_name}"
    seen = [f"{one.post} {one.on.isoformat()}" for one in row.seen.all()]
    return Kept(row, path, why, ", ".join(dict.fromkeys(shown_for)), seen)


def _steps(finding: Finding) -> list[Step]:
    events = trail.history("finding", finding.pk)
    names = accounts.names_of(event.actor_id for event in events)
    return [
        Step(event.at, names.get(event.actor_id or 0, ""), str(event.changes["state"][1]), event.reason)
        for event in events
        if "state" in event.changes
    ]
