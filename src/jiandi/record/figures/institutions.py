"""Counts of rules, defined once: for pages, reports and forms. A rule on paper only never counts as in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiandi.base import clock
from jiandi.record.ledger.models import Institution, Measure, MeasureRule, ProofOfUse, RuleNotFollowed
from jiandi.record.ledger.models.institution import HOLDING, LIVING, OPEN_PROOFS

NEAR_DAYS = 30


@dataclass(frozen=True)
class RuleCounts:
    """Of some rules: by what measures did to them, where they stand now, and how many were there and not followed.

    ``in_force`` leaves out those on paper only. ``made`` and ``revised`` are among those in force; ``abolished`` are those that ended so.
    """

    total: int = 0
    drafted: int = 0
    in_force: int = 0
    on_paper_only: int = 0
    abolished: int = 0
    superseded: int = 0
    made: int = 0
    revised: int = 0
    not_followed: int = 0


def counts(rules: QuerySet[Institution]) -> RuleCounts:
    """One definition for the register, the reports and the prescribed forms."""
    states = {state: Count("pk", filter=Q(state=state)) for state, _word in Institution.STATES}
    did = {
        name: Count("pk", filter=Q(state="in_force") & Q(Exists(_link(verb)))) for name, verb in (("made", "make"), ("revised", "revise"))
    }
    ignored = Count("pk", filter=Q(Exists(RuleNotFollowed.objects.filter(institution=OuterRef("pk")))))
    plain = Institution.objects.filter(pk__in=rules.order_by().values("pk"))
    return RuleCounts(**plain.aggregate(total=Count("pk"), **states, **did, not_followed=ignored))


def _link(verb: str) -> QuerySet[MeasureRule]:
    return MeasureRule.objects.filter(institution=OuterRef("pk"), verb=verb)


def of_measures(measures: QuerySet[Measure]) -> RuleCounts:
    return counts(Institution.objects.filter(measures__in=measures))


def of_findings(finding_ids: Any) -> RuleCounts:
    """The rules that the measures of these findings touched, and those that were not followed there."""
    touched = Q(measures__findings__in=finding_ids) | Q(ignored_in__in=finding_ids)
    return counts(Institution.objects.filter(pk__in=Institution.objects.filter(touched).values("pk")))


def in_force_for(finding_ids: Any) -> Iterable[Institution]:
    """The rules in force that the measures of these findings made, revised or enforce, each once."""
    return Institution.objects.filter(measures__findings__in=finding_ids, state="in_force").distinct().order_by("pk")


def review_near() -> Q:
    """Condition on a rule: its review date has come or comes within a month."""
    return Q(state__in=LIVING, review_on__lte=clock.today() + timedelta(days=NEAR_DAYS))


def proof_near() -> Q:
    """Condition on a rule: a proof of its use is due, or was missed."""
    near = ProofOfUse.objects.filter(institution=OuterRef("pk"), state__in=OPEN_PROOFS, due__lte=clock.today() + timedelta(days=NEAR_DAYS))
    return Q(state__in=HOLDING) & Q(Exists(near))
