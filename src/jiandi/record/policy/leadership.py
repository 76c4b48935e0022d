"""The leading group: reads the round, decides in meetings, approves the last step."""

from __future__ import annotations

from jiandi.record.policy import roles
from jiandi.record.policy.relations import ROUND
from jiandi.record.policy.targets import Rule

_MEMBER = Rule(frozenset({roles.GROUP_MEMBER}), ROUND)

RULES: dict[str, tuple[Rule, ...]] = {
    "reconciliation.decide": (_MEMBER,),
    "finding.make_standing": (_MEMBER,),
    "plan.approve": (_MEMBER,),
    "finding.plan": (_MEMBER,),
}
