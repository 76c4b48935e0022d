"""The ledger as a workbook: the regime's headings on two levels, one row per finding, and the three-rate sheet.

Rows go out as they come in (constant memory), so everything is written from top to bottom; merged headings are
written cell by cell first and joined afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiandi.base import clock, heavy
from jiandi.loop.report import rules
from jiandi.loop.report.jobs import locks, rates_sheet
from jiandi.loop.report.jobs.line_sheet import LineSheet
from jiandi.loop.report.queries import cells, rows
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes import vocabulary
from jiandi.record.regimes.parts import Column, Profile
from jiandi.record.trail.actor import Actor

A3 = 8
TITLE_ROW, NOTE_ROW, HEAD_ROW = 0, 1, 2
# Not every program fits the height of a row to its text.
LINE_POINTS, LOWEST_ROW, HIGHEST_ROW = 14, 18, 400
NARROW = 14
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}
Tell = Callable[[int, int], None]


def write_ledger(
    path: Path,
    actor: Actor,
    round_id: int,
    unit_id: int | None = None,
    *,
    title: str = "",
    tell: Tell | None = None,
    report_id: int = 0,
    source: str = "",
) -> dict[str, Any]:
    """Write what the actor may see of a round (or of a unit in it, or of one source) and return the figures printed.

    ``report_id`` stands in the file, so that it can come back filled in (`locks`).
    """
    round_ = load.round_(actor, round_id)
    profile = regimes.profile_of(round_.regime)
    found = figures.in_round(actor, round_id, unit_id)
    found = found.filter(source=source) if source else found
    totals = figures.totals_among(found, profile) if source else figures.totals_of(actor, round_id, unit_id)
    by_unit = figures.by_unit_among(found, profile) if source else figures.totals_by_unit(actor, round_id, unit_id)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = heavy.xlsxwriter().Workbook(str(path), {**options, "tmpdir": str(path.parent)})
    book.set_properties({"title": title or round_.title, "created": clock.now().replace(tzinfo=None)})
    sheet = _Sheet(book, profile, round_, title or rules.joined_title(round_.title, _("rectification ledger")), report_id)
    sheet.write(rows.stream(found), totals.total, tell)
    rates_sheet.write(book, totals, by_unit, profile, round_)
    sheet.offer.write(book)
    book.close()
    return totals.as_counts()


def height_of(text: str, width: int) -> int:
    """Points a text takes; a cell that needs more than a row can have begins at its top, so that its beginning is read."""
    return rules.lines_in_cell(text, width) * LINE_POINTS + 4


class _Sheet:
    """The first sheet of the workbook."""

    def __init__(self, book: Any, profile: Profile, round_: Round, title: str, report_id: int) -> None:
        self.report_id, self.offer = report_id, locks.Offer(round_)
        self.sheet = book.add_worksheet(_("Ledger sheet"), LineSheet)
        self.profile, self.round, self.title = profile, round_, title
        self.columns: tuple[Column, ...] = profile.ledger_columns
        readers = cells.readers((column.field for column in self.columns), profile)
        self.readers = [
            (read, column.width, column.field in vocabulary.RETURNABLE) for read, column in zip(readers, self.columns, strict=True)
        ]
        self.has_groups = any(column.group for column in self.columns)
        self.first_row = HEAD_ROW + (2 if self.has_groups else 1)
        base = {"font_name": "宋体", "font_size": 10.5, "border": 1, "text_wrap": True, "valign": "vcenter"}
        head = {**base, "bold": True, "align": "center", "bg_color": "#E8F0F5", "font_name": "黑体"}
        self.looks = _Looks(self.sheet, book, base), _Looks(self.sheet, book, {**base, **locks.OPEN})
        self.head = book.add_format(head)
        self.large = book.add_format({"font_name": "方正小标宋简体", "font_size": 20, "align": "center", "valign": "vcenter"})
        self.note = book.add_format({"font_name": "楷体", "font_size": 11, "align": "right", "valign": "vcenter"})

    def write(self, found: Any, total: int, tell: Tell | None) -> None:
        self._lay_out()
        self._write_head()
        done = 0
        for done, row in enumerate(found, start=1):
            self._write_row(self.first_row + done - 1, row)
            if tell and done % rows.CHUNK == 0:
                tell(done, max(total, done))
        if tell:
            tell(done, done)
        self._finish(self.first_row + max(done - 1, 0))

    def _lay_out(self) -> None:
        """Widths first: in constant memory nothing above the current row can be changed."""
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, column.width)
        for place in (len(self.columns), len(self.columns) + 1):
            self.sheet.set_column(place, place, 10, None, {"hidden": True})
        self.sheet.set_landscape()
        self.sheet.set_paper(A3)
        self.sheet.set_margins(**MARGINS)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(HEAD_ROW, self.first_row - 1)
        self.sheet.set_footer("&C" + _("Page &P of &N"))
        frozen = next((n for n, c in enumerate(self.columns, start=1) if c.field in {"text", "title", "manifestation"}), 1)
        self.sheet.freeze_panes(self.first_row, min(frozen, 3))

    def _write_head(self) -> None:
        last = len(self.columns) - 1
        self.sheet.set_row(TITLE_ROW, 34)
        self.sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, rules.clean(self.title), self.large)
        stamp = _("Inspected: {unit}    As of: {day}").format(unit=self.round.unit.name, day=rules.day_in_words(clock.today()))
        self.sheet.merge_range(NOTE_ROW, 0, NOTE_ROW, last, rules.clean(stamp), self.note)
        upper = [column.group or column.heading for column in self.columns]
        for place, text in enumerate(upper):
            self.sheet.write_string(HEAD_ROW, place, text, self.head)
        if self.has_groups:
            for place, column in enumerate(self.columns):
                self.sheet.write_string(HEAD_ROW + 1, place, column.heading if column.group else "", self.head)
        for place, text in enumerate(locks.headings(self.report_id), start=last + 1):
            self.sheet.write_string(self.first_row - 1, place, text, self.head)
        for first_row, first, last_row, end in self._joined():
            self.sheet.merge.append([first_row, first, last_row, end])

    def _joined(self) -> list[tuple[int, int, int, int]]:
        """Ranges of the head that are one cell: a group over its columns, a lone heading over both levels."""
        if not self.has_groups:
            return []
        found, start = [], 0
        for place, column in enumerate(self.columns):
            after = self.columns[place + 1] if place + 1 < len(self.columns) else None
            if not column.group:
                found.append((HEAD_ROW, place, HEAD_ROW + 1, place))
            elif after is None or after.group != column.group:
                found += [(HEAD_ROW, start, HEAD_ROW, place)] if place > start else []
            start = start if after is not None and column.group and after.group == column.group else place + 1
        return found

    def _write_row(self, number: int, row: rows.Row) -> None:
        highest, line = LOWEST_ROW, []
        for read, width, is_open in self.readers:
            value = read(row)
            height = height_of(value, width) if isinstance(value, str) else LOWEST_ROW
            highest = max(highest, height)
            line.append(self._cell(value, width, is_open, height))
        keys = (row.finding.version, self.looks[0].text), (row.finding.pk, 0)
        self.sheet.write_line(number, min(highest, HIGHEST_ROW), [*line, *keys])

    def _cell(self, value: cells.Cell, width: int, is_open: bool, height: int) -> tuple[cells.Cell, int]:  # noqa: FBT001 - one of four of a cell
        """With its look: short words stand in the middle, what is cut off begins at the top."""
        looks = self.looks[is_open]
        if isinstance(value, str):
            long = looks.cut if height > HIGHEST_ROW else looks.text
            return rules.clean(value), looks.middle if 0 < len(value) <= width <= NARROW else long
        if value is None:
            return None, looks.text
        return value, looks.middle if isinstance(value, int) else looks.day

    def _finish(self, last_row: int) -> None:
        """Drop-downs where the record knows the words; everything that does not come back is locked."""
        for place, column in enumerate(self.columns):
            if allowed := self.offer.of(column.field):
                self.sheet.data_validation(self.first_row, place, last_row, place, allowed)
        self.sheet.autofilter(self.first_row - 1, 0, last_row, len(self.columns) - 1)
        self.sheet.protect("", locks.ALLOWED)


class _Looks:
    """The looks of a cell's words, by number."""

    def __init__(self, sheet: Any, book: Any, base: dict[str, Any]) -> None:
        look = sheet.look
        self.text, self.cut = look(book.add_format(base)), look(book.add_format({**base, "valign": "top"}))
        self.middle = look(book.add_format({**base, "align": "center"}))
        self.day = look(book.add_format({**base, "align": "center", "num_format": "yyyy-mm-dd"}))
