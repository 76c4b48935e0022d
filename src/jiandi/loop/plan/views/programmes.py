"""Pages of programmes: the list, one with its measures and indicators, a theme before and after, and the choice in the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base import http
from jiandi.base.errors import JiandiError, NotFound
from jiandi.base.http import Request
from jiandi.base.jobs import queries as jobs
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.plan.actions import programmes as actions
from jiandi.loop.plan.forms import programmes as forms
from jiandi.loop.plan.queries import programmes as queries
from jiandi.record.policy import decide


@require_GET
def index(request: Request) -> HttpResponse:
    """Programmes of the units one may see, with how many measures are planned in each."""
    theme = request.GET.get("theme", "")[:60]
    known = queries.themes(request.actor)
    chips = [{"label": _("All"), "url": "?", "active": not theme}]
    chips += [{"label": one, "url": f"?{urlencode({'theme': one})}", "active": one == theme} for one in known]
    context = {
        "page": queries.programmes(request.actor, theme if theme in known else "", request.GET.get("page")),
        "chips": chips,
        "theme": theme if theme in known else "",
        "may_add": bool(queries.units_to_write(request.actor)),
    }
    return render(request, "plan/programmes.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    units = queries.units_to_write(request.actor)
    if not units:
        decide.require(request.actor, "programme.write")
    form = forms.NewProgrammeForm(request.POST or None, units=units, initial={"unit": units[0][0] if len(units) == 1 else None})
    error = None
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            made = actions.add_programme(actor=request.actor, unit_id=typed.pop("unit"), **typed)
        except NotFound:
            raise
        except JiandiError as refused:
            error = refused
        else:
            return htmx.after_post(request, reverse("plan:programme", args=[made.pk]))
    status = error.status if error else 422 if request.method == "POST" else 200
    return render(request, "plan/programme_new.html", {"form": form, "error": http.shown(error) if error else None}, status=status)


@require_GET
def programme(request: Request, programme_id: int) -> HttpResponse:
    """One programme; ``?work=`` says how far the table of values is that was handed in."""
    work = request.GET.get("work", "")
    return _of_work(request, programme_id, int(work[:15])) if work.isdecimal() else _programme(request, programme_id)


def _programme(request: Request, programme_id: int, *, at: str = "", error: JiandiError | None = None, **more: Any) -> HttpResponse:
    sheet = queries.sheet(request.actor, programme_id)
    initial = {name: getattr(sheet.programme, name) for name in ("version", "title", "theme", "number", "from_on", "until_on")}
    typed: Any = request.POST or None
    context = {
        "sheet": sheet,
        "programme": sheet.programme,
        "change_form": forms.ChangeForm(typed if at == "change" else None, initial=initial, auto_id="id_change_%s"),
        "indicator_form": forms.IndicatorForm(typed if at == "indicator" else None, auto_id="id_indicator_%s"),
        "value_form": forms.ValueForm(auto_id="id_value_%s"),
        "table_form": forms.TableForm(auto_id="id_table_%s"),
        "at": at,
        "error": http.shown(error) if error else None,
        **more,
    }
    status = error.status if error else 422 if more.get("faults") else 200
    return render(request, "plan/programme.html", context, status=status)


def _of_work(request: Request, programme_id: int, work: int) -> HttpResponse:
    progress = jobs.job_progress(work, actor_id=request.actor.user_id or 0)
    page = reverse("plan:programme", args=[programme_id])
    again = f"{page}?work={progress.job_id}"
    if not progress.is_over:
        queries.sheet(request.actor, programme_id)
        place = "plan/_values_reading.html" if htmx.wants_fragment(request) else "plan/values_reading.html"
        return render(request, place, {"again": again})
    if htmx.wants_fragment(request):
        return htmx.after_post(request, again)
    if progress.result is None:
        faults = [(0, http.translate(one.text, one.params)) for one in progress.faults]
        return _programme(request, programme_id, faults=faults or [(0, _("The table could not be read."))])
    if progress.result["taken"]:
        messages.success(request, _("%(n)s values were taken in.") % {"n": progress.result["taken"]})
        return redirect(page)
    told = [(place, http.translate(text, params)) for place, text, params in progress.result["faults"]]
    return _programme(request, programme_id, faults=told, more=progress.result["more"])


def _do(request: Request, programme_id: int, deed: Callable[[], object], at: str = "") -> HttpResponse:
    try:
        deed()
    except NotFound:
        raise
    except JiandiError as refused:
        return _programme(request, programme_id, at=at, error=refused)
    return htmx.after_post(request, reverse("plan:programme", args=[programme_id]))


@require_POST
def turn(request: Request, programme_id: int, verb: str) -> HttpResponse:
    """Change it, add an indicator, hand in a table of values, or start, finish, drop it."""
    given: dict[str, Any] = {"actor": request.actor, "programme_id": programme_id}
    steps: dict[str, tuple[type[django_forms.Form], Callable[..., object]]] = {
        "change": (forms.ChangeForm, actions.change_programme),
        "indicator": (forms.IndicatorForm, actions.add_indicator),
        **{move: (forms.MoveForm, lambda **typed: actions.move_programme(verb=verb, **typed)) for move in actions.MOVES},
    }
    if verb == "values":
        return _values(request, programme_id)
    if verb not in steps:
        raise NotFound("programme.no_verb", N_("There is no such step. Go back to the programme."))
    form, do = steps[verb]
    return _do(request, programme_id, lambda: do(**given, **forms.cleaned(form(request.POST))), verb)


def _values(request: Request, programme_id: int) -> HttpResponse:
    try:
        table = forms.cleaned(forms.TableForm(request.POST, request.FILES))["table"]
        work = actions.ask_values(actor=request.actor, programme_id=programme_id, chunks=table.chunks())
    except NotFound:
        raise
    except JiandiError as refused:
        return _programme(request, programme_id, at="values", error=refused)
    return redirect(f"{reverse('plan:programme', args=[programme_id])}?work={work.pk}")


@require_POST
def value(request: Request, programme_id: int, indicator_id: int) -> HttpResponse:
    """The value of a day, or its correction."""
    return _do(
        request,
        programme_id,
        lambda: actions.enter_value(actor=request.actor, indicator_id=indicator_id, **forms.cleaned(forms.ValueForm(request.POST))),
        "value",
    )


@require_GET
def theme(request: Request) -> HttpResponse:
    """The indicators of a theme before and after; never a proof by themselves."""
    known = queries.themes(request.actor)
    asked = request.GET.get("theme", "")
    name = asked if asked in known else known[0] if known else ""
    chips = [{"label": one, "url": f"?{urlencode({'theme': one})}", "active": one == name} for one in known]
    seen = queries.theme(request.actor, name) if name else []
    return render(request, "plan/theme.html", {"chips": chips, "theme": name, "seen": seen})


@require_GET
def of_finding(request: Request, finding_id: int) -> HttpResponse:
    return _of_finding(request, finding_id)


def _of_finding(request: Request, finding_id: int, *, error: JiandiError | None = None) -> HttpResponse:
    found = queries.of_finding(request.actor, finding_id)
    measures = [(m.pk, f"{m.number} {m.text[:40]}") for m, _linked in found.links]
    form = forms.LinkForm(request.POST if error else None, measures=measures, choices=found.choices) if found.choices else None
    context = {"found": found, "finding": found.finding, "form": form, "error": http.shown(error) if error else None}
    page, fragment = "plan/programmes_of.html", "plan/_programmes_of.html"
    return htmx.answer(request, page, fragment, context, status=error.status if error else 200)


@require_POST
def link(request: Request, finding_id: int) -> HttpResponse:
    """A measure of the finding is planned in a programme."""
    found = queries.of_finding(request.actor, finding_id)
    measures = [(m.pk, m.text[:40]) for m, _linked in found.links]
    try:
        typed = forms.cleaned(forms.LinkForm(request.POST, measures=measures, choices=found.choices))
        actions.link_programme(actor=request.actor, measure_id=typed["measure"], programme_id=typed["programme"])
    except NotFound:
        raise
    except JiandiError as refused:
        return _of_finding(request, finding_id, error=refused)
    if htmx.wants_fragment(request):
        return _of_finding(request, finding_id)
    return redirect("desk:finding", finding_id)
