"""A fix-now notice as the office types it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit


class FixNowForm(forms.Form):
    """All of it is needed: it starts at once."""

    number = forms.CharField(label=_("Number of the fix-now notice"), max_length=80)
    text = forms.CharField(label=_("Problem, as the notice states it"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    lead: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Lead unit"), empty_label=_("choose …"), widget=forms.Select(attrs={"data-search": ""})
    )
    standard = forms.CharField(label=_("What must be true when it is put right"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    due = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picker = self.fields["lead"]
        if isinstance(picker, forms.ModelChoiceField):
            picker.queryset = accounts.living_units()
