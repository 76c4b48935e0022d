"""Pages of causes that lie higher up: the list, one of them with its steps, and the matters to raise."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.diagnose import actions, forms, queries
from jiandi.record.ledger import matters as matters_of
from jiandi.record.ledger import rounds, targets
from jiandi.record.ledger.models import RaisedCause
from jiandi.record.policy import decide

WITH_WORDS_OF_PROPOSAL = ("forward", "list")


@require_GET
def raised(request: Request) -> HttpResponse:
    """What was forwarded to my unit, and what was proposed, as far as I may know by whom."""
    actor, round_ = request.actor, rounds.chosen(request)
    received = queries.received(actor, request.GET.get("received"))
    context: dict[str, Any] = {"received_page": received, "received": [queries.face(row) for row in received]}
    if round_ is not None:
        state = request.GET.get("state", "")
        context |= {
            "page": queries.proposals(actor, round_, state, request.GET.get("page")),
            "chips": _chips(state),
            "clear": "?" if state else "",
            "sees_matters": matters_of.sees_list(actor, round_.pk),
        }
    return htmx.answer(request, "diagnose/raised.html", "diagnose/_raised.html", context)


def _chips(state: str) -> list[dict[str, Any]]:
    return [{"label": word, "url": f"?state={code}", "active": code == state} for code, word in RaisedCause.STATES]


@require_GET
def raised_one(request: Request, raised_id: int) -> HttpResponse:
    return _one(request, queries.raised(request.actor, raised_id))


def _one(
    request: Request,
    found: queries.Found,
    *,
    typed: tuple[str, forms.StepForm] | None = None,
    error: http.Shown | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole row for those who may know, the receiver's face for the receiver."""
    row = found.row
    context: dict[str, Any] = {
        "face": queries.face(row, queries.finding_known_to_receiver(row)),
        "steps": [_step(row, verb, typed) for verb in sorted(queries.offered(request.actor, row), key=list(actions.ASKED).index)],
        "error": error,
    }
    if found.is_whole:
        context |= {"whole": row, "register_form": _register_form(request, row)}
    return render(request, "diagnose/raised_one.html", context, status=status)


def _step(row: RaisedCause, verb: str, typed: tuple[str, forms.StepForm] | None) -> dict[str, Any]:
    form = typed[1] if typed and typed[0] == verb else _step_form(row, verb)
    return {"verb": verb, "word": forms.WORDS[verb], "note": forms.NOTES.get(verb, ""), "form": form}


def _step_form(row: RaisedCause, verb: str, posted: Any = None) -> forms.StepForm:
    units = queries.higher_units(row.proposed_by) if verb == "forward" else []
    initial: dict[str, Any] = {"version": row.version, "unit_id": row.suggested_id}
    if verb in WITH_WORDS_OF_PROPOSAL:
        initial["text"] = row.sent_text or row.text
    return forms.StepForm(posted, step=verb, units=units, initial=initial)


def _register_form(request: Request, row: RaisedCause) -> forms.RegisterForm | None:
    may = decide.may(request.actor, "finding.register", targets.of_round(row.finding.round))
    if row.state != "accepted" or row.led_to_id or not may:
        return None
    return forms.RegisterForm(initial={"version": row.version})


@require_POST
def raised_step(request: Request, raised_id: int, verb: str) -> HttpResponse:
    found = queries.raised(request.actor, raised_id)
    if verb not in actions.ASKED:
        raise NotFound("raised.no_step", N_("There is no such step."))
    form = _step_form(found.row, verb, request.POST)
    if not form.is_valid():
        return _one(request, found, typed=(verb, form), status=422)
    given = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    try:
        version = form.cleaned_data["version"]
        actions.take_step(actor=request.actor, raised_id=raised_id, verb=verb, brought=actions.Brought(**given), version=version)
    except (BadInput, RuleBroken) as wrong:
        return _one(request, found, typed=(verb, form), error=http.shown(wrong), status=wrong.status)
    return htmx.after_post(request, reverse("diagnose:raised_one", args=[raised_id]))


@require_POST
def register_raised(request: Request, raised_id: int) -> HttpResponse:
    found = queries.raised(request.actor, raised_id)
    form = forms.RegisterForm(request.POST)
    if not form.is_valid():
        return _one(request, found, status=422)
    actions.register_from(actor=request.actor, raised_id=raised_id, **form.cleaned_data)
    return htmx.after_post(request, reverse("diagnose:raised_one", args=[raised_id]))


@require_GET
def matters(request: Request) -> HttpResponse:
    """The list of matters to raise, for those who see the whole round."""
    round_ = rounds.required(request)
    if not matters_of.sees_list(request.actor, round_.pk):
        raise NotFound("matters.none", N_("It does not exist, or it is not yours to see. Go back to the list."))
    context = {
        "page": queries.matters(request.actor, round_, request.GET.get("page")),
        "may_print": decide.may(request.actor, "report.write", targets.of_round(round_)),
    }
    return htmx.answer(request, "diagnose/matters.html", "diagnose/_matters.html", context)
