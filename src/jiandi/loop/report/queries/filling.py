"""What goes into a prescribed form today, in the scope of who asks, and what could not be found for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet

from jiandi.base import clock
from jiandi.base.text.words import N_
from jiandi.loop.report import rules
from jiandi.loop.report.queries import cells, rows
from jiandi.loop.report.rules import grids
from jiandi.loop.report.rules.spots import MOST_ROWS, RATES, Note, Spot, Where, address, number_of, spots
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.figures import institutions
from jiandi.record.figures import measures as counting
from jiandi.record.figures import queries as figures
from jiandi.record.figures.rates import Totals
from jiandi.record.figures.timing import Timing
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Finding, Measure, PrescribedForm
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.numbers import Rate
from jiandi.record.trail.actor import Actor

Cell = str | int | date | None
_CLAIMS = {
    "said": Q(is_said=True),
    "done": Q(is_done=True),
    "well": Q(is_well=True),
    "not_said": Q(is_said=False),
    "not_done": Q(is_done=False),
    "not_well": Q(is_well=False),
}
_ORDERS = {"number": ("pk",), "due": ("due", "pk"), "lead": ("lead__path", "pk")}


@dataclass
class ListFill:
    """Rows of a list; ``at`` are the rows of the form they belong in, None: from the first on, as many as it needs."""

    spot: Spot
    rows: list[list[Cell]]
    at: list[int] | None = None


@dataclass
class Fill:
    """Everything that goes into a copy of the form."""

    values: list[tuple[Spot, Cell]] = field(default_factory=list)
    lists: list[ListFill] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def fill_of(actor: Actor, form: PrescribedForm, wanted: list[Spot] | None = None, *, most_rows: int = 0) -> Fill:
    """The whole form, or only the spots ``wanted``; with ``most_rows`` no list is longer (a look before saving)."""
    return _Filling(actor, form, most_rows).run(spots(form.spots) if wanted is None else wanted)


class _Filling:
    """One filling; each set of findings is counted once, however many cells ask for it."""

    def __init__(self, actor: Actor, form: PrescribedForm, most_rows: int) -> None:
        self.actor, self.form, self.most_rows = actor, form, most_rows
        self.round = load.round_(actor, form.round_id)
        self.profile = regimes.profile_of(self.round.regime)
        self.sheets = [grids.sheet(one) for one in form.layout]
        self.fill = Fill()
        self._totals: dict[Where, Totals] = {}
        self._timing: dict[Where, Timing] = {}

    def run(self, wanted: list[Spot]) -> Fill:
        for spot in wanted:
            if self._may_write(spot):
                {"value": self._value, "count": self._count, "list": self._list}[spot.kind](spot)
        return self.fill

    def _may_write(self, spot: Spot) -> bool:
        formula = spot.kind != "list" and self.sheets[spot.sheet].kind(spot.row, spot.column) == "formula"
        if formula:
            self._note(spot, N_("The form has a formula there, so nothing was written over it."))
        return not formula

    def _note(self, spot: Spot, text: str, **params: object) -> None:
        self.fill.notes.append(Note(grids.place(self.sheets[spot.sheet], spot.row, spot.column), text, params))

    # values

    def _value(self, spot: Spot) -> None:
        found = self._values[spot.what]()
        if found in (None, ""):
            self._note(spot, N_("The record holds nothing for “{what}”."), what=spot.what)
        self.fill.values.append((spot, found))

    @cached_property
    def _values(self) -> dict[str, Callable[[], Cell]]:
        unit, today = self.form.unit or self.round.unit, clock.today()
        return {
            "unit_name": lambda: unit.name,
            "inspected_unit": lambda: self.round.unit.name,
            "round_title": lambda: self.round.title,
            "round_code": lambda: self.round.code,
            "issuer": lambda: self.round.issuer,
            "feedback_on": lambda: self.round.feedback_on,
            "as_of": lambda: today,
            "as_of_words": lambda: rules.day_in_words(today),
            "month_words": lambda: rules.month_in_words(today),
            "asked_by": lambda: self.actor.name,
        }

    # counts

    def _count(self, spot: Spot) -> None:
        if spot.where.unit_id and not Unit.objects.filter(pk=spot.where.unit_id).exists():
            self._note(spot, N_("The unit that was chosen here is not there any more. Point at the cell again."))
            return
        self.fill.values.append((spot, self._figure(spot, spot.what, spot.where)))

    def _figure(self, spot: Spot, what: str, where: Where) -> Cell:
        """A figure in its one definition; of a rate what the style asks for, with a note where n is too small for a percentage."""
        if what == "measures":
            return self._measures(where).count()
        if what == "measures_done":
            return self._measures(where).filter(state="done").count()
        if what == "institutions":
            return institutions.of_measures(self._measures(where)).in_force
        if what in RATES:
            return self._rate(spot, what, where)
        return self._plain_count(what, where)

    def _plain_count(self, what: str, where: Where) -> int:
        totals = self._totals_where(where)
        if what == "overdue":
            return self._timing_where(where).overdue
        counts = {"not_complete": totals.counted - totals.complete}
        counts |= {"said": totals.rates.said.k, "done": totals.rates.done.k, "well": totals.rates.well.k}
        return counts[what] if what in counts else int(getattr(totals, what))

    def _rate(self, spot: Spot, what: str, where: Where) -> Cell:
        rate = self._rate_of(what, where)
        if spot.style in ("k", "n"):
            return rate.k if spot.style == "k" else rate.n
        if not rate.has_percent:
            self._note(spot, N_("“{what}” is {k} of {n}: too few for a percentage, so k/n was written."), what=what, k=rate.k, n=rate.n)
            return rate.text
        return f"{rate.text}（{rate.k}/{rate.n}）" if spot.style == "k_of_n" else rate.text

    def _rate_of(self, what: str, where: Where) -> Rate:
        if what == "on_time_rate":
            return self._timing_where(where).on_time.first
        totals = self._totals_where(where)
        named = {"said_rate": totals.rates.said, "done_rate": totals.rates.done, "well_rate": totals.rates.well}
        return named.get(what, totals.completion)

    def _totals_where(self, where: Where) -> Totals:
        if where not in self._totals:
            self._totals[where] = figures.totals_among(self._findings(where), self.profile)
        return self._totals[where]

    def _timing_where(self, where: Where) -> Timing:
        if where not in self._timing:
            self._timing[where] = figures.timing_among(self._findings(where), self.profile)
        return self._timing[where]

    def _findings(self, where: Where) -> QuerySet[Finding]:
        found = figures.in_round(self.actor, self.round.pk, self.form.unit_id)
        plain = {"state": where.state, "klass": where.klass, "category": where.category, "source": where.source}
        found = found.filter(**{name: value for name, value in plain.items() if value})
        if where.unit_id:
            found = found.filter(Q(lead_id=where.unit_id) if where.is_alone else figures.led_by(where.unit_id))
        return found.filter(_CLAIMS[where.claim]) if where.claim else found

    def _measures(self, where: Where) -> QuerySet[Measure]:
        """Each measure once, however many of the findings it serves, and in the round that counts it."""
        return counting.counted_among(self._findings(where), self.round.pk)

    # lists

    def _list(self, spot: Spot) -> None:
        {"findings": self._list_findings, "units": self._list_units, "named": self._list_named}[spot.what](spot)

    def _list_findings(self, spot: Spot) -> None:
        found = self._findings(spot.where)
        most = self.most_rows or MOST_ROWS
        count = found.count()
        if count > MOST_ROWS:
            text = N_("{n} rows belong here; the first {limit} were written. Narrow the filter, or ask for the ledger.")
            self._note(spot, text, n=count, limit=MOST_ROWS)
        readers = cells.readers((what for _letters, what in spot.columns), self.profile)
        lines = [[read(row) for read in readers] for row in rows.chosen(found.order_by(*_ORDERS[spot.order]), most)]
        self._note_gaps(spot, lines)
        self.fill.lists.append(ListFill(spot, [[rules.clean(v) if isinstance(v, str) else v for v in line] for line in lines]))

    def _note_gaps(self, spot: Spot, lines: list[list[Cell]]) -> None:
        """Columns that stay blank in some rows, because the record holds nothing there."""
        sheet = self.sheets[spot.sheet]
        for at, (letters, what) in enumerate(spot.columns):
            empty = sum(line[at] in (None, "") for line in lines)
            if empty:
                text = N_("{empty} of {n} rows are blank in “{heading}”: the record holds nothing there ({what}).")
                place = f"{sheet.name}!{letters}"
                heading = sheet.heading(spot.row, number_of(letters)) or letters
                self.fill.notes.append(Note(place, text, {"empty": empty, "n": len(lines), "heading": heading, "what": what}))

    def _list_units(self, spot: Spot) -> None:
        leads = self._findings(spot.where).exclude(lead=None).values("lead_id")
        units = Unit.objects.filter(pk__in=leads).order_by("path").values_list("pk", "name")
        found = list(units[: self.most_rows or MOST_ROWS])
        self.fill.lists.append(ListFill(spot, [self._unit_line(spot, n, pk, name) for n, (pk, name) in enumerate(found, start=1)]))

    def _list_named(self, spot: Spot) -> None:
        """Figures beside the names that the form has; a name nobody knows leaves its row as it was."""
        known, sheet = accounts.units_by_name(), self.sheets[spot.sheet]
        column = next(number_of(letters) for letters, what in spot.columns if what == "unit")
        lines: list[list[Cell]] = []
        at: list[int] = []
        for row in range(spot.row, min(spot.last_row, sheet.rows) + 1):
            name = sheet.text(row, column).strip()
            if name in known:
                lines.append(self._unit_line(spot, len(lines) + 1, known[name], name))
                at.append(row)
            elif name:
                text = N_("“{name}” in {cell} is not the name of exactly one unit. Its row was left blank; add the name as an alias.")
                self._note(spot, text, name=name, cell=address(row, column))
        self.fill.lists.append(ListFill(spot, lines, at))

    def _unit_line(self, spot: Spot, serial: int, unit_id: int, name: str) -> list[Cell]:
        where = replace(spot.where, unit_id=unit_id, is_alone=spot.what == "units")
        line: list[Cell] = []
        for _letters, what in spot.columns:
            line.append(name if what == "unit" else serial if what == "serial" else self._figure(spot, what, where))
        return line
