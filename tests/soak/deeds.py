"""What people may try on a round: every action of the loop, on a row that is picked, with the version seen or an older one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jiandi.base import clock
from jiandi.loop.diagnose import actions as diagnose
from jiandi.loop.execute import actions as execute
from jiandi.loop.lookback import actions as lookback
from jiandi.loop.lookback import rules as drawing
from jiandi.loop.plan import actions as plan
from jiandi.loop.reconcile import actions as reconcile
from jiandi.loop.verify import actions as verify
from jiandi.record.accounts.models import Post
from jiandi.record.ledger import turns
from jiandi.record.ledger.models import (
    Cause,
    Claim,
    Closing,
    Decision,
    Draw,
    Extension,
    Finding,
    Institution,
    LookBack,
    Measure,
    PlanVersion,
    Reconciliation,
    Support,
    Transfer,
)
from jiandi.record.trail.actor import Actor
from tests.cast import Cast

TEXTS = ("补录台账12本", "制定台账管理办法", "每月核对库存", "处置责任人员", "召开专题会议部署", "修订巡检制度")
DUES = ("2026年12月底前", "2027年6月底前，并长期坚持", "立行立改", "每季度")
METHODS = ("asked", "read", "seen", "redone")
REASONS = ("incomplete", "below_standard", "not_carried_out", "no_effect", "relapsed")
TURNS = sorted(turns.ASKED)
EFFECTS = ("target", "sample", "ask", "act", "none")
ENOUGH = 3
PARTIES = ("纪检监察组", "整改办")


@dataclass
class Try:
    """One attempt: who, and numbers that choose among what is there."""

    cast: Cast
    actor: Actor
    n: int
    m: int
    secrets: dict[tuple[int, str], str] = field(default_factory=dict)

    def one(self, model: Any, **conditions: Any) -> Any:
        """The n-th row, counted round; a key that no row has where there is none."""
        rows = list(model.objects.filter(**conditions).order_by("pk"))
        return rows[self.n % len(rows)] if rows else model(pk=10**9, version=1)

    def version(self, row: Any) -> int:
        """Mostly the row's own; now and then that of a page loaded earlier."""
        return max(1, row.version - (self.m % 19 == 0))

    def of(self, options: Any) -> Any:
        return options[self.m % len(options)]

    @property
    def finding(self) -> Any:
        return self.one(Finding)

    def on_finding(self) -> dict[str, Any]:
        row = self.finding
        return {"actor": self.actor, "finding_id": row.pk, "version": self.version(row)}

    def on(self, model: Any, name: str, **conditions: Any) -> dict[str, Any]:
        row = self.one(model, **conditions)
        return {"actor": self.actor, name: row.pk, "version": self.version(row)}

    def day(self, most: int = 400) -> Any:
        return clock.today() + timedelta(days=self.m * 7 % most - 20)


def _add_measure(t: Try) -> None:
    """What is for now and what lasts, by turns; hardly ever more than three for one finding."""
    there = Measure.objects.filter(findings=t.finding.pk).exclude(state__in=("dropped", "failed")).count()
    if there >= ENOUGH and t.m % 10:
        return
    lead = t.of((t.cast.bureau, t.cast.bureau, t.cast.helper))
    others = [t.one(Finding, lead=t.cast.bureau).pk] if t.m % 5 == 0 else []
    plan.add_measure(
        actor=t.actor,
        finding_id=t.finding.pk,
        text=(TEXTS[1], TEXTS[0], t.of(TEXTS))[there % 3],
        lead_id=lead.pk,
        due_text=DUES[t.n % len(DUES)],
        finding_ids=[pk for pk in others if pk < 10**9],
        standard="台账齐全",
    )


def _why_again(t: Try) -> None:
    plan.change_measure(
        **t.on(Measure, "measure_id", state__in=("done", "in_progress", "draft")), why_again="旧办法无人执行", standard="逐本核对"
    )


def _evidence(t: Try) -> None:
    kind = ("talk", "act", "act", "outcome")[t.m % 4]
    content = f"{t.n} {t.m}".encode()
    execute.add_evidence(actor=t.actor, measure_id=t.one(Measure).pk, title="材料", kind=kind, chunks=[content], file_name="材料.txt")


def _rule(t: Try) -> None:
    today = clock.today()
    execute.register_rule(
        actor=t.actor,
        measure_id=t.one(Measure, rule_verb__gt="").pk,
        title="台账管理办法",
        number=f"云水发〔2026〕{t.n}号",
        issued_on=today,
        first_proof_on=today + timedelta(days=180),
        state="in_force" if t.m % 2 else "drafted",
        is_another=True,
    )


def _in_force(t: Try) -> None:
    today = clock.today()
    given = t.on(Institution, "institution_id", state="drafted")
    execute.put_in_force(**given, number="云水发〔2026〕9号", issued_on=today, first_proof_on=today + timedelta(days=180))


def _accept_claim(t: Try) -> None:
    given = t.on(Claim, "claim_id", kind="done", state="raised")
    verify.accept_claim(**given, verdict="met" if t.n % 7 else "not_met", method=t.of(METHODS), text="逐本看过")


def _accept(t: Try) -> None:
    finding = t.one(Finding, state="submitted")
    numbers = Measure.objects.filter(findings=finding.pk).exclude(state__in=("dropped", "failed")).values_list("number", flat=True)
    verify.accept_finding(
        actor=t.actor,
        finding_id=finding.pk,
        verdicts=dict.fromkeys(numbers, "met"),
        questions=dict.fromkeys(("to_the_bottom", "thorough", "in_place"), t.m % 11 != 0),
        method=t.of(METHODS),
        text="到现场看过",
        version=t.version(finding),
    )


def _return(t: Try) -> None:
    finding = t.one(Finding, state__in=("submitted", "verified"))
    numbers = list(Measure.objects.filter(findings=finding.pk).values_list("number", flat=True))[: 1 + t.m % 2]
    given = {"actor": t.actor, "finding_id": finding.pk, "version": t.version(finding)}
    verify.return_finding(**given, reason=t.of(REASONS), measure_numbers=numbers, text="缺现场照片")


def _effect(t: Try) -> None:
    finding = t.one(Finding, effect_state__gt="")
    numbers = list(Measure.objects.filter(findings=finding.pk).values_list("number", flat=True))[:1]
    verify.record_effect(
        actor=t.actor,
        finding_id=finding.pk,
        passed=t.m % 3 > 0,
        method=t.of(METHODS),
        text="抽查三处",
        version=t.version(finding),
        failed_measures=[] if t.m % 3 else numbers,
    )


def _sign(t: Try) -> None:
    verify.sign_closing(**t.on(Closing, "closing_id", state="running"), opinion="同意")


def _turn(t: Try) -> None:
    row = t.finding
    asked = turns.Turn(reason="经研究", document="云整办〔2026〕3号", stage_goal="完成一半", next_review=t.day())
    turns.take(actor=t.actor, finding_id=row.pk, verb=t.of(TURNS), turn=asked, version=t.version(row))


def _decide(t: Try) -> None:
    sheet = t.one(Reconciliation)
    reconcile.decide(
        actor=t.actor,
        sheet_id=sheet.pk,
        finding_id=t.finding.pk,
        kind=t.of(("go_on", "press", "recheck", "other")),
        text="限期核对",
        due=t.day(),
        version=t.m % 2,
    )


def _commit(t: Try) -> None:
    row, party = t.one(LookBack, state="planned"), t.of(PARTIES)
    secret = t.secrets.setdefault((row.pk, party), drawing.new_secret())
    lookback.commit_secret(
        actor=t.actor, lookback_id=row.pk, party=party, digest=drawing.commitment(party, secret, row.algorithm or "sha256")
    )


def _open_secret(t: Try) -> None:
    row, party = t.one(LookBack, state="frozen"), t.of(PARTIES)
    lookback.open_secret(actor=t.actor, lookback_id=row.pk, party=party, secret=t.secrets.get((row.pk, party), "00"))


def _drawn(t: Try) -> None:
    row = t.one(Draw)
    numbers = [] if t.m % 2 else list(Measure.objects.filter(findings=row.finding_id).values_list("number", flat=True))[:1]
    given = {"actor": t.actor, "draw_id": row.pk, "version": t.version(row)}
    lookback.record_result(**given, held=bool(t.m % 2), method=t.of(METHODS), text="现场看过", failed=numbers)


def _cause(t: Try) -> None:
    kind = t.of((("mechanism", "no_rule"), ("attitude", "drifting"), ("means", "no_people"), ("mechanism", "no_one")))
    parent = t.one(Cause, finding=t.finding).pk if t.m % 3 == 0 else None
    parent = parent if parent != 10**9 else None
    diagnose.add_cause(**t.on_finding(), dimension=kind[0], leaf=kind[1], text="无人核对", question="为什么？", parent_id=parent)


def _claim(t: Try) -> None:
    execute.claim_done(**t.on(Measure, "measure_id", state__in=("planned", "in_progress")), text="已补录")


def _ask_extension(t: Try) -> None:
    row = t.finding
    kind = t.of(("date", "date", "long_term"))
    day = (row.due or clock.today()) + timedelta(days=t.m % 90)
    wanted = execute.Wanted(kind, "审批未完" if t.m % 13 else "", day, "首批到账", clock.today() + timedelta(days=200))
    execute.ask_extension(actor=t.actor, finding_id=row.pk, wanted=wanted, version=t.version(row))


def _other_unit(t: Try) -> int:
    return int(t.of((t.cast.stranger, t.cast.stranger, t.cast.helper, t.cast.bureau)).pk)


def _transfer(t: Try) -> None:
    execute.ask_transfer(**t.on_finding(), to_unit_id=_other_unit(t), reason="职责不在我局")


def _order(t: Try) -> None:
    order = execute.Order("云政〔2026〕5号" if t.n % 5 else "", clock.today())
    execute.order_transfer(**t.on_finding(), to_unit_id=_other_unit(t), order=order)


def _support(t: Try) -> None:
    execute.ask_support(**t.on(Measure, "measure_id"), unit_id=_other_unit(t), text="请提供台账")


def _catch_up(t: Try) -> None:
    execute.set_catch_up(**t.on_finding(), day=t.day(), words="限期补改")


OPEN_ASKED = {"state": "asked"}
ROUND = "round_id"
# name -> (deed, who does it when things go as they should)
DEEDS: dict[str, tuple[Callable[[Try], object], str]] = {
    "cause": (_cause, "liaison"),
    "standard": (lambda t: plan.set_standard(**t.on_finding(), standard="台账齐全可查"), "liaison"),
    "effect measure": (
        lambda t: plan.set_effect_measure(**t.on_finding(), effect_measure=t.of(EFFECTS)),
        "liaison",
    ),
    "measure": (_add_measure, "liaison"),
    "other words": (lambda t: plan.change_measure(**t.on(Measure, "measure_id"), text=t.of(TEXTS)), "liaison"),
    "why again": (_why_again, "liaison"),
    "drop": (lambda t: plan.drop_measure(**t.on(Measure, "measure_id"), reason="与他条重复"), "liaison"),
    "plan": (lambda t: plan.submit_plan(actor=t.actor, round_id=t.cast.round.pk, unit_id=t.cast.bureau.pk), "head"),
    "approve plan": (lambda t: plan.approve_plan(**t.on(PlanVersion, "plan_id", state="submitted"), opinion="同意"), "director"),
    "return plan": (lambda t: plan.return_plan(**t.on(PlanVersion, "plan_id"), opinion="再想"), "director"),
    "take back plan": (lambda t: plan.take_back_plan(**t.on(PlanVersion, "plan_id")), "head"),
    "note": (lambda t: execute.write_note(actor=t.actor, measure_id=t.one(Measure).pk, text="已补录8本"), "liaison"),
    "say": (lambda t: execute.say(actor=t.actor, measure_id=t.one(Measure).pk, text="已部署"), "liaison"),
    "strike": (lambda t: execute.strike_said(**t.on(Claim, "claim_id", kind="said"), reason="无据"), "clerk"),
    "evidence": (_evidence, "liaison"),
    "claim": (_claim, "liaison"),
    "take back claim": (lambda t: execute.take_back_claim(**t.on(Claim, "claim_id", kind="done")), "liaison"),
    "accept claim": (_accept_claim, "verifier"),
    "return claim": (lambda t: verify.return_claim(**t.on(Claim, "claim_id", kind="done"), reason=t.of(REASONS), text="缺页"), "verifier"),
    "rule": (_rule, "liaison"),
    "in force": (_in_force, "liaison"),
    "submit": (lambda t: execute.submit_finding(**t.on(Finding, "finding_id", state="in_progress")), "head"),
    "take back": (lambda t: execute.take_back_finding(**t.on_finding()), "head"),
    "open check": (lambda t: verify.open_check(actor=t.actor, finding_id=t.finding.pk), "verifier2"),
    "accept": (_accept, "verifier2"),
    "return": (_return, "verifier2"),
    "leader": (lambda t: verify.name_leader(**t.on_finding(), post_id=t.one(Post).pk), "director"),
    "sign": (_sign, "director"),
    "refuse": (lambda t: verify.refuse_closing(**t.on(Closing, "closing_id"), reason="再核"), "director"),
    "schedule": (
        lambda t: verify.schedule_effect(**t.on_finding(), due=t.day(), measure=t.of(EFFECTS)),
        "director",
    ),
    "effect": (_effect, "department"),
    "review": (lambda t: verify.record_review(**t.on_finding(), passed=t.m % 3 > 0, method="seen", text="看过", reason=""), "verifier2"),
    "turn": (_turn, "director"),
    "ask extension": (_ask_extension, "head"),
    "grant": (lambda t: execute.grant_extension(**t.on(Extension, "extension_id", **OPEN_ASKED), answer="同意"), "clerk"),
    "refuse extension": (lambda t: execute.refuse_extension(**t.on(Extension, "extension_id"), reason="理由不足"), "clerk"),
    "take back extension": (lambda t: execute.take_back_extension(**t.on(Extension, "extension_id", **OPEN_ASKED)), "head"),
    "explain": (lambda t: execute.explain_overdue(**t.on_finding(), text="流标"), "head"),
    "catch up": (_catch_up, "supervisor"),
    "transfer": (_transfer, "head"),
    "accept transfer": (lambda t: execute.accept_transfer(**t.on(Transfer, "transfer_id", **OPEN_ASKED)), "outsider"),
    "refuse transfer": (lambda t: execute.refuse_transfer(**t.on(Transfer, "transfer_id", **OPEN_ASKED), reason="非我职责"), "outsider"),
    "take back transfer": (lambda t: execute.take_back_transfer(**t.on(Transfer, "transfer_id", **OPEN_ASKED)), "head"),
    "order transfer": (_order, "clerk"),
    "support": (_support, "head"),
    "promise": (lambda t: execute.accept_support(**t.on(Support, "support_id", **OPEN_ASKED)), "outsider"),
    "give": (lambda t: execute.give_support(**t.on(Support, "support_id"), answer="已送"), "outsider"),
    "refuse support": (lambda t: execute.refuse_support(**t.on(Support, "support_id", **OPEN_ASKED), reason="没有"), "outsider"),
    "take back support": (lambda t: execute.take_back_support(**t.on(Support, "support_id")), "head"),
    "freeze": (lambda t: reconcile.freeze_sheet(actor=t.actor, round_id=t.cast.round.pk, title="对账", as_of=clock.today()), "clerk"),
    "decide": (_decide, "director"),
    "met": (lambda t: reconcile.meet_task(**t.on(Decision, "decision_id")), "clerk"),
    "finish sheet": (lambda t: reconcile.finish_sheet(**t.on(Reconciliation, "sheet_id")), "director"),
    "look back": (
        lambda t: lookback.plan_lookback(actor=t.actor, round_id=t.cast.round.pk, title="回头看", by_risk=t.n % 3, at_random=t.m % 3),
        "director",
    ),
    "commit": (_commit, "supervisor"),
    "freeze list": (lambda t: lookback.freeze_list(**t.on(LookBack, "lookback_id", state="planned")), "director"),
    "open secret": (_open_secret, "supervisor"),
    "draw": (lambda t: lookback.draw(**t.on(LookBack, "lookback_id", state="frozen")), "director"),
    "look": (_drawn, "supervisor"),
    "finish look": (lambda t: lookback.finish_lookback(**t.on(LookBack, "lookback_id")), "director"),
}

ANSWERS = (
    "grant", "refuse extension", "take back extension", "accept transfer", "refuse transfer", "take back transfer", "order transfer",
    "promise", "give", "refuse support", "take back support",
)  # fmt: skip
# What somebody who knows the work would do next with a finding in a state.
NEXT: dict[str, tuple[str, ...]] = {
    "registered": ("cause", "standard", "effect measure", "measure", "measure", "plan", "plan", "approve plan", "approve plan", "leader"),
    "reopened": ("why again", "measure", "plan", "plan", "approve plan", "approve plan"),
    "planned": ("note", "evidence", "note", "evidence", "ask extension", "transfer", "support", *ANSWERS),
    "in_progress": (
        "evidence",
        "evidence",
        "say",
        "rule",
        "in force",
        "claim",
        "claim",
        "accept claim",
        "accept claim",
        "submit",
        "submit",
        "sign",
        "ask extension",
        "grant",
        "support",
        "promise",
        "transfer",
        "accept transfer",
        "explain",
        "catch up",
    ),
    "submitted": ("open check", "accept", "accept", "return", "sign"),
    "verified": ("sign", "sign", "schedule", "leader"),
    "closed": ("effect", "look back", "commit", "freeze list", "open secret", "draw", "look", "freeze", "decide"),
    "long_term": ("review", "submit", "transfer", *ANSWERS),
}
