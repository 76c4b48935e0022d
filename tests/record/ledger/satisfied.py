"""Facts that satisfy each guard, facts that satisfy none, and an actor who may do a given verb."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from jiandi.base.errors import NotAllowed
from jiandi.record.ledger.facts import (
    AnswerFacts,
    AssessmentFacts,
    CatchUpFacts,
    ClaimFacts,
    DisputeFacts,
    EvidenceFacts,
    ExtensionFacts,
    FindingFacts,
    InstitutionFacts,
    ItemFacts,
    LookBackFacts,
    MeasureFacts,
    PlanFacts,
    PollFacts,
    ProofFacts,
    RaisedFacts,
    TransferFacts,
    UpperFacts,
)
from jiandi.record.policy import decide
from jiandi.record.policy.independence import second_person
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import SYSTEM, Actor, DutyHeld

__all__ = ["EMPTY", "EVERYTHING", "FACTS", "NOBODY", "SYSTEM", "TODAY", "NotAllowed", "finding", "measure", "whoever_may"]

TODAY = date(2026, 6, 1)
LATER = TODAY + timedelta(days=30)
PATH = "00010001"
NOBODY = Actor(9, "nobody")
PARTS = ("lead", "passer", "support", "share", "verifier", "asked", "delegate")
EVERYTHING = Target(1, tuple((part, PATH) for part in PARTS), unit_path=PATH, leader_post_id=1)


def whoever_may(verb: str) -> tuple[Actor, Target]:
    """A person with one role that the policy allows the verb, standing in every relation to the target."""
    role = min(decide.TABLE[verb][0].roles)
    return Actor(1, role, (DutyHeld(role, 1, 1, PATH),)), EVERYTHING


def measure(**fields: Any) -> MeasureFacts:
    """A measure that lacks nothing and is done."""
    given: dict[str, Any] = {
        "number": 1, "text": "核对账目", "state": "done", "kind": "correct", "horizon": "now", "rule_verb": "",
        "due": LATER, "has_lead": True, "standard": "到账", "method": "read", **fields,
    }  # fmt: skip
    return MeasureFacts(**given)


NOW = measure()
LASTING = measure(number=2, kind="prevent", horizon="lasting", rule_verb="revise", rules=1, rules_in_force=1)
YES = {"to_the_bottom": True, "thorough": True, "in_place": True}


def finding(**fields: Any) -> FindingFacts:
    """A finding that no guard has anything to say against."""
    given: dict[str, Any] = {
        "number": "A-001", "state": "registered", "klass": "time_limited", "standard": "全部拨付", "due": LATER, "today": TODAY,
        "causes": 1, "measures": (NOW, LASTING), "stage_goal": "首批到账", "next_review": LATER, "reviews_passed": 2,
        "reason": "incomplete", "document": "督〔2026〕3号", "verdicts": {"1": "met", "2": "met"}, "questions": dict(YES),
        "returned_measures": (1,), "chain_finished": True, "effect_due": LATER, "effect_state": "due", "effect_measure": "sample",
        **fields,
    }  # fmt: skip
    return FindingFacts(**given)


NOTHING = FindingFacts(
    number="A-001", state="registered", klass="time_limited", has_lead=False, is_from_letter=True, checks_open=1, reason="",
    due=TODAY - timedelta(days=1), today=TODAY, independence=(second_person(),),
)  # fmt: skip
CLAIM = ClaimFacts(standard="到账", text="已拨付", evidence=(EvidenceFacts("act"),), verdict="met", reason="incomplete", method="seen")
ITEM = ItemFacts(reason="不属整改事项", kept_number="秘1", keeper="机要室", review_on=LATER, asked_by="user:1", holder="user:2")
ANSWER = AnswerFacts(word="yes", matter="两笔拨款超期", post="财务科科长", text="查阅2025年全部凭证，由财务科核对")
LOOK = LookBackFacts(commitments=2, secrets=2, population=10, wanted=3, text="未反弹", method="seen")
RULE = InstitutionFacts("云政〔2026〕8号", TODAY, LATER, document="云政〔2026〕9号", ended_on=TODAY, today=TODAY)
PROOF = ProofFacts(case_list="拨付申请", cases=9, drawn=3, found=3, method="read", text="均按办法办理", seen_on=TODAY, today=TODAY)
RAISED = RaisedFacts(text="评审排队时间过长", hidden=("市水务局",), has_receiver=True, document="云整改〔2026〕1号", on=TODAY, today=TODAY)
RAISED_GUARDS = ("forward_cause", "list_matter", "accept_cause", "refuse_cause", "raise_matter", "answer_matter")
FACTS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "start_at_once", "plan", "stage", "long_term", "standing", "submit", "take_back", "accept", "return_finding", "close",
            "reopen", "hand_over", "withdraw", "restore", "with_reason",
        ),
        finding(),
    ),
    **dict.fromkeys(("claim", "accept_claim", "return_claim", "independent"), CLAIM),
    **dict.fromkeys(("hold_item", "drop_item", "review"), ITEM),
    **dict.fromkeys(("answer", "close_campaign"), ANSWER),
    **dict.fromkeys(("freeze_list", "draw", "look"), LOOK),
    **dict.fromkeys(RAISED_GUARDS, RAISED),
    "send_assessment": AssessmentFacts(),
    "decide_assessment": AssessmentFacts(
        is_explained=True, today=TODAY, document="联〔2026〕2号", decided_on=TODAY, grade="good", grades=("good",), reckoned="good"
    ),
    **dict.fromkeys(("open_poll", "close_poll"), PollFacts(groups=2, without_links=(), answered=9, ends_on=LATER, today=TODAY)),
    "answer_dispute": DisputeFacts(document="巡组函〔2026〕9号", answered_on=TODAY, today=TODAY),
    "approve_plan": PlanFacts(),
    "grant": ExtensionFacts(is_running=True, due=TODAY, granted_to=LATER),
    **dict.fromkeys(("change_hands", "order"), TransferFacts("planned", document="云政〔2026〕9号", ordered_on=TODAY, today=TODAY)),
    "set_day": CatchUpFacts(LATER, TODAY),
    **dict.fromkeys(("confirm_upper", "send_back_upper"), UpperFacts("省整改办〔2026〕7号", TODAY, TODAY, TODAY, has_scan=True)),
    **dict.fromkeys(("in_force", "abolish_rule"), RULE),
    **dict.fromkeys(("draw_cases", "find_no_case", "record_proof"), PROOF),
}  # fmt: skip
EMPTY: dict[str, Any] = {
    **dict.fromkeys(FACTS, NOTHING),
    **dict.fromkeys(("claim", "accept_claim", "return_claim"), ClaimFacts()),
    **dict.fromkeys(("hold_item", "drop_item", "review"), ItemFacts(unconfirmed=3)),
    **dict.fromkeys(("answer", "close_campaign"), AnswerFacts(open_cells=2)),
    **dict.fromkeys(("freeze_list", "draw", "look"), LookBackFacts(commitments=1)),
    **dict.fromkeys(RAISED_GUARDS, RaisedFacts()),
    **dict.fromkeys(("send_assessment", "decide_assessment"), AssessmentFacts(unscored=("整改落实",))),
    **dict.fromkeys(("open_poll", "close_poll"), PollFacts(groups=0, without_links=("居民",), answered=0, ends_on=TODAY, today=LATER)),
    "answer_dispute": DisputeFacts(),
    "approve_plan": PlanFacts(open_remarks=2, still_asked=1),
    "grant": ExtensionFacts(),
    **dict.fromkeys(("change_hands", "order"), TransferFacts("verified")),
    "set_day": CatchUpFacts(),
    **dict.fromkeys(("confirm_upper", "send_back_upper"), UpperFacts()),
    **dict.fromkeys(("in_force", "abolish_rule"), InstitutionFacts()),
    **dict.fromkeys(("draw_cases", "find_no_case", "record_proof"), ProofFacts()),
}
