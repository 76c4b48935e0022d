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


class MeasureOut(Schema):
    id: int
    version: int
    number: int
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
