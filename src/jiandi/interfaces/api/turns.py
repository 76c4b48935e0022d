"""Turns of a finding that belong to no single stage, and its disputes."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from ninja import Router, Schema

from jiandi.base import api
from jiandi.base.http import Request
from jiandi.record.ledger import disputes, turns

router = Router()


class TurnIn(Schema):
    """Each verb asks for some of these; what it does not ask for is left out of account."""

    reason: api.Text = ""
    document: api.Text = ""
    stage_goal: api.Text = ""
    next_review: date | None = None


@router.post(
    "/findings/{finding_id}/turns/{verb}",
    response={200: api.After, **api.GUARDED},
    summary="Take a turn: start_at_once, call_basically_done, make_long_term, make_standing, hand_over, withdraw, restore, reopen",
)
def take_turn(
    request: Request, response: HttpResponse, finding_id: int, verb: str, turn: TurnIn, if_match: str = api.IF_MATCH
) -> api.After:
    version = api.version_in(if_match)
    wanted = turns.Turn(**turn.dict())
    return api.after(response, turns.take(actor=request.actor, finding_id=finding_id, verb=verb, turn=wanted, version=version))


class DisputeIn(Schema):
    """Grounds, answer or reason as ``text``; the issuer's ``document`` and its day where the verb asks for them."""

    text: api.Text = ""
    new_facts: api.Text = ""
    document: api.Text = ""
    answered_on: date | None = None


@router.post(
    "/findings/{finding_id}/dispute/{verb}",
    response={200: api.After, **api.GUARDED},
    summary="A dispute: raise (If-Match: the finding), then forward, uphold, correct, withdraw, take_back (If-Match: the dispute)",
)
def take_dispute(
    request: Request, response: HttpResponse, finding_id: int, verb: str, brought: DisputeIn, if_match: str = api.IF_MATCH
) -> api.After:
    version, given = api.version_in(if_match), disputes.Brought(**brought.dict())
    return api.after(response, disputes.take(actor=request.actor, finding_id=finding_id, verb=verb, brought=given, version=version))
