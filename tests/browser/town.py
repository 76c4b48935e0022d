"""The town that the browser tests work in: units, people by their duty, one round, nothing handed in yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from jiandi.base import clock
from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import Unit, User
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Assignment, Round
from jiandi.record.regimes import actions as regimes
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import as_actor, give, make_round, make_unit, make_user
from tests.cast import DUTIES

PASSWORD = "cloud-river-2026"


@dataclass
class Town:
    """Units and people by their duty."""

    units: dict[str, Unit]
    round: Round
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return as_actor(self.people[name])


def make_town() -> Town:
    """Everybody has an account; only the round is open."""
    city = make_unit("云溪市")
    names = {"office": "市整改办", "bureau": "市水务局", "helper": "市财政局", "audit": "市核查组", "stranger": "市档案馆"}
    units = {"city": city, **{key: make_unit(name, city) for key, name in names.items()}}
    round_ = make_round(city, title="市委第三轮巡察", feedback_on=clock.today() - timedelta(days=10))
    regimes.install_seed_workdays(actor=SYSTEM)
    write.create(Assignment(round=round_, unit=units["audit"], part="verifier"), actor=SYSTEM, verb="assign")
    town = Town(units, round_)
    for name, (unit, role) in DUTIES.items():
        town.people[name] = make_user(name)
        give(town.people[name], units[unit], role)
    accounts.found_installation(name="云溪市整改办", mode="office")
    return town
