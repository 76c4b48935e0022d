"""What changed between two plans: added, dropped, weakened. Both are bodies as frozen. No Django here."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from jiandi.loop.plan.rules.softer import softer

Body = Mapping[str, Any]


def difference(before: Body | None, after: Body) -> dict[str, list[dict[str, Any]]]:
    """What a plan adds, drops and weakens against the version before. Both are bodies as frozen."""
    old, new = _by_measure(before or {}), _by_measure(after)
    kept_findings = {f["id"] for f in after.get("findings", ())}
    old_findings = {f["id"]: f for f in (before or {}).get("findings", ())}
    return {
        "added": [_line(new[pk]) for pk in new if pk not in old],
        "dropped": [_line(old[pk]) for pk in old if pk not in new and kept_findings & set(old[pk]["findings"])],
        "weakened": [line for pk in new if pk in old for line in _weaker(old[pk], new[pk])],
        "left": [
            {"finding": f["number"], "title": f["title"]}
            for pk, f in old_findings.items()
            if before is not None and pk not in kept_findings
        ],
    }


def _by_measure(body: Body) -> dict[int, dict[str, Any]]:
    """Each measure once, with the findings it serves."""
    found: dict[int, dict[str, Any]] = {}
    for finding in body.get("findings", ()):
        for measure in finding["measures"]:
            row = found.setdefault(measure["id"], {**measure, "findings": [], "finding": finding["number"]})
            row["findings"].append(finding["id"])
    return found


def _line(measure: Mapping[str, Any]) -> dict[str, Any]:
    return {"finding": measure["finding"], "number": measure["number"], "text": measure["text"]}


def _weaker(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A later date, a target that asks for less, a standard that is gone, softer words."""
    found = []
    if new["due"] > old["due"]:
        found.append({**_line(new), "what": "due", "before": old["due"], "after": new["due"]})
    if is_lower_target(old, new):
        found.append({**_line(new), "what": "target", "before": old["target"], "after": new["target"] or ""})
    if old.get("standard") and not new.get("standard"):
        found.append({**_line(new), "what": "standard", "before": old["standard"], "after": ""})
    else:
        found += _softer_words(old, new, "standard", "standard_words")
    return found + _softer_words(old, new, "text", "words")


def _softer_words(old: Mapping[str, Any], new: Mapping[str, Any], field: str, what: str) -> list[dict[str, Any]]:
    """Softer words of one field as one line; ``why`` are the pieces that a reader looks at twice."""
    found = softer(old.get(field) or "", new.get(field) or "")
    if not found:
        return []
    why = [[one.kind, one.before, one.after] for one in found]
    return [{**_line(new), "what": what, "before": old[field], "after": new[field], "why": why}]


def is_lower_target(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the new target lies nearer to the base than the old one, on the way the old plan went."""
    before, after = _number(old.get("target")), _number(new.get("target"))
    if before is None:
        return False
    if after is None:
        return True
    base = _number(old.get("base"))
    if base is None or before >= base:
        return after < before
    return after > before


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


COMPARED: Final = ("text", "lead", "supports", "due", "standard", "indicator", "target", "kind", "horizon")


@dataclass(frozen=True)
class Pair:
    """One measure in two versions side by side; ``changed`` names the fields that differ, ``weaker`` what asks for less."""

    finding: str
    number: int
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    changed: frozenset[str]
    weaker: tuple[dict[str, Any], ...]
    has_left: bool = False

    @property
    def kind(self) -> str:
        """added, dropped, left (its findings are no longer in the plan), weakened, changed or same."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "left" if self.has_left else "dropped"
        return "weakened" if self.weaker else "changed" if self.changed else "same"


def side_by_side(before: Body, after: Body) -> list[Pair]:
    """Every measure of both versions once, in the order of findings and numbers."""
    old, new = _by_measure(before), _by_measure(after)
    kept = {f["id"] for f in after.get("findings", ())}
    pairs = [_pair(old.get(pk), new.get(pk), kept) for pk in {**old, **new}]
    return sorted(pairs, key=lambda pair: (pair.finding, pair.number))


def _pair(old: dict[str, Any] | None, new: dict[str, Any] | None, kept: AbstractSet[int]) -> Pair:
    one = new or old or {}
    if old is None or new is None:
        return Pair(one["finding"], one["number"], old, new, frozenset(), (), has_left=not kept & set(one["findings"]))
    changed = frozenset(name for name in COMPARED if old.get(name) != new.get(name))
    return Pair(one["finding"], one["number"], old, new, changed, tuple(_weaker(old, new)))
