"""Opinions of several parties on a version, at the same time (会审); the office answers each point before approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries
from jiandi.loop.plan.actions import chain
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, targets, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import PlanRemark, PlanReview, PlanVersion
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

MOST_PARTIES = 12
MOST_REMARKS = 100
LONGEST = 2000


@dataclass(frozen=True)
class Point:
    """One point of an opinion: its words, and the finding and measure it speaks about (none: the whole plan)."""

    text: str
    finding_id: int | None = None
    measure_id: int | None = None


def send_for_review(*, actor: Actor, plan_id: int, parties: Sequence[tuple[str, int]], due: date, version: int) -> list[PlanReview]:
    """Ask parties (their word, their unit) for an opinion until a day; the unit whose plan it is, is never one of them."""
    with transaction.atomic():
        plan = queries.plan(actor, plan_id, version)
        decide.require(actor, "plan.send", targets.of_round(plan.round))
        lifecycle.find("planversion", plan.state, "approve")
        units = _parties(plan, parties)
        if due < clock.today():
            raise BadInput("review.due", N_("{day} has passed. Give the parties a day to come."), day=due.isoformat())
        of = plan.unit or plan.round.unit
        rows = [PlanReview(plan=plan, of=of, unit=unit, name=name, due=due) for name, unit in units]
        made = write.create_many(rows, actor=actor, verb="ask")
        write.note(plan, actor=actor, verb="send_for_review", parties=[unit.pk for _name, unit in units], due=due)
    return made


def _parties(plan: PlanVersion, parties: Sequence[tuple[str, int]]) -> list[tuple[str, Unit]]:
    wanted = dict.fromkeys(unit_id for _name, unit_id in parties)
    known = set(PlanReview.objects.filter(plan=plan).values_list("unit_id", flat=True))
    units = accounts.living_units().in_bulk(list(wanted))
    if not parties or len(wanted) != len(parties) or len(units) != len(wanted) or len(known) + len(wanted) > MOST_PARTIES:
        text = N_("Choose one to {n} parties, each unit once, from the list.")
        raise BadInput("review.parties", text, n=MOST_PARTIES)
    own = plan.unit.path if plan.unit else plan.round.unit.path
    for unit in units.values():
        if unit.path == own or (plan.unit and unit.path.startswith(own)):
            raise RuleBroken("review.own", N_("{unit} would give an opinion on its own plan. Choose another unit."), unit=unit.name)
        if unit.pk in known:
            raise RuleBroken("review.asked", N_("{unit} is asked already."), unit=unit.name)
    return [((name.strip() or units[pk].name)[:120], units[pk]) for name, pk in parties]


def give_opinion(*, actor: Actor, review_id: int, word: str, points: Sequence[Point], version: int) -> PlanReview:
    """One party's opinion on a version: a word, and points where it does not simply agree. By a person without another part in it."""
    with transaction.atomic():
        review = queries.review(actor, review_id, version)
        decide.require(actor, "plan.review", targets.of_unit(review.unit, review.plan.round_id))
        if not actor.is_system and not any(d.unit_id == review.unit_id for d in actor.as_seat().duties):
            raise RuleBroken("review.party", N_("Only people of {unit} give its opinion."), unit=review.unit.name)
        said = _points(review, word, points)
        if review.due < clock.today():
            raise RuleBroken("review.over", N_("The day for opinions has passed. Ask the office for another one."))
        chain.take_part(actor, review.plan, "reviewed", opinion=word)
        fields = {"word": word, "remarks_count": len(said), "answered_at": clock.now(), "answered_by": actor.holder}
        lifecycle.move(review, "give", actor=actor, target=targets.of_unit(review.unit, review.plan.round_id), fields=fields)
        rows = [
            PlanRemark(review=review, number=n, text=p.text.strip(), finding_id=p.finding_id, measure_id=p.measure_id)
            for n, p in enumerate(said, start=1)
        ]
        write.create_many(rows, actor=actor, verb="remark")
    return review


def _points(review: PlanReview, word: str, points: Sequence[Point]) -> list[Point]:
    if word not in dict(PlanReview.WORDS):
        raise BadInput("review.word", N_("Choose: agrees, agrees with changes, or objects."))
    said = [p for p in points if p.text.strip()]
    if word != "agree" and not said:
        raise BadInput("review.empty", N_("Say what is to be changed, or what you object to."))
    if len(said) > MOST_REMARKS or any(len(p.text) > LONGEST for p in said):
        raise BadInput("review.long", N_("At most {n} points of {letters} letters each."), n=MOST_REMARKS, letters=LONGEST)
    known = {(f["id"], m["id"]) for f in queries.body(review.plan)["findings"] for m in [*f["measures"], {"id": None}]}
    if any((p.finding_id, p.measure_id) not in known | {(None, None)} for p in said):
        raise BadInput("review.foreign", N_("A point speaks about something that is not in this version. Load the page again."))
    return said


def answer_remark(*, actor: Actor, remark_id: int, is_taken: bool, reply: str, version: int) -> PlanRemark:
    """The office says of one point whether it is taken; if not, why. Possible until the version is decided."""
    with transaction.atomic():
        remark = queries.remark(actor, remark_id, version)
        plan = remark.review.plan
        lifecycle.find("planversion", plan.state, "approve")
        facts = ItemFacts(reason=reply.strip())
        verb = "take" if is_taken else "refuse"
        fields = {"reply": reply.strip()[:LONGEST]}
        lifecycle.move(remark, verb, actor=actor, target=targets.of_round(plan.round), facts=facts, reason=reply, fields=fields)
    return remark


def move_review_day(*, actor: Actor, plan_id: int, due: date, version: int) -> None:
    """Another day for the parties that have not spoken yet."""
    with transaction.atomic():
        plan = queries.plan(actor, plan_id, version)
        decide.require(actor, "plan.send", targets.of_round(plan.round))
        lifecycle.find("planversion", plan.state, "approve")
        if due < clock.today():
            raise BadInput("review.due", N_("{day} has passed. Give the parties a day to come."), day=due.isoformat())
        for review in plan.reviews.filter(state="asked"):
            write.change(review, {"due": due}, actor=actor, verb="move_day")


def close_reviews(plan: PlanVersion, *, actor: Actor) -> None:
    """Who had not spoken when the version was decided stays silent."""
    for review in plan.reviews.filter(state="asked"):
        lifecycle.move(review, "lapse", actor=actor)
