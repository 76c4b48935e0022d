"""The statement of a change of phase, as a Word paper and as a workbook: what was opened, what has left, what was carried over."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiandi.base import heavy
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.report import rules
from jiandi.loop.report.jobs.paper import Paper
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Finding, PhaseChange, PhaseLine
from jiandi.record.ledger.scope import of_visible_findings
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

Tell = Callable[[int, int], None]
GROUPS = PhaseLine.GROUPS
LEFT = 4
A4 = 9
SOURCES = dict(Finding.SOURCES)
STATES = dict(Finding.STATES)


@dataclass(frozen=True)
class Facts:
    """The latest change of phase of the round, and its lines in the actor's scope."""

    change: PhaseChange
    lines: list[PhaseLine]
    before: str
    after: str
    words: dict[str, str]

    def counts(self, lines: list[PhaseLine]) -> list[int]:
        tally = Tally(line.group for line in lines)
        return [tally[group] for group, _word in GROUPS]

    def equation(self) -> list[tuple[str, int]]:
        """Opened; each group that has left; carried over; each group of these."""
        counts = self.counts(self.lines)
        named = [(str(word), n) for (_group, word), n in zip(GROUPS, counts, strict=True)]
        return [(_("Opened in all"), len(self.lines)), *named[:LEFT], (_("carried over"), sum(counts[LEFT:])), *named[LEFT:]]

    def by(self, kind: str) -> list[tuple[str, list[int]]]:
        """Opened and each group, per lead unit or per source, in order."""
        rows: dict[str, list[PhaseLine]] = {}
        for line in self.lines:
            name = (
                (line.unit.name if line.unit else _("no lead unit yet")) if kind == "unit" else str(SOURCES.get(line.source, line.source))
            )
            rows.setdefault(name, []).append(line)
        return [(name, [len(some), *self.counts(some)]) for name, some in rows.items()]


def facts_of(actor: Actor, round_id: int, unit_id: int | None) -> Facts:
    round_ = load.round_(actor, round_id)
    change = PhaseChange.objects.filter(round=round_, state="standing").select_related("sheet").first()
    if change is None:
        raise RuleBroken("report.no_phase", N_("No phase of this round has been closed yet. Close it under Reconciliation first."))
    lines = PhaseLine.objects.filter(of_visible_findings(actor), change=change).select_related("finding", "unit")
    if unit_id is not None:
        lines = lines.filter(unit_id=unit_id)
    words = {one.code: one.name.zh for one in regimes.profile_of(round_.regime).phases}
    before, after = (words.get(code, code) for code in (change.from_phase, change.to_phase))
    return Facts(change, list(lines.order_by("unit__path", "finding_id")), before, after, words)


def write_statement(
    path: Path, actor: Actor, round_id: int, unit_id: int | None = None, *, title: str = "", tell: Tell | None = None
) -> dict[str, Any]:
    """Write the paper or the workbook, by the ending of the path. It prints no rates, so that none come back."""
    facts = facts_of(actor, round_id, unit_id)
    (_write_paper if path.suffix == ".docx" else _write_book)(path, facts, rules.clean(title))
    if tell:
        tell(len(facts.lines), len(facts.lines))
    return {}


def _opening(facts: Facts) -> str:
    counts = facts.counts(facts.lines)
    seen = sum(line.is_well for line in facts.lines if line.group == "closed")
    return _(
        "On {day} the phase “{before}” was closed. Of {opened} findings opened, {closed} were closed ({seen} of them seen to work), "
        "{standing} made standing, {handed_over} handed over and {withdrawn} withdrawn; {carried} were carried over into “{after}”."
    ).format(
        day=rules.day_in_words(facts.change.on), before=facts.before, after=facts.after, opened=len(facts.lines), closed=counts[0],
        seen=seen, standing=counts[1], handed_over=counts[2], withdrawn=counts[3], carried=sum(counts[LEFT:]),
    )  # fmt: skip


def _write_paper(path: Path, facts: Facts, title: str) -> None:
    paper = Paper()
    paper.title(title)
    paper.text(_opening(facts))
    paper.text(_("Ground: {reason}").format(reason=rules.clean(facts.change.reason)))
    paper.heading("一、" + _("The sum"))
    paper.table([[_("Group"), _("How many")], *[[word, str(n)] for word, n in facts.equation()]])
    paper.heading("二、" + _("By unit"))
    paper.table(_grid(facts, "unit"))
    paper.heading("三、" + _("By source"))
    paper.table(_grid(facts, "source"))
    paper.text("")
    paper.text(
        _("Frozen sheet: {title}, digest {digest}.").format(
            title=rules.clean(facts.change.sheet.title), digest=facts.change.sheet.digest[:16]
        )
    )
    paper.right(rules.day_in_words(facts.change.on))
    paper.save(path, title=title)


def _grid(facts: Facts, kind: str) -> list[list[str]]:
    """Name, opened, left, carried: few columns, for a page of paper."""
    head = [_("Lead unit") if kind == "unit" else _("Source"), _("Opened"), _("No longer open"), _("Carried over")]
    rows = facts.by(kind)
    summed = [(name, numbers[0], sum(numbers[1 : LEFT + 1]), sum(numbers[LEFT + 1 :])) for name, numbers in rows]
    lines = [[name, str(opened), str(left), str(carried)] for name, opened, left, carried in summed]
    whole = [_("In all"), str(sum(row[1] for row in summed)), str(sum(row[2] for row in summed)), str(sum(row[3] for row in summed))]
    return [head, *lines, whole]


def _write_book(path: Path, facts: Facts, title: str) -> None:
    book = heavy.xlsxwriter().Workbook(str(path))
    base = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
    looks = {
        "head": book.add_format({**base, "bold": True, "align": "center", "bg_color": "#E8F0F5"}),
        "text": book.add_format(base),
        "number": book.add_format({**base, "align": "center"}),
        "strong": book.add_format({**base, "bold": True}),
        "title": book.add_format({"font_name": "宋体", "bold": True, "font_size": 16}),
        "day": book.add_format({**base, "align": "center", "num_format": "yyyy-mm-dd"}),
    }
    _sum_sheet(book.add_worksheet(_("The sum")), facts, looks, title)
    _unit_sheet(book.add_worksheet(_("By unit")), facts, looks)
    _item_sheet(book.add_worksheet(_("Items")), facts, looks)
    book.close()


def _sum_sheet(sheet: Any, facts: Facts, looks: dict[str, Any], title: str) -> None:
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 12)
    sheet.write_string(0, 0, title, looks["title"])
    sheet.write_string(1, 0, rules.day_in_words(facts.change.on))
    for at, (word, n) in enumerate(facts.equation(), start=3):
        strong = at in (3, 4 + LEFT)
        sheet.write_string(at, 0, word, looks["strong" if strong else "text"])
        if strong:
            first, last = (5, 5 + LEFT) if at == 3 else (6 + LEFT, 5 + len(GROUPS))
            sheet.write_formula(at, 1, f"=SUM(B{first}:B{last})", looks["number"], n)
        else:
            sheet.write_number(at, 1, n, looks["number"])


def _for_print(sheet: Any) -> None:
    """A4 across, one page wide, the head on every page."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 34)


def _unit_sheet(sheet: Any, facts: Facts, looks: dict[str, Any]) -> None:
    heads = [_("Lead unit"), _("Opened"), *(str(word) for _group, word in GROUPS)]
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, len(heads), 12)
    _for_print(sheet)
    for at, word in enumerate(heads):
        sheet.write_string(0, at, word, looks["head"])
    whole = (_("In all"), [len(facts.lines), *facts.counts(facts.lines)])
    for row, (name, numbers) in enumerate([*facts.by("unit"), whole], start=1):
        sheet.write_string(row, 0, rules.clean(name), looks["text"])
        for at, n in enumerate(numbers, start=1):
            sheet.write_number(row, at, n, looks["number"])


def _item_sheet(sheet: Any, facts: Facts, looks: dict[str, Any]) -> None:
    heads = [_("Number"), _("Title"), _("Lead unit"), _("Source"), _("State on that day"), _("Group"), _("Due"), _("Open since the phase")]
    widths = [16, 48, 22, 14, 18, 26, 12, 18]
    groups = {group: str(word) for group, word in GROUPS}
    _for_print(sheet)
    for at, (word, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, word, looks["head"])
    for row, line in enumerate(facts.lines, start=1):
        unit = line.unit.name if line.unit else ""
        words = [
            line.finding.number,
            line.finding.title,
            unit,
            str(SOURCES.get(line.source, "")),
            str(STATES.get(line.state, "")),
            groups[line.group],
        ]
        for at, word in enumerate(words):
            sheet.write_string(row, at, rules.clean(word), looks["text"])
        if line.due:
            sheet.write_datetime(row, 6, line.due, looks["day"])
        else:
            sheet.write_blank(row, 6, None, looks["text"])
        sheet.write_string(
            row,
            7,
            facts.words.get(line.origin, line.origin) if line.group not in ("closed", "standing", "handed_over", "withdrawn") else "",
            looks["text"],
        )
