"""A turn of a finding on a page of its own: what it means, what it asks for, and the form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jiandi.base.http import Request
from jiandi.interfaces.desk import case
from jiandi.record.ledger import load, turns


class TurnForm(forms.Form):
    """Only the fields that the verb asks for stay."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    stage_goal = forms.CharField(label=_("Stage goal"), max_length=300)
    next_review = forms.DateField(label=_("Next review"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    document = forms.CharField(label=_("Document or receipt number"), max_length=120, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {"version", *turns.ASKED.get(verb, ())}:
            del self.fields[name]


@require_http_methods(["GET", "POST"])
def turn(request: Request, finding_id: int, verb: str) -> HttpResponse:
    """Show the form of a turn, or take it."""
    finding = load.finding(request.actor, finding_id)
    turns.offer(actor=request.actor, finding=finding, verb=verb)
    form = TurnForm(request.POST or None, verb=verb, initial={"version": finding.version})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        version = given.pop("version")
        turns.take(actor=request.actor, finding_id=finding_id, verb=verb, turn=turns.Turn(**given), version=version)
        return redirect("desk:finding", finding_id)
    context = {"finding": finding, "form": form, "word": case.verb_word(verb)}
    return render(request, "desk/turn.html", context, status=422 if form.is_bound else 200)
