"""What waits for a person because of rules: reviews and proofs of use that are due, and questions that only the office answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger.models import FindingParty, Institution, ProofOfUse, RuleQuestion
from jiandi.record.ledger.models.institution import HOLDING, LIVING, OPEN_PROOFS
from jiandi.record.policy import roles
from jiandi.record.trail.actor import Actor

NEAR_DAYS = 30
CHECKERS = frozenset({roles.VERIFIER, roles.DEPARTMENT})
CLOSED = ("closed", "standing")


class Line(NamedTuple):
    """One thing asked; the fields of the home page's line in their order."""

    number: str
    title: str
    unit: str
    asked: str
    url: str
    due: date | None
    icon: str
    stage: str


def lines(actor: Actor, round_id: int, held: frozenset[str], most: int) -> Iterator[Line]:
    if held & roles.OFFICE:
        yield from _questions(round_id, most)
        yield from _proofs(ProofOfUse.objects.filter(due__lt=clock.today(), institution__in=_visible(actor)), most)
    if held & roles.UNIT:
        yield from _reviews(actor, most)
    if held & CHECKERS:
        given = FindingParty.objects.filter(part="verifier", unit__in=_units(actor), finding__round_id=round_id)
        of_mine = Institution.objects.filter(measures__findings__in=given.values("finding_id")).order_by()
        near = ProofOfUse.objects.filter(due__lte=_near(), institution__in=of_mine.values("pk"))
        yield from _proofs(near, most)


def _near() -> date:
    return clock.today() + timedelta(days=NEAR_DAYS)


def _visible(actor: Actor) -> QuerySet[Institution]:
    return Institution.objects.visible_to(actor).order_by()


def _units(actor: Actor) -> QuerySet[Unit]:
    return Unit.objects.filter(accounts.subtree(d.unit_path for d in actor.duties if d.role in CHECKERS))


def _questions(round_id: int, most: int) -> Iterator[Line]:
    """A signal is a question: the finding was closed by a rule that stands on paper only."""
    found = RuleQuestion.objects.filter(state="asked", finding__round_id=round_id, finding__state__in=CLOSED)
    for q in found.select_related("finding", "finding__lead", "institution").order_by("pk")[:most]:
        asked, url = _("Its rule stands on paper only: does it come back?"), reverse("execute:rule_question", args=[q.pk])
        lead = q.finding.lead.name if q.finding.lead else ""
        yield Line(q.finding.number, q.finding.title, lead, asked, url, None, "question-circle", "execute")


def _proofs(found: QuerySet[ProofOfUse], most: int) -> Iterator[Line]:
    open_ones = found.filter(state__in=OPEN_PROOFS, institution__state__in=HOLDING).select_related("institution", "institution__unit")
    for p in open_ones.order_by("due", "pk")[:most]:
        rule, url = p.institution, reverse("verify:proof", args=[p.pk])
        yield Line(rule.number, rule.title, rule.unit.name, _("Prove the use of a rule"), url, p.due, "journal-check", "verify")


def _reviews(actor: Actor, most: int) -> Iterator[Line]:
    own = Unit.objects.filter(accounts.subtree(d.unit_path for d in actor.duties if d.role in roles.UNIT))
    rules = Institution.objects.filter(unit__in=own, state__in=LIVING, review_on__lte=_near()).select_related("unit")
    for rule in rules.order_by("review_on", "pk")[:most]:
        url = reverse("execute:register_rule", args=[rule.pk])
        yield Line(rule.number, rule.title, rule.unit.name, _("Review a rule"), url, rule.review_on, "calendar2-check", "execute")
