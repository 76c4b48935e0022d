"""What a person may see: the one expression behind lists, counts, search, charts, exports and the API.

Two branches (architecture.md §4): a round-wide duty filters by round; every other duty sees the findings in which
its unit, or a unit below it, has a part. A leader in charge also sees the findings of the post. A duty that is bound
to a round opens nothing of another.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db.models import Q

from jiandi.record.accounts.models import end_of_subtree
from jiandi.record.policy import roles
from jiandi.record.trail.actor import Actor, DutyHeld

_SEES_BY_UNIT = roles.BUSINESS - roles.ROUND_WIDE


def sees_everything(actor: Actor) -> bool:
    """The system, and round-wide duties that are not bound to one round."""
    return actor.is_system or any(d.role in roles.ROUND_WIDE and d.round_id is None for d in actor.duties)


def wide_rounds(actor: Actor) -> list[int]:
    """Rounds that a duty bound to a round opens as a whole."""
    return sorted({d.round_id for d in actor.duties if d.role in roles.ROUND_WIDE and d.round_id is not None})


def visible_findings(actor: Actor) -> Q:
    """Condition on Finding."""
    if sees_everything(actor):
        return Q()
    condition = Q(pk__in=[])
    if rounds := wide_rounds(actor):
        condition |= Q(round_id__in=rounds)
    for round_id in _bounds(actor):
        condition |= _in(round_id) & _by_duty(actor, round_id)
    return condition


def _bounds(actor: Actor) -> list[int | None]:
    """The rounds that unit duties are bound to; None stands for duties of all rounds."""
    found = {d.round_id for d in actor.duties if d.role in _SEES_BY_UNIT}
    return sorted(found, key=lambda r: r or 0)


def _in(round_id: int | None, through: str = "") -> Q:
    return Q() if round_id is None else Q(**{f"{through}round_id": round_id})


def _by_duty(actor: Actor, round_id: int | None) -> Q:
    """What the unit duties of one bound open: by a part of the unit, and (leaders) by the post."""
    held = [d for d in actor.duties if d.role in _SEES_BY_UNIT and d.round_id == round_id]
    condition = Q(pk__in=_by_unit(_tops(held)))
    if posts := sorted({d.post_id for d in held if d.role == roles.LEADER}):
        condition |= Q(leader_post_id__in=posts)
    return condition


def unit_paths(actor: Actor) -> list[str]:
    """Paths of the units whose parts open findings, without those below another of them, whatever round they are for."""
    return _tops(d for d in actor.duties if d.role in _SEES_BY_UNIT)


def _tops(duties: Iterable[DutyHeld]) -> list[str]:
    paths = sorted({d.unit_path for d in duties})
    return [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]


def _by_unit(paths: list[str]) -> object:
    ranges = Q()
    for path in paths:
        ranges |= Q(unit__path__gte=path, unit__path__lt=end_of_subtree(path))
    party = apps.get_model("ledger", "FindingParty")
    return party.objects.filter(ranges).values("finding_id")


def of_visible_findings(actor: Actor, field: str = "finding") -> Q:
    """Condition on a thing that hangs on a finding by ``field``."""
    if sees_everything(actor):
        return Q()
    finding = apps.get_model("ledger", "Finding")
    return Q(**{f"{field}__in": finding.objects.filter(visible_findings(actor)).values("pk")})


def visible_by_unit(actor: Actor) -> Q:
    """Condition on a thing with a round and a unit of its own (a plan): each duty opens it in the rounds it holds for."""
    if sees_everything(actor):
        return Q()
    condition = Q(round_id__in=wide_rounds(actor))
    for round_id in _bounds(actor):
        for path in _tops(d for d in actor.duties if d.role in _SEES_BY_UNIT and d.round_id == round_id):
            condition |= _in(round_id) & Q(unit__path__gte=path, unit__path__lt=end_of_subtree(path))
    return condition


def visible_register(actor: Actor) -> Q:
    """Condition on a thing of a unit that belongs to no round (a rule, a programme): units in one's line, and those of whole rounds one sees."""
    condition = Q(pk__in=[])
    paths = unit_paths(actor)
    if rounds := wide_rounds(actor):
        paths += apps.get_model("ledger", "Round").objects.filter(pk__in=rounds).values_list("unit__path", flat=True)
    for path in paths:
        condition |= Q(unit__path__gte=path, unit__path__lt=end_of_subtree(path))
    return condition


def in_line(paths: Iterable[str], unit: str = "unit__") -> Q:
    """Condition on a thing with a unit: it lies in the line of one of these units, by field of work or below it."""
    condition = Q(pk__in=[])
    for path in sorted(set(paths)):
        condition |= Q(**{f"{unit}path__gte": path, f"{unit}path__lt": end_of_subtree(path)})
        fields = apps.get_model("accounts", "Unit").objects.filter(path=path).exclude(field="")
        condition |= Q(**{f"{unit}field__in": fields.values("field")})
    return condition


def own_answers(actor: Actor) -> Q:
    """Condition on what is asked of a unit in a campaign: those put to a unit (or below it) in which the actor is liaison or head."""
    if actor.is_system:
        return Q()
    condition = Q(pk__in=[])
    for duty in actor.duties:
        if duty.role in roles.UNIT:
            inside = Q(unit__path__gte=duty.unit_path, unit__path__lt=end_of_subtree(duty.unit_path))
            condition |= inside & _in_campaign_of(duty)
    return condition


def visible_answers(actor: Actor) -> Q:
    """The same for reading: round-wide duties see all, a subject department its line and the campaigns it runs, a unit its own."""
    if sees_everything(actor):
        return Q()
    condition = own_answers(actor) | Q(campaign__round_id__in=wide_rounds(actor))
    for duty in actor.duties:
        if duty.role == roles.DEPARTMENT:
            condition |= (in_line([duty.unit_path]) | Q(campaign__line_id=duty.unit_id)) & _in_campaign_of(duty)
    return condition


def _in_campaign_of(duty: DutyHeld) -> Q:
    return Q() if duty.round_id is None else Q(campaign__round_id=duty.round_id)


def visible_rounds(actor: Actor) -> Q:
    """Condition on Round: round-wide duties see theirs, units those in which they have a part or are asked for something."""
    if sees_everything(actor):
        return Q()
    finding, asked = apps.get_model("ledger", "Finding"), apps.get_model("ledger", "AskedUnit")
    having_part = Q(pk__in=finding.objects.filter(visible_findings(actor)).values("round_id"))
    being_asked = Q(pk__in=asked.objects.filter(own_answers(actor)).values("campaign__round_id"))
    raised = apps.get_model("ledger", "RaisedCause")
    answering = Q(pk__in=raised.objects.filter(received_causes(actor)).values("finding__round_id"))
    reviews = apps.get_model("ledger", "PlanReview").objects.filter(unit__in=[d.unit_id for d in actor.duties if d.role in roles.BUSINESS])
    reviewing = Q(pk__in=reviews.values("plan__round_id"))
    return Q(pk__in=wide_rounds(actor)) | having_part | being_asked | answering | reviewing


def received_causes(actor: Actor) -> Q:
    """Condition on RaisedCause: what was forwarded to a unit (or below it) in which the actor is liaison or head.

    It says nothing of the finding behind it; whoever reads by this condition shows neither finding nor proposer.
    """
    if actor.is_system:
        return Q()
    condition = Q(pk__in=[])
    for duty in actor.duties:
        if duty.role in roles.UNIT:
            inside = Q(unit__path__gte=duty.unit_path, unit__path__lt=end_of_subtree(duty.unit_path))
            condition |= inside & _in(duty.round_id, "finding__")
    return condition & Q(state__in=("forwarded", "accepted", "refused"))


def proposed_causes(actor: Actor) -> Q:
    """Condition on RaisedCause for reading it whole: round-wide duties see all of theirs, a unit what it or a unit below it proposed."""
    if sees_everything(actor):
        return Q()
    condition = Q(finding__round_id__in=wide_rounds(actor))
    for duty in actor.duties:
        if duty.role in roles.UNIT:
            inside = Q(proposed_by__path__gte=duty.unit_path, proposed_by__path__lt=end_of_subtree(duty.unit_path))
            condition |= inside & _not_above(duty, "unit") & _not_above(duty, "suggested") & _in(duty.round_id, "finding__")
    return condition


def _not_above(duty: DutyHeld, field: str) -> Q:
    """The duty does not cover the receiver as well: who answers must not read who proposed."""
    covered = Q(**{f"{field}__path__gte": duty.unit_path, f"{field}__path__lt": end_of_subtree(duty.unit_path)})
    return Q(**{f"{field}__isnull": True}) | ~covered
