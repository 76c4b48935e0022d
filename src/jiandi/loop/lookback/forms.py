"""Forms of the look-back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.loop.lookback import actions
from jiandi.record.ledger.models import Commitment, Draw, Measure


class PlanForm(forms.Form):
    """How many, by risk and at random."""

    title = forms.CharField(label=_("Name of the look-back"), max_length=actions.TITLE_LENGTH)
    by_risk = forms.IntegerField(
        label=_("Drawn by risk"),
        min_value=0,
        initial=5,
        help_text=_("Those with the most risk points. This half hunts; it proves nothing about the rest."),
    )
    at_random = forms.IntegerField(
        label=_("Drawn at random"),
        min_value=0,
        initial=5,
        help_text=_("From all the others, each with the same chance. Only this half supports an upper limit."),
    )


class CommitForm(forms.Form):
    """The digest of a secret; the secret itself stays with the party."""

    party = forms.CharField(
        label=_("Party"), max_length=actions.PARTY_LENGTH, help_text=_("For example the discipline office or the organisation office.")
    )
    digest = forms.CharField(
        label=_("Digest of the secret"),
        max_length=64,
        help_text=_("64 hexadecimal digits. Keep the secret sealed until the list is frozen."),
    )


class OpenForm(forms.Form):
    """A party's secret, after the list is frozen."""

    party = forms.CharField(widget=forms.HiddenInput)
    secret = forms.CharField(label=_("Secret"), max_length=actions.SECRET_LENGTH)


class VersionForm(forms.Form):
    """The version that a button was shown with."""

    version = forms.IntegerField()


class ResultForm(forms.Form):
    """What was seen; nothing is preselected."""

    held = forms.ChoiceField(
        label=_("Did it hold?"),
        choices=[("yes", _("It held")), ("no", _("It did not hold: the finding comes back on the books"))],
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(label=_("How it was looked at"), choices=Measure.METHODS, widget=forms.RadioSelect)
    text = forms.CharField(label=_("What was seen"), widget=forms.Textarea(attrs={"rows": 3}))
    failed = forms.MultipleChoiceField(
        label=_("Measures that did not hold"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Only if it did not hold.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_held(self) -> bool:
        return bool(self.cleaned_data["held"] == "yes")

    def clean_failed(self) -> list[int]:
        return [int(number) for number in self.cleaned_data["failed"]]


def of_draw(row: Draw, measures: list[Measure], sent: object = None) -> ResultForm:
    """The result form with the measures of the finding to choose from."""
    form = ResultForm(sent, initial={"version": row.version}, auto_id="id_result_%s")  # type: ignore[arg-type]
    field = form.fields["failed"]
    field.choices = [(m.number, f"{m.number}. {m.text[:80]}") for m in measures]  # type: ignore[attr-defined]
    return form


def of_commitment(commitment: Commitment) -> OpenForm:
    return OpenForm(initial={"party": commitment.party}, auto_id=f"open_{commitment.pk}_%s")
