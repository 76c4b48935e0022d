"""Units as a tree with a past, posts in them, people, and the duties that join the three."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiandi.record.policy import roles
from jiandi.record.trail.models import Recorded

STEP = 4
DEEPEST = 12


class Unit(Recorded):
    """An organisation. ``path`` is four digits per level; a subtree is the range path ≤ x < end_of_subtree."""

    LEVELS: ClassVar = [
        ("province", _("province")),
        ("city", _("city")),
        ("county", _("county or district")),
        ("township", _("township or street")),
        ("village", _("village or community")),
    ]
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=LEVELS, default="city")
    field = models.CharField(_("field of work"), max_length=60, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=STEP * DEEPEST, unique=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="unit_has_name"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def depth(self) -> int:
        return len(self.path) // STEP


def end_of_subtree(path: str) -> str:
    """The first path behind a subtree: the next number of the same width (digits sort alike on every database)."""
    return str(int(path) + 1).zfill(len(path))


class UnitAlias(models.Model):
    """Another name by which documents call a unit."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="alias_once_per_unit")]

    def __str__(self) -> str:
        return self.name


class UnitSpan(models.Model):
    """What a unit was called and where it stood between two days."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="spans")
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=STEP * DEEPEST)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], condition=Q(until__isnull=True), name="one_open_unit_span")]

    def __str__(self) -> str:
        return f"{self.name} {self.since}"


class Post(Recorded):
    """A seat in a unit; duties attach to it, so that work outlives the person."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("title"), max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "title"], name="post_once_per_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.title}"


class Users(BaseUserManager["User"]):
    """Finds people by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(name=username)


class User(AbstractBaseUser, Recorded):
    """A person who signs in. Rights come from duties alone; there are no staff or superuser flags."""

    name = models.CharField(_("sign-in name"), max_length=60, unique=True)
    full_name = models.CharField(_("full name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(default=True)
    large_text = models.BooleanField(default=False)

    objects = Users()
    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    def __str__(self) -> str:
        return self.full_name

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        return False

    def has_module_perms(self, _app: str) -> bool:
        return False


class Duty(Recorded):
    """A person holds a role through a post, from one day to another; a duty of an administrator needs two people.

    ``round_id`` (no foreign key: rounds are above) narrows it to one inspection.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(_("role"), max_length=20, choices=[(r, _(t)) for r, t in roles.TITLES.items()])
    round_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "post", "role", "round_id"],
                condition=Q(until__isnull=True, round_id__isnull=False),
                name="duty_once_per_round",
            ),
            models.UniqueConstraint(
                fields=["user", "post", "role"],
                condition=Q(until__isnull=True, round_id__isnull=True),
                name="duty_once",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(until__isnull=True, role__in=sorted(roles.ADMINISTRATORS)),
                name="one_administrator_role_per_person",
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True) | Q(confirmed_by__isnull=True) | ~Q(given_by=F("confirmed_by")),
                name="duty_given_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.post}"


class Installation(Recorded):
    """The one row about this installation: its name, its way of working, and since when it counts."""

    MODES: ClassVar = [("single_clerk", _("single clerk")), ("office", _("office"))]
    name = models.CharField(_("name of the installation"), max_length=120)
    mode = models.CharField(max_length=20, choices=MODES, default="single_clerk")
    formal_since = models.DateField(null=True, blank=True)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="only_one_installation")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_single_clerk(self) -> bool:
        return self.mode == "single_clerk"


class Invitation(models.Model):
    """A one-time link by which a person sets a first password. Only the digest of its secret is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    secret_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}"


class Token(Recorded):
    """A key for programs: kept as digest, with scopes and an end."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(_("label"), max_length=60)
    secret_digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=100, default="read")
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label
