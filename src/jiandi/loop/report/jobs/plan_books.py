"""Workbooks about plans: the three lists, the schedule as a chart of cells, what approved changes dropped or weakened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiandi.base import clock, heavy
from jiandi.base.text.words import N_
from jiandi.loop.report import rules
from jiandi.loop.report.queries import lists
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import load, plans, schedules
from jiandi.record.ledger.models import Finding, PlanVersion
from jiandi.record.trail.actor import Actor

Tell = Callable[[int, int], None]
A4 = 9
HEAD_ROW = 2
LINE_POINTS = 15
MOST_LINES = 20
WIDE = 128.0  # characters across A4
WHAT = {
    "dropped": N_("dropped measure"),
    "due": N_("later date"),
    "target": N_("lower target"),
    "standard": N_("standard gone"),
    "standard_words": N_("softer standard"),
    "words": N_("softer words"),
}


class Book:
    """A workbook with the looks all its sheets share: a title over the columns, a head that repeats, A4 across."""

    def __init__(self, path: Path) -> None:
        self.book = heavy.xlsxwriter().Workbook(str(path))
        base = {"font_name": "宋体", "font_size": 10.5, "border": 1, "valign": "vcenter", "text_wrap": True}
        self.head = self.book.add_format({**base, "bold": True, "align": "center", "bg_color": "#E8F0F5"})
        self.text = self.book.add_format(base)
        self.middle = self.book.add_format({**base, "align": "center"})
        self.title = self.book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
        self.note = self.book.add_format({"font_name": "宋体", "font_size": 10.5, "align": "right"})
        self.run = self.book.add_format({**base, "bg_color": "#D6E4EC", "align": "center", "font_size": 8})
        self.due = self.book.add_format({**base, "bg_color": "#F3D9B1", "align": "center", "font_size": 8, "bold": True})

    def sheet(self, name: str, title: str, note: str, heads: list[str], widths: list[float]) -> Any:
        """A sheet ready for rows from ``HEAD_ROW + 1`` on."""
        sheet = self.book.add_worksheet(name[:31])
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.set_footer("&C&P / &N")
        sheet.freeze_panes(HEAD_ROW + 1, 2)
        sheet.merge_range(0, 0, 0, len(heads) - 1, rules.clean(title), self.title)
        sheet.merge_range(1, 0, 1, len(heads) - 1, note, self.note)
        sheet.set_row(0, 30)
        sheet.set_row(HEAD_ROW, 32)
        for at, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(HEAD_ROW, at, head, self.head)
        return sheet

    def rows(self, sheet: Any, rows: list[list[str]], widths: list[float]) -> None:
        """Text rows, each as high as its longest cell; short cells stand in the middle."""
        for at, row in enumerate(rows, start=HEAD_ROW + 1):
            lines = max(rules.lines_in_cell(text, int(width)) for text, width in zip(row, widths, strict=True))
            sheet.set_row(at, LINE_POINTS * min(max(lines, 1), MOST_LINES) + 4)
            for place, (text, width) in enumerate(zip(row, widths, strict=True)):
                sheet.write_string(at, place, rules.clean(text), self.text if width > 20 else self.middle)


def write_lists(
    path: Path, actor: Actor, _round_id: int, _unit_id: int | None, *, plan: PlanVersion, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """问题清单、任务清单、责任清单, one sheet each."""
    plan, book = plans.version(actor, plan.pk), Book(path)
    day = clock.local_day(plan.decided_at) if plan.decided_at else clock.today()
    note = _("From version {n} of the plan, approved on {day}.").format(n=plan.number, day=rules.day_in_words(day))
    found, where = lists.three_lists(plan), plan.unit.name if plan.unit else title
    for n, one in enumerate(found, start=1):
        widths = [width * WIDE / sum(one.widths) for width in one.widths]
        book.rows(book.sheet(one.title, rules.joined_title(where, one.title), note, one.heads, widths), one.rows, widths)
        if tell:
            tell(n, len(found))
    book.book.close()
    return {}


def write_milestones(
    path: Path, actor: Actor, round_id: int, unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """One sheet for each unit: the days in columns, and beside them the time as coloured cells."""
    round_, book = load.round_(actor, round_id), Book(path)
    leads = [unit_id] if unit_id is not None else list(_leads(actor, round_id))
    for n, lead in enumerate(leads, start=1):
        found = schedules.of_measures(round_, schedules.measures_of(actor, round_, lead))
        _schedule(book, f"{n}. {accounts.unit_by_id(lead).name}", title, found)
        if tell:
            tell(n, len(leads))
    if not leads:
        book.sheet(_("Schedule"), title, "", [_("No."), _("Measure")], [8.0, 40.0])
    book.book.close()
    return {}


def _leads(actor: Actor, round_id: int) -> list[int]:
    seen = Finding.objects.visible_to(actor).filter(round_id=round_id, lead__isnull=False)
    return list(seen.order_by("lead__path").values_list("lead_id", flat=True).distinct())


def _schedule(book: Book, name: str, title: str, found: schedules.Schedule) -> None:
    marks, periods = [f"{n} {one.name.zh}" for n, one in enumerate(found.wanted, start=1)], found.periods
    order = {one.code: n for n, one in enumerate(found.wanted, start=1)}
    heads = [_("No."), _("Number"), _("Measure"), _("Lead unit"), *marks, _("Due"), *(p.first.strftime("%m-%d") for p in periods)]
    widths = [5.0, 15.0, 32.0, 14.0, *[11.0] * len(marks), 11.0, *[5.0] * len(periods)]
    note = _(
        "Working days back from the due date; each column of the chart begins on the Monday in its head; its numbers are those of the milestones."
    )
    sheet, fixed = book.sheet(_sheet_name(name), title, note, heads, widths), 5 + len(marks)
    rows = []
    for line in found.lines:
        days = {mark.code: mark.on.isoformat() for mark in line.marks}
        own = [days.get(one.code, "") for one in found.wanted]
        rows.append([str(line.measure.number), line.numbers, line.measure.text, line.measure.lead.name, *own, line.measure.due.isoformat()])
    book.rows(sheet, rows, widths[:fixed])
    for at, line in enumerate(found.lines, start=HEAD_ROW + 1):
        for place, p in enumerate(periods, start=fixed):
            words = " ".join(str(order[mark.code]) for mark in line.marks if p.holds(mark.on))
            if p.holds(line.measure.due):
                sheet.write_string(at, place, pgettext("schedule", "due"), book.due)
            elif p.last >= found.round.feedback_on and p.first <= line.measure.due:
                sheet.write_string(at, place, words, book.run)
            else:
                sheet.write_blank(at, place, None, book.text)


def _sheet_name(name: str) -> str:
    """Without signs that a workbook refuses in the name of a sheet."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in name)[:31]


def write_weakened(
    path: Path, actor: Actor, round_id: int, _unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """For the leading group: every measure that approved versions dropped or ask less of."""
    found = plans.weakened(actor, load.round_(actor, round_id))
    heads = [
        _("Approved"),
        _("Plan of"),
        _("Version"),
        _("Number"),
        _("No."),
        _("Measure"),
        _("Difference"),
        _("Before"),
        _("After"),
        _("Reason"),
    ]
    widths = [12.0, 18.0, 8.0, 16.0, 6.0, 36.0, 12.0, 26.0, 26.0, 26.0]
    book = Book(path)
    sheet = book.sheet(
        _("Dropped or weakened"), title, _("Words are compared by a list: a question to look twice, no judgement."), heads, widths
    )
    rows = [
        [
            one.on.isoformat(),
            one.unit,
            str(one.number),
            one.finding,
            str(one.measure),
            one.text,
            _(WHAT[one.what]),
            one.before,
            one.after,
            one.reason,
        ]
        for one in found
    ]
    book.rows(sheet, rows, widths)
    book.book.close()
    if tell:
        tell(len(rows), len(rows))
    return {}
