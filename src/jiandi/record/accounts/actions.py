"""Writes about units, posts, people and duties."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from jiandi.base import clock, digests
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import (
    STEP,
    Duty,
    Installation,
    Invitation,
    Post,
    Token,
    Unit,
    UnitAlias,
    UnitSpan,
    User,
    end_of_subtree,
)
from jiandi.record.policy import administrators, decide, roles
from jiandi.record.trail import writing
from jiandi.record.trail.actor import SYSTEM, Actor

INVITATION_DAYS = 7


def add_unit(*, actor: Actor, name: str, parent: Unit | None = None, level: str = "city", short_name: str = "", field: str = "") -> Unit:
    """A new unit below ``parent``, at the end of its siblings."""
    decide.require(actor, "accounts.change_units")
    with transaction.atomic():
        unit = Unit(name=name, short_name=short_name, level=level, field=field, parent=parent, path=_free_path(parent))
        writing.create(unit, actor=actor, verb="add_unit")
        writing.attach([UnitSpan(unit=unit, name=name, path=unit.path, since=clock.today())])
    return unit


def _free_path(parent: Unit | None) -> str:
    siblings = Unit.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True)
    last = siblings.first()
    number = int(last[-STEP:]) + 1 if last else 1
    if number >= 10**STEP - 1:
        raise RuleBroken("accounts.too_many_units", N_("One unit can have at most 9,998 units below it. Add a level between."))
    return (parent.path if parent else "") + str(number).zfill(STEP)


def move_unit(*, actor: Actor, unit: Unit, parent: Unit | None, version: int) -> Unit:
    """Put a unit, with all below it, under another parent; its past stays readable in its spans."""
    decide.require(actor, "accounts.change_units")
    with transaction.atomic():
        writing.expect_version(unit, version)
        if parent and parent.path.startswith(unit.path):
            raise RuleBroken("accounts.circle", N_("A unit cannot stand below itself. Choose another parent."))
        old, new = unit.path, _free_path(parent)
        writing.change(unit, {"parent_id": parent.pk if parent else None, "path": new}, actor=actor, verb="move_unit")
        _close_span(unit, unit.name, new)
        for below in Unit.objects.filter(path__gte=old, path__lt=end_of_subtree(old)).exclude(pk=unit.pk):
            path = new + below.path[len(old) :]
            writing.change(below, {"path": path}, actor=actor, verb="move_unit")
            _close_span(below, below.name, path)
    return unit


def rename_unit(*, actor: Actor, unit: Unit, name: str, short_name: str, version: int) -> Unit:
    """A new name from today; the old one stays as an alias for documents."""
    decide.require(actor, "accounts.change_units")
    with transaction.atomic():
        writing.expect_version(unit, version)
        old = unit.name
        writing.change(unit, {"name": name, "short_name": short_name}, actor=actor, verb="rename_unit")
        _close_span(unit, name, unit.path)
        if not UnitAlias.objects.filter(unit=unit, name=old).exists():
            writing.attach([UnitAlias(unit=unit, name=old)])
    return unit


def _close_span(unit: Unit, name: str, path: str) -> None:
    UnitSpan.objects.filter(unit=unit, until__isnull=True).update(until=clock.today())
    writing.attach([UnitSpan(unit=unit, name=name, path=path, since=clock.today())])


def add_aliases(*, actor: Actor, unit: Unit, names: list[str]) -> None:
    decide.require(actor, "accounts.change_units")
    with transaction.atomic():
        known = set(unit.aliases.values_list("name", flat=True)) | {unit.name, unit.short_name}
        fresh = sorted({n.strip() for n in names if n.strip()} - known)
        writing.attach([UnitAlias(unit=unit, name=name) for name in fresh])
        if fresh:
            writing.note(unit, actor=actor, verb="add_aliases", names="、".join(fresh))


def add_post(*, actor: Actor, unit: Unit, title: str) -> Post:
    decide.require(actor, "accounts.change_units")
    with transaction.atomic():
        return writing.create(Post(unit=unit, title=title), actor=actor, verb="add_post")


def add_post_for_duty(*, actor: Actor, unit: Unit, title: str) -> Post:
    """A post that a new duty needs; whoever may give duties may name it."""
    decide.require(actor, "accounts.give_duty")
    with transaction.atomic():
        return writing.create(Post(unit=unit, title=title), actor=actor, verb="add_post")


def add_seat(*, actor: Actor, unit: Unit, title: str, role: str) -> Post:
    """A post with its role, held by nobody who signs in: in a single-clerk installation the clerk records its steps."""
    decide.require(actor, "accounts.change_units")
    if role not in roles.BUSINESS:
        raise RuleBroken("accounts.no_seat", N_("An administrator's duty is held by a person who signs in. Give it to somebody."))
    if not _is_single_clerk():
        raise RuleBroken("accounts.not_single", N_("Only a single-clerk installation records other posts' steps."))
    with transaction.atomic():
        post = writing.create(Post(unit=unit, title=title), actor=actor, verb="add_post")
        holder = User(name=f"post-{post.pk}", full_name=f"{unit.label}{title}", is_active=False)
        holder.set_unusable_password()
        writing.create(holder, actor=actor, verb="add_seat")
        writing.create(Duty(user=holder, post=post, role=role, since=clock.today()), actor=actor, verb="give_duty")
    return post


def add_user(*, actor: Actor, name: str, full_name: str, email: str = "", password: str | None = None) -> User:
    """A new person without any duty; without a password they need an invitation."""
    decide.require(actor, "accounts.add_user")
    if User.objects.filter(name=name).exists():
        raise BadInput("accounts.name_taken", N_("The sign-in name {name} is taken. Choose another."), name=name)
    with transaction.atomic():
        user = User(name=name, full_name=full_name, email=email)
        user.set_password(password) if password else user.set_unusable_password()
        return writing.create(user, actor=actor, verb="add_user")


def lock_user(*, actor: Actor, user: User, version: int, reason: str) -> User:
    """A person who left can no longer sign in; duties are handed over separately."""
    decide.require(actor, "accounts.lock_user")
    with transaction.atomic():
        writing.expect_version(user, version)
        writing.change(user, {"is_active": False}, actor=actor, verb="lock_user", reason=reason)
    return user


def give_duty(*, actor: Actor, user: User, post: Post, role: str, round_id: int | None = None, since: date | None = None) -> Duty:
    """Give a duty; it holds only after a second person confirmed it (except in a single-clerk installation)."""
    decide.require(actor, "accounts.give_duty")
    held = frozenset(Duty.objects.filter(user=user, until__isnull=True).values_list("role", flat=True))
    other = administrators.clash(held, role, is_single_clerk=_is_single_clerk())
    if other:
        raise RuleBroken(
            "accounts.duties_clash",
            N_("{name} is already {held} and cannot also be {wanted}. Give the duty to another person."),
            name=user.full_name,
            held=roles.TITLES[other],
            wanted=roles.TITLES[role],
        )
    if Duty.objects.filter(user=user, post=post, role=role, round_id=round_id, until__isnull=True).exists():
        raise BadInput("accounts.duty_held", N_("{name} already holds this duty. Choose another role or post."), name=user.full_name)
    with transaction.atomic():
        duty = Duty(user=user, post=post, role=role, round_id=round_id, since=since or clock.today())
        if not actor.is_system and not _is_single_clerk():
            duty.given_by_id = actor.user_id
        return writing.create(duty, actor=actor, verb="give_duty")


def confirm_duty(*, actor: Actor, duty: Duty, version: int) -> Duty:
    """The second person's word."""
    decide.require(actor, "accounts.confirm_duty")
    with transaction.atomic():
        writing.expect_version(duty, version)
        if duty.given_by_id == actor.user_id:
            raise RuleBroken("accounts.second_person", N_("You gave this duty; another security administrator confirms it."))
        if duty.confirmed_by_id or not duty.given_by_id or duty.until:
            raise RuleBroken("accounts.nothing_to_confirm", N_("This duty waits for nobody's word. Load the page again."))
        writing.change(duty, {"confirmed_by_id": actor.user_id}, actor=actor, verb="confirm_duty")
    return duty


def end_duty(*, actor: Actor, duty: Duty, version: int, reason: str) -> Duty:
    decide.require(actor, "accounts.end_duty")
    with transaction.atomic():
        writing.expect_version(duty, version)
        writing.change(duty, {"until": clock.today() - timedelta(days=1)}, actor=actor, verb="end_duty", reason=reason)
    return duty


def found_installation(*, name: str, mode: str) -> Installation:
    """The first act of all; only once."""
    if Installation.objects.exists():
        raise RuleBroken("accounts.founded", N_("This installation has been set up already. Sign in instead."))
    with transaction.atomic():
        return writing.create(Installation(name=name, mode=mode), actor=SYSTEM, verb="found")


def declare_formal_use(*, actor: Actor, version: int) -> Installation:
    """From today this installation counts; the single-clerk way of working ends."""
    decide.require(actor, "accounts.give_duty")
    with transaction.atomic():
        installation = Installation.objects.first()
        if installation is None:
            raise RuleBroken("accounts.not_founded", N_("This installation has not been set up yet. Set it up first."))
        writing.expect_version(installation, version)
        fields = {"mode": "office", "formal_since": clock.today()}
        writing.change(installation, fields, actor=actor, verb="declare_formal_use")
    return installation


def _is_single_clerk() -> bool:
    return Installation.objects.filter(mode="single_clerk").exists()


def create_invitation(*, actor: Actor, user: User) -> str:
    """A one-time secret with which the person sets a first password; only its digest is kept."""
    decide.require(actor, "accounts.reset_password")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        expires = clock.now() + timedelta(days=INVITATION_DAYS)
        writing.attach([Invitation(user=user, secret_digest=_digest(secret), expires_at=expires)])
        writing.note(user, actor=actor, verb="invite")
    return secret


def accept_invitation(*, secret: str, password: str) -> User:
    """Use a one-time link."""
    with transaction.atomic():
        found = Invitation.objects.select_for_update().filter(
            Q(secret_digest=_digest(secret)), used_at__isnull=True, expires_at__gt=clock.now(), user__is_active=True
        )
        invitation = found.select_related("user").first()
        if invitation is None:
            raise BadInput("accounts.link_used", N_("This link was used or has expired. Ask the system administrator for a new one."))
        Invitation.objects.filter(pk=invitation.pk).update(used_at=clock.now())
        user = invitation.user
        user.set_password(password)
        writing.change(user, {"password": user.password}, actor=SYSTEM, verb="set_password")
    return user


def make_token(*, actor: Actor, user: User, label: str, scopes: str = "read", days: int = 90) -> str:
    """A key for a program; the secret is shown once. People make their own."""
    if actor.user_id != user.pk and not actor.is_system:
        raise RuleBroken("accounts.own_token", N_("Keys are made by the person who answers for them. Sign in as that person."))
    secret = "jd_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = Token(user=user, label=label, scopes=scopes, secret_digest=_digest(secret), expires_at=clock.now() + timedelta(days=days))
        writing.create(token, actor=actor, verb="make_token")
    return secret


def end_token(*, actor: Actor, token: Token) -> None:
    if actor.user_id != token.user_id:
        raise RuleBroken("accounts.own_token", N_("Keys are made by the person who answers for them. Sign in as that person."))
    with transaction.atomic():
        writing.change(token, {"ended_at": clock.now()}, actor=actor, verb="end_token")


def touch_token(token: Token) -> None:
    """When a key was last used, to the hour; not an event of the trail."""
    hour = timedelta(hours=1)
    if token.last_used_at is None or clock.now() - token.last_used_at > hour:
        Token.objects.filter(pk=token.pk).update(last_used_at=clock.now())


def token_digest(secret: str) -> str:
    return _digest(secret)


def _digest(secret: str) -> str:
    return digests.digest("sha256", secret.encode())
