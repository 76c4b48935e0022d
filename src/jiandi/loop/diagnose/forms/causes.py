"""What people type about causes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiandi.loop.diagnose import rules
from jiandi.record.accounts.models import Unit


def kinds() -> list[tuple[str, Any]]:
    """Kinds of cause grouped by dimension, so that one choice names both."""
    grouped = [
        (gettext(word), [(k.code, gettext(k.word)) for k in rules.KINDS if k.dimension == code]) for code, word in rules.DIMENSIONS.items()
    ]
    return [("", gettext("Choose")), *grouped]


class CauseForm(forms.Form):
    """One answer to "why": below which cause, what kind, whose."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    parent = forms.TypedChoiceField(label=_("Answers the why below"), coerce=int, empty_value=None, required=False)
    question = forms.CharField(label=_("The why that is asked"), max_length=200, required=False)
    text = forms.CharField(label=_("Why could it happen"), widget=forms.Textarea(attrs={"rows": 2}))
    leaf = forms.ChoiceField(label=_("Kind of cause"))
    unit = forms.TypedChoiceField(label=_("Whose cause it is"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, roots: Sequence[rules.Node] = (), units: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_cause_%s", **kwargs})
        above = [(n.pk, f"{'　' * (n.level - 1)}{n.text[:40]}") for n in rules.flat(roots)]
        self.fields["parent"].choices = [("", gettext("at the top")), *above]  # type: ignore[attr-defined]
        self.fields["leaf"].choices = kinds()  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", gettext("the lead unit")), *((u.pk, u.label) for u in units)]  # type: ignore[attr-defined]

    def cause(self) -> dict[str, Any]:
        """The fields as the actions take them, without the place in the tree."""
        got = self.cleaned_data
        kind = rules.KIND_BY_CODE[got["leaf"]]
        return {
            "dimension": kind.dimension,
            "leaf": kind.code,
            "text": got["text"],
            "question": got["question"],
            "unit_id": got["unit"],
            "version": got["version"],
        }
