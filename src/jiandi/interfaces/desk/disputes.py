"""The disputes of a finding on a page of their own: what was said, by whom, until when, and what can be done now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jiandi.base import clock, http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.http import Request
from jiandi.record.ledger import disputes, load
from jiandi.record.ledger.models import OPEN_DISPUTES, Dispute, Finding

WORDS = {
    "raise": _("Dispute the finding"),
    "forward": _("Forward to the issuer"),
    "uphold": _("Record: upheld"),
    "correct": _("Record: corrected"),
    "withdraw": _("Record: withdrawn"),
    "take_back": _("Take the dispute back"),
}
TEXTS = {"raise": _("Grounds"), "take_back": _("Reason")}
NOTES = {
    "raise": _("The clock runs on. The office forwards the dispute; only the issuer answers it."),
    "correct": _("The text of the letter stays as it is; the correction is noted beside it."),
    "withdraw": _("The finding is withdrawn by the same document."),
}


class DisputeForm(forms.Form):
    """Only the fields that the verb asks for stay."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    verb = forms.CharField(widget=forms.HiddenInput)
    document = forms.CharField(label=_("Document number"), max_length=disputes.NUMBER_LENGTH, required=False)
    answered_on = forms.DateField(
        label=_("Date of the document"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    text = forms.CharField(label=_("What the issuer wrote"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    new_facts = forms.CharField(label=_("New facts, where it is late"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, posted: Any = None, *, turn: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(posted, prefix=turn, initial=initial)
        for name in set(self.fields) - {"version", "verb", *disputes.ASKED[turn]}:
            del self.fields[name]
        if turn in TEXTS:
            self.fields["text"].label = TEXTS[turn]


@require_http_methods(["GET", "POST"])
def dispute(request: Request, finding_id: int) -> HttpResponse:
    """Show the disputes and what can be done, or do it."""
    finding = load.finding(request.actor, finding_id)
    turn = next((verb for verb in disputes.ASKED if f"{verb}-verb" in request.POST), "")
    if request.method == "GET" or not turn:
        return _page(request, finding, status=200 if request.method == "GET" else 422)
    form = DisputeForm(request.POST, turn=turn)
    if not form.is_valid():
        return _page(request, finding, form=form, turn=turn, status=422)
    given = {name: value for name, value in form.cleaned_data.items() if name not in ("version", "verb")}
    try:
        brought = disputes.Brought(**given)
        disputes.take(actor=request.actor, finding_id=finding_id, verb=turn, brought=brought, version=form.cleaned_data["version"])
    except (BadInput, RuleBroken) as error:
        return _page(request, finding, form=form, turn=turn, error=error, status=422)
    return redirect("desk:dispute", finding_id)


def _page(
    request: Request,
    finding: Finding,
    *,
    form: DisputeForm | None = None,
    turn: str = "",
    error: BadInput | RuleBroken | None = None,
    status: int = 200,
) -> HttpResponse:
    found = disputes.of_finding(finding)
    last = found[0] if found and found[0].state in OPEN_DISPUTES else None
    until = disputes.open_until(finding)
    context = {
        "finding": finding,
        "disputes": found,
        "until": until.day,
        "warnings": [http.translate(u.text, u.params) for u in until.warnings()],
        "is_late": clock.today() > until.day,
        "is_on_agenda": bool(last and last.answer_by and last.answer_by < clock.today()),
        "turns": [_turn(one, finding, last, form if one == turn else None) for one in disputes.offered(request.actor, finding, last)],
        "error": http.shown(error) if error else None,
    }
    return render(request, "desk/dispute.html", context, status=status)


def _turn(verb: str, finding: Finding, last: Dispute | None, form: DisputeForm | None) -> dict[str, Any]:
    version = last.version if last else finding.version
    made = form or DisputeForm(turn=verb, initial={"version": version, "verb": verb})
    return {"verb": verb, "word": WORDS[verb], "note": NOTES.get(verb, ""), "form": made}
