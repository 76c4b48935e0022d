"""Findings with everything a ledger or report prints of them, a few hundred at a time: memory stays flat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from jiandi.record.ledger.models import Cause, Check, EvidenceUse, Finding, FindingParty, Institution, MeasureFinding, ProgressNote

CHUNK = 500
_MEASURE = ("measure__number", "measure__text", "measure__lead__name", "measure__due", "measure__state", "measure__kind")


@dataclass(frozen=True)
class MeasureText:
    """A measure as a report prints it."""

    number: int
    text: str
    lead: str
    post: str
    due: Any
    state: str
    kind: str


@dataclass
class Row:
    """A finding and the texts that hang on it."""

    finding: Finding
    causes: list[str] = field(default_factory=list)
    measures: list[MeasureText] = field(default_factory=list)
    units: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    progress: str = ""
    evidence: list[str] = field(default_factory=list)
    institutions: list[str] = field(default_factory=list)
    check: Check | None = None


def stream(findings: QuerySet[Finding]) -> Iterator[Row]:
    """In the order of registration; each batch starts behind the last row of the one before."""
    ordered = findings.prefetch_related("lead", "found_in", "leader_post", "item", "item__letter").order_by("pk")
    last = 0
    while batch := list(ordered.filter(pk__gt=last)[:CHUNK]):
        yield from _with_texts(batch)
        last = batch[-1].pk


def _with_texts(batch: list[Finding]) -> list[Row]:
    rows = {finding.pk: Row(finding) for finding in batch}
    ids = list(rows)
    _add_causes(rows, ids)
    _add_measures(rows, ids)
    _add_units(rows, ids)
    _add_notes(rows, ids)
    _add_evidence(rows, ids)
    _add_institutions(rows, ids)
    for check in Check.objects.filter(finding__in=ids).select_related("unit").order_by("pk"):
        rows[check.finding_id].check = check
    return list(rows.values())


def _add_causes(rows: dict[int, Row], ids: list[int]) -> None:
    found = Cause.objects.filter(finding__in=ids, is_dropped=False).order_by("pk").values_list("finding_id", "text")
    for finding_id, text in found:
        rows[finding_id].causes.append(text)


def _add_measures(rows: dict[int, Row], ids: list[int]) -> None:
    found = MeasureFinding.objects.filter(finding__in=ids).exclude(measure__state="dropped").order_by("measure__number")
    for finding_id, post, *told in found.values_list("finding_id", "measure__post__title", *_MEASURE):
        number, text, lead, due, state, kind = told
        rows[finding_id].measures.append(MeasureText(number, text, lead, post or "", due, state, kind))


def _add_units(rows: dict[int, Row], ids: list[int]) -> None:
    found = FindingParty.objects.filter(finding__in=ids).order_by("pk").values_list("finding_id", "part", "unit__name")
    for finding_id, part, name in found:
        rows[finding_id].units[part].append(name)


def _add_notes(rows: dict[int, Row], ids: list[int]) -> None:
    """The last note of each finding."""
    found = ProgressNote.objects.filter(measure__findings__in=ids).order_by("on", "pk")
    for finding_id, text in found.values_list("measure__findings", "text").iterator(chunk_size=2000):
        if finding_id in rows:
            rows[finding_id].progress = text


def _add_evidence(rows: dict[int, Row], ids: list[int]) -> None:
    direct = EvidenceUse.objects.filter(finding__in=ids).values_list("finding_id", "evidence__title")
    through = EvidenceUse.objects.filter(measure__findings__in=ids).values_list("measure__findings", "evidence__title")
    for finding_id, title in [*through.order_by("pk"), *direct.order_by("pk")]:
        if finding_id in rows and title not in rows[finding_id].evidence:
            rows[finding_id].evidence.append(title)


def _add_institutions(rows: dict[int, Row], ids: list[int]) -> None:
    found = Institution.objects.filter(measure__findings__in=ids).exclude(state="abolished").order_by("pk")
    for finding_id, title, number in found.values_list("measure__findings", "title", "number"):
        name = f"《{title}》（{number}）" if number else f"《{title}》"
        if finding_id in rows and name not in rows[finding_id].institutions:
            rows[finding_id].institutions.append(name)
