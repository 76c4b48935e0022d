"""Pages of campaigns: the list, sending one with its preview, the coverage matrix, how much is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.diagnose import actions, forms, queries, rules
from jiandi.record.ledger import rounds, targets
from jiandi.record.ledger.models import Round
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


@require_GET
def index(request: Request) -> HttpResponse:
    """Questions to answer, campaigns, and findings whose cause is still to be found."""
    actor: Actor = request.actor
    context: dict[str, Any] = {"sheets": queries.my_sheets(actor), "answer_words": rules.ANSWERS}
    round_ = rounds.chosen(request)
    if round_ is not None:
        page, rows = queries.listed(actor, round_, request.GET.get("campaigns"))
        context |= {"campaign_page": page, "campaigns": rows, "page": queries.without_cause(actor, round_, request.GET.get("page"))}
        context["may_start"] = queries.may_start(actor, round_.pk)
    return htmx.answer(request, "diagnose/index.html", "diagnose/_index.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """Send findings as questions: first the preview with what it asks of the units, then sent."""
    actor, round_ = request.actor, rounds.required(request)
    decide.require(actor, "campaign.start", targets.of_round(round_))
    form = _ask_form(request, actor, round_)
    context: dict[str, Any] = {"form": form, "line": queries.line_of(actor, round_.pk), "round": round_}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return htmx.answer(request, "diagnose/ask.html", "diagnose/_ask.html", context, status=status)
    questions, got = form.questions(), form.cleaned_data
    try:
        if request.POST.get("step") == "send":
            fields = {"title": got["title"], "unit_ids": form.chosen(), "due": got["due"], "reason": got["reason"]}
            made = actions.start_campaign(actor=actor, round_id=round_.pk, questions=questions, **fields)
            return htmx.after_post(request, reverse("diagnose:campaign", args=[made.pk]))
        status = 200
    except (BadInput, RuleBroken) as wrong:
        context["error"], status = http.shown(wrong), wrong.status
    context |= _preview(actor, round_, form, questions)
    return htmx.answer(request, "diagnose/ask.html", "diagnose/_ask.html", context, status=status)


def _ask_form(request: Request, actor: Actor, round_: Round) -> forms.AskForm:
    wanted = [int(pk) for pk in request.GET.getlist("finding") if pk.isdigit()]
    due = clock.today() + timedelta(days=queries.answer_days(round_))
    return forms.AskForm(
        request.POST or None,
        initial={"due": due, "findings": wanted, "scopes": ["team", "fields"]},
        units=queries.askable(queries.line_of(actor, round_.pk)),
        findings=queries.findings_to_ask(actor, round_, wanted),
    )


def _preview(actor: Actor, round_: Round, form: forms.AskForm, questions: list[rules.NewQuestion]) -> dict[str, Any]:
    """What sending would ask, and the words of each question to be changed."""
    texts = [
        (forms.text_name(q.finding_id, q.scope), form.known_findings[q.finding_id].number, rules.SCOPES[q.scope], q.text) for q in questions
    ]
    try:
        burden = queries.burden(queries.asking(actor, round_, questions, form.chosen()), form.cleaned_data["due"])
    except (BadInput, RuleBroken) as wrong:
        return {"texts": texts, "error": http.shown(wrong)}
    return {"texts": texts, "burden": burden, "warnings": [http.translate(w.text, w.params) for w in burden.warnings]}


@require_GET
def campaign(request: Request, campaign_id: int) -> HttpResponse:
    """One campaign: branch by branch and question by question, who said what, and who is silent."""
    asked = {name: request.GET.get(name, "") for name in ("branch", "level")}
    shown = queries.matrix(request.actor, campaign_id, number=request.GET.get("page"), **asked)
    context = {"shown": shown, "words": rules.ANSWERS, "scopes": rules.SCOPES}
    return htmx.answer(request, "diagnose/campaign.html", "diagnose/_matrix.html", context)


@require_GET
def hints(request: Request, campaign_id: int) -> HttpResponse:
    """Where the answers ask for a second look, and who was not asked."""
    shown = queries.hints(request.actor, campaign_id)
    sentences = [(hint, http.translate(hint.sentence.text, hint.sentence.params)) for hint in shown.hints]
    return htmx.answer(request, "diagnose/hints.html", "diagnose/_hints.html", {"shown": shown, "sentences": sentences})


@require_GET
def load(request: Request) -> HttpResponse:
    """How much is asked of the units in the running weeks."""
    round_ = rounds.required(request)
    decide.require(request.actor, "campaign.start", targets.of_round(round_))
    context = {"load": queries.load(round_, queries.line_of(request.actor, round_.pk), request.GET.get("page")), "round": round_}
    return htmx.answer(request, "diagnose/load.html", "diagnose/_load.html", context)


@require_POST
def remind(request: Request, campaign_id: int) -> HttpResponse:
    actions.remind(actor=request.actor, campaign_id=campaign_id)
    return htmx.after_post(request, reverse("diagnose:campaign", args=[campaign_id]))


@require_POST
def close_campaign(request: Request, campaign_id: int) -> HttpResponse:
    version = int(request.POST.get("version") or 0)
    actions.close_campaign(actor=request.actor, campaign_id=campaign_id, version=version)
    return htmx.after_post(request, reverse("diagnose:campaign", args=[campaign_id]))
