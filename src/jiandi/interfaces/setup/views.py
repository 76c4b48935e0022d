"""Units, rounds, regimes, keys and the trail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiandi.base.http import Request
from jiandi.interfaces.setup import round_words
from jiandi.interfaces.setup import units as unit_lines
from jiandi.interfaces.setup.forms import KeyForm, RoundForm, UnitForm, VerifierForm
from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import Installation, Token, User
from jiandi.record.accounts.queries import living_units
from jiandi.record.ledger import load, opening
from jiandi.record.ledger import rounds as chosen
from jiandi.record.policy import decide
from jiandi.record.regimes import queries as regime_reads
from jiandi.record.trail import queries as trail_reads
from jiandi.record.trail.models import Head, TrailEntry, Unsealed

MOST_FAULTS = 100


@require_GET
def home(request: Request) -> HttpResponse:
    """What can be set, and what of it is mine to set."""
    context = {
        "installation": Installation.objects.first(),
        "can_units": decide.may(request.actor, "accounts.change_units"),
        "can_rounds": decide.may(request.actor, "round.open"),
        "can_people": any(decide.may(request.actor, v) for v in ("accounts.add_user", "accounts.give_duty")),
        "can_declare": decide.may(request.actor, "accounts.give_duty"),
        "can_trail": decide.may(request.actor, "trail.verify"),
    }
    return render(request, "setup/home.html", context)


@require_POST
def formal_use(request: Request) -> HttpResponse:
    """From today others sign in themselves; the single-clerk way of working ends."""
    accounts.declare_formal_use(actor=request.actor, version=int(request.POST.get("version") or 0))
    messages.success(request, _("Formal use is declared. From now on every step is taken by the person whose step it is."))
    return redirect("setup:home")


@require_http_methods(["GET", "POST"])
def units(request: Request) -> HttpResponse:
    """The tree of units; new ones from pasted lines."""
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = unit_lines.add_lines(actor=request.actor, lines=given["lines"], parent=given["parent"], level=given["level"])
        messages.success(request, _("%(n)s units added.") % {"n": len(made)})
        return redirect("setup:units")
    context = {"form": form, "units": living_units(), "can_change": decide.may(request.actor, "accounts.change_units")}
    return render(request, "setup/units.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def rounds(request: Request) -> HttpResponse:
    """Inspections one may see, and opening a new one."""
    form = RoundForm(request.POST or None, regimes=regime_reads.in_use())
    if request.method == "POST" and form.is_valid():
        made = opening.open_round(actor=request.actor, new=opening.NewRound(**form.cleaned_data))
        chosen.choose(request, made.pk)
        messages.success(request, _("The round is open. Name who checks, then hand in its letter."))
        return redirect("setup:round", made.pk)
    context = {"form": form, "rounds": chosen.choices(request), "can_open": decide.may(request.actor, "round.open")}
    return render(request, "setup/rounds.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def round_(request: Request, round_id: int) -> HttpResponse:
    """One inspection and who checks in it by default."""
    found = load.round_(request.actor, round_id)
    form = VerifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        opening.assign_verifier(actor=request.actor, round_=found, unit=given["unit"], field=given["field"])
        return redirect("setup:round", found.pk)
    context = {
        "form": form,
        "round": found,
        "profile": regime_reads.profile_of(found.regime),
        "phases": round_words.phases_of(found),
        "newer": round_words.newer(request.actor, found),
        "assignments": found.assignments.select_related("unit"),
    }
    return render(request, "setup/round.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def keys(request: Request) -> HttpResponse:
    """My keys for programs; a new one is shown once."""
    user = get_object_or_404(User, pk=request.actor.user_id)
    form = KeyForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        secret = accounts.make_token(actor=request.actor, user=user, **form.cleaned_data)
        form = KeyForm()
    found = Token.objects.filter(user=user, ended_at__isnull=True).order_by("-pk")
    return render(request, "setup/keys.html", {"form": form, "keys": found, "secret": secret}, status=422 if form.is_bound else 200)


@require_POST
def end_key(request: Request, token_id: int) -> HttpResponse:
    accounts.end_token(actor=request.actor, token=get_object_or_404(Token, pk=token_id, user_id=request.actor.user_id))
    return redirect("setup:keys")


@require_http_methods(["GET", "POST"])
def trail(request: Request) -> HttpResponse:
    """The audit administrator's page: the sealed heads, and verification on demand."""
    decide.require(request.actor, "trail.verify")
    faults = list(trail_reads.verify())[:MOST_FAULTS] if request.method == "POST" else None
    context = {
        "heads": Head.objects.order_by("-size")[:30],
        "entries": TrailEntry.objects.count(),
        "unsealed": Unsealed.objects.count(),
        "faults": faults,
    }
    return render(request, "setup/trail.html", context)
