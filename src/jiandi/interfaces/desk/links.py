"""Links of a finding on a page of their own and in the case file; those with other letters, as one list of the round."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.plan import actions as plan
from jiandi.loop.plan.queries import joint
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import links, load, rounds, targets
from jiandi.record.ledger.models import Finding, FindingLink
from jiandi.record.policy import decide

PER_PAGE = 50
# How a link reads from its second end; from the first it reads as its kind.
BACKWARDS = {
    "same": _("same problem"),
    "recurs": _("came back as"),
    "extended": _("extended to"),
    "about": _("its rectification is the problem of"),
}


class LinkForm(forms.Form):
    """Another finding, and how the two belong together."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)
    number = forms.CharField(label=_("Number of the other finding"), max_length=40)
    kind = forms.ChoiceField(label=_("How they belong together"), choices=FindingLink.KINDS)
    basis = forms.CharField(label=_("What it rests on"), max_length=links.TEXT_LENGTH, required=False)


class StepForm(forms.Form):
    """A decision about a link, or a measure, on the version that was looked at."""

    version = forms.IntegerField(min_value=0, max_value=2**31)
    reason = forms.CharField(max_length=links.TEXT_LENGTH, required=False)


@require_http_methods(["GET", "POST"])
def of_finding(request: Request, finding_id: int) -> HttpResponse:
    """What the finding is linked with, what is like it, and the measures it shares; a POST says a link."""
    finding = load.finding(request.actor, finding_id)
    if request.method == "GET":
        return _page(request, finding)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, finding, form=form, status=422)
    given = form.cleaned_data
    try:
        other = links.by_number(request.actor, given.pop("number"))
        links.say(actor=request.actor, finding_id=finding_id, other_id=other.pk, **given)
    except (BadInput, RuleBroken) as error:
        return _page(request, finding, form=form, error=error, status=error.status)
    return redirect("desk:links", finding_id)


def _page(request: Request, finding: Finding, *, form: LinkForm | None = None, error: Any = None, status: int = 200) -> HttpResponse:
    actor = request.actor
    ties = links.of_finding(actor, finding)
    target = targets.of_finding(finding)
    may_decide, may_say = decide.may(actor, "link.decide", target), links.may_say(actor, finding)
    context = {
        "finding": finding,
        "ties": _told(ties),
        "near": links.candidates(actor, finding) if may_say and "near" in request.GET else None,
        "shared": joint.joint(actor, finding, may_join=decide.may(actor, "measure.join", target)),
        "offers": joint.offers(actor, finding),
        "may_say": may_say,
        "may_decide": may_decide,
        "form": form or LinkForm(initial={"version": finding.version}),
        "error": http.shown(error) if error else None,
    }
    return htmx.answer(request, "desk/links.html", "desk/_links.html", context, status=status)


def _told(ties: list[links.Tie]) -> list[dict[str, Any]]:
    """Links in words, as they read from this end, with who said so."""
    names = accounts.names_of(tie.link.said_by_id for tie in ties)
    words = {tie.link.pk: tie.link.get_kind_display() if tie.is_from else BACKWARDS[tie.link.kind] for tie in ties}
    return [
        {"tie": tie, "link": tie.link, "far": tie.far, "word": words[tie.link.pk], "said_by": names.get(tie.link.said_by_id or 0, "")}
        for tie in ties
    ]


@require_POST
def decline(request: Request, finding_id: int, other_id: int) -> HttpResponse:
    """Two whose words are near are not the same problem."""
    load.finding(request.actor, finding_id)
    links.decline(actor=request.actor, finding_id=finding_id, other_id=other_id, **_step(request))
    return redirect("desk:links", finding_id)


@require_POST
def step(request: Request, finding_id: int, link_id: int, verb: str) -> HttpResponse:
    """Accept, refuse or take off a link; back to the finding it was seen from, or to the list of the round."""
    load.finding(request.actor, finding_id)
    links.take(actor=request.actor, link_id=link_id, verb=verb, **_step(request))
    return redirect("desk:joint") if request.POST.get("back") == "joint" else redirect("desk:links", finding_id)


@require_POST
def serve(request: Request, finding_id: int, measure_id: int, verb: str) -> HttpResponse:
    """A measure serves this finding as well, or does so no more."""
    load.finding(request.actor, finding_id)
    act = plan.serve_no_more if verb == "leave" else plan.serve_also
    act(actor=request.actor, measure_id=measure_id, finding_id=finding_id, **_step(request))
    return redirect("desk:links", finding_id)


def _step(request: Request) -> dict[str, Any]:
    form = StepForm(request.POST)
    if not form.is_valid():
        raise BadInput("link.incomplete", _INCOMPLETE)
    return form.cleaned_data


_INCOMPLETE = N_("Something is missing. Fill in what is marked and send it again.")


@require_GET
def in_round(request: Request) -> HttpResponse:
    """Findings of the chosen round that are linked with findings of other letters."""
    round_ = rounds.required(request)
    page = Paginator(links.in_other_rounds(request.actor, round_.pk), PER_PAGE).get_page(request.GET.get("page"))
    rows = []
    for link in page.object_list:
        here, there = (link.finding, link.other) if link.finding.round_id == round_.pk else (link.other, link.finding)
        word = link.get_kind_display() if here is link.finding else BACKWARDS[link.kind]
        rows.append({"link": link, "here": here, "there": there, "word": word})
    may_decide = decide.may(request.actor, "link.decide", targets.of_round(round_))
    return render(request, "desk/joint.html", {"round": round_, "page": page, "rows": rows, "may_decide": may_decide})
