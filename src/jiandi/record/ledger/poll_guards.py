"""What stands in the way of opening and closing a poll. No Django here; see ``guards``."""

from __future__ import annotations

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger.facts import PollFacts


def open_poll(p: PollFacts) -> list[Unmet]:
    found = [Unmet("links", N_("“{group}” has no links yet. Print them first."), {"group": name}) for name in p.without_links]
    if not p.groups:
        found.append(Unmet("groups", N_("Nobody is asked. Add a group.")))
    if p.ends_on < p.today:
        found.append(Unmet("ends_on", N_("The poll would end before it begins. Choose another day.")))
    return found


def close_poll(p: PollFacts) -> list[Unmet]:
    return [] if p.answered else [Unmet("answers", N_("Nobody has answered yet. A poll without answers says nothing."))]
