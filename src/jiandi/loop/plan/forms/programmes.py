"""What is typed about programmes and their indicators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.base import clock
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.ledger.models import Indicator

Choices = list[tuple[int, str]]


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def choice_of(label: Any, choices: Choices) -> forms.TypedChoiceField:
    field = forms.TypedChoiceField(label=label, coerce=int, empty_value=None, widget=forms.Select(attrs={"data-search": ""}))
    field.choices = [("", "–"), *choices]
    return field


class ProgrammeForm(forms.Form):
    title = forms.CharField(label=_("Title of the programme"), max_length=200)
    theme = forms.CharField(label=_("Theme"), max_length=60, help_text=_("The field of work, for example 污染防治."))
    number = forms.CharField(label=_("Document number"), required=False, max_length=60)
    from_on = day_field(_("From"))
    until_on = day_field(_("Until"))


class NewProgrammeForm(ProgrammeForm):
    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = choice_of(_("Unit"), units)
        self.order_fields(["unit", "title", "theme", "number", "from_on", "until_on"])


class ChangeForm(ProgrammeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=300)


class IndicatorForm(forms.Form):
    name = forms.CharField(label=_("Indicator"), max_length=120)
    measured_in = forms.CharField(label=_("Unit of measure"), max_length=20, required=False)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("Which statistics, of which office."))
    direction = forms.ChoiceField(label=_("Direction"), choices=Indicator.DIRECTIONS, widget=forms.RadioSelect)


class ValueForm(forms.Form):
    """A value of a day; ``version`` comes with a correction."""

    on = day_field(_("Day"))
    value = forms.DecimalField(label=_("Value"), max_digits=18, decimal_places=2)
    document = forms.CharField(label=_("Source document"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class TableForm(forms.Form):
    table = forms.FileField(
        label=_("Table (.xlsx, .xls, .csv)"), help_text=_("Columns 指标, 日期, 数值, 来源文件; 指标 may be left out where there is one.")
    )


class LinkForm(forms.Form):
    """One choice, nothing typed."""

    def __init__(self, *args: Any, measures: Choices, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"] = choice_of(_("Measure"), measures)
        self.fields["programme"] = choice_of(_("Programme"), choices)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """The typed values; the first wrong field as an error with its label."""
    if form.is_valid():
        return form.cleaned_data
    name, faults = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise BadInput("form.invalid", N_("{field}: {fault}"), field=str(label or name), fault=str(faults[0]))
