"""The fixed cast: one city, a lead and a support unit, and people who each hold one duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jiandi.base import clock, derived, digests, files
from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import STEP, Duty, Post, Token, Unit, UnitSpan, User
from jiandi.record.ledger import write
from jiandi.record.ledger.models import (
    Assessment,
    Assignment,
    Carried,
    Cause,
    Claim,
    Closing,
    Commitment,
    Decision,
    Draw,
    Evidence,
    EvidenceUse,
    FileLook,
    Finding,
    FindingLink,
    ImportBatch,
    Indicator,
    Institution,
    LookBack,
    Measure,
    MeasureProgramme,
    MeasureRule,
    MeetingRecord,
    PhaseChange,
    PlanChange,
    PlanRemark,
    PlanReview,
    PlanVersion,
    Pledge,
    Poll,
    PollGroup,
    PollSheet,
    PrescribedForm,
    Programme,
    ProofOfUse,
    ProposedProblem,
    RaisedCause,
    Reconciliation,
    ReconciliationLine,
    Report,
    ReturnedLedger,
    Round,
    RuleQuestion,
    StageGoal,
)
from jiandi.record.policy import roles
from jiandi.record.regimes import drafts
from jiandi.record.trail import writing
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import as_actor, make_answer, make_cause, make_finding, make_item, make_letter, make_measure, make_round, make_unit


@dataclass
class Cast:
    """Units and people by their duty; ``finding`` is led by ``bureau``, checked by ``audit``, in the charge of ``leader``."""

    city: Unit
    office: Unit
    bureau: Unit
    helper: Unit
    audit: Unit
    stranger: Unit
    round: Round
    finding: Finding
    people: dict[str, User]

    def actor(self, name: str) -> Actor:
        return as_actor(self.people[name])


DUTIES = {
    "liaison": ("bureau", roles.LIAISON),
    "head": ("bureau", roles.HEAD),
    "helper": ("helper", roles.LIAISON),
    "clerk": ("office", roles.CLERK),
    "director": ("office", roles.DIRECTOR),
    "verifier": ("audit", roles.VERIFIER),
    "verifier2": ("audit", roles.VERIFIER),
    "department": ("audit", roles.DEPARTMENT),
    "leader": ("office", roles.LEADER),
    "supervisor": ("audit", roles.SUPERVISOR),
    "member": ("city", roles.GROUP_MEMBER),
    "outsider": ("stranger", roles.HEAD),
    "system": ("office", roles.SYSTEM_ADMIN),
    "security": ("office", roles.SECURITY_ADMIN),
    "auditor": ("office", roles.AUDIT_ADMIN),
}


UNITS = {"office": "市整改办", "bureau": "市水务局", "helper": "市财政局", "audit": "市核查组", "stranger": "市档案馆"}


def make_cast() -> Cast:
    """Built kind by kind through the product's own bulk writing: hundreds of tests begin here."""
    city = make_unit("云溪市")
    rows = [Unit(name=name, parent=city, path=f"{city.path}{at:0{STEP}d}") for at, name in enumerate(UNITS.values(), start=1)]
    units = dict(zip(UNITS, writing.create_many(rows, actor=SYSTEM, verb="add_unit"), strict=True))
    writing.attach([UnitSpan(unit=unit, name=unit.name, path=unit.path, since=clock.today()) for unit in units.values()])
    units["city"] = city
    round_ = make_round(city)
    write.create(Assignment(round=round_, unit=units["audit"], part="verifier"), actor=SYSTEM, verb="assign")
    people = _people(units)
    post = Post.objects.get(duties__user=people["leader"])
    finding = make_finding(round_, units["bureau"], supports=(units["helper"],), leader_post=post)
    return Cast(**units, round=round_, finding=finding, people=people)


def _people(units: dict[str, Unit]) -> dict[str, User]:
    """Each with one confirmed duty through a post of their own."""
    since = clock.today() - timedelta(days=400)
    made = writing.create_many([User(name=name, full_name=name, password="!") for name in DUTIES], actor=SYSTEM, verb="add_user")
    people = {user.name: user for user in made}
    seats = [Post(unit=units[unit], title=f"{name}岗") for name, (unit, _role) in DUTIES.items()]
    posts = writing.create_many(seats, actor=SYSTEM, verb="add_post")
    duties = [
        Duty(user=people[name], post=post, role=role, since=since)
        for (name, (_unit, role)), post in zip(DUTIES.items(), posts, strict=True)
    ]
    writing.create_many(duties, actor=SYSTEM, verb="give_duty")
    return people


ALGORITHM = "sha256"
DIGEST = "0" * 64


def make_things(cast: Cast) -> dict[str, int]:
    """One of everything that hangs on the cast's round and finding, by the name an address gives it: {"measure_id": 7, …}."""
    today = clock.today()
    measure = make_measure(cast.finding)
    other = make_finding(make_round(cast.city, feedback_on=today - timedelta(days=400)))
    closed = make_finding(cast.round, cast.bureau)
    write.change(closed, {"state": "closed", "closed_on": today}, actor=SYSTEM, verb="close")
    submitted = make_finding(cast.round, cast.bureau, supports=(cast.helper,))
    write.change(submitted, {"state": "submitted"}, actor=SYSTEM, verb="submit")
    letter = make_letter(cast.round, state="in_review")
    answer = make_answer(cast.finding, cast.helper)
    cause = make_cause(cast.finding)
    chain = [{"code": "approve", "role": "director", "name": {"zh": "审签", "en": "sign"}}]
    return {
        **_of_accounts(cast),
        **_of_meetings(cast, closed),
        "other_id": other.pk,
        "link_id": _add(FindingLink(finding=cast.finding, other=other, kind="same")).pk,
        "proposal_id": _add(_proposed(cast)).pk,
        "carried_id": _add(Carried(round=cast.round, finding=other, basis="会议纪要1号", on=today)).pk,
        **_of_polls(cast),
        "draft_id": drafts.copy_regime(actor=SYSTEM, regime=cast.round.regime).pk,
        "finding_id": cast.finding.pk,
        "submitted_id": submitted.pk,
        "round_id": cast.round.pk,
        "letter_id": letter.pk,
        "item_id": make_item(letter).pk,
        "batch_id": _add(ImportBatch(round=cast.round, file_name="台账.xlsx", file_digest=DIGEST)).pk,
        "returned_id": _add(
            ReturnedLedger(round=cast.round, file_name="已填.xlsx", file_digest=DIGEST, file_algorithm=ALGORITHM, handed_in_at=clock.now())
        ).pk,
        "measure_id": measure.pk,
        "goal_id": _add(StageGoal(measure=measure, text="首批资金到账", due=today, not_before=cast.round.feedback_on)).pk,
        "cause_id": cause.pk,
        "raised_id": _add(_raised(cast, cause)).pk,
        "campaign_id": answer.campaign_id,
        "asked_id": answer.asked_id,
        "answer_id": answer.pk,
        **_of_plans(cast, measure),
        **_of_rules(cast, measure),
        "claim_id": _add(
            Claim(measure=measure, kind="done", text="已拨付", holder="user:0", unit=cast.bureau, on=today, state="raised")
        ).pk,
        "closing_id": _add(Closing(finding=cast.finding, chain=chain)).pk,
        "evidence_id": _evidence(cast, measure),
        "report_id": _add(_report(cast)).pk,
        "form_id": _add(_form(cast)).pk,
        "ledger_id": ImportBatch.objects.values_list("pk", flat=True)[0],
        "export_id": Report.objects.values_list("pk", flat=True)[0],
    }


def _add(row: Any) -> Any:
    return write.create(row, actor=SYSTEM, verb="add")


def _raised(cast: Cast, cause: Cause) -> RaisedCause:
    """Proposed, and nobody but the office has decided anything yet."""
    return RaisedCause(finding=cast.finding, cause=cause, proposed_by=cast.bureau, text="预算批复滞后", proposed_on=clock.today())


def _proposed(cast: Cast) -> ProposedProblem:
    told = {"title": "台账缺页", "text": "台账缺三页。", "basis": "自查"}
    return ProposedProblem(round=cast.round, unit=cast.bureau, on=clock.today(), **told)


def _plan(cast: Cast) -> PlanVersion:
    body = '{"findings":[],"measures":[]}'
    digest = digests.digest(ALGORITHM, body.encode())
    return PlanVersion(
        round=cast.round, unit=cast.bureau, number=1, body=body, algorithm=ALGORITHM, digest=digest, submitted_at=clock.now()
    )


def _of_plans(cast: Cast, measure: Measure) -> dict[str, int]:
    """A version sent to the checking unit, with one point, a pledge, an asked change and a meeting."""
    plan = _add(_plan(cast))
    said = {"word": "amend", "remarks_count": 1, "state": "answered", "answered_at": clock.now()}
    review = _add(PlanReview(plan=plan, of=cast.bureau, unit=cast.audit, name="主责部门", due=clock.today(), **said))
    pledge = _add(Pledge(plan=plan, signed_on=clock.today(), added_at=clock.now(), **_file()))
    change = PlanChange(measure=measure, kind="drop", reason="合并", asked_by="user:0", asked_at=clock.now())
    counts = {"expected": 7, "present": 7, "minutes": "纪要〔2026〕3号"}
    held = MeetingRecord(round=cast.round, unit=cast.bureau, kind="life", held_on=clock.today(), **counts, **_file())
    return {
        "plan_id": plan.pk,
        "review_id": review.pk,
        "remark_id": _add(PlanRemark(review=review, number=1, text="请明确时限")).pk,
        "pledge_id": pledge.pk,
        "asked_change_id": _add(change).pk,
        "meeting_id": _add(held).pk,
    }


def _file() -> dict[str, Any]:
    kept = files.store([b"proof"], limit_bytes=100)
    return {"file_name": "材料.txt", "digest": kept.digest, "algorithm": kept.algorithm, "size_bytes": kept.size}


def _of_rules(cast: Cast, measure: Measure) -> dict[str, int]:
    """A rule with a proof and a question, a programme with an indicator."""
    today, rule, programme = clock.today(), _rule(cast, measure), _programme(cast, measure)
    proof = _add(ProofOfUse(institution=rule, number=1, due=today))
    return {
        "programme_id": programme.pk,
        "indicator_id": _add(Indicator(programme=programme, name="到账率", source="财政月报", direction="up")).pk,
        "rule_id": rule.pk,
        "proof_id": proof.pk,
        "question_id": _add(RuleQuestion(institution=rule, finding=cast.finding, proof=proof, asked_on=today)).pk,
    }


def _rule(cast: Cast, measure: Measure) -> Institution:
    """Drafted, with its text, made by the measure."""
    rule = _add(Institution(unit=cast.bureau, title="资金拨付办法", media_type="text/plain", **_file()))
    write.attach([MeasureRule(measure=measure, institution=rule, verb="make")])
    return rule


def _programme(cast: Cast, measure: Measure) -> Programme:
    """Running this year, with the measure planned in it."""
    today = clock.today()
    row = Programme(unit=cast.bureau, title="水利工作要点", theme="水利", from_on=today, until_on=today, state="running")
    write.attach([MeasureProgramme(measure=measure, programme=_add(row))])
    return row


def _evidence(cast: Cast, measure: Measure) -> int:
    row = Evidence(
        title="拨款凭证", kind="act", media_type="text/plain", unit=cast.bureau, added_by="user:0", added_at=clock.now(), **_file()
    )
    write.attach([EvidenceUse(evidence=_add(row), measure=measure, used_at=clock.now())])
    write.attach([FileLook(digest=row.digest, progress="ready", has_picture=True)])
    derived.keep(row.digest, "thumb", b"picture")
    return row.pk


def _report(cast: Cast) -> Report:
    asked = {"asked_by_id": cast.people["clerk"].pk, "as_of": clock.today()}
    return Report(round=cast.round, kind="ledger", title="整改台账", state="ready", **asked, **_file())


def _form(cast: Cast) -> PrescribedForm:
    """One sheet of two rows, the first cell after its label filled with the number of findings."""
    cells = [[1, 1, "问题总数", "text"]]
    sheet = {"name": "表1", "rows": 2, "columns": 2, "widths": [12, 8], "cells": cells, "merged": []}
    file = _file() | {"file_name": "报表.xlsx"}
    file = {
        "file_name": file["file_name"],
        "file_digest": file["digest"],
        "file_algorithm": file["algorithm"],
        "file_bytes": file["size_bytes"],
    }
    spot = {"sheet": 0, "cell": "B1", "kind": "count", "what": "total"}
    kept_by = cast.people["clerk"].pk
    return PrescribedForm(round=cast.round, title="整改月报", layout=[sheet], spots=[spot], kept_by_id=kept_by, state="ready", **file)


def _of_accounts(cast: Cast) -> dict[str, int]:
    accounts.make_token(actor=SYSTEM, user=cast.people["clerk"], label="导出")
    return {
        "unit_id": cast.bureau.pk,
        "user_id": cast.people["liaison"].pk,
        "duty_id": Duty.objects.filter(user=cast.people["liaison"]).values_list("pk", flat=True)[0],
        "token_id": Token.objects.values_list("pk", flat=True)[0],
    }


def _of_polls(cast: Cast) -> dict[str, int]:
    """An open poll with one group on paper and one counted batch; a score sheet not yet sent."""
    today = clock.today()
    poll = _add(Poll(round=cast.round, title="满意度", question="对整改是否满意？", ends_on=today, opened_on=today, state="open"))
    group = _add(PollGroup(poll=poll, name="居民", channel="paper", invited=20))
    sheet = _add(PollSheet(group=group, satisfied=3, kept_by="办事员岗", on=today))
    sheet_of = _add(Assessment(round=cast.round, unit=cast.bureau, started_on=today))
    return {"assessment_id": sheet_of.pk, "poll_id": poll.pk, "poll_group_id": group.pk, "poll_sheet_id": sheet.pk}


def _of_meetings(cast: Cast, closed: Finding) -> dict[str, int]:
    """A sheet with one line and one decision, and a look-back with one draw."""
    today = clock.today()
    sheet = _add(Reconciliation(round=cast.round, title="第一次对账", as_of=today, seal_size=1, algorithm=ALGORITHM, digest=DIGEST))
    line = {"state": "registered", "is_said": False, "is_done": False, "is_well": False}
    write.attach([ReconciliationLine(sheet=sheet, finding=cast.finding, unit=cast.bureau, **line)])
    listed = [[closed.pk, closed.number, 1]]
    lookback = _add(
        LookBack(round=cast.round, title="回头看", by_risk=0, at_random=1, algorithm=ALGORITHM, population=listed, state="drawn")
    )
    drawn = Draw(lookback=lookback, finding=closed, place=1, is_random=True, key=DIGEST)
    return {
        "sheet_id": sheet.pk,
        "change_id": _add(PhaseChange(round=cast.round, from_phase="concentrated", to_phase="continuing", on=today, sheet=sheet)).pk,
        "decision_id": _add(Decision(sheet=sheet, finding=cast.finding, kind="press", text="月底前拨付", due=today)).pk,
        "lookback_id": lookback.pk,
        "draw_id": _add(drawn).pk,
        "commitment_id": _add(Commitment(lookback=lookback, party="整改办", digest=DIGEST)).pk,
    }
