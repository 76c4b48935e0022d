"""A ledger that came back: what the record says of its cells now, who said so, and its page."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from jiandi.base import http
from jiandi.base.errors import NotFound
from jiandi.base.jobs.models import Job
from jiandi.base.text.words import N_
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import targets
from jiandi.record.ledger.models import Finding, Measure, MeasureFinding, ProgressNote, Report, ReturnedCell, ReturnedLedger, Round
from jiandi.record.ledger.returned import OPEN_KINDS
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import TrailEntry

APPLY = "intake.apply_returned"
COMPARE = "intake.compare_returned"
CELLS, LEDGERS = 50, 20
WAITING = ("received", "applying")
RUNNING = ("planned", "in_progress")
_GONE = N_("The finding is not there, or it is not yours to see.")
KINDS = ("conflict", "change", "refused", "same")
COLUMNS = {"category": "category", "leader_post": "leader_post_id"}


@dataclass(frozen=True)
class Touch:
    """Who wrote a value, and when."""

    by_id: int | None = None
    at: datetime | None = None


@dataclass
class Standing:
    """A finding as the record has it: the values that may come back, and the measure a note goes to."""

    finding: Finding
    target: Target
    values: dict[str, str]
    measure_id: int | None = None
    note_id: int | None = None
    touches: dict[str, Touch] = field(default_factory=dict)


def may_hand_back(actor: Actor, round_: Round) -> bool:
    """Whoever may ask for a ledger of the round, or of a unit of one's own, may hand it back."""
    own = (Target(round_.pk, unit_path=duty.unit_path) for duty in actor.duties)
    return any(decide.may(actor, "report.write", target) for target in (targets.of_round(round_), *own))


def handed_out(actor: Actor, report_id: int, round_: Round) -> Report:
    """The file that was handed out, if it was handed out to the actor, or the actor could have asked for it."""
    found = Report.objects.filter(pk=report_id, round=round_, kind="ledger", state="ready").select_related("unit").first()
    if found is not None:
        target = targets.of_unit(found.unit, round_.pk) if found.unit else targets.of_round(round_)
        if found.asked_by_id == actor.user_id or decide.may(actor, "report.write", target):
            return found
    raise NotFound(
        "intake.other_ledger",
        N_("This file was handed out for another round, by another installation, or to somebody else. Ask for the ledger under Reports."),
    )


def standing(actor: Actor, round_: Round, ids: Collection[int]) -> dict[int, Standing]:
    """What the actor sees of these findings, in a handful of queries."""
    if not ids:
        return {}
    span = (min(ids), max(ids))
    rows = Finding.objects.visible_to(actor).filter(round=round_, pk__range=span).select_related("leader_post")
    wanted = [finding for finding in rows if finding.pk in ids]
    parties = targets.of_findings(wanted) if len(wanted) <= CELLS else _targets(wanted)
    found = {f.pk: Standing(f, parties[f.pk], {"category": f.category, "leader_post": _title(f), "progress": ""}) for f in wanted}
    _add_measures(found, span)
    _add_notes(found, span)
    return found


def _targets(findings: list[Finding]) -> dict[int, Target]:
    """A long list of keys goes in pieces."""
    made: dict[int, Target] = {}
    for first in range(0, len(findings), 500):
        made |= targets.of_findings(findings[first : first + 500])
    return made


def _title(finding: Finding) -> str:
    return finding.leader_post.title if finding.leader_post else ""


def _add_measures(found: dict[int, Standing], span: tuple[int, int]) -> None:
    """The first one that is being worked on."""
    ties = MeasureFinding.objects.filter(finding__pk__range=span, measure__state__in=RUNNING).order_by("-measure__number")
    for finding_id, measure_id in ties.values_list("finding_id", "measure_id"):
        if finding_id in found:
            found[finding_id].measure_id = measure_id


def _add_notes(found: dict[int, Standing], span: tuple[int, int]) -> None:
    """The last note, as the ledger prints it; its measure goes on, if it is still being worked on."""
    notes = ProgressNote.objects.filter(measure__findings__pk__range=span).order_by("on", "pk")
    told = notes.values_list("measure__findings", "pk", "text", "written_by_id", "measure_id", "measure__state")
    for finding_id, pk, text, by_id, measure_id, state in told.iterator(chunk_size=2000):
        one = found.get(finding_id)
        if one is not None:
            one.values["progress"], one.note_id, one.touches["progress"] = text, pk, Touch(by_id)
            one.measure_id = measure_id if state in RUNNING else one.measure_id


def touched(found: Iterable[Standing], names: Collection[str]) -> None:
    """Add who wrote the values of these columns last; asked only for cells where somebody did."""
    wanted = {one.finding.pk: one for one in found}
    keys = list(wanted)
    columns = {COLUMNS[name]: name for name in names if name in COLUMNS}
    for first in range(0, len(keys), 500):
        entries = TrailEntry.objects.filter(thing="finding", thing_id__in=keys[first : first + 500]).order_by("number")
        for entry in entries.iterator():
            for column in columns.keys() & json.loads(entry.body)["changes"].keys():
                wanted[entry.thing_id].touches[columns[column]] = Touch(entry.actor_id, entry.at)
    by_note = {one.note_id: one for one in wanted.values() if one.note_id}
    notes = list(by_note)
    for first in range(0, len(notes), 500):
        for entry in TrailEntry.objects.filter(thing="progressnote", thing_id__in=notes[first : first + 500], number=1):
            by_note[entry.thing_id].touches["progress"] = Touch(entry.actor_id, entry.at)


def leaders() -> dict[str, list[int]]:
    """Seats of leaders by title; a title may stand for several."""
    found: dict[str, list[int]] = {}
    for post in accounts.leader_posts():
        found.setdefault(post.title, []).append(post.pk)
    return found


def may_note(actor: Actor, one: Standing) -> bool:
    """Whether the actor may write on the measure, by the finding's parts or the measure's own."""
    if decide.may(actor, "progress.write", one.target):
        return True
    measure = Measure.objects.select_related("lead").filter(pk=one.measure_id or 0).first()
    return measure is not None and decide.may(actor, "progress.write", targets.of_measure(measure))


@dataclass(frozen=True)
class CellRow:
    """A cell with the names of those who wrote in the meantime."""

    cell: ReturnedCell
    changed_by: str
    goes_to: str

    @property
    def why(self) -> str:
        return http.translate(self.cell.why or _GONE, {})


@dataclass(frozen=True)
class ReturnedPage:
    """What the page of one ledger needs."""

    returned: ReturnedLedger
    by: str
    kind: str
    counts: dict[str, int]
    undecided: int
    taken: int
    page: Page[ReturnedCell]
    rows: list[CellRow]
    is_busy: bool
    has_failed: bool

    @property
    def can_choose(self) -> bool:
        return self.returned.state == "compared" and self.kind in OPEN_KINDS


def returned_ledgers(actor: Actor, round_: Round, number: int = 1) -> Page[ReturnedLedger]:
    """The office sees all of the round, everybody else those handed in by oneself."""
    rows = ReturnedLedger.objects.filter(round=round_).select_related("report").order_by("-pk")
    if not decide.may(actor, "import.take", targets.of_round(round_)):
        rows = rows.filter(handed_in_by_id=actor.user_id or 0)
    return Paginator(rows, LEDGERS).get_page(number)


def returned_page(returned: ReturnedLedger, kind: str, number: int) -> ReturnedPage:
    """Cells of one kind, a page at a time; without a choice the first kind that has any."""
    cells: QuerySet[ReturnedCell] = returned.cells.all()
    counts = dict.fromkeys(KINDS, 0) | {row["kind"]: row["n"] for row in cells.order_by().values("kind").annotate(n=Count("pk"))}
    shown = kind if kind in KINDS else next((one for one in KINDS if counts[one]), "change")
    page = Paginator(cells.filter(kind=shown).select_related("finding"), CELLS).get_page(number)
    job = Job.objects.filter(name=APPLY if returned.state == "applying" else COMPARE, key=work_key(returned)).first()
    return ReturnedPage(
        returned=returned,
        by=accounts.names_of([returned.handed_in_by_id]).get(returned.handed_in_by_id or 0, ""),
        kind=shown,
        counts=counts,
        undecided=cells.filter(kind="conflict", choice="").count() if counts["conflict"] else 0,
        taken=cells.filter(choice="take").count(),
        page=page,
        rows=_rows(list(page)),
        is_busy=returned.state in WAITING and (job is None or job.is_open),
        has_failed=returned.state in WAITING and job is not None and not job.is_open,
    )


def work_key(returned: ReturnedLedger) -> str:
    return f"{returned.pk}-{returned.version}"


def _rows(cells: list[ReturnedCell]) -> list[CellRow]:
    names = accounts.names_of(cell.changed_by_id for cell in cells)
    measures = dict(Measure.objects.filter(pk__in=[cell.measure_id for cell in cells if cell.measure_id]).values_list("pk", "text"))
    return [CellRow(cell, names.get(cell.changed_by_id or 0, ""), measures.get(cell.measure_id or 0, "")) for cell in cells]
