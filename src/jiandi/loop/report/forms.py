"""Forms of this stage: ask for a file; keep a prescribed form, point at its cells, say when it is filled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.loop.report import rules
from jiandi.loop.report.queries.prescribed import Choices
from jiandi.loop.report.rules import spots
from jiandi.loop.report.rules.fields import of_list
from jiandi.loop.report.rules.spots import Spot, Where
from jiandi.record.ledger.models import Finding, PrescribedForm, Report

COLUMN = "column_"
MOST_LIST_COLUMNS = 60


class AskForm(forms.Form):
    """What is written, and for whom."""

    kind = forms.ChoiceField(
        label=_("What to write"),
        choices=[(code, word) for code, word in Report.KINDS if code in rules.KINDS],
        widget=forms.RadioSelect,
        initial="ledger",
    )
    unit = forms.TypedChoiceField(label=_("For"), coerce=int, empty_value=None, required=False)
    source = forms.ChoiceField(label=_("Source, of a ledger"), choices=[("", _("all sources")), *Finding.SOURCES], required=False)

    def __init__(self, *args: object, units: list[tuple[int, str]], whole: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        everything = [("", _("all units of the round"))] if whole else []
        self.fields["unit"].choices = [*everything, *units]  # type: ignore[attr-defined]
        self.fields["unit"].required = not whole


class KeepForm(forms.Form):
    """A superior's form as it came."""

    title = forms.CharField(label=_("Title as printed"), max_length=200)
    issuer = forms.CharField(label=_("Prescribed by"), max_length=120, required=False)
    unit = forms.TypedChoiceField(label=_("For"), coerce=int, empty_value=None, required=False)
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("An Excel workbook (.xlsx) without macros and without a password."),
    )

    def __init__(self, *args: object, units: list[tuple[int, str]], whole: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        everything = [("", _("all units of the round"))] if whole else []
        self.fields["unit"].choices = [*everything, *units]  # type: ignore[attr-defined]
        self.fields["unit"].required = not whole


class VersionForm(forms.Form):
    """A step that needs nothing but the version it was decided on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ClearForm(VersionForm):
    """Nothing goes into a cell any more."""

    sheet = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    cell = forms.CharField(max_length=12, widget=forms.HiddenInput)


class ScheduleForm(VersionForm):
    """What the form is called, and when it is filled by itself."""

    title = forms.CharField(label=_("Title as printed"), max_length=200)
    issuer = forms.CharField(label=_("Prescribed by"), max_length=120, required=False)
    every = forms.ChoiceField(label=_("Filled"), choices=PrescribedForm.EVERY, required=False)
    next_on = forms.DateField(label=_("next on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _worded(words: dict[str, str], *, first: str = "") -> list[tuple[str, Any]]:
    """Choices of a word list, translated when they are shown."""
    return [*([("", _(first))] if first else []), *((code, _(word)) for code, word in words.items())]


class SpotForm(VersionForm):
    """What goes into a cell; each kind adds its own fields."""

    kind = forms.CharField(widget=forms.HiddenInput)
    sheet = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    cell = forms.CharField(label=_("Cell"), max_length=12, help_text=_("Column and row, for example C5; a click in the form writes it."))

    def __init__(self, given: Any = None, *, initial: dict[str, Any], choices: Choices, headings: list[tuple[str, str]]) -> None:
        super().__init__(given, initial=initial)
        self.choices, self.headings = choices, headings

    def spot(self) -> Spot:
        """What was chosen, still to be checked against the form."""
        given = self.cleaned_data
        return Spot(given["sheet"], given["cell"].strip().upper(), given["kind"], given["what"])


class ValueForm(SpotForm):
    what = forms.ChoiceField(label=_("What goes there"), choices=_worded(spots.VALUES))


class FilterForm(SpotForm):
    """Which findings are counted or listed; what is left empty asks for nothing."""

    FILTERS = ("state", "klass", "category", "source", "unit_id", "claim")
    state = forms.ChoiceField(label=_("Only in the state"), required=False)
    klass = forms.ChoiceField(label=_("Only of the class"), required=False)
    category = forms.ChoiceField(label=_("Only of the category"), required=False)
    source = forms.ChoiceField(label=_("Only from"), required=False)
    unit_id = forms.TypedChoiceField(label=_("Only led by"), coerce=int, empty_value="", required=False)
    claim = forms.ChoiceField(label=_("Only if"), required=False)

    def __init__(self, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        found = self.choices
        offered = {
            "state": found.states,
            "klass": found.classes,
            "category": found.categories,
            "source": Finding.SOURCES,
            "unit_id": found.units,
            "claim": _worded(spots.CLAIMS),
        }
        for name, some in offered.items():
            self.fields[name].choices = [("", _("all")), *some]  # type: ignore[attr-defined,misc]

    def where(self) -> Where:
        given = {name: self.cleaned_data[name] for name in self.FILTERS}
        return Where(**{**given, "unit_id": given["unit_id"] or 0})

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.FILTERS and not name.startswith(COLUMN)]

    @property
    def filter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FILTERS]

    @property
    def is_narrowed(self) -> bool:
        return any(self[name].value() for name in self.FILTERS)


class CountForm(FilterForm):
    what = forms.ChoiceField(label=_("What is counted"), choices=[(_("Counts"), _worded(spots.COUNTS)), (_("Rates"), _worded(spots.RATES))])
    style = forms.ChoiceField(label=_("A rate is written as"), choices=_worded(spots.STYLES), required=False)

    def spot(self) -> Spot:
        plain = super().spot()
        return Spot(plain.sheet, plain.cell, plain.kind, plain.what, self.cleaned_data["style"] or "percent", self.where())


class ListForm(FilterForm):
    """Rows from the chosen cell down; what stands in each column."""

    what = forms.ChoiceField(label=_("What the rows are"), choices=_worded(spots.LISTS))
    last_row = forms.IntegerField(
        label=_("Last row of the room for it"),
        min_value=1,
        help_text=_("When the list is longer, rows are added and what stands below moves down."),
    )
    order = forms.ChoiceField(label=_("In the order"), choices=_worded(spots.ORDERS), required=False)

    def __init__(self, given: Any = None, **more: Any) -> None:
        super().__init__(given, **more)
        fields = of_list(str(self["what"].value() or "findings"))
        for letters, heading in self.headings[:MOST_LIST_COLUMNS]:
            label = f"{letters} {heading}".strip()
            self.fields[COLUMN + letters] = forms.ChoiceField(label=label, choices=_worded(fields, first="–"), required=False)
        first = self.initial.get("columns", ())
        self.initial = {**self.initial} | {COLUMN + letters: what for letters, what in first}

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(COLUMN)]

    def spot(self) -> Spot:
        plain, given = super().spot(), self.cleaned_data
        columns = tuple((name.removeprefix(COLUMN), what) for name, what in given.items() if name.startswith(COLUMN) and what)
        return Spot(
            plain.sheet,
            plain.cell,
            plain.kind,
            plain.what,
            where=self.where(),
            columns=columns,
            last_row=given["last_row"],
            order=given["order"] or "number",
        )


SPOT_FORMS: dict[str, type[SpotForm]] = {"value": ValueForm, "count": CountForm, "list": ListForm}
