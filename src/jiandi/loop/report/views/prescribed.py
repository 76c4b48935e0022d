"""Pages of a prescribed form: keep it, point at its cells, look at what would be filled in, have it filled."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import files, http
from jiandi.base.errors import BadInput, JiandiError, NotFound, RuleBroken
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.report import forms, queries
from jiandi.loop.report.actions import prescribed as actions
from jiandi.loop.report.queries import prescribed
from jiandi.loop.report.rules import grids, spots
from jiandi.loop.report.rules.spots import Spot
from jiandi.record.ledger import rounds
from jiandi.record.ledger.models import PrescribedForm
from jiandi.record.policy import decide

TRIAL_ROWS = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def keep(request: Request) -> HttpResponse:
    """A superior's form comes in."""
    round_ = rounds.required(request)
    units = queries.units_to_choose(request.actor, round_.pk)
    whole = queries.may_write_whole(request.actor, round_.pk)
    if not units and not whole:
        decide.require(request.actor, "form.keep", queries.round_target(request.actor, round_.pk))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.KeepForm(*sent, units=units, whole=whole)
    if request.method != "POST" or not form.is_valid():
        return render(request, "report/keep.html", {"form": form}, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    upload = given.pop("file")
    try:
        made = actions.keep_form(
            actor=request.actor, round_id=round_.pk, unit_id=given.pop("unit"), file_name=upload.name or "", chunks=upload.chunks(), **given
        )
    except (BadInput, RuleBroken) as error:
        return render(request, "report/keep.html", {"form": form, "error": http.shown(error)}, status=error.status)
    return HttpResponseRedirect(reverse("report:form", args=[made.pk]), status=303)


@require_GET
def form(request: Request, form_id: int) -> HttpResponse:
    """The sheets as a grid with what would be filled in today; beside it what goes into the chosen cell."""
    found = prescribed.form(request.actor, form_id)
    if htmx.wants_fragment(request):  # the waiting page asks whether it may show the sheets
        return HttpResponse(status=204, headers={} if found.state == "received" else {"HX-Refresh": "true"})
    if found.state != "ready":
        return render(request, "report/form_waiting.html", {"form": found})
    return _page(request, found)


def _page(request: Request, found: PrescribedForm, bound: forms.SpotForm | None = None, error: JiandiError | None = None) -> HttpResponse:
    at = _number(request, "sheet", most=len(found.layout) - 1)
    cell = bound.data.get("cell", "") if bound else request.GET.get("cell", "")
    chosen, wrong = _chosen(found, at, cell)
    error = error or wrong
    look = prescribed.look(request.actor, found)
    spot_form = bound or (_spot_form(request, found, at, chosen) if chosen else None)
    context = {
        "form": found,
        "may_point": decide.may(request.actor, "form.keep", prescribed.target_of(found)),
        "sheets": [_sheet_chip(found, n, name, at) for n, name in enumerate(prescribed.sheet_names(found))],
        "sheet": at,
        "grid": prescribed.grid(found, at, _first(request, chosen, found, at), look, chosen),
        "chosen": chosen,
        "kept": prescribed.spot_at(found, at, chosen) if chosen else None,
        "kinds": _kinds(found, at, chosen, str(spot_form["kind"].value()) if spot_form else ""),
        "spot_form": spot_form,
        "trial": _trial(request, found, spot_form) if spot_form and error is None else None,
        "spots": [{**prescribed.words_of(found, one), "word": _word(one)} for one in spots.spots(found.spots)],
        "notes": queries.told(note.plain() for note in look.notes),
        "remarks": queries.told(["", *one] for one in found.remarks),
        "fills": queries.with_progress(prescribed.fills(found)),
        "schedule": forms.ScheduleForm(initial={name: getattr(found, name) for name in ("version", "title", "issuer", "every", "next_on")}),
        "error": http.shown(error) if error else None,
    }
    return render(request, "report/form.html", context, status=error.status if error else 422 if bound and bound.errors else 200)


def _number(request: Request, name: str, *, most: int, least: int = 0) -> int:
    wanted = request.POST.get(name) or request.GET.get(name) or ""
    return max(least, min(int(wanted), most)) if wanted.isdecimal() and len(wanted) < 6 else least


def _first(request: Request, chosen: str, found: PrescribedForm, at: int) -> int:
    """The first row of the window: asked for, or the one that shows the chosen cell."""
    asked = _number(request, "row", most=int(found.layout[at]["rows"]), least=0)
    if asked or not chosen:
        return max(1, asked)
    return (spots.place_of(chosen)[0] - 1) // prescribed.ROWS_SHOWN * prescribed.ROWS_SHOWN + 1


def _chosen(found: PrescribedForm, at: int, cell: str) -> tuple[str, JiandiError | None]:
    """The address of the chosen cell (of a merged one its first), and what is wrong with it."""
    if not cell:
        return "", None
    try:
        row, column = spots.place_of(cell)
    except BadInput as error:
        return "", error
    sheet = grids.sheet(found.layout[at])
    if row > sheet.rows or column > sheet.columns:
        last = spots.address(sheet.rows, sheet.columns)
        return "", BadInput("report.outside", N_("{cell} lies outside the form, which ends at {last}."), cell=cell, last=last)
    return spots.address(*sheet.anchor(row, column)), None


def _sheet_chip(found: PrescribedForm, n: int, name: str, at: int) -> dict[str, Any]:
    return {"label": name, "url": f"{reverse('report:form', args=[found.pk])}?sheet={n}", "active": n == at}


def _kinds(found: PrescribedForm, at: int, chosen: str, kind: str) -> list[dict[str, Any]]:
    here = reverse("report:form", args=[found.pk])
    links = {code: f"{here}?{urlencode({'sheet': str(at), 'cell': chosen, 'kind': code})}" for code in spots.KINDS}
    return [{"label": _(word), "url": links[code], "active": code == kind} for code, word in spots.KINDS.items()]


def _word(one: Spot) -> str:
    known = {"value": spots.VALUES, "count": spots.FIGURES, "list": spots.LISTS}[one.kind]
    return _(known[one.what])


def _spot_form(request: Request, found: PrescribedForm, at: int, cell: str) -> forms.SpotForm:
    """What is kept for the cell, what was sent to be looked at, or a guess from the labels beside it."""
    if request.GET.get("look"):
        return _bound(request, found, request.GET)
    kept, guess = prescribed.spot_at(found, at, cell), prescribed.guess_at(found, at, cell)
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in spots.KINDS else kept.kind if kept else guess.kind or "value"
    if kept and kept.kind == kind and not request.GET.get("what"):
        return _offered(request, found, kept)
    if kind == "list":
        what = request.GET.get("what", "")
        return _offered(request, found, prescribed.guessed_list(found, at, cell, what if what in spots.LISTS else ""))
    same = guess if guess.kind == kind else None
    return _offered(request, found, Spot(at, cell, kind, same.what if same else "", where=same.where if same else spots.Where()))


def _offered(request: Request, found: PrescribedForm, spot: Spot) -> forms.SpotForm:
    first = {**asdict(spot), **asdict(spot.where), "version": found.version, "unit_id": spot.where.unit_id or ""}
    return forms.SPOT_FORMS[spot.kind](initial=first, **_brought(request, found, spot.sheet, spot.cell))


def _bound(request: Request, found: PrescribedForm, given: Any) -> forms.SpotForm:
    kind = given.get("kind", "")
    if kind not in spots.KINDS:
        raise BadInput("report.what", N_("Choose what goes into {cell}."), cell=given.get("cell", ""))
    at = _number(request, "sheet", most=len(found.layout) - 1)
    return forms.SPOT_FORMS[kind](given, initial={"version": found.version}, **_brought(request, found, at, given.get("cell", "")))


def _brought(request: Request, found: PrescribedForm, at: int, cell: str) -> dict[str, Any]:
    """What the choices of a form are made of."""
    sheet = grids.sheet(found.layout[at])
    chosen, _wrong = _chosen(found, at, cell)
    row = spots.place_of(chosen)[0] if chosen else 1
    headings = [(spots.letters_of(n), sheet.heading(row, n)) for n in range(1, sheet.columns + 1)]
    return {"choices": prescribed.choices(request.actor, found), "headings": headings}


def _trial(request: Request, found: PrescribedForm, spot_form: forms.SpotForm) -> dict[str, Any] | None:
    """What the chosen cell would hold today, before anything is kept."""
    filled = spot_form if spot_form.is_bound else _as_sent(request, found, spot_form)
    if not filled.is_valid():
        return None
    try:
        spot = actions.checked(found, filled.spot())
    except BadInput as error:
        return {"fault": http.shown(error).message}
    fill = prescribed.look(request.actor, found, [spot])
    rows = [(letters, spots.number_of(letters)) for letters, _what in spot.columns]
    return {
        "value": next((value for _spot, value in fill.values), None),
        "is_list": spot.kind == "list",
        "columns": [letters for letters, _n in rows],
        "rows": [line for one in fill.lists for line in one.rows[:TRIAL_ROWS]],
        "notes": queries.told(note.plain() for note in fill.notes),
    }


def _as_sent(request: Request, found: PrescribedForm, offered: forms.SpotForm) -> forms.SpotForm:
    """The offered choices as if they had been sent."""
    given = {name: offered[name].value() for name in offered.fields}
    return _bound(request, found, {name: str(value) for name, value in given.items() if value not in (None, "")})


@require_POST
def point(request: Request, form_id: int) -> HttpResponse:
    found = prescribed.form(request.actor, form_id)
    if found.state != "ready":
        raise RuleBroken("report.form_not_ready", N_("The form cannot be pointed at now. Load the page again."))
    bound = _bound(request, found, request.POST)
    if not bound.is_valid():
        return _page(request, found, bound)
    spot = bound.spot()
    try:
        actions.point(actor=request.actor, form_id=form_id, spot=spot, version=bound.cleaned_data["version"])
    except (BadInput, RuleBroken) as error:
        return _page(request, found, bound, error)
    messages.success(request, _("{cell} is filled from now on.").format(cell=spot.cell))
    return _back(form_id, spot.sheet)


@require_POST
def clear(request: Request, form_id: int) -> HttpResponse:
    given = _valid(request, form_id, forms.ClearForm)
    actions.clear(actor=request.actor, form_id=form_id, **given)
    return _back(form_id, given["sheet"])


@require_POST
def schedule(request: Request, form_id: int) -> HttpResponse:
    given = _valid(request, form_id, forms.ScheduleForm)
    actions.schedule_form(actor=request.actor, form_id=form_id, **given)
    messages.success(request, _("Kept."))
    return _back(form_id)


@require_POST
def fill(request: Request, form_id: int) -> HttpResponse:
    """Have it filled; the list of what was filled shows how far it is."""
    actions.ask_fill(actor=request.actor, form_id=form_id)
    return HttpResponseRedirect(f"{reverse('report:form', args=[form_id])}#fills", status=303)


@require_POST
def put_aside(request: Request, form_id: int) -> HttpResponse:
    given = _valid(request, form_id, forms.VersionForm)
    gone = actions.put_form_aside(actor=request.actor, form_id=form_id, **given)
    messages.success(request, _("The form “{title}” has been put aside. What was filled stays.").format(title=gone.title))
    return HttpResponseRedirect(reverse("report:index"), status=303)


def _valid(request: Request, form_id: int, kind: Any) -> dict[str, Any]:
    prescribed.form(request.actor, form_id)
    sent = kind(request.POST)
    if not sent.is_valid():
        raise BadInput("report.incomplete", N_("Something is missing. Load the page again and fill in what is marked."))
    return dict(sent.cleaned_data)


def _back(form_id: int, sheet: int = 0) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('report:form', args=[form_id])}?sheet={sheet}", status=303)


@require_GET
def rates(request: Request, report_id: int) -> FileResponse:
    """The three-rate sheet that is filed with a filled form."""
    found = queries.report(request.actor, report_id)
    if not found.rates_digest:
        raise NotFound("report.no_rates", N_("Only a filled form has a three-rate sheet of its own; a ledger and a report hold it."))
    name = queries.rates_name(found)
    return FileResponse(files.open_file(found.rates_digest), as_attachment=True, filename=name, content_type=XLSX)
