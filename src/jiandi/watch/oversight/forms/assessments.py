"""The score sheet as a form, made of the regime's lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jiandi.record.regimes.parts import Name, Profile
from jiandi.watch.oversight.actions import assessments as actions
from jiandi.watch.oversight.rules import assessments as rules


def named(name: Name) -> str:
    return name.zh if (get_language() or "zh").startswith("zh") else name.en


class StartForm(forms.Form):
    """Which unit."""

    unit = forms.ChoiceField(label=_("Unit"), widget=forms.Select(attrs={"data-search": ""}))

    def __init__(self, *given: Any, units: list[Any], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["unit"].choices = [(one.pk, one.label) for one in units]  # type: ignore[attr-defined]


class SheetForm(forms.Form):
    """Points and reason of every line, and the reason of each veto that is raised."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, profile: Profile, **more: Any) -> None:
        super().__init__(*given, **more)
        self.profile = profile
        for item in profile.score_items:
            points = forms.IntegerField(label=named(item.name), min_value=0, max_value=item.most, required=False)
            points.widget.attrs["class"] = "points"
            self.fields[f"points_{item.code}"] = points
            self.fields[f"reason_{item.code}"] = forms.CharField(label=_("Reason"), max_length=actions.REASON_LENGTH, required=False)
        for veto in profile.score_vetoes:
            self.fields[f"veto_{veto.code}"] = forms.CharField(label=named(veto.name), max_length=actions.REASON_LENGTH, required=False)

    def scores(self) -> dict[str, rules.Scored]:
        given = self.cleaned_data
        return {item.code: rules.Scored(given[f"points_{item.code}"], given[f"reason_{item.code}"]) for item in self.profile.score_items}

    def vetoes(self) -> dict[str, str]:
        """Those whose reason was written."""
        return {one.code: text for one in self.profile.score_vetoes if (text := self.cleaned_data[f"veto_{one.code}"].strip())}

    def rows(self) -> list[dict[str, Any]]:
        """The lines with their two fields, in the order of the sheet."""
        found: list[dict[str, Any]] = []
        for item in self.profile.score_items:
            opens = "" if found and found[-1]["item"].dimension == item.dimension else item.dimension
            found.append({"item": item, "opens": opens, "points": self[f"points_{item.code}"], "reason": self[f"reason_{item.code}"]})
        return found

    def veto_fields(self) -> list[Any]:
        return [self[f"veto_{one.code}"] for one in self.profile.score_vetoes]


def filled(profile: Profile, scores: rules.Scores, vetoes: dict[str, str], version: int) -> SheetForm:
    """The form as it stands now."""
    initial: dict[str, Any] = {"version": version, **{f"veto_{code}": text for code, text in vetoes.items()}}
    for code, one in scores.items():
        initial |= {f"points_{code}": one.points, f"reason_{code}": one.reason}
    return SheetForm(profile=profile, initial=initial)


class ExplainForm(forms.Form):
    """What the unit says."""

    text = forms.CharField(label=_("Explanation of the unit"), max_length=actions.TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 5}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DecideForm(forms.Form):
    """What the joint meeting decided."""

    grade = forms.ChoiceField(label=_("Grade"), widget=forms.RadioSelect)
    document = forms.CharField(label=_("Minutes of the joint meeting (number)"), max_length=actions.DOCUMENT_LENGTH)
    decided_on = forms.DateField(label=_("Day of the meeting"), widget=forms.DateInput(attrs={"type": "date"}))
    why_other = forms.CharField(label=_("Why another grade than the points give"), max_length=actions.REASON_LENGTH, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, profile: Profile, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["grade"].choices = [(one.code, named(one.name)) for one in profile.grades]  # type: ignore[attr-defined]
