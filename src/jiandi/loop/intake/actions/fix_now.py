"""立行立改: a problem pointed out before the letter is put right at once; when the letter comes, its item is tied to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.loop.intake import rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import lifecycle, load, reads, targets, verbs
from jiandi.record.ledger.models import Finding
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor


@dataclass(frozen=True)
class Notice:
    """The fix-now notice: its number, the problem in its words, who puts it right by when, and what must be true then."""

    number: str
    text: str
    lead_id: int
    standard: str
    due: date | None


def register_fix_now(*, actor: Actor, round_id: int, notice: Notice) -> Finding:
    """Register it and start at once; nothing of a letter has to be there."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        decide.require(actor, "finding.register", targets.of_round(round_))
        _complete(notice)
        new = verbs.NewFinding(
            title=rules.title_of(notice.text),
            verbatim=notice.text.strip(),
            source="fix_now",
            klass="fix_now",
            lead=accounts.unit_by_id(notice.lead_id),
            standard=notice.standard.strip(),
            due=notice.due,
            due_text=notice.due.isoformat() if notice.due else "",
            due_precision="day",
        )
        finding = verbs.register_findings(actor=actor, round_=round_, new=[new])[0]
        facts = reads.finding_facts(finding, reason=notice.number.strip())
        lifecycle.move(finding, "start_at_once", actor=actor, target=targets.of_finding(finding), facts=facts, reason=notice.number.strip())
        return finding


def _complete(notice: Notice) -> None:
    if not notice.number.strip() or not notice.text.strip() or not notice.standard.strip():
        raise BadInput("fix_now.incomplete", N_("Give the number of the notice, the problem, and what must be true when it is put right."))
    if notice.due is None or notice.due < clock.today():
        raise BadInput("fix_now.due", N_("Set a due date that lies ahead."))
