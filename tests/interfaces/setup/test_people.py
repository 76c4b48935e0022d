"""People and duties: three administrators apart, and a second person's word."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.record.accounts import actions
from jiandi.record.accounts.models import Duty
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import as_actor, give, make_post, make_unit, make_user

pytestmark = pytest.mark.django_db


def wanted(cast, user, **other):
    return {"user": user.pk, "unit": cast.bureau.pk, "title": "科长", "role": roles.LIAISON, **other}


@pytest.fixture
def second(cast):
    """Another security administrator."""
    user = make_user("security2")
    give(user, cast.office, roles.SECURITY_ADMIN)
    cast.people["security2"] = user
    return user


def test_a_duty_holds_only_after_a_second_persons_word(cast, sign_in, second):
    user = make_user("new")
    assert sign_in("security").post(reverse("setup:duty"), wanted(cast, user)).status_code == 302
    duty = Duty.objects.get(user=user)
    assert as_actor(user).roles() == frozenset()
    confirm = reverse("setup:confirm_duty", args=[duty.pk])
    assert sign_in("security").post(confirm, {"version": duty.version}).status_code == 422
    assert sign_in("security2").post(confirm, {"version": duty.version}).status_code == 302
    assert as_actor(user).roles() == {roles.LIAISON}


def test_the_database_knows_the_second_person_too(cast):
    giver = cast.people["security"]
    duty = Duty(user=make_user(), post=make_post(cast.bureau), role=roles.HEAD, since=clock.today(), given_by=giver, confirmed_by=giver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.bulk_create([duty])


def test_a_confirmed_duty_is_not_confirmed_again(cast, second):
    duty = actions.give_duty(actor=cast.actor("security"), user=make_user(), post=make_post(cast.bureau), role=roles.HEAD)
    actions.confirm_duty(actor=as_actor(second), duty=duty, version=duty.version)
    with pytest.raises(RuleBroken, match="nothing_to_confirm"):
        actions.confirm_duty(actor=as_actor(second), duty=duty, version=duty.version)


@pytest.mark.parametrize("role", sorted(roles.ADMINISTRATORS))
def test_no_person_holds_two_administrator_roles(cast, role):
    for name, held in (("system", roles.SYSTEM_ADMIN), ("security", roles.SECURITY_ADMIN), ("auditor", roles.AUDIT_ADMIN)):
        if held != role:
            with pytest.raises(RuleBroken, match="duties_clash"):
                actions.give_duty(actor=SYSTEM, user=cast.people[name], post=make_post(cast.office), role=role)


def test_the_database_refuses_a_second_administrator_role(cast):
    duty = Duty(user=cast.people["system"], post=make_post(cast.office), role=roles.AUDIT_ADMIN, since=clock.today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.bulk_create([duty])


def test_a_single_clerk_may_not_hold_two_administrator_roles_either(cast):
    actions.found_installation(name="整改办", mode="single_clerk")
    with pytest.raises(RuleBroken, match="duties_clash"):
        actions.give_duty(actor=SYSTEM, user=cast.people["system"], post=make_post(cast.office), role=roles.AUDIT_ADMIN)


@pytest.mark.parametrize(("name", "role"), [("clerk", roles.SYSTEM_ADMIN), ("auditor", roles.CLERK), ("security", roles.SUPERVISOR)])
def test_no_business_beside_an_administrator_role(cast, name, role):
    with pytest.raises(RuleBroken, match="duties_clash"):
        actions.give_duty(actor=SYSTEM, user=cast.people[name], post=make_post(cast.office), role=role)


def test_a_refused_duty_leaves_no_post_behind(cast, sign_in):
    answer = sign_in("security").post(reverse("setup:duty"), wanted(cast, cast.people["auditor"], title="新岗位"))
    assert answer.status_code == 422
    assert not cast.bureau.posts.filter(title="新岗位").exists()


def test_the_same_duty_is_not_given_twice(cast):
    post, user = make_post(cast.bureau), make_user()
    actions.give_duty(actor=SYSTEM, user=user, post=post, role=roles.HEAD)
    with pytest.raises(BadInput, match="duty_held"):
        actions.give_duty(actor=SYSTEM, user=user, post=post, role=roles.HEAD)


def test_an_invalid_form_shows_the_list_of_people_to_no_outsider(sign_in):
    assert sign_in("liaison").post(reverse("setup:duty"), {}).status_code == 403


def test_the_audit_administrator_sees_no_accounts(sign_in):
    assert sign_in("auditor").get(reverse("setup:people")).status_code == 403


@pytest.mark.parametrize("version", ["", "x", "²", "0"])
def test_a_form_without_a_usable_version_is_stale(cast, sign_in, version):
    duty = Duty.objects.get(user=cast.people["liaison"])
    assert sign_in("security").post(reverse("setup:end_duty", args=[duty.pk]), {"version": version}).status_code == 409
    duty.refresh_from_db()
    assert duty.until is None


def test_an_ended_duty_holds_no_more(cast, sign_in):
    duty = Duty.objects.get(user=cast.people["liaison"])
    sign_in("security").post(reverse("setup:end_duty", args=[duty.pk]), {"version": duty.version})
    assert cast.actor("liaison").roles() == frozenset()


def test_the_system_administrator_adds_people_and_hands_out_links(cast, sign_in):
    client = sign_in("system")
    assert client.post(reverse("setup:people"), {"name": "zhao", "full_name": "赵", "email": ""}).status_code == 302
    assert client.post(reverse("setup:people"), {"name": "zhao", "full_name": "赵", "email": ""}).status_code == 422
    answer = client.post(reverse("setup:link", args=[cast.people["liaison"].pk]))
    assert "/setup/invitation/" in answer.content.decode()


def test_units_from_lines_are_all_or_none(cast, sign_in):
    lines = "一局\n  一科\n  二科\n二局，二"
    sign_in("clerk").post(reverse("setup:units"), {"lines": lines, "level": "city", "parent": cast.city.pk})
    made = make_unit("对照", cast.city)
    assert [u.name for u in type(made).objects.filter(parent__name="一局")] == ["一科", "二科"]
    assert sign_in("liaison").post(reverse("setup:units"), {"lines": "三局", "level": "city"}).status_code == 403
    assert not type(made).objects.filter(name="三局").exists()
