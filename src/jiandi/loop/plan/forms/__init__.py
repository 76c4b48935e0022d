"""What people type at this stage: a measure in one line, the rest folded away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Finding, Measure

SUGGESTED = _("as suggested")


class MeasureForm(forms.Form):
    """Text, lead and date; everything else has a suggestion."""

    text = forms.CharField(label=_("Measure"), widget=forms.Textarea(attrs={"rows": 2}))
    lead = forms.TypedChoiceField(label=_("Lead unit"), coerce=int)
    due_text = forms.CharField(
        label=_("Due"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "2026年6月底前"}),
        help_text=_("As the plan writes it."),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    horizon = forms.ChoiceField(label=_("Horizon"), required=False)
    rule_verb = forms.ChoiceField(label=_("What happens to the rule"), required=False)
    method = forms.ChoiceField(label=_("Check method"), required=False)
    standard = forms.CharField(label=_("Standard"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    indicator = forms.CharField(label=_("Indicator"), max_length=200, required=False)
    indicator_unit = forms.CharField(label=_("Unit of the indicator"), max_length=20, required=False)
    base_value = forms.DecimalField(label=_("Base"), required=False, max_digits=18, decimal_places=2)
    target_value = forms.DecimalField(label=_("Target"), required=False, max_digits=18, decimal_places=2)
    supports = forms.TypedMultipleChoiceField(
        label=_("Supporting units"), coerce=int, required=False, widget=forms.SelectMultiple(attrs={"size": 5, "data-search": ""})
    )
    why_again = forms.CharField(label=_("Why it did not hold"), max_length=300, required=False)
    finding_ids = forms.TypedMultipleChoiceField(
        label=_("Also serves"), coerce=int, required=False, widget=forms.SelectMultiple(attrs={"size": 5, "data-search": ""})
    )

    def __init__(
        self,
        *args: Any,
        leads: Sequence[Unit] = (),
        units: Sequence[Unit] = (),
        others: Sequence[Finding] = (),
        is_new: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"auto_id": "id_measure_%s", **kwargs})
        self._choices("finding_ids", [(f.pk, f"{f.number} {f.title[:30]}") for f in others])
        if not is_new:
            del self.fields["finding_ids"]
        self._choices("lead", [(u.pk, u.label) for u in leads])
        self._choices("supports", [(u.pk, u.label) for u in units])
        first = [("", SUGGESTED)] if is_new else []
        for name, choices in (("kind", Measure.KINDS), ("horizon", Measure.HORIZONS), ("method", Measure.METHODS)):
            self._choices(name, [*first, *choices])
        rule = [("suggested", SUGGESTED), *Measure.RULE_VERBS] if is_new else Measure.RULE_VERBS
        self._choices("rule_verb", rule)

    def _choices(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def fields_for_action(self) -> dict[str, Any]:
        """The fields as ``add_measure`` and ``change_measure`` take them."""
        got = dict(self.cleaned_data)
        got["lead_id"], got["support_ids"] = got.pop("lead"), got.pop("supports")
        if got["rule_verb"] == "suggested" or "rule_verb" not in self.data:
            got.pop("rule_verb")
        return got


class AgainForm(forms.Form):
    """What an approved measure of a reopened finding may still say."""

    why_again = forms.CharField(label=_("Why it did not hold"), max_length=300)
    standard = forms.CharField(label=_("Standard"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class FindingForm(forms.Form):
    """What a plan says about a finding as a whole."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    standard = forms.CharField(label=_("Standard of completion"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    effect_measure = forms.ChoiceField(label=_("How the effect will be seen"), required=False, choices=Finding.EFFECTS)
    excuse = forms.CharField(label=_("Why no lasting or preventing measure is needed"), required=False, max_length=300)

    def __init__(self, *args: Any, may_excuse: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_whole_%s", **kwargs})
        if not may_excuse:
            del self.fields["excuse"]
