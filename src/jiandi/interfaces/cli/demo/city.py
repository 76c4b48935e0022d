"""The invented city: its units in four levels, and the people who hold duties in them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

from jiandi.record.accounts import actions, queries
from jiandi.record.accounts.models import Post, Unit, User
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM, Actor

PASSWORD = "yunxi-2026-demo"  # noqa: S105 - printed on purpose: sample data only
OFFICE_FIELDS = ("office", "check", "supervision")
SIGN_INS = {
    "clerk": (("office", "clerk", "整改办办事员"),),
    "director": (("office", "director", "整改办主任"),),
    "verifier": (("check", "verifier", "核查组一组组长"), ("check", "department", "主责部门核验岗一")),
    "verifier2": (("check", "verifier", "核查组二组组长"), ("check", "department", "主责部门核验岗二")),
    "leader": (("office", "leader", "分管副市长"),),
    "supervisor": (("supervision", "supervisor", "监督专员"),),
    "member": (("office", "group_member", "领导小组成员"),),
    "finance": (("finance", "liaison", "财政局联络员"),),
    "finance-head": (("finance", "head", "财政局局长"),),
    "water": (("water", "liaison", "水务局联络员"),),
    "water-head": (("water", "head", "水务局局长"),),
    "sysadmin": (("office", "system_admin", "系统管理员"),),
    "secadmin": (("office", "security_admin", "安全管理员"),),
    "auditor": (("office", "audit_admin", "审计管理员"),),
}


@dataclass
class City:
    """Units by field of work, county bureaus by field, and sign-in names of liaison and head by unit."""

    top: Unit
    bureaus: dict[str, Unit] = field(default_factory=dict)
    counties: dict[str, dict[str, Unit]] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    people: dict[str, User] = field(default_factory=dict)
    liaisons: dict[int, User] = field(default_factory=dict)
    heads: dict[int, User] = field(default_factory=dict)
    _actors: dict[int, Actor] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return self._actor(self.people[name])

    def liaison(self, unit: Unit) -> Actor:
        return self._actor(self.liaisons[unit.pk])

    def head(self, unit: Unit) -> Actor:
        return self._actor(self.heads[unit.pk])

    def _actor(self, user: User) -> Actor:
        """Duties do not change in the half year, so they are read once."""
        if user.pk not in self._actors:
            self._actors[user.pk] = queries.actor_for(user)
        return self._actors[user.pk]


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


def build(since: date) -> City:
    """Units and people; all duties hold from ``since``."""
    plan = load("city.toml")
    city = City(top=actions.add_unit(actor=SYSTEM, name=plan["name"], level="city"))
    for row in plan["bureau"]:
        city.bureaus[row["field"]] = actions.add_unit(
            actor=SYSTEM, name=row["name"], short_name=row["short"], parent=city.top, level="city", field=row["field"]
        )
    fields = {row["name"].removeprefix(plan["name"]): row["field"] for row in plan["bureau"]}
    for row in plan["county"]:
        _county(city, row, fields)
    _people(city, since)
    return city


def _county(city: City, row: dict[str, Any], fields: dict[str, str]) -> None:
    county = actions.add_unit(actor=SYSTEM, name=row["name"], parent=city.top, level="county")
    city.places.append(row["name"])
    bureaus = {}
    for name in row["bureaus"]:
        what = fields[name]
        bureaus[what] = actions.add_unit(actor=SYSTEM, name=row["name"] + name, parent=county, level="county", field=what)
    city.counties[row["name"]] = bureaus
    for name, villages in row["townships"]:
        town = actions.add_unit(actor=SYSTEM, name=name, parent=county, level="township")
        city.places.append(row["name"] + name)
        for village in villages:
            actions.add_unit(actor=SYSTEM, name=village, parent=town, level="village")


def _people(city: City, since: date) -> None:
    """The sample sign-ins have the printed password; all others have none and cannot sign in."""
    for name, duties in SIGN_INS.items():
        city.people[name] = actions.add_user(actor=SYSTEM, name=name, full_name=duties[0][2], password=PASSWORD)
        for what, role, title in duties:
            _duty(city.people[name], city.bureaus[what], role, title, since)
    for what, unit in city.bureaus.items():
        if what not in OFFICE_FIELDS:
            _unit_people(city, unit, city.people.get(what), city.people.get(f"{what}-head"), since)
    for bureaus in city.counties.values():
        for unit in bureaus.values():
            _unit_people(city, unit, None, None, since)


def _unit_people(city: City, unit: Unit, liaison: User | None, head: User | None, since: date) -> None:
    city.liaisons[unit.pk] = liaison or _person(unit, roles.LIAISON, "联络员", since)
    city.heads[unit.pk] = head or _person(unit, roles.HEAD, "主要负责人", since)


def _person(unit: Unit, role: str, title: str, since: date) -> User:
    user = actions.add_user(actor=SYSTEM, name=f"u{unit.pk}-{role}", full_name=f"{unit.label}{title}")
    _duty(user, unit, role, title, since)
    return user


def _duty(user: User, unit: Unit, role: str, title: str, since: date) -> None:
    post = Post.objects.filter(unit=unit, title=title).first() or actions.add_post(actor=SYSTEM, unit=unit, title=title)
    actions.give_duty(actor=SYSTEM, user=user, post=post, role=role, since=since)
