"""Who sees what, against a plain definition of rules.md §6; and every place that counts agrees with every place that lists."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import counters, listing, scope, write
from jiandi.record.ledger.models import Counter, Finding, FindingParty, Measure, Round
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM, Actor, DutyHeld
from tests.builders import make_finding, make_measure, make_post, make_round, make_unit
from tests.cast import DUTIES, Cast
from tests.interfaces.api.program import program

WIDE = {roles.CLERK, roles.DIRECTOR, roles.SUPERVISOR, roles.GROUP_MEMBER, roles.TEAM_MEMBER}
BY_UNIT = {roles.LIAISON, roles.HEAD, roles.VERIFIER, roles.DEPARTMENT, roles.LEADER}


def may_see(actor: Actor, finding: Finding, paths: list[str]) -> bool:
    """rules.md §6 in plain words. ``paths`` are those of the units that have a part in the finding."""
    for duty in (d for d in actor.duties if d.round_id in (None, finding.round_id)):
        if duty.role in WIDE:
            return True
        if duty.role in BY_UNIT and any(path.startswith(duty.unit_path) for path in paths):
            return True
        if duty.role == roles.LEADER and finding.leader_post_id == duty.post_id:
            return True
    return False


class City:
    """A random tree of units, two rounds, findings with random parties, and posts."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.units: list[Unit] = [make_unit()]
        for _ in range(12):
            self.units.append(make_unit(parent=dice.choice([None, *self.units])))
        self.posts: list[Post] = [make_post(dice.choice(self.units)) for _ in range(4)]
        self.rounds: list[Round] = [make_round(self.units[0]) for _ in range(2)]
        self.findings = [self._finding() for _ in range(14)]

    def _finding(self) -> Finding:
        lead, *more = self.dice.sample(self.units, 4)
        finding = make_finding(self.dice.choice(self.rounds), lead, leader_post=self.dice.choice([None, *self.posts]))
        parts = self.dice.sample(["passer", "support", "share", "verifier"], self.dice.randint(0, 3))
        write.attach([FindingParty(finding=finding, unit=unit, part=part) for unit, part in zip(more, parts, strict=False)])
        return finding

    def actor(self) -> Actor:
        duties = []
        for _ in range(self.dice.randint(0, 3)):
            unit, post = self.dice.choice(self.units), self.dice.choice(self.posts)
            round_id = self.dice.choice([None, *[r.pk for r in self.rounds]])
            duties.append(DutyHeld(self.dice.choice(roles.ALL), post.pk, unit.pk, unit.path, round_id))
        return Actor(1, "某人", tuple(duties))

    def paths(self, finding: Finding) -> list[str]:
        return list(finding.parties.values_list("unit__path", flat=True))


@pytest.mark.parametrize("seed", range(4))
def test_what_one_sees_is_what_the_rules_say(db: None, seed: int) -> None:
    city = City(Random(seed))
    paths = {f.pk: city.paths(f) for f in city.findings}
    seen = 0
    for _ in range(60):
        actor = city.actor()
        wanted = {f.pk for f in city.findings if may_see(actor, f, paths[f.pk])}
        found = list(Finding.objects.visible_to(actor).values_list("pk", flat=True))
        assert sorted(found) == sorted(wanted), actor.duties
        rounds = set(Round.objects.filter(scope.visible_rounds(actor)).values_list("pk", flat=True))
        assert rounds >= {f.round_id for f in city.findings if f.pk in wanted}
        seen += bool(wanted)
    assert seen > 10


def test_a_moved_unit_takes_its_view_along(db: None) -> None:
    old, new = make_unit(), make_unit()
    child = make_unit(parent=old)
    finding = make_finding(make_round(), child)
    seen = {}
    accounts.move_unit(actor=SYSTEM, unit=child, parent=new, version=child.version)
    for unit in (old, new):
        actor = Actor(1, "某人", (DutyHeld(roles.HEAD, 1, unit.pk, unit.path),))
        seen[unit.pk] = Finding.objects.visible_to(actor).filter(pk=finding.pk).exists()
    assert seen == {old.pk: False, new.pk: True}


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Findings of several leads and states, some without lead, one in another round."""
    for n, unit in enumerate((cast.bureau, cast.stranger, cast.helper, cast.bureau)):
        finding = make_finding(cast.round, unit, title=f"第{n}个问题")
        make_measure(finding)
        write.change(finding, {"state": "planned", "is_said": n % 2 == 0}, actor=SYSTEM, verb="edit")
    make_finding(cast.round)
    make_finding(make_round(cast.city), cast.stranger)
    return cast


@pytest.mark.parametrize("who", DUTIES)
def test_list_count_figures_search_api_and_kept_counters_agree(busy: Cast, who: str) -> None:
    actor, plain = busy.actor(who), listing.Filters()
    listed = [row.pk for row in listing.rows(actor, None, plain)[0]]
    exported = [f.pk for f in listing.filtered(actor, None, plain).order_by("due", "pk").iterator()]
    assert (listed, len(set(listed))) == (exported, len(listed))
    assert listing.total(actor, None, plain) == (len(listed), False)
    found = [row.pk for row in listing.rows(actor, None, listing.Filters(words="项目资金"))[0]]
    assert set(found) <= set(listed)
    answer = program(busy.people[who]).get("/findings").json()
    assert ([line["id"] for line in answer["items"]], answer["count"]) == (listed, len(listed))
    for round_ in Round.objects.filter(scope.visible_rounds(actor)):
        in_round = Finding.objects.visible_to(actor).filter(round=round_)
        totals = figures.totals_of(actor, round_.pk)
        assert totals.total == in_round.count() == listing.total(actor, round_.pk, plain)[0]
        assert totals.rates.said.k == in_round.exclude(state="withdrawn").filter(is_said=True).count()
        assert sum(row.totals.total for row in figures.totals_by_unit(actor, round_.pk)) == totals.total
    measures = {line["id"] for line in program(busy.people[who]).get("/measures").json()["items"]}
    assert measures == set(Measure.objects.filter(findings__in=listed).values_list("pk", flat=True))
    assert counters.rebuild() == 0


def test_administrators_see_no_business_content(busy: Cast) -> None:
    for who in ("system", "security", "auditor"):
        actor = busy.actor(who)
        assert not Finding.objects.visible_to(actor).exists()
        assert not Measure.objects.visible_to(actor).exists()
        assert not Round.objects.filter(scope.visible_rounds(actor)).exists()


def test_a_search_finds_nothing_of_what_one_may_not_see(busy: Cast) -> None:
    words = listing.Filters(words="第1个问题")
    assert listing.rows(busy.actor("clerk"), None, words)[0]
    assert listing.rows(busy.actor("head"), None, words) == ([], False)
    assert listing.total(busy.actor("head"), None, words) == (0, False)


class TestSql:
    @pytest.fixture
    def head(self, cast: Cast) -> Actor:
        return cast.actor("head")

    def sql(self, actor: Actor) -> str:
        with CaptureQueriesContext(connection) as caught:
            list(Finding.objects.visible_to(actor).values_list("pk", flat=True))
        return str(caught.captured_queries[-1]["sql"])

    def test_the_unit_branch_is_a_range_in_a_subquery(self, head: Actor) -> None:
        sql = self.sql(head)
        assert "LIKE" not in sql.upper()
        assert sql.upper().count("SELECT") == 2
        assert " OR " not in sql.upper()
        assert "path" in sql
        assert ">=" in sql

    def test_two_units_are_two_ranges_over_one_join(self, cast: Cast) -> None:
        duties = tuple(DutyHeld(roles.HEAD, 1, u.pk, u.path) for u in (cast.bureau, cast.helper))
        sql = self.sql(Actor(1, "某人", duties)).upper()
        assert (sql.count("JOIN"), sql.count("SELECT"), "LIKE" in sql) == (1, 2, False)

    def test_its_length_does_not_grow_with_the_findings(self, cast: Cast) -> None:
        actors = [cast.actor(who) for who in DUTIES]
        before = [len(self.sql(a)) if not _sees_nothing(a) else 0 for a in actors]
        for _ in range(30):
            make_finding(cast.round, cast.bureau)
        assert [len(self.sql(a)) if not _sees_nothing(a) else 0 for a in actors] == before

    def test_a_unit_below_another_adds_no_range_of_its_own(self, cast: Cast) -> None:
        duties = tuple(DutyHeld(roles.HEAD, 1, u.pk, u.path) for u in (cast.city, cast.bureau, cast.helper))
        assert scope.unit_paths(Actor(1, "某人", duties)) == [cast.city.path]


def _sees_nothing(actor: Actor) -> bool:
    return not actor.roles() & roles.BUSINESS


def test_a_duty_of_one_round_opens_no_other(busy: Cast) -> None:
    other = Round.objects.exclude(pk=busy.round.pk).get()
    duty = DutyHeld(roles.CLERK, 1, busy.office.pk, busy.office.path, other.pk)
    actor = Actor(1, "某人", (duty,))
    assert {f.round_id for f in Finding.objects.visible_to(actor)} == {other.pk}
    assert set(scope.wide_rounds(actor)) == {other.pk}
    assert Counter.objects.filter(round=other).exists()


def test_a_unit_duty_of_one_round_opens_no_other(busy: Cast) -> None:
    """A liaison appointed for one inspection reads nothing of another one."""
    other = Round.objects.exclude(pk=busy.round.pk).get()
    seen: Any = {}
    for round_id in (None, busy.round.pk, other.pk):
        duty = DutyHeld(roles.HEAD, 1, busy.stranger.pk, busy.stranger.path, round_id)
        found = Finding.objects.visible_to(Actor(1, "某人", (duty,)))
        seen[round_id] = {f.round_id for f in found}
    assert seen == {None: {busy.round.pk, other.pk}, busy.round.pk: {busy.round.pk}, other.pk: {other.pk}}
