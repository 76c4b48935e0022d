"""The rectification office: registers, reviews, approves plans, runs meetings, issues notices."""

from __future__ import annotations

from jiandi.record.policy import roles
from jiandi.record.policy.relations import ANYWHERE, ROUND
from jiandi.record.policy.targets import Rule

_OFFICE = Rule(roles.OFFICE, ROUND)
_DIRECTOR = Rule(frozenset({roles.DIRECTOR}), ROUND)

RULES: dict[str, tuple[Rule, ...]] = {
    "round.open": (Rule(roles.OFFICE, ANYWHERE),),
    "round.change": (_OFFICE,),
    "round.move_regime": (_DIRECTOR,),
    "round.change_phase": (_DIRECTOR,),
    "dispute.forward": (_OFFICE,),
    "dispute.record_answer": (_OFFICE,),
    "regime.change": (Rule(frozenset({roles.DIRECTOR}), ANYWHERE),),
    "calendar.change": (Rule(roles.OFFICE, ANYWHERE),),
    "letter.receive": (_OFFICE,),
    "letter.review": (_OFFICE,),
    "letter_item.cover": (_OFFICE,),
    "letter_item.hold": (_OFFICE,),
    "letter_item.drop": (_DIRECTOR,),
    "letter_item.open": (_OFFICE,),
    "finding.register": (_OFFICE,),
    "finding.take_over": (_OFFICE,),
    "finding.edit": (_OFFICE,),
    "finding.assign": (_OFFICE,),
    "finding.withdraw": (_OFFICE,),
    "finding.restore": (_DIRECTOR,),
    "finding.plan": (_OFFICE,),
    "finding.hand_over": (_OFFICE,),
    "finding.call_basically_done": (_OFFICE,),
    "finding.make_long_term": (_OFFICE,),
    "plan.approve": (_OFFICE,),
    "plan.return": (_OFFICE,),
    "plan.submit_round": (_OFFICE,),
    "measure.drop": (_DIRECTOR,),
    "claim.strike": (_OFFICE,),
    "raised_cause.route": (_OFFICE,),
    "cause.word": (Rule(frozenset({roles.DIRECTOR}), ANYWHERE),),
    "campaign.start": (_OFFICE,),
    "campaign.close": (_OFFICE,),
    "campaign.remind": (_OFFICE,),
    "answer.excuse": (_OFFICE,),
    "reconciliation.freeze": (_OFFICE,),
    "reconciliation.decide": (_OFFICE,),
    "reconciliation.finish": (_OFFICE,),
    "lookback.plan": (_OFFICE,),
    "lookback.draw": (_OFFICE,),
    "lookback.record": (_OFFICE,),
    "report.write": (_OFFICE,),
    "form.keep": (_OFFICE,),
    "effect.schedule": (_OFFICE,),
    "closing.enter_paper": (_OFFICE,),
    "rule.register": (_OFFICE,),
    "rule.not_followed": (_OFFICE,),
    "programme.write": (_OFFICE,),
    "programme.link": (_OFFICE,),
    "rule.answer": (_OFFICE,),
    "proof.record": (_OFFICE,),
    "accounts.change_units": (Rule(roles.OFFICE, ANYWHERE),),
    "poll.run": (_OFFICE,),
    "assessment.score": (_OFFICE,),
    "assessment.decide": (_DIRECTOR,),
    "import.take": (_OFFICE,),
}
