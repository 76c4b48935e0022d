"""Findings with everything a ledger or report prints of them, a few hundred at a time: memory stays flat."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from jiandi.record.ledger.models import (
    Cause,
    Check,
    Evidence,
    EvidenceUse,
    Finding,
    FindingParty,
    Institution,
    MeasureFinding,
    ProgressNote,
)
from jiandi.record.ledger.models.finding import SAYS_FINISHED

CHUNK = 1000
CLOSE = 3


class Printed(NamedTuple):
    """A finding as files print it, units and posts by name; the order is that of ``_FIELDS``."""

    pk: int
    version: int
    number: str
    title: str
    verbatim: str
    category: str
    klass: str
    state: str
    standard: str
    stage_goal: str
    due: date | None
    due_text: str
    next_review: date | None
    registered_on: date
    closed_on: date | None
    is_said: bool
    is_done: bool
    is_well: bool
    effect_measure: str
    effect_state: str
    lead: str | None
    found_in: str | None
    leader_post: str | None
    letter_number: str | None
    outline_number: str | None
    source: str
    old_word: str

    @property
    def is_unchecked(self) -> bool:
        """Taken over as finished, and not checked here."""
        return self.source == "taken_over" and self.state in SAYS_FINISHED and not self.is_done


_ELSEWHERE = {
    "lead": "lead__name",
    "found_in": "found_in__name",
    "leader_post": "leader_post__title",
    "letter_number": "item__letter__number",
    "outline_number": "item__level",
}
_FIELDS = tuple(_ELSEWHERE.get(name, name) for name in Printed._fields)


class MeasureText(NamedTuple):
    """A measure as a report prints it."""

    text: str
    state: str
    post: str | None


@dataclass(slots=True)
class Row:
    """A finding and the texts that hang on it."""

    serial: int
    finding: Printed
    causes: list[str] = field(default_factory=list)
    measures: list[MeasureText] = field(default_factory=list)
    units: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    progress: str = ""
    evidence: list[str] = field(default_factory=list)
    institutions: list[str] = field(default_factory=list)
    check: Check | None = None


def stream(findings: QuerySet[Finding]) -> Iterator[Row]:
    """In the order of registration. The keys are asked for once: a batch is then a stretch of keys, not a new search in the round."""
    keys = array("q", findings.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK))
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        batch = map(Printed._make, findings.filter(pk__range=(some[0], some[-1])).order_by("pk").values_list(*_FIELDS))
        rows = {finding.pk: Row(n, finding) for n, finding in enumerate(batch, start=start + 1)}
        _add_texts(rows, _stretch(findings, some))
        yield from rows.values()


def _stretch(findings: QuerySet[Finding], keys: Sequence[int]) -> QuerySet[Finding, Any]:
    """The findings of a batch. Where its keys lie close together also those between them, whose texts are left aside: that is found without any index but the key."""
    is_close = keys[-1] - keys[0] < CLOSE * len(keys)
    return (Finding.objects.all() if is_close else findings).filter(pk__range=(keys[0], keys[-1])).order_by().values("pk")


def chosen(findings: QuerySet[Finding], most: int) -> Iterator[Row]:
    """The first rows in the order that ``findings`` has, for a table that is filled and not a whole ledger."""
    serial = 0
    while serial < most and (batch := [Printed._make(v) for v in findings.values_list(*_FIELDS)[serial : min(serial + CHUNK, most)]]):
        rows = {finding.pk: Row(n, finding) for n, finding in enumerate(batch, start=serial + 1)}
        _add_texts(rows, Finding.objects.filter(pk__in=list(rows)).order_by().values("pk"))
        yield from rows.values()
        serial += len(batch)


def _add_texts(rows: dict[int, Row], batch: QuerySet[Finding, Any]) -> None:
    """The database is told the batch as a query: a long list of keys costs more to write than to answer."""
    _add_causes(rows, batch)
    _add_measures(rows, batch)
    _add_units(rows, batch)
    _add_notes(rows, batch)
    _add_evidence(rows, batch)
    _add_institutions(rows, batch)
    for check in Check.objects.filter(finding__in=batch).select_related("unit").order_by("pk"):
        if check.finding_id in rows:
            rows[check.finding_id].check = check


def _add_causes(rows: dict[int, Row], batch: QuerySet[Finding, Any]) -> None:
    found = Cause.objects.filter(finding__in=batch, is_dropped=False).order_by("pk").values_list("finding_id", "text")
    for finding_id, text in found:
        if finding_id in rows:
            rows[finding_id].causes.append(text)


def _add_measures(rows: dict[int, Row], batch: QuerySet[Finding, Any]) -> None:
    found = MeasureFinding.objects.filter(finding__in=batch).exclude(measure__state="dropped").order_by("measure__number")
    for finding_id, *told in found.values_list("finding_id", "measure__text", "measure__state", "measure__post__title"):
        if finding_id in rows:
            rows[finding_id].measures.append(MeasureText._make(told))


def _add_units(rows: dict[int, Row], batch: QuerySet[Finding, Any]) -> None:
    found = FindingParty.objects.filter(finding__in=batch).order_by("pk").values_list("finding_id", "part", "unit__name")
    for finding_id, part, name in found:
        if finding_id in rows:
            rows[finding_id].units[part].append(name)


def _add_notes(rows: dict[int, Row], batch: QuerySet[Finding, Any]) -> None:
    """The last note of each finding."""
    found = ProgressNote.objects.filter(measure__findings__in=batch).order_by("on", "pk")
    for finding_id, text in found.values_list("measure__findings", "text").iterator(chunk_size=2000):
        if finding_id in rows:
            rows[finding_id].progress = text


def _add_evidence(rows: dict[int, Row], batch: QuerySet[Finding, Any]) -> None:
    direct = EvidenceUse.objects.filter(finding__in=batch, evidence__state__in=Evidence.COUNTING).values_list(
        "finding_id", "evidence__title"
    )
    through = EvidenceUse.objects.filter(measure__findings__in=batch, evidence__state__in=Evidence.COUNTING).values_list(
        "measure__findings", "evidence__title"
    )
    for finding_id, title in [*through.order_by("pk"), *direct.order_by("pk")]:
        if finding_id in rows and title not in rows[finding_id].evidence:
            rows[finding_id].evidence.append(title)


def _add_institutions(rows: dict[int, Row], batch: QuerySet[Finding, Any]) -> None:
    found = Institution.objects.filter(measures__findings__in=batch).exclude(state__in=("abolished", "superseded")).order_by("pk")
    for finding_id, title, number in found.values_list("measures__findings", "title", "number"):
        name = f"《{title}》（{number}）" if number else f"《{title}》"
        if finding_id in rows and name not in rows[finding_id].institutions:
            rows[finding_id].institutions.append(name)
