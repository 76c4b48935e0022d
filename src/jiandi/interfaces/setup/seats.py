"""Seats: the posts whose steps the clerk of a single-clerk installation records."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request, shown
from jiandi.interfaces.setup.forms import SeatForm
from jiandi.record.accounts import actions, queries
from jiandi.record.policy import decide

MOST = 200


@require_http_methods(["GET", "POST"])
def seats(request: Request) -> HttpResponse:
    """Who does what in which unit, and for whom the clerk records a step now; new seats."""
    decide.require(request.actor, "accounts.change_units")
    form = SeatForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_seat(actor=request.actor, **form.cleaned_data)
        except (BadInput, RuleBroken) as refused:
            error = refused
        else:
            messages.success(request, _("The seat is added. Choose it to record its steps."))
            return redirect("setup:seats")
    context = {
        "form": form,
        "found": queries.seats()[:MOST],
        "can_stand": bool(queries.seats_for(request.actor)),
        "is_single": queries.is_single_clerk(),
        "error": shown(error) if error else None,
    }
    return render(request, "setup/seats.html", context, status=error.status if error else 422 if form.is_bound else 200)
