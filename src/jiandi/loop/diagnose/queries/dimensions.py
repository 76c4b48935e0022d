"""Reads: how many findings have a cause of each dimension, by unit and by category, and the rows behind each figure."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from jiandi.loop.diagnose.queries import causes
from jiandi.loop.diagnose.rules import Taxonomy
from jiandi.record.accounts.models import Unit
from jiandi.record.figures import causes as figures
from jiandi.record.ledger import listing
from jiandi.record.ledger.models import Finding, Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

PER_PAGE = 50
NO_CATEGORY = "-"
LONGEST_KEY = 18


@dataclass(frozen=True)
class Dimensions:
    """The sum of everything, a page of units, a page of categories; ``least`` is the n below which nothing is said in per cent."""

    taxonomy: Taxonomy
    total: figures.Line
    units: Page[figures.Line]
    categories: Page[figures.Line]
    least: int


def dimensions(actor: Actor, round_: Round, unit_page: str | None = None, category_page: str | None = None) -> Dimensions:
    how = regimes.profile_of(round_.regime).numbers
    units = figures.by_unit(actor, round_.pk, how)
    categories = figures.by_category(actor, round_.pk, how)
    return Dimensions(
        taxonomy=causes.taxonomy(),
        total=figures.total(units, how),
        units=Paginator(units, PER_PAGE).get_page(unit_page),
        categories=Paginator(categories, PER_PAGE).get_page(category_page),
        least=how.least,
    )


@dataclass(frozen=True)
class Rows:
    """The findings behind one figure, and what they have in common."""

    page: Page[Finding]
    dimension: str
    unit: str
    category: str | None


def dimension_rows(
    actor: Actor, round_: Round, *, dimension: str = "", unit: str = "", category: str | None = None, number: str | None = None
) -> Rows:
    """The findings that a figure counts; ``unit`` is an id (0: without lead), ``category`` None asks for every one."""
    words = causes.taxonomy()
    found = figures.analysed(actor, round_.pk)
    known = dimension if dimension in words.dimensions else ""
    if known:
        found = figures.with_dimension(found, known)
    name = ""
    if unit.isdecimal() and len(unit) <= LONGEST_KEY:
        found = found.filter(lead_id=int(unit)) if int(unit) else found.filter(lead__isnull=True)
        name = next(iter(Unit.objects.filter(pk=int(unit), pk__in=found.values("lead_id")).values_list("name", flat=True)), "")
    if category is not None:
        found = found.filter(category="" if category == NO_CATEGORY else category.replace("\x00", ""))
    rows = found.select_related("lead").order_by(*listing.BY_DUE)
    return Rows(Paginator(rows, PER_PAGE).get_page(number), words.dimension_word(known) if known else "", name, category)
