"""What changed between two versions of a plan, and by when it is done. No Django here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

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
    """A later date, or a target that asks for less than before."""
    found = []
    if new["due"] > old["due"]:
        found.append({**_line(new), "what": "due", "before": old["due"], "after": new["due"]})
    if is_lower_target(old, new):
        found.append({**_line(new), "what": "target", "before": old["target"], "after": new["target"] or ""})
    if old.get("standard") and not new.get("standard"):
        found.append({**_line(new), "what": "standard", "before": old["standard"], "after": ""})
    return found


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


def latest_due(dues: Iterable[tuple[date, str]]) -> date | None:
    """The day by which all dated measures are done; a duty that only recurs does not set it (due, recurs)."""
    dated = [(day, recurs) for day, recurs in dues]
    once = [day for day, recurs in dated if not recurs]
    return max(once or [day for day, _recurs in dated], default=None)
