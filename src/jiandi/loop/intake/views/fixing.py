"""立行立改 before the letter: register what must start at once, and see what the letter did not list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiandi.base import http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.loop.intake import actions, forms, queries
from jiandi.loop.intake.views.handing_in import page_of
from jiandi.record.ledger import rounds


@require_http_methods(["GET", "POST"])
def fix_now(request: Request) -> HttpResponse:
    """The list, and the form for the office."""
    round_ = rounds.required(request)
    form = forms.FixNowForm(request.POST if request.method == "POST" else None)
    error = None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        notice = actions.Notice(typed["number"], typed["text"], typed["lead"].pk, typed["standard"], typed["due"])
        try:
            made = actions.register_fix_now(actor=request.actor, round_id=round_.pk, notice=notice)
        except (BadInput, RuleBroken) as refused:
            error = http.shown(refused)
        else:
            return redirect("desk:finding", made.pk)
    context = {"view": queries.fix_now(round_, request.actor, page_of(request)), "form": form, "error": error}
    return render(request, "intake/fix_now.html", context, status=422 if request.method == "POST" else 200)
