"""The panel of a finding: its causes with their proof, what is taken higher up, and where else it was asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Form
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

ASKS = ("below", "change", "proof", "higher")


@require_GET
def panel(request: Request, finding_id: int) -> HttpResponse:
    return _panel(request, load.finding(request.actor, finding_id))


def _panel(
    request: Request,
    finding: Finding,
    *,
    typed: dict[str, Form] | None = None,
    asked: dict[str, str] | None = None,
    error: http.Shown | None = None,
    status: int = 200,
) -> HttpResponse:
    """The panel with the form that was asked for by its address, or ``typed`` as it came."""
    shown = queries.panel(request.actor, finding)
    asked = asked or {name: request.GET.get(name, "") for name in ASKS}
    context: dict[str, Any] = {"panel": shown, "finding": finding, "error": error, "asked": asked, **_forms(shown, asked)}
    context["chosen"] = _node(shown, asked.get("proof") or asked.get("higher") or "")
    return htmx.answer(request, "diagnose/panel.html", "diagnose/_panel.html", {**context, **(typed or {})}, status=status)


def _forms(shown: queries.Panel, asked: dict[str, str]) -> dict[str, Form]:
    """Only the forms that the person may use and asked for; each costs its own reads."""
    found: dict[str, Form] = {}
    if shown.may_write:
        found["form"] = _cause_form(shown, asked)
    if shown.may_write and _node(shown, asked.get("proof", "")):
        found["proof_form"] = forms.CauseProofForm(known=queries.proofs_to_choose(shown.finding))
    higher = _node(shown, asked.get("higher", ""))
    if shown.may_propose and higher and shown.finding.lead:
        initial = {"version": higher.version, "text": higher.text}
        found["propose_form"] = forms.ProposeForm(initial=initial, units=queries.higher_units(shown.finding.lead))
    if shown.may_flag:
        flags = {name: getattr(shown.finding, name) for name in ("version", "is_long_standing", "is_recurring", "is_common")}
        found["flag_form"] = forms.FlagForm(initial=flags)
    return found


def _node(shown: queries.Panel, pk: str) -> rules.Node | None:
    return next((n for n in rules.flat(shown.roots) if str(n.pk) == pk), None)


def _cause_form(shown: queries.Panel, asked: dict[str, str], posted: Any = None) -> forms.CauseForm:
    """The form, empty, below a chosen cause, or filled with the cause that is to change."""
    finding, chosen = shown.finding, _node(shown, asked.get("change", ""))
    initial: dict[str, Any] = {"version": finding.version, "parent": asked.get("below", "")}
    if chosen is not None:
        initial = {"version": chosen.version, "leaf": chosen.leaf, "text": chosen.text, "question": chosen.question, "unit": chosen.unit_id}
    look = reverse("diagnose:look_cause", args=[finding.pk])
    return forms.CauseForm(
        posted,
        initial=initial,
        words=shown.taxonomy,
        roots=shown.roots,
        units=queries.owners(finding),
        keep=chosen.leaf if chosen else "",
        is_flagged=finding.is_flagged,
        asks={"hx-get": look, "hx-trigger": "change", "hx-target": "#cause-look", "hx-include": "closest form"},
    )


@require_GET
def look_cause(request: Request, finding_id: int) -> HttpResponse:
    """While a cause is typed: what would still be asked once it stood there. Nothing is written."""
    finding = load.finding(request.actor, finding_id)
    kind = rules.KIND_BY_CODE.get(request.GET.get("leaf", ""))
    said: list[str] = []
    if kind is not None:
        parent = request.GET.get("parent", "")
        nodes = [*rules.flat(queries.roots_of(finding)), rules.new_node(kind, int(parent) if parent.isdecimal() else None)]
        said = queries.said(rules.still_asked(rules.tree(nodes, is_flagged=finding.is_flagged), is_flagged=finding.is_flagged))
    context = {"still_asked": said, "finding": finding, "is_chosen": kind is not None}
    return htmx.answer(request, "diagnose/look.html", "diagnose/_look.html", context)


Write = Callable[..., None]


class _Invalid(Exception):
    """A form does not hold what its fields ask for; its own words say so."""

    def __init__(self, name: str, form: Form, **asked: int) -> None:
        super().__init__(name)
        self.typed, self.asked = {name: form}, {key: str(pk) for key, pk in asked.items()}


def in_panel(write: Write) -> Callable[..., HttpResponse]:
    """A write from the panel: afterwards the panel anew (htmx) or the case file; what is wrong is said on top."""

    @require_POST
    @wraps(write)
    def view(request: Request, finding_id: int, **ids: int) -> HttpResponse:
        finding = load.finding(request.actor, finding_id)
        try:
            write(request, finding, **ids)
        except (RuleBroken, BadInput) as wrong:
            if not htmx.wants_fragment(request):
                raise
            typed, asked = _as_typed(request, finding, ids.get("cause_id"))
            return _panel(request, finding, typed=typed, asked=asked, error=http.shown(wrong), status=wrong.status)
        except _Invalid as wrong:
            return _panel(request, finding, typed=wrong.typed, asked=wrong.asked, status=422)
        return _after(request, finding_id)

    return view


def _as_typed(request: Request, finding: Finding, cause_id: int | None) -> tuple[dict[str, Form], dict[str, str]]:
    """What was typed stays typed when a rule refuses it."""
    if "leaf" in request.POST:
        asked = {"change": str(cause_id)} if cause_id else {}
        return {"form": _cause_form(queries.panel(request.actor, finding), asked, request.POST)}, asked
    if "suggested" in request.POST and finding.lead:
        return {"propose_form": _propose_form(request, finding)}, {"higher": str(cause_id)}
    return {}, {"proof": str(cause_id)} if "held_offline" in request.POST else {}


def _propose_form(request: Request, finding: Finding) -> forms.ProposeForm:
    return forms.ProposeForm(request.POST, units=queries.higher_units(finding.lead) if finding.lead else [])


def _after(request: Request, finding_id: int) -> HttpResponse:
    if not htmx.wants_fragment(request):
        return HttpResponseRedirect(reverse("desk:finding", args=[finding_id]), status=303)
    response = _panel(request, load.finding(request.actor, finding_id))
    response["HX-Trigger"] = "finding-changed"
    return response


@in_panel
def add_cause(request: Request, finding: Finding) -> None:
    form = _cause_form(queries.panel(request.actor, finding), {}, request.POST)
    if not form.is_valid():
        raise _Invalid("form", form)
    actions.add_cause(actor=request.actor, finding_id=finding.pk, parent_id=form.cleaned_data["parent"], **form.cause())


@in_panel
def change_cause(request: Request, finding: Finding, cause_id: int) -> None:
    form = _cause_form(queries.panel(request.actor, finding), {"change": str(cause_id)}, request.POST)
    if not form.is_valid():
        raise _Invalid("form", form, change=cause_id)
    actions.change_cause(actor=request.actor, cause_id=cause_id, **form.cause())


@in_panel
def drop_cause(request: Request, _finding: Finding, cause_id: int) -> None:
    reason, version = request.POST.get("reason", ""), int(request.POST.get("version") or 0)
    actions.drop_cause(actor=request.actor, cause_id=cause_id, reason=reason, version=version)


@in_panel
def show_cause(request: Request, finding: Finding, cause_id: int) -> None:
    """A file, a paper held by a post, or evidence that is here already."""
    form = forms.CauseProofForm(request.POST, request.FILES, known=queries.proofs_to_choose(finding))
    if not form.is_valid():
        raise _Invalid("proof_form", form, proof=cause_id)
    got = form.cleaned_data
    if got["known"]:
        actions.point_to_proof(actor=request.actor, cause_id=cause_id, evidence_id=got["known"])
        return
    file = got["paper"]
    actions.show_cause(
        actor=request.actor,
        cause_id=cause_id,
        title=got["title"],
        held_offline=got["held_offline"],
        chunks=file.chunks() if file else None,
        file_name=file.name or "" if file else "",
    )


@in_panel
def propose_cause(request: Request, finding: Finding, cause_id: int) -> None:
    form = _propose_form(request, finding)
    if not form.is_valid():
        raise _Invalid("propose_form", form, higher=cause_id)
    got = form.cleaned_data
    actions.propose_cause(actor=request.actor, cause_id=cause_id, text=got["text"], suggested_id=got["suggested"], version=got["version"])


@in_panel
def flag(request: Request, finding: Finding) -> None:
    form = forms.FlagForm(request.POST)
    if not form.is_valid():
        raise _Invalid("flag_form", form)
    actions.flag_finding(actor=request.actor, finding_id=finding.pk, **form.cleaned_data)


@require_GET
def tree(request: Request, finding_id: int) -> HttpResponse:
    """The whys of a finding as two pictures, with the same words as a list beside them."""
    finding = load.finding(request.actor, finding_id)
    words = queries.taxonomy()
    roots = queries.roots_of(finding, words)
    labels = queries.labels(words)
    context = {
        "finding": finding,
        "roots": roots,
        "tree": rules.tree_picture(roots, finding.title, labels),
        "fishbone": rules.fishbone_picture(roots, finding.title, labels),
        "still_asked": queries.said(rules.still_asked(roots, is_flagged=finding.is_flagged)),
    }
    return htmx.answer(request, "diagnose/tree.html", "diagnose/_tree.html", context)
