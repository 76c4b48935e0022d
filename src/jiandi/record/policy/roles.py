"""The roles of the product, by code. What each may do is in the files beside this one (rules.md §6)."""

from __future__ import annotations

from typing import Final

from jiandi.base.text.words import N_

LIAISON: Final = "liaison"
HEAD: Final = "head"
LEADER: Final = "leader"
DEPARTMENT: Final = "department"
CLERK: Final = "clerk"
DIRECTOR: Final = "director"
VERIFIER: Final = "verifier"
SUPERVISOR: Final = "supervisor"
GROUP_MEMBER: Final = "group_member"
TEAM_MEMBER: Final = "team_member"
SYSTEM_ADMIN: Final = "system_admin"
SECURITY_ADMIN: Final = "security_admin"
AUDIT_ADMIN: Final = "audit_admin"

TITLES: Final[dict[str, str]] = {
    LIAISON: N_("liaison"),
    HEAD: N_("head of a unit"),
    LEADER: N_("leader in charge"),
    DEPARTMENT: N_("subject department"),
    CLERK: N_("office clerk"),
    DIRECTOR: N_("office director"),
    VERIFIER: N_("verifier"),
    SUPERVISOR: N_("supervisor"),
    GROUP_MEMBER: N_("leading-group member"),
    TEAM_MEMBER: N_("inspection team member"),
    SYSTEM_ADMIN: N_("system administrator"),
    SECURITY_ADMIN: N_("security administrator"),
    AUDIT_ADMIN: N_("audit administrator"),
}
ALL: Final = tuple(TITLES)
OFFICE: Final = frozenset({CLERK, DIRECTOR})
UNIT: Final = frozenset({LIAISON, HEAD})
ROUND_WIDE: Final = frozenset({CLERK, DIRECTOR, SUPERVISOR, GROUP_MEMBER, TEAM_MEMBER})
ADMINISTRATORS: Final = frozenset({SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN})
BUSINESS: Final = frozenset(ALL) - ADMINISTRATORS
