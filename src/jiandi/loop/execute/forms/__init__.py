"""What people type about a measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiandi.base import clock
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.execute.actions import NewNote
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger.models import Evidence, Extension, Institution

MOST_ROWS = 50
_ROW = re.compile(r"^(text|unchanged)-(\d+)$")


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def long_text(label: Any, *, required: bool = True, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}))


class NoteForm(forms.Form):
    """Progress of one measure."""

    text = long_text(_("What was done"), required=False)
    on = day_field(_("Day"))
    is_unchanged = forms.BooleanField(label=_("Nothing changed"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class ManyFiles(forms.ClearableFileInput):
    """A file picker for several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to a list of uploaded files; empty ones are left to the rules, which name them."""

    widget = ManyFiles

    def clean(self, value: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = value if isinstance(value, (list, tuple)) else [value]
        return [super(ManyFilesField, self).clean(one, initial) for one in given if one]


class EvidenceForm(forms.Form):
    """Files, or the post that holds a paper; kind and day are guessed when left open."""

    papers = ManyFilesField(label=_("Files"), required=False, allow_empty_file=True)
    title = forms.CharField(
        label=_("Title (one file)"), required=False, max_length=200, help_text=_("Left open, the file's name is taken.")
    )
    kind = forms.ChoiceField(
        label=_("It shows"),
        required=False,
        choices=[("", _("guess from the name")), *Evidence.KINDS],
        help_text=_("Talk does not support a claim."),
    )
    dated_on = day_field(_("Date of the paper"))
    held_offline = forms.CharField(label=_("Not here: held by (a post)"), required=False, max_length=120)


class SayForm(forms.Form):
    text = long_text(_("How it was deployed"), required=False)


class ClaimForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = long_text(_("What was done, in one or two sentences"))


class RuleForm(forms.Form):
    """A rule that the measure made."""

    title = forms.CharField(label=_("Title of the rule"), max_length=200)
    number = forms.CharField(label=_("Document number"), required=False, max_length=60)
    issued_on = day_field(_("Issued on"))
    first_proof_on = day_field(_("First proof of use by"))
    state = forms.ChoiceField(label=_("Where it stands"), choices=[c for c in Institution.STATES if c[0] in ("drafted", "in_force")])
    is_another = forms.BooleanField(label=_("This is another rule, not a new wording of one the unit has"), required=False)


class InForceForm(forms.Form):
    """A drafted rule was issued."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(label=_("Document number"), required=False, max_length=60)
    issued_on = day_field(_("Issued on"))
    first_proof_on = day_field(_("First proof of use by"))


class VersionForm(forms.Form):
    """A step that needs no more than the version that was looked at, and sometimes a reason."""

    version = forms.IntegerField()
    reason = forms.CharField(required=False, max_length=300)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """The typed values; the first wrong field as an error with its label."""
    if form.is_valid():
        return form.cleaned_data
    name, faults = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise BadInput("form.invalid", N_("{field}: {fault}"), field=str(label or name), fault=str(faults[0]))


def filing(typed: Mapping[str, str], allowed: Iterable[int]) -> list[NewNote]:
    """The rows of a filing that say something, in the order of the page."""
    said: dict[int, dict[str, str]] = {}
    for key, value in typed.items():
        if (hit := _ROW.match(key)) and value.strip():
            said.setdefault(int(hit[2]), {})[hit[1]] = value.strip()
    order = [pk for pk in allowed if pk in said]
    return [NewNote(pk, said[pk].get("text", ""), "unchanged" in said[pk]) for pk in order[:MOST_ROWS]]


class TurnForm(forms.Form):
    """One step about time, duty or help: only the fields that the verb asks for stay. ``turn`` names verb and row."""

    turn = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What is asked for"), choices=Extension.KINDS)
    wanted_to = day_field(_("Extend to"))
    stage_goal = forms.CharField(label=_("Stage goal"), required=False, max_length=300)
    next_review = day_field(_("Next review"))
    to_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("To unit"), widget=forms.Select(attrs={"data-search": ""}))
    to_post = forms.ModelChoiceField(Post.objects.none(), label=_("To post"), required=False)
    document = forms.CharField(label=_("Document number of the order"), max_length=80)
    ordered_on = day_field(_("Date of the order"), required=True)
    granted_to = day_field(_("Until, if another day than asked"))
    day = day_field(_("Day to make good"), required=True)
    wanted_by = day_field(_("Help is wanted by"))
    text = long_text(_("What is asked, or what was done"))
    reason = long_text(_("Reason"))
    words = long_text(pgettext_lazy("in a form", "Words"), required=False)
    evidence = forms.ModelChoiceField(Evidence.objects.none(), label=_("Paper (shown for the measure)"), required=False)

    def __init__(
        self, posted: Any = None, *, key: str, asks: Iterable[str], choices: Mapping[str, Any], initial: Mapping[str, Any]
    ) -> None:
        super().__init__(posted, prefix=key, initial={"turn": key, **initial})
        for name in set(self.fields) - {"turn", "version", *asks}:
            del self.fields[name]
        for name in choices.keys() & self.fields.keys():
            picker = self.fields[name]
            if isinstance(picker, forms.ModelChoiceField):
                picker.queryset = choices[name]
                picker.empty_label = _("choose …")
