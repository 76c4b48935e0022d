"""Documents of the cast's city, as tests of intake hand them in."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl

from jiandi.base import clock
from jiandi.base.jobs import worker
from jiandi.loop.intake import actions, jobs, rules
from jiandi.loop.intake.readers.opening import open_document
from jiandi.record.ledger.models import ImportBatch, Letter, LetterItem
from tests.cast import Cast

PLAN = """市水务局整改方案
一、关于落实重大决策部署有差距问题
1.项目资金拨付滞后，三个项目开工半年仍未拨款。
整改措施：（1）逐个项目核对账目，拨付资金。（2）制定《项目资金拨付办法》。
责任单位：市水务局，市财政局
整改时限：2026年6月底前
2.河长制巡查流于形式。2025年有12条河流巡查记录雷同。
整改措施：（1）重新开展巡查。
责任单位：市水务局
整改时限：立行立改
"""
HEADS = ("序号", "反馈问题", "整改措施", "责任单位", "配合单位", "整改时限", "完成情况")
ROWS = (
    (1, "项目资金拨付滞后", "核对账目并拨付资金", "市水务局", "市财政局", "2026年6月底前", "整改中"),
    (2, "违规发放津补贴", "清退津补贴", "市水务局", "", "立行立改", "已完成"),
    (3, "巡查记录雷同", "重新开展巡查", "市档案馆", "", "2026年12月31日", "整改中"),
)


def hand_in(cast: Cast, body: bytes = PLAN.encode(), name: str = "方案.txt", who: str = "clerk", **fields: Any) -> Letter:
    given: dict[str, Any] = {"title": "反馈意见", "number": "云巡〔2026〕3号", "received_on": clock.today(), **fields}
    return actions.receive_letter(actor=cast.actor(who), round_id=cast.round.pk, file_name=name, chunks=[body], **given)


def read(letter: Letter) -> Letter:
    return jobs.read_letter_now(letter.pk, open_document)


def review(cast: Cast, body: bytes = PLAN.encode()) -> Letter:
    """A letter read and open for review."""
    return read(hand_in(cast, body))


def rows_of(letter: Letter, *types: str) -> list[LetterItem]:
    found = LetterItem.objects.filter(letter=letter).order_by("place", "start", "pk")
    return list(found.filter(type__in=types) if types else found)


def workbook(rows: Any = ROWS, heads: Any = HEADS) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "台账"
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def hand_in_ledger(cast: Cast, body: bytes | None = None, name: str = "台账.xlsx", who: str = "clerk", **fields: Any) -> ImportBatch:
    given: dict[str, Any] = {"as_of": date(2026, 1, 31), **fields}
    return actions.take_ledger(actor=cast.actor(who), round_id=cast.round.pk, file_name=name, chunks=[body or workbook()], **given)


def check(batch: ImportBatch) -> ImportBatch:
    return jobs.read_ledger_now(batch.pk, open_document)


def map_ledger(cast: Cast, batch: ImportBatch, who: str = "clerk", **parts: Any) -> ImportBatch:
    """Say how a ledger is read; it waits for another check then."""
    mapping = rules.LedgerMapping.from_plain(parts)
    return actions.check_again(actor=cast.actor(who), batch_id=batch.pk, version=batch.version, mapping=mapping)


def take_in(cast: Cast, batch: ImportBatch, **fields: Any) -> ImportBatch:
    """Ask for it and let the worker do it."""
    asked = actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version, **fields)
    worker.run_pending()
    asked.refresh_from_db()
    return asked
