"""What people type about causes of a higher unit: the proposal, and each step of its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiandi.loop.diagnose import actions
from jiandi.record.accounts.models import Unit

WORDS = {
    "forward": _("Forward to a unit"),
    "list": _("Put on the list of matters to raise"),
    "return": _("Do not forward"),
    "take_back": _("Take the proposal back"),
    "accept": _("Accept as our own"),
    "refuse": _("Refuse"),
    "raise": _("Record: raised with a superior"),
    "answer": _("Record the answer from above"),
}
NOTES = {
    "forward": _("The unit sees these words and nothing else: no finding, no name of who proposed. Reword them if they tell."),
    "list": _("For what no unit here can change: a superior is asked."),
    "return": _("The unit that proposed reads the reason."),
    "accept": _("The office may register a finding of your own from it."),
    "refuse": _("The office reads the reason and may take it elsewhere."),
}
TEXTS = {
    "forward": _("As forwarded"),
    "list": _("As on the list"),
    "return": _("Reason"),
    "take_back": _("Reason"),
    "accept": _("What your unit will do"),
    "refuse": _("Why it is not your unit's cause"),
    "answer": _("What the superior answered"),
}


def _units(units: Sequence[Unit]) -> list[tuple[int, str]]:
    return [(unit.pk, f"{'　' * (unit.depth - 1)}{unit.label}") for unit in units]


class ProposeForm(forms.Form):
    """What lies higher up, in words that could be sent, and whose cause it may be."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What lies higher up"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("Say it so that it can be forwarded: without the name of your unit or the problem's number."),
    )
    suggested = forms.TypedChoiceField(label=_("Whose cause it may be"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, units: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_propose_%s", **kwargs})
        self.fields["suggested"].choices = [("", gettext("beyond our level: a superior")), *_units(units)]  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """Only the fields that the step asks for stay."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    unit_id = forms.TypedChoiceField(label=_("To the unit"), coerce=int, empty_value=None, required=False)
    document = forms.CharField(label=_("Document number"), max_length=80, required=False)
    on = forms.DateField(label=_("Date of the document"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    to = forms.CharField(label=_("Raised with (an organ)"), max_length=120, required=False)
    text = forms.CharField(label=_("Text"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, posted: Any = None, *, step: str, units: Sequence[Unit] = (), initial: dict[str, Any] | None = None) -> None:
        super().__init__(posted, auto_id=f"id_{step}_%s", initial=initial)
        asked = actions.ASKED[step]
        for name in set(self.fields) - {"version", *asked}:
            del self.fields[name]
        if step in TEXTS:
            self.fields["text"].label = TEXTS[step]
        if "unit_id" in self.fields:
            self.fields["unit_id"].choices = [("", gettext("Choose")), *_units(units)]  # type: ignore[attr-defined]


class RegisterForm(forms.Form):
    """The title of the finding that the accepting unit gets."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Left open, the beginning of the words is taken.")
    )
