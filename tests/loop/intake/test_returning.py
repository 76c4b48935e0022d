"""A ledger that was handed out comes back: every difference is seen, nothing is overwritten unseen, states never come from a file."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, RuleBroken
from jiandi.base.jobs import worker
from jiandi.loop.execute import actions as execute
from jiandi.loop.intake.actions import returning
from jiandi.loop.report import actions as reports
from jiandi.loop.report import queries as report_queries
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding, Measure, ProgressNote, ReturnedCell, ReturnedLedger
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding, make_measure
from tests.cast import Cast

HEAD = 4
Change = Callable[[Any, Cast], None]
OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.fixture
def city(cast: Cast) -> Cast:
    """Two findings of the bureau, each with a measure that is worked on."""
    other = make_finding(cast.round, cast.bureau, title="台账不清", verbatim="台账不清。")
    for finding in (cast.finding, other):
        make_measure(finding, state="in_progress")
        write.change(finding, {"category": "作风建设", "state": "in_progress"}, actor=SYSTEM, verb="edit")
    return cast


def handed_out(cast: Cast, who: str = "clerk") -> bytes:
    unit = cast.bureau.pk if who in ("liaison", "head") else None
    report = reports.ask_report(actor=cast.actor(who), round_id=cast.round.pk, kind="ledger", unit_id=unit)
    worker.run_pending()
    report.refresh_from_db()
    with report_queries.opened(report) as source:
        return source.read()


def column_of(cast: Cast, field: str) -> int:
    fields = [column.field for column in regimes.profile_of(cast.round.regime).ledger_columns]
    return fields.index(field) + 1


def row_of(sheet: Any, finding: Finding) -> int:
    return next(row for row in range(HEAD, sheet.max_row + 1) if sheet.cell(row, sheet.max_column).value == finding.pk)


def filled(cast: Cast, body: bytes, *cells: tuple[Finding, str, Any], more: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book.worksheets[0]
    for finding, field, value in cells:
        sheet.cell(row_of(sheet, finding), column_of(cast, field)).value = value
    if more:
        more(sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def hand_back(cast: Cast, body: bytes, who: str = "clerk") -> ReturnedLedger:
    made = returning.receive_returned(actor=cast.actor(who), round_id=cast.round.pk, file_name="台账（已填）.xlsx", chunks=[body])
    worker.run_pending()
    made.refresh_from_db()
    return made


def apply(cast: Cast, returned: ReturnedLedger, who: str = "clerk") -> ReturnedLedger:
    returning.apply_returned(actor=cast.actor(who), returned_id=returned.pk, version=returned.version)
    worker.run_pending()
    returned.refresh_from_db()
    return returned


def cell_of(returned: ReturnedLedger, field: str) -> ReturnedCell:
    return returned.cells.get(field=field)


def test_a_file_that_nobody_changed_says_nothing(city: Cast) -> None:
    returned = hand_back(city, filled(city, handed_out(city)))
    assert (returned.state, returned.rows, returned.told, returned.fault) == ("compared", 2, [], "")
    assert not returned.cells.exists()
    with pytest.raises(RuleBroken, match="nothing_chosen"):
        returning.apply_returned(actor=city.actor("clerk"), returned_id=returned.pk, version=returned.version)


def test_a_heading_is_told_without_the_title_above_it(city: Cast) -> None:
    returned = hand_back(city, filled(city, handed_out(city), (city.finding, "category", "资金管理")))
    columns = regimes.profile_of(city.round.regime).ledger_columns
    assert cell_of(returned, "category").heading == columns[column_of(city, "category") - 1].heading


def test_a_unit_s_progress_comes_back_as_a_note_with_its_batch_in_the_trail(city: Cast) -> None:
    body = filled(city, handed_out(city, "liaison"), (city.finding, "progress", "三个项目都已拨付"))
    returned = apply(city, hand_back(city, body, "liaison"), "liaison")
    assert returned.state == "applied"
    note = ProgressNote.objects.get(measure__findings=city.finding)
    assert (note.text, note.written_by_id, note.on) == ("三个项目都已拨付", city.people["liaison"].pk, clock.today())
    entry = TrailEntry.objects.get(thing="progressnote", thing_id=note.pk)
    assert json.loads(entry.body)["reason"] == f"returned ledger {returned.pk}"


def test_the_office_corrects_category_and_leader_by_a_file(city: Cast) -> None:
    post = city.finding.leader_post
    assert post is not None
    other = Finding.objects.exclude(pk=city.finding.pk).get(round=city.round)
    body = filled(city, handed_out(city), (other, "category", "资金管理"), (other, "leader_post", post.title))
    assert apply(city, hand_back(city, body)).state == "applied"
    other.refresh_from_db()
    assert (other.category, other.leader_post_id, other.version) == ("资金管理", post.pk, 3)


@pytest.mark.parametrize(
    ("field", "said", "word"),
    [
        ("state", "已销号", "state is never set"),
        ("due", "2030年底", "extension"),
        ("text", "别的问题", "register"),
        ("measures", "x", "plan"),
    ],
)
def test_what_a_file_may_not_change_is_told_with_the_remedy(city: Cast, field: str, said: str, word: str) -> None:
    returned = hand_back(city, filled(city, handed_out(city), (city.finding, field, said)))
    cell = cell_of(returned, field)
    assert (cell.kind, cell.choice, cell.said) == ("refused", "leave", said)
    assert word in cell.why
    returning.choose_cells(actor=city.actor("clerk"), returned_id=returned.pk, version=returned.version, choices={cell.pk: "take"})
    cell.refresh_from_db()
    assert cell.choice == "leave"


def test_the_office_does_not_write_progress_for_a_unit(city: Cast) -> None:
    returned = hand_back(city, filled(city, handed_out(city), (city.finding, "progress", "已完成")))
    assert (cell_of(returned, "progress").kind, "units that have a part" in cell_of(returned, "progress").why) == ("refused", True)


def test_a_unit_does_not_change_a_category(city: Cast) -> None:
    returned = hand_back(city, filled(city, handed_out(city, "head"), (city.finding, "category", "别的")), "head")
    assert "office decides" in cell_of(returned, "category").why


def test_an_unknown_leader_and_an_empty_cell_are_refused(city: Cast) -> None:
    body = filled(city, handed_out(city), (city.finding, "leader_post", "没有这个岗位"), (city.finding, "category", None))
    returned = hand_back(city, body)
    assert "No leader holds" in cell_of(returned, "leader_post").why
    assert "deletes nothing" in cell_of(returned, "category").why


def test_a_conflict_shows_three_values_and_who_wrote_and_waits_for_a_choice(city: Cast) -> None:
    body = filled(city, handed_out(city), (city.finding, "category", "资金管理"))
    city.finding.refresh_from_db()
    write.change(city.finding, {"category": "工程建设"}, actor=city.actor("director"), verb="edit")
    returned = hand_back(city, body)
    cell = cell_of(returned, "category")
    assert (cell.kind, cell.was, cell.now, cell.said, cell.choice) == ("conflict", "作风建设", "工程建设", "资金管理", "")
    assert (cell.changed_by_id, cell.changed_at is not None) == (city.people["director"].pk, True)
    with pytest.raises(RuleBroken, match="conflicts_open"):
        returning.apply_returned(actor=city.actor("clerk"), returned_id=returned.pk, version=returned.version)
    chosen = returning.choose_cells(actor=city.actor("clerk"), returned_id=returned.pk, version=returned.version, choices={cell.pk: "take"})
    assert apply(city, chosen).state == "applied"
    city.finding.refresh_from_db()
    assert city.finding.category == "资金管理"


def test_who_left_what_is_there_writes_nothing_over_it(city: Cast) -> None:
    other = Finding.objects.exclude(pk=city.finding.pk).get(round=city.round)
    body = filled(city, handed_out(city), (city.finding, "category", "资金管理"), (other, "category", "资金管理"))
    returned = hand_back(city, body)
    cell = returned.cells.get(finding=city.finding)
    chosen = returning.choose_cells(
        actor=city.actor("clerk"), returned_id=returned.pk, version=returned.version, choices={cell.pk: "leave"}
    )
    apply(city, chosen)
    categories = dict(Finding.objects.filter(round=city.round).values_list("pk", "category"))
    assert categories == {city.finding.pk: "作风建设", other.pk: "资金管理"}


def test_what_both_wrote_alike_asks_for_nothing(city: Cast) -> None:
    body = filled(city, handed_out(city), (city.finding, "category", "资金管理"))
    city.finding.refresh_from_db()
    write.change(city.finding, {"category": "资金管理"}, actor=city.actor("director"), verb="edit")
    assert cell_of(hand_back(city, body), "category").kind == "same"


def test_a_change_after_the_comparison_stops_everything_and_becomes_a_conflict(city: Cast) -> None:
    other = Finding.objects.exclude(pk=city.finding.pk).get(round=city.round)
    body = filled(city, handed_out(city), (city.finding, "category", "资金管理"), (other, "category", "资金管理"))
    returned = hand_back(city, body)
    city.finding.refresh_from_db()
    write.change(city.finding, {"category": "工程建设"}, actor=city.actor("director"), verb="edit")
    assert apply(city, returned).state == "compared"
    assert json.loads(returned.fault)["code"] == "intake.moved"
    assert {c.category for c in Finding.objects.filter(round=city.round)} == {"工程建设", "作风建设"}
    cell = returned.cells.get(finding=city.finding)
    assert (cell.kind, cell.now, cell.choice, cell.changed_by_id) == ("conflict", "工程建设", "", city.people["director"].pk)


def test_a_note_written_meanwhile_is_a_conflict(city: Cast) -> None:
    body = filled(city, handed_out(city, "liaison"), (city.finding, "progress", "拨了三个"))
    measure = Measure.objects.get(findings=city.finding)
    execute.write_note(actor=city.actor("head"), measure_id=measure.pk, text="拨了两个")
    cell = cell_of(hand_back(city, body, "liaison"), "progress")
    assert (cell.kind, cell.now, cell.changed_by_id, cell.measure_id) == ("conflict", "拨了两个", city.people["head"].pk, measure.pk)


def test_rows_that_are_gone_new_or_twice_are_told_and_change_nothing(city: Cast) -> None:
    def change(sheet: Any) -> None:
        row = row_of(sheet, city.finding)
        for column in range(1, sheet.max_column + 1):
            sheet.cell(sheet.max_row + 1 if column == 1 else sheet.max_row, column).value = sheet.cell(row, column).value
        sheet.cell(sheet.max_row + 1, column_of(city, "category")).value = "新加的一行"
        sheet.delete_rows(row_of(sheet, Finding.objects.exclude(pk=city.finding.pk).get(round=city.round)))

    returned = hand_back(city, filled(city, handed_out(city), (city.finding, "category", "资金管理"), more=change))
    told = " ".join(text for text, _params in returned.told)
    assert all(word in told for word in ("is missing now", "was added", "in several rows"))
    assert not returned.cells.exists()


def test_a_sheet_without_keys_and_a_ledger_of_somebody_else_are_refused(city: Cast) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["序号", "问题"])
    book.active.append([1, "台账不清"])
    target = io.BytesIO()
    book.save(target)
    assert json.loads(hand_back(city, target.getvalue()).fault)["code"] == "intake.not_handed_out"
    stranger = hand_back(city, filled(city, handed_out(city), (city.finding, "category", "甲")), "helper")
    assert (stranger.state, json.loads(stranger.fault)["code"]) == ("failed", "intake.other_ledger")


def test_the_same_file_twice_and_a_stale_version_are_refused(city: Cast) -> None:
    body = filled(city, handed_out(city), (city.finding, "category", "资金管理"))
    returned = hand_back(city, body)
    with pytest.raises(BadInput, match="same_returned"):
        hand_back(city, body)
    with pytest.raises(Conflict):
        returning.apply_returned(actor=city.actor("clerk"), returned_id=returned.pk, version=returned.version - 1)
    returning.discard_returned(actor=city.actor("clerk"), returned_id=returned.pk, version=returned.version)
    assert hand_back(city, body).state == "compared"


def test_who_may_ask_for_no_ledger_may_hand_none_in(city: Cast) -> None:
    with pytest.raises(NotAllowed):
        returning.receive_returned(actor=city.actor("member"), round_id=city.round.pk, file_name="a.xlsx", chunks=[b"a"])


def converted(path: Path, ending: str) -> Path:
    command = ["soffice", f"-env:UserInstallation=file://{path.parent}/profile", "--headless", "--convert-to", ending, "--outdir"]
    out = path.parent / ending
    subprocess.run([*command, str(out), str(path)], check=True, capture_output=True, timeout=120)
    return out / f"{path.stem}.{ending}"


def expect_fit_to_come_back(cast: Cast, body: bytes) -> None:
    """Locks, drop-downs, protection without a password, hidden keys and versions."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book.worksheets[0]
    row, last = row_of(sheet, cast.finding), sheet.max_column
    locked = {field: sheet.cell(row, column_of(cast, field)).protection.locked for field in ("category", "progress", "measures")}
    assert locked == {"category": False, "progress": False, "measures": True}
    assert sheet.protection.sheet
    assert not sheet.protection.password
    hidden = {n for one in sheet.column_dimensions.values() if one.hidden for n in range(int(one.min or 0), int(one.max or 0) + 1)}
    assert {last - 1, last} <= hidden
    place = sheet.cell(row, column_of(cast, "category")).coordinate
    lists = [one for one in sheet.data_validations.dataValidation if place in one.sqref and one.type == "list"]
    assert len(lists) == 1
    words = book["lists"]
    assert (words.sheet_state, words["A1"].value) == ("hidden", "作风建设")
    assert "lists" in str(lists[0].formula1)
    assert sheet.cell(row, last - 1).value == Finding.objects.get(pk=cast.finding.pk).version


def test_the_file_handed_out_is_fit_to_come_back_and_can_be_filtered(city: Cast) -> None:
    body = handed_out(city)
    expect_fit_to_come_back(city, body)
    forbidden = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].protection
    assert (forbidden.autoFilter, forbidden.sort, forbidden.formatColumns) == (False, False, False)


@OFFICE
def test_it_is_still_fit_after_a_way_through_ods(city: Cast, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(handed_out(city))
    body = converted(converted(path, "ods"), "xlsx").read_bytes()
    expect_fit_to_come_back(city, body)
    returned = hand_back(city, filled(city, body, (city.finding, "category", "资金管理")))
    assert [(cell.field, cell.kind) for cell in returned.cells.all()] == [("category", "change")]


def test_the_page_shows_differences_keeps_choices_and_applies_without_script(city: Cast, client: Client) -> None:
    client.force_login(city.people["clerk"], backend="jiandi.record.accounts.backend.Backend")
    body = filled(city, handed_out(city), (city.finding, "category", "资金管理"), (city.finding, "state", "已销号"))
    empty = client.get(reverse("intake:returned"))
    assert empty.status_code == 200
    upload = io.BytesIO(body)
    upload.name = "台账.xlsx"
    answer = client.post(reverse("intake:returned"), {"file": upload}, follow=True)
    worker.run_pending()
    returned = ReturnedLedger.objects.get()
    page = client.get(reverse("intake:returned_one", args=[returned.pk])).content.decode()
    assert answer.status_code == 200
    assert "资金管理" in page
    refused = client.get(reverse("intake:returned_one", args=[returned.pk]) + "?show=refused").content.decode()
    assert "已销号" in refused
    cell = returned.cells.get(field="category")
    returned.refresh_from_db()
    step = reverse("intake:returned_step", args=[returned.pk, "choose"])
    kept = client.post(step, {"version": returned.version, "show": "change", f"cell-{cell.pk}": "leave"})
    assert kept.status_code == 303
    returned.refresh_from_db()
    step = reverse("intake:returned_step", args=[returned.pk, "all"])
    client.post(step, {"version": returned.version, "show": "change", "choice": "take"})
    returned.refresh_from_db()
    client.post(reverse("intake:returned_step", args=[returned.pk, "apply"]), {"version": returned.version})
    worker.run_pending()
    city.finding.refresh_from_db()
    assert city.finding.category == "资金管理"
    stale = client.post(reverse("intake:returned_step", args=[returned.pk, "apply"]), {"version": 1})
    assert stale.status_code == 409
