"""Pages of the reports: what was asked for, how far it is, the file, and where a finding is named."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import JiandiError
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.report import actions, forms, queries, rules
from jiandi.loop.report.queries.prescribed import kept
from jiandi.record.figures.definitions import DEFINITIONS
from jiandi.record.ledger import load, rounds
from jiandi.record.ledger.models import Finding

SHOWN = 8
UNITS = 40
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}


def _form(request: Request, round_id: int, sent: object = None) -> forms.AskForm:
    whole = queries.may_write_whole(request.actor, round_id)
    return forms.AskForm(sent, units=queries.units_to_choose(request.actor, round_id), whole=whole)


@require_GET
def index(request: Request) -> HttpResponse:
    round_ = rounds.required(request)
    return _index(request, round_.pk, _form(request, round_.pk))


def _index(request: Request, round_id: int, form: forms.AskForm, *, error: JiandiError | None = None, status: int = 200) -> HttpResponse:
    page, rows = queries.reports(request.actor, round_id, request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows,
        "form": form,
        "prescribed": kept(request.actor, round_id),
        "may_ask": bool(form.fields["unit"].choices),  # type: ignore[attr-defined]
        "error": http.shown(error) if error else None,
    }
    return render(request, "report/index.html", context, status=status)


@require_POST
def ask(request: Request) -> HttpResponse:
    round_ = rounds.required(request)
    form = _form(request, round_.pk, request.POST)
    if not form.is_valid():
        return _index(request, round_.pk, form, status=422)
    brought = form.cleaned_data
    try:
        given = {"kind": brought["kind"], "unit_id": brought["unit"], "source": brought["source"]}
        actions.ask_report(actor=request.actor, round_id=round_.pk, **given)
    except JiandiError as error:
        return _index(request, round_.pk, form, error=error, status=error.status)
    return htmx.after_post(request, reverse("report:index"))


@require_POST
def ask_plan(request: Request, plan_id: int, kind: str) -> HttpResponse:
    """A paper of one version of a plan; it is found in the list of reports."""
    actions.ask_plan_paper(actor=request.actor, plan_id=plan_id, kind=kind)
    return htmx.after_post(request, reverse("report:index"))


@require_GET
def progress(request: Request, report_id: int) -> HttpResponse:
    """How far one report is; the list asks again while it is being written."""
    row = queries.with_progress([queries.report(request.actor, report_id)])[0]
    return htmx.answer(request, "report/progress.html", "report/_progress.html", {"row": row})


@require_GET
def download(request: Request, report_id: int) -> FileResponse:
    found = queries.report(request.actor, report_id)
    return FileResponse(queries.opened(found), as_attachment=True, filename=found.file_name, content_type=TYPES[rules.SUFFIXES[found.kind]])


@require_GET
def definitions(request: Request) -> HttpResponse:
    """What each figure counts, for anybody who asks where a number comes from."""
    return render(request, "report/definitions.html", {"definitions": DEFINITIONS})


@require_GET
def chase(request: Request) -> HttpResponse:
    """Whom to chase, with words to send; ``days`` is how long nothing may have been heard."""
    round_ = rounds.required(request)
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(n) for n in rules.SILENCES} else queries.SILENT_DAYS
    found = queries.chase(request.actor, round_.pk, silent_days=days)
    units = [
        {"unit": unit, "rows": unit.rows[:SHOWN], "more": max(0, len(unit.rows) - SHOWN), "message": found.message(unit)}
        for unit in found.units
    ]
    context = {"found": found, "units": units[:UNITS], "more_units": max(0, len(units) - UNITS), "silences": rules.SILENCES}
    return render(request, "report/chase.html", {**context, "may_ask": queries.may_write_whole(request.actor, round_.pk)})


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    finding = load.finding(request.actor, finding_id)
    return _panel(request, finding)


def _panel(request: Request, finding: Finding, error: JiandiError | None = None) -> HttpResponse:
    context = {
        "finding": finding,
        "named": queries.naming(request.actor, finding),
        "may_package": queries.may_package(request.actor, finding),
        "error": http.shown(error) if error else None,
    }
    return htmx.answer(request, "report/panel.html", "report/_panel.html", context, status=error.status if error else 200)


@require_POST
def package(request: Request, finding_id: int) -> HttpResponse:
    """Ask for the whole case file as one package that proves itself."""
    finding = load.finding(request.actor, finding_id)
    try:
        actions.ask_case(actor=request.actor, finding_id=finding_id)
    except JiandiError as error:
        return _panel(request, finding, error)
    if htmx.wants_fragment(request):
        return _panel(request, finding)
    return redirect("report:panel", finding_id)
