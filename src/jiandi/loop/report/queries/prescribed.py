"""Prescribed forms that one may use, one of them as its page shows it, and its fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.loop.report.queries import cells, filling
from jiandi.loop.report.queries.filling import Cell, Fill
from jiandi.loop.report.rules import grids, guesses
from jiandi.loop.report.rules.spots import Spot, Where, address, covers, letters_of, number_of, place_of, spots
from jiandi.record.accounts import queries as accounts
from jiandi.record.figures import queries as figures
from jiandi.record.figures.rates import STATES
from jiandi.record.ledger import load, targets
from jiandi.record.ledger.models import PrescribedForm, Report
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail import writing
from jiandi.record.trail.actor import Actor

LOOK = "report.look_at_form"
KEPT_SHOWN = 50
ROWS_SHOWN = 60
LOOK_ROWS = 200
FILLS_SHOWN = 10


@dataclass(frozen=True)
class Box:
    """A cell of the grid: how far it reaches, what the form prints there, and what would be filled in."""

    address: str
    row: int
    column: int
    across: int
    down: int
    text: str
    kind: str
    filled: Cell
    is_spot: bool
    is_chosen: bool


@dataclass(frozen=True)
class Grid:
    """One sheet, some rows of it."""

    columns: list[tuple[str, int]]
    rows: list[tuple[int, list[Box]]]
    first: int
    last: int
    total: int

    @property
    def before(self) -> int:
        return max(1, self.first - ROWS_SHOWN) if self.first > 1 else 0

    @property
    def after(self) -> int:
        return self.last + 1 if self.last < self.total else 0


def target_of(form: PrescribedForm) -> Target:
    return targets.of_unit(form.unit, form.round_id) if form.unit else targets.of_round(form.round)


def form(actor: Actor, form_id: int, version: int | None = None) -> PrescribedForm:
    """A form of which the actor may write reports; what is not yours does not exist."""
    found = PrescribedForm.objects.filter(pk=form_id).select_related("round", "round__regime", "round__unit", "unit").first()
    if found is None or not decide.may(actor, "report.write", target_of(found)):
        raise NotFound("report.no_form", N_("There is no such form, or it is not yours to see. Go back to the list."))
    load.round_(actor, found.round_id)
    if version is not None:
        writing.expect_version(found, version)
    return found


def kept(actor: Actor, round_id: int) -> list[PrescribedForm]:
    """Forms of a round that the actor may have filled, each with its last fill (``filled_on``)."""
    round_ = load.round_(actor, round_id)
    last = Report.objects.filter(form=OuterRef("pk"), state="ready").order_by("-pk")
    found = PrescribedForm.objects.filter(round=round_).exclude(state="put_aside").select_related("round", "unit").defer("layout")
    if not decide.may(actor, "report.write", targets.of_round(round_)):
        found = found.filter(Q(unit__in=[d.unit_id for d in actor.duties if d.unit_id]))
    rows = found.annotate(filled_on=Subquery(last.values("as_of")[:1])).order_by("-pk")[:KEPT_SHOWN]
    return [row for row in rows if row.unit is None or decide.may(actor, "report.write", target_of(row))]


def fills(found: PrescribedForm) -> list[Report]:
    return list(Report.objects.filter(form=found).select_related("unit", "round").order_by("-pk")[:FILLS_SHOWN])


def look(actor: Actor, found: PrescribedForm, wanted: list[Spot] | None = None) -> Fill:
    """What a fill would write now, lists cut short."""
    return filling.fill_of(actor, found, wanted, most_rows=LOOK_ROWS)


def filled_cells(fill: Fill, sheet: int) -> dict[tuple[int, int], Cell]:
    """By row and column of one sheet."""
    found: dict[tuple[int, int], Cell] = {place_of(spot.cell): value for spot, value in fill.values if spot.sheet == sheet}
    for one in fill.lists:
        if one.spot.sheet == sheet:
            at = one.at if one.at is not None else range(one.spot.row, one.spot.last_row + 1)
            for row, line in zip(at, one.rows, strict=False):  # rows beyond the room are added by the fill
                found |= {(row, number_of(letters)): value for (letters, _w), value in zip(one.spot.columns, line, strict=True)}
    return found


def grid(found: PrescribedForm, sheet_at: int, first: int, fill: Fill, chosen: str = "") -> Grid:
    """A window of a sheet; merged cells reach as far as they do in the form."""
    sheet = grids.sheet(found.layout[sheet_at])
    last = min(sheet.rows, first + ROWS_SHOWN - 1)
    reach, hidden = _merged(sheet, first, last)
    filled, known = filled_cells(fill, sheet_at), spots(found.spots)

    def box(row: int, column: int) -> Box:
        top, left = sheet.anchor(row, column)
        across, down = reach.get((row, column), (1, 1))
        text, kind = sheet.texts.get((top, left), ("", ""))
        is_spot = any(covers(one, sheet_at, top, left) for one in known)
        name = address(top, left)
        return Box(name, row, column, across, down, text, kind, filled.get((top, left)), is_spot, name == chosen)

    lines = [
        (row, [box(row, column) for column in range(1, sheet.columns + 1) if (row, column) not in hidden]) for row in range(first, last + 1)
    ]
    widths = [(letters_of(n), sheet.widths[n - 1] if n <= len(sheet.widths) else 9) for n in range(1, sheet.columns + 1)]
    return Grid(widths, lines, first, last, sheet.rows)


def _merged(sheet: grids.Sheet, first: int, last: int) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """How far merged cells of a window reach, and which cells they cover."""
    reach, hidden = {}, set()
    for top, left, bottom, right in sheet.merged:
        start, end = max(top, first), min(bottom, last)
        if start <= end:
            reach[start, left] = (right - left + 1, end - start + 1)
            inside = {(row, column) for row in range(start, end + 1) for column in range(left, right + 1)}
            hidden |= inside - {(start, left)}
    return reach, hidden


@dataclass(frozen=True)
class Choices:
    """What the filters of a round can be set to: (code, words)."""

    states: list[tuple[str, str]]
    classes: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    units: list[tuple[str, str]]


def choices(actor: Actor, found: PrescribedForm) -> Choices:
    profile = regimes.profile_of(found.round.regime)
    findings = figures.in_round(actor, found.round_id, found.unit_id)
    categories = findings.exclude(category="").order_by("category").values_list("category", flat=True).distinct()[:200]
    units = accounts.living_units().values_list("pk", "name")
    return Choices(
        states=[(code, profile.state_word(code)) for code in STATES],
        classes=[(one.code, one.name.zh) for one in profile.classes],
        categories=[(name, name) for name in categories],
        units=[(str(pk), name) for pk, name in units],
    )


def headings_of(found: PrescribedForm) -> dict[str, str]:
    """Headings of the regime's own ledger and the fields they stand for: what a superior's list is likely to say too."""
    profile = regimes.profile_of(found.round.regime)
    return {word: column.field for column in profile.ledger_columns for word in (column.heading, *column.synonyms)}


def spot_at(found: PrescribedForm, sheet: int, cell: str) -> Spot | None:
    """What is kept for a cell: itself, or the list it lies in."""
    row, column = place_of(cell)
    return next((one for one in spots(found.spots) if covers(one, sheet, row, column) or (one.sheet, one.cell) == (sheet, cell)), None)


def guess_at(found: PrescribedForm, sheet: int, cell: str) -> guesses.Guess:
    return guesses.guess(grids.sheet(found.layout[sheet]), *place_of(cell), accounts.units_by_name())


def guessed_list(found: PrescribedForm, sheet_at: int, cell: str, what: str = "") -> Spot:
    """A list that begins in a cell, as far as the headings tell."""
    sheet = grids.sheet(found.layout[sheet_at])
    row, _column = place_of(cell)
    first = Spot(sheet_at, cell, "list", last_row=sheet.room_from(row))
    if not what:
        what = guesses.list_of(sheet, first, accounts.units_by_name())
    if what == "findings":
        fields = guesses.columns(sheet, row, {word: f for word, f in headings_of(found).items() if f in _readable()})
    else:
        fields = [(letters_of(n), guesses.unit_column(sheet.heading(row, n))) for n in range(1, sheet.columns + 1)]
    last = _last_named(sheet, row) if what == "named" else first.last_row
    columns = tuple((letters, name) for letters, name in fields if name and sheet.kind(row, number_of(letters)) != "formula")
    return Spot(sheet_at, cell, "list", what, where=Where(), columns=columns, last_row=last)


def _readable() -> set[str]:
    return set(cells.READERS) | {"state", "class"}


def _last_named(sheet: grids.Sheet, row: int) -> int:
    """Named rows go down to the last unit that is known."""
    known = accounts.units_by_name()
    rows = [at for at in range(row, sheet.rows + 1) if any(sheet.text(at, column).strip() in known for column in (1, 2, 3))]
    return max(rows, default=row)


def sheet_names(found: PrescribedForm) -> list[str]:
    return [str(one["name"]) for one in found.layout]


def words_of(found: PrescribedForm, one: Spot) -> dict[str, Any]:
    """A spot for the list of what is pointed at."""
    sheet = grids.sheet(found.layout[one.sheet])
    label = next(iter([word for some in sheet.labels(one.row, one.column) for word in some]), "")
    return {"spot": one, "sheet": sheet.name, "label": label[:40]}
