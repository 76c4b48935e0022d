"""What people type about causes: the why itself, its proof, what makes it go deep, and the words of its kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiandi.loop.diagnose import rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Evidence

WORD_LENGTH = 60


def kinds(words: rules.Taxonomy, keep: str, *, is_flagged: bool) -> list[tuple[str, Any]]:
    """Kinds of cause grouped by dimension, so that one choice names both; a kind that asks for one more why says so."""
    grouped = [
        (gettext(word), [(k.code, _named(k, is_flagged=is_flagged)) for k in words.offered(code, keep)])
        for code, word in words.dimensions.items()
    ]
    return [("", gettext("Choose")), *grouped]


def _named(kind: rules.Kind, *, is_flagged: bool) -> str:
    word = gettext(kind.word)
    return gettext("{word} (ask one more why)").format(word=word) if is_flagged and not kind.is_end else word


class CauseForm(forms.Form):
    """One answer to "why": below which cause, what kind, whose."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    parent = forms.TypedChoiceField(label=_("Answers the why below"), coerce=int, empty_value=None, required=False)
    question = forms.CharField(label=_("The why that is asked"), max_length=200, required=False)
    text = forms.CharField(label=_("Why could it happen"), widget=forms.Textarea(attrs={"rows": 2}))
    leaf = forms.ChoiceField(label=_("Kind of cause"))
    unit = forms.TypedChoiceField(label=_("Whose cause it is"), coerce=int, empty_value=None, required=False)

    def __init__(
        self,
        *args: Any,
        words: rules.Taxonomy,
        roots: Sequence[rules.Node] = (),
        units: Sequence[Unit] = (),
        keep: str = "",
        is_flagged: bool = False,
        asks: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"auto_id": "id_cause_%s", **kwargs})
        above = [(n.pk, f"{'　' * (n.level - 1)}{n.text[:40]}") for n in rules.flat(roots)]
        self.fields["parent"].choices = [("", gettext("at the top")), *above]  # type: ignore[attr-defined]
        self.fields["leaf"].choices = kinds(words, keep, is_flagged=is_flagged)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", gettext("the lead unit")), *((u.pk, u.label) for u in units)]  # type: ignore[attr-defined]
        for name in ("parent", "leaf"):
            self.fields[name].widget.attrs |= asks or {}

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


class CauseProofForm(forms.Form):
    """What shows the cause: evidence that is here already, a new file, or the post that holds a paper."""

    known = forms.TypedChoiceField(label=_("Evidence that is here already"), coerce=int, empty_value=None, required=False)
    paper = forms.FileField(label=_("Or a new file"), required=False, allow_empty_file=True)
    title = forms.CharField(label=_("Title"), required=False, max_length=200, help_text=_("Left open, the file's name is taken."))
    held_offline = forms.CharField(label=_("Not here: held by (a post)"), required=False, max_length=120)

    def __init__(self, *args: Any, known: Sequence[Evidence] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_cause_proof_%s", **kwargs})
        self.fields["known"].choices = [("", gettext("none")), *((e.pk, e.title[:60]) for e in known)]  # type: ignore[attr-defined]


class FlagForm(forms.Form):
    """What makes the whys go deep."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    is_long_standing = forms.BooleanField(label=_("long-standing"), required=False)
    is_recurring = forms.BooleanField(label=_("recurring"), required=False)
    is_common = forms.BooleanField(label=_("common"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_flag_%s", **kwargs})


class KindForm(forms.Form):
    """The installation's word for one code, and whether new causes may have it."""

    code = forms.CharField(max_length=30, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    word = forms.CharField(label=_("Own word"), max_length=WORD_LENGTH, required=False)
    is_offered = forms.BooleanField(label=_("offered"), required=False)

    def __init__(self, posted: Any = None, *, code: str, own: rules.Own | None = None) -> None:
        own = own or rules.Own()
        initial = {"code": code, "version": own.version, "word": own.word, "is_offered": own.is_offered}
        super().__init__(posted, initial=initial, auto_id=f"id_{code}_%s")
        if code in rules.DIMENSIONS:
            del self.fields["is_offered"]
