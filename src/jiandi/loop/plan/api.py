"""Plans for programs: hand in, look at, approve, return."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from ninja import Router, Schema, Status

from jiandi.base import api
from jiandi.base.http import Request
from jiandi.loop.plan import actions, queries
from jiandi.record.ledger.models import PlanVersion

router = Router()


class PlanIn(Schema):
    """Whose plan, in which inspection."""

    round_id: api.Id
    unit_id: api.Id


class Opinion(Schema):
    opinion: api.Text = ""


class PlanOut(Schema):
    """A frozen version; ``digest`` is over ``body``."""

    id: int
    version: int
    round_id: int
    unit_id: int | None
    number: int
    state: str
    submitted_at: datetime
    decided_at: datetime | None
    opinion: str
    algorithm: str
    digest: str
    body: str


@router.post("/plans", response={201: PlanOut, **api.WRITES}, summary="Hand in a unit's plan")
def submit_plan(request: Request, response: HttpResponse, plan: PlanIn) -> Status[PlanOut]:
    """Everything the unit leads that is open is frozen; refused with every reason at once."""
    made = actions.submit_plan(actor=request.actor, round_id=plan.round_id, unit_id=plan.unit_id)
    return Status(201, plan_out(response, made))


@router.get("/plans/{plan_id}", response={200: PlanOut, **api.READS}, summary="One version of a plan")
def get_plan(request: Request, response: HttpResponse, plan_id: int) -> PlanOut:
    return plan_out(response, queries.plan(request.actor, plan_id))


@router.post("/plans/{plan_id}/approve", response={200: api.After, **api.GUARDED}, summary="Approve a plan")
def approve_plan(request: Request, response: HttpResponse, plan_id: int, said: Opinion, if_match: str = api.IF_MATCH) -> api.After:
    version = api.version_in(if_match)
    plan = actions.approve_plan(actor=request.actor, plan_id=plan_id, opinion=said.opinion, version=version)
    return api.after(response, plan)


@router.post("/plans/{plan_id}/return", response={200: api.After, **api.GUARDED}, summary="Return a plan")
def return_plan(request: Request, response: HttpResponse, plan_id: int, said: Opinion, if_match: str = api.IF_MATCH) -> api.After:
    version = api.version_in(if_match)
    return api.after(response, actions.return_plan(actor=request.actor, plan_id=plan_id, opinion=said.opinion, version=version))


def plan_out(response: HttpResponse, p: PlanVersion) -> PlanOut:
    api.tag(response, p.version)
    return PlanOut(
        id=p.pk,
        version=p.version,
        round_id=p.round_id,
        unit_id=p.unit_id,
        number=p.number,
        state=p.state,
        submitted_at=p.submitted_at,
        decided_at=p.decided_at,
        opinion=p.opinion,
        algorithm=p.algorithm,
        digest=p.digest,
        body=p.body,
    )
