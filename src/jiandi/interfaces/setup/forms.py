"""Forms of the settings: shapes only, rules are in the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from jiandi.base import clock
from jiandi.record.accounts.models import Post, Unit, User
from jiandi.record.accounts.queries import living_units
from jiandi.record.ledger.models import Round
from jiandi.record.policy import roles
from jiandi.record.regimes.models import Regime

DATE = {"type": "date"}
if TYPE_CHECKING:
    _UnitField = forms.ModelChoiceField[Unit]
else:
    _UnitField = forms.ModelChoiceField


class UnitChoice(_UnitField):
    """Units in the order of the tree, indented by level."""

    def label_from_instance(self, obj: Unit) -> str:
        return "　" * (obj.depth - 1) + obj.name


class FirstForm(forms.Form):
    """Everything a single clerk needs to begin."""

    installation = forms.CharField(
        label=_("Name of this office"), max_length=120, help_text=_("For example: rectification office of Yunxi city")
    )
    unit = forms.CharField(label=_("Inspected organisation"), max_length=120)
    full_name = forms.CharField(label=_("Your name"), max_length=60)
    name = forms.CharField(label=_("Sign-in name"), max_length=60)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits."),
    )
    units = forms.CharField(
        label=_("Units that will have to act"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text=_("One per line; start a line with spaces to put it below the line above. You can add more later."),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


class PasswordForm(forms.Form):
    """A first password, twice."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits."),
    )
    again = forms.CharField(label=_("Password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("password") and found["password"] != found.get("again"):
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return found


class UnitForm(forms.Form):
    """One unit, or many lines of them, below a parent."""

    parent = UnitChoice(label=_("Below"), queryset=Unit.objects.none(), required=False)
    lines = forms.CharField(
        label=_("Names"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line; start a line with spaces to put it below the line above. A short name may follow a comma."),
    )
    level = forms.ChoiceField(label=_("Level"), choices=Unit.LEVELS, initial="city")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = living_units()  # type: ignore[attr-defined]


class UserForm(forms.Form):
    name = forms.CharField(label=_("Sign-in name"), max_length=60)
    full_name = forms.CharField(label=_("Full name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)


class DutyForm(forms.Form):
    """Who does what, in which unit, through which seat."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.filter(is_active=True).order_by("full_name"))
    unit = UnitChoice(label=_("Unit"), queryset=Unit.objects.none())
    title = forms.CharField(label=_("Post"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=[(r, _(t)) for r, t in roles.TITLES.items()])
    round = forms.ModelChoiceField(label=_("Only in this round"), queryset=Round.objects.all(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = living_units()  # type: ignore[attr-defined]

    def post(self) -> Post | None:
        """The seat named, if it exists."""
        return Post.objects.filter(unit=self.cleaned_data["unit"], title=self.cleaned_data["title"]).first()


class SeatForm(forms.Form):
    """A post with its role, held by nobody who signs in."""

    unit = UnitChoice(label=_("Unit"), queryset=Unit.objects.none())
    title = forms.CharField(label=_("Post"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=[(r, _(t)) for r, t in roles.TITLES.items() if r in roles.BUSINESS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = living_units()  # type: ignore[attr-defined]


class RoundForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("Short and unique, for example XC2026-1; it begins every finding's number.")
    )
    regime = forms.ModelChoiceField(label=_("Regime"), queryset=Regime.objects.none(), empty_label=_("choose"))
    unit = UnitChoice(label=_("Inspected unit"), queryset=Unit.objects.none())
    issuer = forms.CharField(label=_("Issuer of the letter"), max_length=120)
    level = forms.ChoiceField(label=_("Level of the issuer"), choices=Round.LEVELS, initial="upper")
    feedback_on = forms.DateField(label=_("Day of feedback"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), initial=clock.today)

    def __init__(self, *args: Any, regimes: list[Regime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regime"].queryset = Regime.objects.filter(pk__in=[r.pk for r in regimes])  # type: ignore[attr-defined]
        self.fields["unit"].queryset = living_units()  # type: ignore[attr-defined]


class BeginRoundForm(forms.Form):
    """The inspection a new office works on: what it needs first, the rest is filled in."""

    title = forms.CharField(
        label=_("What is it called?"), max_length=120, help_text=_("For example: inspection by the third team of the city")
    )
    issuer = forms.CharField(label=_("Issuer of the letter"), max_length=120)
    feedback_on = forms.DateField(label=_("Day of feedback"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), initial=clock.today)
    regime = forms.ModelChoiceField(label=_("Regime"), queryset=Regime.objects.none(), empty_label=None)
    level = forms.ChoiceField(label=_("Level of the issuer"), choices=Round.LEVELS, initial="upper")

    def __init__(self, *args: Any, regimes: list[Regime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regime"].queryset = Regime.objects.filter(pk__in=[r.pk for r in regimes])  # type: ignore[attr-defined]
        self.fields["regime"].initial = next((r.pk for r in regimes if r.code == "inspection"), None)


class BeginLedgerForm(forms.Form):
    """The ledger as it is."""

    file = forms.FileField(
        label=_("Ledger file"), allow_empty_file=True, help_text=_("Drop it here. Excel as you keep it: nothing need be tidied up.")
    )
    as_of = forms.DateField(label=_("As of"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), initial=clock.today)


class BeginLetterForm(forms.Form):
    """The letter, if it may enter this network."""

    file = forms.FileField(
        label=_("The letter"),
        allow_empty_file=True,
        help_text=_("Word, WPS, PDF, OFD, text, or a scan. Only if it may enter this network."),
    )


class VerifierForm(forms.Form):
    unit = UnitChoice(label=_("Checking unit"), queryset=Unit.objects.none())
    field = forms.CharField(label=_("Only for this field of work"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = living_units()  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    label = forms.CharField(label=_("What the key is for"), max_length=60)
    scopes = forms.ChoiceField(label=_("May"), choices=[("read", _("read")), ("read write", _("read and write"))])
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=365, initial=90)
