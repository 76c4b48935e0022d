"""Three claims, three people (rules.md §3.1): who may take which part on one measure."""

from __future__ import annotations

from collections.abc import Iterable

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.trail.actor import Actor

DOING, DONE, WELL = "doing", "done", "well"
_WORDS = {
    DOING: N_("did the work or claimed it"),
    DONE: N_("verified that it was done"),
    WELL: N_("verified that it was done well"),
}


def unmet_parts(actor: Actor, wanted: str, parts: Iterable[tuple[str, str]], lead_path: str) -> list[Unmet]:
    """Why ``actor`` may not take part ``wanted``; ``parts`` are (holder, part) already taken, on all measures asked about."""
    found = [
        Unmet("independence.part", N_("You {did} here; this step needs another person."), {"did": _WORDS[part]})
        for holder, part in sorted(set(parts))
        if holder == actor.holder and part != wanted
    ]
    if wanted != DOING and serves_unit(actor, lead_path):
        found.append(Unmet("independence.unit", N_("You hold a duty in the lead unit; somebody outside it must check."), {}))
    return found


def serves_unit(actor: Actor, lead_path: str) -> bool:
    """Whether a duty of the actor lies in the lead unit or below it (in a single-clerk installation: of the post)."""
    return any(d.unit_path.startswith(lead_path) for d in actor.duties if actor.stands_for in (None, d.post_id) and lead_path)


def second_person() -> Unmet:
    """The reason given to somebody who would undo a step of their own."""
    return Unmet("independence.second_person", N_("You took the step before; a second person undoes it."))


def own_request() -> Unmet:
    """The reason given to somebody who would say yes to what they asked for themselves."""
    return Unmet("independence.own_request", N_("You asked for it yourself; the receiver's own head accepts."))
