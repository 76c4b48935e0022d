"""Help is asked of another unit for a measure, promised or refused with a reason, and given in words; its times are kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, write
from jiandi.record.ledger.models import FindingParty, Measure, MeasureSupport, Support
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import give, make_measure, make_unit, make_user
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure(cast: Cast) -> Measure:
    made = make_measure(cast.finding)
    lifecycle.move(made, "approve", actor=SYSTEM)
    return made


def ask(cast: Cast, measure: Measure, unit: Unit | None = None, who: str = "head", **given: Any) -> Support:
    fields = {"text": "请提供拨款台账", "version": Measure.objects.get(pk=measure.pk).version, **given}
    return actions.ask_support(actor=cast.actor(who), measure_id=measure.pk, unit_id=(unit or cast.stranger).pk, **fields)


def accept(cast: Cast, row: Support, who: str = "outsider") -> Support:
    return actions.accept_support(actor=cast.actor(who), support_id=row.pk, version=row.version)


def give_it(cast: Cast, row: Support, who: str = "outsider", **given: Any) -> Support:
    return actions.give_support(**{"actor": cast.actor(who), "support_id": row.pk, "answer": "台账已送", "version": row.version, **given})


def test_asked_it_sees_and_promised_it_has_a_part(cast: Cast, measure: Measure) -> None:
    with pytest.raises(NotFound):
        load.measure(cast.actor("outsider"), measure.pk)
    row = ask(cast, measure)
    assert load.measure(cast.actor("outsider"), measure.pk) is not None
    with pytest.raises(NotAllowed):
        actions.write_note(actor=cast.actor("outsider"), measure_id=measure.pk, text="已送")
    accept(cast, row)
    actions.write_note(actor=cast.actor("outsider"), measure_id=measure.pk, text="已送")
    assert MeasureSupport.objects.filter(measure=measure, unit=cast.stranger).count() == 1
    assert {p.part for p in FindingParty.objects.filter(unit=cast.stranger)} == {"support"}


def test_refused_with_a_reason_it_sees_no_more(cast: Cast, measure: Measure) -> None:
    row = ask(cast, measure)
    with pytest.raises(RuleBroken):
        actions.refuse_support(actor=cast.actor("outsider"), support_id=row.pk, reason="", version=row.version)
    row = actions.refuse_support(actor=cast.actor("outsider"), support_id=row.pk, reason="无此台账", version=row.version)
    assert (row.state, row.answer) == ("refused", "无此台账")
    with pytest.raises(NotFound):
        load.measure(cast.actor("outsider"), measure.pk)


def test_what_was_given_is_written_down_with_its_day_and_paper(cast: Cast, measure: Measure) -> None:
    row = accept(cast, ask(cast, measure))
    with pytest.raises(RuleBroken):
        give_it(cast, row, answer=" ")
    row.refresh_from_db()
    paper = actions.add_evidence(actor=cast.actor("outsider"), measure_id=measure.pk, title="台账", kind="act", held_offline="档案馆办公室")
    given = give_it(cast, row, evidence_id=paper.pk)
    assert (given.state, given.answer, given.answered_on, given.evidence) == ("answered", "台账已送", clock.today(), paper)


def test_a_foreign_paper_is_refused(cast: Cast, measure: Measure) -> None:
    with pytest.raises(BadInput):
        give_it(cast, accept(cast, ask(cast, measure)), evidence_id=10**9)


def test_given_at_once_it_has_been_promised_too(cast: Cast, measure: Measure) -> None:
    assert give_it(cast, ask(cast, measure)).state == "answered"
    assert MeasureSupport.objects.filter(measure=measure, unit=cast.stranger).exists()


@pytest.mark.parametrize("who", ["liaison", "clerk", "helper"])
def test_only_the_head_of_the_lead_asks(cast: Cast, measure: Measure, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(cast, measure, who=who)


def test_only_the_head_of_the_asked_unit_promises_and_its_own_people_give(cast: Cast, measure: Measure) -> None:
    cast.people["clerk2"] = make_user("clerk2")
    give(cast.people["clerk2"], cast.stranger, roles.LIAISON)
    row = ask(cast, measure)
    for who in ("head", "clerk", "clerk2"):
        with pytest.raises(NotAllowed):
            accept(cast, row, who)
    with pytest.raises(NotAllowed):
        give_it(cast, row, "head")
    assert give_it(cast, row, "clerk2").state == "answered"


def test_who_does_not_see_it_finds_nothing_and_a_stale_page_is_told(cast: Cast, measure: Measure) -> None:
    with pytest.raises(NotFound):
        ask(cast, measure, who="outsider")
    with pytest.raises(Conflict):
        ask(cast, measure, version=measure.version + 5)
    row = ask(cast, measure)
    with pytest.raises(Conflict):
        actions.accept_support(actor=cast.actor("outsider"), support_id=row.pk, version=row.version + 1)


def test_what_the_plan_names_is_accepted_already(cast: Cast, measure: Measure) -> None:
    write.attach([MeasureSupport(measure=measure, unit=cast.helper)])
    with pytest.raises(RuleBroken) as refused:
        ask(cast, measure, cast.helper)
    assert refused.value.code == "support.planned"


def test_a_unit_is_asked_once_outside_ones_own_and_with_words(cast: Cast, measure: Measure) -> None:
    with pytest.raises(BadInput):
        ask(cast, measure, text=" ")
    with pytest.raises(RuleBroken):
        ask(cast, measure, make_unit("节水科", cast.bureau))
    ask(cast, measure)
    with pytest.raises(RuleBroken):
        ask(cast, measure)
    write.change(Measure.objects.get(pk=measure.pk), {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
    with pytest.raises(RuleBroken):
        ask(cast, measure, cast.helper)


def test_taken_back_it_sees_no_more(cast: Cast, measure: Measure) -> None:
    row = ask(cast, measure)
    with pytest.raises(NotAllowed):
        actions.take_back_support(actor=cast.actor("outsider"), support_id=row.pk, version=row.version)
    actions.take_back_support(actor=cast.actor("head"), support_id=row.pk, version=row.version)
    with pytest.raises(NotFound):
        load.measure(cast.actor("outsider"), measure.pk)


@pytest.mark.parametrize("given", [{"text": ""}, {"unit": "own"}, {"state": "accepted"}, {"state": "answered"}, {"state": "refused"}])
def test_the_database_refuses_half_a_support(cast: Cast, measure: Measure, given: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(cast, measure, **given)


def raw(cast: Cast, measure: Measure, **given: Any) -> Support:
    today = clock.today()
    fields: dict[str, Any] = {
        "measure": measure, "unit": cast.stranger, "from_unit": cast.bureau, "text": "台账", "asked_on": today, "answer_by": today, **given,
    }  # fmt: skip
    if fields["unit"] == "own":
        fields["unit"] = cast.bureau
    return write.create(Support(**fields), actor=SYSTEM, verb="ask")


def test_the_database_keeps_one_open_support_of_a_unit(cast: Cast, measure: Measure) -> None:
    ask(cast, measure)
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(cast, measure)
