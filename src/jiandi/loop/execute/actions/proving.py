"""What happens to evidence after it was handed in: new versions, declared sharing, "seen by", review file by file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotAllowed, RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.record.ledger import beginning, filing, lifecycle, load, targets, verbs, write
from jiandi.record.ledger.facts import ClaimFacts
from jiandi.record.ledger.models import Evidence, EvidenceSeen, EvidenceUse
from jiandi.record.policy import decide, independence
from jiandi.record.policy.independence import DOING
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import SYSTEM, Actor


def replace_evidence(
    *, actor: Actor, evidence_id: int, chunks: Iterable[bytes], file_name: str, version: int, title: str = "", dated_on: date | None = None
) -> Evidence:
    """A new version stands wherever the old one stood, from now on; the old one stays, and says by what it was replaced."""
    old = load.evidence(actor, evidence_id, version)
    standing(actor, old, "evidence.add")
    row = Evidence(kind=old.kind, dated_on=dated_on, added_by=actor.holder, unit=old.unit, replaces=old)
    filing.describe(row, title or old.title, file_name)
    filing.keep(row, chunks, file_name)
    if row.digest == old.digest:
        raise BadInput("evidence.same", N_("This is the very file that is here already. Choose the new version."))
    with transaction.atomic():
        old = load.evidence(actor, evidence_id, version)
        target = standing(actor, old, "evidence.add")
        lifecycle.move(old, "replace", actor=actor, target=target)
        row.added_at = clock.now()
        filing.file(row, actor=actor, verb="replace")
        uses = list(_uses(old))
        write.attach([_copied(use, row) for use in uses])
        for measure in {use.measure for use in uses if use.measure}:
            verbs.take_part(measure, actor, DOING)
            write.note(measure, actor=actor, verb="add_evidence", evidence=row.pk, digest=row.digest)
        return row


def _copied(use: EvidenceUse, row: Evidence) -> EvidenceUse:
    about = {name: getattr(use, name) for name in ("measure_id", "finding_id", "cause_id", "answer_id", "reason")}
    return EvidenceUse(evidence=row, used_at=row.added_at, **about)


def share_evidence(*, actor: Actor, evidence_id: int, measure_id: int, reason: str) -> EvidenceUse:
    """Say openly that a paper also serves another measure, and why: declared sharing raises no question later."""
    if not reason.strip():
        raise BadInput("evidence.share_reason", N_("Write why the same paper serves here too."))
    with transaction.atomic():
        row = load.evidence(actor, evidence_id)
        standing(actor, row, "evidence.add")
        measure = load.measure(actor, measure_id)
        decide.require(actor, "evidence.add", targets.of_measure(measure))
        beginning.expect_planned(measure)
        if row.state not in Evidence.COUNTING:
            raise RuleBroken("evidence.not_standing", N_("This evidence does not stand any more. Share the one that does."))
        if row.uses.filter(measure=measure).exists():
            raise RuleBroken("evidence.twice", N_("This very file is already kept as evidence of measure {number}."), number=measure.number)
        served = verbs.served_by(measure)
        verbs.take_part(measure, actor, DOING)
        beginning.start(measure, served)
        use = EvidenceUse(evidence=row, measure=measure, used_at=clock.now(), reason=reason.strip()[:200])
        write.attach([use])
        write.note(row, actor=actor, verb="share", measure=measure.pk, why=use.reason)
        write.note(measure, actor=actor, verb="add_evidence", evidence=row.pk, digest=row.digest)
        beginning.recount(served, actor=actor)
        return use


def enter_seen(*, actor: Actor, evidence_id: int, post: str, on: date | None) -> EvidenceSeen:
    """A paper that may not be uploaded was seen by a post on a day. Who handed it in does not enter this."""
    with transaction.atomic():
        row = load.evidence(actor, evidence_id)
        standing(actor, row, "evidence.see")
        if not row.held_offline:
            raise RuleBroken("evidence.is_here", N_("This paper is kept here; look at the file itself."))
        if actor.holder == row.added_by:
            raise NotAllowed("evidence.own", N_("You handed this paper in; another person says who saw it."))
        if not post.strip():
            raise BadInput("evidence.seen_post", N_("Name the post that saw the paper, not the person."))
        if on is None or on > clock.today():
            raise BadInput("evidence.seen_on", N_("Give the day on which the paper was seen, not a day to come."))
        if row.seen.filter(post=post.strip()[:120], on=on).exists():
            raise RuleBroken("evidence.seen_twice", N_("This is entered already."))
        seen = EvidenceSeen(evidence=row, post=post.strip()[:120], on=on, entered_by=actor.holder, entered_at=clock.now())
        write.attach([seen])
        write.note(row, actor=actor, verb="see", post=seen.post, on=on.isoformat())
        return seen


def accept_evidence(*, actor: Actor, evidence_id: int, version: int, good_until: date | None = None) -> Evidence:
    """The file shows what it says; with a day, it runs out by itself after that day."""
    if good_until and good_until < clock.today():
        raise BadInput("evidence.good_until", N_("The day until which it is good has passed. Call it expired instead."))
    return _review(actor, evidence_id, "accept", version, fields={"good_until": good_until})


def return_evidence(*, actor: Actor, evidence_id: int, reason: str, version: int) -> Evidence:
    """Back to the unit with a neutral reason; it supports no claim any more."""
    return _review(actor, evidence_id, "return", version, reason=reason, fields={"reason": reason})


def expire_evidence(*, actor: Actor, evidence_id: int, version: int) -> Evidence:
    """It was good once and is not any more."""
    return _review(actor, evidence_id, "expire", version, fields={"good_until": clock.today()})


def look_again(*, actor: Actor, evidence_id: int, reason: str, version: int) -> Evidence:
    """Take a review back."""
    return _review(actor, evidence_id, "look_again", version, reason=reason, fields={"reason": "", "good_until": None})


def _review(actor: Actor, evidence_id: int, verb: str, version: int, *, reason: str = "", fields: dict[str, object]) -> Evidence:
    with transaction.atomic():
        row = load.evidence(actor, evidence_id, version)
        target = standing(actor, row, "evidence.review")
        facts = ClaimFacts(reason=reason, independence=tuple(_unmet(actor, row)))
        lifecycle.move(row, verb, actor=actor, target=target, facts=facts, reason=reason, fields=fields)
        return row


def _unmet(actor: Actor, row: Evidence) -> list[Unmet]:
    """Neither who handed it in nor anybody of that unit judges it."""
    return independence.unmet_parts(actor, independence.DONE, [(row.added_by, DOING)], row.unit.path)


def run_out(evidence_id: int) -> None:
    """Its last good day has passed."""
    with transaction.atomic():
        row = Evidence.objects.get(pk=evidence_id)
        if row.state in Evidence.COUNTING and row.good_until and row.good_until < clock.today():
            lifecycle.move(row, "run_out", actor=SYSTEM)


def quarantine(digest: str) -> int:
    """A virus was found: every piece of evidence with this content is locked."""
    with transaction.atomic():
        rows = list(Evidence.objects.filter(digest=digest).exclude(state="quarantined"))
        for row in rows:
            lifecycle.move(row, "quarantine", actor=SYSTEM, reason="virus")
        return len(rows)


def standing(actor: Actor, row: Evidence, verb: str) -> Target:
    """The use of this evidence for which the actor may do this; if there is none, the refusal names who may."""
    stands_for = targets.of_evidence(_uses(row))
    found = next((target for target in stands_for if decide.may(actor, verb, target)), None)
    if found is None:
        decide.require(actor, verb, stands_for[0] if stands_for else Target())
    return found or Target()


def _uses(row: Evidence) -> Iterable[EvidenceUse]:
    return row.uses.select_related(
        "measure", "measure__lead", "finding", "cause__finding", "answer", "answer__campaign", "answer__unit"
    ).order_by("pk")
