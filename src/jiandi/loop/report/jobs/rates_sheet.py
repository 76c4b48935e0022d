"""The three-rate sheet that goes with every ledger: per unit and in all, each rate with k of n."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.loop.report import rules
from jiandi.record.figures.definitions import DEFINITIONS
from jiandi.record.figures.queries import UnitTotals
from jiandi.record.figures.rates import STATES, Totals
from jiandi.record.ledger.models import Round
from jiandi.record.regimes.parts import Profile

A4 = 9
TOLD = ("counted", "said", "done", "well", "unchecked", "completion")


def write(book: Any, totals: Totals, units: list[UnitTotals], profile: Profile, round_: Round) -> None:
    sheet = book.add_worksheet(_("Three rates"))
    base = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
    head = book.add_format({**base, "bold": True, "align": "center", "bg_color": "#E8F0F5", "font_name": "黑体"})
    text = book.add_format(base)
    middle = book.add_format({**base, "align": "center"})
    strong = book.add_format({**base, "bold": True, "align": "center"})
    large = book.add_format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"})
    plain = book.add_format({"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "top"})
    states = [state for state in STATES if totals.by_state[state]]
    heads = [
        _("Lead unit"),
        _("Findings in all"),
        _("Findings counted"),
        _("Said rate"),
        _("Done rate"),
        _("Done-well rate"),
        _("Taken over, not checked"),
    ]
    heads += [profile.state_word(state) for state in states]
    last = len(heads) - 1
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 2, 9)
    sheet.set_column(3, 5, 16)
    sheet.set_column(6, max(6, last), 11)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 1)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, last, f"{round_.title} {_('Three rates')}", large)
    sheet.merge_range(1, 0, 1, last, _("As of {day}").format(day=rules.day_in_words(clock.today())), plain)
    sheet.set_row(2, 32)
    for place, word in enumerate(heads):
        sheet.write_string(2, place, word, head)
    row = 3
    for unit in units:
        sheet.write_string(row, 0, rules.clean(unit.name or _("no lead unit yet")), text)
        _numbers(sheet, row, unit.totals, states, middle)
        row += 1
    sheet.write_string(row, 0, _("In all"), strong)
    _numbers(sheet, row, totals, states, strong)
    _explain(sheet, row + 2, last, plain)


def _numbers(sheet: Any, row: int, totals: Totals, states: list[str], look: Any) -> None:
    sheet.write_number(row, 1, totals.total, look)
    sheet.write_number(row, 2, totals.counted, look)
    for place, rate in enumerate((totals.rates.said, totals.rates.done, totals.rates.well), start=3):
        words = f"{rate.text}（{rate.k}/{rate.n}）" if rate.has_percent else rate.text
        sheet.write_string(row, place, words, look)
    sheet.write_number(row, 6, totals.unchecked, look)
    for place, state in enumerate(states, start=7):
        sheet.write_number(row, place, totals.by_state[state], look)


def _explain(sheet: Any, row: int, last: int, look: Any) -> None:
    """What the figures mean stands on the sheet itself."""
    for one in (one for one in DEFINITIONS if one.code in TOLD):
        sheet.set_row(row, 18)
        sheet.merge_range(row, 0, row, last, f"{_(one.name)}：{_(one.says)}", look)
        row += 1
