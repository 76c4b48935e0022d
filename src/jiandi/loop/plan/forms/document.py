"""What people type about a plan as a document: whom to ask, an opinion, a change, a pledge, a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.loop.plan.actions import Point
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger.models import MeetingRecord, PlanReview

ROWS = 8
MOST_ROWS = 40
PICKER = {"data-search": ""}


def _day(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class SendForm(forms.Form):
    """Parties by their word and unit, and the day by which they speak."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    due = forms.DateField(label=_("Opinions by"), widget=_day())

    def __init__(self, posted: Any = None, *, units: Sequence[Unit], parties: Sequence[tuple[str, int | None]] = (), **kwargs: Any) -> None:
        super().__init__(posted, **{"auto_id": "id_send_%s", **kwargs})
        choices = [("", "–"), *((u.pk, u.label) for u in units)]
        for at in range(max(ROWS - 2, len(parties))):
            name, unit = parties[at] if at < len(parties) else ("", None)
            label = name or _("Another party")
            self.fields[f"unit_{at}"] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, empty_value=None, required=False, initial=unit, widget=forms.Select(attrs=PICKER)
            )
            self.fields[f"name_{at}"] = forms.CharField(required=False, max_length=120, initial=name, widget=forms.HiddenInput)

    def parties(self) -> list[tuple[str, int]]:
        """Word and unit of each row in which a unit was chosen."""
        got = self.cleaned_data
        return [(got[f"name_{n[5:]}"], unit) for n, unit in got.items() if n.startswith("unit_") and unit is not None]


class OpinionForm(forms.Form):
    """A word, and points, each about the whole plan, a finding or a measure."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    word = forms.ChoiceField(label=_("Opinion"), choices=PlanReview.WORDS, widget=forms.RadioSelect)

    def __init__(self, posted: Any = None, *, body: Mapping[str, Any], rows: int = ROWS, **kwargs: Any) -> None:
        super().__init__(posted, **kwargs)
        about = [("", _("the whole plan")), *_about(body)]
        for at in range(rows):
            self.fields[f"about_{at}"] = forms.ChoiceField(
                label=_("About"), choices=about, required=False, widget=forms.Select(attrs=PICKER)
            )
            self.fields[f"text_{at}"] = forms.CharField(
                label=_("Point"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        names = [n[5:] for n in self.fields if n.startswith("text_")]
        return [(self[f"about_{n}"], self[f"text_{n}"]) for n in names]

    def points(self) -> list[Point]:
        got = self.cleaned_data
        return [_point(got.get(f"about_{n[5:]}", ""), text) for n, text in got.items() if n.startswith("text_") and text.strip()]


def _about(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for f in body["findings"]:
        found.append((f"{f['id']}", f"{f['number']} {f['title'][:40]}"))
        found += [(f"{f['id']}-{m['id']}", f"{f['number']} · {m['number']}. {m['text'][:40]}") for m in f["measures"]]
    return found


def _point(about: str, text: str) -> Point:
    finding, _dash, measure = about.partition("-")
    return Point(text, int(finding) if finding else None, int(measure) if measure else None)


class ChangeForm(forms.Form):
    """What is to be different of an approved measure, or that it goes; always with the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Measure"), widget=forms.Textarea(attrs={"rows": 3}))
    lead = forms.TypedChoiceField(label=_("Lead unit"), coerce=int)
    due_text = forms.CharField(label=_("Due"), max_length=200)
    standard = forms.CharField(label=_("Standard"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    target_value = forms.DecimalField(label=_("Target"), required=False, max_digits=18, decimal_places=2)
    drop = forms.BooleanField(label=_("Drop this measure"), required=False)
    reason = forms.CharField(label=_("Why the plan is to be changed"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, posted: Any = None, *, leads: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(posted, **kwargs)
        self.fields["lead"].choices = [(u.pk, u.label) for u in leads]  # type: ignore[attr-defined]

    def fields_for_action(self) -> dict[str, Any]:
        got = dict(self.cleaned_data)
        got["lead_id"] = got.pop("lead")
        return got


class PledgeForm(forms.Form):
    """The signed page."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    signed_on = forms.DateField(label=_("Signed on"), widget=_day())
    paper = forms.FileField(label=_("Scan of the signed page"), widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.ofd"}))


class MeetingForm(forms.Form):
    """Counts, posts and numbers only."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int, widget=forms.Select(attrs=PICKER))
    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingRecord.KINDS)
    held_on = forms.DateField(label=_("Held on"), widget=_day())
    expected = forms.IntegerField(label=_("Members"), min_value=1, max_value=200)
    present = forms.IntegerField(label=_("Members present"), min_value=0, max_value=200)
    sat_in = forms.IntegerField(label=_("Supervisors sitting in"), min_value=0, max_value=200, initial=0)
    chair = forms.TypedChoiceField(
        label=_("Chaired by (post)"), coerce=int, empty_value=None, required=False, widget=forms.Select(attrs=PICKER)
    )
    minutes = forms.CharField(label=_("Number of the minutes"), max_length=80)
    paper = forms.FileField(
        label=_("Scan of the minutes' cover"), required=False, help_text=_("No speech and no self-criticism of a member.")
    )

    def __init__(self, posted: Any = None, files: Any = None, *, units: Sequence[Unit], posts: Sequence[Post]) -> None:
        super().__init__(posted, files)
        self.fields["unit"].choices = [("", "–"), *((u.pk, u.label) for u in units)]  # type: ignore[attr-defined]
        self.fields["chair"].choices = [("", "–"), *((p.pk, f"{p.unit.name} {p.title}") for p in posts)]  # type: ignore[attr-defined]


class MilestoneForm(forms.Form):
    """A day of one's own; empty goes back to the counted one."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    code = forms.CharField(max_length=40, widget=forms.HiddenInput)
    on = forms.DateField(label=_("Day"), required=False, widget=_day())
