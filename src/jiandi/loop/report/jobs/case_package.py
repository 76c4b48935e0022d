"""The whole case file (一案一档) as one package: index, case file, evidence, trail, digests."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from jiandi.base import clock, files, heavy, packages
from jiandi.loop.report import rules
from jiandi.loop.report.queries.case import Case, Kept, case
from jiandi.record.trail import extract
from jiandi.record.trail.actor import Actor

TRAIL = "trail.jsonl"
BLOCK = 1024 * 1024
A4 = 9
Tell = Callable[[int, int], None]


def write_package(path: Path, actor: Actor, finding_id: int, tell: Tell) -> dict[str, Any]:
    """Write what the actor may see; the digests in the list are those of the bytes as they stand in the package."""
    found = case(actor, finding_id)
    about = {
        "made_at": clock.now().isoformat(),
        "finding": {"number": found.finding.number, "title": found.finding.title, "round": found.finding.round.code},
        "trail_head": extract.head(),
    }
    with packages.Package(path, about, settings.JIANDI_ALGORITHM) as package:
        for place, kept in enumerate(found.evidence, start=1):
            if kept.path:
                package.add(kept.path, _content(kept))
            tell(place, len(found.evidence))
        package.add(TRAIL, (json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in extract.lines(found.things())))
        package.add("style.css", [_style()])
        package.add("case.html", [_page("report/case.html", {"case": found, "finding": found.finding})])
        digests = {line["path"]: line["digest"] for line in package.listed}
        context = {"case": found, "finding": found.finding, "about": about, "listed": list(package.listed), "made": clock.now()}
        package.add("index.xlsx", [_workbook(found, digests)])
        package.add("index.html", [_page("report/case_index.html", context)])
    return {}


def _content(kept: Kept) -> Iterator[bytes]:
    with files.open_file(kept.row.digest) as source:
        while block := source.read(BLOCK):
            yield block


def _style() -> bytes:
    found = finders.find("report/case.css")
    return Path(str(found)).read_bytes()


def _page(template: str, context: dict[str, Any]) -> bytes:
    return render_to_string(template, context).encode()


def _workbook(found: Case, digests: dict[str, str]) -> bytes:
    """The index as a table: what lies where, with which digest."""
    made = io.BytesIO()
    book = heavy.xlsxwriter().Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Index"))
    base = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
    head = book.add_format({**base, "bold": True, "align": "center", "bg_color": "#E8F0F5", "font_name": "黑体"})
    text, large = book.add_format(base), book.add_format({"font_name": "黑体", "font_size": 14})
    sheet.write_string(0, 0, rules.clean(f"{found.finding.number} {found.finding.title}"), large)
    heads = [
        _("No."),
        _("Title"),
        _("It shows"),
        _("Date of the paper"),
        _("State"),
        _("Measure"),
        _("Where it lies"),
        _("Bytes"),
        _("Digest"),
    ]
    for column, (word, width) in enumerate(zip(heads, (6, 32, 10, 12, 12, 10, 40, 12, 68), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, word, head)
    for place, kept in enumerate(found.evidence, start=1):
        sheet.write_number(2 + place, 0, place, text)
        for column, value in enumerate(_cells(kept, digests), start=1):
            sheet.write_string(2 + place, column, rules.clean(value), text)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return made.getvalue()


def _cells(kept: Kept, digests: dict[str, str]) -> list[str]:
    row = kept.row
    where = kept.path or (f"{_('held by')} {row.held_offline}" if kept.why == "offline" else _("locked, not in the package"))
    day = row.dated_on.isoformat() if row.dated_on else ""
    digest = digests.get(kept.path, "") if kept.path else ""
    size = str(row.size_bytes) if row.digest else ""
    return [row.title, row.get_kind_display(), day, row.get_state_display(), kept.shown_for, where, size, digest]
