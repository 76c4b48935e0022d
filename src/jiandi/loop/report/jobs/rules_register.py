"""The rules register as a workbook: one rule a line, with its proofs of use, and the three rates of the round beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jiandi.base import clock, heavy
from jiandi.loop.report import rules
from jiandi.loop.report.jobs import rates_sheet
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import end_of_subtree
from jiandi.record.figures import institutions
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Institution, ProofOfUse
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

A4 = 9
LINE_POINTS = 15
WIDTHS = (5, 20, 34, 20, 8, 16, 11, 11, 11, 10, 24, 22)
CHUNK = 500
Tell = Callable[[int, int], None]


def write_register(
    path: Path, actor: Actor, round_id: int, unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """Write the rules that the actor may see (of a unit and those below it) and return the three rates of the same scope."""
    round_ = load.round_(actor, round_id)
    profile, totals = regimes.profile_of(round_.regime), figures.totals_of(actor, round_id, unit_id)
    found = _rules(actor, unit_id)
    book = heavy.xlsxwriter().Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": title, "created": clock.now().replace(tzinfo=None)})
    _write(book, found, rules.clean(title), tell)
    rates_sheet.write(book, totals, figures.totals_by_unit(actor, round_id, unit_id), profile, round_)
    book.close()
    return totals.as_counts()


def _rules(actor: Actor, unit_id: int | None) -> QuerySet[Institution]:
    found = Institution.objects.visible_to(actor).select_related("unit", "replaces").prefetch_related("proofs", "ignored_in")
    if unit_id is not None:
        path = accounts.unit_by_id(unit_id).path
        found = found.filter(unit__path__gte=path, unit__path__lt=end_of_subtree(path))
    return found.order_by("unit__path", "title", "pk")


def _write(book: Any, found: QuerySet[Institution], title: str, tell: Tell | None) -> None:
    sheet = book.add_worksheet(_("Rules register"))
    base = {"font_name": "宋体", "font_size": 10.5, "border": 1, "text_wrap": True, "valign": "vcenter"}
    text, middle = book.add_format(base), book.add_format({**base, "align": "center"})
    head = book.add_format({**base, "bold": True, "align": "center", "bg_color": "#E8F0F5", "font_name": "黑体"})
    heads = _heads()
    _frame(sheet, book, title, len(heads) - 1, _summary(institutions.counts(found)))
    sheet.set_row(2, 46)
    for place, word in enumerate(heads):
        sheet.write_string(2, place, word, head)
    count = found.count()
    for row, rule in enumerate(found.iterator(chunk_size=CHUNK), start=1):
        words = _cells(row, rule)
        sheet.set_row(row + 2, LINE_POINTS * max(rules.lines_in_cell(word, width) for word, width in zip(words, WIDTHS, strict=True)) + 4)
        for place, word in enumerate(words):
            sheet.write_string(row + 2, place, rules.clean(word), middle if place in (0, 4, 6, 7, 8, 9) else text)
        if tell and row % CHUNK == 0:
            tell(row, count)


def _frame(sheet: Any, book: Any, title: str, last: int, summary: str) -> None:
    large = book.add_format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"})
    note = book.add_format({"font_name": "楷体", "font_size": 11, "valign": "vcenter", "text_wrap": True})
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 3)
    sheet.set_row(0, 30)
    sheet.set_row(1, 20)
    sheet.merge_range(0, 0, 0, last, title, large)
    sheet.merge_range(1, 0, 1, last, summary, note)


def _heads() -> list[str]:
    """In the words that the register reads back in."""
    return [
        "序号", "单位", "制度名称", "文号", "层级", "发文机关", "印发日期", "施行日期", "复审日期", "状态",
        _("Proofs of use (k/n of N)"), _("Replaces, not followed in"),
    ]  # fmt: skip


def _summary(counts: institutions.RuleCounts) -> str:
    return _("As of {day}: {total} rules; in force {n}, on paper only {paper}, drafted {drafted}, abolished or superseded {ended}.").format(
        day=rules.day_in_words(clock.today()),
        total=counts.total,
        n=counts.in_force,
        paper=counts.on_paper_only,
        drafted=counts.drafted,
        ended=counts.abolished + counts.superseded,
    )


def _cells(serial: int, rule: Institution) -> list[str]:
    days = [day.isoformat() if day else "" for day in (rule.issued_on, rule.in_force_from, rule.review_on)]
    level = "上级" if rule.level == "upper" else "本级"
    state = str(rule.get_state_display())
    return [
        str(serial), rule.unit.name, rule.title, rule.number, level, rule.issuer or rule.unit.name, *days, state,
        _proofs(rule.proofs.all()), _ties(rule),
    ]  # fmt: skip


def _proofs(proofs: Iterable[ProofOfUse]) -> str:
    lines = []
    for proof in proofs:
        if proof.state in ("used", "unused"):
            lines.append(f"{proof.seen_on} {proof.found}/{proof.drawn}（{proof.cases}）{proof.get_state_display()}")
        elif proof.is_open:
            lines.append(f"{proof.due} {proof.get_state_display()}")
    return "\n".join(lines)


def _ties(rule: Institution) -> str:
    """What it replaces, and how many findings say that it was not followed: counts, no numbers the reader may not see."""
    lines = [_("replaces {title}").format(title=rule.replaces.named)] if rule.replaces else []
    ignored = len(rule.ignored_in.all())
    if ignored:
        lines.append(_("not followed in {n} findings").format(n=ignored))
    return "\n".join(lines)
