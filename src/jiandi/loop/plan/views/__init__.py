"""Pages: the plan workshop, the panel of a finding, one version of a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.plan import actions, forms, queries
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import load, rounds
from jiandi.record.ledger.models import Finding, Measure, PlanVersion


@require_GET
def index(request: Request) -> HttpResponse:
    """The workshop: findings left, measures of the chosen one right, versions below."""
    shown = queries.workshop(request.actor, rounds.required(request), unit_id=request.GET.get("unit"), number=request.GET.get("page"))
    found = [row.finding for row in shown.rows]
    chosen = next((f for f in found if str(f.pk) == request.GET.get("finding")), found[0] if found else None)
    return htmx.answer(request, "plan/index.html", "plan/_workshop.html", {"shown": shown, "chosen": chosen})


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    return _panel(request, load.finding(request.actor, finding_id))


def _panel(request: Request, finding: Finding, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**_panel_context(request, finding), **more}
    return htmx.answer(request, "plan/panel.html", "plan/_panel.html", context, status=status)


def _panel_context(request: Request, finding: Finding) -> dict[str, Any]:
    shown = queries.panel(request.actor, finding)
    changing = next((r.measure for r in shown.rows if r.may_change and str(r.measure.pk) == request.GET.get("change")), None)
    form: Any = None
    if changing is not None:
        form = _change_form(finding, changing, shown)
    elif shown.may_write:
        form = _new_form(finding, shown)
    return {
        "finding": finding,
        "panel": shown,
        "form": form,
        "changing": changing,
        "whole": _whole_form(finding, shown) if shown.may_set else None,
        "back": _back(request, finding),
    }


def _back(request: Request, finding: Finding) -> str:
    """The workshop, when the panel was asked from there; otherwise the case file."""
    if "workshop" in request.GET or request.POST.get("back"):
        return f"{reverse('plan:index')}?unit={finding.lead_id}&finding={finding.pk}"
    return ""


def _new_form(finding: Finding, shown: queries.Panel, posted: Any = None) -> forms.MeasureForm:
    leads = shown.leads or ([finding.lead] if finding.lead else [])
    initial = {"lead": finding.lead_id}
    return forms.MeasureForm(posted, initial=initial, leads=leads, units=_supports(finding), others=queries.others(finding))


def _supports(finding: Finding) -> list[Any]:
    return list(accounts.living_units().exclude(pk=finding.lead_id or 0))


def _whole_form(finding: Finding, shown: queries.Panel, posted: Any = None) -> forms.FindingForm:
    initial = {
        "version": finding.version,
        "standard": finding.standard,
        "effect_measure": finding.effect_measure,
        "excuse": finding.excuse,
    }
    return forms.FindingForm(posted, initial=initial, may_excuse=shown.may_excuse)


def _change_form(finding: Finding, measure: Measure, shown: queries.Panel, posted: Any = None) -> forms.MeasureForm | forms.AgainForm:
    names = ("text", "due_text", "kind", "horizon", "rule_verb", "method", "standard", "indicator", "indicator_unit", "base_value")
    initial = {name: getattr(measure, name) for name in (*names, "target_value", "why_again")}
    if measure.state != "draft":
        return forms.AgainForm(posted, initial=initial)
    initial |= {"lead": measure.lead_id, "supports": [s.unit_id for s in measure.supports.all()]}
    return forms.MeasureForm(posted, initial=initial, leads=shown.leads, units=_supports(finding), is_new=False)


class _Invalid(Exception):
    """A form does not hold what its fields ask for; it goes back with its own words."""

    def __init__(self, **context: Any) -> None:
        super().__init__("invalid")
        self.context = context


def in_panel(write: Callable[..., None]) -> Callable[..., HttpResponse]:
    """A write from the panel: afterwards the panel anew (htmx), or back to where it was asked; faults are said on top."""

    @require_POST
    @wraps(write)
    def view(request: Request, finding_id: int, **ids: int) -> HttpResponse:
        finding = load.finding(request.actor, finding_id)
        try:
            write(request, finding, **ids)
        except (RuleBroken, BadInput) as wrong:
            if not htmx.wants_fragment(request):
                raise
            return _panel(request, finding, error=http.shown(wrong), status=wrong.status, **_typed(request, finding))
        except _Invalid as invalid:
            return _panel(request, finding, status=422, **invalid.context)
        return _after(request, finding_id)

    return view


def _typed(request: Request, finding: Finding) -> dict[str, Any]:
    """What a person typed into the new line stays there when it is refused."""
    if "due_text" not in request.POST or not request.resolver_match or request.resolver_match.view_name != "plan:add_measure":
        return {}
    shown = queries.panel(request.actor, finding)
    return {"form": _new_form(finding, shown, request.POST)} if shown.may_write else {}


def _after(request: Request, finding_id: int) -> HttpResponse:
    if not htmx.wants_fragment(request):
        back = _back(request, load.finding(request.actor, finding_id))
        return HttpResponseRedirect(back or reverse("desk:finding", args=[finding_id]), status=303)
    response = _panel(request, load.finding(request.actor, finding_id))
    response["HX-Trigger"] = "finding-changed"
    return response


@in_panel
def add_measure(request: Request, finding: Finding) -> None:
    shown = queries.panel(request.actor, finding)
    form = _new_form(finding, shown, request.POST)
    if not form.is_valid():
        raise _Invalid(form=form)
    actions.add_measure(actor=request.actor, finding_id=finding.pk, **form.fields_for_action())


@in_panel
def change_measure(request: Request, finding: Finding, measure_id: int) -> None:
    measure = load.measure(request.actor, measure_id)
    form = _change_form(finding, measure, queries.panel(request.actor, finding), request.POST)
    if not form.is_valid():
        raise _Invalid(form=form, changing=measure)
    fields = form.fields_for_action() if isinstance(form, forms.MeasureForm) else form.cleaned_data
    actions.change_measure(actor=request.actor, measure_id=measure_id, version=_version(request), **fields)


@in_panel
def drop_measure(request: Request, _finding: Finding, measure_id: int) -> None:
    actions.drop_measure(actor=request.actor, measure_id=measure_id, reason=request.POST.get("reason", ""), version=_version(request))


@in_panel
def set_whole(request: Request, finding: Finding) -> None:
    """Standard, effect measure and excuse: only what differs is written, each as its own act."""
    form = _whole_form(finding, queries.panel(request.actor, finding), request.POST)
    if not form.is_valid():
        raise _Invalid(whole=form)
    version = form.cleaned_data["version"]
    acts: dict[str, Callable[..., Finding]] = {
        "standard": actions.set_standard,
        "effect_measure": actions.set_effect_measure,
        "excuse": actions.set_excuse,
    }
    for name, act in acts.items():
        if name in form.cleaned_data and form.cleaned_data[name] != getattr(finding, name):
            changed = act(actor=request.actor, finding_id=finding.pk, version=version, **{name: form.cleaned_data[name]})
            version = changed.version


@require_POST
def lint(request: Request) -> HttpResponse:
    """Advice on a line while it is typed."""
    marks = queries.advice_on_line(request.POST.get("text", ""))
    return render(request, "plan/_lint.html", {"marks": marks})


def _version(request: Request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else 0


@require_POST
def submit(request: Request, unit_id: int) -> HttpResponse:
    plan = actions.submit_plan(actor=request.actor, round_id=rounds.required(request).pk, unit_id=unit_id)
    return _to_version(request, plan)


@require_POST
def submit_round(request: Request) -> HttpResponse:
    return _to_version(request, actions.submit_round_plan(actor=request.actor, round_id=rounds.required(request).pk))


@require_GET
def version(request: Request, plan_id: int) -> HttpResponse:
    """One version as it was frozen."""
    shown = queries.version_page(request.actor, plan_id)
    return htmx.answer(request, "plan/version.html", "plan/_version.html", {"shown": shown, "plan": shown.plan})


@require_POST
def approve(request: Request, plan_id: int) -> HttpResponse:
    opinion = request.POST.get("opinion", "")
    return _to_version(request, actions.approve_plan(actor=request.actor, plan_id=plan_id, opinion=opinion, version=_version(request)))


@require_POST
def return_(request: Request, plan_id: int) -> HttpResponse:
    opinion = request.POST.get("reason", "")
    return _to_version(request, actions.return_plan(actor=request.actor, plan_id=plan_id, opinion=opinion, version=_version(request)))


@require_POST
def take_back(request: Request, plan_id: int) -> HttpResponse:
    return _to_version(request, actions.take_back_plan(actor=request.actor, plan_id=plan_id, version=_version(request)))


def _to_version(request: Request, plan: PlanVersion) -> HttpResponse:
    return htmx.after_post(request, reverse("plan:version", args=[plan.pk]))
