"""Pages of the look-back: the list, the protocol step by step, results, and the panel in the case file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.lookback import actions, forms, queries, rules
from jiandi.record.ledger import load, rounds, targets
from jiandi.record.ledger.models import Draw
from jiandi.record.policy import decide

SHARES = (5, 10)


@require_GET
def index(request: Request) -> HttpResponse:
    return _index(request, forms.PlanForm())


def _index(request: Request, form: forms.PlanForm, *, status: int = 200) -> HttpResponse:
    round_ = rounds.required(request)
    page, rows = queries.look_backs(request.actor, round_.pk, request.GET.get("page"))
    may_plan = decide.may(request.actor, "lookback.plan", targets.of_round(round_))
    closed = queries.population_size(request.actor, round_.pk)
    context = {
        "page": page,
        "rows": rows,
        "form": form,
        "may_plan": may_plan,
        "closed": closed,
        "sizes": [(share, rules.size_for(closed, share)) for share in SHARES] if closed and may_plan else [],
    }
    return render(request, "lookback/index.html", context, status=status)


@require_POST
def plan(request: Request) -> HttpResponse:
    form = forms.PlanForm(request.POST)
    if not form.is_valid():
        return _index(request, form, status=422)
    made = actions.plan_lookback(actor=request.actor, round_id=rounds.required(request).pk, **form.cleaned_data)
    return htmx.after_post(request, reverse("lookback:look_back", args=[made.pk]))


@require_GET
def look_back(request: Request, lookback_id: int) -> HttpResponse:
    """The protocol; ``?as=json`` gives everything that is needed to recompute the draw."""
    if request.GET.get("as") == "json":
        return _as_figures(request, lookback_id)
    return _look_back(request, lookback_id)


def _look_back(
    request: Request, lookback_id: int, *, commit_form: forms.CommitForm | None = None, error: JiandiError | None = None, status: int = 200
) -> HttpResponse:
    found = queries.look_back(request.actor, lookback_id)
    commitments = queries.commitments_of(found)
    steps = queries.steps_of(found, commitments)
    target = targets.of_round(found.round)
    context = {
        "lookback": found,
        "steps": steps,
        "commitments": [(one, forms.of_commitment(one)) for one in commitments],
        "commit_form": commit_form or forms.CommitForm(),
        "draws": queries.draws_of(request.actor, found, request.GET.get("page")),
        "agrees": queries.agrees(found) if steps.is_drawn else None,
        "outcome": queries.outcome(found) if steps.is_drawn else None,
        "size": len(found.population),
        "sees_round": queries.sees_list(request.actor, found),
        "may_commit": decide.may(request.actor, "lookback.commit", target),
        "may_draw": decide.may(request.actor, "lookback.draw", target),
        "error": http.shown(error) if error else None,
    }
    return render(request, "lookback/look_back.html", context, status=status)


def _as_figures(request: Request, lookback_id: int) -> JsonResponse:
    found = queries.look_back(request.actor, lookback_id)
    queries.frozen_items(request.actor, found)
    body = {
        "algorithm": found.algorithm,
        "population": found.population,
        "root": found.root,
        "commitments": [{"party": one.party, "digest": one.digest, "secret": one.secret} for one in queries.commitments_of(found)],
        "by_risk": found.by_risk,
        "at_random": found.at_random,
        "seed": found.seed,
        "drawn": list(found.draws.order_by("place").values_list("finding_id", flat=True)),
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_GET
def frozen_list(request: Request, lookback_id: int) -> HttpResponse:
    found = queries.look_back(request.actor, lookback_id)
    page = queries.frozen_items(request.actor, found, request.GET.get("page"))
    return render(request, "lookback/frozen_list.html", {"lookback": found, "page": page})


@require_POST
def commit(request: Request, lookback_id: int) -> HttpResponse:
    form = forms.CommitForm(request.POST)
    if not form.is_valid():
        return _look_back(request, lookback_id, commit_form=form, status=422)
    try:
        actions.commit_secret(actor=request.actor, lookback_id=lookback_id, **form.cleaned_data)
    except JiandiError as error:
        return _look_back(request, lookback_id, commit_form=form, error=error, status=error.status)
    return htmx.after_post(request, reverse("lookback:look_back", args=[lookback_id]))


@require_POST
def open_secret(request: Request, lookback_id: int) -> HttpResponse:
    form = forms.OpenForm(request.POST)
    try:
        brought = _valid(form)
        actions.open_secret(actor=request.actor, lookback_id=lookback_id, **brought)
    except JiandiError as error:
        return _look_back(request, lookback_id, error=error, status=error.status)
    return htmx.after_post(request, reverse("lookback:look_back", args=[lookback_id]))


def _valid(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise BadInput("lookback.form", N_("This form is incomplete. Fill in every field and send it again."))
    return dict(form.cleaned_data)


def _step(action: Callable[..., object]) -> Callable[[Request, int], HttpResponse]:
    """A view of one step of the protocol: a button with the version it was shown with."""

    @require_POST
    @wraps(action)
    def view(request: Request, lookback_id: int) -> HttpResponse:
        try:
            brought = _valid(forms.VersionForm(request.POST))
            action(actor=request.actor, lookback_id=lookback_id, version=brought["version"])
        except JiandiError as error:
            return _look_back(request, lookback_id, error=error, status=error.status)
        return htmx.after_post(request, reverse("lookback:look_back", args=[lookback_id]))

    return view


freeze = _step(actions.freeze_list)
draw = _step(actions.draw)
finish = _step(actions.finish_lookback)


def result(request: Request, draw_id: int) -> HttpResponse:
    """The form of one drawn finding, as a page of its own (a field sheet on a phone) and for the panel."""
    row = queries.draw(request.actor, draw_id)
    measures = queries.measures_of(row)
    if request.method != "POST":
        return render(request, "lookback/result.html", {"row": row, "form": forms.of_draw(row, measures)})
    form = forms.of_draw(row, measures, request.POST)
    try:
        if not form.is_valid():
            return _result_again(request, row, form, status=422)
        actions.record_result(actor=request.actor, draw_id=draw_id, **form.cleaned_data)
    except JiandiError as error:
        return _result_again(request, row, form, error=error, status=error.status)
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("desk:finding", args=[row.finding_id]), status=303)
    response = _panel(request, row.finding_id)
    response["HX-Trigger"] = "finding-changed"
    return response


def _result_again(request: Request, row: Draw, form: forms.ResultForm, *, error: JiandiError | None = None, status: int) -> HttpResponse:
    if htmx.wants_fragment(request):
        return _panel(request, row.finding_id, form=form, error=error, status=status)
    context = {"row": row, "form": form, "error": http.shown(error) if error else None}
    return render(request, "lookback/result.html", context, status=status)


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    return _panel(request, finding_id)


def _panel(
    request: Request, finding_id: int, *, form: forms.ResultForm | None = None, error: JiandiError | None = None, status: int = 200
) -> HttpResponse:
    finding = load.finding(request.actor, finding_id)
    draws = queries.draws_of_finding(finding)
    waiting = next((row for row in draws if row.state == "drawn"), None)
    may_record = bool(waiting) and decide.may(request.actor, "lookback.record", targets.of_finding(finding))
    context = {
        "finding": finding,
        "draws": draws,
        "waiting": waiting if may_record else None,
        "form": form or (forms.of_draw(waiting, queries.measures_of(waiting)) if waiting and may_record else None),
        "error": http.shown(error) if error else None,
    }
    return htmx.answer(request, "lookback/panel.html", "lookback/_panel.html", context, status=status)
