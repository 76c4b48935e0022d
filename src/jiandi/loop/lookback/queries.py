"""Look-backs, the list they draw from with its risk points, and what was drawn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.lookback import rules
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import load, reads
from jiandi.record.ledger.models import Check, Commitment, Draw, EvidenceUse, Finding, LookBack, Measure, Round
from jiandi.record.ledger.scope import of_visible_findings, visible_rounds
from jiandi.record.trail.actor import Actor

PAGE = 50
STATES = ("closed", "standing")
RUSH = timedelta(days=7)


def look_back(actor: Actor, lookback_id: int) -> LookBack:
    """A look-back of a round that the actor may see."""
    rows = LookBack.objects.select_related("round", "round__regime", "round__unit")
    found = rows.filter(round__in=Round.objects.filter(visible_rounds(actor)), pk=lookback_id).first()
    if found is None:
        raise NotFound("lookback.none", N_("There is no such look-back, or it is not yours to see. Go back to the list."))
    return found


def draw(actor: Actor, draw_id: int) -> Draw:
    """A drawn finding that the actor may see."""
    rows = Draw.objects.select_related("lookback", "lookback__round", "finding", "finding__lead")
    found = rows.filter(of_visible_findings(actor), pk=draw_id).first()
    if found is None:
        raise NotFound("lookback.no_draw", N_("There is no such drawn finding, or it is not yours to see."))
    return found


def commitments_of(lookback: LookBack) -> list[Commitment]:
    """In the order of the parties' names, as the seed takes them."""
    return sorted(lookback.commitments.all(), key=lambda one: one.party)


def secrets_of(lookback: LookBack) -> list[tuple[str, str]]:
    return [(one.party, one.secret) for one in commitments_of(lookback)]


def population(actor: Actor, round_id: int) -> list[list[Any]]:
    """Every closed or standing finding of the round with its risk points: ``[[id, number, weight], …]``."""
    findings = Finding.objects.visible_to(actor).filter(round_id=round_id, state__in=STATES)
    signs = _signs(findings)
    rows = findings.order_by("pk").values_list("pk", "number")
    return [[pk, number, rules.weight_of(signs[pk])] for pk, number in rows]


def population_size(actor: Actor, round_id: int) -> int:
    return Finding.objects.visible_to(actor).filter(round_id=round_id, state__in=STATES).count()


def _signs(findings: QuerySet[Finding]) -> dict[int, set[str]]:
    """What the record holds against each finding, by name of ``rules.POINTS``; a fixed number of reads whatever the size."""
    ids = findings.values("pk")
    found: dict[int, set[str]] = defaultdict(set)
    shown = _with_act(ids)
    checked = Check.objects.filter(finding__in=ids, verdict="passed")
    seen = set(checked.filter(method__in=["seen", "redone"]).values_list("finding_id", flat=True))
    looked = set(checked.values_list("finding_id", flat=True))
    reused = _with_reused_evidence(ids)
    still = set(_with_still_indicator(ids))
    for pk, due, closed_on in findings.values_list("pk", "due", "closed_on").order_by():
        signs = {
            "no_evidence": pk not in shown,
            "effect_not_moving": pk in still,
            "paper_only": pk in looked and pk not in seen,
            "last_week": bool(due and closed_on and timedelta(0) <= due - closed_on <= RUSH),
            "nobody_outside": pk not in looked,
            "reused_evidence": pk in reused,
        }
        found[pk] = {name for name, holds in signs.items() if holds}
    return found


def _with_act(ids: Any) -> set[int]:
    """Findings with evidence of an act or an outcome."""
    uses = EvidenceUse.objects.filter(evidence__kind__in=["act", "outcome"])
    direct = uses.filter(finding__in=ids).values_list("finding_id", flat=True)
    through = uses.filter(measure__findings__in=ids).values_list("measure__findings", flat=True)
    return {*direct, *through} - {None}


def _with_still_indicator(ids: Any) -> QuerySet[Any, Any]:
    """Findings with a measure whose number has not moved from its base, or was never filled in."""
    promised = Measure.objects.filter(findings__in=ids, target_value__isnull=False)
    still = promised.filter(Q(actual_value__isnull=True) | Q(actual_value=F("base_value")))
    return still.values_list("findings", flat=True)


def _with_reused_evidence(ids: Any) -> set[int]:
    """Findings shown by a file that also shows another finding."""
    uses = EvidenceUse.objects.exclude(evidence__digest="")
    rows = [
        *uses.filter(finding__in=ids).values_list("evidence__digest", "finding_id"),
        *uses.filter(measure__findings__in=ids).values_list("evidence__digest", "measure__findings"),
    ]
    by_digest: dict[str, set[int]] = defaultdict(set)
    for digest, pk in rows:
        if pk is not None:
            by_digest[digest].add(pk)
    return {pk for some in by_digest.values() if len(some) > 1 for pk in some}


def look_backs(actor: Actor, round_id: int, number: object = 1) -> tuple[Page[LookBack], list[Row]]:
    """Look-backs of a round, newest first, with the draws that the actor may see."""
    round_ = load.round_(actor, round_id)
    found = LookBack.objects.filter(round=round_).defer("population").order_by("-pk")
    page = Paginator(found, PAGE).get_page(number)  # type: ignore[arg-type]
    seen = Draw.objects.filter(of_visible_findings(actor), lookback__in=[row.pk for row in page])
    tally = seen.values_list("lookback_id").annotate(
        n=Count("pk"), n_looked=Count("pk", filter=~Q(state="drawn")), n_failed=Count("pk", filter=Q(state="failed"))
    )
    counts = {pk: (n, looked, failed) for pk, n, looked, failed in tally.order_by()}
    return page, [Row(row, *counts.get(row.pk, (0, 0, 0))) for row in page]


@dataclass(frozen=True)
class Row:
    """A look-back in the list."""

    lookback: LookBack
    drawn: int
    looked: int
    failed: int


def draws_of(actor: Actor, lookback: LookBack, number: object = 1) -> Page[Draw]:
    """The drawn list in its order, as far as one may see it."""
    rows = Draw.objects.filter(of_visible_findings(actor), lookback=lookback).select_related("finding", "finding__lead")
    return Paginator(rows.order_by("place"), PAGE).get_page(number)  # type: ignore[arg-type]


def outcome(lookback: LookBack) -> rules.Outcome:
    """What the looks so far say about the list."""
    looked = list(Draw.objects.filter(lookback=lookback).values_list("is_random", "state"))
    return rules.result(len(lookback.population), looked, min(lookback.by_risk, len(lookback.population)))


def recomputed(lookback: LookBack) -> rules.Drawn:
    """The draw made anew from what is kept; for the page, the command and anybody who doubts."""
    return rules.recompute(lookback.population, secrets_of(lookback), lookback.by_risk, lookback.at_random, lookback.algorithm)


def agrees(lookback: LookBack) -> bool:
    """Whether root, seed and draws still follow from list and secrets."""
    again = recomputed(lookback)
    kept = list(lookback.draws.order_by("place").values_list("place", "finding_id", "is_random", "key"))
    return (again.root, again.seed) == (lookback.root, lookback.seed) and kept == [
        (pick.place, pick.finding_id, pick.is_random, pick.key) for pick in again.picks
    ]


def draws_of_finding(finding: Finding) -> list[Draw]:
    return list(Draw.objects.filter(finding=finding).select_related("lookback").order_by("-pk")[:20])


def measures_of(row: Draw) -> list[Measure]:
    """The measures that may be named as not having held."""
    return [m for m in reads.measures_of(row.finding_id) if m.counts]


@dataclass(frozen=True)
class Steps:
    """How far the protocol is, in the order that nobody may change."""

    sealed: int
    opened: int
    is_frozen: bool
    is_drawn: bool
    is_finished: bool

    @property
    def can_freeze(self) -> bool:
        return not self.is_frozen and self.sealed >= 2

    @property
    def can_draw(self) -> bool:
        return self.is_frozen and not self.is_drawn and self.opened == self.sealed


def steps_of(lookback: LookBack, commitments: list[Commitment]) -> Steps:
    return Steps(
        sealed=len(commitments),
        opened=sum(bool(one.secret) for one in commitments),
        is_frozen=lookback.state != "planned",
        is_drawn=lookback.state in {"drawn", "finished"},
        is_finished=lookback.state == "finished",
    )


def sees_list(actor: Actor, lookback: LookBack) -> bool:
    """The frozen list names every closed finding of the round."""
    return figures.sees_round(actor, lookback.round_id)


def frozen_items(actor: Actor, lookback: LookBack, number: object = 1) -> Page[rules.Item]:
    """The frozen list, for those who see the whole round."""
    if not sees_list(actor, lookback):
        raise NotFound("lookback.list", N_("The list names findings that are not yours to see."))
    return Paginator(rules.items_of(lookback.population), PAGE).get_page(number)  # type: ignore[arg-type]
