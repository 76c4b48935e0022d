"""Time, duty and help by key: the same actions, refused for the same reasons, and never on an unseen version."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiandi.base import clock
from jiandi.record.ledger import lifecycle
from jiandi.record.ledger.models import Extension, Finding, Measure, Support, Transfer
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_measure
from tests.cast import Cast
from tests.interfaces.api.program import program

pytestmark = pytest.mark.django_db


def version(cast: Cast) -> int:
    return Finding.objects.get(pk=cast.finding.pk).version


def test_an_extension_is_asked_and_granted_by_key(cast: Cast) -> None:
    head, clerk = program(cast.people["head"]), program(cast.people["clerk"])
    path, day = f"/findings/{cast.finding.pk}/extensions", (clock.today() + timedelta(days=120)).isoformat()
    asked = {"reason": "审批未完", "wanted_to": day}
    assert head.post(path, asked).status_code == 428
    assert clerk.post(path, asked, etag=version(cast)).status_code == 403
    assert program(cast.people["outsider"]).post(path, asked, etag=version(cast)).status_code == 404
    made = head.post(path, asked, etag=version(cast))
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    one = f"/extensions/{made.json()['id']}"
    assert clerk.post(f"{one}/refuse", {"text": ""}, etag=made.json()["version"]).status_code == 422
    assert clerk.post(f"{one}/grant", {}, etag=9).status_code == 409
    granted = clerk.post(f"{one}/grant", {"text": "同意"}, etag=made.json()["version"])
    assert granted.json()["state"] == "granted"
    assert head.post(f"{one}/take_back", {}, etag=granted.json()["version"]).status_code == 422
    assert Extension.objects.get().granted_to == Finding.objects.get(pk=cast.finding.pk).due


def test_a_transfer_is_asked_accepted_and_ordered_by_key(cast: Cast) -> None:
    head, outsider, clerk = (program(cast.people[who]) for who in ("head", "outsider", "clerk"))
    path = f"/findings/{cast.finding.pk}/transfers"
    made = head.post(path, {"unit_id": cast.stranger.pk, "reason": "职责不在我局"}, etag=version(cast))
    assert made.status_code == 201
    one = f"/transfers/{made.json()['id']}"
    assert outsider.post(f"{one}/refuse", {"text": "不是"}, etag=made.json()["version"]).json()["state"] == "refused"
    again = head.post(path, {"unit_id": cast.stranger.pk, "reason": "再请"}, etag=version(cast)).json()
    assert head.post(f"/transfers/{again['id']}/take_back", {}, etag=again["version"]).json()["state"] == "taken_back"
    order = {"kind": "order", "unit_id": cast.helper.pk, "document": "云政〔2026〕3号", "ordered_on": clock.today().isoformat()}
    assert clerk.post(path, order, etag=version(cast)).json()["state"] == "ordered"
    assert Finding.objects.get(pk=cast.finding.pk).lead == cast.helper
    asked = {"kind": "delegation", "unit_id": cast.bureau.pk, "reason": "交办"}
    assert head.post(path, asked, etag=version(cast)).status_code == 403  # only a passer now
    assert list(Transfer.objects.values_list("state", flat=True)) == ["refused", "taken_back", "ordered"]


def test_help_is_asked_promised_and_given_by_key(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    lifecycle.move(measure, "approve", actor=SYSTEM)
    head, outsider = program(cast.people["head"]), program(cast.people["outsider"])
    etag = Measure.objects.get(pk=measure.pk).version
    made = head.post(f"/measures/{measure.pk}/supports", {"unit_id": cast.stranger.pk, "text": "请提供台账"}, etag=etag).json()
    promised = outsider.post(f"/supports/{made['id']}/accept", {}, etag=made["version"]).json()
    assert outsider.post(f"/supports/{made['id']}/give", {"text": "台账已送"}, etag=promised["version"]).json()["state"] == "answered"
    assert head.post(f"/supports/{made['id']}/take_back", {}, etag=promised["version"] + 1).status_code == 422
    assert Support.objects.get().answer == "台账已送"
