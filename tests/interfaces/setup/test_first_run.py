"""The first hour: one clerk alone, and people who come by a one-time link."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base.errors import RuleBroken
from jiandi.record.accounts import actions, queries
from jiandi.record.accounts.models import Duty, Installation, Unit, User
from jiandi.record.ledger.models import Round
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import as_actor, make_post, make_unit, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "cloud-river-2026"
FOUNDING = {
    "installation": "云溪市整改办",
    "unit": "云溪市",
    "full_name": "王敏",
    "name": "wang",
    "password": PASSWORD,
    "units": "市水务局\n  排水所\n市财政局，财政局",
}


def found() -> Client:
    client = Client()
    assert client.post(reverse("setup:first"), FOUNDING).status_code == 302
    return client


def test_one_person_founds_the_installation_and_is_signed_in():
    client = found()
    assert Installation.objects.get().is_single_clerk
    held = set(Duty.objects.filter(user__name="wang").values_list("role", flat=True))
    assert held == {roles.CLERK, roles.DIRECTOR}
    assert Unit.objects.get(name="排水所").parent == Unit.objects.get(name="市水务局")
    assert client.get(reverse("setup:rounds")).status_code == 200


def test_an_installation_is_founded_once():
    found()
    again = Client().post(reverse("setup:first"), FOUNDING | {"name": "li"})
    assert again.status_code == 302
    assert not User.objects.filter(name="li").exists()


def test_a_weak_password_founds_nothing():
    answer = Client().post(reverse("setup:first"), FOUNDING | {"password": "1234567890"})
    assert answer.status_code == 422
    assert not Installation.objects.exists()


def test_the_clerk_opens_the_first_round_and_names_who_checks():
    client = found()
    unit = Unit.objects.get(name="云溪市")
    regime = client.get(reverse("setup:rounds")).context["form"].fields["regime"].queryset.get(code="inspection")
    new = {"title": "市委巡察", "code": "XC1", "regime": regime.pk, "unit": unit.pk, "issuer": "省委巡视组"}
    answer = client.post(reverse("setup:rounds"), new | {"level": "upper", "feedback_on": "2026-03-02"})
    opened = Round.objects.get()
    assert answer.headers["location"] == reverse("setup:round", args=[opened.pk])
    checker = Unit.objects.get(name="市财政局")
    client.post(reverse("setup:round", args=[opened.pk]), {"unit": checker.pk, "field": ""})
    assert opened.assignments.get().unit == checker
    assert client.get("/").status_code == 200


def test_a_code_is_used_by_one_round_only():
    client = found()
    unit = Unit.objects.get(name="云溪市")
    regime = client.get(reverse("setup:rounds")).context["form"].fields["regime"].queryset.get(code="inspection")
    new = {
        "title": "巡察",
        "code": "XC1",
        "regime": regime.pk,
        "unit": unit.pk,
        "issuer": "省委",
        "level": "upper",
        "feedback_on": "2026-03-02",
    }
    client.post(reverse("setup:rounds"), new)
    assert client.post(reverse("setup:rounds"), new).status_code == 422
    assert Round.objects.count() == 1


def test_the_single_clerk_stands_for_a_seat_and_acts_as_that_post():
    client = found()
    clerk = User.objects.get(name="wang")
    bureau = Unit.objects.get(name="市水务局")
    seat = actions.add_seat(actor=as_actor(clerk), unit=bureau, title="局长", role=roles.HEAD)
    client.post(reverse("desk:as_post"), {"post": seat.pk})
    actor = queries.actor_for(clerk, stands_for=client.session["stands_for"])
    assert actor.holder == f"post:{seat.pk}"
    assert roles.HEAD in actor.roles()
    client.post(reverse("desk:as_post"), {"post": ""})
    assert "stands_for" not in client.session


def test_a_post_that_is_no_seat_cannot_be_stood_for():
    client = found()
    clerk = User.objects.get(name="wang")
    empty = make_post(make_unit())
    guard = make_post(make_unit())
    actions.give_duty(actor=SYSTEM, user=make_user(), post=guard, role=roles.SECURITY_ADMIN)
    for post in (999_999, empty.pk, guard.pk):
        assert client.post(reverse("desk:as_post"), {"post": post}).status_code == 404
        assert queries.actor_for(clerk, stands_for=post).stands_for is None
    assert client.post(reverse("desk:as_post"), {"post": 10**25}).status_code == 404


def test_no_administrator_has_a_seat():
    found()
    with pytest.raises(RuleBroken, match="no_seat"):
        actions.add_seat(actor=SYSTEM, unit=make_unit(), title="安全管理员", role=roles.SECURITY_ADMIN)


def test_where_people_sign_in_themselves_nobody_stands_for_them():
    actions.found_installation(name="整改办", mode="office")
    with pytest.raises(RuleBroken, match="not_single"):
        actions.add_seat(actor=SYSTEM, unit=make_unit(), title="局长", role=roles.HEAD)


def test_a_link_sets_one_password_and_no_second():
    user = make_user("li")
    url = reverse("setup:invitation", args=[actions.create_invitation(actor=SYSTEM, user=user)])
    first, second = Client(), Client()
    assert second.get(url).status_code == 200
    assert first.post(url, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert first.get(reverse("setup:home")).status_code == 200
    assert second.post(url, {"password": "another-word-77", "again": "another-word-77"}).status_code == 422
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_link_of_a_locked_person_opens_nothing():
    user = make_user("li")
    url = reverse("setup:invitation", args=[actions.create_invitation(actor=SYSTEM, user=user)])
    actions.lock_user(actor=SYSTEM, user=user, version=user.version, reason="调离")
    assert Client().post(url, {"password": PASSWORD, "again": PASSWORD}).status_code == 422


def test_two_different_passwords_use_up_no_link():
    user = make_user("li")
    url = reverse("setup:invitation", args=[actions.create_invitation(actor=SYSTEM, user=user)])
    assert Client().post(url, {"password": PASSWORD, "again": "other-word-2026"}).status_code == 422
    assert Client().post(url, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
