"""Reports that were asked for, how far they are, and on which of them a finding stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from jiandi.base import files, http
from jiandi.base.errors import NotFound
from jiandi.base.jobs.models import Job
from jiandi.base.text.words import N_
from jiandi.loop.report import rules
from jiandi.loop.report.rules.fields import OF_FINDINGS
from jiandi.loop.report.rules.spots import FIGURES, VALUES
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import load, targets
from jiandi.record.ledger.models import Finding, ReconciliationLine, Report
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

PAGE = 50
JOB = "report.write"
_OVER = {"failed", "stopped"}


@dataclass(frozen=True)
class Row:
    """A report with who asked, and how far its writing is."""

    report: Report
    asked_by: str
    state: str
    done: int
    total: int

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What could not be filled into a form."""
        return told(self.report.notes)

    @property
    def work(self) -> str:
        """As the progress piece calls it."""
        return {"asked": "busy", "ready": "done"}.get(self.state, "failed")


def told(notes: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
    """Notes in the reader's language: the place in the form, and why nothing (or not all) went there."""
    words = {**VALUES, **FIGURES, **OF_FINDINGS}
    found = []
    for place, text, params in notes:
        what = params.get("what")
        found.append((str(place), http.translate(text, {**params, "what": _(words.get(what, what))} if what else params)))
    return found


def may_write_whole(actor: Actor, round_id: int) -> bool:
    return decide.may(actor, "report.write", targets.of_round(load.round_(actor, round_id)))


def case_target(finding: Finding) -> Target:
    """A case package is written by the office of the round, or by the unit that leads."""
    return targets.of_unit(finding.lead, finding.round_id) if finding.lead else targets.of_round(finding.round)


def may_package(actor: Actor, finding: Finding) -> bool:
    return decide.may(actor, "report.write", case_target(finding))


def reports(actor: Actor, round_id: int, number: object = 1) -> tuple[Page[Report], list[Row]]:
    """The office sees every report of the round; everybody else those asked for by themselves."""
    round_ = load.round_(actor, round_id)
    rows = Report.objects.filter(round=round_).select_related("unit", "round").order_by("-pk")
    if not decide.may(actor, "report.write", targets.of_round(round_)):
        rows = rows.filter(asked_by_id=actor.user_id or 0)
    page = Paginator(rows, PAGE).get_page(number)  # type: ignore[arg-type]
    return page, with_progress(list(page))


def with_progress(found: list[Report]) -> list[Row]:
    names = accounts.names_of(row.asked_by_id for row in found)
    waiting = [str(row.pk) for row in found if row.state == "asked"]
    jobs = {job.key: job for job in Job.objects.filter(name=JOB, key__in=waiting)} if waiting else {}
    return [_row(row, names.get(row.asked_by_id, ""), jobs.get(str(row.pk))) for row in found]


def _row(report: Report, asked_by: str, job: Job | None) -> Row:
    state = "failed" if job and job.state in _OVER else report.state
    return Row(report, asked_by, state, job.done if job else 0, (job.total or 0) if job else 0)


def report(actor: Actor, report_id: int) -> Report:
    """A report asked for by the actor, or any of the round for its office; what is not yours does not exist."""
    found = Report.objects.filter(pk=report_id).select_related("round", "unit").first()
    missing = NotFound("report.none", N_("There is no such report, or it was asked for by somebody else. Ask for your own."))
    if found is None:
        raise missing
    load.round_(actor, found.round_id)
    if found.finding_id:
        load.finding(actor, found.finding_id)
    own = found.asked_by_id == (actor.user_id or 0)
    if not own and not decide.may(actor, "report.write", targets.of_round(found.round)):
        raise missing
    return found


def round_target(actor: Actor, round_id: int) -> Target:
    return targets.of_round(load.round_(actor, round_id))


def rates_name(found: Report) -> str:
    """Of the three-rate sheet that goes with a filled form."""
    return rules.file_name(f"{found.title} {_('Three rates')}", found.as_of, "form")


def opened(found: Report) -> BinaryIO:
    """The file of a report that is ready."""
    if found.state != "ready":
        raise NotFound("report.not_ready", N_("The file is not written yet. Wait until it is ready."))
    return files.open_file(found.digest)


def units_to_choose(actor: Actor, round_id: int) -> list[tuple[int, str]]:
    """Units for which the actor may ask a report: those that lead something the actor may see."""
    round_ = load.round_(actor, round_id)
    leads = figures.in_round(actor, round_id).exclude(lead=None).values("lead_id")
    units = Unit.objects.filter(Q(pk__in=leads) | Q(pk__in=[d.unit_id for d in actor.duties])).order_by("path")
    return [(u.pk, u.name) for u in units if decide.may(actor, "report.write", targets.of_unit(u, round_.pk))]


@dataclass(frozen=True)
class Named:
    """Where a finding stands in what was handed out."""

    sheets: list[ReconciliationLine]
    reports: list[Row]


def naming(actor: Actor, finding: Finding) -> Named:
    """Frozen sheets with this finding, and reports that the actor may open whose scope and day include it."""
    lines = ReconciliationLine.objects.filter(finding=finding).select_related("sheet").order_by("-sheet__as_of", "-sheet_id")
    scope = Q(unit__isnull=True)
    if finding.lead:
        above = [finding.lead.path[:n] for n in range(4, len(finding.lead.path) + 1, 4)]
        scope |= Q(unit__path__in=above)
    scope &= Q(source__in=["", finding.source])
    about = Q(finding=None, state="ready") | Q(finding=finding)
    found = Report.objects.filter(scope, about, round=finding.round_id, as_of__gte=finding.registered_on)
    if not decide.may(actor, "report.write", targets.of_round(finding.round)):
        found = found.filter(asked_by_id=actor.user_id or 0)
    return Named(list(lines[:20]), with_progress(list(found.select_related("unit").order_by("-pk")[:20])))
