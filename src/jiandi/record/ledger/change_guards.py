"""What stands in the way of a later date, of passing a finding on, and of what others answer: guards like those of ``guards``. No Django here."""

from __future__ import annotations

from jiandi.base.errors import Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger.facts import CatchUpFacts, DisputeFacts, ExtensionFacts, TransferFacts, UpperFacts

PASSED_ON_IN = ("registered", "planned", "in_progress", "basically_done", "long_term", "reopened")


def grant(e: ExtensionFacts) -> list[Unmet]:
    found = []
    if not e.is_running:
        found.append(Unmet("settled", N_("Its due date counts no more. Nothing is left to extend.")))
    if e.asks_for_day and (e.granted_to is None or (e.due and e.granted_to <= e.due)):
        found.append(Unmet("granted_to", N_("Give a day after the one now agreed.")))
    return found


def change_hands(t: TransferFacts) -> list[Unmet]:
    """A finding is passed on while it is worked on, not while somebody else decides about it."""
    found = [u for u in t.independence if isinstance(u, Unmet)]
    if t.state not in PASSED_ON_IN:
        found.append(Unmet("state", N_("It is being verified, or nothing more is owed. Only what is being worked on changes hands.")))
    if t.is_plan_under_review:
        found.append(Unmet("plan", N_("The plan with this finding is under review. Wait for the decision, or take the plan back.")))
    return found


def order(t: TransferFacts) -> list[Unmet]:
    found = change_hands(t)
    if not t.document.strip():
        found.append(Unmet("document", N_("Give the number of the superior's order.")))
    if t.ordered_on is None or (t.today and t.ordered_on > t.today):
        found.append(Unmet("ordered_on", N_("Give the date of the superior's order, not a day to come.")))
    return found


def set_day(c: CatchUpFacts) -> list[Unmet]:
    if c.day and c.today and c.day >= c.today:
        return []
    return [Unmet("day", N_("Set a day that lies ahead."))]


def send_back_upper(u: UpperFacts) -> list[Unmet]:
    """Only the document of the authority above ends what was sent up."""
    found = []
    if not u.document.strip():
        found.append(Unmet("document", N_("Give the number of the superior's document.")))
    if u.answered_on is None or (u.today and u.answered_on > u.today) or (u.sent_on and u.answered_on < u.sent_on):
        found.append(Unmet("answered_on", N_("Give the date of the superior's document: not before the package was sent, not to come.")))
    return found


def confirm_upper(u: UpperFacts) -> list[Unmet]:
    scan = [] if u.has_scan else [Unmet("scan", N_("Add the scan of the superior's document."))]
    return [*send_back_upper(u), *scan]


def answer_dispute(d: DisputeFacts) -> list[Unmet]:
    """Only the issuer's document answers a dispute."""
    found = []
    if not d.document.strip():
        found.append(Unmet("document", N_("Give the number of the issuer's document. Only the issuer answers a dispute.")))
    if d.answered_on is None:
        found.append(Unmet("answered_on", N_("Give the date of the issuer's document.")))
    elif d.today and d.answered_on > d.today:
        found.append(Unmet("future", N_("The date of the issuer's document is still to come. Correct it.")))
    elif d.forwarded_on and d.answered_on < d.forwarded_on:
        found.append(Unmet("too_early", N_("The issuer's document is older than the day the dispute was forwarded. Correct the date.")))
    return found
