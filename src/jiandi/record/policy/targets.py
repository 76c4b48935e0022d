"""What policy needs to know of a record: plain data, made by the caller from rows it has loaded anyway."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """A record as policy sees it.

    ``parties`` are (part, path of the unit) pairs of the finding it belongs to; ``unit_path`` is the one unit a
    thing without finding belongs to (a campaign answer, a plan); ``leader_post_id`` the leader in charge.
    """

    round_id: int | None = None
    parties: tuple[tuple[str, str], ...] = ()
    unit_path: str = ""
    leader_post_id: int | None = None

    def paths(self, *parts: str) -> tuple[str, ...]:
        return tuple(path for part, path in self.parties if part in parts)


NOWHERE = Target()


@dataclass(frozen=True)
class Rule:
    """Who may: any of ``roles``, standing in ``relation`` to the record."""

    roles: frozenset[str]
    relation: str
    parts: tuple[str, ...] = field(default=("lead",))
