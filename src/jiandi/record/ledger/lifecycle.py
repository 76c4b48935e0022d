"""Every allowed move of every thing: from, verb, to, who, guard. Nothing else assigns a state.

``who`` is a verb of the policy; empty means that the move only happens inside another action that was asked for.
``guard`` names a function of ``guards`` that looks at frozen facts and lists what stands in the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.ledger import guards, write
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import decide
from jiandi.record.policy.targets import NOWHERE, Target
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.models import Recorded, TrailEntry, thing_of


@dataclass(frozen=True)
class Move:
    """One line of a table."""

    from_states: tuple[str, ...]
    verb: str
    to: str
    who: str = ""
    guard: str = ""


_WORKING = ("in_progress", "basically_done", "long_term")
_OPEN = ("registered", "planned", *_WORKING, "submitted", "verified", "reopened")

FINDING = (
    Move(("registered",), "start_at_once", "in_progress", "finding.start_at_once", "start_at_once"),
    Move(("registered", "reopened"), "plan", "planned", "finding.plan", "plan"),
    Move(("planned",), "start", "in_progress"),
    Move(("in_progress",), "call_basically_done", "basically_done", "finding.call_basically_done", "stage"),
    Move(("in_progress", "basically_done"), "make_long_term", "long_term", "finding.make_long_term", "long_term"),
    Move(("long_term",), "make_standing", "standing", "finding.make_standing", "standing"),
    Move(_WORKING, "submit", "submitted", "finding.submit", "submit"),
    Move(_WORKING, "submit_signed", "submitted", "", "submit"),
    Move(("submitted",), "take_back", "in_progress", "finding.take_back", "take_back"),
    Move(("submitted",), "accept", "verified", "finding.accept", "accept"),
    Move(("submitted", "verified"), "return", "in_progress", "finding.return", "return_finding"),
    Move(("verified",), "close", "closed", "", "close"),
    Move(("closed", "standing"), "reopen", "reopened", "finding.reopen", "reopen"),
    Move(_OPEN, "hand_over", "handed_over", "finding.hand_over", "hand_over"),
    Move(_OPEN, "withdraw", "withdrawn", "finding.withdraw", "withdraw"),
    Move(("withdrawn",), "restore", "registered", "finding.restore", "restore"),
    Move((*_OPEN, "closed", "standing", "handed_over"), "undo_batch", "withdrawn", "import.take", "with_reason"),
)
MEASURE = (
    Move(("draft",), "approve", "planned"),
    Move(("planned",), "start", "in_progress"),
    Move(("planned", "in_progress"), "claim", "claimed", "claim.make", "claim"),
    Move(("claimed",), "take_back", "in_progress", "claim.take_back"),
    Move(("claimed",), "accept", "done", "claim.accept", "accept_claim"),
    Move(("claimed",), "return", "in_progress", "claim.return", "return_claim"),
    Move(("done",), "fall_back", "in_progress"),
    Move(("done", "in_progress", "claimed", "planned"), "fail", "failed"),
    Move(("draft",), "drop", "dropped", "measure.write", "with_reason"),
    Move(("planned", "in_progress"), "drop_approved", "dropped", "", "with_reason"),
)
CLAIM = (
    Move(("stated",), "strike", "struck", "claim.strike", "with_reason"),
    Move(("raised",), "accept", "accepted"),
    Move(("raised",), "return", "returned"),
    Move(("raised",), "take_back", "taken_back"),
    Move(("accepted",), "fall_back", "fell_back"),
)
LETTER = (
    Move(("received", "failed"), "read", "reading"),
    Move(("received", "reading"), "propose", "in_review"),
    Move(("received", "reading"), "fail", "failed"),
    Move(("in_review",), "finish_review", "reviewed", "letter.review", "review"),
    Move(("reviewed",), "review_again", "in_review", "letter.review"),
)
LETTER_ITEM = (
    Move(("open", "held", "dropped"), "cover", "covered", "letter_item.cover"),
    Move(("open",), "hold", "held", "letter_item.hold", "hold_item"),
    Move(("open",), "ask_drop", "drop_asked", "letter.review", "with_reason"),
    Move(("drop_asked",), "drop", "dropped", "letter_item.drop", "drop_item"),
    Move(("drop_asked", "held", "dropped", "covered", "merged"), "open", "open", "letter_item.open"),
    Move(("open",), "merge", "merged", "letter.review"),
)
PLAN_VERSION = (
    Move(("submitted",), "approve", "approved", "plan.approve", "approve_plan"),
    Move(("submitted",), "approve_signed", "approved", "", "approve_plan"),
    Move(("submitted",), "return", "returned", "plan.return", "with_reason"),
    Move(("submitted",), "return_signed", "returned", "", "with_reason"),
    Move(("submitted",), "take_back", "taken_back", "plan.submit"),
)
PLAN_REVIEW = (
    Move(("asked",), "give", "answered", "plan.review"),
    Move(("asked",), "lapse", "silent"),
)
PLAN_REMARK = (
    Move(("open", "not_taken"), "take", "taken", "plan.merge"),
    Move(("open", "taken"), "refuse", "not_taken", "plan.merge", "with_reason"),
)
PLAN_CHANGE = (
    Move(("open",), "apply", "applied"),
    Move(("open",), "take_back", "taken_back", "measure.write"),
)
PLEDGE = (Move(("current",), "replace", "replaced"),)
MEETING_RECORD = (Move(("kept",), "strike", "struck", "meeting.keep", "with_reason"),)
CAMPAIGN = (Move(("running",), "close", "closed", "campaign.close", "close_campaign"),)
ANSWER = (
    Move(("asked",), "answer", "answered", "answer.give", "answer"),
    Move(("asked",), "excuse", "excused", "answer.excuse", "with_reason"),
)
CLOSING = (
    Move(("running",), "finish", "finished"),
    Move(("running",), "stop", "stopped"),
)
RECONCILIATION = (
    Move(("frozen",), "hold", "held", "reconciliation.decide"),
    Move(("frozen", "held"), "finish", "finished", "reconciliation.finish"),
)
DECISION = (Move(("open",), "meet", "met", "reconciliation.decide"),)
LOOKBACK = (
    Move(("planned",), "freeze", "frozen", "lookback.draw", "freeze_list"),
    Move(("frozen",), "draw", "drawn", "lookback.draw", "draw"),
    Move(("drawn",), "finish", "finished", "lookback.draw"),
)
DRAW = (
    Move(("drawn",), "hold", "held", "lookback.record", "look"),
    Move(("drawn",), "fail", "failed", "lookback.record", "look"),
)
INSTITUTION = (
    Move(("drafted",), "put_in_force", "in_force", "rule.write", "in_force"),
    Move(("drafted",), "register_in_force", "in_force", "rule.register", "in_force"),
    Move(("in_force",), "find_on_paper_only", "on_paper_only"),
    Move(("on_paper_only",), "find_in_use", "in_force"),
    Move(("drafted", "in_force", "on_paper_only"), "abolish", "abolished", "rule.write", "abolish_rule"),
    Move(("in_force", "on_paper_only"), "supersede", "superseded"),
)
PROOF_OF_USE = (
    Move(("planned",), "draw_cases", "drawn", "proof.record", "draw_cases"),
    Move(("planned",), "find_no_case", "unused", "proof.record", "find_no_case"),
    Move(("drawn",), "find_used", "used", "proof.record", "record_proof"),
    Move(("drawn",), "find_unused", "unused", "proof.record", "record_proof"),
    Move(("planned", "drawn"), "drop", "dropped"),
)
RULE_QUESTION = (
    Move(("asked",), "keep_closed", "kept", "rule.answer", "with_reason"),
    Move(("asked",), "reopen", "reopened", "rule.answer", "with_reason"),
    Move(("asked",), "drop", "dropped"),
)
PROGRAMME = (
    Move(("draft",), "start", "running", "programme.write"),
    Move(("running",), "finish", "finished", "programme.write"),
    Move(("draft", "running"), "drop", "dropped", "programme.write", "with_reason"),
)
REPORT = (
    Move(("asked",), "finish", "ready"),
    Move(("asked",), "fail", "failed"),
)
PRESCRIBED_FORM = (
    Move(("received",), "look", "ready"),
    Move(("received",), "fail", "failed"),
    Move(("ready", "failed"), "put_aside", "put_aside", "form.keep"),
)
IMPORT_BATCH = (
    Move(("received",), "check", "checked"),
    Move(("received",), "fail", "failed"),
    Move(("checked", "received"), "ask_check", "received", "import.take"),
    Move(("checked", "taking"), "ask_take", "taking", "import.take"),
    Move(("taking",), "take", "taken", "import.take"),
    Move(("taking",), "stop_taking", "checked"),
    Move(("received", "checked", "failed"), "discard", "discarded", "import.take"),
    Move(("taken",), "undo", "undone", "import.take"),
)
RETURNED_LEDGER = (
    Move(("received",), "compare", "compared"),
    Move(("received",), "fail", "failed"),
    Move(("compared",), "ask_apply", "applying"),
    Move(("applying",), "apply", "applied"),
    Move(("applying",), "stop_applying", "compared"),
    Move(("compared", "failed"), "discard", "discarded"),
)
PHASE_CHANGE = (Move(("standing",), "undo", "undone", "round.change_phase", "with_reason"),)
DISPUTE = (
    Move(("raised",), "forward", "forwarded", "dispute.forward"),
    Move(("forwarded",), "uphold", "upheld", "dispute.record_answer", "answer_dispute"),
    Move(("forwarded",), "correct", "corrected", "dispute.record_answer", "answer_dispute"),
    Move(("forwarded",), "withdraw", "withdrawn", "dispute.record_answer", "answer_dispute"),
    Move(("raised", "forwarded"), "take_back", "taken_back", "dispute.take_back", "with_reason"),
)
_LIVE = ("given", "accepted", "returned", "expired")
EVIDENCE = (
    Move(("given",), "accept", "accepted", "evidence.review", "independent"),
    Move(("given", "accepted"), "return", "returned", "evidence.review", "return_claim"),
    Move(("given", "accepted"), "expire", "expired", "evidence.review", "independent"),
    Move(("given", "accepted"), "run_out", "expired"),
    Move(("accepted", "returned", "expired"), "look_again", "given", "evidence.review", "with_reason"),
    Move(_LIVE, "replace", "replaced", "evidence.add"),
    Move((*_LIVE, "replaced"), "quarantine", "quarantined"),
)
RAISED_CAUSE = (
    Move(("proposed",), "take_back", "taken_back", "raised_cause.propose", "with_reason"),
    Move(("proposed",), "return", "returned", "raised_cause.route", "with_reason"),
    Move(("proposed", "refused"), "forward", "forwarded", "raised_cause.route", "forward_cause"),
    Move(("forwarded",), "accept", "accepted", "raised_cause.answer", "accept_cause"),
    Move(("forwarded",), "refuse", "refused", "raised_cause.answer", "refuse_cause"),
    Move(("proposed", "refused"), "list", "listed", "raised_cause.route", "list_matter"),
    Move(("listed",), "raise", "raised", "raised_cause.route", "raise_matter"),
    Move(("raised",), "answer", "answered", "raised_cause.route", "answer_matter"),
)
EXTENSION = (
    Move(("asked",), "grant", "granted", "extension.answer", "grant"),
    Move(("asked",), "refuse", "refused", "extension.answer", "with_reason"),
    Move(("asked",), "take_back", "taken_back", "extension.ask"),
)
CATCH_UP = (Move(("explained",), "set_day", "set", "catch_up.set", "set_day"),)
TRANSFER = (
    Move(("asked",), "accept", "accepted", "transfer.answer", "change_hands"),
    Move(("asked",), "refuse", "refused", "transfer.answer", "with_reason"),
    Move(("asked",), "take_back", "taken_back", "transfer.ask"),
    Move(("asked", "refused"), "order", "ordered", "transfer.order", "order"),
    Move(("asked",), "lapse", "taken_back"),
    Move(("accepted", "ordered"), "end", "ended", "transfer.ask"),
    Move(("accepted", "ordered"), "end_with_lead", "ended"),
)
SUPPORT = (
    Move(("asked",), "accept", "accepted", "support.answer"),
    Move(("asked",), "refuse", "refused", "support.answer", "with_reason"),
    Move(("asked", "accepted"), "give", "answered", "support.give", "with_reason"),
    Move(("asked", "accepted"), "take_back", "taken_back", "support.ask"),
)
UPPER_REVIEW = (
    Move(("sent",), "confirm", "confirmed", "upper.record", "confirm_upper"),
    Move(("sent",), "send_back", "sent_back", "upper.record", "send_back_upper"),
    Move(("sent",), "take_back", "taken_back", "upper.send"),
)
FINDING_LINK = (
    Move(("proposed",), "accept", "accepted", "link.decide"),
    Move(("proposed",), "refuse", "refused", "link.decide", "with_reason"),
    Move(("accepted",), "unlink", "unlinked", "link.decide", "with_reason"),
)
CARRIED = (Move(("carried",), "take_off", "taken_off", "finding.carry", "with_reason"),)
PROPOSED_PROBLEM = (
    Move(("proposed",), "register", "registered", "finding.register"),
    Move(("proposed",), "refuse", "refused", "finding.register", "with_reason"),
    Move(("proposed",), "take_back", "taken_back", "finding.propose"),
)
POLL = (
    Move(("draft",), "open", "open", "poll.run", "open_poll"),
    Move(("open",), "close", "closed", "poll.run", "close_poll"),
    Move(("draft",), "drop", "dropped", "poll.run"),
)
POLL_SHEET = (Move(("counted",), "strike", "struck", "poll.run", "with_reason"),)
ASSESSMENT = (
    Move(("draft",), "send", "sent", "assessment.score", "send_assessment"),
    Move(("sent",), "explain", "explained", "assessment.explain", "with_reason"),
    Move(("sent", "explained"), "decide", "decided", "assessment.decide", "decide_assessment"),
    Move(("draft",), "drop", "dropped", "assessment.score"),
)
ROUND = (Move(("running",), "end", "ended", "round.change"),)

TABLES: dict[str, tuple[Move, ...]] = {
    "finding": FINDING,
    "measure": MEASURE,
    "claim": CLAIM,
    "letter": LETTER,
    "letteritem": LETTER_ITEM,
    "planversion": PLAN_VERSION,
    "planreview": PLAN_REVIEW,
    "planremark": PLAN_REMARK,
    "planchange": PLAN_CHANGE,
    "pledge": PLEDGE,
    "meetingrecord": MEETING_RECORD,
    "campaign": CAMPAIGN,
    "answer": ANSWER,
    "closing": CLOSING,
    "reconciliation": RECONCILIATION,
    "decision": DECISION,
    "lookback": LOOKBACK,
    "draw": DRAW,
    "institution": INSTITUTION,
    "proofofuse": PROOF_OF_USE,
    "rulequestion": RULE_QUESTION,
    "programme": PROGRAMME,
    "report": REPORT,
    "prescribedform": PRESCRIBED_FORM,
    "importbatch": IMPORT_BATCH,
    "returnedledger": RETURNED_LEDGER,
    "round": ROUND,
    "phasechange": PHASE_CHANGE,
    "dispute": DISPUTE,
    "evidence": EVIDENCE,
    "raisedcause": RAISED_CAUSE,
    "extension": EXTENSION,
    "catchup": CATCH_UP,
    "transfer": TRANSFER,
    "support": SUPPORT,
    "upperreview": UPPER_REVIEW,
    "findinglink": FINDING_LINK,
    "carried": CARRIED,
    "proposedproblem": PROPOSED_PROBLEM,
    "assessment": ASSESSMENT,
    "poll": POLL,
    "pollsheet": POLL_SHEET,
}


def move(
    record: Recorded,
    verb: str,
    *,
    actor: Actor,
    target: Target = NOWHERE,
    facts: Any = None,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
) -> TrailEntry:
    """Check policy and guard, then write state, span, entry and counters in the caller's transaction.

    Raises RuleBroken when the table has no such move from here or the guard finds something unmet.
    """
    step = find(thing_of(record), state_of(record), verb)
    if step.who:
        decide.require(actor, step.who, target)
    unmet = guards.BY_NAME[step.guard](facts) if step.guard else []
    if unmet:
        raise RuleBroken(f"{thing_of(record)}.{verb}", N_("This cannot be done yet."), unmet=tuple(unmet))
    return write.change(record, {"state": step.to, **(fields or {})}, actor=actor, verb=verb, reason=reason)


def find(thing: str, state: str, verb: str) -> Move:
    """The line of the table that allows ``verb`` from ``state``."""
    for step in TABLES[thing]:
        if step.verb == verb and state in step.from_states:
            return step
    raise RuleBroken(
        f"{thing}.{verb}",
        N_("This is not possible in the state “{state}”. Load the page again to see what is possible now."),
        state=word_of(thing, state),
    )


def word_of(thing: str, state: str) -> str:
    """A state in words, as people see it."""
    choices = apps.get_model("ledger", thing)._meta.get_field("state").flatchoices
    return str(dict(choices).get(state, state))


def verbs_from(thing: str, state: str) -> tuple[Move, ...]:
    """All moves that leave a state."""
    return tuple(step for step in TABLES[thing] if state in step.from_states)


def state_of(record: Recorded) -> str:
    return str(record.state)  # type: ignore[attr-defined]


def possible(finding: Finding, actor: Actor, target: Target) -> list[Move]:
    """The moves of a finding that the actor's duties allow from here, whatever the guards say."""
    return [m for m in verbs_from("finding", finding.state) if m.who and decide.may(actor, m.who, target)]
