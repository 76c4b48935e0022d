"""What tests of plans share: a whole plan of the cast's bureau, handed in, approved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jiandi.base import clock
from jiandi.loop.plan import actions
from jiandi.record.ledger.models import Measure, PlanVersion
from tests.builders import make_cause
from tests.cast import Cast


def due(days: int = 40) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def add(cast: Cast, text: str, **fields: Any) -> Measure:
    given = {"finding_id": cast.finding.pk, "lead_id": cast.bureau.pk, "due_text": due(), **fields}
    return actions.add_measure(actor=cast.actor("liaison"), text=text, **given)


def whole(cast: Cast) -> list[Measure]:
    """A plan that nothing stands in the way of."""
    make_cause(cast.finding)
    return [add(cast, "完成126个项目账目核对"), add(cast, "修订项目资金拨付管理办法，明确拨付时限", due_text=due(60))]


def submit(cast: Cast) -> PlanVersion:
    return actions.submit_plan(actor=cast.actor("head"), round_id=cast.round.pk, unit_id=cast.bureau.pk)


def approve(cast: Cast, plan: PlanVersion, name: str = "clerk") -> PlanVersion:
    plan.refresh_from_db()
    return actions.approve_plan(actor=cast.actor(name), plan_id=plan.pk, opinion="同意", version=plan.version)


def approved(cast: Cast) -> list[Measure]:
    """The measures of an approved plan."""
    made = whole(cast)
    approve(cast, submit(cast))
    for measure in made:
        measure.refresh_from_db()
    return made
