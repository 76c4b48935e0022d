"""Items of the letters that nobody has taken up (漏项清单), each with the findings it may be about."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from jiandi.base.text.similar import Likeness, Near
from jiandi.record.ledger import reads
from jiandi.record.ledger.models import Finding, LetterItem, Round
from jiandi.record.ledger.scope import sees_everything, wide_rounds
from jiandi.record.trail.actor import Actor

ROWS = 50
SURE = 80
AHEAD = 5
COMPARED = 160


@dataclass(frozen=True)
class Proposal:
    """“Is this item covered by that finding?” ``is_sure`` ones, well ahead of the next, are ticked already; a person confirms all of them."""

    finding_id: int
    number: str
    title: str
    lead: str
    state: str
    percent: int
    is_sure: bool


@dataclass(frozen=True)
class LeftOut:
    """An item without a finding, the rows below it that go with it, and what may cover it."""

    item: LetterItem
    below: int
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def is_sure(self) -> bool:
        return any(one.is_sure for one in self.proposals)


@dataclass(frozen=True)
class LeftOutPage:
    """``total`` items of all letters, ``left`` of them still open; ``alone`` open ones have no proposal."""

    page: Page[LetterItem]
    rows: list[LeftOut]
    total: int
    left: int
    proposed: int
    alone: int


def reads_letters(actor: Actor, round_id: int) -> bool:
    return sees_everything(actor) or round_id in wide_rounds(actor)


def left_out(round_: Round, page: int = 1) -> LeftOutPage:
    """The items that no finding covers, in the order of the letters; rows below an open finding go with it."""
    needing = reads.items_to_take_up(round_.pk)
    heads = _heads(needing)
    likeness = Likeness(_uncovered(round_))
    near = {item.pk: likeness.nearest(item.text[:COMPARED]) for item in heads}
    first = [item for item in heads if near[item.pk]]
    alone = [item for item in heads if not near[item.pk]]
    shown = Paginator([*alone, *first], ROWS).get_page(page)
    wanted = {one.key for item in shown for one in near[item.pk]}
    findings = {f.pk: f for f in Finding.objects.filter(pk__in=wanted).select_related("lead").defer("verbatim")}
    below = _below(needing, [item.pk for item in shown])
    rows = [LeftOut(item, below[item.pk], _proposals(near[item.pk], findings)) for item in shown]
    return LeftOutPage(shown, rows, needing.count(), needing.filter(state__in=reads.NOT_TAKEN_UP).count(), len(first), len(alone))


def _heads(needing: QuerySet[LetterItem]) -> list[LetterItem]:
    """Open items that no open finding row stands above."""
    found = list(needing.filter(state__in=reads.NOT_TAKEN_UP).select_related("letter", "parent").order_by("letter", "place", "pk"))
    return [item for item in found if item.type == "finding" or not (item.parent and item.parent.type == "finding")]


def _below(needing: QuerySet[LetterItem], heads: list[int]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for parent_id in needing.filter(Q(parent__in=heads) & ~Q(type="finding"), state="open").values_list("parent_id", flat=True):
        counts[parent_id or 0] += 1
    return counts


def _uncovered(round_: Round) -> dict[int, str]:
    """Findings that stand in no letter yet: those of a ledger taken over, self-found ones, those fixed before the letter came."""
    found = Finding.objects.filter(round=round_, item__isnull=True, covers__isnull=True).exclude(state="withdrawn")
    return {pk: text[:COMPARED] for pk, text in found.values_list("pk", "verbatim")}


def _proposals(near: list[Near[int]], findings: dict[int, Finding]) -> list[Proposal]:
    """The first is sure only where no other finding is nearly as like."""
    second = near[1].percent if len(near) > 1 else 0
    is_clear = bool(near) and near[0].percent >= SURE and near[0].percent >= second + AHEAD
    found = [(one, findings[one.key]) for one in near]
    return [
        Proposal(f.pk, f.number, f.title, f.lead.name if f.lead else "", f.state, one.percent, is_clear and one is near[0])
        for one, f in found
    ]
