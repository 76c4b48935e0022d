import io

import pytest
from django.core.management import CommandError, call_command

from jiandi.base.errors import BadInput
from jiandi.interfaces.cli import founding
from jiandi.record.accounts import actions, queries
from jiandi.record.accounts.models import User
from jiandi.record.policy import roles

pytestmark = pytest.mark.django_db


def roles_of(name: str) -> frozenset[str]:
    return queries.actor_for(User.objects.get(name=name)).roles()


def test_three_people_hold_the_three_administrators_roles() -> None:
    links = founding.found("City office", is_single_clerk=False)
    assert [link.sign_in_name for link in links] == ["system", "security", "audit", "security-2"]
    assert [roles_of(link.sign_in_name) for link in links] == [
        {roles.SYSTEM_ADMIN},
        {roles.SECURITY_ADMIN},
        {roles.AUDIT_ADMIN},
        {roles.SECURITY_ADMIN},
    ]


def test_a_link_works_once() -> None:
    link = founding.found("City office", is_single_clerk=False)[0]
    user = actions.accept_invitation(secret=link.secret, password="a long enough one")
    assert user.check_password("a long enough one")
    with pytest.raises(BadInput):
        actions.accept_invitation(secret=link.secret, password="another long one")


def test_a_single_clerk_installation_has_a_clerk_beside_them() -> None:
    links = founding.found("County office", is_single_clerk=True)
    assert [link.sign_in_name for link in links] == ["system", "security", "audit", "security-2", "clerk"]
    assert roles_of("clerk") == {roles.CLERK, roles.DIRECTOR}
    assert queries.user_may_stand_for_posts(User.objects.get(name="clerk"))


def test_an_installation_is_founded_once() -> None:
    out = io.StringIO()
    call_command("init", "--name", "City office", "--address", "https://jiandi.city/", stdout=out)
    assert out.getvalue().count("https://jiandi.city/setup/invitation/") == 4
    with pytest.raises(CommandError):
        call_command("init", "--name", "City office")
    assert User.objects.count() == 4
