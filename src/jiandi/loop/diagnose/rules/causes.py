"""Why it happened: the kinds of cause in the installation's words, the tree, and when one why is not enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from jiandi.base.errors import BadInput, Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger import whys
from jiandi.record.ledger.whys import ATTITUDE, DEPTH_OF_FLAGGED, DIMENSIONS, KIND_BY_CODE, KINDS, Kind

__all__ = [
    "ATTITUDE",
    "BEFORE_APPROVAL",
    "DEPTH_OF_FLAGGED",
    "DIMENSIONS",
    "KINDS",
    "KIND_BY_CODE",
    "WRITABLE",
    "Kind",
    "Node",
    "Own",
    "Taxonomy",
    "check_kind",
    "flat",
    "new_node",
    "still_asked",
    "subtree",
    "taxonomy",
    "tree",
]

WRITABLE: Final = ("registered", "reopened", "planned", "in_progress", "basically_done", "long_term")
BEFORE_APPROVAL: Final = ("registered", "reopened")
QUOTED: Final = 40


@dataclass(frozen=True)
class Own:
    """What an installation says of a dimension or kind: its own word (empty: the product's), and whether it is offered."""

    word: str = ""
    is_offered: bool = True
    version: int = 0


@dataclass(frozen=True)
class Taxonomy:
    """Dimensions and kinds in the words of the installation. Every code stays, so that old causes are always read."""

    dimensions: Mapping[str, str]
    kinds: tuple[Kind, ...]

    def word_of(self, leaf: str) -> str:
        return next((kind.word for kind in self.kinds if kind.code == leaf), leaf)

    def dimension_word(self, code: str) -> str:
        return self.dimensions.get(code, code)

    def offered(self, dimension: str, keep: str = "") -> list[Kind]:
        """The kinds of a dimension that new causes may have; ``keep`` is the one a cause has already."""
        return [kind for kind in self.kinds if kind.dimension == dimension and (kind.is_offered or kind.code == keep)]


def taxonomy(own: Mapping[str, Own]) -> Taxonomy:
    """The product's list with the installation's words over it."""
    kinds = tuple(_worded(kind, own.get(kind.code, Own())) for kind in KINDS)
    return Taxonomy({code: own.get(code, Own()).word or word for code, word in DIMENSIONS.items()}, kinds)


def _worded(kind: Kind, own: Own) -> Kind:
    return replace(kind, word=own.word or kind.word, is_offered=own.is_offered)


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
    """A cause and the whys below it. Without proof it is only assumed."""

    pk: int
    parent: int | None
    dimension: str
    leaf: str
    text: str
    question: str = ""
    unit: str = ""
    unit_id: int = 0
    version: int = 1
    is_raised: bool = False
    proofs: tuple[tuple[int, str], ...] = ()
    word: str = ""
    dimension_word: str = ""
    level: int = 1
    number: str = ""
    asks_further: str = ""
    children: tuple[Node, ...] = field(default=())

    @property
    def is_assumed(self) -> bool:
        return not self.proofs

    @property
    def below(self) -> int:
        """How many causes hang below this one."""
        return len(flat(self.children))


def tree(nodes: Sequence[Node], *, is_flagged: bool) -> tuple[Node, ...]:
    """Causes as a tree, numbered in the order they were written; where a flagged one stops too early it asks for one more why."""
    below: dict[int | None, list[Node]] = {}
    known = {node.pk for node in nodes}
    for node in nodes:
        below.setdefault(node.parent if node.parent in known else None, []).append(node)
    asking = _asking(nodes) if is_flagged else {}

    def grow(node: Node, level: int, number: str) -> Node:
        children = tuple(grow(child, level + 1, f"{number}.{at}") for at, child in enumerate(below.get(node.pk, []), start=1))
        return replace(node, level=level, number=number, children=children, asks_further=asking.get(node.pk, ""))

    return tuple(grow(node, 1, str(at)) for at, node in enumerate(below.get(None, []), start=1))


def _asking(nodes: Sequence[Node]) -> dict[int, str]:
    depth = whys.depth_of(_whys(nodes))
    return {**dict.fromkeys(depth.bare_attitudes, "attitude"), **dict.fromkeys(depth.loose_ends, "loose")}


def _whys(nodes: Sequence[Node]) -> list[whys.Why]:
    return [whys.Why(node.pk, node.parent, node.dimension, node.leaf, node.is_raised) for node in nodes]


def new_node(kind: Kind, parent: int | None) -> Node:
    """A cause that is being typed: it stands nowhere yet."""
    return Node(0, parent, kind.dimension, kind.code, kind.word)


def flat(roots: Iterable[Node]) -> list[Node]:
    """The tree from top to bottom, as a reader meets it."""
    return [node for root in roots for node in (root, *flat(root.children))]


def subtree(roots: Iterable[Node], pk: int) -> list[Node]:
    """A cause and everything below it, the lowest first."""
    top = next((node for node in flat(roots) if node.pk == pk), None)
    return list(reversed(flat([top]))) if top else []


ENDS_TOO_EARLY: Final = {
    "attitude": N_("“{text}” ends with attitude. Ask once more: what in the work allowed it?"),
    "loose": N_("“{text}” is not in the unit's hands. Ask why once more, or propose it to the office as a cause of a higher unit."),
}


def still_asked(roots: Sequence[Node], *, is_flagged: bool) -> list[Unmet]:
    """What the analysis still lacks: a cause at all; for flagged findings chains that reach something one can act on."""
    nodes = flat(roots)
    if not nodes:
        return [Unmet("cause", N_("There is no cause yet. Write why it could happen."))]
    if not is_flagged:
        return []
    found = []
    if whys.depth_of(_whys(nodes)).depth < DEPTH_OF_FLAGGED:
        found.append(Unmet("depth", N_("This problem is long-standing, recurring or common: ask why at least once more below a cause.")))
    ends = [node for node in nodes if node.asks_further]
    return [*found, *(Unmet(node.asks_further, ENDS_TOO_EARLY[node.asks_further], {"text": node.text[:QUOTED]}) for node in ends)]
