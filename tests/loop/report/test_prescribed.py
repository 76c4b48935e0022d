"""Prescribed forms: kept as they came, pointed at once, filled from the record; what could not be filled is said."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.loop.report import actions
from jiandi.loop.report.actions import prescribed as forms
from jiandi.loop.report.queries import cells, prescribed
from jiandi.loop.report.rules import fields
from jiandi.loop.report.rules.spots import Spot, Where
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding, PrescribedForm, Report
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding, make_measure
from tests.cast import Cast
from tests.loop.report import superiors

LIST = (
    ("A", "serial"),
    ("B", "text"),
    ("C", "category"),
    ("D", "lead"),
    ("E", "leader_post"),
    ("F", "measures"),
    ("G", "due"),
    ("H", "state"),
)
ROWS = (("B", "unit"), ("C", "total"), ("D", "complete"), ("E", "not_complete"), ("F", "overdue"), ("G", "completion_rate"))


@pytest.fixture
def city(cast: Cast) -> Cast:
    """Nine findings of the bureau, three of them closed and two overdue; one of the archive."""
    for n in range(8):
        finding = make_finding(
            cast.round, cast.bureau, title=f"问题{n}", category="资金管理" if n % 2 else "", klass="fix_now" if n < 2 else "time_limited"
        )
        make_measure(finding)
        if n < 3:
            write.change(finding, {"state": "closed", "closed_on": clock.today()}, actor=SYSTEM, verb="close")
        if n > 5:
            write.change(finding, {"due": clock.today() - timedelta(days=3)}, actor=SYSTEM, verb="edit")
    make_finding(cast.round, cast.stranger, title="=1+1", verbatim="=1+1")
    return cast


def keep(city: Cast, content: bytes, who: str = "clerk", *, unit: Any = None, name: str = "上级报表.xlsx") -> PrescribedForm:
    made = forms.keep_form(
        actor=city.actor(who),
        round_id=city.round.pk,
        title="整改月报",
        issuer="市专项办",
        unit_id=unit.pk if unit else None,
        file_name=name,
        chunks=[content],
    )
    worker.run_pending()
    made.refresh_from_db()
    return made


def point(city: Cast, form: PrescribedForm, *wanted: Spot, who: str = "clerk") -> PrescribedForm:
    for spot in wanted:
        form = forms.point(actor=city.actor(who), form_id=form.pk, spot=spot, version=form.version)
    return form


def filled(city: Cast, form: PrescribedForm, who: str = "clerk") -> Report:
    report = forms.ask_fill(actor=city.actor(who), form_id=form.pk)
    worker.run_pending()
    report.refresh_from_db()
    assert report.state == "ready", report.fault
    return report


def book_of(report: Report) -> Any:
    with files.open_file(report.digest) as source:
        return openpyxl.load_workbook(io.BytesIO(source.read()))


def test_the_sheets_are_shown_with_merged_cells(city: Cast) -> None:
    form = keep(city, superiors.summary())
    assert form.state == "ready"
    first = form.layout[0]
    assert (first["name"], first["rows"], first["columns"]) == ("情况统计表", 9, 8)
    assert [4, 1, 5, 2] in first["merged"]
    assert [7, 6, "=A6-C6-D7", "formula"] in first["cells"]


def test_scattered_figures_come_from_the_one_definition(city: Cast) -> None:
    form = point(
        city,
        keep(city, superiors.summary()),
        Spot(0, "B2", "value", "unit_name"),
        Spot(0, "F2", "value", "as_of"),
        Spot(0, "B6", "count", "total"),  # inside the merged A6:B6
        Spot(0, "C6", "count", "complete"),
        Spot(0, "E6", "count", "total", where=Where(klass="fix_now")),
        Spot(0, "G6", "count", "completion_rate", "k_of_n"),
        Spot(0, "B7", "count", "overdue"),
        Spot(0, "D7", "count", "not_complete"),
        Spot(0, "B8", "value", "round_title"),
    )
    report = filled(city, form)
    sheet = book_of(report)["情况统计表"]
    totals = figures.totals_of(city.actor("clerk"), city.round.pk)
    assert (sheet["A6"].value, sheet["C6"].value, sheet["E6"].value) == (totals.total, 3, 2)
    assert sheet["G6"].value == "30%（3/10）"
    assert (sheet["B7"].value, sheet["D7"].value) == (figures.timing_of(city.actor("clerk"), city.round.pk).overdue, 7)
    assert (sheet["B2"].value, sheet["B8"].value) == (city.round.unit.name, city.round.title)
    assert sheet["F2"].value.date() == clock.today()


def test_the_form_keeps_its_formats_formulas_print_setup_and_other_sheets(city: Cast) -> None:
    form = point(city, keep(city, superiors.summary()), Spot(0, "A6", "count", "total"), Spot(0, "F2", "value", "as_of"))
    book = book_of(filled(city, form))
    sheet = book["情况统计表"]
    assert (sheet["F7"].value, sheet["F2"].number_format, sheet["A1"].font.size) == ("=A6-C6-D7", 'yyyy"年"m"月"d"日"', 18)
    assert (sheet.page_setup.orientation, sheet.print_area, sheet.oddFooter.center.text) == (
        "landscape",
        "'情况统计表'!$A$1:$H$9",
        "第 &P 页",
    )
    assert "A4:B5" in {one.coord for one in sheet.merged_cells.ranges}
    assert book[superiors.SECOND]["A1"].value.startswith("本表由")
    assert sheet["A6"].border.left.style == "thin"


def test_a_long_list_makes_room_and_everything_below_still_means_the_same(city: Cast) -> None:
    form = point(city, keep(city, superiors.monthly_list()), Spot(0, "A5", "list", "findings", columns=LIST, last_row=7))
    report = filled(city, form)
    book = book_of(report)
    sheet = book["问题清单"]
    assert [sheet.cell(row, 1).value for row in range(5, 15)] == list(range(1, 11))
    assert (sheet["A15"].value, sheet["I15"].value, sheet["A16"].value) == ("合计", "=SUM(I5:I14)", "审核人：")
    assert sheet["I12"].value == '=IF(B12="",0,1)'
    assert "A15:H15" in {one.coord for one in sheet.merged_cells.ranges}
    assert book["汇总"]["B1"].value == "=问题清单!I15"
    assert book.defined_names["合计数"].attr_text == "问题清单!$I$15"
    assert sheet.data_validations.dataValidation[0].sqref.ranges
    assert "H5:H14" in str(sheet.data_validations.dataValidation[0].sqref)
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["I5:I14"]
    assert sheet.print_area == "'问题清单'!$A$1:$I$16"
    assert (sheet.row_dimensions[12].height, sheet["D12"].border.left.style, sheet["G12"].number_format) == (48, "thin", "yyyy-mm-dd")
    assert any("rows were added" in text for _place, text, _params in report.notes)


def test_text_that_looks_like_a_formula_stays_text(city: Cast) -> None:
    form = point(city, keep(city, superiors.monthly_list(12)), Spot(0, "A5", "list", "findings", columns=LIST, last_row=16))
    sheet = book_of(filled(city, form))["问题清单"]
    cell = next(sheet.cell(row, 2) for row in range(5, 15) if sheet.cell(row, 2).value == "=1+1")
    assert cell.data_type == "s" or cell.quotePrefix


def test_rows_that_nothing_goes_into_lose_what_was_numbered_beforehand(city: Cast) -> None:
    form = point(city, keep(city, superiors.monthly_list(12)), Spot(0, "A5", "list", "findings", columns=LIST, last_row=16))
    sheet = book_of(filled(city, form))["问题清单"]
    assert [sheet.cell(row, 1).value for row in (14, 15, 16)] == [10, None, None]
    assert sheet["I17"].value == "=SUM(I5:I16)"


def test_named_units_get_their_figures_and_an_unknown_name_is_said(city: Cast) -> None:
    content = superiors.matrix((city.bureau.name, "市不存在局", city.stranger.name))
    form = point(city, keep(city, content), Spot(0, "B4", "list", "named", "percent", columns=ROWS, last_row=6))
    report = filled(city, form)
    sheet = book_of(report)["分单位统计"]
    assert [sheet.cell(4, n).value for n in range(3, 8)] == [9, 3, 6, 2, "33%"]
    assert [sheet.cell(5, n).value for n in range(3, 8)] == [None] * 5
    assert [sheet.cell(6, n).value for n in (2, 3, 7)] == [city.stranger.name, 1, "0/1"]
    assert sheet["C7"].value == "=SUM(C4:C6)"
    told = [(place, params.get("name") or params.get("n")) for place, _text, params in report.notes]
    assert ("分单位统计!B4", "市不存在局") in told
    assert ("分单位统计!B4", 1) in told


def test_lead_units_as_rows_add_up_to_all_findings_with_a_lead(city: Cast) -> None:
    columns = (("A", "serial"), *ROWS)
    form = point(city, keep(city, superiors.matrix(("",))), Spot(0, "A4", "list", "units", columns=columns, last_row=4))
    sheet = book_of(filled(city, form))["分单位统计"]
    led = Finding.objects.filter(round=city.round).exclude(lead=None).count()
    assert sum(sheet.cell(row, 3).value for row in (4, 5)) == led
    assert sheet["C6"].value == "=SUM(C4:C5)"


def test_completed_alone_is_filed_with_its_three_rates(city: Cast) -> None:
    form = point(city, keep(city, superiors.summary()), Spot(0, "C6", "count", "complete"))
    report = filled(city, form)
    assert report.figures["done"][1] == figures.totals_of(city.actor("clerk"), city.round.pk).counted
    with files.open_file(report.rates_digest) as source:
        book = openpyxl.load_workbook(io.BytesIO(source.read()))
        words = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert city.bureau.name in words


def test_blank_fields_are_counted_in_the_notes(city: Cast) -> None:
    form = point(city, keep(city, superiors.monthly_list(12)), Spot(0, "A5", "list", "findings", columns=LIST, last_row=16))
    blanks = {place: params["empty"] for place, _text, params in filled(city, form).notes if "empty" in params}
    assert blanks["问题清单!C"] == 6


def test_a_unit_s_form_holds_its_own_findings(city: Cast) -> None:
    form = point(city, keep(city, superiors.summary(), "head", unit=city.bureau), Spot(0, "A6", "count", "total"), who="head")
    assert book_of(filled(city, form, "head"))["情况统计表"]["A6"].value == 9


@pytest.mark.parametrize("who", ["supervisor", "member", "verifier"])
def test_others_than_office_and_unit_keep_no_form(city: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        keep(city, superiors.summary(), who)


def test_a_form_of_others_does_not_exist(city: Cast) -> None:
    form = keep(city, superiors.summary())
    for who in ("head", "outsider", "auditor", "supervisor"):
        with pytest.raises(NotFound):
            prescribed.form(city.actor(who), form.pk)


def test_a_formula_of_the_form_is_not_pointed_at(city: Cast) -> None:
    with pytest.raises(BadInput, match="formula"):
        point(city, keep(city, superiors.summary()), Spot(0, "F7", "count", "total"))


@pytest.mark.parametrize(
    "spot",
    [
        Spot(0, "Z99", "count", "total"),
        Spot(7, "A1", "count", "total"),
        Spot(0, "A6", "count", "poem"),
        Spot(0, "A6", "list", "findings", last_row=6),
    ],
)
def test_what_cannot_be_filled_is_not_kept(city: Cast, spot: Spot) -> None:
    form = keep(city, superiors.summary())
    with pytest.raises(BadInput):
        point(city, form, spot)
    form.refresh_from_db()
    assert form.spots == []


def test_pointing_leaves_a_trail_and_a_stale_page_is_told(city: Cast) -> None:
    form = keep(city, superiors.summary())
    before = form.version
    point(city, form, Spot(0, "A6", "count", "total"))
    assert TrailEntry.objects.filter(thing="prescribedform", thing_id=form.pk, verb="point").count() == 1
    with pytest.raises(Conflict):
        forms.point(actor=city.actor("clerk"), form_id=form.pk, spot=Spot(0, "C6", "count", "closed"), version=before)


def test_nothing_pointed_at_nothing_filled(city: Cast) -> None:
    form = keep(city, superiors.summary())
    with pytest.raises(RuleBroken):
        forms.ask_fill(actor=city.actor("clerk"), form_id=form.pk)


def test_the_schedule_fills_once_a_day_and_sets_the_next(city: Cast) -> None:
    form = point(city, keep(city, superiors.summary()), Spot(0, "A6", "count", "total"))
    today = clock.today()
    form = forms.schedule_form(
        actor=city.actor("clerk"), form_id=form.pk, title="月报", issuer="", every="week", next_on=today, version=form.version
    )
    assert forms.fill_on_schedule(actor=city.actor("clerk"), form_id=form.pk) is not None
    assert forms.fill_on_schedule(actor=city.actor("clerk"), form_id=form.pk) is None
    form.refresh_from_db()
    assert form.next_on == today + timedelta(days=7)


def test_every_field_of_a_list_has_its_reader(city: Cast) -> None:
    assert set(fields.OF_FINDINGS) == (set(cells.READERS) | {"state", "class"}) - {"goal", "found_in", "accepting_unit", "due_now"}


def test_reports_of_other_kinds_still_refuse_a_form(city: Cast) -> None:
    with pytest.raises(BadInput):
        actions.ask_report(actor=city.actor("clerk"), round_id=city.round.pk, kind="form")
