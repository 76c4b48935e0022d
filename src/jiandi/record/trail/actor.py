"""Who acts: a person with duties, or the system itself. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class DutyHeld:
    """A role that a person holds through a post in a unit; for one round, or for all when ``round_id`` is None."""

    role: str
    post_id: int
    unit_id: int
    unit_path: str
    round_id: int | None = None

    def covers_round(self, round_id: int | None) -> bool:
        return self.round_id is None or self.round_id == round_id


@dataclass(frozen=True)
class Actor:
    """The person (or the system, when ``user_id`` is None) behind a write or a read.

    In a single-clerk installation ``stands_for`` is the post whose step the clerk records;
    ``may_stand`` says that this is that clerk.
    """

    user_id: int | None
    name: str
    duties: tuple[DutyHeld, ...] = ()
    zone: str = "intranet"
    stands_for: int | None = None
    may_stand: bool = False

    @property
    def is_system(self) -> bool:
        return self.user_id is None

    @property
    def holder(self) -> str:
        """The identity that independence is tested on: the person, or the post in a single-clerk installation."""
        return f"post:{self.stands_for}" if self.stands_for else f"user:{self.user_id}"

    def roles(self, round_id: int | None = None) -> frozenset[str]:
        return frozenset(d.role for d in self.duties if d.covers_round(round_id))

    def as_seat(self) -> Actor:
        """With the duties of the post stood for alone, if one is."""
        return replace(self, duties=tuple(d for d in self.duties if self.stands_for in (None, d.post_id)))

    def with_zone(self, zone: str) -> Actor:
        return replace(self, zone=zone)


SYSTEM = Actor(user_id=None, name="system", zone="job")
