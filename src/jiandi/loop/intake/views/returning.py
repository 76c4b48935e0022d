"""A filled-in ledger comes back: handed in, seen cell by cell, chosen, applied or put aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, Conflict, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.intake import forms
from jiandi.loop.intake.actions import returning as actions
from jiandi.loop.intake.queries import fault_of
from jiandi.loop.intake.queries import returned as queries
from jiandi.loop.intake.views.handing_in import given_to, page_of, said, see_other
from jiandi.record.ledger import rounds

PREFIX = "cell-"


@require_http_methods(["GET", "POST"])
def returned(request: Request) -> HttpResponse:
    """Filled-in ledgers of the chosen round, and the form to hand one in."""
    round_ = rounds.required(request)
    form = forms.ReturnedForm(*given_to(request))
    error: Any = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = actions.receive_returned(actor=request.actor, round_id=round_.pk, file_name=upload.name or "", chunks=upload.chunks())
            return see_other(reverse("intake:returned_one", args=[made.pk]))
        except (BadInput, RuleBroken) as refused:
            error = refused
    context = {
        "page": queries.returned_ledgers(request.actor, round_, page_of(request)),
        "form": form,
        "may_hand_back": queries.may_hand_back(request.actor, round_),
        "error": http.shown(error) if error else None,
    }
    return render(request, "intake/returned.html", context, status=error.status if error else 422 if form.is_bound else 200)


@require_GET
def returned_one(request: Request, returned_id: int) -> HttpResponse:
    """What a file says otherwise, a page at a time."""
    return _page(request, returned_id)


def _page(request: Request, returned_id: int, error: Any = None) -> HttpResponse:
    found = actions.returned_for(request.actor, returned_id)
    view = queries.returned_page(found, _kind_of(request), page_of(request))
    context = {
        "view": view,
        "returned": found,
        "chips": _chips(view),
        "told": [http.translate(text, params) for text, params in found.told],
        "fault": said(fault_of(found.fault)),
        "error": http.shown(error) if error else None,
    }
    status = error.status if error else 200
    return htmx.answer(request, "intake/returned_one.html", "intake/_returned_one.html", context, status=status)


def _kind_of(request: Request) -> str:
    return request.POST.get("show") or request.GET.get("show") or ""


def _chips(view: queries.ReturnedPage) -> list[dict[str, Any]]:
    words = {
        "conflict": _("Changed in the file and here"),
        "change": _("Changed in the file"),
        "refused": _("Cannot be changed here"),
        "same": _("The same by now"),
    }
    return [{"label": words[kind], "url": f"?show={kind}", "active": kind == view.kind, "count": view.counts[kind]} for kind in words]


@require_POST
def returned_step(request: Request, returned_id: int, verb: str) -> HttpResponse:
    """Keep choices, choose for all of a kind, apply, or put aside."""
    steps: dict[str, Callable[[Request, int, int], None]] = {"choose": _choose, "all": _all, "apply": _apply, "discard": _discard}
    if verb not in steps:
        raise NotFound("intake.no_step", N_("There is no such step. Go back to the list."))
    actions.returned_for(request.actor, returned_id)
    try:
        steps[verb](request, returned_id, _version(request))
    except (BadInput, RuleBroken, Conflict) as error:
        return _page(request, returned_id, error)
    if verb == "discard":
        return htmx.after_post(request, reverse("intake:returned"))
    there = reverse("intake:returned_one", args=[returned_id])
    return htmx.after_post(request, there if verb == "apply" else f"{there}?show={_kind_of(request)}&page={page_of(request)}")


def _version(request: Request) -> int:
    form = forms.VersionForm(request.POST)
    if not form.is_valid():
        raise BadInput("intake.incomplete", N_("Something is missing. Fill in what is marked and send it again."))
    return int(form.cleaned_data["version"])


def _choose(request: Request, returned_id: int, version: int) -> None:
    named = {name.removeprefix(PREFIX): str(value) for name, value in request.POST.items() if name.startswith(PREFIX)}
    choices = {int(key): value for key, value in named.items() if key.isdecimal() and len(key) < 19}
    actions.choose_cells(actor=request.actor, returned_id=returned_id, version=version, choices=choices)
    messages.success(request, _("Your choices are kept."))


def _all(request: Request, returned_id: int, version: int) -> None:
    kind, choice = _kind_of(request), request.POST.get("choice", "")
    actions.choose_kind(actor=request.actor, returned_id=returned_id, version=version, kind=kind, choice=choice)


def _apply(request: Request, returned_id: int, version: int) -> None:
    actions.apply_returned(actor=request.actor, returned_id=returned_id, version=version)


def _discard(request: Request, returned_id: int, version: int) -> None:
    gone = actions.discard_returned(actor=request.actor, returned_id=returned_id, version=version)
    messages.success(request, _("The file “{name}” has been put aside.").format(name=gone.file_name))
