"""Versions are frozen, holidays are installed once, and every write is in the trail."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound
from jiandi.record.regimes import actions, queries, schema
from jiandi.record.regimes.models import PublishedYear, Regime, Workday
from jiandi.record.trail.actor import SYSTEM, Actor, DutyHeld
from jiandi.record.trail.models import TrailEntry

pytestmark = pytest.mark.django_db

DIRECTOR = Actor(1, "director", (DutyHeld("director", post_id=1, unit_id=1, unit_path="0001"),))
LIAISON = Actor(2, "liaison", (DutyHeld("liaison", post_id=2, unit_id=2, unit_path="0002"),))
TEXT = schema.seed_texts()["audit"]
HOLIDAYS_2027 = '[[years]]\nyear = 2027\nsource = "通知"\ndays = [{ day = 2027-01-01, is_workday = false, note = "元旦" }]'


def test_installing_twice_installs_once() -> None:
    assert len(actions.install_seed_profiles(actor=SYSTEM)) == 6
    assert actions.install_seed_profiles(actor=SYSTEM) == []
    assert sorted(Regime.objects.values_list("code", flat=True)) == sorted(schema.seed_texts())
    assert TrailEntry.objects.filter(thing="regime", verb="install_regime").count() == 6


def test_an_installed_version_gives_its_profile_back() -> None:
    actions.install_seed_profiles(actor=SYSTEM)
    found = queries.current("inspection")
    profile = queries.profile_of(found)
    assert profile == schema.parse_profile(schema.seed_texts()["inspection"])
    assert queries.profile_of(queries.current("inspection")) is profile
    assert found.digest == schema.digest(found.body, found.algorithm)


def test_a_text_changed_behind_the_products_back_is_refused() -> None:
    actions.install_seed_profiles(actor=SYSTEM)
    found = queries.current("audit")
    found.body = found.body.replace("94", "95") + "# changed\n"
    with pytest.raises(BadInput) as caught:
        queries.profile_of(found)
    assert caught.value.code == "regime.digest"


def test_a_new_version_gets_the_next_number_and_leaves_the_old_one_alone() -> None:
    actions.install_seed_profiles(actor=SYSTEM)
    old = queries.current("audit")
    new = actions.add_version(actor=DIRECTOR, text=TEXT.replace("length = 90", "length = 60"), follows=1, reason="本地规定60日")
    assert (new.number, queries.profile_of(new).version) == (2, 2)
    assert queries.current("audit") == new
    assert [one.number for one in queries.versions("audit")] == [2, 1]
    assert queries.profile_of(old).phases[1].length == 90
    assert len(queries.in_use()) == 6
    assert actions.install_seed_profiles(actor=SYSTEM) == []


def test_who_writes_from_an_older_version_loses_the_race() -> None:
    actions.add_version(actor=DIRECTOR, text=TEXT, follows=0, reason="first")
    with pytest.raises(Conflict):
        actions.add_version(actor=DIRECTOR, text=TEXT, follows=0, reason="again")


def test_a_retired_version_is_not_in_use() -> None:
    made = actions.add_version(actor=DIRECTOR, text=TEXT, follows=0, reason="first")
    with pytest.raises(Conflict):
        actions.retire_version(actor=DIRECTOR, regime=made, version=9, reason="done")
    actions.retire_version(actor=DIRECTOR, regime=made, version=made.version, reason="done")
    with pytest.raises(NotFound):
        queries.current("audit")
    assert queries.profile_of(made).code == "audit"


def test_holidays_are_installed_once_and_make_the_calendar() -> None:
    assert [one.year for one in actions.install_seed_workdays(actor=SYSTEM)] == [2024, 2025, 2026]
    assert actions.install_seed_workdays(actor=SYSTEM) == []
    calendar = queries.work_calendar()
    assert calendar.published == {2024, 2025, 2026}
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))


def test_a_year_is_published_when_it_is_announced_and_its_days_may_be_corrected() -> None:
    actions.publish_year(actor=DIRECTOR, text=HOLIDAYS_2027)
    with pytest.raises(BadInput):
        actions.publish_year(actor=DIRECTOR, text=HOLIDAYS_2027)
    day = queries.workday(Workday.objects.get().pk)
    actions.set_workday(actor=DIRECTOR, day=day, is_workday=True, note="改为上班", version=day.version)
    assert queries.work_calendar().is_workday(date(2027, 1, 1))
    assert PublishedYear.objects.count() == 1
    with pytest.raises(NotFound):
        queries.workday(0)


CALLS: list[tuple[Any, dict[str, Any]]] = [
    (actions.install_seed_profiles, {}),
    (actions.install_seed_workdays, {}),
    (actions.add_version, {"text": TEXT, "follows": 0, "reason": ""}),
    (actions.publish_year, {"text": HOLIDAYS_2027}),
]


@pytest.mark.parametrize(("action", "given"), CALLS)
def test_a_unit_cannot_change_what_it_is_measured_by(action: Any, given: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        action(actor=LIAISON, **given)
    assert not Regime.objects.exists()
    assert not PublishedYear.objects.exists()
