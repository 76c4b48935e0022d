"""The three lists of an approved plan (问题清单、任务清单、责任清单): heads, widths and rows, for paper and workbook alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiandi.loop.report import rules
from jiandi.record.ledger import plans
from jiandi.record.ledger.models import Cause, Finding, PlanVersion

CLASSES = {"fix_now": "立行立改", "time_limited": "限期整改", "long_term": "长期整改"}


@dataclass(frozen=True)
class Listed:
    """One list: ``widths`` are the shares of its columns; the column ``long`` begins at the left on paper."""

    title: str
    heads: list[str]
    widths: list[int]
    rows: list[list[str]]


def three_lists(plan: PlanVersion) -> list[Listed]:
    """From the frozen body; what the ledger knows beside it (source, leader in charge) is read as it stands now."""
    findings = plans.body(plan)["findings"]
    known = Finding.objects.select_related("found_in", "leader_post", "lead").in_bulk([f["id"] for f in findings])
    return [_problems(findings, known), _tasks(findings), _duties(findings, known)]


def _problems(findings: list[dict[str, Any]], known: dict[int, Finding]) -> Listed:
    heads = [_("No."), _("Number"), _("Problem fed back"), _("Category"), _("Class"), _("Why it came about"), _("Goal of rectification")]
    rows = []
    for n, f in enumerate(findings, start=1):
        row, causes = known.get(f["id"]), rules.numbered(c["text"] or _dimension(c["dimension"]) for c in f["causes"])
        rows.append(
            [str(n), f["number"], f["title"], row.category if row else "", CLASSES.get(f["class"], f["class"]), causes, f["standard"]]
        )
    return Listed(_("List of problems"), heads, [10, 28, 44, 18, 16, 36, 36], rows)


def _dimension(code: str) -> str:
    return str(dict(Cause.DIMENSIONS).get(code, code))


def _tasks(findings: list[dict[str, Any]]) -> Listed:
    heads = [_("No."), _("Number"), _("Measure"), _("Standard of completion"), _("Indicator and target"), _("Due")]
    rows, n = [], 0
    for f in findings:
        for m in f["measures"]:
            n += 1
            target = f"{m['indicator']} {m['base'] or '—'}→{m['target']}{m['indicator_unit']}" if m["target"] else m["indicator"]
            rows.append([str(n), f["number"], m["text"], m["standard"], target, m["due_text"] or m["due"]])
    return Listed(_("List of tasks"), heads, [10, 28, 54, 44, 26, 24], rows)


def _duties(findings: list[dict[str, Any]], known: dict[int, Finding]) -> Listed:
    heads = [
        _("No."),
        _("Number"),
        _("Measure"),
        _("Lead unit"),
        _("Supporting units"),
        _("Responsible post"),
        _("Leader in charge"),
        _("Due"),
    ]
    rows, n = [], 0
    for f in findings:
        found = known.get(f["id"])
        leader = found.leader_post.title if found and found.leader_post else ""
        for m in f["measures"]:
            n += 1
            rows.append([str(n), f["number"], m["text"], m["lead"], "、".join(m["supports"]), m.get("post", ""), leader, m["due"]])
    return Listed(pgettext("list", "List of duties"), heads, [10, 28, 44, 24, 26, 18, 18, 24], rows)
