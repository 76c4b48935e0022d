"""Pages of the meeting: sheets, one sheet, the presenter's view, and the panel in the case file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, JiandiError
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.reconcile import actions, forms, queries
from jiandi.loop.reconcile.views import phase
from jiandi.record.ledger import load, rounds, targets
from jiandi.record.policy import decide as policy


@require_GET
def index(request: Request) -> HttpResponse:
    return _index(request, forms.FreezeForm(initial={"as_of": clock.today()}))


def _index(request: Request, form: forms.FreezeForm, *, error: JiandiError | None = None, status: int = 200) -> HttpResponse:
    round_ = rounds.required(request)
    page, rows = queries.sheets(request.actor, round_.pk, request.GET.get("page"))
    may_freeze = policy.may(request.actor, "reconciliation.freeze", targets.of_round(round_))
    context = {"page": page, "rows": rows, "form": form, "may_freeze": may_freeze, "error": http.shown(error) if error else None}
    return render(request, "reconcile/index.html", context, status=status)


@require_POST
def freeze(request: Request) -> HttpResponse:
    form = forms.FreezeForm(request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    try:
        sheet = actions.freeze_sheet(actor=request.actor, round_id=rounds.required(request).pk, **form.cleaned_data)
    except JiandiError as error:
        return _index(request, form, error=error, status=error.status)
    return htmx.after_post(request, reverse("reconcile:sheet", args=[sheet.pk]))


@require_GET
def sheet(request: Request, sheet_id: int) -> HttpResponse:
    found = queries.sheet(request.actor, sheet_id)
    unit, only = request.GET.get("unit", ""), request.GET.get("only", "")
    target = targets.of_round(found.round)
    rows = queries.rows_of(request.actor, found, unit=unit, only=only, number=request.GET.get("page"))
    made = queries.decisions_on(request.actor, found, [row.finding_id for row in rows])
    context = {
        "sheet": found,
        "all": queries.sums_of_all(request.actor, found),
        "units": queries.sums_by_unit(request.actor, found),
        "tasks": queries.open_tasks(request.actor, found),
        "disputes": queries.disputes_unanswered(request.actor, found.round_id),
        "rows": rows,
        "lines": [(row, made.get(row.finding_id)) for row in rows],
        "unit": unit,
        "only": only,
        "may_decide": policy.may(request.actor, "reconciliation.decide", target),
        "may_finish": policy.may(request.actor, "reconciliation.finish", target) and found.state != "finished",
    }
    return htmx.answer(request, "reconcile/sheet.html", "reconcile/_rows.html", context)


@require_GET
def present(request: Request, sheet_id: int) -> HttpResponse:
    return _present(request, sheet_id, _place(request.GET.get("n", "")))


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _present(
    request: Request,
    sheet_id: int,
    place: int,
    *,
    form: forms.DecisionForm | None = None,
    error: JiandiError | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.sheet(request.actor, sheet_id)
    item = queries.item(request.actor, found, place)
    context = {
        "sheet": found,
        "item": item,
        "form": form or forms.of_decision(item.decision if item else None),
        "error": http.shown(error) if error else None,
        "may_decide": policy.may(request.actor, "reconciliation.decide", targets.of_round(found.round)) and found.state != "finished",
    }
    return render(request, "reconcile/present.html", context, status=status)


@require_POST
def decide(request: Request, sheet_id: int, finding_id: int) -> HttpResponse:
    place = _place(request.POST.get("n", ""))
    form = forms.DecisionForm(request.POST)
    if not form.is_valid():
        return _present(request, sheet_id, place, form=form, status=422)
    try:
        actions.decide(actor=request.actor, sheet_id=sheet_id, finding_id=finding_id, **form.cleaned_data)
    except JiandiError as error:
        return _present(request, sheet_id, place, form=form, error=error, status=error.status)
    return HttpResponseRedirect(f"{reverse('reconcile:present', args=[sheet_id])}?n={place + 1}", status=303)


@require_POST
def finish(request: Request, sheet_id: int) -> HttpResponse:
    queries.sheet(request.actor, sheet_id)
    brought = _brought(request)
    actions.finish_sheet(actor=request.actor, sheet_id=sheet_id, version=brought["version"])
    return htmx.after_post(request, reverse("reconcile:sheet", args=[sheet_id]))


@require_POST
def met(request: Request, decision_id: int) -> HttpResponse:
    """From a sheet one goes back to the sheet, from the case file to the case file."""
    finding_id = queries.decision(request.actor, decision_id).finding_id
    brought = _brought(request)
    try:
        actions.meet_task(actor=request.actor, decision_id=decision_id, version=brought["version"])
    except JiandiError as error:
        if not htmx.wants_fragment(request):
            raise
        return _panel(request, finding_id, error=error, status=error.status)
    if brought["sheet"]:
        return htmx.after_post(request, reverse("reconcile:sheet", args=[brought["sheet"]]))
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("desk:finding", args=[finding_id]), status=303)
    response = _panel(request, finding_id)
    response["HX-Trigger"] = "finding-changed"
    return response


def _brought(request: Request) -> dict[str, Any]:
    form = forms.VersionForm(request.POST)
    if not form.is_valid():
        raise BadInput("reconcile.no_version", N_("This form is incomplete. Load the page again."))
    return form.cleaned_data


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    return _panel(request, finding_id)


def _panel(request: Request, finding_id: int, *, error: JiandiError | None = None, status: int = 200) -> HttpResponse:
    finding = load.finding(request.actor, finding_id)
    context = {
        "finding": finding,
        "stands": queries.stands_of(finding),
        "carried": phase.carried(finding),
        "may_decide": policy.may(request.actor, "reconciliation.decide", targets.of_round(finding.round)),
        "error": http.shown(error) if error else None,
    }
    return htmx.answer(request, "reconcile/panel.html", "reconcile/_panel.html", context, status=status)
