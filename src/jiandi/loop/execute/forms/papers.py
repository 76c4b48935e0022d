"""What people type about one piece of evidence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.loop.execute.forms import EvidenceForm, day_field

REVIEWS = ("accept", "return", "expire", "look_again")


class BeginForm(forms.Form):
    """A file that will come in pieces."""

    file_name = forms.CharField(max_length=400)
    size = forms.IntegerField(min_value=0)
    title = forms.CharField(required=False, max_length=200)
    kind = forms.CharField(required=False, max_length=10)
    dated_on = day_field(EvidenceForm.base_fields["dated_on"].label)


class ReplaceForm(forms.Form):
    """The next version of a file."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField(label=_("New version"), allow_empty_file=True)
    title = forms.CharField(label=_("Title"), required=False, max_length=200, help_text=_("Left open, the title stays."))
    dated_on = day_field(_("Date of the paper"))


class ShareForm(forms.Form):
    """Another measure that the same paper serves."""

    measure_id = forms.TypedChoiceField(label=_("Measure that it serves too"), coerce=int)
    reason = forms.CharField(label=_("Why it serves there too"), max_length=200)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure_id"].choices = choices  # type: ignore[attr-defined]


class SeenForm(forms.Form):
    """Who saw a paper that is kept elsewhere."""

    post = forms.CharField(label=_("Seen by (a post)"), max_length=120)
    on = day_field(_("Paper seen on"), required=True)


class ReviewForm(forms.Form):
    """One verdict on one file."""

    version = forms.IntegerField()
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in REVIEWS])
    reason = forms.CharField(required=False, max_length=300)
    good_until = day_field(_("Good until"))
