"""The briefing and the list of whom to chase say what the record says, and nothing twice."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import docx
import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base import clock, files
from jiandi.base.jobs import worker
from jiandi.loop.report import actions, queries
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding, Letter, LetterItem, ProgressNote, Report
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_measure
from tests.cast import Cast

SignIn = Callable[[str], Client]


def due_in(cast: Cast, days: int, **fields: object) -> Finding:
    return make_finding(cast.round, cast.bureau, due=clock.today() + timedelta(days=days), **fields)


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """One finding late, one due in two days, one in eight, one far away, and two finished by an old ledger's word."""
    for days, title in ((-4, "河道清淤滞后"), (2, "管网混接"), (8, "账款拖欠"), (90, "绿化补植")):
        due_in(cast, days, title=title)
    for n in range(2):
        old = make_finding(cast.round, cast.stranger, title=f"旧账第{n}件", due=clock.today() - timedelta(days=30), source="taken_over")
        write.change(old, {"old_word": "已完成", "state": "closed", "closed_on": clock.today()}, actor=SYSTEM, verb="take_over")
    return cast


def written(cast: Cast, kind: str, who: str = "clerk") -> tuple[Report, str]:
    asked = actions.ask_report(actor=cast.actor(who), round_id=cast.round.pk, kind=kind)
    worker.run_pending()
    report = Report.objects.get(pk=asked.pk)
    assert report.state == "ready", report.fault
    with files.open_file(report.digest) as kept:
        document = docx.Document(io.BytesIO(kept.read()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return report, "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_each_finding_stands_once_in_its_most_urgent_group(busy: Cast) -> None:
    found = queries.chase(busy.actor("clerk"), busy.round.pk)
    rows = {row.title: row.group for unit in found.units for row in unit.rows}
    assert (rows["河道清淤滞后"], rows["管网混接"], rows["账款拖欠"]) == ("late", "near", "soon")
    assert "绿化补植" not in rows, "registered today, due in three months"
    assert not any(title.startswith("旧账") for title in rows), "what is closed is not chased"
    assert sum(found.counts.values()) == found.total


def test_nothing_heard_counts_from_the_last_note(cast: Cast) -> None:
    with clock.at(clock.now() - timedelta(days=20)):
        quiet, spoken = due_in(cast, 200, title="久无音讯"), due_in(cast, 200, title="有进展")
        measure = make_measure(spoken)
    note = ProgressNote(measure=measure, unit=cast.bureau, on=clock.today() - timedelta(days=1), text="已开工")
    write.create(note, actor=SYSTEM, verb="add")
    found = queries.chase(cast.actor("clerk"), cast.round.pk)
    silent = [row for unit in found.units for row in unit.of("silent")]
    assert [row.pk for row in silent if row.pk in (quiet.pk, spoken.pk)] == [quiet.pk]
    assert next(row for row in silent if row.pk == quiet.pk).days(clock.today()) == 20


def test_the_words_to_send_state_facts_and_judge_nobody(busy: Cast) -> None:
    found = queries.chase(busy.actor("clerk"), busy.round.pk)
    unit = next(unit for unit in found.units if unit.name == "市水务局")
    words = found.message(unit)
    assert "市水务局" in words
    assert "河道清淤滞后" in words
    assert not any(word in words for word in ("整改不力", "敷衍", "推诿", "问责"))


def test_a_unit_sees_only_its_own_rows_to_chase(busy: Cast, sign_in: SignIn) -> None:
    make_finding(busy.round, busy.stranger, title="别家的事", due=clock.today() - timedelta(days=2))
    mine = sign_in("head").get(reverse("report:chase")).content.decode()
    assert "河道清淤滞后" in mine
    assert "别家的事" not in mine
    assert "别家的事" in sign_in("clerk").get(reverse("report:chase")).content.decode()


def test_the_briefing_tells_three_rates_and_what_is_late_unchecked_and_left_out(busy: Cast) -> None:
    letter = Letter(round=busy.round, title="反馈意见", received_on=clock.today(), state="in_review", text="x")
    write.create(letter, actor=SYSTEM, verb="receive")
    for place, text in enumerate(("档案库房无安全检查", "公益岗无人到岗")):
        write.create(LetterItem(letter=letter, place=place, text=text), actor=SYSTEM, verb="propose")
    report, text = written(busy, "briefing")
    assert report.figures["unchecked"] == 2
    assert report.figures["done"][0] == 0
    for told in ("河道清淤滞后", "“已完成”2个", "档案库房无安全检查", "公益岗无人到岗"):
        assert told in text, told


def test_a_unit_is_told_nothing_of_the_letter(busy: Cast) -> None:
    letter = Letter(round=busy.round, title="反馈意见", received_on=clock.today(), state="in_review", text="x")
    write.create(letter, actor=SYSTEM, verb="receive")
    write.create(LetterItem(letter=letter, place=1, text="档案库房无安全检查"), actor=SYSTEM, verb="propose")
    asked = actions.ask_report(actor=busy.actor("head"), round_id=busy.round.pk, kind="briefing", unit_id=busy.bureau.pk)
    worker.run_pending()
    with files.open_file(Report.objects.get(pk=asked.pk).digest) as kept:
        text = "\n".join(p.text for p in docx.Document(io.BytesIO(kept.read())).paragraphs)
    assert "档案库房" not in text


def test_the_list_to_print_has_the_same_rows_as_the_page(busy: Cast) -> None:
    _report, text = written(busy, "chase")
    found = queries.chase(busy.actor("clerk"), busy.round.pk)
    assert all(row.title in text and row.number in text for unit in found.units for row in unit.rows)
