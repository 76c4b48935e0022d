"""Six problems of an earlier round, taken over from the office's old Excel ledger with their old words."""

from __future__ import annotations

import io
from datetime import timedelta

from jiandi.base import clock, heavy
from jiandi.base.jobs import worker
from jiandi.interfaces.cli.demo.city import City
from jiandi.loop.intake import actions as intake
from jiandi.record.ledger.models import ImportBatch, Round

TITLE = "云溪市上一轮整改台账（期初转入）"
HEADINGS = ("序号", "具体问题", "整改措施", "牵头单位", "整改时限", "整改进展", "完成情况")
ROWS = (
    ("乡镇敬老院消防设施老化，两处喷淋失效", "更换喷淋并建立月检制度", "civil", "2025年底", "已更换并月检", "已销号"),
    ("城区内涝点位治理不彻底，雨后积水超过一天", "分片改造管网", "water", "2027年底", "完成三分之一", "长期整改"),
    ("行政审批材料重复提交", "推行告知承诺并常态抽查", "service", "2025年6月底", "连续两年抽查合格", "转入常态"),
    ("历史遗留的违规占用绿地两处", "移交上级主管部门处理", "urban", "2025年底", "已移交", "已移交"),
    ("企业账款拖欠三笔", "签订还款计划", "finance", "2026年8月底", "已还两笔", "正在整改"),
    ("基层卫生室药品台账不全", "补齐台账并季度抽查", "market", "2025年9月底", "已补齐", "已销号"),
)


def take_over(city: City, round_code: str) -> None:
    """Hand the ledger in, let it be read, and take it in."""
    clerk = city.actor("clerk")
    batch = intake.take_ledger(
        actor=clerk,
        round_id=Round.objects.get(code=round_code).pk,
        file_name="上一轮整改台账.xlsx",
        chunks=[_workbook(city)],
        as_of=clock.today() - timedelta(days=5),
        document="云整改办〔2025〕31号",
    )
    worker.run_pending()
    batch = ImportBatch.objects.get(pk=batch.pk)
    intake.take_batch(actor=clerk, batch_id=batch.pk, version=batch.version)
    worker.run_pending()


def _workbook(city: City) -> bytes:
    out = io.BytesIO()
    book = heavy.xlsxwriter().Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, TITLE)
    sheet.write_row(1, 0, HEADINGS)
    for at, (problem, measure, lead, due, progress, state) in enumerate(ROWS, start=1):
        sheet.write_row(at + 1, 0, (at, problem, measure, city.bureaus[lead].name, due, progress, state))
    book.close()
    return out.getvalue()
