"""Proofs of use: those that are due, and those of one rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from jiandi.base import clock
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import institutions, load, sampling, targets
from jiandi.record.ledger.models import Institution, ProofOfUse
from jiandi.record.ledger.models.institution import HOLDING, OPEN_PROOFS
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

PAGE = 50
NEAR_DAYS = 30


@dataclass(frozen=True)
class Line:
    """A proof with who looked, and whether anybody can recompute its draw."""

    proof: ProofOfUse
    by: str
    agrees: bool | None

    @property
    def is_missed(self) -> bool:
        return self.proof.is_open and self.proof.due < clock.today()


@dataclass(frozen=True)
class Proof:
    """One proof as its page shows it: what the regime asks, and why the actor may not."""

    line: Line
    rule: Institution
    bar: int
    sample: int
    may: bool
    in_the_way: tuple[object, ...]


def proofs_due(actor: Actor, only: str, number: object = 1) -> Page[ProofOfUse]:
    """Open proofs of visible rules in force, the earliest due first. ``only``: missed, near."""
    return Paginator(_open(actor, only), PAGE).get_page(number)  # type: ignore[arg-type]


def proof_counts(actor: Actor) -> dict[str, int]:
    return {only: _open(actor, only).count() for only in ("", "missed", "near")}


def _open(actor: Actor, only: str) -> QuerySet[ProofOfUse]:
    rules = Institution.objects.visible_to(actor).filter(state__in=HOLDING).order_by()
    found = ProofOfUse.objects.filter(state__in=OPEN_PROOFS, institution__in=rules.values("pk"))
    match only:
        case "missed":
            found = found.filter(due__lt=clock.today())
        case "near":
            found = found.filter(due__gte=clock.today(), due__lte=clock.today() + timedelta(days=NEAR_DAYS))
    return found.select_related("institution", "institution__unit").order_by("due", "pk")


def proofs_of(actor: Actor, rule_id: int) -> tuple[Institution, list[Line]]:
    """All proofs of a visible rule, in order."""
    rule = load.institution(actor, rule_id)
    found = list(rule.proofs.select_related("unit").order_by("number"))
    names = accounts.names_of(_user(p.holder) for p in found)
    return rule, [_line(p, names) for p in found]


def proof(actor: Actor, proof_id: int) -> Proof:
    row = load.proof(actor, proof_id)
    rule, clocks = row.institution, institutions.clocks_of(row.institution)
    names = accounts.names_of([_user(row.holder)])
    may = row.is_open and rule.state in HOLDING and decide.may(actor, "proof.record", targets.of_rule(rule, actor))
    in_the_way = institutions.unmet_independence(rule, actor) if may else ()
    return Proof(_line(row, names), rule, clocks.proof_bar_percent, clocks.proof_sample_cases, may, in_the_way)


def _line(row: ProofOfUse, names: dict[int, str]) -> Line:
    by = names.get(_user(row.holder) or 0, "")
    return Line(row, by, _agrees(row) if row.picks else None)


def _agrees(row: ProofOfUse) -> bool:
    """Whether the kept places are those that the kept head gives."""
    seed = sampling.seed_of(row.head, "proofofuse", row.pk, row.cases or 0, row.algorithm)
    return sampling.places(seed, row.cases or 0, row.drawn or 0, row.algorithm) == list(row.picks)


def _user(holder: str) -> int | None:
    kind, _, key = holder.partition(":")
    return int(key) if kind == "user" and key.isdecimal() else None
