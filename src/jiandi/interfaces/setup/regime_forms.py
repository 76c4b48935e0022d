"""Forms of a regime's parts, made from their shape: what was typed, its rows moved, and the plain values it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base.errors import BadInput
from jiandi.base.http import translate
from jiandi.interfaces.setup import regime_shape as shape
from jiandi.interfaces.setup.regime_shape import Spec
from jiandi.interfaces.setup.regime_vocabulary import TITLES
from jiandi.record.regimes import differences, toml_form
from jiandi.record.regimes.parts import Profile

DOT: Final = "__"
WHOLE: Final = "value"
TABLE_UP_TO: Final = 5
_NEW_CODE: Final = {
    "phases": "phase",
    "lights": "light",
    "closing_chain": "step",
    "plan_parties": "party",
    "plan_chain": "sign",
    "plan_milestones": "mark",
}
_PLACE: Final = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.([a-z_.]+))?")


class RowForm(forms.Form):
    """The fields of one row; ``row_at`` is its number in the form, which stays while rows move."""

    row_at = "0"


@dataclass(frozen=True)
class PartForms:
    """One part on its page: a form per row, or one form for a part without rows."""

    part: str
    title: str
    has_rows: bool
    forms: list[RowForm]
    words: list[str]

    @property
    def as_table(self) -> bool:
        """Few fields stand in lines of a table, many on a card of their own."""
        specs = [spec for spec in shape.specs(self.part) if not spec.hidden]
        return self.has_rows and len(specs) <= TABLE_UP_TO and not any(spec.many and _is_closed(spec) for spec in specs)

    @property
    def heads(self) -> list[str]:
        return [spec.label for spec in shape.specs(self.part) if not spec.hidden]

    @property
    def rows(self) -> list[tuple[RowForm, str]]:
        return list(zip(self.forms, self.words, strict=True))


def of_profile(page: str, profile: Profile) -> list[PartForms]:
    """The parts of a page as they stand."""
    return [_stored(part, profile) for part in shape.pages()[page]]


def _stored(part: str, profile: Profile) -> PartForms:
    value = getattr(profile, part)
    has_rows = shape.row_kind(part) is not None
    rows = list(value) if has_rows else [value]
    made = [_form(part, profile, f"{part}-{at}", initial=_initial(part, row)) for at, row in enumerate(rows)]
    words = [shape.row_word(row, profile) if has_rows else "" for row in rows]
    return PartForms(part, shape.title(part), has_rows, made, words)


def _initial(part: str, row: Any) -> dict[str, Any]:
    specs = {spec.path: spec for spec in shape.specs(part)}
    values = differences.flat(row) if "" not in specs else {"": row}
    return {_name(path): _shown(specs[path], value) for path, value in values.items()}


def _name(path: str) -> str:
    return path.replace(".", DOT) or WHOLE


def _shown(spec: Spec, value: Any) -> Any:
    return "\n".join(value) if spec.many and not _is_closed(spec) else list(value) if spec.many else value


def _is_closed(spec: Spec) -> bool:
    return bool(spec.values) or spec.place in shape.CLOSED


def of_post(page: str, profile: Profile, posted: QueryDict) -> list[PartForms]:
    """The parts of a page as they were typed, in the order of their rows."""
    return [_posted(part, profile, posted) for part in shape.pages()[page]]


def _posted(part: str, profile: Profile, posted: QueryDict) -> PartForms:
    has_rows = shape.row_kind(part) is not None
    order = [at for at in posted.getlist(f"{part}-order") if at.isdigit()] if has_rows else ["0"]
    made = [_form(part, profile, f"{part}-{at}", posted=posted) for at in order[: toml_form.MAX_ROWS + 1]]
    stored = [shape.row_word(row, profile) for row in getattr(profile, part)] if has_rows else [""]
    words = [stored[int(at)] if int(at) < len(stored) else _("new row") for at in order[: toml_form.MAX_ROWS + 1]]
    return PartForms(part, shape.title(part), has_rows, made, words)


def rearranged(page: str, profile: Profile, posted: QueryDict, wish: str) -> QueryDict:
    """What was typed, after a row was added, removed or moved: ``add-phases``, ``up-phases-2`` (2: its number in the form)."""
    verb, _dash, rest = wish.partition("-")
    part, _dash, at = rest.partition("-")
    given = posted.copy()
    if part not in shape.pages()[page]:
        return given
    order = given.getlist(f"{part}-order")
    if verb == "add" and len(order) < toml_form.MAX_ROWS:
        fresh = max([len(getattr(profile, part)), *(int(one) + 1 for one in order if one.isdigit())])
        order.append(str(fresh))
    elif at in order:
        here = order.index(at)
        order.pop(here)
        if verb in ("up", "down"):
            order.insert(max(0, here - 1) if verb == "up" else here + 1, at)
    given.setlist(f"{part}-order", order)
    return given


def plain_values(parts: list[PartForms]) -> dict[str, Any] | None:
    """What the forms stand for, as a TOML text would say it; None where a form says what is wrong with it."""
    wrong = [form for one in parts for form in one.forms if not form.is_valid()]
    if wrong:
        return None
    return {one.part: _plain(one) for one in parts}


def _plain(one: PartForms) -> Any:
    specs = shape.specs(one.part)
    if not one.has_rows and specs[0].path == "":
        return _value(specs[0], one.forms[0].cleaned_data[WHOLE])
    rows = [_nested({spec.path: _value(spec, form.cleaned_data[_name(spec.path)]) for spec in specs}) for form in one.forms]
    return _with_hidden(one.part, rows) if one.has_rows else rows[0]


def _value(spec: Spec, typed: Any) -> Any:
    if spec.many and isinstance(typed, str):
        return [word for line in re.split(r"[\n、；;]", typed) if (word := line.strip())]
    return spec.default if typed is None else typed


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in values.items():
        *above, name = path.split(".")
        inner = found
        for key in above:
            inner = inner.setdefault(key, {})
        inner[name] = value
    return found


def _with_hidden(part: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """New rows get a key nobody needs to think of; levels of the ladder count themselves."""
    if part == "ladder":
        return [{**row, "level": at} for at, row in enumerate(rows, start=1)]
    if part not in _NEW_CODE:
        return rows
    taken = {row["code"] for row in rows}
    for at, row in enumerate(rows, start=1):
        while not row["code"]:
            wanted = f"{_NEW_CODE[part]}_{at}"
            row["code"], at = ("", at + 100) if wanted in taken else (wanted, at)  # noqa: PLW2901
        taken.add(row["code"])
    return rows


def fault_word(error: BadInput, profile: Profile | None = None) -> str:
    """A refusal with its place in words: “Phases, row 2, Length: write …”."""
    where = place_of(error, profile)
    return translate(error.text, {**error.params, "path": where or error.params.get("path", "")})


def part_of(error: BadInput) -> str:
    """The part a refusal speaks of."""
    found = _PLACE.match(str(error.params.get("path", "")))
    return found[1] if found and found[1] in TITLES else ""


def place_of(error: BadInput, profile: Profile | None) -> str:
    """A key path in words."""
    found = _PLACE.match(str(error.params.get("path", "")))
    if not found or not part_of(error):
        return ""
    part, row, path = found[1], found[2], found[3] or ""
    words = [shape.title(part)]
    if row:
        rows = getattr(profile, part, ()) if profile else ()
        called = shape.row_word(rows[int(row) - 1], profile) if profile and int(row) <= len(rows) else ""
        words.append(_("row %(n)s (%(name)s)") % {"n": row, "name": called} if called else _("row %(n)s") % {"n": row})
    if path:
        words.append(shape.label(part, path))
    return _(", ").join(words)


def add_error(parts: list[PartForms], error: BadInput) -> None:
    """Put a refusal beside the field it speaks of, else above its part."""
    found = _PLACE.match(str(error.params.get("path", "")))
    one = next((p for p in parts if found and p.part == found[1]), parts[0])
    at = int(found[2]) - 1 if found and found[2] and int(found[2]) <= len(one.forms) else 0
    name = _name(found[3] or "") if found and found[3] else WHOLE
    if one.forms:
        form = one.forms[at]
        form.add_error(name if name in form.fields and not form.fields[name].widget.is_hidden else None, fault_word(error))


def _form(part: str, profile: Profile, prefix: str, *, posted: QueryDict | None = None, initial: dict[str, Any] | None = None) -> RowForm:
    form = RowForm(posted, prefix=prefix, initial=initial)
    form.row_at = prefix.rpartition("-")[2]
    for spec in shape.specs(part):
        form.fields[_name(spec.path)] = _field(spec, profile, (initial or {}).get(_name(spec.path)))
    return form


def _field(spec: Spec, profile: Profile, value: Any) -> forms.Field:
    if spec.hidden:
        return forms.CharField(required=False, widget=forms.HiddenInput)
    offered = shape.choices(spec, profile)
    if offered is not None and spec.many:
        return forms.MultipleChoiceField(label=spec.label, choices=offered, required=False, widget=forms.CheckboxSelectMultiple)
    if offered is not None:
        known = {code for code, _word in offered}
        lost = [(value, f"{value} (?)")] if isinstance(value, str) and value and value not in known else []
        return forms.ChoiceField(label=spec.label, choices=[*offered, *lost], required="" not in known)
    return _typed(spec)


def _typed(spec: Spec) -> forms.Field:
    """Numbers, yes or no, a list of words, a word."""
    if spec.kind is bool:
        return forms.BooleanField(label=spec.label, required=False)
    if spec.kind is int:
        return forms.IntegerField(label=spec.label, min_value=0, max_value=toml_form.MAX_WHOLE, required=spec.default is None)
    if spec.many:
        return forms.CharField(label=spec.label, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    return forms.CharField(label=spec.label, required=False, max_length=toml_form.MAX_WORD)


class CopyForm(forms.Form):
    """A key and names, for a copy that becomes a regime of its own."""

    code = forms.CharField(label=gettext_lazy("Key"), max_length=40, help_text=gettext_lazy("Small letters, digits and underscores."))
    zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80)
    en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)


class TextForm(forms.Form):
    """A profile as a file."""

    file = forms.FileField(label=gettext_lazy("Regime as a text file (.toml)"))
