"""Pages of the proofs of use: what is due, one proof, and the panel on a rule's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.errors import JiandiError, NotFound, Unmet
from jiandi.base.http import Request
from jiandi.base.text.words import N_
from jiandi.base.ui import htmx
from jiandi.loop.verify import actions, forms
from jiandi.loop.verify.forms.proofs import DrawForm, NoCaseForm, ProofForm
from jiandi.loop.verify.queries import proofs as queries

TURNS: dict[str, tuple[type[django_forms.Form], Callable[..., object]]] = {
    "draw": (DrawForm, actions.draw_cases),
    "none": (NoCaseForm, actions.find_no_case),
    "record": (ProofForm, actions.record_proof),
}


@require_GET
def index(request: Request) -> HttpResponse:
    """Proofs of use that are due, missed ones first."""
    only = request.GET.get("only", "")
    counts = queries.proof_counts(request.actor)
    words = (("", _("All")), ("missed", _("Missed")), ("near", _("Within a month")))
    chips = [{"label": word, "url": f"?only={code}", "active": code == only, "count": counts[code]} for code, word in words]
    return render(request, "verify/proofs.html", {"page": queries.proofs_due(request.actor, only, request.GET.get("page")), "chips": chips})


@require_GET
def panel(request: Request, rule_id: int) -> HttpResponse:
    rule, lines = queries.proofs_of(request.actor, rule_id)
    return htmx.answer(request, "verify/rule_proofs.html", "verify/_rule_proofs.html", {"rule": rule, "lines": lines})


@require_GET
def proof(request: Request, proof_id: int) -> HttpResponse:
    return _proof(request, proof_id)


def _proof(request: Request, proof_id: int, *, turn: str = "", error: JiandiError | None = None) -> HttpResponse:
    found = queries.proof(request.actor, proof_id)
    initial = {"version": found.line.proof.version}
    typed: Any = request.POST or None
    made = {name: form(typed if name == turn else None, initial=initial, auto_id=f"id_{name}_%s") for name, (form, _do) in TURNS.items()}
    context = {
        "found": found,
        "proof": found.line.proof,
        "rule": found.rule,
        "forms": made,
        "turn": turn,
        "in_the_way": [http.translate(u.text, u.params) for u in found.in_the_way if isinstance(u, Unmet)],
        "error": http.shown(error) if error else None,
    }
    return render(request, "verify/proof.html", context, status=error.status if error else 200)


@require_POST
def turn(request: Request, proof_id: int, verb: str) -> HttpResponse:
    """Draw the cases, say that there were none, or record what was seen."""
    if verb not in TURNS:
        raise NotFound("proof.no_verb", N_("There is no such step. Go back to the proof."))
    form, do = TURNS[verb]
    try:
        do(actor=request.actor, proof_id=proof_id, **forms.cleaned(form(request.POST)))
    except NotFound:
        raise
    except JiandiError as refused:
        return _proof(request, proof_id, turn=verb, error=refused)
    if htmx.wants_fragment(request):
        return htmx.after_post(request, reverse("verify:proof", args=[proof_id]))
    return redirect("verify:proof", proof_id)
