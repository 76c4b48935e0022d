"""The three administrators: apart from each other and from all business content (rules.md §6)."""

from __future__ import annotations

from jiandi.record.policy import roles
from jiandi.record.policy.relations import ANYWHERE
from jiandi.record.policy.targets import Rule


def _only(role: str) -> tuple[Rule, ...]:
    return (Rule(frozenset({role}), ANYWHERE),)


RULES: dict[str, tuple[Rule, ...]] = {
    "accounts.add_user": _only(roles.SYSTEM_ADMIN),
    "accounts.lock_user": _only(roles.SYSTEM_ADMIN),
    "accounts.reset_password": _only(roles.SYSTEM_ADMIN),
    "accounts.backup": _only(roles.SYSTEM_ADMIN),
    "accounts.give_duty": _only(roles.SECURITY_ADMIN),
    "accounts.end_duty": _only(roles.SECURITY_ADMIN),
    "accounts.confirm_duty": _only(roles.SECURITY_ADMIN),
    "trail.verify": _only(roles.AUDIT_ADMIN),
    "trail.read_masked": _only(roles.AUDIT_ADMIN),
}
FORBIDDEN_TOGETHER = roles.ADMINISTRATORS


def clash(held: frozenset[str], wanted: str, *, is_single_clerk: bool = False) -> str | None:
    """The role already held that forbids ``wanted``: no two administrator roles, and no business beside one.

    A single clerk may be an administrator beside the business until formal use is declared; never two of the three.
    """
    others = held - {wanted}
    if is_single_clerk:
        others &= roles.ADMINISTRATORS if wanted in roles.ADMINISTRATORS else frozenset()
    if wanted in roles.ADMINISTRATORS and others:
        return min(others)
    administrators = others & roles.ADMINISTRATORS
    return min(administrators) if administrators else None
