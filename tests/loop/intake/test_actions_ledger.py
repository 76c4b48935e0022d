"""A running ledger is taken over whole or not at all."""

from __future__ import annotations

import json

import pytest

from jiandi.base import clock, files
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.base.jobs.models import Job
from jiandi.loop.intake import actions, queries, rules
from jiandi.record.accounts.models import Duty, Unit, User
from jiandi.record.ledger import counters, verbs, write
from jiandi.record.ledger.models import Claim, Finding, FindingParty, ImportBatch, Measure, MeasureFinding
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import StateSpan, TrailEntry
from tests.builders import make_finding, make_round
from tests.cast import Cast
from tests.loop.intake.city import HEADS, ROWS, check, hand_in_ledger, map_ledger, take_in, workbook


def taken(cast: Cast, **fields: object) -> ImportBatch:
    return take_in(cast, check(hand_in_ledger(cast)), **fields)


def test_handing_in_a_ledger_takes_nothing_in_yet(cast: Cast) -> None:
    batch = hand_in_ledger(cast)
    assert (batch.state, batch.rows) == ("received", 0)
    assert Job.objects.get(name="intake.read_ledger").payload == {"batch": batch.pk}
    checked = check(batch)
    assert (checked.state, checked.rows, checked.faults, checked.new_units) == ("checked", 3, [], [])
    assert Finding.objects.count() == 1


def test_rows_become_findings_and_measures_with_their_old_words(cast: Cast) -> None:
    batch = taken(cast)
    assert batch.state == "taken"
    slow, paid, logs = Finding.objects.filter(batch=batch).order_by("pk")
    assert [f.state for f in (slow, paid, logs)] == ["in_progress", "closed", "in_progress"]
    assert (paid.old_word, paid.source, paid.klass, paid.closed_on) == ("已完成", "taken_over", "fix_now", batch.as_of)
    assert (str(slow.due), slow.lead, logs.lead) == ("2026-06-30", cast.bureau, cast.stranger)
    assert set(FindingParty.objects.filter(finding=slow).values_list("part", "unit")) == {
        ("lead", cast.bureau.pk),
        ("support", cast.helper.pk),
        ("verifier", cast.audit.pk),
    }
    assert [m.state for m in Measure.objects.order_by("number")] == ["in_progress", "done", "in_progress"]
    assert not any(f.is_done for f in (slow, paid, logs)), "taken over is not claimed here yet"
    assert counters.rebuild() == 0
    assert TrailEntry.objects.filter(thing="finding", verb="take_over").count() == 3
    assert StateSpan.objects.filter(thing="finding", thing_id=paid.pk, facet="state", value="closed", until=None).exists()


def test_a_list_of_the_issuer_starts_at_the_beginning(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast, source="upper"))
    take_in(cast, batch)
    assert set(Finding.objects.filter(batch=batch).values_list("state", "source")) == {("registered", "upper")}
    assert set(Measure.objects.values_list("state", flat=True)) == {"draft"}


def test_several_measures_of_one_problem_are_one_finding(cast: Cast) -> None:
    rows = [
        rules.CheckedRow(
            2, "甲", "甲", "in_progress", "time_limited", leads=("市水务局",), measures=(rules.MeasureLine("一"), rules.MeasureLine("二"))
        )
    ]
    made = actions.import_rows(cast.actor("clerk"), cast.round, rows)
    assert Measure.objects.filter(findings=made[0]).count() == 2


@pytest.mark.parametrize("who", ["supervisor", "member", "head", "outsider"])
def test_only_the_office_takes_a_ledger_over(cast: Cast, who: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        hand_in_ledger(cast, who=who)
    batch = check(hand_in_ledger(cast))
    with pytest.raises((NotAllowed, NotFound)):
        actions.take_batch(actor=cast.actor(who), batch_id=batch.pk, version=batch.version)
    assert Finding.objects.filter(batch=batch).count() == 0


def test_a_stale_or_second_take_is_refused(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast))
    clerk = cast.actor("clerk")
    with pytest.raises(Conflict):
        actions.take_batch(actor=clerk, batch_id=batch.pk, version=batch.version - 1)
    asked = actions.take_batch(actor=clerk, batch_id=batch.pk, version=batch.version)
    with pytest.raises(RuleBroken) as refused:
        actions.take_batch(actor=clerk, batch_id=batch.pk, version=asked.version)
    assert refused.value.code == "intake.being_taken"
    worker.run_pending()
    batch.refresh_from_db()
    with pytest.raises(RuleBroken):
        actions.take_batch(actor=clerk, batch_id=batch.pk, version=batch.version)
    assert Finding.objects.filter(batch=batch).count() == 3


def test_asking_writes_no_row_and_the_job_writes_all_of_them(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast))
    asked = actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    job = Job.objects.get(name="intake.take_batch")
    assert (asked.state, Finding.objects.filter(batch=batch).count()) == ("taking", 0)
    assert job.payload == {"batch": batch.pk, "version": asked.version, "add_units": False, "stands_for": None}
    assert job.created_by == cast.people["clerk"].pk
    worker.run_pending()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"batch": batch.pk, "state": "taken", "rows": 3})
    entry = TrailEntry.objects.get(thing="importbatch", thing_id=batch.pk, verb="take")
    assert (entry.actor_id, json.loads(entry.body)["zone"]) == (cast.people["clerk"].pk, "job")


def test_a_taking_that_is_run_again_writes_nothing_twice(cast: Cast) -> None:
    batch = taken(cast)
    asked = Job.objects.get(name="intake.take_batch").payload["version"]
    assert actions.write_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=asked).state == "taken"
    assert actions.stop_taking(batch.pk, asked, BadInput("x", "x")).state == "taken"
    assert Finding.objects.filter(batch=batch).count() == 3


def test_who_lost_the_duty_meanwhile_takes_nothing_in(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast))
    actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    Duty.objects.filter(user=cast.people["clerk"]).delete()
    worker.run_pending()
    batch.refresh_from_db()
    assert (batch.state, json.loads(batch.fault)["code"]) == ("checked", "policy.import.take")
    assert not Finding.objects.filter(batch=batch).exists()


def test_who_was_locked_meanwhile_takes_nothing_in(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast))
    actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    User.objects.filter(pk=cast.people["clerk"].pk).update(is_active=False)
    worker.run_pending()
    batch.refresh_from_db()
    assert (batch.state, Finding.objects.filter(batch=batch).count()) == ("checked", 0)


def test_a_fault_of_the_program_leaves_the_batch_checked_with_a_word(cast: Cast) -> None:
    rows = [(1, "只在这一份里的问题", "核对", "市水务局", "", "2026年6月底", "整改中")]
    batch = check(hand_in_ledger(cast, workbook(rows)))
    actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    kept = files.path_of(batch.rows_digest)
    kept.chmod(0o600)
    kept.write_text("[{}]", encoding="utf-8")
    worker.run_pending()
    batch.refresh_from_db()
    assert (batch.state, json.loads(batch.fault)["code"]) == ("checked", "intake.taking_broke_off")
    assert not Finding.objects.filter(batch=batch).exists()


def test_a_taking_whose_worker_died_for_good_can_be_asked_again(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast))
    asked = actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    Job.objects.filter(name="intake.take_batch").update(state="failed")
    assert take_in(cast, asked).state == "taken"
    assert Finding.objects.filter(batch=batch).count() == 3


@pytest.mark.parametrize("name", ["台账.xlsx", "坏.xlsx"])
def test_a_ledger_that_is_not_taken_in_can_be_discarded_and_come_again(cast: Cast, name: str) -> None:
    body = workbook() if name == "台账.xlsx" else b"x"
    batch = check(hand_in_ledger(cast, body, name))
    gone = actions.discard_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    assert gone.state == "discarded"
    assert queries.workspace(cast.round, cast.actor("clerk"), 1).batches == []
    assert hand_in_ledger(cast, body, name).state == "received"


def test_what_was_taken_in_or_is_being_taken_in_is_not_discarded(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast))
    clerk = cast.actor("clerk")
    asked = actions.take_batch(actor=clerk, batch_id=batch.pk, version=batch.version)
    with pytest.raises(RuleBroken):
        actions.discard_batch(actor=clerk, batch_id=batch.pk, version=asked.version)
    worker.run_pending()
    batch.refresh_from_db()
    with pytest.raises(RuleBroken):
        actions.discard_batch(actor=clerk, batch_id=batch.pk, version=batch.version)


@pytest.mark.parametrize("who", ["supervisor", "member", "head", "outsider"])
def test_only_the_office_discards_a_ledger(cast: Cast, who: str) -> None:
    batch = check(hand_in_ledger(cast))
    with pytest.raises((NotAllowed, NotFound)):
        actions.discard_batch(actor=cast.actor(who), batch_id=batch.pk, version=batch.version)
    with pytest.raises(Conflict):
        actions.discard_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version - 1)


def test_what_was_taken_over_as_done_is_not_done_here_until_a_claim_is_accepted(cast: Cast) -> None:
    rows = [(1, "违规发放津补贴", "清退津补贴", "市水务局", "", "立行立改", "待销号")]
    finding = Finding.objects.get(batch=take_in(cast, check(hand_in_ledger(cast, workbook(rows)))))
    measure = Measure.objects.get(findings=finding)
    assert (finding.state, measure.state, finding.is_done) == ("verified", "done", False)
    verbs.keep_claims(finding, actor=SYSTEM, verb="recount")
    assert not finding.is_done, "期初未核: nobody has claimed it here"
    claim = Claim(measure=measure, kind="done", holder="user:1", unit=cast.bureau, on=clock.today(), state="accepted")
    write.create(claim, actor=SYSTEM, verb="make")
    verbs.keep_claims(finding, actor=SYSTEM, verb="recount")
    assert Finding.objects.get(pk=finding.pk).is_done
    assert counters.rebuild() == 0


def test_a_measure_taken_over_as_done_counts_for_no_other_finding_either(cast: Cast) -> None:
    paid = Finding.objects.get(batch=taken(cast), state="closed")
    write.attach([MeasureFinding(measure=Measure.objects.get(findings=paid), finding=cast.finding)])
    Measure.objects.filter(findings=cast.finding).exclude(findings=paid).update(state="dropped")
    verbs.keep_claims(cast.finding, actor=SYSTEM, verb="recount")
    assert not cast.finding.is_done


def test_the_same_ledger_comes_into_a_round_once(cast: Cast) -> None:
    body = workbook()
    hand_in_ledger(cast, body)
    with pytest.raises(BadInput) as refused:
        hand_in_ledger(cast, body)
    assert refused.value.code == "intake.same_ledger"


def test_wrong_cells_are_named_and_nothing_is_taken(cast: Cast) -> None:
    rows = (*ROWS, (4, "", "补做", "市水务局", "", "2026年2月30日", "整改中"))
    batch = check(hand_in_ledger(cast, workbook(rows)))
    places = {fault["params"]["place"] for fault in batch.faults}
    assert places == {"台账!B5", "台账!F5"}
    with pytest.raises(RuleBroken) as refused:
        actions.take_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version)
    assert refused.value.code == "intake.faults_left"
    assert Finding.objects.filter(batch=batch).count() == 0


def test_an_unknown_state_stops_until_somebody_says_what_it_means(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast, workbook([(1, "账目不清", "核对", "市水务局", "", "2026年6月底", "甲等")])))
    assert [(f["code"], f["stops"], f["params"]["place"]) for f in batch.faults] == [("intake.unknown_state", True, "台账!G2")]
    with pytest.raises(RuleBroken):
        take_in(cast, batch)
    mapped = check(map_ledger(cast, batch, states={"甲等": "basically_done"}))
    assert (mapped.faults, mapped.stopping) == ([], 0)
    take_in(cast, mapped)
    found = Finding.objects.get(batch=batch)
    assert (found.state, found.old_word) == ("basically_done", "甲等")


def test_unknown_units_stop_the_batch_or_are_added_with_it(cast: Cast) -> None:
    batch = check(hand_in_ledger(cast, workbook([*ROWS, (4, "台账缺失", "补建", "市体育中心", "", "2026年6月底", "整改中")])))
    assert batch.new_units == ["市体育中心"]
    before = Unit.objects.count()
    take_in(cast, batch)
    batch.refresh_from_db()
    assert "市体育中心" in batch.fault
    assert (batch.state, Finding.objects.filter(batch=batch).count(), Unit.objects.count()) == ("checked", 0, before)
    take_in(cast, batch, add_units=True)
    assert Finding.objects.filter(batch=batch, title="台账缺失", lead__parent=cast.city).count() == 1


def test_a_batch_is_undone_by_withdrawing_its_rows(cast: Cast) -> None:
    batch = taken(cast)
    clerk = cast.actor("clerk")
    with pytest.raises(RuleBroken):
        actions.undo_batch(actor=clerk, batch_id=batch.pk, version=batch.version, reason=" ")
    batch.refresh_from_db()
    undone = actions.undo_batch(actor=clerk, batch_id=batch.pk, version=batch.version, reason="交错了文件")
    assert undone.state == "undone"
    assert set(Finding.objects.filter(batch=batch).values_list("state", flat=True)) == {"withdrawn"}
    assert not any(m.counts for m in Measure.objects.filter(findings__batch=batch))
    assert counters.rebuild() == 0
    assert check(hand_in_ledger(cast)).rows == 3, "the corrected file may come again"


def test_undoing_a_batch_leaves_what_serves_another_letter(cast: Cast) -> None:
    batch = taken(cast)
    shared, *rest = Measure.objects.filter(findings__batch=batch).order_by("pk")
    there = make_finding(make_round(cast.city), cast.bureau)
    verbs.serve(shared, there)
    actions.undo_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version, reason="交错了文件")
    shared.refresh_from_db()
    assert shared.counts
    assert rest
    assert not any(m.counts for m in Measure.objects.filter(pk__in=[m.pk for m in rest]))


def test_a_batch_somebody_worked_on_is_not_undone(cast: Cast) -> None:
    batch = taken(cast)
    write.change(Finding.objects.filter(batch=batch)[0], {"title": "改"}, actor=SYSTEM, verb="edit")
    with pytest.raises(Conflict):
        actions.undo_batch(actor=cast.actor("clerk"), batch_id=batch.pk, version=batch.version, reason="交错了文件")


@pytest.mark.parametrize(
    ("heads", "code", "place"),
    [
        (("甲列", "乙列", "丙列", "丁列"), "intake.no_heading_row", "台账"),
        (("序号", "整改措施", "责任单位", "整改时限"), "intake.heading_missing", "台账!A1"),
        (("序号", "反馈问题", "责任单位", "配合单位", "牵头单位", "主责单位", "整改时限"), "intake.heading_doubled", "台账!E1"),
    ],
)
def test_missing_and_doubled_headings_stop_at_their_place_and_wait_for_a_mapping(cast: Cast, heads: tuple, code: str, place: str) -> None:
    batch = check(hand_in_ledger(cast, workbook([("x",) * len(heads)], heads)))
    assert batch.state == "checked"
    assert (batch.faults[0]["code"], batch.faults[0]["params"]["place"]) == (code, place)
    assert [column["heading"] for column in batch.recognised["sheets"][0]["columns"]] == list(heads)
    with pytest.raises(RuleBroken):
        take_in(cast, batch)
    assert Finding.objects.filter(batch=batch).count() == 0


def test_a_ledger_ahead_of_its_day_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput):
        hand_in_ledger(cast, as_of=clock.today().replace(year=clock.today().year + 1))


def test_many_rows_come_in_with_their_measures_trail_and_counts(cast: Cast) -> None:
    count = 600
    lines = [
        rules.Line(
            row,
            {"text": f"问题{row}资金拨付滞后", "measure": f"核对第{row}笔账目", "lead_units": "市水务局、市财政局", "state": "整改中"},
            {"text": f"B{row}", "lead_units": f"D{row}", "state": f"G{row}", "measure": f"C{row}"},
        )
        for row in range(2, count + 2)
    ]
    round_ = make_round(cast.city)
    rows, _faults = rules.take_lines(lines)
    made = actions.import_rows(cast.actor("clerk"), round_, rows)
    assert len(made) == len({f.number for f in made}) == count
    assert Measure.objects.filter(round=round_, state="in_progress").count() == count
    assert TrailEntry.objects.filter(thing="finding", verb="take_over").count() == count
    assert counters.rebuild() == 0


def test_the_heads_of_the_example_are_those_of_offices() -> None:
    assert HEADS[1] == "反馈问题"
