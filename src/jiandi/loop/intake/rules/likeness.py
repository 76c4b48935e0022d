"""Names of units in a ledger that nobody knows: which known unit, or which other name of the file, looks alike."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from jiandi.base import heavy
from jiandi.base.text import normalise
from jiandi.base.text.words import N_
from jiandi.loop.intake.rules import mapping, units
from jiandi.loop.intake.rules.taking import CheckedRow, Fault, Line, row_in

ALIKE: Final = 75
ALIKE_NEW: Final = 80
"""From this likeness (per cent) on, a new name must be answered for: to a known unit, to another new name of the file."""
OFFERED: Final = 55
SUGGESTIONS: Final = 3
MOST_NAMES: Final = 300
"""So many unknown names are compared with each other and offered for mapping; further ones are new units."""
NO_LEAD_NEEDED: Final = frozenset({"registered", "withdrawn", "handed_over"})
ALIKE_TEXT: Final = N_(
    "{place}: is “{name}” the same unit as “{other}”? Answer in the mapping: the same, a new unit, or not a unit ({n} rows have this name)."
)
SHORT_TEXT: Final = N_("{place}: “{name}” is read as {other} ({n} rows). Say so in the mapping if it is another unit.")
NOT_THERE: Final = N_("{place}: “{name}” is mapped to “{other}”, which is no unit and stands nowhere in this ledger. Choose another.")
NO_LEAD_LEFT: Final = N_(
    "{place}: “{name}” names no single unit, so this row has no lead. Name exactly one unit in the file, or in the mapping."
)
_GENERIC: Final = re.compile(r"(?:人民政府|政府|街道办事处|办事处|管理委员会|管委会|委员会|有限责任公司|有限公司|集团|公司)$")
_TELLS_ENOUGH: Final = 4
"""A name of so many letters is compared without the place before the other one: 市财政局, 云溪市财政局."""
_TELLING: Final = re.compile(r"[〇零一二三四五六七八九十百\d东西南北中上下前后]")


@dataclass(frozen=True)
class NamedUnit:
    """A name that is not exactly a known unit's: how often it stands, what it is read as, and what it looks like.

    ``read_as`` is the unit the rules found; ``choice`` what a person said; ``why`` is "short", "alike", "several", "two", "new",
    "chosen" or "remembered".
    """

    name: str
    rows: int
    place: str
    choice: str
    why: str
    read_as: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def needs_answer(self) -> bool:
        return not self.choice and self.why in ("alike", "two")

    def plain(self) -> dict[str, Any]:
        return {**vars(self), "suggestions": list(self.suggestions)}


@dataclass(frozen=True)
class Known:
    """Units as documents name them: every written name -> keys, and key -> full name."""

    table: units.Table
    names: Mapping[int, str]


def named_units(lines: Sequence[Line], known: Known, chosen: Mapping[str, str], remembered: Mapping[str, str]) -> list[NamedUnit]:
    """Every name of the ledger that a person should look at, in the order of the file."""
    counted: dict[str, tuple[int, str]] = {}
    for line in lines:
        for field in ("lead_units", "support_units"):
            for name in units.split_names(line.get(field)):
                n, place = counted.get(name, (0, line.place(field)))
                counted[name] = (n + 1, place)
    resolved = {name: units.resolve_units([name], known.table) for name in counted}
    doubtful = {name: found[0] for name, found in resolved.items() if found and (found[0].doubt or found[0].unit_id is None)}
    fresh = [name for name, one in doubtful.items() if one.unit_id is None and one.doubt != units.MANY_MEANT][:MOST_NAMES]
    found = [_said(_named(one, *counted[name], known, fresh), chosen, remembered) for name, one in doubtful.items()]
    asked = sorted(found, key=lambda one: (not one.needs_answer, not one.choice))
    return [one for at, one in enumerate(asked) if at < MOST_NAMES or one.choice or one.needs_answer]


def _named(found: units.Resolved, rows: int, place: str, known: Known, fresh: list[str]) -> NamedUnit:
    offered = tuple(known.names[key] for key in found.candidates if key in known.names)[:SUGGESTIONS]
    read_as = known.names.get(found.unit_id, "") if found.unit_id is not None else ""
    why = "short" if read_as else "several" if found.doubt == units.MANY_MEANT else "two" if offered else "new"
    if why == "new" and found.name in fresh:
        likes = alike(found.name, (*known.names.values(), *(other for other in fresh if other != found.name)))
        offered = tuple(other for other, _ in likes)
        why = "alike" if any(_is_asked(found.name, *like, fresh) for like in likes) else "new"
    return NamedUnit(found.name, rows, place, "", why, read_as, offered)


def _said(one: NamedUnit, chosen: Mapping[str, str], remembered: Mapping[str, str]) -> NamedUnit:
    if one.name in chosen:
        return replace(one, choice=chosen[one.name], why="chosen")
    return replace(one, choice=remembered[one.name], why="remembered") if one.name in remembered else one


def _is_asked(name: str, other: str, like: int, fresh: list[str]) -> bool:
    """Of two new names that look alike only the later one is asked about."""
    if other not in fresh:
        return like >= ALIKE
    return like >= ALIKE_NEW and fresh.index(other) < fresh.index(name)


def alike(name: str, others: Iterable[str]) -> list[tuple[str, int]]:
    """The names that look like this one, likest first; 第一小学 and 第二小学 do not."""
    found = [(other, likeness(name, other)) for other in dict.fromkeys(others)]
    return sorted((one for one in found if one[1] >= OFFERED), key=lambda one: -one[1])[:SUGGESTIONS]


def likeness(name: str, other: str) -> int:
    """Per cent of what two names share, without the endings that many names have; an abbreviation is wholly alike."""
    mine, theirs = _stem(name), _stem(other)
    if _TELLING.findall(mine) != _TELLING.findall(theirs):
        return 0
    if mine == theirs or units.abbreviates(*sorted((mine, theirs), key=len)):
        return 100
    ratio: Callable[[str, str], float] = heavy.rapidfuzz().fuzz.ratio
    short, long = sorted((mine, theirs), key=len)
    return round(max(ratio(short, long), ratio(short, long[-len(short) :]) if len(short) >= _TELLS_ENOUGH else 0))


@functools.lru_cache(maxsize=8192)
def _stem(name: str) -> str:
    plain = normalise.plain(name)
    return _GENERIC.sub("", plain) or plain


def unit_faults(named: Iterable[NamedUnit], rows: Sequence[CheckedRow], known: Known, *, keeps_states: bool) -> list[Fault]:
    """What stands in the way or should be looked at: names to answer for, wrong answers, rows that are left without a lead."""
    listed = {one.name: one for one in named}
    faults = [fault for one in listed.values() if (fault := _fault(one, listed, known))]
    leaderless = {name for name, one in listed.items() if one.choice == mapping.LEAVE or (not one.choice and one.why == "several")}
    for row in rows:
        state = row.state if keeps_states else "registered"
        if row.leads and state not in NO_LEAD_NEEDED and all(name in leaderless for name in row.leads):
            params = {"place": row.lead_place or str(row.row), "name": "、".join(row.leads)}
            faults.append(Fault(row.row, "intake.no_single_lead", NO_LEAD_LEFT, params))
    return faults


def _fault(one: NamedUnit, listed: Mapping[str, NamedUnit], known: Known) -> Fault | None:
    params: dict[str, Any] = {"place": one.place, "name": one.name, "n": one.rows}
    other = mapping.same_as(one.choice)
    if other:
        there = other in listed or any(found.unit_id is not None for found in units.resolve_units([other], known.table))
        return None if there else Fault(row_in(one.place), "intake.no_such_unit", NOT_THERE, {**params, "other": other})
    if one.needs_answer:
        return Fault(row_in(one.place), "intake.unit_alike", ALIKE_TEXT, {**params, "other": one.suggestions[0]})
    if one.why == "short" and one.read_as:
        return Fault(row_in(one.place), "intake.unit_short", SHORT_TEXT, {**params, "other": one.read_as}, stops=False)
    return None
