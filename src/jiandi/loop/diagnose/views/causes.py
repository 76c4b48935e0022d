"""The panel of a finding: its causes, and where else it was asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.base.ui import htmx
from jiandi.loop.diagnose import actions, forms, queries, rules
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Finding


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
