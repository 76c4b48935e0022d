"""What plans ask of a person: to approve or sign, to give an opinion, to answer points, to take note of what was weakened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiandi.base import clock
from jiandi.record.ledger import plans
from jiandi.record.ledger.models import PlanReview, PlanVersion, Reconciliation, Round
from jiandi.record.policy import roles
from jiandi.record.trail.actor import Actor

MOST = 40
_DECIDING = roles.OFFICE | {roles.GROUP_MEMBER, roles.SUPERVISOR}


@dataclass(frozen=True)
class Asked:
    """One thing a plan asks: its words, where it is done, until when."""

    title: str
    unit: str
    asked: str
    url: str
    due: date | None
    icon: str


def of_plans(actor: Actor, round_id: int, held: frozenset[str]) -> Iterator[Asked]:
    """Everything, in one read for most people; a party asked for its opinion needs no other duty in the round."""
    mine = PlanReview.objects.filter(plans.asked_of(actor), plan=OuterRef("pk"), state="asked", due__gte=clock.today()).order_by("pk")
    points = Count("reviews__remarks", filter=Q(reviews__remarks__state="open"))
    found = PlanVersion.objects.filter(round_id=round_id, state="submitted").defer("body").select_related("unit")
    found = found.annotate(points=points, review=Subquery(mine.values("pk")[:1]), review_due=Subquery(mine.values("due")[:1]))
    if not held & _DECIDING:
        found = found.filter(review__isnull=False)
    for plan in found.order_by("submitted_at", "pk")[:MOST]:
        if plan.review is not None:
            asked, url = _("Give the opinion on the plan"), reverse("plan:review", args=[plan.review])
            yield Asked(_title(plan), _unit(plan), asked, url, plan.review_due, "chat-left-text")
        yield from _decisions(plan, plan.points, held)
    if roles.GROUP_MEMBER in held:
        yield from _note(actor, round_id)


def _decisions(plan: PlanVersion, points: int, held: frozenset[str]) -> Iterator[Asked]:
    """What the office answers, and who signs next; without a chain the office approves, of a round the leading group."""
    url = reverse("plan:version", args=[plan.pk])
    if points and held & roles.OFFICE:
        asked = ngettext("Answer {n} point of the parties", "Answer {n} points of the parties", points).format(n=points)
        yield Asked(_title(plan), _unit(plan), asked, f"{url}#opinions", None, "chat-left-text")
    if plan.chain:
        if plan.chain[plan.step]["role"] in held:
            yield Asked(_title(plan), _unit(plan), _("Sign the plan"), url, None, "pen")
    elif held & (roles.OFFICE if plan.unit_id else {roles.GROUP_MEMBER}):
        yield Asked(_title(plan), _unit(plan), _("Approve or return the plan"), url, None, "list-check")


def _note(actor: Actor, round_id: int) -> Iterator[Asked]:
    """Since the last sheet of a meeting: what approved changes dropped or weakened."""
    round_ = Round(pk=round_id)
    last = Reconciliation.objects.filter(round_id=round_id).aggregate(last=Max("as_of"))["last"]
    since: datetime | None = clock.end_of(last) if last else None
    count = len(plans.weakened(actor, round_, since))
    if count:
        asked = ngettext("Take note: {n} measure dropped or weakened", "Take note: {n} measures dropped or weakened", count).format(n=count)
        yield Asked(_("Approved changes of plans"), "", asked, reverse("plan:weakened"), None, "arrow-down-right")


def _title(plan: PlanVersion) -> str:
    return _("Plan, version {n}").format(n=plan.number)


def _unit(plan: PlanVersion) -> str:
    return plan.unit.name if plan.unit else ""
