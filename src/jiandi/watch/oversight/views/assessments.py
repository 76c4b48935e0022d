"""Pages of assessment: the units of a round, and one unit's score sheet through its three steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, JiandiError, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.record.ledger import rounds, targets
from jiandi.record.ledger.models import Assessment
from jiandi.record.policy import decide
from jiandi.watch.oversight.actions import assessments as actions
from jiandi.watch.oversight.forms import assessments as forms
from jiandi.watch.oversight.forms.polls import VersionForm
from jiandi.watch.oversight.queries import assessments as queries


@require_GET
def index(request: Request) -> HttpResponse:
    return _index(request)


def _index(request: Request, *, error: JiandiError | None = None) -> HttpResponse:
    round_ = rounds.required(request)
    may_score = decide.may(request.actor, "assessment.score", targets.of_round(round_))
    page = queries.assessments(request.actor, round_, request.GET.get("page"))
    context = {
        "rows": [(one, forms.named(_grade(one).name) if one.grade else "") for one in page],
        "page": page,
        "form": forms.StartForm(units=queries.units_to_score(round_)) if may_score else None,
        "error": http.shown(error) if error else None,
    }
    return render(request, "oversight/assessments.html", context, status=error.status if error else 200)


def _grade(one: Assessment, code: str = "") -> Any:
    return next(grade for grade in queries.profile_of(one).grades if grade.code == (code or one.grade))


@require_POST
def start(request: Request) -> HttpResponse:
    round_ = rounds.required(request)
    unit = request.POST.get("unit", "")
    try:
        made = actions.start(actor=request.actor, round_id=round_.pk, unit_id=int(unit) if unit.isdecimal() else 0)
    except (BadInput, RuleBroken) as error:
        return _index(request, error=error)
    return htmx.after_post(request, reverse("oversight:assessment", args=[made.pk]))


@require_GET
def assessment(request: Request, assessment_id: int) -> HttpResponse:
    return _page(request, assessment_id)


def _page(request: Request, assessment_id: int, *, sent: django_forms.Form | None = None, error: JiandiError | None = None) -> HttpResponse:
    found = queries.assessment(request.actor, assessment_id)
    profile, scores, vetoes = queries.profile_of(found), queries.scores_of(found), queries.vetoes_of(found)
    target = targets.of_unit(found.unit, found.round_id)
    may = {verb: decide.may(request.actor, f"assessment.{verb}", target) for verb in ("score", "explain", "decide")}
    context = {
        "assessment": found,
        "lines": [(forms.named(line.item.name), line) for line in queries.lines(profile, scores)],
        "vetoes": [(forms.named(one.name), vetoes[one.code]) for one in profile.score_vetoes if one.code in vetoes],
        "reckoned": forms.named(_grade(found, found.reckoned).name) if found.reckoned else "",
        "grade": forms.named(_grade(found).name) if found.grade else "",
        "rates": [(code, *found.figures[code]) for code in ("said", "done", "well") if code in found.figures],
        **_forms(found, may, sent),
        "error": http.shown(error) if error else None,
    }
    return render(request, "oversight/assessment.html", context, status=error.status if error else 422 if sent else 200)


def _forms(found: Assessment, may: dict[str, bool], sent: django_forms.Form | None) -> dict[str, Any]:
    """The form of the step that comes next, as sent or fresh, where the reader may take it."""
    profile, version = queries.profile_of(found), {"version": found.version}
    shown: dict[str, Any] = {}
    if found.state == "draft" and may["score"]:
        fresh = forms.filled(profile, queries.scores_of(found), queries.vetoes_of(found), found.version)
        shown["sheet"] = sent if isinstance(sent, forms.SheetForm) else fresh
    if found.state == "sent" and may["explain"]:
        shown["explain_form"] = sent if isinstance(sent, forms.ExplainForm) else forms.ExplainForm(initial=version)
    if found.state in ("sent", "explained") and may["decide"]:
        fresh_one = forms.DecideForm(profile=profile, initial=version)
        shown["decide_form"] = sent if isinstance(sent, forms.DecideForm) else fresh_one
    return shown


@require_POST
def take(request: Request, assessment_id: int, step: str) -> HttpResponse:
    """One of the steps in ``STEPS``: its form, its action, and the page again."""
    found = queries.assessment(request.actor, assessment_id)
    if step not in STEPS:
        raise Http404
    form, act = STEPS[step](request, found)
    if not form.is_valid():
        return _page(request, assessment_id, sent=form)
    try:
        act(form.cleaned_data)
    except (BadInput, RuleBroken) as error:
        return _page(request, assessment_id, sent=form, error=error)
    return htmx.after_post(request, reverse("oversight:assessment", args=[assessment_id]))


Step = tuple[django_forms.Form, Callable[[dict[str, Any]], Any]]


def _score(request: Request, found: Assessment) -> Step:
    form = forms.SheetForm(request.POST, profile=queries.profile_of(found))

    def act(given: dict[str, Any]) -> Any:
        return actions.score(
            actor=request.actor, assessment_id=found.pk, scores=form.scores(), vetoes=form.vetoes(), version=given["version"]
        )

    return form, act


def _explain(request: Request, found: Assessment) -> Step:
    return forms.ExplainForm(request.POST), lambda given: actions.explain(actor=request.actor, assessment_id=found.pk, **given)


def _decide(request: Request, found: Assessment) -> Step:
    form = forms.DecideForm(request.POST, profile=queries.profile_of(found))
    return form, lambda given: actions.decide_grade(actor=request.actor, assessment_id=found.pk, **given)


def _send(request: Request, found: Assessment) -> Step:
    return VersionForm(request.POST), lambda given: actions.send(actor=request.actor, assessment_id=found.pk, **given)


def _drop(request: Request, found: Assessment) -> Step:
    return VersionForm(request.POST), lambda given: actions.drop(actor=request.actor, assessment_id=found.pk, **given)


STEPS: dict[str, Callable[[Request, Assessment], Step]] = {
    "score": _score,
    "send": _send,
    "explain": _explain,
    "decide": _decide,
    "drop": _drop,
}
