"""The kinds of cause, and how deep a tree of whys must go. Pure: the plan's guard and the page ask the same function.

Codes are for ever; the words are defaults that an installation may put in its own way (``CauseWord``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jiandi.base.text.words import N_

ATTITUDE: Final = "attitude"
DEPTH_OF_FLAGGED: Final = 2

DIMENSIONS: Final[dict[str, str]] = {
    "attitude": N_("attitude and duty"),
    "leadership": N_("leading officials"),
    "mechanism": N_("systems and rules"),
    "means": N_("people, money, means"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of cause. ``is_end`` says that its unit can act on it, so that a chain of whys may stop here."""

    code: str
    dimension: str
    word: str
    is_end: bool = True
    is_offered: bool = True


KINDS: Final = (
    Kind("misjudged", "attitude", N_("its weight was misjudged"), is_end=False),
    Kind("no_ownership", "attitude", N_("nobody took it on"), is_end=False),
    Kind("drifting", "attitude", N_("work stayed on the surface"), is_end=False),
    Kind("get_by", "attitude", N_("content with getting by"), is_end=False),
    Kind("unskilled", "attitude", N_("skill was lacking"), is_end=False),
    Kind("no_example", "leadership", N_("no example was set")),
    Kind("not_taken_up", "leadership", N_("not studied, not arranged")),
    Kind("not_followed_up", "leadership", N_("arranged, not followed up")),
    Kind("hollow_dual_duty", "leadership", N_("dual duty on paper only")),
    Kind("irregular_decision", "leadership", N_("decided out of order")),
    Kind("no_rule", "mechanism", N_("a rule was missing")),
    Kind("outdated_rule", "mechanism", N_("rule out of date")),
    Kind("rule_ignored", "mechanism", N_("rule not followed")),
    Kind("overlapping_duty", "mechanism", N_("duties overlap")),
    Kind("no_control", "mechanism", N_("no control point in the process")),
    Kind("no_oversight", "mechanism", N_("nobody oversaw it")),
    Kind("skewed_assessment", "mechanism", N_("assessment rewards the wrong thing")),
    Kind("no_people", "means", N_("too few people")),
    Kind("no_money", "means", N_("too little money")),
    Kind("no_system", "means", N_("no information system")),
    Kind("legacy", "means", N_("inherited from the past"), is_end=False),
    Kind("external", "means", N_("depends on others"), is_end=False),
)
KIND_BY_CODE: Final = {kind.code: kind for kind in KINDS}


@dataclass(frozen=True)
class Why:
    """A live cause as the rule sees it; ``is_raised`` when it was taken to a higher unit or put on the list of matters."""

    pk: int
    parent: int | None
    dimension: str
    leaf: str
    is_raised: bool = False


@dataclass(frozen=True)
class Depth:
    """How far the whys go: causes, the longest chain, and where a chain stops too early."""

    count: int
    depth: int
    bare_attitudes: tuple[int, ...]
    loose_ends: tuple[int, ...]

    @property
    def is_deep_enough(self) -> bool:
        return self.depth >= DEPTH_OF_FLAGGED and not self.bare_attitudes and not self.loose_ends


def depth_of(whys: Sequence[Why]) -> Depth:
    """The depth of a finding's whys, whatever order they come in."""
    above = {why.pk: why.parent for why in whys}
    asked_further = set(above.values())
    ends = [why for why in whys if why.pk not in asked_further]
    return Depth(
        count=len(whys),
        depth=max((_level(why.pk, above) for why in whys), default=0),
        bare_attitudes=tuple(why.pk for why in ends if why.dimension == ATTITUDE),
        loose_ends=tuple(why.pk for why in ends if why.dimension != ATTITUDE and not why.is_raised and not _may_end(why.leaf)),
    )


def _may_end(leaf: str) -> bool:
    """A code that is not known here (from an older list) is nobody's fault."""
    kind = KIND_BY_CODE.get(leaf)
    return kind is None or kind.is_end


def _level(pk: int, above: dict[int, int | None]) -> int:
    """How many whys lead to this one; a chain that bites its tail is counted once round."""
    seen: set[int] = set()
    at: int | None = pk
    while at is not None and at in above and at not in seen:
        seen.add(at)
        at = above[at]
    return len(seen)
