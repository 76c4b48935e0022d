"""Pages about opinions on a version and about changes of approved measures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.plan import actions, queries
from jiandi.loop.plan.forms import document as forms
from jiandi.record.ledger import load, reads
from jiandi.record.ledger.models import Finding, Measure, PlanReview


def typed(form: Any) -> dict[str, Any]:
    """What a form holds; a form that is not filled in as asked is refused with the first fault of each field."""
    if not form.is_valid():
        faults = {str(form.fields[name].label or name) if name in form.fields else "": found[0] for name, found in form.errors.items()}
        words = "；".join(f"{label}：{fault}" if label else str(fault) for label, fault in faults.items())
        raise BadInput("plan.form", N_("This was not filled in completely: {faults}"), faults=words)
    return dict(form.cleaned_data)


def version_in(request: Request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def back_to(request: Request, plan_id: int) -> HttpResponse:
    return htmx.after_post(request, reverse("plan:version", args=[plan_id]))


@require_POST
def send(request: Request, plan_id: int) -> HttpResponse:
    """Ask the chosen parties for their opinion."""
    shown = queries.opinions(request.actor, queries.plan(request.actor, plan_id))
    form = forms.SendForm(request.POST, units=shown.units, parties=shown.parties)
    got = typed(form)
    actions.send_for_review(actor=request.actor, plan_id=plan_id, parties=form.parties(), due=got["due"], version=got["version"])
    return back_to(request, plan_id)


@require_http_methods(["GET", "POST"])
def review(request: Request, review_id: int) -> HttpResponse:
    """One party's opinion: a word and points."""
    row = queries.review(request.actor, review_id)
    asked = request.GET.get("rows", "")
    rows = min(int(asked), forms.MOST_ROWS) if asked.isdecimal() and len(asked) < 4 else forms.ROWS
    body = queries.body(row.plan)
    if request.method != "POST":
        return _review(request, row, forms.OpinionForm(body=body, rows=rows, initial={"version": row.version}))
    form = forms.OpinionForm(request.POST, body=body, rows=rows)
    if not form.is_valid():
        return _review(request, row, form, status=422)
    given = {"word": form.cleaned_data["word"], "points": form.points(), "version": form.cleaned_data["version"]}
    try:
        actions.give_opinion(actor=request.actor, review_id=review_id, **given)
    except (RuleBroken, BadInput) as wrong:
        return _review(request, row, form, error=http.shown(wrong), status=wrong.status)
    return back_to(request, row.plan_id)


def _review(request: Request, row: PlanReview, form: forms.OpinionForm, *, status: int = 200, **more: Any) -> HttpResponse:
    may_give = row.pk in queries.opinions(request.actor, row.plan).mine
    context = {"review": row, "plan": row.plan, "form": form, "may_give": may_give, "more_rows": len(form.pairs()) + forms.ROWS, **more}
    return render(request, "plan/review.html", context, status=status)


@require_POST
def answer_remark(request: Request, remark_id: int) -> HttpResponse:
    taken, reply = request.POST.get("taken") == "1", request.POST.get("reply", "")
    remark = actions.answer_remark(actor=request.actor, remark_id=remark_id, is_taken=taken, reply=reply, version=version_in(request))
    return back_to(request, remark.review.plan_id)


@require_http_methods(["GET", "POST"])
def ask_change(request: Request, finding_id: int, measure_id: int) -> HttpResponse:
    """Ask that an approved measure be changed; it takes effect with the approval of the next version."""
    finding, measure = load.finding(request.actor, finding_id), load.measure(request.actor, measure_id)
    if not measure.findings.filter(pk=finding.pk).exists():
        raise NotFound("measure.foreign", N_("The measure does not serve this finding. Go back to the list."))
    reads.as_in_round([measure], finding.round_id)
    form = _change_form(finding, measure, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _change(request, finding, measure, form)
    if not form.is_valid():
        return _change(request, finding, measure, form, status=422)
    given = form.fields_for_action()
    try:
        actions.ask_change(actor=request.actor, measure_id=measure_id, **given)
    except (RuleBroken, BadInput) as wrong:
        return _change(request, finding, measure, form, error=http.shown(wrong), status=wrong.status)
    return htmx.after_post(request, f"{reverse('plan:index')}?unit={finding.lead_id}&finding={finding.pk}")


def _change_form(finding: Finding, measure: Measure, posted: Any) -> forms.ChangeForm:
    names = ("text", "due_text", "standard", "target_value", "version")
    initial = {name: getattr(measure, name) for name in names} | {"lead": measure.lead_id}
    leads = {u.pk: u for u in [measure.lead, *queries.leads_for(finding)]}
    return forms.ChangeForm(posted, leads=list(leads.values()), initial=initial)


def _change(
    request: Request, finding: Finding, measure: Measure, form: forms.ChangeForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(request, "plan/change.html", {"finding": finding, "measure": measure, "form": form, **more}, status=status)


@require_POST
def take_back_change(request: Request, asked_change_id: int) -> HttpResponse:
    change = actions.take_back_change(actor=request.actor, change_id=asked_change_id, version=version_in(request))
    first = change.measure.findings.order_by("pk").first()
    return htmx.after_post(request, f"{reverse('plan:index')}?finding={first.pk if first else ''}")
