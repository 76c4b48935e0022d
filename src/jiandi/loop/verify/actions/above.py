"""Closing by the authority above: its package goes up, and only its document closes the finding or sends it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.ledger import filing, guards, lifecycle, load, reads, targets, verbs, write
from jiandi.record.ledger.facts import UpperFacts
from jiandi.record.ledger.models import Evidence, EvidenceUse, Finding, UpperReview
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

NUMBER_LENGTH = 80
TEXT_LENGTH = 2000
OVER = ("closed", "standing", "handed_over", "withdrawn")


@dataclass(frozen=True)
class Answer:
    """What came back: the document with its day and words; when it was not enough, the neutral reason and the measures."""

    confirmed: bool
    document: str = ""
    answered_on: date | None = None
    words: str = ""
    reason: str = ""
    measure_numbers: tuple[int, ...] = ()


def set_authority(*, actor: Actor, finding_id: int, authority: str, version: int) -> Finding:
    """Whether we close it ourselves or the authority above does; settled before it is closed, and not while it is there."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        decide.require(actor, "finding.assign", targets.of_finding(finding))
        if authority not in ("own", "above"):
            raise BadInput("upper.authority", N_("Choose who closes it: we ourselves, or the authority above."))
        if finding.state in OVER or UpperReview.objects.filter(finding=finding, state="sent").exists():
            raise RuleBroken("upper.too_late", N_("It is closed already, or it is with the superior. Nothing changes now."))
        write.change(finding, {"closing_authority": authority}, actor=actor, verb="set_authority")
        return finding


def send_up(*, actor: Actor, finding_id: int, number: str, version: int) -> UpperReview:
    """The package went up; everything that closing asks of us must be there."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        decide.require(actor, "upper.send", targets.of_finding(finding))
        if finding.closing_authority != "above" or finding.state != "verified":
            raise RuleBroken("upper.not_due", N_("Only a verified finding that the authority above closes is sent up."))
        if UpperReview.objects.filter(finding=finding, state="sent").exists():
            raise RuleBroken("upper.sent", N_("It is with the superior already. Wait for the document, or take the package back."))
        if not number.strip():
            raise BadInput("upper.no_number", N_("Give the number of the package."))
        unmet = guards.close(reads.facts_for("close", finding, chain_finished=True))
        if unmet:
            raise RuleBroken("upper.incomplete", N_("It cannot be sent up yet."), unmet=tuple(unmet))
        write.note(finding, actor=actor, verb="send_up", reason=number.strip()[:NUMBER_LENGTH])
        row = UpperReview(finding=finding, number=number.strip()[:NUMBER_LENGTH], sent_on=clock.today())
        return write.create(row, actor=actor, verb="send", reason=row.number)


def take_back_upper(*, actor: Actor, review_id: int, version: int) -> UpperReview:
    with transaction.atomic():
        row = _load(actor, review_id, version)
        lifecycle.move(row, "take_back", actor=actor, target=targets.of_finding(row.finding))
        write.note(row.finding, actor=actor, verb="take_back_upper")
        return row


def record_upper(
    *, actor: Actor, review_id: int, answer: Answer, version: int, scan: Iterable[bytes] | None = None, file_name: str = ""
) -> UpperReview:
    """Its document confirms (and closes), or sends back with a neutral reason and the measures it names."""
    row = _load(actor, review_id, version)
    decide.require(actor, "upper.record", targets.of_finding(row.finding))
    paper = _paper(actor, answer, scan, file_name)
    with transaction.atomic():
        row = _load(actor, review_id, version)
        finding, target = row.finding, targets.of_finding(row.finding)
        document = answer.document.strip()[:NUMBER_LENGTH]
        facts = UpperFacts(document, answer.answered_on, row.sent_on, clock.today(), has_scan=paper is not None)
        fields: dict[str, Any] = {"document": document, "answered_on": answer.answered_on, "words": answer.words.strip()[:TEXT_LENGTH]}
        if paper is not None:
            fields["scan_id"] = _attach(paper, finding, actor, row)
        verb = "confirm" if answer.confirmed else "send_back"
        lifecycle.move(row, verb, actor=actor, target=target, facts=facts, fields=fields, reason=document)
        write.note(finding, actor=actor, verb=f"{verb}_upper", reason=document)
        if answer.confirmed:
            _close(finding, actor, document)
        else:
            text = f"{document} {answer.words}".strip()
            verbs.return_finding(actor=actor, finding=finding, reason=answer.reason, measure_numbers=answer.measure_numbers, text=text)
        return row


def _load(actor: Actor, review_id: int, version: int) -> UpperReview:
    rows = UpperReview.objects.select_related("finding", "finding__round", "finding__round__regime", "finding__lead")
    row = rows.filter(pk=review_id, finding__in=Finding.objects.visible_to(actor).values("pk")).first()
    if row is None:
        raise NotFound("upper.missing", N_("It does not exist, or it is not yours to see. Go back to the list."))
    write.expect_version(row, version)
    return row


def _paper(actor: Actor, answer: Answer, scan: Iterable[bytes] | None, file_name: str) -> Evidence | None:
    """Kept before the transaction, as all files are."""
    if scan is None:
        return None
    row = Evidence(kind="act", dated_on=answer.answered_on, added_by=actor.holder)
    filing.describe(row, answer.document.strip(), file_name)
    filing.keep(row, scan, file_name)
    return row


def _attach(paper: Evidence, finding: Finding, actor: Actor, row: UpperReview) -> int:
    paper.unit_id = next((d.unit_id for d in actor.duties if d.covers_round(finding.round_id)), finding.round.unit_id)
    paper.added_at = clock.now()
    write.create(paper, actor=actor, verb="add")
    write.attach([EvidenceUse(evidence=paper, finding=finding, used_at=paper.added_at)])
    write.note(row, actor=actor, verb="add_evidence", evidence=paper.pk, digest=paper.digest)
    return paper.pk


def _close(finding: Finding, actor: Actor, document: str) -> None:
    """The superior's document stands for the last signature; a chain of ours that runs is finished by it."""
    facts = reads.facts_for("close", finding, chain_finished=True)
    lifecycle.move(finding, "close", actor=actor, facts=facts, reason=document, fields={"closed_on": clock.today()})
    for closing in finding.closings.filter(state="running"):
        lifecycle.move(closing, "finish", actor=actor, reason=document)
    verbs.keep_claims(finding, actor=actor, verb="recount")
