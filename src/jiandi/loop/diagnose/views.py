"""Pages: what is to be diagnosed, the panel of a finding, campaigns, answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.diagnose import actions, forms, queries, rules
from jiandi.record.ledger import load, rounds, targets
from jiandi.record.ledger.models import Answer, Finding
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


@require_GET
def index(request: Request) -> HttpResponse:
    """Questions to answer, campaigns, and findings whose cause is still to be found."""
    actor: Actor = request.actor
    context: dict[str, Any] = {"asked": queries.my_answers(actor), "answer_words": rules.ANSWERS}
    round_ = rounds.chosen(request)
    if round_ is not None:
        page, rows = queries.campaigns(actor, round_, request.GET.get("campaigns"))
        context |= {"campaign_page": page, "campaigns": rows, "page": queries.without_cause(actor, round_, request.GET.get("page"))}
    return htmx.answer(request, "diagnose/index.html", "diagnose/_index.html", context)


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    finding = load.finding(request.actor, finding_id)
    return _panel(request, finding, form=_cause_form(request, finding))


def _panel(
    request: Request, finding: Finding, *, form: forms.CauseForm, error: http.Shown | None = None, status: int = 200
) -> HttpResponse:
    shown = queries.panel(request.actor, finding)
    context = {"panel": shown, "finding": finding, "form": form, "error": error, "changing": request.GET.get("change", "")}
    return htmx.answer(request, "diagnose/panel.html", "diagnose/_panel.html", context, status=status)


def _cause_form(request: Request, finding: Finding, posted: Any = None) -> forms.CauseForm:
    """The form, empty, below a chosen cause, or filled with the cause that is to change."""
    roots = queries.roots_of(finding)
    initial: dict[str, Any] = {"version": finding.version, "parent": request.GET.get("below", "")}
    chosen = next((n for n in rules.flat(roots) if str(n.pk) == request.GET.get("change")), None)
    if chosen is not None:
        initial = {"version": chosen.version, "leaf": chosen.leaf, "text": chosen.text, "question": chosen.question, "unit": chosen.unit_id}
    return forms.CauseForm(posted, initial=initial, roots=roots, units=queries.owners(finding))


Write = Callable[..., None]


def in_panel(write: Write) -> Callable[..., HttpResponse]:
    """A write from the panel: afterwards the panel anew (htmx) or the case file; what is wrong is said on top."""

    @require_POST
    @wraps(write)
    def view(request: Request, finding_id: int, **ids: int) -> HttpResponse:
        finding = load.finding(request.actor, finding_id)
        form = _cause_form(request, finding, request.POST)
        try:
            write(request, finding, form, **ids)
        except (RuleBroken, BadInput) as wrong:
            if not htmx.wants_fragment(request):
                raise
            form = form if "leaf" in request.POST else _cause_form(request, finding)
            return _panel(request, finding, form=form, error=http.shown(wrong), status=wrong.status)
        except _Invalid:
            return _panel(request, finding, form=form, status=422)
        return _after(request, finding_id)

    return view


class _Invalid(Exception):
    """A form does not hold what its fields ask for; its own words say so."""


def _after(request: Request, finding_id: int) -> HttpResponse:
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("desk:finding", args=[finding_id]), status=303)
    finding = load.finding(request.actor, finding_id)
    response = _panel(request, finding, form=_cause_form(request, finding))
    response["HX-Trigger"] = "finding-changed"
    return response


@in_panel
def add_cause(request: Request, finding: Finding, form: forms.CauseForm) -> None:
    if not form.is_valid():
        raise _Invalid
    actions.add_cause(actor=request.actor, finding_id=finding.pk, parent_id=form.cleaned_data["parent"], **form.cause())


@in_panel
def change_cause(request: Request, _finding: Finding, form: forms.CauseForm, cause_id: int) -> None:
    if not form.is_valid():
        raise _Invalid
    actions.change_cause(actor=request.actor, cause_id=cause_id, **form.cause())


@in_panel
def drop_cause(request: Request, _finding: Finding, _form: forms.CauseForm, cause_id: int) -> None:
    reason, version = request.POST.get("reason", ""), int(request.POST.get("version") or 0)
    actions.drop_cause(actor=request.actor, cause_id=cause_id, reason=reason, version=version)


@require_http_methods(["GET", "POST"])
def ask(request: Request, finding_id: int) -> HttpResponse:
    """Ask other units whether they have it too."""
    finding = load.finding(request.actor, finding_id)
    decide.require(request.actor, "campaign.start", targets.of_finding(finding))
    due = clock.today() + timedelta(days=queries.answer_days(finding.round))
    form = forms.AskForm(request.POST or None, initial={"due": due}, units=queries.askable(finding))
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        made = actions.start_campaign(
            actor=request.actor, finding_id=finding_id, question=got["question"], unit_ids=got["units"], due=got["due"]
        )
        return htmx.after_post(request, reverse("diagnose:campaign", args=[made.pk]))
    status = 422 if form.is_bound else 200
    return htmx.answer(request, "diagnose/ask.html", "diagnose/_ask.html", {"finding": finding, "form": form}, status=status)


@require_GET
def campaign(request: Request, campaign_id: int) -> HttpResponse:
    """One campaign: which unit said what, and who is silent."""
    shown = queries.campaign_page(request.actor, campaign_id, request.GET.get("page"))
    return htmx.answer(request, "diagnose/campaign.html", "diagnose/_coverage.html", {"shown": shown})


@require_POST
def close_campaign(request: Request, campaign_id: int) -> HttpResponse:
    version = int(request.POST.get("version") or 0)
    actions.close_campaign(actor=request.actor, campaign_id=campaign_id, version=version)
    return htmx.after_post(request, reverse("diagnose:campaign", args=[campaign_id]))


@require_http_methods(["GET", "POST"])
def answer(request: Request, answer_id: int) -> HttpResponse:
    """A unit's question and its answer. A page that is only read writes nothing: the form comes after ``open_answer``."""
    found = queries.answer(request.actor, answer_id)
    may = queries.may_answer(request.actor, found)
    form = forms.AnswerForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        actions.give_answer(actor=request.actor, answer_id=answer_id, **form.cleaned_data)
        return htmx.after_post(request, reverse("diagnose:answer", args=[answer_id]))
    return _answer_page(request, found, form, may=may)


@require_POST
def open_answer(request: Request, answer_id: int) -> HttpResponse:
    """Stamp the moment and bring the form: by itself with script, by a click without."""
    found = actions.open_answer(actor=request.actor, answer_id=answer_id)
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("diagnose:answer", args=[answer_id]), status=303)
    form = forms.AnswerForm(initial={"version": found.version})
    return _answer_page(request, found, form, may=queries.may_answer(request.actor, found))


def _answer_page(request: Request, found: Answer, form: forms.AnswerForm, *, may: bool) -> HttpResponse:
    made = Finding.objects.visible_to(request.actor).filter(pk=found.made_finding_id or 0).first()
    context = {
        "answer": found,
        "campaign": found.campaign,
        "form": form,
        "may": may,
        "made": made,
        "standing": rules.ANSWERS[rules.standing_of(found.state, found.word)],
    }
    return htmx.answer(request, "diagnose/answer.html", "diagnose/_answer.html", context, status=422 if form.is_bound else 200)


@require_POST
def excuse_answer(request: Request, answer_id: int) -> HttpResponse:
    reason, version = request.POST.get("reason", ""), int(request.POST.get("version") or 0)
    found = actions.excuse_answer(actor=request.actor, answer_id=answer_id, reason=reason, version=version)
    return htmx.after_post(request, reverse("diagnose:campaign", args=[found.campaign_id]))
