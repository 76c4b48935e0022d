"""Each guard passes when nothing is missing, and says each of its sentences when one thing is; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jiandi.record.ledger import guards
from jiandi.record.ledger.facts import EvidenceFacts, FindingFacts
from jiandi.record.policy.independence import second_person
from tests.house import shape
from tests.record.ledger import satisfied
from tests.record.ledger.satisfied import LASTING, NOW, TODAY, finding, measure

SAME = (second_person(),)
YESTERDAY, FAR = TODAY - timedelta(days=1), TODAY + timedelta(days=31 * 12 + 1)
ONE = (NOW, LASTING)
COUNTED: dict[str, Any] = {
    "scope": "members", "word": "counted", "text": "", "matter": "", "post": "",
    "done_count": 7, "of_count": 7, "done_on": TODAY, "today": TODAY,
}  # fmt: skip


def also(guard: str, code: str, **changed: Any) -> tuple[str, str, dict[str, Any]]:
    return guard, code, changed


# guard, the one sentence expected, what is different from facts that satisfy it
REFUSALS = (
    ("approve_plan", "open_remarks", {"open_remarks": 1}),
    ("approve_plan", "still_asked", {"still_asked": 1}),
    also("start_at_once", "standard", standard=""),
    also("start_at_once", "due", due=None),
    also("start_at_once", "lead", has_lead=False),
    also("plan", "lead", has_lead=False),
    also("plan", "cause", causes=0),
    also("plan", "now", measures=(LASTING,)),
    also("plan", "lasting", measures=(NOW, replace(LASTING, rule_verb=""))),
    also("plan", "lasting", measures=(NOW, replace(LASTING, horizon="now"))),
    also("plan", "prevent", measures=(NOW, replace(LASTING, kind="reform"))),
    also("plan", "cause_depth", is_flagged=True, cause_depth=1),
    also("plan", "cause_attitude", is_flagged=True, cause_depth=2, bare_attitudes=1),
    also("plan", "cause_loose", is_flagged=True, cause_depth=2, loose_ends=1),
    also("forward_cause", "receiver", has_receiver=False),
    also("forward_cause", "text", text=" "),
    also("forward_cause", "names", text="市 水务局评审排队时间过长"),
    also("list_matter", "text", text=""),
    also("accept_cause", "text", text=""),
    also("refuse_cause", "text", text=""),
    also("raise_matter", "document", document=""),
    also("raise_matter", "on", on=None),
    also("raise_matter", "future", on=TODAY + timedelta(days=1)),
    also("answer_matter", "too_early", not_before=TODAY + timedelta(days=1)),
    also("answer_matter", "text", text=""),
    also("plan", "measure_lead", measures=(replace(NOW, has_lead=False), LASTING)),
    also("plan", "measure_due", measures=(replace(NOW, due=None), LASTING)),
    also("plan", "measure_standard", standard="", measures=(replace(NOW, standard=""), LASTING)),
    also("plan", "measure_method", measures=(replace(NOW, method=""), LASTING)),
    also("plan", "again", was_reopened=True),
    also("stage", "stage_goal", stage_goal=""),
    also("stage", "next_review", next_review=None),
    also("long_term", "stage_goal", stage_goal=""),
    also("long_term", "next_review", next_review=None),
    also("long_term", "too_late", due=YESTERDAY, document=""),
    also("standing", "reviews", reviews_passed=1),
    also("submit", "not_done", measures=(replace(NOW, state="claimed"), LASTING)),
    also("submit", "no_measure", measures=()),
    also("submit", "no_measure", measures=(replace(NOW, state="dropped"), replace(NOW, number=3, state="failed"))),
    also("submit", "rule", measures=(NOW, replace(LASTING, rules_in_force=0))),
    also("submit", "rule", measures=(NOW, replace(LASTING, rule_verb="make", rules_in_force=0))),
    also("take_back", "checking", checks_open=1),
    also("accept", "independence.second_person", independence=SAME),
    also("accept", "unjudged", verdicts={"1": "met"}),
    also("accept", "not_met", verdicts={"1": "met", "2": "not_met"}),
    also("accept", "questions", questions={"thorough": True, "in_place": True}),
    also("accept", "answered_no", questions={**satisfied.YES, "to_the_bottom": False}),
    also("return_finding", "reason", reason="perfunctory"),
    also("return_finding", "which", returned_measures=()),
    also("close", "not_done", measures=(replace(NOW, state="in_progress"), LASTING)),
    also("close", "rule", measures=(NOW, replace(LASTING, rules_in_force=0))),
    also("close", "chain", chain_finished=False),
    also("close", "effect", close_on="well", effect_state="due"),
    also("close", "effect_due", effect_due=None),
    also("close", "effect_late", effect_due=FAR),
    also("reopen", "reason", reason=" "),
    also("hand_over", "receipt", document=""),
    also("withdraw", "reason", reason=""),
    also("withdraw", "document", is_from_letter=True, document=""),
    also("restore", "reason", reason=""),
    also("restore", "independence.second_person", independence=SAME),
    also("with_reason", "reason", reason="\n"),
    also("claim", "independence.second_person", independence=SAME),
    also("claim", "standard", standard=""),
    also("claim", "talk_only", evidence=()),
    also("claim", "talk_only", evidence=(EvidenceFacts("talk"), EvidenceFacts("talk"))),
    also("claim", "text", text="  "),
    also("accept_claim", "independence.second_person", independence=SAME),
    also("accept_claim", "verdict", verdict=""),
    also("accept_claim", "verdict", verdict="not_met"),
    also("accept_claim", "method", method=""),
    also("accept_claim", "not_shown", is_shown=False),
    also("independent", "independence.second_person", independence=SAME),
    also("return_claim", "independence.second_person", independence=SAME),
    also("return_claim", "reason", reason="敷衍"),
    also("hold_item", "kept_number", kept_number=""),
    also("hold_item", "keeper", keeper=""),
    also("hold_item", "review_on", review_on=None),
    also("drop_item", "reason", reason=""),
    also("drop_item", "second_person", asked_by="user:1", holder="user:1"),
    also("review", "unconfirmed", unconfirmed=1),
    also("answer", "word", word=""),
    also("answer", "word", word="counted"),
    also("answer", "text", text=" "),
    also("answer", "matter", matter=""),
    also("answer", "post", post=" "),
    also("answer", "counts", **{**COUNTED, "of_count": None}),
    also("answer", "counts", **{**COUNTED, "done_count": 8}),
    also("answer", "counts", **{**COUNTED, "word": "no"}),
    also("answer", "done_on", **{**COUNTED, "done_on": None}),
    also("answer", "done_on", **{**COUNTED, "done_on": TODAY + timedelta(days=1)}),
    also("answer", "no_file", **{**COUNTED, "text": "某同志存在"}),
    also("close_campaign", "open_cells", open_cells=1),
    also("freeze_list", "commitments", commitments=1),
    also("freeze_list", "population", population=0),
    also("freeze_list", "too_many", wanted=11),
    also("draw", "secrets", secrets=1),
    also("look", "text", text=""),
    also("look", "method", method=""),
    also("answer_dispute", "document", document=" "),
    also("answer_dispute", "answered_on", answered_on=None),
    also("answer_dispute", "future", answered_on=TODAY + timedelta(days=1)),
    also("answer_dispute", "too_early", forwarded_on=TODAY + timedelta(days=1)),
    also("grant", "settled", is_running=False),
    also("grant", "granted_to", granted_to=None),
    also("grant", "granted_to", granted_to=TODAY),
    also("change_hands", "state", state="verified"),
    also("change_hands", "plan", is_plan_under_review=True),
    also("order", "document", document=" "),
    also("order", "ordered_on", ordered_on=None),
    also("order", "ordered_on", ordered_on=TODAY + timedelta(days=1)),
    also("set_day", "day", day=None),
    also("set_day", "day", day=YESTERDAY),
    also("confirm_upper", "scan", has_scan=False),
    also("send_back_upper", "document", document=" "),
    also("send_back_upper", "answered_on", answered_on=None),
    also("send_back_upper", "answered_on", answered_on=YESTERDAY),
    also("in_force", "number", number=""),
    also("in_force", "number", issued_on=None),
    also("in_force", "proof", first_proof_on=None),
    also("send_assessment", "unscored", unscored=("整改落实",)),
    also("send_assessment", "bare", bare=("整改落实",)),
    also("decide_assessment", "explanation", is_explained=False, explain_by=TODAY),
    also("decide_assessment", "document", document=" "),
    also("decide_assessment", "decided_on", decided_on=FAR),
    also("decide_assessment", "grade", grade="best"),
    also("decide_assessment", "why_other", reckoned="poor"),
    also("abolish_rule", "document", document=" "),
    also("abolish_rule", "ended_on", ended_on=None),
    also("abolish_rule", "ended_on", ended_on=FAR),
    also("draw_cases", "case_list", case_list=" "),
    also("draw_cases", "cases", cases=0),
    also("draw_cases", "drawn", drawn=0),
    also("draw_cases", "drawn", drawn=10),
    also("draw_cases", "independence.second_person", independence=SAME),
    also("find_no_case", "text", text=" "),
    also("find_no_case", "method", method=""),
    also("find_no_case", "independence.second_person", independence=SAME),
    also("record_proof", "found", found=None),
    also("record_proof", "found", found=4),
    also("record_proof", "seen_on", seen_on=FAR),
    also("record_proof", "seen_on", seen_on=None),
    also("open_poll", "links", without_links=("居民",)),
    also("open_poll", "groups", groups=0),
    also("open_poll", "ends_on", ends_on=YESTERDAY),
    also("close_poll", "answers", answered=0),
)
# What could look like a refusal and is none.
PASSES = (
    also("answer", "members that are counted", **COUNTED),
    also("answer", "a no without matter and post", word="no", matter="", post=""),
    also("plan", "an excuse frees from lasting and prevent", measures=(NOW,), excuse="安全隐患，当场消除"),
    also("plan", "a class that needs no lasting measure", measures=(NOW,), needs_lasting=False, needs_prevent=False),
    also("plan", "a measure inherits the standard", measures=(replace(NOW, standard=""), LASTING)),
    also("plan", "dropped and failed measures are not looked at", measures=(*ONE, measure(number=3, state="dropped", method="", due=None))),
    also("plan", "a new measure after reopening", was_reopened=True, measures=(replace(NOW, state="draft"), LASTING)),
    also("plan", "why it did not hold, after reopening", was_reopened=True, measures=(replace(NOW, why_again="台账未更新"), LASTING)),
    also("plan", "depth is asked of flagged ones only", cause_depth=1, bare_attitudes=1),
    also("plan", "loose ends are asked of flagged ones only", loose_ends=1),
    also("forward_cause", "one letter is no name", hidden=("排",)),
    also("plan", "a flagged one with a second why", is_flagged=True, cause_depth=2),
    also("long_term", "on a superior's order, late", due=YESTERDAY),
    also("long_term", "on the last day", due=TODAY, document=""),
    also("submit", "a rule enforced or abolished need not be registered", measures=(NOW, replace(LASTING, rule_verb="enforce", rules_in_force=0))),
    also("submit", "a failed measure does not count", measures=(*ONE, measure(number=3, state="failed"))),
    also("accept", "a dropped measure needs no verdict", measures=(*ONE, measure(number=3, state="dropped"))),
    also("close", "the effect was seen", effect_state="passed", effect_due=None),
    also("close", "the effect was seen, where the regime asks for it", close_on="well", effect_state="passed"),
    also("close", "no effect measure applies", effect_measure="none", effect_due=None),
    also("close", "none applies, also where the regime asks for the effect", close_on="effect", effect_measure="none", effect_due=None),
    also("close", "the last day allowed", effect_due=TODAY + timedelta(days=31 * 12)),
    also("withdraw", "the office withdraws a self-found one", is_from_letter=False, document=""),
    also("claim", "outcome evidence is more than an act", evidence=(EvidenceFacts("talk"), EvidenceFacts("outcome"))),
    also("drop_item", "somebody else asked", asked_by="user:1", holder="user:2"),
    also("freeze_list", "all are drawn", wanted=10),
)  # fmt: skip


@pytest.mark.parametrize("guard", guards.BY_NAME)
def test_it_passes_when_nothing_is_missing(guard: str) -> None:
    assert guards.BY_NAME[guard](satisfied.FACTS[guard]) == []


@pytest.mark.parametrize("guard", guards.BY_NAME)
def test_it_refuses_when_everything_is_missing(guard: str) -> None:
    assert guards.BY_NAME[guard](satisfied.EMPTY[guard])


@pytest.mark.parametrize(("guard", "code", "changed"), REFUSALS, ids=[f"{g}-{c}" for g, c, _more in REFUSALS])
def test_it_says_exactly_what_is_missing(guard: str, code: str, changed: dict[str, Any]) -> None:
    unmet = guards.BY_NAME[guard](replace(satisfied.FACTS[guard], **changed))
    assert [u.code for u in unmet] == [code]
    assert "{" not in unmet[0].sentence()


@pytest.mark.parametrize(("guard", "why", "changed"), PASSES, ids=[f"{g}-{w}".replace(" ", "_") for g, w, _more in PASSES])
def test_what_is_no_reason_to_refuse(guard: str, why: str, changed: dict[str, Any]) -> None:
    assert guards.BY_NAME[guard](replace(satisfied.FACTS[guard], **changed)) == [], why


def test_every_sentence_of_every_guard_has_its_refusal() -> None:
    """A sentence that no test provokes could be wrong for years."""
    paths = sorted((shape.PACKAGE / "record" / "ledger").glob("*guards.py"))
    said = {call.args[0].value for path in paths for call in shape.calls(path) if shape.dotted(call.func) == "Unmet"}  # type: ignore[attr-defined]
    assert said == {code for _guard, code, _more in REFUSALS} - {"independence.second_person"}


def test_all_reasons_are_told_at_once() -> None:
    unmet = guards.plan(finding(has_lead=False, causes=0, measures=(replace(NOW, horizon="lasting", due=None, method=""),)))
    assert [u.code for u in unmet] == ["lead", "cause", "now", "lasting", "prevent", "measure_due", "measure_method"]


def test_every_kind_of_neutral_reason_is_accepted() -> None:
    for reason in guards.NEUTRAL_REASONS:
        assert guards.return_finding(finding(reason=reason)) == []


class Asked(FindingFacts):
    """Facts that write down what a guard looked at."""

    def __getattribute__(self, name: str) -> Any:
        if name in AROUND:
            SEEN.add(AROUND[name])
        return object.__getattribute__(self, name)


# Which part of what lies around a finding a fact comes from (``reads.facts_for`` brings only what is asked for).
AROUND = {
    "causes": "causes",
    "cause_depth": "causes",
    "bare_attitudes": "causes",
    "loose_ends": "causes",
    "measures": "measures",
    "was_reopened": "past",
}
SEEN: set[str] = set()


@pytest.mark.parametrize("guard", [name for name, facts in satisfied.FACTS.items() if isinstance(facts, FindingFacts)])
def test_a_guard_looks_only_at_what_it_says_it_needs(guard: str) -> None:
    """And needs nothing that none of its sentences asks for."""
    SEEN.clear()
    changes: list[dict[str, Any]] = [{}, *(changed for name, _code, changed in (*REFUSALS, *PASSES) if name == guard)]
    for changed in changes:
        facts = replace(satisfied.FACTS[guard], **changed)
        guards.BY_NAME[guard](Asked(**vars(facts)))
    assert guards.NEEDS.get(guard, set()) == SEEN
