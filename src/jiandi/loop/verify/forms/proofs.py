"""What somebody types who proves the use of a rule."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.base import clock
from jiandi.loop.verify import rules
from jiandi.loop.verify.forms import VersionForm, long_text, method_field


def day_field() -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=_("Seen on"), required=False, initial=clock.today, widget=widget)


class DrawForm(VersionForm):
    """A numbered list of cases; the draw says which of them are looked at."""

    case_list = forms.CharField(
        label=_("Which cases"),
        max_length=200,
        help_text=_("The matters the rule applies to and their order, for example applications of the second half-year by receipt number."),
    )
    cases = forms.IntegerField(label=_("How many cases (N)"), min_value=1, max_value=rules.MOST_CASES)
    drawn = forms.IntegerField(
        label=_("How many to draw (n)"),
        required=False,
        min_value=1,
        max_value=rules.MOST_CASES,
        help_text=_("Left open, as many as the regime asks for."),
    )


class NoCaseForm(VersionForm):
    """The rule applied to nothing."""

    method = method_field()
    text = long_text(_("Where was looked, and what was seen"))
    seen_on = day_field()


class ProofForm(VersionForm):
    """k of the n drawn cases; nothing is preselected."""

    found = forms.IntegerField(label=_("Cases that went by the rule (k)"), min_value=0)
    method = method_field()
    text = long_text(_("What was seen"))
    seen_on = day_field()
