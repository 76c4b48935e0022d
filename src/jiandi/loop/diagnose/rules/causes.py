"""Why it happened and where else it is: the kinds of cause, when one why is not enough, what answers add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from jiandi.base.errors import BadInput, Unmet
from jiandi.base.text.words import N_

ATTITUDE: Final = "attitude"
DEPTH_OF_FLAGGED: Final = 2
WRITABLE: Final = ("registered", "reopened", "planned", "in_progress", "basically_done", "long_term")
BEFORE_APPROVAL: Final = ("registered", "reopened")


@dataclass(frozen=True)
class Kind:
    """One kind of cause; the code is stable, the word may change."""

    code: str
    dimension: str
    word: str


DIMENSIONS: Final[dict[str, str]] = {
    "attitude": N_("attitude and duty"),
    "leadership": N_("leading officials"),
    "mechanism": N_("systems and rules"),
    "means": N_("people, money, means"),
}
KINDS: Final = (
    Kind("misjudged", "attitude", N_("its weight was misjudged")),
    Kind("no_ownership", "attitude", N_("nobody took it on")),
    Kind("drifting", "attitude", N_("work stayed on the surface")),
    Kind("get_by", "attitude", N_("content with getting by")),
    Kind("unskilled", "attitude", N_("skill was lacking")),
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
    Kind("legacy", "means", N_("inherited from the past")),
    Kind("external", "means", N_("depends on others")),
)
KIND_BY_CODE: Final = {kind.code: kind for kind in KINDS}


def check_kind(dimension: str, leaf: str) -> None:
    """Refuse a kind of cause that is not in the list, or stands under another dimension."""
    kind = KIND_BY_CODE.get(leaf)
    if kind is None:
        raise BadInput("cause.kind", N_("“{leaf}” is not a kind of cause. Choose one from the list."), leaf=leaf)
    if kind.dimension != dimension:
        raise BadInput(
            "cause.dimension",
            N_("“{kind}” belongs to “{right}”, not to “{wrong}”. Choose both again."),
            kind=kind.word,
            right=DIMENSIONS[kind.dimension],
            wrong=DIMENSIONS.get(dimension, dimension),
        )


@dataclass(frozen=True)
class Node:
    """A cause and the whys below it."""

    pk: int
    parent: int | None
    dimension: str
    leaf: str
    text: str
    question: str = ""
    unit: str = ""
    unit_id: int = 0
    version: int = 1
    level: int = 1
    asks_further: bool = False
    children: tuple[Node, ...] = field(default=())

    @property
    def word(self) -> str:
        kind = KIND_BY_CODE.get(self.leaf)
        return kind.word if kind else self.leaf

    @property
    def dimension_word(self) -> str:
        return DIMENSIONS.get(self.dimension, self.dimension)


def tree(nodes: Sequence[Node], *, is_flagged: bool) -> tuple[Node, ...]:
    """Causes as a tree, in the order they were written; a node of attitude that ends a branch asks for one more why."""
    below: dict[int | None, list[Node]] = {}
    known = {node.pk for node in nodes}
    for node in nodes:
        below.setdefault(node.parent if node.parent in known else None, []).append(node)

    def grow(node: Node, level: int) -> Node:
        children = tuple(grow(child, level + 1) for child in below.get(node.pk, []))
        asks = is_flagged and node.dimension == ATTITUDE and not children
        return replace(node, level=level, children=children, asks_further=asks)

    return tuple(grow(node, 1) for node in below.get(None, []))


def flat(roots: Iterable[Node]) -> list[Node]:
    """The tree from top to bottom, as a reader meets it."""
    return [node for root in roots for node in (root, *flat(root.children))]


def still_asked(roots: Sequence[Node], *, is_flagged: bool) -> list[Unmet]:
    """What the analysis still lacks: a cause at all; for flagged findings a second level and no bare attitude."""
    nodes = flat(roots)
    if not nodes:
        return [Unmet("cause", N_("There is no cause yet. Write why it could happen."))]
    if not is_flagged:
        return []
    found = []
    if max(node.level for node in nodes) < DEPTH_OF_FLAGGED:
        found.append(Unmet("depth", N_("This problem is long-standing, recurring or common: ask why at least once more below a cause.")))
    found += [
        Unmet("attitude", N_("“{text}” ends with attitude. Ask once more: what in the work allowed it?"), {"text": node.text[:40]})
        for node in nodes
        if node.asks_further
    ]
    return found
