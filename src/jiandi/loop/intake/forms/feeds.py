"""Problems registered or proposed by hand, and what is carried over from another letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.loop.intake.actions.feeds import Problem
from jiandi.loop.intake.queries import feeds
from jiandi.record.accounts.models import Unit


class ProblemForm(forms.Form):
    """What was found, and what it rests on."""

    text = forms.CharField(label=_("The problem found"), widget=forms.Textarea(attrs={"rows": 4}))
    basis = forms.CharField(
        label=_("Basis"),
        max_length=feeds.REASON_LENGTH,
        help_text=_("A meeting, a document, a visit, with its day; never a person's name."),
    )
    title = forms.CharField(
        label=_("Short title"), max_length=feeds.TITLE_LENGTH, required=False, help_text=_("Empty: the beginning of the text.")
    )
    category = forms.CharField(label=_("Category"), max_length=feeds.CATEGORY_LENGTH, required=False)

    def problem(self) -> Problem:
        return Problem(**{name: self.cleaned_data[name] for name in ("text", "basis", "title", "category")})


class RegisterForm(ProblemForm):
    """The office registers it at once."""

    SOURCES = [
        ("process", _("about the rectification itself")),
        ("self", _("found by a unit")),
    ]
    source = forms.ChoiceField(label=_("Where it comes from"), choices=SOURCES, widget=forms.RadioSelect, initial="process")
    about = forms.CharField(
        label=_("About the rectification of"),
        max_length=40,
        required=False,
        help_text=_("Number of the finding, for a problem about the rectification itself."),
    )
    lead = forms.TypedChoiceField(label=_("Lead unit"), coerce=int, empty_value=None, required=False)
    field_order = ("source", "text", "basis", "about", "lead", "title", "category")

    def __init__(self, posted: Any = None, *, units: list[Unit]) -> None:
        super().__init__(posted)
        self.fields["lead"].choices = [("", _("later")), *((u.pk, u.name) for u in units)]  # type: ignore[attr-defined]


class ProposeForm(ProblemForm):
    """A unit proposes it to the office."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    field_order = ("unit", "text", "basis", "title", "category")

    def __init__(self, posted: Any = None, *, units: list[Unit]) -> None:
        super().__init__(posted)
        self.fields["unit"].choices = [(u.pk, u.name) for u in units]  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """An answer to what was proposed, or taking off what was carried over."""

    version = forms.IntegerField(min_value=0, max_value=2**31)
    reason = forms.CharField(max_length=feeds.REASON_LENGTH, required=False)


class CarryForm(forms.Form):
    """The chosen findings, and on what basis."""

    basis = forms.CharField(label=_("Basis"), max_length=feeds.REASON_LENGTH, required=False)
