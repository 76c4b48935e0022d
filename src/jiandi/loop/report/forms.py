"""The one form of this stage."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.record.ledger.models import Report


class AskForm(forms.Form):
    """What is written, and for whom."""

    kind = forms.ChoiceField(label=_("What to write"), choices=Report.KINDS, widget=forms.RadioSelect, initial="ledger")
    unit = forms.TypedChoiceField(label=_("For"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: object, units: list[tuple[int, str]], whole: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        everything = [("", _("all units of the round"))] if whole else []
        self.fields["unit"].choices = [*everything, *units]  # type: ignore[attr-defined]
        self.fields["unit"].required = not whole
