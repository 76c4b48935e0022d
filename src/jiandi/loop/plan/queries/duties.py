"""Stage goals and recurring duties: what is to be reached on the way, what must be kept up, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.plan import rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import Finding, KeptCycle, Measure, Round, StageGoal
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

KEPT_UP = ("planned", "in_progress", "claimed", "done")
MOST = 500


def goals_of(measures: Sequence[Measure]) -> dict[int, list[StageGoal]]:
    """The goals that stand, by measure, in the order of their days; read with the measures where they were."""
    found = {m.pk: sorted((g for g in m.goals.all() if not g.is_dropped), key=lambda g: (g.due, g.pk)) for m in measures}
    return {pk: goals for pk, goals in found.items() if goals}


def goal(actor: Actor, goal_id: int, version: int) -> StageGoal:
    """A goal of a visible measure, to be changed."""
    seen = StageGoal.objects.filter(pk=goal_id, is_dropped=False, measure__in=Measure.objects.visible_to(actor))
    found = seen.select_related("measure", "measure__round", "measure__lead").first()
    if found is None:
        raise NotFound("plan.no_goal", N_("It does not exist, or it is not yours to see. Go back to the list."))
    writing.expect_version(found, version)
    return found


def duties_of(round_: Round, measures: Iterable[Measure]) -> dict[int, rules.Duty]:
    """Where the recurring duties among these measures stand today, in one read."""
    recurring = [m for m in measures if m.recurs and m.state in KEPT_UP]
    kept: dict[int, set[date]] = defaultdict(set)
    if recurring:
        for measure_id, due in KeptCycle.objects.filter(measure__in=[m.pk for m in recurring]).values_list("measure_id", "due"):
            kept[measure_id].add(due)
    cycle, today = regimes.profile_of(round_.regime).measures.standing_cycle, clock.today()
    return {m.pk: rules.duty_of(m.recurs, since_of(m), kept[m.pk], today=today, standing_cycle=cycle) for m in recurring}


def since_of(measure: Measure) -> date:
    """The day after which its cycles are counted; an old ledger's duty begins with its date."""
    return measure.recurs_from or measure.first_due


@dataclass(frozen=True)
class Missed:
    """A duty with missed cycles; ``reopens``: so many in a row that the finding goes back on the books."""

    measure: Measure
    finding: Finding
    duty: rules.Duty
    reopens: bool


def missed(actor: Actor, round_id: int, leads: Iterable[Unit] | None = None) -> list[Missed]:
    """Duties that somebody let lapse, of findings the actor sees; only of these leads if given."""
    rows = Measure.objects.visible_to(actor).filter(round=round_id, state__in=KEPT_UP).exclude(recurs="")
    if leads is not None:
        rows = rows.filter(lead__in=leads)
    served = Prefetch("findings", queryset=Finding.objects.visible_to(actor).order_by("pk"))
    found = list(rows.select_related("lead", "round__regime").prefetch_related(served).order_by("pk")[:MOST])
    if not found:
        return []
    round_ = found[0].round
    standing = duties_of(round_, found)
    limit = regimes.profile_of(round_.regime).clocks.missed_cycles_reopen
    lapsed = ((m, standing[m.pk], list(m.findings.all())) for m in found if standing[m.pk].missed)
    return [Missed(m, seen[0], duty, duty.in_a_row >= limit) for m, duty, seen in lapsed if seen]
