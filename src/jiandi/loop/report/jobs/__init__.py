"""Writing the files that were asked for. Only the worker and commands load this: it brings the heavy libraries."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, JiandiError
from jiandi.base.http import shown
from jiandi.base.jobs import Run, bulk, job
from jiandi.loop.report import actions, queries, rules
from jiandi.loop.report.actions import prescribed as forms
from jiandi.loop.report.jobs import (
    briefing,
    case_package,
    chasing,
    document,
    filled_form,
    ledger,
    matters,
    phase,
    plan_books,
    plan_papers,
    rules_register,
    workbooks,
)
from jiandi.loop.report.queries import prescribed
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import User
from jiandi.record.ledger.models import PrescribedForm, Report
from jiandi.record.trail.actor import SYSTEM, Actor

CHUNK = 1024 * 1024
LARGEST_MB = 500
LARGEST_PACKAGE_MB = 20_000
Tell = Callable[[int, int], None]
WRITERS: dict[str, Callable[..., dict[str, Any]]] = {
    "ledger": ledger.write_ledger,
    "report": document.write_document,
    "briefing": briefing.write_briefing,
    "chase": chasing.write_chase,
    "rules": rules_register.write_register,
    "matters": matters.write_matters,
    "opinions": plan_papers.write_opinions,
    "pledge": plan_papers.write_pledge,
    "lists_docx": plan_papers.write_lists,
    "lists_xlsx": plan_books.write_lists,
    "milestones": plan_books.write_milestones,
    "weakened": plan_books.write_weakened,
    "phase_docx": phase.write_statement,
    "phase_xlsx": phase.write_statement,
}


@job(queries.JOB, lease_seconds=600)
def write_report(run: Run) -> dict[str, Any] | None:
    """Write the file in the scope of the person who asked, as that person stands now, and keep it in the store."""
    report = Report.objects.select_related("round", "round__regime", "round__unit", "unit", "form", "plan", "plan__unit").get(
        pk=run.payload["report_id"]
    )
    if report.state != "asked":
        return {"report": report.pk}
    actor = _who_asked(report)
    try:
        written = _write(report, actor, run.progress)
    except JiandiError as error:
        found = shown(error)
        actions.fail_report(actor=actor, report=report, fault=" ".join([found.message, *found.unmet]))
        raise
    actions.finish_report(actor=actor, report=report, written=written)
    return {"report": report.pk}


def _who_asked(report: Report) -> Actor:
    return _person(report.asked_by_id)


def _person(user_id: int) -> Actor:
    """As they stand now: who was locked meanwhile has no duties left, and policy refuses."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return SYSTEM
    return accounts.actor_for(user, zone="job") if user.is_active else Actor(user.pk, user.full_name, zone="job")


@bulk.uncollected()
def _write(report: Report, actor: Actor, tell: Tell) -> rules.Written:
    with _folder() as place:
        path = Path(place) / f"report.{rules.SUFFIXES[report.kind]}"
        if report.finding_id:
            made = case_package.write_package(path, actor, report.finding_id, tell)
            return _kept(report, path, made, limit_mb=LARGEST_PACKAGE_MB)
        if report.form:
            return _fill(report, report.form, path, actor)
        more: dict[str, Any] = {"plan": report.plan} if report.plan else {}
        if report.kind == "ledger":
            more = {"report_id": report.pk, "source": report.source}
        figures = WRITERS[report.kind](path, actor, report.round_id, report.unit_id, title=report.title, tell=tell, **more)
        return _kept(report, path, figures)


def _fill(report: Report, form: PrescribedForm, path: Path, actor: Actor) -> rules.Written:
    """The filled form and, filed with it, its three-rate sheet."""
    notes = filled_form.write_form(path, actor, form)
    rates = path.with_name("rates.xlsx")
    figures = filled_form.write_rates(rates, actor, form)
    digest = files.store(_chunks(rates), limit_bytes=LARGEST_MB * 1024**2).digest
    return replace(_kept(report, path, figures), rates_digest=digest, notes=notes)


def _kept(report: Report, path: Path, figures: dict[str, Any], *, limit_mb: int = LARGEST_MB) -> rules.Written:
    stored = files.store(_chunks(path), limit_bytes=limit_mb * 1024**2)
    name = rules.file_name(report.title, report.as_of, report.kind)
    return rules.Written(name, stored.digest, stored.algorithm, stored.size, figures)


def _folder() -> tempfile.TemporaryDirectory[str]:
    folder = Path(settings.JIANDI_DATA) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=folder)


@job(prescribed.LOOK)
def look_at_form(run: Run) -> dict[str, Any]:
    """Show the sheets of a form that came in, or say why it cannot be filled."""
    form = PrescribedForm.objects.get(pk=run.payload["form"])
    if form.state != "received":
        return {"form": form.pk}
    try:
        path = files.path_of(form.file_digest)
        layout = workbooks.layout(workbooks.opened(path, form.file_name), form.file_name)
        forms.show_form(form.pk, layout, workbooks.remarks(path))
    except BadInput as error:
        forms.fail_form(form.pk, shown(error).message)
    return {"form": form.pk}


@job("report.fill_due", every_seconds=3600)
def fill_due(_run: Run) -> dict[str, Any]:
    """Ask for every form whose day has come, in the name of who set its schedule, as that person stands now."""
    due = PrescribedForm.objects.filter(state="ready", next_on__lte=clock.today()).exclude(every="")
    asked = 0
    for form in list(due.defer("layout")):
        try:
            asked += forms.fill_on_schedule(actor=_person(form.kept_by_id), form_id=form.pk) is not None
        except JiandiError as error:
            forms.stop_schedule(form.pk, shown(error).message)
    return {"asked": asked}


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
