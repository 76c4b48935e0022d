"""What a score sheet comes to: points, vetoes, grade. No Django here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from jiandi.record.regimes.parts import Grade, Profile, ScoreItem

FULL: Final = 100


@dataclass(frozen=True)
class Scored:
    """Points of a line, and why; ``None`` as long as nobody has scored it."""

    points: int | None = None
    reason: str = ""


Scores = Mapping[str, Scored]


def total(profile: Profile, scores: Scores) -> int:
    """All points, the bonus on top; a line nobody has scored gives none."""
    return sum(one.points or 0 for code, one in scores.items() if code in {item.code for item in profile.score_items})


def grade(profile: Profile, points: int, vetoes: Collection[str]) -> Grade:
    """The best grade the points reach, and no better than any veto allows."""
    order = {one.code: place for place, one in enumerate(profile.grades)}
    by_points = next(place for place, one in enumerate(profile.grades) if points >= one.at_least)
    capped = [order[veto.grade] for veto in profile.score_vetoes if veto.code in vetoes]
    return profile.grades[max([by_points, *capped])]


def unscored(profile: Profile, scores: Scores) -> tuple[str, ...]:
    """Names of lines without points; a bonus nobody gave is none."""
    return tuple(item.name.zh for item in profile.score_items if item.kind != "bonus" and scores.get(item.code, Scored()).points is None)


def bare(profile: Profile, scores: Scores) -> tuple[str, ...]:
    """Names of lines that lose points, or of a bonus, without a reason."""
    return tuple(item.name.zh for item in profile.score_items if needs_reason(item, scores.get(item.code, Scored())))


def needs_reason(item: ScoreItem, one: Scored) -> bool:
    if one.points is None or one.reason.strip():
        return False
    return one.points > 0 if item.kind == "bonus" else one.points < item.most


def dimensions(profile: Profile) -> list[tuple[str, int]]:
    """Dimensions in the order of the sheet, with the points each can give."""
    found: dict[str, int] = {}
    for item in profile.score_items:
        found[item.dimension] = found.get(item.dimension, 0) + item.most
    return list(found.items())
