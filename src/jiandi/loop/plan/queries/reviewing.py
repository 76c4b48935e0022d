"""Reads about opinions, signatures and asked changes: what may be loaded, and what their page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import plans, reads, targets
from jiandi.record.ledger.facts import PlanFacts
from jiandi.record.ledger.models import Measure, MeasureFinding, PlanChange, PlanPart, PlanRemark, PlanReview, PlanVersion
from jiandi.record.policy import decide
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Name
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

_MISSING = N_("It does not exist, or it is not yours to see. Go back to the list.")


def plan_facts(plan: PlanVersion) -> PlanFacts:
    """What the approval of a version still waits for."""
    today = clock.today()
    return PlanFacts(
        open_remarks=PlanRemark.objects.filter(review__plan=plan, state="open").count(),
        still_asked=plan.reviews.filter(state="asked", due__gte=today).count(),
    )


def review(actor: Actor, review_id: int, version: int | None = None) -> PlanReview:
    """An opinion asked of one's own unit, or of a version that one sees."""
    seen = PlanVersion.objects.filter(plans.seen_by(actor)).values("pk")
    found = PlanReview.objects.filter(Q(plan__in=seen), pk=review_id)
    row = found.select_related("plan", "plan__round", "plan__round__regime", "plan__unit", "unit").first()
    if row is None:
        raise NotFound("review.none", _MISSING)
    if version is not None:
        writing.expect_version(row, version)
    return row


def remark(actor: Actor, remark_id: int, version: int) -> PlanRemark:
    seen = PlanVersion.objects.filter(plans.seen_by(actor)).values("pk")
    row = PlanRemark.objects.filter(review__plan__in=seen, pk=remark_id).select_related("review__plan__round").first()
    if row is None:
        raise NotFound("remark.none", _MISSING)
    writing.expect_version(row, version)
    return row


def change(actor: Actor, change_id: int, version: int | None = None) -> PlanChange:
    """A change asked of a measure that one sees."""
    rows = PlanChange.objects.filter(measure__in=Measure.objects.visible_to(actor), pk=change_id)
    row = rows.select_related("measure", "measure__lead", "measure__round").first()
    if row is None:
        raise NotFound("change.none", _MISSING)
    if version is not None:
        writing.expect_version(row, version)
    return row


def changes_of(plan: PlanVersion) -> list[PlanChange]:
    """The changes a version carries: those it brought into effect, or, while it is under review, those still asked."""
    rows = PlanChange.objects.filter(plan=plan)
    if plan.state == "submitted" and plan.unit_id:
        served = MeasureFinding.objects.filter(
            finding__round_id=plan.round_id, finding__lead_id=plan.unit_id, measure__round_id=plan.round_id
        )
        rows = PlanChange.objects.filter(measure__in=served.values("measure_id"), state="open")
    return list(rows.select_related("measure").order_by("measure__number")[:200])


@dataclass(frozen=True)
class Signature:
    """One step of the chain: whose turn it is, and who signed it when and with what words."""

    name: str
    role: str
    is_next: bool
    by: str = ""
    at: Any = None
    opinion: str = ""


@dataclass(frozen=True)
class Opinions:
    """Opinions on a version and its signatures, and what the actor can do about them."""

    reviews: list[PlanReview]
    signatures: list[Signature]
    parties: list[tuple[str, int | None]]
    units: list[Unit]
    due: date
    may_send: bool
    may_merge: bool
    mine: list[int]

    @property
    def open_points(self) -> int:
        return sum(one.state == "open" for r in self.reviews for one in r.remarks.all())

    @property
    def silent(self) -> int:
        return sum(r.state == "silent" or (r.state == "asked" and r.due < clock.today()) for r in self.reviews)


def opinions(actor: Actor, plan: PlanVersion) -> Opinions:
    target = targets.of_round(plan.round)
    reviews = list(plan.reviews.select_related("unit").prefetch_related("remarks__finding", "remarks__measure"))
    reads.as_in_round([one.measure for r in reviews for one in r.remarks.all() if one.measure], plan.round_id)
    is_open = plan.state == "submitted"
    may_send = is_open and decide.may(actor, "plan.send", target)
    units = list(accounts.living_units().exclude(pk=plan.unit_id or 0).order_by("path")[:300]) if may_send else []
    own = {d.unit_id for d in actor.duties if d.covers_round(plan.round_id)}
    profile, today = regimes.profile_of(plan.round.regime), clock.today()
    return Opinions(
        reviews=reviews,
        signatures=_signatures(plan),
        parties=[] if reviews or not may_send else [(named(p.name), _unit_for(p.words, units)) for p in profile.plan_parties],
        units=units,
        due=regimes.work_calendar().add_working_days(today, profile.clocks.plan_review_days).day,
        may_send=may_send,
        may_merge=is_open and decide.may(actor, "plan.merge", target),
        mine=[r.pk for r in reviews if is_open and r.state == "asked" and r.due >= today and r.unit_id in own],
    )


def _unit_for(words: Sequence[str], units: Sequence[Unit]) -> int | None:
    return next((u.pk for u in units if any(word in u.name for word in words)), None)


def named(name: Name) -> str:
    return name.zh if (get_language() or "").startswith("zh") else name.en


def _signatures(plan: PlanVersion) -> list[Signature]:
    signed = {part.place: part for part in PlanPart.objects.filter(plan=plan, part="signed")}
    people = {int(p.holder[5:]) for p in signed.values() if p.holder.startswith("user:")}
    names = accounts.names_of(people) if people else {}
    return [_signature(plan, place, step, signed.get(place), names) for place, step in enumerate(plan.chain)]


def _signature(plan: PlanVersion, place: int, step: dict[str, Any], part: PlanPart | None, names: dict[int, str]) -> Signature:
    name = step["name"]["zh" if (get_language() or "").startswith("zh") else "en"]
    if part is None:
        return Signature(name, step["role"], is_next=plan.state == "submitted" and place == plan.step)
    by = names.get(int(part.holder[5:]), "") if part.holder.startswith("user:") else part.holder
    return Signature(name, step["role"], is_next=False, by=by, at=part.at, opinion=part.opinion)
