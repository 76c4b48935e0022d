"""What stands in the way of a move: pure questions over frozen facts (rules.md §2, §3). No Django here.

Each guard returns every reason as a sentence, so that a person can mend all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger import change_guards, raised_guards, rule_guards
from jiandi.record.ledger.facts import (
    AnswerFacts,
    AssessmentFacts,
    ClaimFacts,
    FindingFacts,
    ItemFacts,
    LookBackFacts,
    MeasureFacts,
)
from jiandi.record.ledger.plan_guards import approve_plan
from jiandi.record.ledger.poll_guards import close_poll, open_poll

THREE_QUESTIONS = ("to_the_bottom", "thorough", "in_place")
NEUTRAL_REASONS = ("incomplete", "below_standard", "not_carried_out", "no_effect", "relapsed")
DAYS_PER_MONTH = 31
# What facts hold of the rows around a finding, and which of it each guard asks for; the others look at the finding alone.
AROUND = frozenset({"causes", "measures", "past"})
NEEDS = {"plan": AROUND, "submit": frozenset({"measures"}), "accept": frozenset({"measures"}), "close": frozenset({"measures"})}


def start_at_once(f: FindingFacts) -> list[Unmet]:
    found = []
    if not f.standard:
        found.append(Unmet("standard", N_("The finding has no standard of completion. Write what must be true in the end.")))
    if f.due is None:
        found.append(Unmet("due", N_("The finding has no due date. Set one.")))
    if not f.has_lead:
        found.append(_no_lead(f))
    return found


def plan(f: FindingFacts) -> list[Unmet]:
    """Cause coded; a measure now, a lasting one, one that prevents; each measure complete; after reopening, more."""
    live = [m for m in f.measures if m.counts]
    return [
        *([] if f.has_lead else [_no_lead(f)]),
        *_cause_and_kinds(f, live),
        *(raised_guards.deep_enough(f) if f.is_flagged and f.causes else []),
        *[u for m in live for u in _measure_complete(m, f.standard)],
        *(_after_reopening(f, live) if f.was_reopened else []),
    ]


def _no_lead(f: FindingFacts) -> Unmet:
    return Unmet("lead", N_("Finding {number} has no lead unit. Name exactly one."), {"number": f.number})


def _cause_and_kinds(f: FindingFacts, live: list[MeasureFacts]) -> Iterator[Unmet]:
    at = {"number": f.number}
    if not f.causes:
        yield Unmet("cause", N_("Finding {number} has no cause. Write why it could happen."), at)
    if not any(m.horizon == "now" for m in live):
        yield Unmet("now", N_("Finding {number} has no measure for now. Add what is done at once."), at)
    if f.excuse:
        return
    if f.needs_lasting and not any(m.horizon == "lasting" and m.rule_verb for m in live):
        yield Unmet(
            "lasting",
            N_("Finding {number} has no lasting measure. Make, revise, abolish or enforce a rule."),
            at,
        )
    if f.needs_prevent and not any(m.kind == "prevent" for m in live):
        yield Unmet("prevent", N_("Finding {number} has no measure that prevents it. Add one."), at)


def _measure_complete(m: MeasureFacts, inherited: str) -> Iterator[Unmet]:
    at = {"number": m.number}
    if not m.has_lead:
        yield Unmet("measure_lead", N_("Measure {number} has no lead unit. Name exactly one."), at)
    if m.due is None:
        yield Unmet("measure_due", N_("Measure {number} has no due date. Write when it will be done."), at)
    if not (m.standard or inherited):
        yield Unmet("measure_standard", N_("Measure {number} has no standard. Write what must be true when it is done."), at)
    if not m.method:
        yield Unmet("measure_method", N_("Measure {number} has no check method. Choose how it will be checked."), at)


def _after_reopening(f: FindingFacts, live: list[MeasureFacts]) -> list[Unmet]:
    if any(m.state == "draft" or m.why_again for m in live):
        return []
    text = N_("Finding {number} came back. Add a new measure, or say on an old one why it did not hold.")
    return [Unmet("again", text, {"number": f.number})]


def stage(f: FindingFacts) -> list[Unmet]:
    found = []
    if not f.stage_goal:
        found.append(Unmet("stage_goal", N_("Write the stage goal that was reached.")))
    if f.next_review is None:
        found.append(Unmet("next_review", N_("Set the date of the next review.")))
    return found


def long_term(f: FindingFacts) -> list[Unmet]:
    late = bool(f.due and f.today and f.today > f.due and not f.document)
    text = N_("The due date has passed. A late change needs the superior's order with its number.")
    return [*stage(f), *([Unmet("too_late", text)] if late else [])]


def standing(f: FindingFacts) -> list[Unmet]:
    if f.reviews_passed >= f.reviews_wanted:
        return []
    text = N_("{wanted} yearly reviews in a row must have passed; so far: {n}.")
    return [Unmet("reviews", text, {"wanted": f.reviews_wanted, "n": f.reviews_passed})]


def submit(f: FindingFacts) -> list[Unmet]:
    """Every measure that counts is done; a lasting one has its rule in force (or no rule to make)."""
    live = [m for m in f.measures if m.counts]
    found = [
        Unmet("not_done", N_("Measure {number} is not accepted as done. Finish it and have it checked."), {"number": m.number})
        for m in live
        if m.state != "done"
    ]
    if not live:
        found.append(Unmet("no_measure", N_("There is no measure. Plan first.")))
    return found + [u for m in live for u in _rule_in_force(m)]


def _rule_in_force(m: MeasureFacts) -> Iterator[Unmet]:
    if m.rule_verb in ("make", "revise") and not m.rules_in_force:
        yield Unmet(
            "rule",
            N_("Measure {number} promises a rule, and none is in force. Register it with number, date and first proof of use."),
            {"number": m.number},
        )


def take_back(f: FindingFacts) -> list[Unmet]:
    if not f.checks_open:
        return []
    return [Unmet("checking", N_("A check has been opened. Wait for its result."))]


def accept(f: FindingFacts) -> list[Unmet]:
    """Every standard judged and met, and the three questions answered yes."""
    found = [u for u in f.independence if isinstance(u, Unmet)]
    missing = [m for m in f.measures if m.counts and str(m.number) not in f.verdicts]
    found += [Unmet("unjudged", N_("The standard of measure {number} has no verdict. Judge it."), {"number": m.number}) for m in missing]
    if any(v != "met" for v in f.verdicts.values()):
        found.append(Unmet("not_met", N_("A standard is not met. Return the finding instead.")))
    if any(q not in f.questions for q in THREE_QUESTIONS):
        found.append(Unmet("questions", N_("Answer the three questions: to the bottom, thorough, in place.")))
    elif not all(f.questions[q] for q in THREE_QUESTIONS):
        found.append(Unmet("answered_no", N_("One of the three questions is answered no. Return the finding instead.")))
    return found


def return_finding(f: FindingFacts) -> list[Unmet]:
    found = _neutral(f.reason)
    if not f.returned_measures:
        found.append(Unmet("which", N_("Name at least one measure that does not meet its standard.")))
    return found


def _neutral(reason: str) -> list[Unmet]:
    if reason in NEUTRAL_REASONS:
        return []
    return [Unmet("reason", N_("Choose one of the neutral return reasons."))]


def close(f: FindingFacts) -> list[Unmet]:
    """All done; the chain walked; the effect passed, or (regime) its check scheduled within the months allowed."""
    found = submit(f)
    if not f.chain_finished:
        found.append(Unmet("chain", N_("The closing chain is not finished. Sign the steps that are left.")))
    if f.effect_state == "passed" or f.effect_measure == "none":  # "none applies" was approved with the plan (rules.md §3.4)
        return found
    if f.close_on != "done":
        return [*found, Unmet("effect", N_("The effect has not been seen. Record the effect check first."))]
    if f.effect_due is None:
        return [*found, Unmet("effect_due", N_("No effect check is scheduled. Set measure and date."))]
    if f.today and f.effect_due > f.today + timedelta(days=DAYS_PER_MONTH * f.effect_within_months):
        text = N_("The effect check is too late. Choose a date within {months} months.")
        found.append(Unmet("effect_late", text, {"months": f.effect_within_months}))
    return found


def reopen(f: FindingFacts) -> list[Unmet]:
    return with_reason(f)


def hand_over(f: FindingFacts) -> list[Unmet]:
    if f.document:
        return []
    return [Unmet("receipt", N_("Give the number of the receipt or order by which the other body took it over."))]


def withdraw(f: FindingFacts) -> list[Unmet]:
    found = with_reason(f)
    if f.is_from_letter and not f.document:
        found.append(Unmet("document", N_("A finding of a letter is withdrawn only on the issuer's document. Give its number and date.")))
    return found


def restore(f: FindingFacts) -> list[Unmet]:
    return [*with_reason(f), *[u for u in f.independence if isinstance(u, Unmet)]]


def with_reason(f: Any) -> list[Unmet]:
    return [] if f.reason.strip() else [Unmet("reason", N_("Give a reason."))]


def claim(c: ClaimFacts) -> list[Unmet]:
    """Said is not done: an act must be shown, and talk never suffices."""
    found = [u for u in c.independence if isinstance(u, Unmet)]
    if not c.standard:
        found.append(Unmet("standard", N_("The measure has no standard. It cannot be shown to be met.")))
    if not any(e.kind in ("act", "outcome") and e.counts for e in c.evidence):
        found.append(Unmet("talk_only", N_("There is no evidence of an act. Meetings, notices and plans do not show that it was done.")))
    if not c.text.strip():
        found.append(Unmet("text", N_("Write in one or two sentences what was done.")))
    return found


def accept_claim(c: ClaimFacts) -> list[Unmet]:
    found = [u for u in c.independence if isinstance(u, Unmet)]
    if c.verdict != "met":
        found.append(Unmet("verdict", N_("The standard has no verdict “met”. Judge it, or return the claim.")))
    if not c.method:
        found.append(Unmet("method", N_("Say how you checked: asked, papers read, seen on site, done again.")))
    return found + raised_guards.still_shown(c)


def return_claim(c: ClaimFacts) -> list[Unmet]:
    return [*[u for u in c.independence if isinstance(u, Unmet)], *_neutral(c.reason)]


def hold_item(i: ItemFacts) -> list[Unmet]:
    found = []
    if not i.kept_number:
        found.append(Unmet("kept_number", N_("Give the number under which it is held elsewhere.")))
    if not i.keeper:
        found.append(Unmet("keeper", N_("Name the post that keeps it.")))
    if i.review_on is None:
        found.append(Unmet("review_on", N_("Set the date on which it is looked at again.")))
    return found


def drop_item(i: ItemFacts) -> list[Unmet]:
    """The director approves what somebody else asked for."""
    found = with_reason(i)
    if i.asked_by and i.asked_by == i.holder:
        found.append(Unmet("second_person", N_("You asked for this drop; another person approves it.")))
    return found


def review(i: ItemFacts) -> list[Unmet]:
    if not i.unconfirmed:
        return []
    return [Unmet("unconfirmed", N_("{n} rows are not confirmed yet. Confirm, merge or drop each."), {"n": i.unconfirmed})]


def answer(a: AnswerFacts) -> list[Unmet]:
    """Members are counted and dated, nothing else; everything else says how it was checked, and a yes also what and which post."""
    if a.scope == "members":
        return _counted(a)
    found = [] if a.word and a.word != "counted" else [Unmet("word", N_("Choose an answer."))]
    if not a.text.strip():
        found.append(Unmet("text", N_("Write how it was checked: which matters, which papers, by which post.")))
    if a.word in ("yes", "partly", "other"):
        if not a.matter.strip():
            found.append(Unmet("matter", N_("Write in which matter it is here.")))
        if not a.post.strip():
            found.append(Unmet("post", N_("Name the post it concerns, not the person.")))
    return found


def _counted(a: AnswerFacts) -> list[Unmet]:
    found = []
    if a.word != "counted" or a.done_count is None or not a.of_count:
        found.append(Unmet("counts", N_("Write how many members there are and how many have checked themselves.")))
    elif a.done_count > a.of_count:
        found.append(Unmet("counts", N_("{k} of {n} cannot be. Correct the counts."), {"k": a.done_count, "n": a.of_count}))
    if a.done_on is None or (a.today and a.done_on > a.today):
        found.append(Unmet("done_on", N_("Give the day on which they were done, not a day to come.")))
    if a.text.strip() or a.matter.strip() or a.post.strip():
        found.append(Unmet("no_file", N_("For the members themselves only counts and the day are kept. Take the words out.")))
    return found


def close_campaign(a: AnswerFacts) -> list[Unmet]:
    if not a.open_cells:
        return []
    return [Unmet("open_cells", N_("{n} questions are not answered. Remind the units, or excuse each."), {"n": a.open_cells})]


def freeze_list(b: LookBackFacts) -> list[Unmet]:
    found = []
    if b.commitments < 2:
        found.append(Unmet("commitments", N_("Two parties must have sealed a secret first; so far: {n}."), {"n": b.commitments}))
    if not b.population:
        found.append(Unmet("population", N_("Nothing has been closed yet, so there is nothing to draw from.")))
    elif b.wanted > b.population:
        found.append(Unmet("too_many", N_("{wanted} are to be drawn from {n}. Draw fewer."), {"wanted": b.wanted, "n": b.population}))
    return found


def draw(b: LookBackFacts) -> list[Unmet]:
    if b.secrets == b.commitments:
        return []
    missing = b.commitments - b.secrets
    return [Unmet("secrets", N_("{n} parties have not opened their secret yet."), {"n": missing})]


def look(b: LookBackFacts) -> list[Unmet]:
    found = [] if b.text.strip() else [Unmet("text", N_("Write what was seen."))]
    if not b.method:
        found.append(Unmet("method", N_("Say how you checked: asked, papers read, seen on site, done again.")))
    return found


def send_assessment(a: AssessmentFacts) -> list[Unmet]:
    return [
        *[Unmet("unscored", N_("“{name}” has no points yet."), {"name": name}) for name in a.unscored],
        *[Unmet("bare", N_("“{name}”: say why points are taken or given."), {"name": name}) for name in a.bare],
    ]


def decide_assessment(a: AssessmentFacts) -> list[Unmet]:
    """The joint meeting decides, after the unit's explanation or the day it had for one."""
    found = []
    if not a.is_explained and not (a.today and a.explain_by and a.today > a.explain_by):
        found.append(
            Unmet(
                "explanation",
                N_("The unit may explain itself until {day}. Decide after that, or once it has."),
                {"day": str(a.explain_by or "")},
            )
        )
    if not a.document.strip() or a.decided_on is None:
        found.append(Unmet("document", N_("Give the number and the day of the joint meeting's minutes.")))
    elif a.today and a.decided_on > a.today:
        found.append(Unmet("decided_on", N_("The meeting lies in the future.")))
    if a.grade not in a.grades:
        found.append(Unmet("grade", N_("Choose a grade of the score sheet.")))
    elif a.grade != a.reckoned and not a.why_other.strip():
        found.append(Unmet("why_other", N_("The points give another grade. Write why the meeting decided differently.")))
    return found


BY_NAME: dict[str, Callable[[Any], list[Unmet]]] = {
    f.__name__: f
    for f in (
        start_at_once, plan, stage, long_term, standing, submit, take_back, accept, return_finding, close, reopen,
        hand_over, withdraw, restore, with_reason, claim, accept_claim, return_claim, hold_item, drop_item, review, *raised_guards.ALL,
        answer, close_campaign, freeze_list, draw, look, approve_plan,
        change_guards.answer_dispute, change_guards.grant, change_guards.change_hands, change_guards.order, change_guards.set_day,
        change_guards.confirm_upper, change_guards.send_back_upper,
        open_poll, close_poll, send_assessment, decide_assessment,
        *rule_guards.ALL,
    )
}  # fmt: skip
