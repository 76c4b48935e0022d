"""Two people at once on one extension, one transfer, one request: one wins, the other is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.loop.execute import actions
from jiandi.loop.execute.actions import Wanted
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Extension, Finding, FindingParty, Transfer
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import give, make_user
from tests.cast import Cast, make_cast
from tests.races import at_once, losers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(flushable: Any) -> Cast:
    cast = make_cast()
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
    for name, unit in (("deputy", cast.stranger), ("head2", cast.bureau)):
        cast.people[name] = make_user(name)
        give(cast.people[name], unit, roles.HEAD)
    return cast


def asked(cast: Cast) -> Extension:
    day = clock.today() + timedelta(days=90)
    wanted = Wanted(reason="审批未完", wanted_to=day)
    return actions.ask_extension(actor=cast.actor("head"), finding_id=cast.finding.pk, wanted=wanted, version=cast.finding.version)


def test_two_answers_to_one_extension(city: Cast) -> None:
    row = asked(city)
    clerk, director = city.actor("clerk"), city.actor("director")
    found = at_once(
        lambda: actions.grant_extension(actor=director, extension_id=row.pk, version=row.version),
        lambda: actions.refuse_extension(actor=clerk, extension_id=row.pk, reason="理由不足", version=row.version),
    )
    assert len(losers(found)) == 1
    now = Finding.objects.get(pk=city.finding.pk)
    assert (Extension.objects.get().state == "granted") == (now.due != now.first_due)


def test_two_heads_ask_for_one_extension(city: Cast) -> None:
    day, version = clock.today() + timedelta(days=90), city.finding.version
    people = [city.actor("head"), city.actor("head2")]
    wanted = Wanted(reason="审批未完", wanted_to=day)
    found = at_once(
        *(lambda who=who: actions.ask_extension(actor=who, finding_id=city.finding.pk, wanted=wanted, version=version) for who in people)
    )
    assert len(losers(found)) == 1
    assert Extension.objects.count() == 1


def test_two_heads_accept_one_transfer(city: Cast) -> None:
    row = actions.ask_transfer(
        actor=city.actor("head"),
        finding_id=city.finding.pk,
        to_unit_id=city.stranger.pk,
        reason="职责不在我局",
        version=city.finding.version,
    )
    people = [city.actor("outsider"), city.actor("deputy")]
    found = at_once(*(lambda who=who: actions.accept_transfer(actor=who, transfer_id=row.pk, version=row.version) for who in people))
    assert len(losers(found)) == 1
    assert Finding.objects.get(pk=city.finding.pk).lead == city.stranger
    assert FindingParty.objects.filter(finding=city.finding, part="passer").count() == 1


def test_one_accepts_while_the_office_orders_it_elsewhere(city: Cast) -> None:
    row = actions.ask_transfer(
        actor=city.actor("head"),
        finding_id=city.finding.pk,
        to_unit_id=city.stranger.pk,
        reason="职责不在我局",
        version=city.finding.version,
    )
    version = Finding.objects.get(pk=city.finding.pk).version
    order = actions.Order("云政〔2026〕1号", clock.today())
    clerk, outsider = city.actor("clerk"), city.actor("outsider")
    found = at_once(
        lambda: actions.accept_transfer(actor=outsider, transfer_id=row.pk, version=row.version),
        lambda: actions.order_transfer(actor=clerk, finding_id=city.finding.pk, to_unit_id=city.helper.pk, order=order, version=version),
    )
    assert len(losers(found)) == 1
    now = Finding.objects.get(pk=city.finding.pk)
    held = Transfer.objects.filter(state__in=["accepted", "ordered"]).get()
    assert now.lead_id == held.to_unit_id
    assert FindingParty.objects.get(finding=now, part="lead").unit_id == held.to_unit_id
