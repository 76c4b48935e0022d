"""A frozen sheet: as of a day, the same for ever; decisions that the next sheet starts from."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.reconcile import actions, queries, rules
from jiandi.record.ledger import verbs, write
from jiandi.record.ledger.models import Decision, Finding, Reconciliation, ReconciliationLine
from jiandi.record.trail import queries as trail
from jiandi.record.trail import sealer
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding, make_measure, make_round, make_unit
from tests.cast import Cast


def change(finding: Finding, verb: str = "edit", **fields: Any) -> None:
    write.change(finding, fields, actor=SYSTEM, verb=verb)


@pytest.fixture
def sealed(cast: Cast) -> Cast:
    make_finding(cast.round, cast.stranger)
    sealer.seal_pending()
    return cast


def freeze(cast: Cast, who: str = "clerk", as_of: date | None = None, title: str = "第一次对账会") -> Reconciliation:
    return actions.freeze_sheet(actor=cast.actor(who), round_id=cast.round.pk, title=title, as_of=as_of or clock.today())


def rows(sheet: Reconciliation) -> list[tuple[Any, ...]]:
    names = ("finding_id", "unit_id", "state", "due", "is_said", "is_done", "is_well", "days_overdue", "times_returned", "times_reopened")
    return list(ReconciliationLine.objects.filter(sheet=sheet).order_by("finding_id").values_list(*names))


def test_office_freezes_and_digest_covers_the_lines(sealed: Cast) -> None:
    sheet = freeze(sealed)
    lines = [rules.Line(*row) for row in rows(sheet)]
    assert len(lines) == 2
    assert sheet.digest == rules.digest(reversed(lines), sheet.algorithm)
    assert sheet.totals["total"] == sum(sheet.totals["by_state"].values()) == 2


@pytest.mark.parametrize("who", ["head", "liaison", "verifier", "supervisor", "member", "outsider"])
def test_only_the_office_freezes(sealed: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        freeze(sealed, who)


def test_administrators_do_not_know_that_the_round_exists(sealed: Cast) -> None:
    with pytest.raises(NotFound):
        freeze(sealed, "auditor")


def test_a_day_before_the_first_seal_is_refused(sealed: Cast) -> None:
    with pytest.raises(RuleBroken, match="nothing_sealed"):
        freeze(sealed, as_of=clock.today() - timedelta(days=1))


def test_a_day_to_come_is_refused(sealed: Cast) -> None:
    with pytest.raises(BadInput, match="future"):
        freeze(sealed, as_of=clock.today() + timedelta(days=1))


def test_a_sheet_needs_a_name(sealed: Cast) -> None:
    with pytest.raises(BadInput, match="no_title"):
        freeze(sealed, title="  ")


def test_what_is_not_sealed_yet_is_not_on_the_sheet(sealed: Cast) -> None:
    make_finding(sealed.round, sealed.bureau)
    change(sealed.finding, state="planned")
    assert [row[2] for row in rows(freeze(sealed))] == ["registered", "registered"]


def test_other_rounds_are_not_on_the_sheet(sealed: Cast) -> None:
    make_finding(make_round(sealed.city), sealed.bureau)
    sealer.seal_pending()
    assert len(rows(freeze(sealed))) == 2


def live(db: object = None) -> tuple[Any, list[date]]:
    """A round of nine days in which findings are edited, returned, closed, reopened and withdrawn."""
    first = date(2026, 3, 1)
    with clock.at(clock.start_of(first)):
        round_ = make_round(make_unit("云溪市"), feedback_on=first)
        units = [make_unit("市水务局"), make_unit("市财政局")]
        found = [make_finding(round_, units[n % 2], due=first + timedelta(days=n)) for n in range(6)]
        sealer.seal_pending()
    steps: list[list[tuple[int, str, dict[str, Any]]]] = [
        [(0, "plan", {"state": "planned"}), (1, "edit", {"due": first + timedelta(days=30)})],
        [(0, "start", {"state": "in_progress", "is_said": True}), (2, "withdraw", {"state": "withdrawn"})],
        [(0, "submit", {"state": "submitted", "is_done": True}), (3, "assign", {"lead_id": units[0].pk})],
        [(0, "return", {"state": "in_progress", "is_done": False})],
        [(0, "submit", {"state": "submitted", "is_done": True, "is_well": True}), (4, "edit", {"due": None})],
        [(0, "close", {"state": "closed", "closed_on": first + timedelta(days=6)})],
        [(0, "reopen", {"state": "reopened", "closed_on": None, "is_well": False})],
        [(2, "restore", {"state": "registered"}), (5, "return", {"state": "in_progress"})],
    ]
    for day, some in enumerate(steps, start=1):
        with clock.at(clock.start_of(first + timedelta(days=day)) + timedelta(hours=9)):
            for place, verb, fields in some:
                change(found[place], verb, **fields)
            sealer.seal_pending()
    return round_, [first + timedelta(days=day) for day in range(9)]


def replay(round_id: int, size: int, as_of: date) -> list[tuple[Any, ...]]:
    """The oracle: every entry below the head, applied in order."""
    rows_: dict[int, dict[str, Any]] = {}
    tally: Counter[tuple[int, str]] = Counter()
    for entry in TrailEntry.objects.filter(thing="finding", leaf__place__lt=size).order_by("leaf__place"):
        row = rows_.setdefault(entry.thing_id, {})
        body = json.loads(entry.body)
        row.update({name: pair[1] for name, pair in body["changes"].items()})
        tally[entry.thing_id, entry.verb] += 1
        tally[entry.thing_id, "came back"] += body["changes"].get("state", ["", ""])[1] == "reopened"
    found = []
    for pk, row in sorted(rows_.items()):
        if row["round_id"] != round_id:
            continue
        due = date.fromisoformat(row["due"]) if row.get("due") else None
        late = rules.days_overdue(row["state"], due, as_of)
        claims = [bool(row.get(name)) for name in ("is_said", "is_done", "is_well")]
        found.append((pk, row.get("lead_id"), row["state"], due, *claims, late, tally[pk, "return"], tally[pk, "came back"]))
    return found


def test_a_sheet_of_any_past_day_equals_the_replay_of_the_trail(db: None) -> None:
    round_, days = live()
    for day in days:
        sheet = actions.freeze_sheet(actor=SYSTEM, round_id=round_.pk, title="盘点", as_of=day)
        assert rows(sheet) == replay(round_.pk, sheet.seal_size, day), day
    assert rows(sheet)[0][-2:] == (1, 1)


def test_the_same_day_gives_the_same_numbers_whatever_is_edited_later(db: None) -> None:
    round_, days = live()
    before = {day: actions.freeze_sheet(actor=SYSTEM, round_id=round_.pk, title="盘点", as_of=day) for day in days}
    for finding in Finding.objects.filter(round=round_):
        change(finding, state="withdrawn", is_said=False, is_done=False, is_well=False, lead_id=None, due=date(2030, 1, 1))
    make_finding(round_, make_unit("新单位"))
    sealer.seal_pending()
    for day, old in before.items():
        again = actions.freeze_sheet(actor=SYSTEM, round_id=round_.pk, title="再盘点", as_of=day)
        assert (again.digest, again.totals, rows(again)) == (old.digest, old.totals, rows(old))


def test_as_of_means_the_last_seal_before_the_end_of_the_local_day(db: None) -> None:
    first = date(2026, 3, 1)
    with clock.at(clock.end_of(first) - timedelta(seconds=1)):
        round_ = make_round(make_unit(), feedback_on=first)
        finding = make_finding(round_, make_unit())
        sealer.seal_pending()
    with clock.at(clock.end_of(first)):
        change(finding, state="planned")
        sealer.seal_pending()
    states = [
        rows(actions.freeze_sheet(actor=SYSTEM, round_id=round_.pk, title="盘点", as_of=day))[0][2]
        for day in (first, first + timedelta(days=1))
    ]
    assert states == ["registered", "planned"]


def test_a_return_by_a_verifier_is_counted_on_the_sheet(sealed: Cast) -> None:
    measure = make_measure(sealed.finding)
    write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="edit")
    change(sealed.finding, state="submitted")
    verbs.return_finding(actor=sealed.actor("verifier"), finding=sealed.finding, reason="below_standard", measure_numbers=[measure.number])
    sealer.seal_pending()
    assert [row[-2] for row in rows(freeze(sealed))] == [1, 0]


def test_group_member_and_office_decide_and_the_meeting_counts_as_held(sealed: Cast) -> None:
    sheet = freeze(sealed)
    due = clock.today() + timedelta(days=5)
    made = actions.decide(
        actor=sealed.actor("member"), sheet_id=sheet.pk, finding_id=sealed.finding.pk, kind="press", text="月底前拨付", due=due
    )
    sheet.refresh_from_db()
    assert (made.kind, made.state, sheet.state) == ("press", "open", "held")


@pytest.mark.parametrize("who", ["head", "liaison", "verifier", "supervisor"])
def test_nobody_else_decides(sealed: Cast, who: str) -> None:
    sheet = freeze(sealed)
    with pytest.raises(NotAllowed):
        actions.decide(actor=sealed.actor(who), sheet_id=sheet.pk, finding_id=sealed.finding.pk, kind="go_on")


@pytest.mark.parametrize(
    ("brought", "codes"),
    [
        ({"kind": "praise"}, {"kind"}),
        ({"kind": "press"}, {"text", "due"}),
        ({"kind": "recheck"}, {"due"}),
        ({"kind": "other"}, {"text"}),
        ({"kind": "recheck", "due": date(2020, 1, 1)}, {"past"}),
    ],
)
def test_a_decision_says_what_it_lacks(sealed: Cast, brought: dict[str, Any], codes: set[str]) -> None:
    sheet = freeze(sealed)
    with pytest.raises(RuleBroken) as refused:
        actions.decide(actor=sealed.actor("clerk"), sheet_id=sheet.pk, finding_id=sealed.finding.pk, **brought)
    assert {u.code for u in refused.value.unmet} == codes


def test_a_line_has_one_decision_and_a_stale_one_is_refused(sealed: Cast) -> None:
    sheet = freeze(sealed)
    ask: dict[str, Any] = {"actor": sealed.actor("clerk"), "sheet_id": sheet.pk, "finding_id": sealed.finding.pk}
    first = actions.decide(**ask, kind="go_on")
    with pytest.raises(Conflict):
        actions.decide(**ask, kind="other", text="另议")
    actions.decide(**ask, kind="other", text="另议", version=first.version)
    assert [(d.kind, d.version) for d in Decision.objects.all()] == [("other", 2)]


def test_a_finding_of_another_sheet_cannot_be_decided_here(sealed: Cast) -> None:
    sheet = freeze(sealed)
    late = make_finding(sealed.round, sealed.bureau)
    with pytest.raises(NotFound):
        actions.decide(actor=sealed.actor("clerk"), sheet_id=sheet.pk, finding_id=late.pk, kind="go_on")


def test_a_finished_meeting_decides_nothing_more(sealed: Cast) -> None:
    sheet = freeze(sealed)
    actions.finish_sheet(actor=sealed.actor("clerk"), sheet_id=sheet.pk, version=1)
    with pytest.raises(RuleBroken, match="finished"):
        actions.decide(actor=sealed.actor("clerk"), sheet_id=sheet.pk, finding_id=sealed.finding.pk, kind="go_on")
    with pytest.raises(RuleBroken):
        actions.finish_sheet(actor=sealed.actor("clerk"), sheet_id=sheet.pk, version=2)


def test_a_stale_finish_is_refused(sealed: Cast) -> None:
    sheet = freeze(sealed)
    with pytest.raises(Conflict):
        actions.finish_sheet(actor=sealed.actor("clerk"), sheet_id=sheet.pk, version=9)
    with pytest.raises(NotAllowed):
        actions.finish_sheet(actor=sealed.actor("member"), sheet_id=sheet.pk, version=1)


def test_open_tasks_stand_at_the_head_of_the_next_sheet(sealed: Cast) -> None:
    first = freeze(sealed)
    clerk = sealed.actor("clerk")
    task = actions.decide(actor=clerk, sheet_id=first.pk, finding_id=sealed.finding.pk, kind="other", text="核对账目")
    second = freeze(sealed, title="第二次对账会")
    assert queries.open_tasks(clerk, first) == []
    assert queries.open_tasks(clerk, second) == [task]
    assert queries.open_tasks(sealed.actor("outsider"), second) == []
    with pytest.raises(Conflict):
        actions.meet_task(actor=clerk, decision_id=task.pk, version=7)
    actions.meet_task(actor=clerk, decision_id=task.pk, version=task.version)
    assert queries.open_tasks(clerk, second) == []


def test_only_those_who_decide_may_say_that_a_task_is_met(sealed: Cast) -> None:
    sheet = freeze(sealed)
    task = actions.decide(actor=sealed.actor("clerk"), sheet_id=sheet.pk, finding_id=sealed.finding.pk, kind="other", text="核对账目")
    with pytest.raises(NotAllowed):
        actions.meet_task(actor=sealed.actor("head"), decision_id=task.pk, version=1)
    with pytest.raises(NotFound):
        actions.meet_task(actor=sealed.actor("outsider"), decision_id=task.pk, version=1)


def test_a_unit_sees_its_own_lines_and_sums_alone(sealed: Cast) -> None:
    sheet = freeze(sealed)
    mine = queries.sums_by_unit(sealed.actor("head"), sheet)
    assert [(row.unit, row.total) for row in mine] == [("市水务局", 1)]
    assert queries.sums_of_all(sealed.actor("head"), sheet).total == 1
    assert queries.sums_of_all(sealed.actor("clerk"), sheet).total == 2


def test_lines_hold_no_free_text() -> None:
    kinds = {field.name: field.get_internal_type() for field in ReconciliationLine._meta.concrete_fields}
    assert [name for name, kind in kinds.items() if kind in {"TextField", "JSONField"}] == []
    assert [name for name, kind in kinds.items() if kind == "CharField"] == ["state"]


def test_the_trail_is_whole_after_a_meeting(sealed: Cast) -> None:
    sheet = freeze(sealed)
    actions.decide(actor=sealed.actor("clerk"), sheet_id=sheet.pk, finding_id=sealed.finding.pk, kind="go_on")
    sealer.seal_pending()
    assert list(trail.verify()) == []
