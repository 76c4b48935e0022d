"""What people type to send a campaign, and to answer one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiandi.base import clock, http
from jiandi.loop.diagnose import rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import guards
from jiandi.record.ledger.facts import AnswerFacts
from jiandi.record.ledger.models import Answer, CampaignQuestion, Finding

MOST_MEMBERS = 999


def many(label: Any, size: int = 6, help_text: Any = "") -> forms.TypedMultipleChoiceField:
    # The search box takes the label over; the list behind it keeps a name of its own.
    widget = forms.SelectMultiple(attrs={"size": size, "data-search": "", "aria-label": label})
    return forms.TypedMultipleChoiceField(label=label, coerce=int, required=False, widget=widget, help_text=help_text)


def text_name(finding_id: int, scope: str) -> str:
    """The name of the field that holds the words of one question."""
    return f"text_{finding_id}_{scope}"


class AskForm(forms.Form):
    """Which findings, in which scopes, to whom, until when. The words of each question are shown with the preview."""

    title = forms.CharField(label=_("Name of the campaign"), max_length=200)
    findings = many(_("Findings to ask about"))
    scopes = forms.MultipleChoiceField(label=_("Scopes"), choices=CampaignQuestion.SCOPES, widget=forms.CheckboxSelectMultiple)
    everyone = forms.BooleanField(label=_("All units"), required=False)
    branches = many(_("Branches: a unit and all below it"))
    levels = forms.MultipleChoiceField(
        label=_("Only these levels"), choices=Unit.LEVELS, required=False, widget=forms.CheckboxSelectMultiple
    )
    fields_of_work = forms.MultipleChoiceField(
        label=_("Only these fields of work"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4, "data-search": "", "aria-label": _("Only these fields of work")}),
    )
    units = many(_("Single units as well"))
    due = forms.DateField(label=_("Answer by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Why it is sent all the same"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, units: Sequence[Unit] = (), findings: Sequence[Finding] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_units, self.known_findings = units, {f.pk: f for f in findings}
        named = [(u.pk, f"{'　' * (u.depth - 1)}{u.label}") for u in units]
        above = {u.parent_id for u in units}
        choices: dict[str, list[tuple[Any, str]]] = {
            "findings": [(f.pk, f"{f.number} {f.title}") for f in findings],
            "units": named,
            "branches": [pair for pair, u in zip(named, units, strict=True) if u.pk in above],
            "fields_of_work": [(field, field) for field in sorted({u.field for u in units if u.field})],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        got: dict[str, Any] = super().clean() or {}
        if not got.get("findings") and "findings" not in self.errors:
            self.add_error("findings", gettext("Choose at least one finding to ask about."))
        if not self.errors and not self.chosen():
            self.add_error("branches", gettext("No unit fits this choice. Choose all units, a branch, or single units."))
        return got

    def chosen(self) -> list[int]:
        """The units meant: of all or of the branches, those on the levels and in the fields; and the single ones."""
        got = self.cleaned_data
        tops = tuple(u.path for u in self.known_units if u.pk in got.get("branches", ()))
        levels, fields = got.get("levels") or (), got.get("fields_of_work") or ()
        is_all = got.get("everyone") or (not tops and not got.get("units") and (levels or fields))
        found = [u.pk for u in self.known_units if (is_all or (tops and u.path.startswith(tops))) and _fits(u, levels, fields)]
        return list(dict.fromkeys([*found, *got.get("units", ())]))

    def questions(self) -> list[rules.NewQuestion]:
        """Scope by scope each finding, with the words typed at the preview or those proposed."""
        got = self.cleaned_data
        pairs = [(pk, scope) for scope in got["scopes"] for pk in got["findings"]]
        proposed = {(pk, scope): rules.default_question(self.known_findings[pk].title, scope) for pk, scope in pairs}
        return [rules.NewQuestion(pk, scope, self.data.get(text_name(pk, scope), proposed[pk, scope])) for pk, scope in pairs]


def _fits(unit: Unit, levels: Sequence[str], fields: Sequence[str]) -> bool:
    return (not levels or unit.level in levels) and (not fields or unit.field in fields)


class CellForm(forms.Form):
    """One question of a sheet. Nothing is preselected but the registering of what is found."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    word = forms.ChoiceField(
        label=_("Is it here too?"),
        choices=[(code, word) for code, word in Answer.WORDS if code in rules.WORDS],
        widget=forms.RadioSelect,
        required=False,
    )
    matter = forms.CharField(label=_("Matter"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    post = forms.CharField(label=_("Post it concerns"), max_length=120, required=False, help_text=_("A post, not a person."))
    text = forms.CharField(
        label=_("How it was checked"),
        help_text=_("Which papers and places, how many. Counts and dates, no names of persons."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    title = forms.CharField(
        label=_("Title of the finding"), max_length=200, required=False, help_text=_("Left open, the matter's first sentence.")
    )
    register = forms.BooleanField(label=_("Register what was found as a finding of this unit"), required=False, initial=True)

    def __init__(self, posted: Any = None, *, cell: Answer, is_answer: bool = False, **kwargs: Any) -> None:
        initial = {name: getattr(cell, name) for name in ("version", "word", "matter", "post", "text", "done_count", "of_count", "done_on")}
        super().__init__(posted, prefix=f"c{cell.pk}", initial=initial, **kwargs)
        self.cell, self.is_answer = cell, is_answer

    @property
    def is_begun(self) -> bool:
        """Whether anything is typed that makes it an answer: a word, or a count."""
        got = self.cleaned_data
        return bool(got.get("word") or got.get("done_count") is not None or got.get("done_on"))

    def clean(self) -> dict[str, Any]:
        got: dict[str, Any] = super().clean() or {}
        if self.is_answer and self.is_begun and not self.errors:
            for unmet in guards.answer(self._facts(got)):
                field = unmet.code if unmet.code in self.fields else "done_count" if "done_count" in self.fields else None
                self.add_error(field, http.translate(unmet.text, unmet.params))
        return got

    def _facts(self, got: Mapping[str, Any]) -> AnswerFacts:
        word, text, matter, post = (str(got.get(name) or "") for name in ("word", "text", "matter", "post"))
        return AnswerFacts(word=word, text=text, matter=matter, post=post, scope=self.cell.question.scope, today=clock.today())

    def given(self) -> rules.Given:
        got = {name: value for name, value in self.cleaned_data.items() if name != "version" and value not in (None, "")}
        return rules.Given(self.cell.pk, self.cleaned_data.get("version") or self.cell.version, **{"register": False, **got})


class MembersForm(CellForm):
    """For the members themselves: how many of how many, and the day. There is nowhere to write about a person."""

    word = matter = post = text = title = register = None  # type: ignore[assignment]
    done_count = forms.IntegerField(label=_("members who have checked themselves"), min_value=0, max_value=MOST_MEMBERS, required=False)
    of_count = forms.IntegerField(label=_("members in all"), min_value=1, max_value=MOST_MEMBERS, required=False)
    done_on = forms.DateField(label=_("done on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False)

    def _facts(self, got: Mapping[str, Any]) -> AnswerFacts:
        counts = {name: got.get(name) for name in ("done_count", "of_count", "done_on")}
        return AnswerFacts(word=rules.COUNTED, scope=rules.MEMBERS, today=clock.today(), **counts)  # type: ignore[arg-type]


def cell_form(cell: Answer, posted: Any = None, *, is_answer: bool = False) -> CellForm:
    kind = MembersForm if cell.question.scope == rules.MEMBERS else CellForm
    return kind(posted, cell=cell, is_answer=is_answer)


class SendOnForm(forms.Form):
    """Units directly below that are to answer the same."""

    units = forms.TypedMultipleChoiceField(label=_("Units below"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, below: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = [(u.pk, u.label) for u in below]  # type: ignore[attr-defined]


class ProofForm(forms.Form):
    """For which question; a file, or the post that holds the paper."""

    answer = forms.TypedChoiceField(label=_("For question"), coerce=int)
    paper = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    title = forms.CharField(label=_("Title"), required=False, max_length=200, help_text=_("Left open, the file's name is taken."))
    held_offline = forms.CharField(label=_("Not here: held by (a post)"), required=False, max_length=120)

    def __init__(self, *args: Any, cells: Sequence[Answer] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_proof_%s", **kwargs})
        choices = [(c.pk, f"{c.question.number} {c.question.text[:40]}") for c in cells if c.question.scope != rules.MEMBERS]
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]
