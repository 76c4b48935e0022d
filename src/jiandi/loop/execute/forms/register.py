"""What is typed into the rules register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.loop.execute.actions import NewRule
from jiandi.loop.execute.forms import day_field, long_text
from jiandi.record.ledger.models import Institution

Choices = list[tuple[int, str]]
SEARCHED = {"data-search": ""}


def choice_of(label: Any, choices: Choices, *, required: bool = True, help_text: Any = "") -> forms.TypedChoiceField:
    field = forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=required, help_text=help_text, widget=forms.Select(attrs=SEARCHED)
    )
    field.choices = [("", "–"), *choices]
    return field


class NewRuleForm(forms.Form):
    """A rule of a unit; only unit and title must be typed."""

    title = forms.CharField(label=_("Title of the rule"), max_length=200)
    level = forms.ChoiceField(label=_("Level"), choices=Institution.LEVELS, initial="own")
    issuer = forms.CharField(label=_("Issued by"), required=False, max_length=120, help_text=_("Left open, the unit itself."))
    number = forms.CharField(label=_("Document number"), required=False, max_length=60)
    issued_on = day_field(_("Issued on"))
    in_force_from = day_field(_("In force from"))
    review_on = day_field(_("Review date"))
    is_in_force = forms.BooleanField(label=_("It is in force already"), required=False)
    is_another = forms.BooleanField(label=_("This is another rule, not a new wording of one the unit has"), required=False)

    def __init__(self, *args: Any, units: Choices, replaceable: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = choice_of(_("Unit"), units)
        help_text = _("Once this one is in force, the other is superseded.")
        self.fields["replaces"] = choice_of(_("Replaces"), replaceable, required=False, help_text=help_text)
        self.order_fields(["unit", "title", "level", "issuer", "number", "issued_on", "in_force_from", "review_on", "replaces"])

    def new(self) -> NewRule:
        given = self.cleaned_data
        names = ("title", "number", "level", "issuer", "issued_on", "in_force_from", "review_on")
        return NewRule(**{name: given[name] for name in names}, replaces_id=given["replaces"])


class Versioned(forms.Form):
    """What was looked at; a change in between is a conflict."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ForceForm(Versioned):
    """A drafted rule was issued; what is left open follows from the day of issue."""

    number = forms.CharField(label=_("Document number"), max_length=60)
    issued_on = day_field(_("Issued on"), required=True)
    in_force_from = day_field(_("In force from"))
    review_on = day_field(_("Review date"))
    first_proof_on = day_field(_("First proof of use by"))


class ChangeForm(Versioned):
    issuer = forms.CharField(label=_("Issued by"), required=False, max_length=120)
    review_on = day_field(_("Review date"))


class ReviewForm(Versioned):
    """It was looked at again and still fits."""

    text = long_text(_("What the review found"))
    next_on = day_field(_("Next review"), required=True)


class AbolishForm(Versioned):
    document = forms.CharField(label=_("Abolished by (document number)"), max_length=120)
    ended_on = day_field(_("Ended on"), required=True)


class TextForm(Versioned):
    paper = forms.FileField(label=_("Text or scan"))


class NotFollowedForm(forms.Form):
    """Which rule was there, and what of it was not followed."""

    text = forms.CharField(label=_("What was not followed"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"] = choice_of(_("Rule that was not followed"), choices)
        self.order_fields(["rule", "text"])


class AnswerForm(Versioned):
    """A person decides; nothing is preselected."""

    answer = forms.ChoiceField(
        label=_("Does the finding come back?"),
        choices=[("reopen", _("yes, reopen it")), ("keep", _("no, it stays closed"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ImportForm(forms.Form):
    """A simple table: one rule per row, headings in the first row."""

    sheet = forms.FileField(label=_("Table (.xlsx, .xls, .csv)"))

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("For rows that name no unit.")
        self.fields["unit"] = choice_of(_("Unit"), units, required=False, help_text=help_text)
