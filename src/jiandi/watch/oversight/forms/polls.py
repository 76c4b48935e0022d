"""Forms of a poll."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.record.ledger.models import PollGroup
from jiandi.record.ledger.models.poll import WORDS
from jiandi.watch.oversight.actions import polls as actions


class PlanForm(forms.Form):
    """A poll about the round."""

    title = forms.CharField(label=_("name of the poll"), max_length=actions.TITLE_LENGTH)
    question = forms.CharField(
        label=_("question"),
        max_length=actions.QUESTION_LENGTH,
        help_text=_("One question that everybody understands; the four answers are fixed."),
    )
    ends_on = forms.DateField(label=_("answers until"), widget=forms.DateInput(attrs={"type": "date"}))


class GroupForm(forms.Form):
    """Who is asked, and how."""

    name = forms.CharField(
        label=_("group"),
        max_length=actions.GROUP_LENGTH,
        help_text=_("For example: residents of the street, staff of the unit, people who filed a complaint."),
    )
    channel = forms.ChoiceField(label=_("how it is asked"), choices=PollGroup.CHANNELS, widget=forms.RadioSelect)
    invited = forms.IntegerField(label=_("people asked"), min_value=1, max_value=actions.MOST_INVITED)


class SheetForm(forms.Form):
    """A batch of papers."""

    satisfied = forms.IntegerField(label=_("satisfied"), min_value=0, required=False)
    fairly = forms.IntegerField(label=_("fairly satisfied"), min_value=0, required=False)
    dissatisfied = forms.IntegerField(label=_("not satisfied"), min_value=0, required=False)
    unknown = forms.IntegerField(label=_("does not know it"), min_value=0, required=False)
    invalid = forms.IntegerField(label=_("spoilt papers"), min_value=0, required=False)
    kept_by = forms.CharField(label=_("where the papers are kept (a post)"), max_length=actions.KEPT_LENGTH)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def counts(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] or 0 for name in (*dict(WORDS), "invalid")}


class VersionForm(forms.Form):
    """The version that a button was shown with."""

    version = forms.IntegerField()


class StrikeForm(VersionForm):
    """Why a batch counts no more."""

    reason = forms.CharField(max_length=300)


class CodeForm(forms.Form):
    """The code on a slip."""

    code = forms.CharField(
        label=_("Code on the slip"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"})
    )


class VoteForm(forms.Form):
    """One answer; nothing is preselected."""

    word = forms.ChoiceField(label=_("Your answer"), choices=WORDS, widget=forms.RadioSelect)
