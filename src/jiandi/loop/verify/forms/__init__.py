"""What a verifier, the office and the steps of the chain type."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.verify import rules
from jiandi.record.ledger.models import RETURN_REASONS, Finding, Measure


def long_text(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


def method_field() -> forms.ChoiceField:
    """How it was checked; nothing is preselected."""
    return forms.ChoiceField(label=_("How it was checked"), choices=Measure.METHODS, widget=forms.RadioSelect)


class VersionForm(forms.Form):
    """What was looked at; a change in between is a conflict."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ClaimForm(VersionForm):
    """A verdict on one claim. Nothing is preselected."""

    verdict = forms.ChoiceField(
        label=_("Verdict on the standard"), choices=[(code, _(text)) for code, text in rules.VERDICTS], widget=forms.RadioSelect
    )
    method = method_field()
    reason = forms.ChoiceField(label=_("If not met: reason of return"), required=False, choices=[("", "–"), *RETURN_REASONS])
    text = long_text(_("What was found"))


class SheetForm(VersionForm):
    """The part of the check sheet below its rows."""

    method = method_field()
    text = long_text(_("What was found"))


class SheetReturnForm(forms.Form):
    """Why a finding goes back, when a row of the sheet is not met."""

    reason = forms.ChoiceField(label=_("If returned: reason"), required=False, choices=[("", "–"), *RETURN_REASONS])


class ReturnForm(VersionForm):
    """A finding goes back; the measures that do not meet their standard are ticked beside it."""

    reason = forms.ChoiceField(label=_("Reason of return"), choices=[("", "–"), *RETURN_REASONS])
    measures = forms.TypedMultipleChoiceField(label=_("Measures that do not meet their standard"), coerce=int, required=False)
    text = long_text(_("What is missing"), required=False)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["measures"]
        field.widget = forms.CheckboxSelectMultiple()
        field.choices = [(n, str(n)) for n in numbers]  # type: ignore[attr-defined]


class ScheduleForm(VersionForm):
    """By what and when the effect is looked at."""

    measure = forms.ChoiceField(
        label=_("How the effect is measured"), choices=[("", "–"), *[c for c in Finding.EFFECTS if c[0] not in ("", "none")]]
    )
    due = forms.DateField(label=_("Day of the effect check"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class EffectForm(VersionForm):
    """What the effect check saw."""

    passed = forms.ChoiceField(
        label=_("Does it work?"),
        choices=[("yes", _("yes, it works")), ("no", _("no, the problem is still there"))],
        widget=forms.RadioSelect,
    )
    method = method_field()
    text = long_text(_("What was looked at, and what was seen"))


class ReviewForm(VersionForm):
    """What the yearly review of a long-term finding saw."""

    passed = forms.ChoiceField(
        label=_("Is the stage goal kept?"),
        choices=[("yes", _("yes, it passed")), ("no", _("no, it did not pass"))],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=_("Day of the review"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    method = method_field()
    reason = forms.ChoiceField(label=_("If it did not pass: reason"), required=False, choices=[("", "–"), *RETURN_REASONS])
    text = long_text(_("What was looked at, and what was seen"))


class RefuseForm(VersionForm):
    """Why a signature is not given before submission."""

    reason = long_text(_("What the unit has to mend"))


class LeaderForm(VersionForm):
    """The post of the leader in charge."""

    post_id = forms.TypedChoiceField(label=_("Leader in charge"), coerce=int)

    def __init__(self, *args: Any, posts: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post_id"].choices = [("", "–"), *posts]  # type: ignore[attr-defined]


class SignForm(VersionForm):
    """A step of the chain."""

    opinion = forms.CharField(label=_("Opinion"), required=False, max_length=200)
    document = forms.CharField(
        label=_("Taken on paper: document number"),
        required=False,
        max_length=60,
        help_text=_("Only the office enters steps taken on paper."),
    )


def cleaned(form: forms.Form) -> dict[str, Any]:
    """The typed values; the first wrong field as an error with its label."""
    if form.is_valid():
        return form.cleaned_data
    name, faults = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise BadInput("form.invalid", N_("{field}: {fault}"), field=str(label or name), fault=str(faults[0]))


class AboveForm(VersionForm):
    """One step about the authority above: only the fields of the step stay."""

    authority = forms.ChoiceField(label=_("Closed by"), choices=[("own", _("ourselves")), ("above", _("the authority above"))])
    number = forms.CharField(label=_("Number of the package"), max_length=80)
    document = forms.CharField(label=_("Document number of the superior"), max_length=80)
    answered_on = forms.DateField(label=_("Date of the document"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    scan = forms.FileField(label=_("Scan of the document"), required=False, allow_empty_file=True)
    reason = forms.ChoiceField(label=_("Reason of return"), choices=[("", "–"), *RETURN_REASONS], required=False)
    measures = forms.TypedMultipleChoiceField(label=_("Measures that do not meet their standard"), coerce=int, required=False)
    words = long_text(_("What the superior wrote"), required=False)

    ASKS: ClassVar = {
        "set": ("authority",),
        "send": ("number",),
        "confirm": ("document", "answered_on", "scan", "words"),
        "send_back": ("document", "answered_on", "scan", "reason", "measures", "words"),
        "take_back": (),
    }

    def __init__(self, posted: Any = None, sent: Any = None, *, step: str, measures: Any = (), initial: Any = None) -> None:
        super().__init__(posted, sent, prefix=step, initial=initial)
        for name in set(self.fields) - {"version", *self.ASKS[step]}:
            del self.fields[name]
        picker = self.fields.get("measures")
        if isinstance(picker, forms.TypedMultipleChoiceField):
            picker.choices = [(n, f"{n} {text}") for n, text in measures]
