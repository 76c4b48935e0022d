"""One finding's page: header, what I can do now, what stands in the way, history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiandi.base import http
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import guards, lifecycle, reads, targets, turns
from jiandi.record.ledger.models import Extension, Finding, FindingParty, UpperReview
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor

_STAGE_OF = {
    "start_at_once": "execute",
    "plan": "plan",
    "submit": "execute",
    "take_back": "execute",
    "accept": "verify",
    "return": "verify",
    "reopen": "verify",
}


@dataclass(frozen=True)
class Step:
    """A move open to me, or the next one of somebody else, with what still stands in its way."""

    verb: str
    word: str
    anchor: str
    unmet: tuple[str, ...]
    mine: bool

    @property
    def is_turn(self) -> bool:
        """A step with a page of its own, not in a stage's panel."""
        return self.verb in turns.ASKED


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    when: datetime
    who: str
    title: str
    text: str
    icon: str = "dot"


@dataclass(frozen=True)
class Party:
    part: str
    unit_id: int
    unit: str


VERB_WORDS = {
    "register": _("registered"), "assign": _("assigned"), "plan": _("plan approved"), "start": _("work started"),
    "start_at_once": _("start at once"), "submit": _("submit for verification"), "take_back": _("take back"),
    "accept": _("accept"), "return": _("return with reason"), "close": _("close"), "reopen": _("reopen"),
    "withdraw": _("withdraw"), "restore": _("restore"), "hand_over": _("hand over"), "recount": _("claims recounted"),
    "call_basically_done": _("call basically done"), "make_long_term": _("make long term"),
    "make_standing": _("make standing"), "edit": _("edited"), "add": _("added"), "claim": _("claimed"),
    "set_standard": _("standard written"), "set_effect_measure": _("effect measure chosen"),
    "set_excuse": _("exception noted"), "open_check": _("check opened"), "take_over": _("taken over from the old ledger"),
    "undo_batch": _("batch undone"), "find_in_letter": _("found in the letter"), "link": _("linked"),
    "schedule_effect": _("effect check scheduled"), "record_effect": _("effect checked"),
    "change_plan": _("changed by an approved change of the plan"),
    "sign_submit": _("signed before submission"), "submit_signed": _("submitted with all signatures"),
    "refuse_submit": _("sent back before submission"), "name_leader": _("leader in charge named"),
    "record_review": _("yearly review recorded"), "dispute": _("disputed"), "forward_dispute": _("dispute forwarded"),
    "dispute_uphold": _("dispute answered: upheld"), "dispute_correct": _("dispute answered: corrected"),
    "ask_extension": _("extension asked"), "extend": _("extension granted"), "refuse_extension": _("extension refused"),
    "take_back_extension": _("extension taken back"), "explain_overdue": _("overdue explained"),
    "set_catch_up": _("day to make good set"), "ask_transfer": _("transfer asked"), "transfer": _("transferred to another unit"),
    "refuse_transfer": _("transfer refused"), "take_back_transfer": _("transfer taken back"),
    "ask_delegation": _("delegation asked"), "delegate": _("delegated inside the unit"),
    "refuse_delegation": _("delegation refused"), "take_back_delegation": _("delegation taken back"),
    "end_delegation": _("delegation ended"),
    "set_authority": _("closing authority set"), "send_up": _("sent up to the superior"),
    "confirm_upper": _("confirmed by the superior"), "send_back_upper": _("sent back by the superior"),
    "take_back_upper": _("package taken back"),
    "propose_link": _("link proposed"), "refuse_link": _("link refused"), "unlink": _("link taken off"),
    "join_measure": _("measure of another letter joined"), "share_measure": _("measure shared with another finding"),
    "leave_measure": _("measure shared no more"), "measure_drop": _("a shared measure was dropped"),
    "measure_change": _("a shared measure was changed"),
    "measure_fail": _("a shared measure failed"), "measure_fall_back": _("a shared measure is no longer done"),
    "carry": _("carried over to another round"), "take_off": _("taken off another round"),
    "dispute_withdraw": _("dispute answered: withdrawn"), "take_back_dispute": _("dispute taken back"),
}  # fmt: skip


def steps(finding: Finding, actor: Actor) -> list[Step]:
    """The moves that leave the finding's state, mine first; each unmet guard as a sentence."""
    target = targets.of_finding(finding)
    facts = reads.finding_facts(finding)
    mine = {m.verb for m in lifecycle.possible(finding, actor, target)}
    found = []
    for move in lifecycle.verbs_from("finding", finding.state):
        if move.verb not in {*_STAGE_OF, *turns.ASKED} or (move.verb not in mine and move.verb not in _STAGE_OF):
            continue
        unmet = guards.BY_NAME[move.guard](facts) if move.guard and move.verb in ("plan", "submit") else []
        sentences = tuple(http.translate(u.text, u.params) for u in unmet)
        found.append(Step(move.verb, verb_word(move.verb), _STAGE_OF.get(move.verb, "top"), sentences, move.verb in mine))
    return sorted(found, key=lambda s: not s.mine)


def history(finding: Finding) -> list[Entry]:
    """The finding's own entries, latest first."""
    events = trail.history("finding", finding.pk)
    names = accounts.names_of(e.actor_id for e in events)
    return [
        Entry(e.at, names.get(e.actor_id or 0, gettext("system")), verb_word(e.verb), _reason(e.reason))
        for e in reversed(events)
        if e.verb != "recount"
    ]


def extensions(finding: Finding) -> dict[str, int]:
    """How many were granted, and whether one is asked."""
    states = Counter(Extension.objects.filter(finding=finding).order_by().values_list("state", flat=True))
    return {"granted": states["granted"], "asked": states["asked"]}


def is_sent_up(finding: Finding) -> bool:
    """待上级认定; asked only where the authority above closes."""
    is_above = finding.closing_authority == "above" and finding.state == "verified"
    return is_above and UpperReview.objects.filter(finding=finding, state="sent").exists()


def _reason(reason: str) -> str:
    return reason[:300]


def verb_word(verb: str) -> str:
    return str(VERB_WORDS.get(verb, verb))


def parties(finding: Finding) -> list[Party]:
    rows = FindingParty.objects.filter(finding=finding).select_related("unit").order_by("part", "unit__path")
    order = {"lead": 0, "delegate": 1, "support": 2, "share": 3, "passer": 4, "verifier": 5, "asked": 6}
    found = [Party(r.part, r.unit_id, r.unit.name) for r in rows]
    return sorted(found, key=lambda p: order[p.part])
