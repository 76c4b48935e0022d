"""Reports: asked with the job in one transaction, written in the asker's scope, opened by the asker and the office alone."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import docx
import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.base.jobs.models import Job
from jiandi.loop.report import actions, queries, rules
from jiandi.loop.report.jobs import ledger
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding, Institution, MeasureRule, ProgressNote, Report
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import make_cause, make_finding, make_measure, make_round
from tests.cast import Cast


@pytest.fixture
def city(cast: Cast) -> Cast:
    """Six findings of the bureau, one of the archive with a title like a formula."""
    for n in range(5):
        finding = make_finding(cast.round, cast.bureau, klass="fix_now" if n == 0 else "time_limited")
        make_cause(finding)
        measure = make_measure(finding, rule_verb="make")
        make_measure(finding, text="建立每月调度制度")
        write.create(ProgressNote(measure=measure, unit=cast.bureau, on=clock.today(), text="已拨付两个项目"), actor=SYSTEM, verb="add")
        rule = Institution(unit=cast.bureau, title="资金拨付办法", number="云水发〔2026〕3号", issued_on=clock.today(), state="in_force")
        write.create(rule, actor=SYSTEM, verb="add")
        write.attach([MeasureRule(measure=measure, institution=rule, verb="make")])
    make_finding(cast.round, cast.stranger, title="=1+1", verbatim='=HYPERLINK("http://x")\n@SUM(A1)')
    write.change(cast.finding, {"state": "withdrawn"}, actor=SYSTEM, verb="withdraw")
    return cast


def ask(city: Cast, who: str = "clerk", kind: str = "ledger", unit: Any = None) -> Report:
    return actions.ask_report(actor=city.actor(who), round_id=city.round.pk, kind=kind, unit_id=unit.pk if unit else None)


def written(report: Report) -> Report:
    worker.run_pending()
    report.refresh_from_db()
    assert report.state == "ready", report.fault
    return report


def content(actor: Actor, report: Report) -> io.BytesIO:
    with queries.opened(queries.report(actor, report.pk)) as source:
        return io.BytesIO(source.read())


def book_of(actor: Actor, report: Report) -> Any:
    return openpyxl.load_workbook(content(actor, report))


def ids_in(book: Any) -> set[int]:
    sheet = book.worksheets[0]
    last = sheet.max_column
    return {row[last - 1] for row in sheet.iter_rows(min_row=4, values_only=True) if isinstance(row[last - 1], int)}


def text_of(actor: Actor, report: Report) -> str:
    document = docx.Document(content(actor, report))
    return "\n".join(p.text for p in document.paragraphs)


def test_the_job_is_asked_for_with_the_report(city: Cast) -> None:
    report = ask(city)
    job = Job.objects.get(name=queries.JOB)
    assert (job.payload, job.key, job.created_by) == ({"report_id": report.pk}, str(report.pk), city.people["clerk"].pk)


@pytest.mark.parametrize("who", ["supervisor", "member", "verifier"])
def test_others_than_office_and_unit_ask_for_nothing(city: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(city, who)


def test_a_unit_asks_for_itself_alone(city: Cast) -> None:
    assert ask(city, "head", unit=city.bureau).unit == city.bureau
    for unit in (None, city.stranger):
        with pytest.raises(NotAllowed):
            ask(city, "head", unit=unit)
    with pytest.raises(NotFound):
        ask(city, "auditor")


def test_an_unknown_kind_is_refused(city: Cast) -> None:
    with pytest.raises(BadInput):
        ask(city, kind="poem")


def test_a_word_report_nobody_could_read_is_refused(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_IN_DOCUMENT", 3)
    with pytest.raises(RuleBroken, match="too_long"):
        ask(city, kind="report")


def test_the_ledger_holds_every_finding_once_with_its_id(city: Cast) -> None:
    book = book_of(city.actor("clerk"), written(ask(city)))
    assert ids_in(book) == set(Finding.objects.filter(round=city.round).values_list("pk", flat=True))
    sheet = book.worksheets[0]
    hidden = {n for one in sheet.column_dimensions.values() if one.hidden for n in range(one.min, one.max + 1)}
    assert hidden == {sheet.max_column - 1, sheet.max_column}


def test_a_unit_s_ledger_holds_its_own_findings(city: Cast) -> None:
    report = written(ask(city, "head", unit=city.bureau))
    assert ids_in(book_of(city.actor("head"), report)) == set(
        Finding.objects.filter(round=city.round, lead=city.bureau).values_list("pk", flat=True)
    )


def test_text_that_looks_like_a_formula_stays_text(city: Cast) -> None:
    book = book_of(city.actor("clerk"), written(ask(city)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(cell.value == '=HYPERLINK("http://x")\n@SUM(A1)' and cell.data_type == "s" for cell in cells)


@pytest.mark.parametrize("words", ["甲<乙>&丙", "_x0041_表", "a&amp;b", '“引号”"双"', "甲\u3000乙\t丙"])
def test_words_with_signs_of_xml_come_back_as_they_were(cast: Cast, words: str) -> None:
    make_finding(cast.round, cast.bureau, verbatim=words)
    with queries.opened(queries.report(cast.actor("clerk"), written(ask(cast)).pk)) as source:
        rows = CalamineWorkbook.from_filelike(source).get_sheet_by_index(0).to_python()
    assert words in {cell for row in rows for cell in row}


@pytest.mark.parametrize("code", ["inspection", "local_inspection", "audit", "environment", "safety", "self_check"])
def test_every_regime_s_headings_are_written_and_groups_are_joined(city: Cast, code: str, tmp_path: Any) -> None:
    round_ = make_round(city.city, regime_code=code)
    make_finding(round_, city.bureau)
    ledger.write_ledger(tmp_path / "a.xlsx", city.actor("clerk"), round_.pk)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    columns = regimes.profile_of(round_.regime).ledger_columns
    has_groups = any(column.group for column in columns)
    upper = [sheet.cell(3, n).value for n, _column in enumerate(columns, start=1)]
    lower = [sheet.cell(4 if has_groups else 3, n).value for n, _column in enumerate(columns, start=1)]
    for column, above, below in zip(columns, upper, lower, strict=True):
        assert (below if column.group or not has_groups else above) == column.heading
    joined = {str(one) for one in sheet.merged_cells.ranges}
    assert len(joined) > 2 or not has_groups
    assert sheet.print_title_rows == ("$3:$4" if has_groups else "$3:$3")
    assert sheet.freeze_panes
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "8")


def test_every_cell_of_the_ledger_is_framed_also_an_empty_one(city: Cast) -> None:
    sheet = book_of(city.actor("clerk"), written(ask(city))).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=4, max_col=sheet.max_column - 1) for cell in row]
    assert any(cell.value is None for cell in cells)
    assert {cell.border.bottom.style for cell in cells} == {"thin"}
    assert {cell.number_format for cell in cells if cell.is_date} == {"yyyy-mm-dd"}


def test_the_three_rate_sheet_goes_with_the_ledger(city: Cast) -> None:
    report = written(ask(city))
    sheet = book_of(city.actor("clerk"), report).worksheets[1]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert [row[1:3] for row in rows[1:4]] == [[6, 5], [1, 1], [7, 6]]
    assert report.figures["counted"] == 6
    assert report.figures["said"] == [0, 6]


def test_the_report_has_the_regime_s_blocks_and_each_finding(city: Cast) -> None:
    report = written(ask(city, kind="report"))
    text = text_of(city.actor("clerk"), report)
    headings = re.findall(r"^[一二三四五六七八九十]+、(.+)$", text, re.MULTILINE)
    assert headings[:3] == ["总体情况", "组织落实情况", "部署、落实、见效情况"]
    assert text.count("资金拨付办法") == 5 + 5
    assert text.count("项目资金拨付滞后”") == 5


def test_the_page_is_a4_with_the_margins_of_the_standard(city: Cast) -> None:
    report = written(ask(city, kind="report"))
    document = docx.Document(content(city.actor("clerk"), report))
    section = document.sections[0]
    sizes = [section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin, section.bottom_margin]
    assert [round(size.mm) for size in sizes if size] == [210, 297, 37, 28, 26, 35]
    assert "PAGE" in section.footer._element.xml


def test_a_file_is_opened_by_who_asked_and_by_the_office(city: Cast) -> None:
    of_unit = written(ask(city, "head", unit=city.bureau))
    for who in ("head", "clerk", "director"):
        assert queries.report(city.actor(who), of_unit.pk) == of_unit
    for who in ("liaison", "outsider", "supervisor", "auditor"):
        with pytest.raises(NotFound):
            queries.report(city.actor(who), of_unit.pk)
    of_office = written(ask(city))
    with pytest.raises(NotFound):
        queries.report(city.actor("head"), of_office.pk)


def test_nothing_is_opened_before_it_is_written(city: Cast) -> None:
    with pytest.raises(NotFound, match="not_ready"):
        queries.opened(ask(city))


def test_a_job_that_runs_twice_writes_once(city: Cast) -> None:
    report = written(ask(city))
    Job.objects.filter(name=queries.JOB).update(state="queued")
    worker.run_pending()
    assert Report.objects.get(pk=report.pk).version == report.version


def test_a_report_of_somebody_who_lost_the_round_fails_with_words(city: Cast) -> None:
    report = ask(city, "head", unit=city.bureau)
    city.people["head"].duties.update(until=clock.today() - timedelta(days=1))
    worker.run_pending()
    report.refresh_from_db()
    assert (report.state, bool(report.fault), report.digest) == ("failed", True, "")


def test_a_finding_names_the_reports_that_include_it(city: Cast) -> None:
    mine, whole = written(ask(city, "head", unit=city.bureau)), written(ask(city))
    finding = Finding.objects.filter(lead=city.bureau, state="registered").select_related("lead", "round").first()
    other = Finding.objects.filter(lead=city.stranger).select_related("lead", "round").first()
    assert finding is not None
    assert other is not None
    assert {row.report for row in queries.naming(city.actor("clerk"), finding).reports} == {mine, whole}
    assert {row.report for row in queries.naming(city.actor("head"), finding).reports} == {mine}
    assert {row.report for row in queries.naming(city.actor("clerk"), other).reports} == {whole}
