"""The way of one finding through verification, step by step, for the tests of this stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jiandi.base import clock
from jiandi.loop.execute import actions as execute
from jiandi.loop.verify import actions
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import Check, Claim, Closing, Finding, Measure
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import make_measure
from tests.cast import Cast

YES = {"to_the_bottom": True, "thorough": True, "in_place": True}


@dataclass
class Case:
    """One finding with one measure on its way through verification."""

    cast: Cast
    measure: Measure

    @property
    def finding(self) -> Finding:
        return Finding.objects.get(pk=self.cast.finding.pk)

    def claim(self) -> Claim:
        actor = self.cast.actor("liaison")
        execute.add_evidence(
            actor=actor, measure_id=self.measure.pk, title="凭证", kind="act", chunks=[b"%PDF-1.7\n"], file_name="凭证.pdf"
        )
        version = Measure.objects.get(pk=self.measure.pk).version
        return execute.claim_done(actor=actor, measure_id=self.measure.pk, text="已全部拨付", version=version)

    def accept_claim(self, claim: Claim, who: str = "verifier", **more: Any) -> Check:
        given = {"verdict": "met", "method": "seen", "text": "现场核对属实", "version": claim.version, **more}
        return actions.accept_claim(actor=self.cast.actor(who), claim_id=claim.pk, **given)

    def submit(self) -> Finding:
        """Signed by the head, then by the leader in charge."""
        self.apply()
        self.sign("leader")
        return self.finding

    def apply(self) -> Closing:
        """The head signs; the finding is not submitted yet."""
        self.accept_claim(self.claim())
        self.hand_in()
        return self.closing

    def hand_in(self, who: str = "head") -> Finding:
        return execute.submit_finding(actor=self.cast.actor(who), finding_id=self.finding.pk, version=self.finding.version)

    @property
    def closing(self) -> Closing:
        """The chain that runs, or the last one."""
        return Closing.objects.filter(finding=self.finding).order_by("-pk")[0]

    def accept(self, who: str = "department", **more: Any) -> Check:
        given = {"verdicts": {self.measure.number: "met"}, "questions": YES, "method": "seen", "text": "属实", **more}
        version = given.pop("version", self.finding.version)
        return actions.accept_finding(actor=self.cast.actor(who), finding_id=self.finding.pk, version=version, **given)

    def verify(self) -> Closing:
        self.submit()
        self.accept()
        return self.closing

    def schedule(self, who: str = "clerk", days: int = 90, **more: Any) -> Finding:
        given = {"due": clock.today() + timedelta(days=days), "measure": "sample", "version": self.finding.version, **more}
        return actions.schedule_effect(actor=self.cast.actor(who), finding_id=self.finding.pk, **given)

    def sign(self, who: str | Actor, **more: Any) -> Closing:
        closing = self.closing
        actor = self.cast.actor(who) if isinstance(who, str) else who
        given = {"opinion": "同意", "version": closing.version, **more}
        return actions.sign_closing(actor=actor, closing_id=closing.pk, **given)

    def close(self) -> Finding:
        self.verify()
        self.schedule()
        self.sign("director")
        self.sign("member")
        return self.finding

    def effect(self, *, passed: bool, who: str = "verifier2", **more: Any) -> Check:
        given = {"method": "seen", "text": "抽查三笔，均按时拨付", "version": self.finding.version, **more}
        return actions.record_effect(actor=self.cast.actor(who), finding_id=self.finding.pk, passed=passed, **given)


def begin(cast: Cast) -> Case:
    """A planned finding with one planned measure."""
    measure = make_measure(cast.finding)
    lifecycle.move(measure, "approve", actor=SYSTEM)
    write.change(cast.finding, {"state": "planned"}, actor=SYSTEM, verb="plan")
    return Case(cast, measure)
