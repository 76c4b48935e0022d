"""What was put right before the letter: tied to an item of it, or not listed there (反馈未列)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from jiandi.record.ledger import targets
from jiandi.record.ledger.models import Finding, Letter, Round
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

ROWS = 50


@dataclass(frozen=True)
class FixNow:
    """``has_letter``: one was reviewed, so what has no item by now is not listed in it."""

    page: Page[Finding]
    unlisted: int
    has_letter: bool
    may_register: bool


def fix_now(round_: Round, actor: Actor, page: int = 1) -> FixNow:
    found = Finding.objects.visible_to(actor).filter(round=round_, source="fix_now").exclude(state__in=["withdrawn", "handed_over"])
    rows = found.select_related("lead", "item", "item__letter").defer("item__letter__text").order_by("pk")
    return FixNow(
        Paginator(rows, ROWS).get_page(page),
        unlisted=found.filter(item=None).count(),
        has_letter=Letter.objects.filter(round=round_, state="reviewed").exists(),
        may_register=decide.may(actor, "finding.register", targets.of_round(round_)),
    )
