"""Shapes of the API: explicit, apart from the models."""

from __future__ import annotations

from datetime import date

from ninja import Field, Schema

from jiandi.base.api import BIGGEST, Text

MOST_PAGES = 100_000


class FindingQuery(Schema):
    """What a list of findings can be asked for; the filters are those of the ledger."""

    round_id: int | None = Field(None, ge=1, le=BIGGEST)
    state: Text = ""
    unit: int | None = Field(None, ge=1, le=BIGGEST)
    source: Text = ""
    claim: Text = ""
    when: Text = ""
    q: Text = ""
    page: int = Field(1, ge=1, le=MOST_PAGES)


class MeasureQuery(Schema):
    finding_id: int | None = Field(None, ge=1, le=BIGGEST)
    state: Text = ""
    page: int = Field(1, ge=1, le=MOST_PAGES)


class FindingLine(Schema):
    id: int
    number: str
    title: str
    lead: str | None
    state: str
    source: str
    klass: str
    due: date | None
    said: bool
    done: bool
    well: bool
    days_left: int | None


class FindingPage(Schema):
    """``count`` is a lower bound when ``count_is_at_least``."""

    items: list[FindingLine]
    page: int
    has_more: bool
    count: int
    count_is_at_least: bool


class MoveOut(Schema):
    """A verb that the key's person could use from here, whatever the guards say."""

    verb: str
    to: str


class FindingOut(Schema):
    id: int
    version: int
    number: str
    title: str
    verbatim: str
    state: str
    lead: str | None
    first_due: date | None
    due: date | None
    standard: str
    said: bool
    done: bool
    well: bool
    effect_state: str
    moves: list[MoveOut]


class LinkOut(Schema):
    """A link between two findings, both of which one may see; ``state`` is proposed or accepted, ``likeness`` per cent."""

    id: int
    version: int
    kind: str
    state: str
    finding_id: int
    finding_number: str
    finding_round_id: int
    other_id: int
    other_number: str
    other_round_id: int
    likeness: int | None
    basis: str


class LinkPage(Schema):
    items: list[LinkOut]
    page: int
    has_more: bool


class PageQuery(Schema):
    page: int = Field(1, ge=1, le=MOST_PAGES)


class SourceOut(Schema):
    """The totals of one source; rates as [k, n]. ``source`` is a source, ``own`` (the round), ``carried`` or ``register`` (both)."""

    source: str
    total: int
    counted: int
    by_state: dict[str, int]
    said: list[int]
    done: list[int]
    well: list[int]


class MeasureOut(Schema):
    """``finding_ids``: the findings it serves that one may see, also of other rounds."""

    id: int
    version: int
    round_id: int
    number: int
    finding_ids: list[int]
    text: str
    lead: str
    kind: str
    horizon: str
    first_due: date
    due: date
    standard: str
    state: str
    said_on: date | None
    done_on: date | None


class MeasurePage(Schema):
    items: list[MeasureOut]
    page: int
    has_more: bool
