"""What one finding lives through: work, proof, claims, checks, closing, and sometimes its way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jiandi.base import clock
from jiandi.interfaces.cli.demo.city import City
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.interfaces.cli.demo.letters import Problem
from jiandi.interfaces.cli.demo.paths import Path
from jiandi.loop.execute import actions as execute
from jiandi.loop.verify import actions as verify
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import signing, turns
from jiandi.record.ledger.models import Claim, Closing, Finding, Institution, Measure
from jiandi.record.policy import roles
from jiandi.record.trail.actor import Actor

QUESTIONS = {"to_the_bottom": True, "thorough": True, "in_place": True}
NOTES = ("已召开专题会部署，正在摸清底数。", "已完成过半，剩余部分倒排到周。", "主要任务完成，正在完善佐证材料。")
LEFT_UNSIGNED = 3  # of those submitted last, every third still waits for the leader in charge
SAME_NOTE = "高度重视，认真组织，稳步推进各项整改工作，取得阶段性成效。"


@dataclass
class Life:
    """One finding with its problem and path; each method is a step in the diary."""

    city: City
    diary: Diary
    finding_id: int
    problem: Problem
    path: Path
    first_lead: Unit

    @property
    def lead(self) -> Unit:
        """Whoever leads it now: a unit may have taken it over."""
        return self.finding().lead or self.first_lead

    def finding(self) -> Finding:
        return Finding.objects.select_related("lead").get(pk=self.finding_id)

    def measures(self) -> list[Measure]:
        return list(Measure.objects.filter(findings=self.finding_id).exclude(state__in=["dropped", "failed"]).order_by("number"))

    @property
    def checker(self) -> Actor:
        return self.city.actor("verifier" if self.finding_id % 2 else "verifier2")

    @property
    def third_person(self) -> Actor:
        return self.city.actor("verifier2" if self.finding_id % 2 else "verifier")

    def begin(self) -> None:
        """Plan the steps of a finding whose plan was approved; the office names who is in charge of it."""
        self.name_leader()
        if self.path.reaches("planned", "registered"):
            return
        self.diary.on(self.path.work_after, self.work)
        if self.path.reaches("handed_over", "withdrawn"):
            self.diary.on(self.path.work_after + 25, self.leave)
        elif self.path.reaches("basically_done", "long_term"):
            self.diary.on(self.path.work_after + 30, self.stretch)
        elif not self.path.reaches("working"):
            self.diary.on(self.path.done_after, self.claim)

    def name_leader(self) -> None:
        finding = self.finding()
        if any(step.role == roles.LEADER for step in signing.submit_steps(finding)):
            post_id = self.city.people["leader"].duties.get().post_id
            verify.name_leader(actor=self.city.actor("clerk"), finding_id=finding.pk, post_id=post_id, version=finding.version)

    def work(self) -> None:
        """Said for all; a first note; careless units repeat one sentence every month."""
        liaison = self.city.liaison(self.lead)
        for measure in self.measures():
            execute.say(actor=liaison, measure_id=measure.pk, text="已纳入整改方案部署。")
        first = self.measures()[0]
        execute.write_note(actor=liaison, measure_id=first.pk, text=self._note(0))
        self._evidence(first, "talk", f"{self.lead.label}整改部署会纪要")
        for month in (1, 2):
            self.diary.later(30 * month, lambda month=month: self.report(month))  # type: ignore[misc]

    def report(self, month: int) -> None:
        """A monthly note on what is still open."""
        measure = next((m for m in self.measures() if m.state in ("planned", "in_progress")), None)
        if measure and self.finding().state in ("planned", "in_progress", "basically_done", "long_term"):
            execute.write_note(actor=self.city.liaison(self.lead), measure_id=measure.pk, text=self._note(month))

    def _note(self, month: int) -> str:
        if self.path.careless:
            return SAME_NOTE
        return (
            f"{NOTES[month % len(NOTES)]}涉及{self.problem.kind['target'][0]}{self.problem.figures['n']}{self.problem.kind['target'][1]}。"
        )

    def _evidence(self, measure: Measure, kind: str, title: str) -> None:
        text = f"{title}\n{measure.text}\n{clock.today():%Y年%m月%d日}\n编号：{self.finding_id}-{measure.number}\n"
        execute.add_evidence(
            actor=self.city.liaison(self.lead),
            measure_id=measure.pk,
            title=title,
            kind=kind,
            chunks=[text.encode()],
            file_name=f"{title}.txt",
            dated_on=clock.today(),
        )

    def claim(self) -> None:
        """Proof of the act and the claim, measure by measure; rules are put in force."""
        liaison = self.city.liaison(self.lead)
        for measure in self.measures():
            if measure.state not in ("planned", "in_progress"):
                continue
            self._evidence(measure, "act", f"{self.problem.kind['target'][0]}核查处置单" if not measure.rule_verb else "制度印发文件")
            if measure.rule_verb == "make" and not measure.institutions.exists():
                self._put_rule_in_force(measure)
            fresh = Measure.objects.get(pk=measure.pk)
            text = f"按标准完成：{measure.standard}"[:200]
            execute.claim_done(actor=liaison, measure_id=measure.pk, text=text, version=fresh.version)
        if not self.path.reaches("claiming"):
            self.diary.later(self.diary.rng.randint(2, 7), self.judge)

    def _put_rule_in_force(self, measure: Measure) -> None:
        """One rule serves every problem of its kind: the second measure enforces what the first made."""
        today, title, actor = clock.today(), self.problem.kind["rule"][2], self.city.liaison(self.lead)
        there = Institution.objects.filter(unit=measure.lead, title=title, state="in_force").first()
        if there:
            execute.link_rule(actor=actor, measure_id=measure.pk, institution_id=there.pk, verb="enforce")
            return
        execute.register_rule(
            actor=actor,
            measure_id=measure.pk,
            title=title,
            number=f"云政发〔{today.year}〕{measure.number}号",
            issued_on=today,
            first_proof_on=None,
            is_another=True,
            state="in_force",
        )

    def judge(self) -> None:
        """Another person accepts; of a careless unit, the first claim comes back first."""
        claims = list(Claim.objects.filter(measure__findings=self.finding_id, kind="done", state="raised").order_by("pk"))
        first_time = not Claim.objects.filter(measure__findings=self.finding_id, state="returned").exists()
        for at, claim in enumerate(claims):
            if at == 0 and first_time and (self.path.careless or self.path.reaches("returned")):
                verify.return_claim(
                    actor=self.checker,
                    claim_id=claim.pk,
                    reason="below_standard",
                    text="现场抽查仍有遗漏，请补充后再申报。",
                    version=claim.version,
                )
                continue
            verify.accept_claim(
                actor=self.checker, claim_id=claim.pk, verdict="met", method="seen", text="现场查看，与申报一致。", version=claim.version
            )
        if self.path.reaches("returned"):
            return
        if any(m.state != "done" for m in self.measures()):
            self.diary.later(9, self.claim)
        else:
            self.diary.later(3, self.submit)

    def submit(self) -> None:
        """The head signs; under a regime that asks for it, the leader in charge signs after."""
        execute.submit_finding(actor=self.city.head(self.lead), finding_id=self.finding_id, version=self.finding().version)
        if signing.waiting(self.finding()) is None:
            self.wait_for_check()
        elif not (self.path.reaches("submitted") and self.finding_id % LEFT_UNSIGNED == 0):
            self.diary.later(2, self.sign_application)

    def sign_application(self) -> None:
        application = signing.waiting(self.finding())
        if application:
            leader, version = self.city.actor("leader"), application.version
            verify.sign_closing(actor=leader, closing_id=application.pk, opinion="情况属实，同意提交", version=version)
            self.wait_for_check()

    def wait_for_check(self) -> None:
        if not self.path.reaches("submitted"):
            self.diary.later(self.diary.rng.randint(3, 8), self.accept)

    def accept(self) -> None:
        """Verified; the office schedules the effect check; the chain is signed."""
        verdicts = {m.number: "met" for m in self.measures()}
        verify.accept_finding(
            actor=self.checker,
            finding_id=self.finding_id,
            verdicts=verdicts,
            questions=QUESTIONS,
            method="seen",
            text="逐条核对整改标准，材料与现场一致。",
            version=self.finding().version,
        )
        due = clock.today() + timedelta(days=20 if self.path.reaches("well", "reopened") else 120)
        verify.schedule_effect(
            actor=self.city.actor("clerk"), finding_id=self.finding_id, due=due, measure="sample", version=self.finding().version
        )
        if self.finding().round.regime.code == "environment" and self.path.reaches("closed", "well", "reopened"):
            self.diary.later(4, self.see_effect)
        elif not self.path.reaches("verified"):
            self.diary.later(4, self.sign)

    def sign(self) -> None:
        """Each step of the regime's chain by a person who holds its role."""
        closing = Closing.objects.filter(finding_id=self.finding_id, state="running").first()
        if closing is None or closing.step > len(closing.chain):
            return
        who = {"director": "director", "group_member": "member", "clerk": "clerk"}
        step = closing.chain[min(closing.step, len(closing.chain) - 1)]
        verify.sign_closing(actor=self.city.actor(who[step["role"]]), closing_id=closing.pk, opinion="同意", version=closing.version)
        if self.finding().state == "verified":
            self.diary.later(max(1, step["days"] + 1), self.sign)
        elif self.path.reaches("well", "reopened") and self.finding().effect_state == "due":
            self.diary.later(18, self.see_effect)

    def see_effect(self) -> None:
        """A third person looks whether it holds; of those that come back, it does not."""
        finding = self.finding()
        environment = finding.round.regime.code == "environment"
        passed = environment or not self.path.reaches("reopened")
        verify.record_effect(
            actor=self.third_person,
            finding_id=self.finding_id,
            passed=passed,
            method="redone",
            text="随机抽取五例复查，未见同类问题。" if passed else "随机抽取五例，两例再次出现同样问题。",
            version=finding.version,
            failed_measures=[] if passed else [self.measures()[0].number],
        )
        if finding.state == "verified":
            self.diary.later(2, self.sign)

    def stretch(self) -> None:
        """Basically done, or long term: a stage goal and the next review."""
        finding = self.finding()
        if finding.state != "in_progress":
            return
        turn = turns.Turn(
            reason="涉及多年投入，先完成阶段目标。",
            stage_goal=f"{self.problem.kind['target'][0]}减少一半",
            next_review=clock.today() + timedelta(days=90),
            document="市整改〔2026〕12号" if finding.due and clock.today() > finding.due else "",
        )
        verb = "call_basically_done" if self.path.reaches("basically_done") else "make_long_term"
        turns.take(actor=self.city.actor("clerk"), finding_id=self.finding_id, verb=verb, turn=turn, version=finding.version)
        if verb == "make_long_term":
            self.diary.later(80, self.review)

    def review(self) -> None:
        """The first review of what takes years."""
        text = "查阅投入凭证并走访两个乡镇，阶段目标保持，未见反弹。"
        verify.record_review(
            actor=self.checker, finding_id=self.finding_id, passed=True, method="seen", text=text, version=self.finding().version
        )

    def leave(self) -> None:
        finding = self.finding()
        if self.path.reaches("withdrawn"):
            turn, verb = turns.Turn(reason="来信机关核实后更正", document="更正函〔2026〕3号"), "withdraw"
        else:
            turn, verb = turns.Turn(reason="事项属上级主管范围", document="移交回执2026-07"), "hand_over"
        turns.take(actor=self.city.actor("clerk"), finding_id=self.finding_id, verb=verb, turn=turn, version=finding.version)
