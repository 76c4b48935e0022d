"""Closing a phase: every item is in exactly one group, nothing is lost, and the statement equals the frozen sheet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, RuleBroken
from jiandi.loop.reconcile import actions, rules
from jiandi.loop.reconcile.queries import phase as queries
from jiandi.loop.report import actions as reports
from jiandi.loop.report.jobs import phase as papers
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Finding, PhaseChange, PhaseLine
from jiandi.record.regimes import vocabulary
from jiandi.record.trail import sealer
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding, make_item, make_letter
from tests.cast import Cast

TODAY = date(2026, 6, 1)


def item(state: str = "in_progress", due: date | None = None, first_due: date | None = None) -> rules.Item:
    return rules.Item(1, 1, state, "central", due, first_due or due, False)


@pytest.mark.parametrize(
    ("one", "group"),
    [
        (item("closed"), "closed"),
        (item("standing"), "standing"),
        (item("handed_over"), "handed_over"),
        (item("withdrawn"), "withdrawn"),
        (item("verified", TODAY - timedelta(9)), "awaiting"),
        (item("submitted", TODAY - timedelta(9)), "awaiting"),
        (item("long_term", TODAY - timedelta(9)), "long_term"),
        (item("in_progress", TODAY - timedelta(1), TODAY - timedelta(30)), "overdue"),
        (item("in_progress", TODAY, TODAY - timedelta(30)), "extended"),
        (item("in_progress", TODAY), "within"),
        (item("registered"), "undated"),
    ],
)
def test_each_item_has_one_place(one: rules.Item, group: str) -> None:
    assert rules.place(one, TODAY).group == group


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
ITEMS = st.builds(
    rules.Item,
    st.integers(1, 9),
    st.none(),
    st.sampled_from(vocabulary.STATES),
    st.sampled_from(("central", "self")),
    DAYS,
    DAYS,
    st.booleans(),
)


@given(st.lists(ITEMS, max_size=40))
def test_the_statement_of_any_items_adds_up(items: list[rules.Item]) -> None:
    totals = rules.phase_totals(rules.place(one, TODAY) for one in items)
    assert rules.adds_up(totals)
    assert totals["opened"] == len(items) == sum(totals["groups"][group] for group in rules.LEFT) + totals["carried"]


def test_a_sum_that_lost_an_item_is_seen() -> None:
    totals = rules.phase_totals([rules.place(item(), TODAY)])
    assert not rules.adds_up({**totals, "opened": 2})


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """Five findings in five groups, all sealed, the planned end over."""
    past = clock.today() - timedelta(days=3)
    for fields in (
        {"state": "closed", "closed_on": past, "is_done": True, "is_well": True},
        {"state": "withdrawn"},
        {"state": "long_term", "next_review": clock.today()},
        {"state": "in_progress", "due": past},
    ):
        write.change(make_finding(cast.round, cast.bureau), fields, actor=SYSTEM, verb="edit")
    write.change(cast.round, {"ends_on": past}, actor=SYSTEM, verb="edit")
    sealer.seal_pending()
    return cast


def change(cast: Cast, who: str = "director", reason: str = "集中整改期满", document: str = "") -> PhaseChange:
    cast.round.refresh_from_db()
    return actions.change_phase(actor=cast.actor(who), round_id=cast.round.pk, reason=reason, document=document, version=cast.round.version)


@pytest.mark.django_db
def test_open_items_go_on_with_their_origin_and_the_sheet_counts_the_same(ready: Cast) -> None:
    made = change(ready)
    ready.round.refresh_from_db()
    assert (made.from_phase, made.to_phase, ready.round.phase) == ("concentrated", "continuing", "continuing")
    assert made.totals["opened"] == 5
    assert made.totals["groups"]["closed"] == made.totals["groups"]["withdrawn"] == 1
    assert (made.totals["carried"], made.totals["overdue"], made.totals["seen_to_work"]) == (3, 1, 1)
    assert made.sheet.totals["by_state"] == made.totals["by_state"]
    lines = PhaseLine.objects.filter(change=made)
    assert lines.count() == Finding.objects.filter(round=ready.round).count()
    assert set(lines.values_list("origin", flat=True)) == {"concentrated"}
    assert TrailEntry.objects.filter(thing="phasechange", verb="change_phase").count() == 1
    assert Finding.objects.filter(round=ready.round, state="in_progress").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["clerk", "head", "member", "supervisor"])
def test_only_the_director_closes_a_phase(ready: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        change(ready, who)


@pytest.mark.django_db
def test_an_open_item_of_the_letter_stands_in_the_way(ready: Cast) -> None:
    make_item(make_letter(ready.round))
    with pytest.raises(RuleBroken) as caught:
        change(ready)
    assert [u.code for u in caught.value.unmet] == ["items"]


@pytest.mark.django_db
def test_before_its_end_a_phase_is_closed_only_by_a_document(ready: Cast) -> None:
    write.change(ready.round, {"ends_on": clock.today()}, actor=SYSTEM, verb="edit")
    sealer.seal_pending()
    with pytest.raises(RuleBroken) as caught:
        change(ready)
    assert [u.code for u in caught.value.unmet] == ["early"]
    assert change(ready, document="云整办〔2026〕5号").document


@pytest.mark.django_db
def test_the_last_phase_is_not_closed_and_none_is_closed_twice(ready: Cast) -> None:
    made = change(ready)
    with pytest.raises(RuleBroken) as caught:
        change(ready)
    assert "last" in [u.code for u in caught.value.unmet]
    twice = PhaseChange(round=ready.round, from_phase="concentrated", to_phase="continuing", on=clock.today(), sheet=made.sheet)
    with pytest.raises(IntegrityError), transaction.atomic():
        PhaseChange.objects.bulk_create([twice])


@pytest.mark.django_db
def test_a_reason_and_the_version_that_was_seen_are_asked_for(ready: Cast) -> None:
    with pytest.raises(BadInput):
        change(ready, reason=" ")
    ready.round.refresh_from_db()
    with pytest.raises(Conflict):
        actions.change_phase(actor=ready.actor("director"), round_id=ready.round.pk, reason="期满", version=ready.round.version + 1)


@pytest.mark.django_db
def test_what_is_not_sealed_yet_is_waited_for(ready: Cast) -> None:
    make_finding(ready.round, ready.bureau)
    with pytest.raises(Conflict):
        change(ready)
    assert not PhaseChange.objects.exists()


@pytest.mark.django_db
def test_it_is_undone_only_by_another_act_and_the_statement_stays(ready: Cast) -> None:
    made = change(ready)
    with pytest.raises(NotAllowed):
        actions.undo_phase(actor=ready.actor("clerk"), change_id=made.pk, reason="有误", version=made.version)
    with pytest.raises(RuleBroken):
        actions.undo_phase(actor=ready.actor("director"), change_id=made.pk, reason="", version=made.version)
    undone = actions.undo_phase(actor=ready.actor("director"), change_id=made.pk, reason="上级要求延长", version=made.version)
    ready.round.refresh_from_db()
    assert (undone.state, ready.round.phase) == ("undone", "concentrated")
    assert PhaseLine.objects.filter(change=made).count() == 5
    sealer.seal_pending()
    assert change(ready, document="云整办〔2026〕6号").pk != made.pk


@pytest.mark.django_db
def test_the_pages_show_the_sum_the_rows_and_the_act(ready: Cast, sign_in: Any) -> None:
    director = sign_in("director")
    page = director.get(reverse("reconcile:phase"))
    assert page.context["totals"]["carried"] == 3
    ready.round.refresh_from_db()
    assert director.post(reverse("reconcile:close_phase"), {"version": ready.round.version}).status_code == 422
    done = director.post(reverse("reconcile:close_phase"), {"version": ready.round.version, "reason": "期满"})
    assert done.status_code == 303
    shown = director.get(done.url, {"group": "carried"})
    assert (shown.context["all"].opened, shown.context["all"].carried, len(shown.context["rows"])) == (5, 3, 3)
    assert "转入" in sign_in("clerk").get(reverse("reconcile:panel", args=[ready.finding.pk])).content.decode()


@pytest.mark.django_db
def test_a_unit_sees_only_its_own_lines_and_they_add_up_too(ready: Cast, sign_in: Any) -> None:
    make_finding(ready.round, ready.stranger)
    sealer.seal_pending()
    made = change(ready)
    whole, units = queries.sums(ready.actor("head"), made)
    assert (whole.opened, whole.left + whole.carried, [unit.name for unit in units]) == (5, 5, ["市水务局"])
    assert sign_in("head").get(reverse("reconcile:statement", args=[made.pk])).status_code == 200


@pytest.mark.django_db
def test_the_paper_and_the_workbook_print_the_same_sum(ready: Cast, tmp_path: Path) -> None:
    director = ready.actor("director")
    with pytest.raises(RuleBroken):
        reports.ask_report(actor=director, round_id=ready.round.pk, kind="phase_docx")
    change(ready)
    assert reports.ask_report(actor=director, round_id=ready.round.pk, kind="phase_xlsx").state == "asked"
    paper, book = tmp_path / "a.docx", tmp_path / "a.xlsx"
    for path in (paper, book):
        papers.write_statement(path, director, ready.round.pk, title="阶段转换情况表")
    docx, openpyxl = pytest.importorskip("docx"), pytest.importorskip("openpyxl")
    table = docx.Document(str(paper)).tables[0]
    printed = {row.cells[0].text: row.cells[1].text for row in table.rows}
    sheet = openpyxl.load_workbook(book, data_only=True).worksheets[0]
    kept = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(4, 15)}
    assert printed.items() >= {name: str(n) for name, n in kept.items()}.items()
    assert next(iter(kept.values())) == 5
