"""Papers of a plan: the pledge names version and digest, the lists hold every problem and measure, the schedule its days."""

from __future__ import annotations

import io
from typing import Any

import docx
import openpyxl
import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.loop.plan import actions as plan_actions
from jiandi.loop.report import actions, queries
from jiandi.record.ledger import write
from jiandi.record.ledger.models import MeetingRecord, PlanRemark, PlanReview, PlanVersion, Report
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast
from tests.loop.plan.plan_makers import approve, approved, submit, whole


def written(report: Report) -> io.BytesIO:
    worker.run_pending()
    report.refresh_from_db()
    assert (report.state, report.fault) == ("ready", "")
    with queries.opened(report) as source:
        return io.BytesIO(source.read())


def paper(cast: Cast, plan: PlanVersion, kind: str, name: str = "clerk") -> Report:
    return actions.ask_plan_paper(actor=cast.actor(name), plan_id=plan.pk, kind=kind)


def words(source: io.BytesIO) -> str:
    document = docx.Document(source)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


@pytest.fixture
def plan(cast: Cast) -> PlanVersion:
    approved(cast)
    return PlanVersion.objects.get()


def test_the_pledge_page_names_version_and_digest(cast: Cast, plan: PlanVersion) -> None:
    text = words(written(paper(cast, plan, "pledge", "head")))
    assert plan.digest[:32] in text
    assert plan.digest[32:] in text
    assert "第1版" in text
    assert "1个问题、2项措施" in text
    assert "主要负责人签字" in text


def test_opinions_are_printed_with_their_answers_and_silence_as_silence(cast: Cast) -> None:
    whole(cast)
    plan = submit(cast)
    given = {"word": "amend", "remarks_count": 1, "state": "answered", "answered_at": clock.now()}
    said = write.create(
        PlanReview(plan=plan, of=cast.bureau, unit=cast.audit, name="组织部门", due=clock.today(), **given), actor=SYSTEM, verb="ask"
    )
    write.create(
        PlanReview(plan=plan, of=cast.bureau, unit=cast.stranger, name="纪检机关", due=clock.today(), state="silent"),
        actor=SYSTEM,
        verb="ask",
    )
    remark = PlanRemark(review=said, number=1, finding=cast.finding, text="缺少时限", state="not_taken", reply="标准中已写明")
    write.create(remark, actor=SYSTEM, verb="remark")
    text = words(written(paper(cast, plan, "opinions")))
    for one in ("组织部门", "修改后同意", "缺少时限", "标准中已写明", "纪检机关", "未反馈意见", cast.finding.number):
        assert one in text


def test_the_lists_hold_every_problem_and_measure_with_a_head_that_repeats(cast: Cast, plan: PlanVersion) -> None:
    book = openpyxl.load_workbook(written(paper(cast, plan, "lists_xlsx")))
    assert book.sheetnames == ["问题清单", "任务清单", "责任清单"]
    assert [sheet.max_row for sheet in book.worksheets] == [4, 5, 5]
    for sheet in book.worksheets:
        assert (sheet.print_title_rows, sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("$3:$3", "landscape", "9")
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.freeze_panes == "C4"
    assert book["任务清单"]["C4"].value == "完成126个项目账目核对"
    assert book["责任清单"]["D4"].value == cast.bureau.name


def test_the_lists_as_paper_are_three_tables_across_the_page(cast: Cast, plan: PlanVersion) -> None:
    document = docx.Document(written(paper(cast, plan, "lists_docx")))
    assert [len(table.rows) for table in document.tables] == [2, 3, 3]
    section = document.sections[0]
    sides = [round(length / 36000) for length in (section.page_width, section.page_height) if length]
    assert sides == [297, 210]


def test_the_schedule_has_its_days_and_marks_where_each_measure_is_due(cast: Cast, plan: PlanVersion) -> None:
    report = actions.ask_report(actor=cast.actor("head"), round_id=cast.round.pk, kind="milestones", unit_id=cast.bureau.pk)
    sheet = openpyxl.load_workbook(written(report)).worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    assert heads[:9] == ["序号", "编号", "整改措施", "牵头单位", "1 拿出方案初稿", "2 进度过半", "3 申报完成", "4 核验", "时限"]
    for row in sheet.iter_rows(min_row=4, values_only=True):
        days = [str(value) for value in row[4:9] if value]
        assert days == sorted(days)
        assert row[9:].count("止") == 1


def test_what_was_weakened_is_listed_with_its_reason(cast: Cast) -> None:
    first, _second = approved(cast)
    plan_actions.ask_change(
        actor=cast.actor("liaison"), measure_id=first.pk, version=first.version, reason="=核减", text="推进126个项目账目核对"
    )
    approve(cast, submit(cast))
    report = actions.ask_report(actor=cast.actor("clerk"), round_id=cast.round.pk, kind="weakened")
    sheet = openpyxl.load_workbook(written(report)).worksheets[0]
    row = [cell.value for cell in sheet[4]]
    assert row[6:10] == ["措辞弱化", "完成126个项目账目核对", "推进126个项目账目核对", "=核减"]
    assert sheet["J4"].data_type == "s"  # no formula, whatever it begins with


def test_meetings_are_told_in_the_report_by_days_and_counts(cast: Cast) -> None:
    counts: dict[str, Any] = {"expected": 9, "present": 8, "sat_in": 2, "minutes": "纪要〔2026〕6号"}
    row = MeetingRecord(round=cast.round, unit=cast.bureau, kind="life", held_on=clock.today(), **counts)
    write.create(row, actor=SYSTEM, verb="keep")
    report = actions.ask_report(actor=cast.actor("clerk"), round_id=cast.round.pk, kind="report")
    assert "反馈后第30日" in words(written(report))


def test_papers_are_asked_by_those_who_write_reports_of_the_unit(cast: Cast, plan: PlanVersion) -> None:
    with pytest.raises(NotFound):
        paper(cast, plan, "pledge", "outsider")
    with pytest.raises(NotAllowed):
        paper(cast, plan, "pledge", "member")
    with pytest.raises(BadInput):
        paper(cast, plan, "ledger")


def test_lists_wait_for_the_approval(cast: Cast) -> None:
    whole(cast)
    with pytest.raises(RuleBroken):
        paper(cast, submit(cast), "lists_xlsx")
