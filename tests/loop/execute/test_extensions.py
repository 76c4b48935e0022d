"""Extensions are asked in time, answered within working days, and never move the day first agreed."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions
from jiandi.loop.execute.actions import Wanted
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import lifecycle, write
from jiandi.record.ledger.models import CatchUp, Extension, Finding, Measure, MeasureFinding
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_measure
from tests.cast import Cast
from tests.house import shape

pytestmark = pytest.mark.django_db


def due(cast: Cast) -> date:
    assert cast.finding.due
    return cast.finding.due


def later(cast: Cast, days: int = 30) -> date:
    return due(cast) + timedelta(days=days)


def ask(cast: Cast, who: str = "head", version: int | None = None, **given: Any) -> Extension:
    wanted = Wanted(**{"reason": "审批流程未走完", "wanted_to": later(cast), **given})
    known = Finding.objects.get(pk=cast.finding.pk).version if version is None else version
    return actions.ask_extension(actor=cast.actor(who), finding_id=cast.finding.pk, wanted=wanted, version=known)


def grant(cast: Cast, row: Extension, who: str = "director", **given: Any) -> Extension:
    return actions.grant_extension(**{"actor": cast.actor(who), "extension_id": row.pk, "version": row.version, **given})


def at_work(cast: Cast) -> None:
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")


def overdue(cast: Cast) -> Cast:
    at_work(cast)
    past = clock.today() - timedelta(days=3)
    write.change(cast.finding, {"due": past}, actor=SYSTEM, verb="edit")
    return cast


def test_granted_it_moves_the_agreed_day_and_never_the_first(cast: Cast) -> None:
    first = due(cast)
    grant(cast, ask(cast), answer="同意")
    cast.finding.refresh_from_db()
    assert (cast.finding.first_due, cast.finding.due) == (first, first + timedelta(days=30))
    row = Extension.objects.get()
    assert (row.state, row.due_before, row.granted_to) == ("granted", first, first + timedelta(days=30))


def test_the_office_may_grant_another_day_than_the_one_asked(cast: Cast) -> None:
    grant(cast, ask(cast), granted_to=later(cast, 10))
    cast.finding.refresh_from_db()
    assert Extension.objects.get().granted_to == cast.finding.due
    assert cast.finding.first_due
    assert cast.finding.due == cast.finding.first_due + timedelta(days=10)


def test_measures_due_on_the_old_day_go_with_it_unless_they_serve_others(cast: Cast) -> None:
    at_work(cast)
    own, earlier, shared = (make_measure(cast.finding, due=day) for day in (due(cast), due(cast) - timedelta(days=9), due(cast)))
    write.attach([MeasureFinding(measure=shared, finding=make_finding(cast.round, cast.bureau))])
    old = due(cast)
    for measure in (own, earlier, shared):
        lifecycle.move(measure, "approve", actor=SYSTEM)
    grant(cast, ask(cast))
    dues = [Measure.objects.get(pk=m.pk).due for m in (own, earlier, shared)]
    assert dues == [old + timedelta(days=30), old - timedelta(days=9), old]
    assert Measure.objects.get(pk=own.pk).first_due == old


def test_after_the_due_date_it_is_refused_by_rule_and_by_the_database(cast: Cast) -> None:
    overdue(cast)
    with pytest.raises(RuleBroken) as refused:
        ask(cast)
    assert refused.value.code == "extension.too_late"
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(cast, asked_on=due(cast) + timedelta(days=1), due_before=due(cast))


def raw(cast: Cast, **given: Any) -> Extension:
    today = clock.today()
    fields: dict[str, Any] = {
        "finding": cast.finding, "unit": cast.bureau, "reason": "审批未完", "due_before": today + timedelta(days=9),
        "wanted_to": today + timedelta(days=20), "asked_on": today, "asked_by": "user:1", "answer_by": today, **given,
    }  # fmt: skip
    return write.create(Extension(**fields), actor=SYSTEM, verb="ask")


@pytest.mark.parametrize(
    "given",
    [
        {"reason": ""},
        {"wanted_to": None},
        {"kind": "long_term", "stage_goal": "", "next_review": None},
        {"state": "refused", "answered_on": date(2026, 1, 1)},
        {"state": "granted", "granted_to": date(2099, 1, 1)},
        {"state": "granted", "answered_on": date(2026, 1, 1), "granted_to": date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_half_an_extension(cast: Cast, given: dict[str, Any]) -> None:
    if "wanted_to" in given:
        given = {"wanted_to": clock.today()}
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(cast, **given)


def test_one_finding_has_one_open_extension(cast: Cast) -> None:
    ask(cast)
    with pytest.raises(RuleBroken):
        ask(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(cast)


@pytest.mark.parametrize(
    "given", [{"reason": " "}, {"wanted_to": None}, {"wanted_to": date(2020, 1, 1)}, {"kind": "long_term"}, {"kind": "for ever"}]
)
def test_reason_and_day_or_stage_are_asked_for(cast: Cast, given: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        ask(cast, **given)
    assert not Extension.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "helper", "clerk", "verifier", "supervisor"])
def test_only_the_head_of_the_lead_asks(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(cast, who)


def test_who_does_not_see_the_finding_finds_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        ask(cast, "outsider")
    row = ask(cast)
    with pytest.raises(NotFound):
        actions.take_back_extension(actor=cast.actor("outsider"), extension_id=row.pk, version=row.version)
    with pytest.raises(NotFound):
        grant(cast, Extension(pk=10**9, version=1))


def test_a_stale_page_is_told(cast: Cast) -> None:
    with pytest.raises(Conflict):
        ask(cast, version=cast.finding.version + 4)
    row = ask(cast)
    with pytest.raises(Conflict):
        grant(cast, row, version=row.version + 1)


@pytest.mark.parametrize("who", ["head", "verifier", "supervisor", "member"])
def test_only_the_office_answers(cast: Cast, who: str) -> None:
    row = ask(cast)
    with pytest.raises(NotAllowed):
        grant(cast, row, who)
    with pytest.raises(NotAllowed):
        actions.refuse_extension(actor=cast.actor(who), extension_id=row.pk, reason="理由不足", version=row.version)


def test_a_refusal_gives_its_reason_and_the_day_stands(cast: Cast) -> None:
    row, before = ask(cast), due(cast)
    with pytest.raises(RuleBroken):
        actions.refuse_extension(actor=cast.actor("clerk"), extension_id=row.pk, reason=" ", version=row.version)
    row.refresh_from_db()
    refused = actions.refuse_extension(actor=cast.actor("clerk"), extension_id=row.pk, reason="理由不足", version=row.version)
    assert (refused.state, refused.answer, Finding.objects.get(pk=cast.finding.pk).due) == ("refused", "理由不足", before)
    with pytest.raises(RuleBroken):
        grant(cast, refused)


def test_the_head_takes_it_back_and_may_ask_again(cast: Cast) -> None:
    row = ask(cast)
    actions.take_back_extension(actor=cast.actor("head"), extension_id=row.pk, version=row.version)
    ask(cast)
    assert sorted(Extension.objects.values_list("state", flat=True)) == ["asked", "taken_back"]


def test_the_answer_is_due_after_the_regimes_working_days(cast: Cast) -> None:
    with clock.at(clock.now().replace(year=2026, month=9, day=4)):  # a Friday; five working days later
        write.change(cast.finding, {"due": clock.today() + timedelta(days=60)}, actor=SYSTEM, verb="edit")
        assert ask(cast, wanted_to=clock.today() + timedelta(days=90)).answer_by == date(2026, 9, 11)


def test_asked_in_time_and_answered_late_it_still_counts(cast: Cast) -> None:
    at_work(cast)
    row = ask(cast, kind="long_term", stage_goal="首批到账", next_review=later(cast, 200), wanted_to=None)
    with clock.at(clock.now() + timedelta(days=90)):
        grant(cast, row)
    cast.finding.refresh_from_db()
    assert (cast.finding.state, cast.finding.stage_goal) == ("long_term", "首批到账")
    assert cast.finding.first_due == cast.finding.due


def test_nothing_is_granted_once_nothing_is_owed(cast: Cast) -> None:
    row = ask(cast)
    cast.finding.refresh_from_db()
    write.change(cast.finding, {"state": "closed", "closed_on": clock.today()}, actor=SYSTEM, verb="close")
    with pytest.raises(RuleBroken):
        grant(cast, row)


def test_on_time_is_counted_against_both_days(cast: Cast) -> None:
    at_work(cast)
    grant(cast, ask(cast))
    closed_on = later(cast, 10)
    cast.finding.refresh_from_db()
    write.change(cast.finding, {"state": "closed", "closed_on": closed_on}, actor=SYSTEM, verb="close")
    with clock.at(clock.now() + timedelta(days=200)):
        timing = figures.timing_of(SYSTEM, cast.round.pk)
    assert (timing.on_time.first.k, timing.on_time.now.k) == (0, 1)
    assert timing.on_time.first.n == timing.on_time.now.n == 1


def test_what_is_overdue_is_explained_and_gets_a_day_and_stays_overdue(cast: Cast) -> None:
    overdue(cast)
    finding = cast.finding
    actions.explain_overdue(actor=cast.actor("head"), finding_id=finding.pk, text="招标流标", version=finding.version)
    day = clock.today() + timedelta(days=15)
    row = actions.set_catch_up(actor=cast.actor("supervisor"), finding_id=finding.pk, day=day, words="月底前补齐", version=finding.version)
    assert (row.state, row.day, row.explanation, CatchUp.objects.count()) == ("set", day, "招标流标", 1)
    finding.refresh_from_db()
    assert finding.due == clock.today() - timedelta(days=3)
    assert figures.timing_of(SYSTEM, cast.round.pk).overdue == 1


def test_a_supervisor_sets_the_day_without_waiting_for_an_explanation(cast: Cast) -> None:
    overdue(cast)
    version = cast.finding.version
    for days, fault in ((-1, RuleBroken), (5, None)):
        given: dict[str, Any] = {"actor": cast.actor("supervisor"), "finding_id": cast.finding.pk, "words": "", "version": version}
        day = clock.today() + timedelta(days=days)
        if fault:
            with pytest.raises(fault):
                actions.set_catch_up(day=day, **given)
        else:
            assert actions.set_catch_up(day=day, **given).state == "set"


def test_only_what_is_overdue_gets_a_day_and_only_from_a_supervisor(cast: Cast) -> None:
    day = clock.today() + timedelta(days=5)
    given: dict[str, Any] = {"finding_id": cast.finding.pk, "version": cast.finding.version}
    with pytest.raises(RuleBroken):
        actions.set_catch_up(actor=cast.actor("supervisor"), day=day, words="", **given)
    with pytest.raises(RuleBroken):
        actions.explain_overdue(actor=cast.actor("head"), text="流标", **given)
    overdue(cast)
    given["version"] = cast.finding.version
    with pytest.raises(NotAllowed):
        actions.set_catch_up(actor=cast.actor("director"), day=day, words="", **given)
    with pytest.raises(NotAllowed):
        actions.explain_overdue(actor=cast.actor("clerk"), text="流标", **given)
    with pytest.raises(BadInput):
        actions.explain_overdue(actor=cast.actor("head"), text=" ", **given)


def test_the_database_keeps_the_day_first_agreed(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write.change(cast.finding, {"first_due": later(cast)}, actor=SYSTEM, verb="edit")


def test_no_code_writes_the_first_day_but_where_there_is_none() -> None:
    """Besides the database's refusal: whoever writes the name does so at registration, in a draft, or where it is empty."""
    allowed = ("loop/intake/actions", "loop/plan/actions", "record/ledger/verbs.py", "interfaces/api/reads.py")
    others = [path for path in shape.product_files() if not shape.inside(path, *allowed)]
    named = {shape.name(p) for p in others for n in ast.walk(shape.tree(p)) if isinstance(n, ast.keyword) and n.arg == "first_due"}
    assert not named
