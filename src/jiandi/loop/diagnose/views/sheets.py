"""The sheet of a unit: its questions on one page, drafts, answers, proof, sending on; the office excuses."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.diagnose import actions, forms, queries, rules
from jiandi.loop.diagnose.queries import SheetPage


@require_http_methods(["GET", "POST"])
def sheet(request: Request, asked_id: int) -> HttpResponse:
    """A unit's questions. A page that is only read writes nothing: the form comes after ``open_sheet``."""
    shown = queries.sheet(request.actor, asked_id)
    if request.method != "POST":
        return _page(request, shown, [forms.cell_form(cell) for cell in shown.open])
    is_answer = request.POST.get("step") != "draft"
    typed = [forms.cell_form(cell, request.POST, is_answer=is_answer) for cell in shown.open]
    are_valid = not [form for form in typed if not form.is_valid()]
    if not is_answer:
        return _kept(request, asked_id, typed)
    if not are_valid:
        return _page(request, shown, typed, status=422)
    try:
        given = [form.given() for form in typed if form.is_begun]
        actions.give_answers(actor=request.actor, asked_id=asked_id, given=given)
    except (BadInput, RuleBroken) as wrong:
        return _page(request, shown, typed, error=http.shown(wrong), status=wrong.status)
    return htmx.after_post(request, reverse("diagnose:sheet", args=[asked_id]))


def _kept(request: Request, asked_id: int, typed: list[forms.CellForm]) -> HttpResponse:
    """Drafts are kept as far as they can be read; with script only the new versions go back into the form."""
    given = [form.given() for form in typed if not form.errors]
    cells = actions.keep_drafts(actor=request.actor, asked_id=asked_id, given=given)
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("diagnose:sheet", args=[asked_id]), status=303)
    wrong = [form.cell.question.number for form in typed if form.errors]
    return render(request, "diagnose/_kept.html", {"cells": cells, "wrong": wrong})


def _page(
    request: Request,
    shown: SheetPage,
    typed: list[forms.CellForm],
    *,
    error: http.Shown | None = None,
    proof: forms.ProofForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "shown": shown,
        "asked": shown.asked,
        "campaign": shown.campaign,
        "groups": _groups(shown, typed),
        "send_on": forms.SendOnForm(below=shown.below) if shown.below else None,
        "proof": proof or forms.ProofForm(cells=shown.cells),
        "is_open": bool(shown.asked.opened_at) or status != 200,
        "error": error,
    }
    return htmx.answer(request, "diagnose/sheet.html", "diagnose/_sheet.html", context, status=status)


def _groups(shown: SheetPage, typed: list[forms.CellForm]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Cells by scope, each with its form while it is open."""
    by_cell = {form.cell.pk: form for form in typed}
    found: dict[str, list[dict[str, Any]]] = {}
    for cell in shown.cells:
        row = {
            "cell": cell,
            "form": by_cell.get(cell.pk),
            "mark": rules.MARKS[rules.standing_of(cell.state, cell.word)],
            "proofs": shown.proofs.get(cell.pk, []),
            "like": shown.likes.get(cell.pk, ""),
        }
        found.setdefault(cell.question.scope, []).append(row)
    return [(word, found[code]) for code, word in rules.SCOPES.items() if code in found]


@require_POST
def open_sheet(request: Request, asked_id: int) -> HttpResponse:
    """Stamp the moment and bring the form: by itself with script, by a click without."""
    actions.open_sheet(actor=request.actor, asked_id=asked_id)
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("diagnose:sheet", args=[asked_id]), status=303)
    shown = queries.sheet(request.actor, asked_id)
    return _page(request, shown, [forms.cell_form(cell) for cell in shown.open])


@require_POST
def send_on(request: Request, asked_id: int) -> HttpResponse:
    wanted = [int(pk) for pk in request.POST.getlist("units") if pk.isdigit()]
    actions.send_on(actor=request.actor, asked_id=asked_id, unit_ids=wanted)
    return htmx.after_post(request, reverse("diagnose:sheet", args=[asked_id]))


@require_POST
def add_proof(request: Request, asked_id: int) -> HttpResponse:
    """Keep a file for one question; afterwards the sheet again."""
    shown = queries.sheet(request.actor, asked_id)
    form = forms.ProofForm(request.POST, request.FILES, cells=shown.cells)
    if not form.is_valid():
        return _page(request, shown, [forms.cell_form(cell) for cell in shown.open], proof=form, status=422)
    got = form.cleaned_data
    file = got["paper"]
    actions.add_proof(
        actor=request.actor,
        answer_id=got["answer"],
        title=got["title"],
        held_offline=got["held_offline"],
        chunks=file.chunks() if file else None,
        file_name=file.name or "" if file else "",
    )
    return htmx.after_post(request, reverse("diagnose:sheet", args=[asked_id]) + f"#q{got['answer']}")


@require_POST
def excuse_answer(request: Request, answer_id: int) -> HttpResponse:
    reason, version = request.POST.get("reason", ""), int(request.POST.get("version") or 0)
    found = actions.excuse_answer(actor=request.actor, answer_id=answer_id, reason=reason, version=version)
    return htmx.after_post(request, reverse("diagnose:sheet", args=[found.asked_id]))


@require_POST
def excuse_unit(request: Request, asked_id: int) -> HttpResponse:
    actions.excuse_unit(actor=request.actor, asked_id=asked_id, reason=request.POST.get("reason", ""))
    return htmx.after_post(request, reverse("diagnose:sheet", args=[asked_id]))
