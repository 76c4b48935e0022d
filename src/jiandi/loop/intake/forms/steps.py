"""What is handed in, and the steps of a review and of a ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiandi.base import clock
from jiandi.loop.intake import queries, rules
from jiandi.record.ledger.models import Finding, Letter, LetterItem

DOCUMENTS = ".docx,.doc,.wps,.rtf,.pdf,.ofd,.xlsx,.xls,.et,.csv,.txt,.md,.html,.htm,.png,.jpg,.jpeg,.tif,.tiff,.bmp"
LEDGERS = ".xlsx,.xls,.et,.csv,.docx,.doc,.wps,.rtf,.pdf,.ofd,.html,.htm"
TITLE = 200
NUMBER = 60


ASIDE = "aside"
ROW_TYPES = [one for one in LetterItem.TYPES if one[0] != ASIDE]
EDITED = ("text", "type", "unit_id", "support_text", "due_text", "category", "version")


class DayInput(forms.DateInput):
    """A day, chosen or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


LEVELS = [
    ("", _("as the round says")),
    ("central", _("of a central inspection")),
    ("upper", _("of a superior's inspection")),
    ("own", _("our own: problems found by ourselves")),
]


class LetterForm(forms.Form):
    """A document with its file."""

    title = forms.CharField(label=_("Title as printed"), max_length=TITLE)
    number = forms.CharField(label=_("Document number"), max_length=NUMBER, required=False)
    received_on = forms.DateField(label=_("Received on"), widget=DayInput, initial=clock.today)
    kind = forms.ChoiceField(label=_("What it is"), choices=Letter.KINDS)
    level = forms.ChoiceField(label=_("Whose letter"), choices=LEVELS, required=False)
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": DOCUMENTS}),
        help_text=_("Word, WPS, PDF, OFD, Excel, text, a web page, or a scan."),
    )


class NoTextForm(forms.Form):
    """A document that may not enter this network."""

    title = forms.CharField(label=_("Title without any secret"), max_length=TITLE)
    number = forms.CharField(label=_("Register number"), max_length=NUMBER)
    received_on = forms.DateField(label=_("Received on"), widget=DayInput, initial=clock.today)
    level = forms.ChoiceField(label=_("Whose letter"), choices=LEVELS, required=False)
    item_count = forms.IntegerField(label=_("How many items it has"), min_value=1, max_value=2000)
    keeper = forms.CharField(label=_("Post that keeps it"), max_length=120)


class LedgerForm(forms.Form):
    """A ledger that is already kept elsewhere."""

    SOURCES = [
        ("taken_over", _("A running ledger: keep the states it shows")),
        ("upper", _("A list of problems from above: start at the beginning")),
        ("central", _("A central list of problems: start at the beginning")),
        ("self", _("Problems found by ourselves: start at the beginning")),
    ]
    file = forms.FileField(
        label=_("Ledger file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": LEDGERS}),
        help_text=_("Excel (.xlsx, .xls) or .csv, one row per measure or per problem; a table in Word or PDF is read too."),
    )
    source = forms.ChoiceField(label=_("What it is"), choices=SOURCES)
    as_of = forms.DateField(label=_("As of"), widget=DayInput, initial=clock.today)
    document = forms.CharField(label=_("Document number"), max_length=NUMBER, required=False)


class ReturnedForm(forms.Form):
    """A ledger that was handed out here, filled in."""

    file = forms.FileField(
        label=_("Filled-in ledger"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.et"}),
        help_text=_("The Excel file you were given under Reports, filled in with Excel, WPS or LibreOffice."),
    )


class VersionForm(forms.Form):
    """A step that needs nothing but the version it was decided on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class EditForm(VersionForm):
    """Correct how a row is read."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 3}))
    type = forms.ChoiceField(label=_("Type"), choices=ROW_TYPES)
    unit_id = forms.TypedChoiceField(label=_("Lead unit"), coerce=int, empty_value=None, required=False)
    support_text = forms.CharField(label=_("Units that take part, as written"), max_length=400, required=False)
    due_text = forms.CharField(label=_("Due date as written"), max_length=TITLE, required=False)
    category = forms.CharField(label=_("Category"), max_length=120, required=False)

    def __init__(self, given: Any = None, *, item: LetterItem) -> None:
        first = {name: getattr(item, name) for name in EDITED}
        super().__init__(given, initial=first)
        self.fields["unit_id"].choices = [("", "—"), *((u.pk, u.name) for u in queries.living_units())]  # type: ignore[attr-defined]

    def clean_unit_id(self) -> int:
        """No unit is an answer too."""
        return self.cleaned_data["unit_id"] or 0


class SplitForm(VersionForm):
    """Where to cut: before one of the row's later sentences."""

    at = forms.TypedChoiceField(label=_("The second row begins with"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, given: Any = None, *, item: LetterItem) -> None:
        super().__init__(given, initial={"version": item.version})
        start = item.start or 0
        words = item.letter.text[start : item.end or start]
        cuts = [(start + a, words[a:b].strip()) for a, b in rules.sentences(words)[1:]]
        self.fields["at"].choices = cuts  # type: ignore[attr-defined]


class CursorForm(VersionForm):
    """A cut at the cursor in the text."""

    at = forms.IntegerField()


class DropForm(VersionForm):
    """Leave a row out, with the reason the director will read."""

    reason = forms.CharField(label=_("Why it is dropped"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, given: Any = None, *, item: LetterItem) -> None:
        super().__init__(given, initial={"version": item.version})


class HoldForm(VersionForm):
    """Keep a row elsewhere."""

    kept_number = forms.CharField(label=_("Number where it is held"), max_length=NUMBER)
    keeper = forms.CharField(label=_("Keeper (a post)"), max_length=120)
    review_on = forms.DateField(label=_("Looked at again on"), widget=DayInput)

    def __init__(self, given: Any = None, *, item: LetterItem) -> None:
        super().__init__(given, initial={"version": item.version, "keeper": item.keeper})


class CoverForm(VersionForm):
    """Name the finding that covers a row."""

    finding_id = forms.TypedChoiceField(label=_("Covered by finding"), coerce=int)

    def __init__(self, given: Any = None, *, item: LetterItem) -> None:
        super().__init__(given, initial={"version": item.version})
        there = Finding.objects.filter(round_id=item.letter.round_id).exclude(state="withdrawn").order_by("pk")
        choices = [(pk, f"{number} {title}") for pk, number, title in there.values_list("pk", "number", "title")]
        self.fields["finding_id"].choices = choices  # type: ignore[attr-defined]


class UnderForm(VersionForm):
    """Where a row belongs: a heading or finding of the same document."""

    parent_id = forms.TypedChoiceField(label=_("It belongs to"), required=False, coerce=int, empty_value=None)

    def __init__(self, given: Any = None, *, item: LetterItem) -> None:
        super().__init__(given, initial={"version": item.version, "parent_id": item.parent_id or ""})
        rows = [row for row in queries.items_of(item.letter) if row.type in ("finding", "heading") and row.pk != item.pk]
        choices = [(row.pk, f"{row.get_type_display()} · {row.level} {rules.title_of(row.text)}") for row in rows]
        self.fields["parent_id"].choices = [("", _("nothing: it stands by itself")), *choices]  # type: ignore[attr-defined]


class UnitForm(VersionForm):
    """One of the units that are offered."""

    unit_id = forms.IntegerField()


class UnreadForm(forms.Form):
    """Stretches of the text that no row holds, and what they are."""

    stretch = forms.MultipleChoiceField(required=False)
    type = forms.ChoiceField(choices=ROW_TYPES)
    what = forms.ChoiceField(choices=[("row", ""), (ASIDE, "")])
    reason = forms.CharField(required=False, max_length=300)

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        self.fields["stretch"].choices = [(one, one) for one in given.getlist("stretch")]  # type: ignore[attr-defined]

    def clean_stretch(self) -> list[tuple[int, int]]:
        """Offsets as numbers; anything else is no stretch."""
        pairs = [one.split("-") for one in self.cleaned_data["stretch"]]
        return [(int(pair[0]), int(pair[1])) for pair in pairs if len(pair) == 2 and all(n.isdecimal() and len(n) < 10 for n in pair)]


ITEM_FORMS: dict[str, type[forms.Form]] = {
    "under": UnderForm,
    "edit": EditForm,
    "split": SplitForm,
    "drop": DropForm,
    "hold": HoldForm,
    "cover": CoverForm,
}


class TakeForm(VersionForm):
    """Take a checked ledger in."""

    add_units = forms.BooleanField(required=False)


class DiscardForm(VersionForm):
    """Put a ledger aside that is not going to be taken in."""

    reason = forms.CharField(label=_("Reason, if you like"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class UndoForm(VersionForm):
    """Withdraw what a ledger brought in."""

    reason = forms.CharField(max_length=300)


class ReasonForm(VersionForm):
    """Why a total differs, in the office's words."""

    total = forms.CharField(max_length=120, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class AcceptForm(forms.Form):
    """Confirm every row that is sure enough."""

    confidence = forms.IntegerField(min_value=0, max_value=100, initial=rules.LOW)
