"""A unit's own people: the liaison drafts, the head (or reviewer) submits, signs and asks."""

from __future__ import annotations

from jiandi.record.policy import roles
from jiandi.record.policy.relations import PARTY, POST, UNIT
from jiandi.record.policy.targets import Rule

_LEAD = Rule(roles.UNIT, PARTY, ("lead",))
_HEAD = Rule(frozenset({roles.HEAD}), PARTY, ("lead",))
# Whoever it was delegated to works on it and claims; the lead stays accountable, plans and hands in.
_DOING = Rule(roles.UNIT, PARTY, ("lead", "delegate"))
_ANY_PART = Rule(roles.UNIT, PARTY, ("lead", "delegate", "support", "share"))
_RECEIVER = Rule(frozenset({roles.HEAD}), UNIT)

RULES: dict[str, tuple[Rule, ...]] = {
    "cause.write": (_LEAD,),
    "raised_cause.propose": (_LEAD,),
    "raised_cause.answer": (Rule(frozenset({roles.HEAD}), UNIT),),
    "measure.write": (_LEAD,),
    "measure.start": (_LEAD,),
    "link.say": (_LEAD,),
    "finding.propose": (Rule(roles.UNIT, UNIT),),
    "plan.submit": (Rule(frozenset({roles.HEAD}), UNIT),),
    "plan.draft": (Rule(roles.UNIT, UNIT),),
    "plan.pledge": (Rule(frozenset({roles.HEAD}), UNIT),),
    "meeting.keep": (Rule(roles.UNIT, UNIT),),
    "milestone.set": (_LEAD,),
    "progress.write": (_ANY_PART,),
    "rule.register": (_ANY_PART, Rule(roles.UNIT, UNIT)),
    "rule.write": (_ANY_PART, Rule(roles.UNIT, UNIT)),
    "rule.not_followed": (_LEAD,),
    "programme.write": (Rule(roles.UNIT, UNIT),),
    "programme.link": (_LEAD,),
    "evidence.add": (_ANY_PART,),
    "claim.say": (_DOING,),
    "claim.make": (_DOING,),
    "claim.take_back": (_DOING,),
    "finding.start": (_ANY_PART,),
    "finding.submit": (_HEAD,),
    "finding.take_back": (_HEAD,),
    "dispute.raise": (_HEAD,),
    "dispute.take_back": (_HEAD,),
    "extension.ask": (_HEAD,),
    "overdue.explain": (_HEAD,),
    "transfer.ask": (_HEAD,),
    "transfer.answer": (_RECEIVER, Rule(roles.UNIT, POST)),
    "support.ask": (Rule(frozenset({roles.HEAD}), PARTY, ("lead", "delegate")),),
    "support.answer": (_RECEIVER,),
    "support.give": (Rule(roles.UNIT, UNIT),),
    "closing.apply": (_HEAD,),
    "answer.give": (Rule(roles.UNIT, UNIT),),
    "answer.send_on": (Rule(roles.UNIT, UNIT),),
    "report.write": (Rule(roles.UNIT, UNIT),),
    "assessment.explain": (Rule(frozenset({roles.HEAD}), UNIT),),
    "form.keep": (Rule(roles.UNIT, UNIT),),
    "finding.urge": (Rule(frozenset({roles.LEADER}), POST),),
}
