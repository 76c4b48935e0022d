"""Pages of the change of phase: what it would carry over, the act, its statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, JiandiError
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.reconcile import actions, forms, rules
from jiandi.loop.reconcile.queries import phase as queries
from jiandi.record.ledger import load, rounds, targets
from jiandi.record.ledger.models import Finding, PhaseChange, PhaseLine, Round
from jiandi.record.policy import decide as policy
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Name

GROUP_WORDS = dict(PhaseLine.GROUPS)
# Below a heading that says they are carried over.
CARRIED_WORDS = {
    "awaiting": _("waiting for check or signature"),
    "long_term": _("long-term items"),
    "overdue": _("overdue items"),
    "extended": _("extended items"),
    "within": _("within their date"),
    "undated": _("without a date"),
}
SOURCE_WORDS = dict(Finding.SOURCES)


@require_GET
def index(request: Request) -> HttpResponse:
    round_ = rounds.required(request)
    return _index(request, round_, forms.PhaseForm(initial={"version": round_.version}))


def _index(request: Request, round_: Round, form: forms.PhaseForm, *, error: JiandiError | None = None, status: int = 200) -> HttpResponse:
    at = queries.standing(round_)
    may = policy.may(request.actor, "round.change_phase", targets.of_round(round_))
    context: dict[str, Any] = {
        "round": round_,
        "now": _named(at.now.name),
        "next": _named(at.next.name) if at.next else "",
        "planned_end": at.planned_end,
        "changes": [(row, *_names(row)) for row in queries.changes(round_)],
        "may": may,
        "form": form,
        "error": http.shown(error) if error else None,
    }
    if may:
        items = queries.placed(round_.pk, clock.today())
        totals = rules.phase_totals(items)
        unmet = rules.unmet_phase(queries.facts(round_, at, len(items), "–"))
        context |= {"totals": totals, "unmet": [http.translate(u.text, u.params) for u in unmet], **_told(totals)}
    return render(request, "reconcile/phase.html", context, status=status)


def _told(totals: dict[str, Any]) -> dict[str, Any]:
    groups = totals["groups"]
    return {
        "left": [(group, GROUP_WORDS[group], groups[group]) for group in rules.LEFT],
        "carried": [(group, CARRIED_WORDS[group], groups[group]) for group in rules.CARRIED],
        "sources": [(SOURCE_WORDS.get(source, source), found) for source, found in _by_source(totals)],
    }


def _by_source(totals: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """For each source: opened, each group that has left, and what is carried over."""
    rows = []
    for source, found in totals["by_source"].items():
        left = [found[group] for group in rules.LEFT]
        carried = sum(found[group] for group in rules.CARRIED)
        rows.append((source, [sum(left) + carried, *left, carried]))
    return rows


@require_POST
def close(request: Request) -> HttpResponse:
    round_ = rounds.required(request)
    form = forms.PhaseForm(request.POST)
    policy.require(request.actor, "round.change_phase", targets.of_round(round_))
    if not form.is_valid():
        return _index(request, round_, form, status=422)
    try:
        change = actions.change_phase(actor=request.actor, round_id=round_.pk, **form.cleaned_data)
    except JiandiError as error:
        return _index(request, load.round_(request.actor, round_.pk), form, error=error, status=error.status)
    return htmx.after_post(request, reverse("reconcile:statement", args=[change.pk]))


@require_GET
def statement(request: Request, change_id: int) -> HttpResponse:
    """What was opened, what has left, what was carried over: it adds up, and every number opens to its rows."""
    change = queries.change(request.actor, change_id)
    whole, units = queries.sums(request.actor, change)
    group = request.GET.get("group", "")
    before, after = _names(change)
    context = {
        "change": change,
        "before": before,
        "after": after,
        "all": whole,
        "units": units,
        "left": [(one, GROUP_WORDS[one], whole.groups[one]) for one in rules.LEFT],
        "carried": [(one, CARRIED_WORDS[one], whole.groups[one]) for one in rules.CARRIED],
        "rows": queries.rows_of(request.actor, change, group, request.GET.get("page")),
        "group": group,
        "origins": _origins(change),
        "may_undo": change.state == "standing"
        and change.round.phase == change.to_phase
        and policy.may(request.actor, "round.change_phase", targets.of_round(change.round)),
    }
    return render(request, "reconcile/statement.html", context)


@require_POST
def undo(request: Request, change_id: int) -> HttpResponse:
    change = queries.change(request.actor, change_id)
    policy.require(request.actor, "round.change_phase", targets.of_round(change.round))
    form = forms.UndoForm(request.POST)
    if not form.is_valid():
        raise BadInput("phase.no_undo_reason", N_("Write why the change of phase is undone."))
    actions.undo_phase(actor=request.actor, change_id=change_id, **form.cleaned_data)
    return htmx.after_post(request, reverse("reconcile:phase"))


def _named(name: Name) -> str:
    return name.zh if (get_language() or "").startswith("zh") else name.en


def _origins(change: PhaseChange) -> dict[str, str]:
    return {one.code: _named(one.name) for one in regimes.profile_of(change.round.regime).phases}


def _names(change: PhaseChange) -> tuple[str, str]:
    """Both phases in words; a phase the regime no longer has keeps its code."""
    words = _origins(change)
    return words.get(change.from_phase, change.from_phase), words.get(change.to_phase, change.to_phase)


@dataclass(frozen=True)
class Carried:
    """One carry-over of a finding, for its case file."""

    change_id: int
    on: date
    origin: str
    to: str


def carried(finding: Finding) -> list[Carried]:
    """The changes of phase that carried a finding over, newest first."""
    lines = [line for line in queries.carried_to(finding) if line.group in rules.CARRIED]
    words = {one.code: _named(one.name) for one in regimes.profile_of(finding.round.regime).phases} if lines else {}
    return [
        Carried(line.change_id, line.change.on, words.get(line.origin, line.origin), words.get(line.change.to_phase, line.change.to_phase))
        for line in lines
    ]
