"""The first act in an empty installation: its own unit, and the people who can let others in."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from jiandi.record.accounts import actions
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.policy import roles
from jiandi.record.regimes import actions as regimes
from jiandi.record.trail.actor import SYSTEM

INVITATION_PATH = "setup/invitation/{secret}/"
SIGN_IN_NAMES = {roles.SYSTEM_ADMIN: "system", roles.SECURITY_ADMIN: "security", roles.AUDIT_ADMIN: "audit"}


@dataclass(frozen=True)
class Link:
    """Who the one-time secret is for."""

    sign_in_name: str
    full_name: str
    secret: str


def found(name: str, *, is_single_clerk: bool) -> list[Link]:
    """Three administrators, apart from each other, and the second security administrator whose word every duty needs;
    in a single-clerk installation also the clerk.
    """
    with transaction.atomic():
        actions.found_installation(name=name, mode="single_clerk" if is_single_clerk else "office")
        unit = actions.add_unit(actor=SYSTEM, name=name)
        regimes.install_seed_profiles(actor=SYSTEM)
        regimes.install_seed_workdays(actor=SYSTEM)
        people = {name: [role] for role, name in SIGN_IN_NAMES.items()}
        people["security-2"] = [roles.SECURITY_ADMIN]
        if is_single_clerk:
            people["clerk"] = [roles.CLERK, roles.DIRECTOR]
        return [_invite(unit, name, held) for name, held in people.items()]


def _invite(unit: Unit, sign_in_name: str, held: list[str]) -> Link:
    title = gettext(roles.TITLES[held[0]])
    user = actions.add_user(actor=SYSTEM, name=sign_in_name, full_name=title)
    for role in held:
        seat = gettext(roles.TITLES[role])
        post = Post.objects.filter(unit=unit, title=seat).first() or actions.add_post(actor=SYSTEM, unit=unit, title=seat)
        actions.give_duty(actor=SYSTEM, user=user, post=post, role=role)
    return Link(sign_in_name, title, actions.create_invitation(actor=SYSTEM, user=user))
