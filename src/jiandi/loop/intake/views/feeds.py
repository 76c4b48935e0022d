"""Problems that come in other than by a letter, and what is carried over from another one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.loop.intake import actions, queries
from jiandi.loop.intake.forms import feeds as forms
from jiandi.loop.intake.queries import feeds
from jiandi.loop.intake.views.handing_in import page_of, see_other
from jiandi.record.ledger import rounds, targets
from jiandi.record.ledger.models import Round
from jiandi.record.policy import decide


@require_http_methods(["GET", "POST"])
def problem(request: Request) -> HttpResponse:
    """Register a problem (the office) or propose one (a unit); below, what units proposed in this round."""
    round_ = rounds.required(request)
    form = _form(request, round_)
    if request.method != "POST":
        return _problem_page(request, round_, form)
    if form is None:
        decide.require(request.actor, "finding.register", targets.of_round(round_))
        raise NotFound("feed.no_form", N_("There is nothing to register here."))
    if not form.is_valid():
        return _problem_page(request, round_, form, status=422)
    try:
        told = _write(request, round_, form)
    except (BadInput, RuleBroken) as error:
        return _problem_page(request, round_, form, error=error, status=error.status)
    messages.success(request, told)
    return see_other(reverse("intake:problem"))


def _form(request: Request, round_: Round) -> forms.RegisterForm | forms.ProposeForm | None:
    """The office registers, a unit proposes, others read."""
    posted = request.POST if request.method == "POST" else None
    if decide.may(request.actor, "finding.register", targets.of_round(round_)):
        return forms.RegisterForm(posted, units=list(queries.living_units()))
    units = feeds.proposing_units(request.actor, round_.pk)
    return forms.ProposeForm(posted, units=units) if units else None


def _write(request: Request, round_: Round, form: forms.RegisterForm | forms.ProposeForm) -> str:
    given = form.cleaned_data
    if isinstance(form, forms.ProposeForm):
        actions.propose_problem(actor=request.actor, round_id=round_.pk, unit_id=given["unit"], problem=form.problem())
        return _("The office has your proposal.")
    more = {"source": given["source"], "lead_id": given["lead"], "about": given["about"]}
    made = actions.register_problem(actor=request.actor, round_id=round_.pk, problem=form.problem(), **more)
    return _("Registered as {number}.").format(number=made.number)


def _problem_page(request: Request, round_: Round, form: Any, *, error: Any = None, status: int = 200) -> HttpResponse:
    page, rows = feeds.proposals(request.actor, round_, page_of(request))
    context = {
        "round": round_,
        "form": form,
        "registers": isinstance(form, forms.RegisterForm),
        "page": page,
        "rows": rows,
        "error": http.shown(error) if error else None,
    }
    return render(request, "intake/problem.html", context, status=status)


@require_POST
def proposal_step(request: Request, proposal_id: int, verb: str) -> HttpResponse:
    """Register, refuse or take back what a unit proposed."""
    feeds.proposal(request.actor, proposal_id)
    form = _step(request)
    made = actions.answer_proposal(actor=request.actor, proposal_id=proposal_id, verb=verb, **form.cleaned_data)
    if made.finding_id:
        messages.success(request, _("Registered as {number}.").format(number=made.finding.number if made.finding else ""))
    return see_other(reverse("intake:problem"))


def _step(request: Request) -> forms.StepForm:
    form = forms.StepForm(request.POST)
    if not form.is_valid():
        raise BadInput("intake.incomplete", N_("Something is missing. Fill in what is marked and send it again."))
    return form


@require_http_methods(["GET", "POST"])
def carry(request: Request) -> HttpResponse:
    """What another letter has left open comes on the books of this round, by link."""
    round_ = rounds.required(request)
    decide.require(request.actor, "finding.carry", targets.of_round(round_))
    if request.method != "POST":
        return _carry_page(request, round_)
    form = forms.CarryForm(request.POST)
    if not form.is_valid():
        return _carry_page(request, round_, form=form, status=422)
    chosen = [int(pk) for pk in request.POST.getlist("row") if pk.isdecimal() and len(pk) < 19]
    try:
        made = actions.carry_over(actor=request.actor, round_id=round_.pk, finding_ids=chosen, basis=form.cleaned_data["basis"])
    except (BadInput, RuleBroken) as error:
        return _carry_page(request, round_, form=form, error=error, status=error.status)
    messages.success(request, ngettext("{n} finding was carried over.", "{n} findings were carried over.", len(made)).format(n=len(made)))
    return see_other(reverse("intake:carry"))


def _carry_page(request: Request, round_: Round, *, form: Any = None, error: Any = None, status: int = 200) -> HttpResponse:
    view = feeds.carry_page(request.actor, round_, request.POST.get("from") or request.GET.get("from"), page_of(request))
    context = {
        "view": view,
        "form": form or forms.CarryForm(),
        "error": http.shown(error) if error else None,
        "chosen": set(request.POST.getlist("row")),
    }
    return render(request, "intake/carry.html", context, status=status)


@require_POST
def take_off(request: Request, carried_id: int) -> HttpResponse:
    """A finding carried over by mistake leaves the books of this round."""
    feeds.carried_row(request.actor, carried_id)
    actions.take_off(actor=request.actor, carried_id=carried_id, **_step(request).cleaned_data)
    return see_other(reverse("intake:carry"))
