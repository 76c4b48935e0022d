"""After a running ledger has been taken over: what is counted apart, what differs, what is left out, what is lacking."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base import clock, files
from jiandi.base.errors import Conflict, NotAllowed, NotFound
from jiandi.base.jobs import worker
from jiandi.loop.intake import actions, queries, rules
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import counters, listing, write
from jiandi.record.ledger.models import Cause, Finding, ImportBatch, LetterItem, Report
from jiandi.record.trail.actor import SYSTEM
from tests.browser import running_office
from tests.cast import Cast
from tests.loop.intake.city import check, hand_in_ledger, review, take_in, workbook

SHORT = rules.LedgerMapping(
    units={"民政局": "as:市民政局", "生态环境局": "as:市生态环境局", "市民政局": "new", "市生态环境局": "new", "市商务局": "new"}
)
SignIn = Callable[..., Client]


@pytest.fixture
def running(cast: Cast, tmp_path: Path) -> ImportBatch:
    """The running ledger of an office, taken over with its own names of units."""
    body = running_office.ledger(tmp_path).read_bytes()
    return take_in(cast, check(hand_in_ledger(cast, body, as_of=clock.today(), mapping=SHORT)), add_units=True)


def by_key(batch: ImportBatch) -> dict[str, queries.Difference]:
    return {one.compared.key: one for one in queries.differences(batch).found}


def parts(one: queries.Difference) -> dict[str, int]:
    return {part.reason: part.amount for part in one.compared.parts}


def test_a_standing_finding_taken_over_has_no_closing_day(cast: Cast) -> None:
    rows = (
        (1, "巡查记录雷同", "抽查", "市水务局", "", "2025年6月底", "转入常态"),
        (2, "发放补贴超标", "清退", "市水务局", "", "2025年6月底", "已销号"),
    )
    batch = take_in(cast, check(hand_in_ledger(cast, workbook(rows))))
    standing, closed = Finding.objects.filter(batch=batch).order_by("pk")
    assert (standing.state, standing.closed_on) == ("standing", None)
    assert (closed.state, closed.closed_on) == ("closed", batch.as_of)


def test_finished_rows_of_an_old_ledger_are_counted_apart_and_never_as_done(cast: Cast, running: ImportBatch) -> None:
    totals = figures.totals_of(cast.actor("clerk"), cast.round.pk)
    assert (totals.unchecked, totals.by_state["closed"], totals.rates.done.k, totals.rates.well.k) == (36, 36, 0, 0)
    assert totals.as_counts()["unchecked"] == 36
    assert counters.rebuild() == 0, "the kept count is the true one"
    rows, _more = listing.rows(cast.actor("clerk"), cast.round.pk, listing.Filters(when="unchecked"))
    assert len(rows) == 36
    assert all(row.is_unchecked for row in rows)
    mine = figures.totals_of(cast.actor("head"), cast.round.pk)
    assert mine.unchecked == figures.in_round(cast.actor("head"), cast.round.pk).filter(state="closed").count()


def test_a_finding_accepted_as_done_here_is_no_longer_unchecked(cast: Cast, running: ImportBatch) -> None:
    one = Finding.objects.filter(batch=running, state="closed").earliest("pk")
    write.change(one, {"is_done": True}, actor=SYSTEM, verb="recount")
    assert figures.totals_of(cast.actor("clerk"), cast.round.pk).unchecked == 35
    assert counters.rebuild() == 0


def test_every_difference_is_the_sum_of_its_rows_and_of_what_nobody_knows(running: ImportBatch) -> None:
    found = queries.differences(running)
    assert found.differing
    for one in found.found:
        compared = one.compared
        assert compared.old + sum(part.amount for part in compared.parts) + compared.unexplained == compared.ours, compared.key
        assert all(part.pairs for part in compared.parts)


def test_done_of_the_old_ledger_is_explained_by_what_is_not_checked_and_what_is_only_basically_done(running: ImportBatch) -> None:
    done = by_key(running)["done"]
    assert (done.compared.old, done.compared.ours, parts(done), done.compared.unexplained) == (
        42,
        0,
        {"unchecked": -36, "basically": -6},
        0,
    )


def test_a_total_that_the_file_states_wrongly_is_said_to_be_unexplained(cast: Cast, running: ImportBatch) -> None:
    late = by_key(running)["overdue"]
    assert late.compared.place == "整改台账!A84"
    assert late.compared.unexplained == -2
    assert late.needs_reason
    actions.explain_difference(actor=cast.actor("clerk"), batch_id=running.pk, version=running.version, total="overdue", text="漏减两个")
    running.refresh_from_db()
    after = by_key(running)["overdue"]
    assert (after.written, after.needs_reason, after.compared.unexplained) == ("漏减两个", False, -2)


def test_problems_are_compared_with_problems_where_the_file_counts_them(running: ImportBatch) -> None:
    assert by_key(running)["total"].compared.is_alike, "72 stated, 78 rows, 72 findings"


def test_rows_are_compared_with_problems_where_the_file_states_no_total(cast: Cast) -> None:
    rows = [
        (1, "甲问题甚多", "一", "市水务局", "", "2026年6月底", "已销号"),
        (1, "甲问题甚多", "二", "市水务局", "", "2026年6月底", "已销号"),
    ]
    body: Any = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    body.active.merge_cells("B2:B3")
    out = io.BytesIO()
    body.save(out)
    batch = take_in(cast, check(hand_in_ledger(cast, out.getvalue())))
    found = by_key(batch)
    assert (found["total"].compared.old, found["total"].compared.ours, parts(found["total"])) == (2, 1, {"joined": -1})
    assert parts(found["closed"]) == {"joined": -1}


def test_two_names_of_one_unit_explain_each_other(cast: Cast) -> None:
    rows = [
        (n, f"问题第{n}件账目不清", "核对", name, "", "2026年6月底", "整改中") for n, name in enumerate(("市水务局", "水务局", "水务局"), 1)
    ]
    found = by_key(take_in(cast, check(hand_in_ledger(cast, workbook(rows)))))
    assert (found["unit:水务局"].compared.old, found["unit:水务局"].compared.ours, parts(found["unit:水务局"])) == (2, 3, {"merged": 1})


def test_closed_is_explained_by_the_words_read_as_closed(running: ImportBatch) -> None:
    closed = by_key(running)["closed"]
    assert (closed.compared.old, closed.compared.ours, parts(closed)) == (12, 36, {"word": 24})


def test_what_was_withdrawn_since_is_a_reason_with_its_row(cast: Cast, running: ImportBatch) -> None:
    one = Finding.objects.filter(batch=running, state="in_progress").earliest("pk")
    write.change(one, {"state": "withdrawn"}, actor=SYSTEM, verb="withdraw")
    total = queries.differences(running)
    assert parts(by_key(running)["total"]) == {"withdrawn": -1}
    assert [row.now.finding_id for row in total.rows_behind("total", "withdrawn")] == [one.pk]


def test_a_reason_is_written_once_by_the_office_only(cast: Cast, running: ImportBatch) -> None:
    given: Any = {"batch_id": running.pk, "total": "overdue", "text": "x"}
    with pytest.raises(NotFound):
        actions.explain_difference(actor=cast.actor("head"), version=running.version, **given)
    with pytest.raises(Conflict):
        actions.explain_difference(actor=cast.actor("clerk"), version=running.version - 1, **given)


def test_the_workbook_of_differences_has_every_row(cast: Cast, running: ImportBatch) -> None:
    report = actions.ask_differences(actor=cast.actor("clerk"), batch_id=running.pk)
    worker.run_pending()
    report = Report.objects.get(pk=report.pk)
    assert (report.state, report.kind) == ("ready", "difference")
    with files.open_file(report.digest) as kept:
        book = openpyxl.load_workbook(io.BytesIO(kept.read()))
    totals, behind = book.worksheets
    found = queries.differences(running)
    assert totals.max_row == 2 + len(found.differing)
    assert behind.max_row == 2 + sum(len(part.pairs) for one in found.differing for part in one.compared.parts)


def test_the_page_of_differences_opens_to_its_rows(cast: Cast, running: ImportBatch, sign_in: SignIn) -> None:
    url = reverse("intake:differences", args=[running.pk])
    page = sign_in("clerk").get(url, {"total": "done", "reason": "basically"}).content.decode()
    assert page.count('<td class="code"><a href="/finding/') == 6 or page.count("基本完成") >= 6
    assert sign_in("head").get(url).status_code == 404
    sent = sign_in("clerk").post(url, {"version": running.version, "total": "overdue", "text": "漏减两个"})
    assert sent.status_code in (302, 303)


def test_items_of_the_letter_meet_the_findings_of_the_ledger_as_proposals(cast: Cast, running: ImportBatch) -> None:
    letter = review(cast, "\n".join(running_office.letter_lines()).encode())
    view = queries.left_out(cast.round)
    lost = [row.item.text for row in view.rows if not row.proposals]
    assert all(any(text in one for one in lost) for text in running_office.LOST)
    met = [row for row in view.rows if row.proposals]
    assert len(met) == 16
    for row in met:
        title = row.proposals[0].title
        assert title[:3] in row.item.text, "the right place"
        assert title[3:7] in row.item.text, "the right problem, though the letter puts it in other words"
    assert sum(row.is_sure for row in met) < 16, "where a neighbour is nearly as like, nothing is ticked"
    pairs = [(row.item.pk, row.proposals[0].finding_id) for row in met]
    covered = actions.cover_items(actor=cast.actor("clerk"), pairs=pairs)
    assert len(covered) >= 16
    assert not LetterItem.objects.filter(letter=letter, pk__in=[pk for pk, _ in pairs]).exclude(state="covered").exists()


def test_what_is_left_out_is_confirmed_on_its_page(cast: Cast, running: ImportBatch, sign_in: SignIn) -> None:
    review(cast, "\n".join(running_office.letter_lines()).encode())
    url = reverse("intake:left_out")
    clerk = sign_in("clerk")
    row = next(row for row in queries.left_out(cast.round).rows if row.proposals)
    assert clerk.post(url, {}).status_code == 422
    sent = {f"pair-{row.item.pk}": f"{row.item.pk}-{row.proposals[0].finding_id}"}
    assert sign_in("supervisor").post(url, sent).status_code == 403
    assert clerk.post(url, sent).status_code in (302, 303)
    assert LetterItem.objects.get(pk=row.item.pk).covered_by_id == row.proposals[0].finding_id
    assert sign_in("head").get(url).status_code == 404
    assert sign_in("supervisor").get(url).status_code == 200


def test_an_item_covered_takes_no_second_finding_and_one_bad_pair_stops_all(cast: Cast, running: ImportBatch) -> None:
    review(cast, "\n".join(running_office.letter_lines()).encode())
    first, second = [row for row in queries.left_out(cast.round).rows if row.proposals][:2]
    pairs = [(first.item.pk, first.proposals[0].finding_id), (second.item.pk, 10**9)]
    with pytest.raises((NotFound, NotAllowed)):
        actions.cover_items(actor=cast.actor("clerk"), pairs=pairs)
    assert LetterItem.objects.get(pk=first.item.pk).state == "open"


def test_missing_causes_are_a_to_do_with_a_day_and_block_nothing(cast: Cast, running: ImportBatch, sign_in: SignIn) -> None:
    view = queries.gaps(cast.round, cast.actor("clerk"))
    assert view.page.paginator.count == 72
    assert view.due is not None
    assert (view.due - clock.today()).days == 30
    lacking: list[Any] = list(view.page)
    one = next(f for f in lacking if not f.has_lasting)
    write.create(Cause(finding=one, unit=one.lead, dimension="system", text="无制度"), actor=SYSTEM, verb="add")
    again: list[Any] = list(queries.gaps(cast.round, cast.actor("clerk")).page)
    (kept,) = [f for f in again if f.pk == one.pk]
    assert (one.has_cause, kept.has_cause) == (False, True)
    home = sign_in("clerk").get("/").content.decode()
    assert reverse("intake:gaps") in home
    assert sign_in("head").get(reverse("intake:gaps")).status_code == 200
