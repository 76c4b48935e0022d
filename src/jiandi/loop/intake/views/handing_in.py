"""Documents and ledgers are handed in; a ledger is checked and taken in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.intake import actions, forms, queries
from jiandi.record.ledger import rounds, targets
from jiandi.record.ledger.models import Round
from jiandi.record.policy import decide


def page_of(request: Request) -> int:
    """The page asked for; anything else is the first."""
    wanted = request.POST.get("page") or request.GET.get("page") or "1"
    return int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 1


def see_other(url: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(url, status=303)


def given_to(request: Request) -> tuple[Any, Any]:
    """What was sent, for a form that stays unbound on GET."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@require_GET
def index(request: Request) -> HttpResponse:
    """Documents and ledgers of the chosen round, and what nothing covers."""
    round_ = rounds.required(request)
    context = {"work": queries.workspace(round_, request.actor, page_of(request))}
    return render(request, "intake/index.html", context)


@require_http_methods(["GET", "POST"])
def letter(request: Request) -> HttpResponse:
    """Hand in a document with its file."""
    round_ = _round_for(request, "letter.receive")
    form = forms.LetterForm(*given_to(request))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, "letter")
    given = form.cleaned_data
    upload = given.pop("file")
    try:
        made = actions.receive_letter(actor=request.actor, round_id=round_.pk, file_name=upload.name or "", chunks=upload.chunks(), **given)
    except (BadInput, RuleBroken) as error:
        return _form_page(request, form, "letter", error)
    return see_other(reverse("intake:review", args=[made.pk]))


@require_http_methods(["GET", "POST"])
def without_text(request: Request) -> HttpResponse:
    """Register a document that may not enter this network."""
    round_ = _round_for(request, "letter.receive")
    form = forms.NoTextForm(*given_to(request))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, "without_text")
    try:
        made = actions.receive_without_text(actor=request.actor, round_id=round_.pk, **form.cleaned_data)
    except (BadInput, RuleBroken) as error:
        return _form_page(request, form, "without_text", error)
    return see_other(reverse("intake:review", args=[made.pk]))


@require_http_methods(["GET", "POST"])
def ledger(request: Request) -> HttpResponse:
    """Hand in a running ledger to be checked."""
    round_ = _round_for(request, "import.take")
    form = forms.LedgerForm(*given_to(request))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, "ledger")
    given = form.cleaned_data
    upload = given.pop("file")
    try:
        made = actions.take_ledger(actor=request.actor, round_id=round_.pk, file_name=upload.name or "", chunks=upload.chunks(), **given)
    except (BadInput, RuleBroken) as error:
        return _form_page(request, form, "ledger", error)
    return see_other(reverse("intake:batch", args=[made.pk]))


def _round_for(request: Request, verb: str) -> Round:
    """The chosen round, if the actor may hand something in to it; a form that would be refused is not offered."""
    round_ = rounds.required(request)
    decide.require(request.actor, verb, targets.of_round(round_))
    return round_


def _form_page(request: Request, form: django_forms.Form, what: str, error: Any = None) -> HttpResponse:
    """The form by itself; what was wrong stands above it."""
    status = error.status if error else 422 if form.is_bound else 200
    context = {"form": form, "what": what, "error": http.shown(error) if error else None}
    return render(request, "intake/hand_in.html", context, status=status)


@require_GET
def batch(request: Request, batch_id: int) -> HttpResponse:
    """A ledger: what its check found, and what can be done with it."""
    return _batch_page(request, batch_id)


def _batch_page(request: Request, batch_id: int, error: Any = None) -> HttpResponse:
    found = actions.batch_for(request.actor, batch_id)
    view = queries.batch_page(found, page_of(request))
    context = {
        "view": view,
        "batch": found,
        "faults": [{**one, "message": http.translate(one["text"], one["params"])} for one in view.faults],
        "remarks": [http.translate(one["text"], one["params"]) for one in found.recognised.get("remarks", ())],
        "fault": said(view.fault),
        "error": http.shown(error) if error else None,
    }
    status = error.status if error else 200
    return htmx.answer(request, "intake/batch.html", "intake/_batch.html", context, status=status)


def said(fault: queries.Fault | None) -> str:
    """A kept fault in the reader's language."""
    if fault is None:
        return ""
    return " ".join(http.translate(text, params) for text, params in ((fault.text, fault.params), *fault.unmet))


@require_POST
def batch_step(request: Request, batch_id: int, verb: str) -> HttpResponse:
    """Check a ledger again, take it in, put it aside, or undo one that was taken in."""
    steps: dict[str, Callable[[Request, int], None]] = {"check": _check, "take": _take, "discard": _discard, "undo": _undo}
    if verb not in steps:
        raise NotFound("intake.no_step", N_("There is no such step. Go back to the list."))
    try:
        steps[verb](request, batch_id)
    except (BadInput, RuleBroken) as error:
        return _batch_page(request, batch_id, error)
    place = reverse("intake:index") if verb == "discard" else reverse("intake:batch", args=[batch_id])
    return htmx.after_post(request, place)


def _check(request: Request, batch_id: int) -> None:
    given = _valid(forms.VersionForm(request.POST))
    actions.check_again(actor=request.actor, batch_id=batch_id, **given)


def _take(request: Request, batch_id: int) -> None:
    given = _valid(forms.TakeForm(request.POST))
    actions.take_batch(actor=request.actor, batch_id=batch_id, **given)


def _discard(request: Request, batch_id: int) -> None:
    given = _valid(forms.DiscardForm(request.POST))
    gone = actions.discard_batch(actor=request.actor, batch_id=batch_id, **given)
    messages.success(request, _("The ledger “{name}” has been put aside.").format(name=gone.file_name))


def _undo(request: Request, batch_id: int) -> None:
    given = _valid(forms.UndoForm(request.POST))
    actions.undo_batch(actor=request.actor, batch_id=batch_id, **given)
    messages.success(request, _("What this ledger brought in has been withdrawn."))


def _valid(form: django_forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise BadInput("intake.incomplete", N_("Something is missing. Fill in what is marked and send it again."))
    return form.cleaned_data
