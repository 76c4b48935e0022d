"""Those who look for themselves: verifiers, subject departments, supervisors, inspection teams."""

from __future__ import annotations

from jiandi.record.policy import roles
from jiandi.record.policy.relations import PARTY, ROUND, UNIT
from jiandi.record.policy.targets import Rule

_GIVEN = Rule(frozenset({roles.VERIFIER, roles.DEPARTMENT}), PARTY, ("verifier",))
_SUPERVISOR = Rule(frozenset({roles.SUPERVISOR}), ROUND)
# A subject department runs what it started itself: the campaign's line is its unit.
_OWN_LINE = Rule(frozenset({roles.DEPARTMENT}), UNIT)
# A party asked for its opinion on a plan speaks through any of its people.
_PARTY_ASKED = Rule(roles.BUSINESS, UNIT)
_TEAM = Rule(frozenset({roles.TEAM_MEMBER}), ROUND)

RULES: dict[str, tuple[Rule, ...]] = {
    "claim.accept": (_GIVEN,),
    "claim.return": (_GIVEN,),
    "evidence.review": (_GIVEN,),
    "evidence.see": (_GIVEN, _SUPERVISOR, Rule(roles.OFFICE, ROUND)),
    "finding.accept": (_GIVEN,),
    "finding.return": (_GIVEN, Rule(roles.OFFICE, ROUND)),
    "finding.review": (_GIVEN,),
    "effect.pass": (_GIVEN,),
    "effect.fail": (_GIVEN, _SUPERVISOR),
    "proof.record": (_GIVEN, _SUPERVISOR),
    "finding.reopen": (_SUPERVISOR, _TEAM, Rule(roles.OFFICE, ROUND)),
    "finding.start_at_once": (_TEAM, Rule(roles.OFFICE, ROUND)),
    "catch_up.set": (_SUPERVISOR,),
    "lookback.record": (_SUPERVISOR,),
    "lookback.commit": (_SUPERVISOR, _TEAM, Rule(frozenset({roles.GROUP_MEMBER}), ROUND)),
    "poll.run": (_SUPERVISOR,),
    "assessment.score": (_SUPERVISOR,),
    "assessment.decide": (_SUPERVISOR,),
    "campaign.start": (Rule(frozenset({roles.DEPARTMENT}), ROUND),),
    "campaign.close": (_OWN_LINE,),
    "campaign.remind": (_OWN_LINE,),
    "answer.excuse": (_OWN_LINE,),
    "plan.review": (_PARTY_ASKED,),
}
