"""Home, ledger, case file, unit page, search, and the two switches of the frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiandi.base import http
from jiandi.base.http import Request
from jiandi.interfaces.desk import case, overview, waiting
from jiandi.interfaces.desk import ledger as ledger_chips
from jiandi.loop import STAGES
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import disputes, listing, load, rounds
from jiandi.record.policy import roles
from jiandi.record.regimes import queries as regimes


@require_GET
def home(request: Request) -> HttpResponse:
    """What waits for me, by urgency; the rates of my scope beside it."""
    current = rounds.chosen(request)
    if current is None:
        return _nothing_yet(request)
    found = waiting.for_actor(request.actor, current.pk)
    context = {
        "groups": waiting.groups(found),
        "my_count": len(found),
        **overview.of_round(request.actor, current),
    }
    return render(request, "desk/home.html", context)


def _nothing_yet(request: Request) -> HttpResponse:
    """Administrators have no business content; the office opens the first round."""
    held = request.actor.roles()
    if held & roles.ADMINISTRATORS and not held - roles.ADMINISTRATORS:
        return redirect("setup:home")
    return render(request, "desk/nothing.html", {"is_office": bool(held & roles.OFFICE)})


@require_GET
def ledger(request: Request) -> HttpResponse:
    current = rounds.chosen(request)
    filters = listing.Filters.read(request.GET)
    return _ledger(request, current.pk if current else None, filters, _("Ledger"))


@require_GET
def search(request: Request) -> HttpResponse:
    """The same list over all rounds one may see."""
    filters = listing.Filters.read(request.GET)
    return _ledger(request, None, filters, _("Search"))


def _ledger(request: Request, round_id: int | None, filters: listing.Filters, title: str) -> HttpResponse:
    rows, has_more = listing.rows(request.actor, round_id, filters)
    count, is_at_least = listing.total(request.actor, round_id, filters)
    context: dict[str, Any] = {
        "title": title,
        "rows": rows,
        "total": count,
        "is_at_least": is_at_least,
        "filters": filters,
        "search_words": filters.words,
        "chips": ledger_chips.chips(filters),
        "prev": filters.address(page=filters.page - 1) if filters.page > 1 else "",
        "next": filters.address(page=filters.page + 1) if has_more else "",
    }
    return render(request, "desk/ledger.html", context)


@require_GET
def finding(request: Request, finding_id: int) -> HttpResponse:
    """The case file: one page, its parts filled by the stages."""
    found = load.finding(request.actor, finding_id)
    return render(request, "desk/finding.html", {**_head(request, found), "case_stages": STAGES})


@require_GET
def finding_head(request: Request, finding_id: int) -> HttpResponse:
    """The header and the right column again, after something changed."""
    found = load.finding(request.actor, finding_id)
    return render(request, "desk/_finding_head.html", _head(request, found))


def _head(request: Request, found: Any) -> dict[str, Any]:
    steps = case.steps(found, request.actor)
    return {
        "finding": found,
        "steps": steps,
        "is_hindered": any(step.unmet for step in steps),
        "parties": case.parties(found),
        "entries": case.history(found),
        "dispute": disputes.open_of(found),
        "extensions": case.extensions(found),
        "is_sent_up": case.is_sent_up(found),
        "due_warnings": [http.translate(u.text, u.params) for u in regimes.uncertain(None if found.is_settled else found.due)],
    }


@require_GET
def unit(request: Request, unit_id: int) -> HttpResponse:
    """Problems found here, problems led from here, and who is on duty."""
    current = rounds.required(request)
    found = accounts.unit_by_id(unit_id)
    return render(request, "desk/unit.html", overview.of_unit(request.actor, current, found))


@require_POST
def round_(request: Request) -> HttpResponse:
    """Choose the round to work in."""
    wanted = request.POST.get("round", "")
    if wanted.isdecimal():
        rounds.choose(request, load.round_(request.actor, int(wanted)).pk)
    return HttpResponseRedirect(_next(request))


@require_POST
def as_post(request: Request) -> HttpResponse:
    """In a single-clerk installation: whose step the clerk records now."""
    wanted = request.POST.get("post", "")
    if wanted.isdecimal():
        request.session["stands_for"] = accounts.seat_of(request.actor, int(wanted)).pk
    else:
        request.session.pop("stands_for", None)
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}) else reverse("desk:home")
