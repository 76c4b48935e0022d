"""A regime, and the difference between two, as rows of words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jiandi.interfaces.setup import regime_shape as shape
from jiandi.record.regimes import differences
from jiandi.record.regimes.differences import Difference
from jiandi.record.regimes.parts import Profile

OPEN = ("basics", "numbering")


@dataclass(frozen=True)
class Reading:
    """One part as a table: heads and rows of words; a part without rows is a table of two columns."""

    part: str
    title: str
    heads: list[str]
    rows: list[list[str]]
    is_open: bool = False


def readings(profile: Profile) -> list[Reading]:
    """All parts as they are changed: page by page, the parts without rows of one page together."""
    found = []
    for page, parts in shape.pages().items():
        each = [_reading(part, profile) for part in parts]
        found += [one for one in each if one.heads]
        if rows := [row for one in each if not one.heads for row in one.rows]:
            found.append(Reading(page, shape.title(page), [], rows, page in OPEN))
    return found


def _reading(part: str, profile: Profile) -> Reading:
    value = getattr(profile, part)
    specs = [spec for spec in shape.specs(part) if not spec.hidden]
    if shape.row_kind(part) is None:
        flat = differences.flat(value) if specs[0].path else {"": value}
        return Reading(part, shape.title(part), [], [[s.label, shape.words_of(s, flat[s.path], profile)] for s in specs])
    rows = [[shape.words_of(s, differences.flat(row)[s.path], profile) for s in specs] for row in value]
    return Reading(part, shape.title(part), [s.label for s in specs], rows)


@dataclass(frozen=True)
class Told:
    """One difference in words."""

    part: str
    row: str
    field: str
    before: str
    after: str


def told(found: list[Difference], old: Profile, new: Profile) -> list[Told]:
    """The differences, each with its place and both values in words."""
    return [_told(one, old, new) for one in found]


def _told(one: Difference, old: Profile, new: Profile) -> Told:
    part = shape.title(one.part)
    row = shape.row_word(one.row, old if one.kind == "removed" else new) if one.row is not None else ""
    if one.kind == "added":
        return Told(part, row, _("new row"), "—", _summary(one, new))
    if one.kind == "removed":
        return Told(part, row, _("row removed"), _summary(one, old), "—")
    if one.kind == "moved":
        return Told(part, row, _("place"), str(one.before), str(one.after))
    spec = next(s for s in shape.specs(one.part) if s.path == one.field)
    return Told(part, row, spec.label, shape.words_of(spec, one.before, old), shape.words_of(spec, one.after, new))


def _summary(one: Difference, profile: Profile) -> str:
    flat: dict[str, Any] = differences.flat(one.row)
    told_of = [
        s for s in shape.specs(one.part) if not s.hidden and not s.path.startswith("name") and flat[s.path] not in (0, "", (), False)
    ]
    return _(", ").join(f"{s.label}: {shape.words_of(s, flat[s.path], profile)}" for s in told_of) or "—"
