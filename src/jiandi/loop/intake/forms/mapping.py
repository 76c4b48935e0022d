"""How a handed-in ledger is read: a form with a field for each column, word and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from jiandi.loop.intake import queries, rules
from jiandi.loop.intake.forms.steps import TITLE, VersionForm
from jiandi.record.ledger.models import Finding

COLUMN_WHY = {
    "known": _("the heading is known"),
    "beside": _("by the heading beside it"),
    "remembered": _("as last time"),
    "chosen": _("as you said"),
    "sentences": _("whole sentences, not words for a state; it stays in the file"),
    "no_place": _("known, but no part of a ledger that is taken over; it stays in the file"),
    "unknown": _("the heading is not known; it stays in the file"),
    "unnamed": _("no heading; it stays in the file"),
    "doubled": _("means the same as {about}; choose one"),
}
WORD_WHY = {
    "word": _("by the word"),
    "empty": _("nothing is written"),
    "remembered": _("as last time"),
    "chosen": _("as you said"),
    "": _("not known: choose"),
}
UNIT_WHY = {
    "short": _("read as a short form"),
    "alike": _("looks like another name: answer"),
    "two": _("fits several units: choose"),
    "several": _("names several units together"),
    "new": _("not known yet"),
    "remembered": _("as last time"),
    "chosen": _("as you said"),
}


@dataclass(frozen=True)
class ColumnField:
    """A column with its select, and why the guess is what it is."""

    column: dict[str, Any]
    field: Any

    @property
    def why(self) -> str:
        return str(COLUMN_WHY[self.column["why"]]).format(about=self.column["about"])


@dataclass(frozen=True)
class SheetFields:
    """A sheet with the fields that say how it is read."""

    sheet: dict[str, Any]
    left_out: Any
    head: Any
    columns: list[ColumnField]


@dataclass(frozen=True)
class AskedField:
    """A word or a name of the ledger with the fields that say what it means."""

    about: dict[str, Any]
    field: Any
    why: Any
    other: Any = None


class MappingForm(VersionForm):
    """How a ledger is read: heading row and columns of each sheet, words for states, names of units."""

    def __init__(self, given: Any = None, *, recognised: dict[str, Any], version: int) -> None:
        super().__init__(given, initial={"version": version})
        self._sheets: list[dict[str, Any]] = recognised.get("sheets", [])
        self._states: list[dict[str, Any]] = recognised.get("states", [])
        self._units: list[dict[str, Any]] = recognised.get("units", [])
        for at, sheet in enumerate(self._sheets):
            self._add_sheet(at, sheet)
        for at, word in enumerate(self._states):
            choices = [("", _("— choose —")), *((code, words) for code, words in Finding.STATES if code in rules.STATES)]
            self.fields[f"state-{at}"] = forms.ChoiceField(
                label=word["word"] or _("(empty)"), choices=choices, required=False, initial=word["state"]
            )
        for at, named in enumerate(self._units):
            self._add_unit(at, named)

    def _add_sheet(self, at: int, sheet: dict[str, Any]) -> None:
        fields = [("", _("leave out")), *((name, translate(words)) for name, words in rules.FIELDS.items())]
        is_other = not sheet["is_taken"] and any(one["is_taken"] for one in self._sheets)
        self.fields[f"out-{at}"] = forms.BooleanField(label=_("Leave this sheet out"), required=False, initial=is_other)
        self.fields[f"head-{at}"] = forms.IntegerField(label=_("Heading row"), min_value=1, max_value=10_000, initial=sheet["head"])
        for number, column in enumerate(sheet["columns"]):
            label = f"{column['letters']} {column['heading']}"
            self.fields[f"column-{at}-{number}"] = forms.ChoiceField(label=label, choices=fields, required=False, initial=column["field"])

    def _add_unit(self, at: int, named: dict[str, Any]) -> None:
        other = forms.TextInput(attrs={"list": "units", "autocomplete": "off"})
        label = f"{named['name']}: {translate('another unit')}"
        self.fields[f"unit-{at}"] = forms.ChoiceField(
            label=named["name"], choices=_unit_choices(named), required=False, initial=_first_choice(named)
        )
        self.fields[f"other-{at}"] = forms.CharField(label=label, max_length=TITLE, required=False, widget=other, initial=_other(named))

    @property
    def sheets(self) -> list[SheetFields]:
        return [
            SheetFields(
                sheet,
                self[f"out-{at}"],
                self[f"head-{at}"],
                [ColumnField(column, self[f"column-{at}-{number}"]) for number, column in enumerate(sheet["columns"])],
            )
            for at, sheet in enumerate(self._sheets)
        ]

    @property
    def states(self) -> list[AskedField]:
        return [AskedField(word, self[f"state-{at}"], WORD_WHY[word["why"]]) for at, word in enumerate(self._states)]

    @property
    def units(self) -> list[AskedField]:
        return [AskedField(named, self[f"unit-{at}"], UNIT_WHY[named["why"]], self[f"other-{at}"]) for at, named in enumerate(self._units)]

    @property
    def wrong(self) -> list[Any]:
        """Fields with something wrong, for the list above the form; they may lie far to the right."""
        return [self[name] for name in self.errors if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for at, sheet in enumerate(self._sheets):
            if not cleaned.get(f"out-{at}") and cleaned.get(f"head-{at}") == sheet["head"]:
                self._check_columns(at, sheet)
        names = {named["name"] for named in self._units}
        typed = {f"other-{at}": cleaned.get(f"other-{at}", "") for at in range(len(self._units))}
        table = queries.unit_table() if any(typed.values()) else {}
        for field, name in typed.items():
            if name and name not in names and all(one.unit_id is None for one in rules.resolve_units([name], table)):
                self.add_error(
                    field, _("There is no unit “{name}”, and this ledger names none. Choose one from the list.").format(name=name)
                )
        return cleaned

    def _check_columns(self, at: int, sheet: dict[str, Any]) -> None:
        fields = {column["letters"]: f"column-{at}-{number}" for number, column in enumerate(sheet["columns"])}
        places = {column["letters"]: column["place"] for column in sheet["columns"]}
        said = {letters: self.cleaned_data.get(field, "") for letters, field in fields.items()}
        for name, first, second in rules.doubled(said):
            text = translate("{place} is “{field}” already, and there is only one. Choose another field for {other}, or leave it out.")
            self.add_error(fields[second], text.format(place=places[first], other=places[second], field=translate(rules.FIELDS[name])))
        if "text" not in said.values():
            text = translate("Sheet “{sheet}”: say which column holds the problem, or leave the sheet out.").format(sheet=sheet["key"])
            self.add_error(f"head-{at}", text)

    def mapping(self) -> rules.LedgerMapping:
        """What was said; a guess that was left as it is stays a guess."""
        given = self.cleaned_data
        sheets = {sheet["key"]: self._sheet_mapping(at, sheet) for at, sheet in enumerate(self._sheets)}
        states = {
            word["word"]: given[f"state-{at}"]
            for at, word in enumerate(self._states)
            if given[f"state-{at}"] and (word["why"] not in ("word", "empty") or given[f"state-{at}"] != word["state"])
        }
        said = {named["name"]: (given[f"other-{at}"], given[f"unit-{at}"]) for at, named in enumerate(self._units)}
        units = {name: f"{rules.SAME_AS}{other}" if other else choice for name, (other, choice) in said.items()}
        return rules.LedgerMapping(sheets, states, {name: choice for name, choice in units.items() if choice})

    def _sheet_mapping(self, at: int, sheet: dict[str, Any]) -> rules.SheetMapping:
        head = self.cleaned_data[f"head-{at}"]
        said = {column["letters"]: self.cleaned_data[f"column-{at}-{n}"] for n, column in enumerate(sheet["columns"])}
        return rules.SheetMapping(head, said if head == sheet["head"] else {}, self.cleaned_data[f"out-{at}"])


def _unit_choices(named: dict[str, Any]) -> list[tuple[str, str]]:
    """Nothing said, the same as one that looks alike, a new unit, no unit."""
    silent = {
        "short": translate("read as {name}").format(name=named["read_as"]),
        "several": translate("several units together: nobody is entered"),
    }
    first = (
        translate("— choose —")
        if named["why"] in ("alike", "two")
        else silent.get("short" if named["read_as"] else named["why"], translate("a new unit"))
    )
    same = [(f"{rules.SAME_AS}{name}", translate("the same as {name}").format(name=name)) for name in named["suggestions"]]
    new = [(rules.NEW, translate("a new unit"))] if first != translate("a new unit") else []
    return [("", first), *same, *new, (rules.LEAVE, translate("no unit: leave it out"))]


def _first_choice(named: dict[str, Any]) -> str:
    return named["choice"] if not _other(named) else ""


def _other(named: dict[str, Any]) -> str:
    """A unit that was typed, not offered."""
    name = rules.same_as(named["choice"])
    return "" if name in named["suggestions"] else name
