"""Forms of the meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.loop.reconcile import actions
from jiandi.record.ledger.models import Decision


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def written_day() -> forms.DateInput:
    """A day on the big screen: written as 2026-03-01, not as the browser's language would."""
    shape = {"inputmode": "numeric", "placeholder": "2026-03-01", "pattern": r"\d{4}-\d{1,2}-\d{1,2}", "size": 10, "autocomplete": "off"}
    return forms.DateInput(attrs=shape, format="%Y-%m-%d")


class FreezeForm(forms.Form):
    """A name and a day."""

    title = forms.CharField(label=_("Name of the sheet"), max_length=actions.TITLE_LENGTH)
    as_of = forms.DateField(
        label=_("As of the end of"), widget=day_input(), help_text=_("Today or an earlier day. The same day always gives the same numbers.")
    )


class DecisionForm(forms.Form):
    """One of four decisions; the action says what each needs."""

    kind = forms.ChoiceField(label=_("Decision"), choices=Decision.KINDS, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Task"), max_length=actions.TEXT_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    due = forms.DateField(label=_("By"), required=False, widget=written_day())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def clean_version(self) -> int:
        return int(self.cleaned_data["version"] or 0)


class PhaseForm(forms.Form):
    """On what ground a phase is closed."""

    reason = forms.CharField(label=_("Ground"), max_length=actions.TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))
    document = forms.CharField(
        label=_("Document number"), max_length=80, required=False, help_text=_("Needed when the phase is closed before its planned end.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class UndoForm(forms.Form):
    """Why a change of phase is undone."""

    reason = forms.CharField(max_length=actions.TEXT_LENGTH)
    version = forms.IntegerField()


class VersionForm(forms.Form):
    """The version that a button was shown with, and the sheet to go back to."""

    version = forms.IntegerField()
    sheet = forms.IntegerField(required=False)


def of_decision(decision: Decision | None) -> DecisionForm:
    """The form as it stands before anybody types."""
    initial: dict[str, Any] = {"version": 0}
    if decision:
        initial = {"kind": decision.kind, "text": decision.text, "due": decision.due, "version": decision.version}
    return DecisionForm(initial=initial)
