"""A finding changes hands only when the receiver accepts or a superior orders it; whoever passed it on stays in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions, queries
from jiandi.loop.execute.actions import Order
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger import lifecycle, load, verbs, write
from jiandi.record.ledger.models import Assignment, Claim, Finding, FindingParty, Measure, MeasureFinding, PlanVersion, Transfer
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import give, make_finding, make_measure, make_round, make_unit, make_user
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ORDER = Order("云政办〔2026〕31号", clock.today())


@pytest.fixture
def city(cast: Cast) -> Cast:
    """The work has begun, and the other units have heads."""
    cast.finding.refresh_from_db()
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
    for unit in ("helper", "audit"):
        cast.people[f"{unit} head"] = make_user(f"{unit} head")
        give(cast.people[f"{unit} head"], getattr(cast, unit), roles.HEAD)
    return cast


def now(cast: Cast) -> Finding:
    return Finding.objects.get(pk=cast.finding.pk)


def ask(cast: Cast, to: Unit, who: str = "head", **given: Any) -> Transfer:
    fields = {"reason": "职责不在我局", "version": now(cast).version, **given}
    return actions.ask_transfer(actor=cast.actor(who), finding_id=cast.finding.pk, to_unit_id=to.pk, **fields)


def accept(cast: Cast, row: Transfer, who: str, **given: Any) -> Transfer:
    return actions.accept_transfer(**{"actor": cast.actor(who), "transfer_id": row.pk, "version": row.version, **given})


def order(cast: Cast, to: Unit, given: Order = ORDER, who: str = "clerk") -> Transfer:
    return actions.order_transfer(
        actor=cast.actor(who), finding_id=cast.finding.pk, to_unit_id=to.pk, order=given, version=now(cast).version
    )


def parts(cast: Cast) -> set[tuple[str, str]]:
    rows = FindingParty.objects.filter(finding=cast.finding).select_related("unit")
    return {(row.part, row.unit.name) for row in rows}


def test_until_it_is_accepted_it_stays_and_the_asked_unit_sees_it(city: Cast) -> None:
    assert_unseen(city, "outsider")
    row = ask(city, city.stranger)
    assert (now(city).lead, row.state) == (city.bureau, "asked")
    assert load.finding(city.actor("outsider"), city.finding.pk) is not None
    actions.refuse_transfer(actor=city.actor("outsider"), transfer_id=row.pk, reason="非我单位职责", version=row.version)
    assert now(city).lead == city.bureau
    assert_unseen(city, "outsider")


def assert_unseen(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        load.finding(cast.actor(who), cast.finding.pk)


def test_accepted_the_lead_changes_and_the_passer_stays_and_found_in_stays(city: Cast) -> None:
    measure = make_measure(city.finding)
    accept(city, ask(city, city.stranger), "outsider")
    found = now(city)
    assert (found.lead, found.found_in) == (city.stranger, city.bureau)
    assert parts(city) >= {("lead", "市档案馆"), ("passer", "市水务局"), ("verifier", "市核查组")}
    assert ("asked", "市档案馆") not in parts(city)
    assert Measure.objects.get(pk=measure.pk).lead == city.stranger
    assert load.finding(city.actor("head"), city.finding.pk) is not None  # the passer sees it for ever


def test_a_measure_that_serves_others_stays_with_its_lead_who_keeps_a_share(city: Cast) -> None:
    shared, done = make_measure(city.finding), make_measure(city.finding)
    write.attach([MeasureFinding(measure=shared, finding=make_finding(city.round, city.bureau))])
    write.change(done, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
    accept(city, ask(city, city.stranger), "outsider")
    assert Measure.objects.get(pk=shared.pk).lead == Measure.objects.get(pk=done.pk).lead == city.bureau
    assert ("share", "市水务局") in parts(city)


def test_a_joint_measure_of_another_letter_s_lead_does_not_move_with_one_of_its_findings(city: Cast) -> None:
    joint, there = make_measure(city.finding), make_finding(make_round(city.city), city.bureau)
    verbs.serve(joint, there)
    accept(city, ask(city, city.stranger), "outsider")
    assert Measure.objects.get(pk=joint.pk).lead == city.bureau
    assert ("share", "市水务局") in parts(city)


def test_a_joint_measure_goes_once_all_it_serves_is_the_new_lead_s(city: Cast) -> None:
    joint, there = make_measure(city.finding), make_finding(make_round(city.city), city.stranger)
    gone = make_finding(city.round, city.bureau)
    for other in (there, gone):
        verbs.serve(joint, other)
    write.change(gone, {"state": "withdrawn"}, actor=SYSTEM, verb="withdraw")
    accept(city, ask(city, city.stranger), "outsider")
    assert Measure.objects.get(pk=joint.pk).lead == city.stranger


def test_a_checker_inside_the_new_lead_is_replaced(city: Cast) -> None:
    second = make_unit("市第二核查组", city.city)
    write.create(_default(city, second), actor=SYSTEM, verb="assign")
    accept(city, ask(city, city.audit), "audit head")
    assert {name for part, name in parts(city) if part == "verifier"} == {"市第二核查组"}


def _default(cast: Cast, unit: Unit) -> Any:
    return Assignment(round=cast.round, unit=unit, part="verifier")


def test_a_support_that_takes_over_is_support_no_more(city: Cast) -> None:
    accept(city, ask(city, city.helper), "helper head")
    assert {part for part, name in parts(city) if name == "市财政局"} == {"lead"}


@pytest.mark.parametrize("who", ["liaison", "clerk", "supervisor", "verifier"])
def test_only_the_head_of_the_lead_asks(city: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(city, city.stranger, who)


@pytest.mark.parametrize("who", ["head", "clerk", "helper"])
def test_only_the_head_of_the_receiver_answers(city: Cast, who: str) -> None:
    row = ask(city, city.stranger)
    with pytest.raises(NotAllowed):
        accept(city, row, who)
    with pytest.raises(NotAllowed):
        actions.refuse_transfer(actor=city.actor(who), transfer_id=row.pk, reason="不是", version=row.version)
    assert now(city).lead == city.bureau


def test_who_heads_both_units_does_not_accept_for_the_other(city: Cast) -> None:
    give(city.people["head"], city.stranger, roles.HEAD)
    row = ask(city, city.stranger)
    with pytest.raises(RuleBroken) as refused:
        accept(city, row, "head")
    assert [u.code for u in refused.value.unmet] == ["independence.own_request"]
    accept(city, row, "outsider")


def test_it_is_asked_with_a_reason_of_one_unit_outside_at_a_time(city: Cast) -> None:
    with pytest.raises(BadInput):
        ask(city, city.stranger, reason="  ")
    with pytest.raises(RuleBroken):
        ask(city, make_unit("水务局节水科", city.bureau))
    with pytest.raises(NotFound):
        ask(city, Unit(pk=10**9))
    ask(city, city.stranger)
    with pytest.raises(RuleBroken):
        ask(city, city.helper)


def test_a_stale_page_is_told_and_a_foreign_row_is_not_found(city: Cast) -> None:
    with pytest.raises(Conflict):
        ask(city, city.stranger, version=now(city).version + 1)
    row = ask(city, city.helper)
    with pytest.raises(Conflict):
        accept(city, row, "helper head", version=row.version + 1)
    with pytest.raises(NotFound):
        accept(city, row, "outsider")


@pytest.mark.parametrize("state", ["submitted", "verified"])
def test_while_it_is_verified_it_does_not_change_hands(city: Cast, state: str) -> None:
    row = ask(city, city.stranger)
    write.change(now(city), {"state": state}, actor=SYSTEM, verb="submit")
    with pytest.raises(RuleBroken):
        accept(city, row, "outsider")
    with pytest.raises(RuleBroken):
        order(city, city.stranger)
    actions.take_back_transfer(actor=city.actor("head"), transfer_id=row.pk, version=row.version)
    with pytest.raises(RuleBroken):
        ask(city, city.stranger)


def test_it_waits_while_the_plan_is_under_review(city: Cast) -> None:
    row = ask(city, city.stranger)
    plan = PlanVersion(round=city.round, unit=city.bureau, number=1, body="{}", algorithm="sha256", digest="0", submitted_at=clock.now())
    write.create(plan, actor=SYSTEM, verb="submit")
    with pytest.raises(RuleBroken):
        accept(city, row, "outsider")
    assert now(city).lead == city.bureau


def test_after_as_many_passes_as_the_regime_allows_only_an_order_moves_it(city: Cast) -> None:
    units = [city.stranger, city.helper, city.bureau]
    heads = {city.bureau.pk: "head", city.stranger.pk: "outsider", city.helper.pk: "helper head"}
    for to in units:
        lead = now(city).lead
        assert lead
        accept(city, ask(city, to, heads[lead.pk]), heads[to.pk])
    with pytest.raises(RuleBroken) as refused:
        ask(city, city.stranger)
    assert refused.value.code == "transfer.too_deep"
    order(city, city.stranger)
    assert now(city).lead == city.stranger


def test_a_superiors_order_needs_its_document_and_no_word_of_the_receiver(city: Cast) -> None:
    row = ask(city, city.stranger)
    for bad in (
        Order("", clock.today(), "协调"),
        Order("云政〔2026〕1号", None),
        Order("云政〔2026〕1号", clock.today() + timedelta(days=2)),
    ):
        with pytest.raises(RuleBroken):
            order(city, city.stranger, bad)
    with pytest.raises(NotAllowed):
        order(city, city.stranger, who="head")
    ordered = order(city, city.stranger)
    assert (ordered.pk, ordered.state, ordered.document, now(city).lead) == (row.pk, "ordered", ORDER.document, city.stranger)


def test_an_order_to_another_unit_ends_what_was_asked(city: Cast) -> None:
    ask(city, city.stranger)
    order(city, city.helper)
    assert list(Transfer.objects.values_list("state", flat=True)) == ["taken_back", "ordered"]
    assert_unseen(city, "outsider")


def test_a_refusal_gives_its_reason(city: Cast) -> None:
    row = ask(city, city.stranger)
    with pytest.raises(RuleBroken):
        actions.refuse_transfer(actor=city.actor("outsider"), transfer_id=row.pk, reason=" ", version=row.version)


def below(cast: Cast, name: str, parent: Unit) -> Unit:
    unit = make_unit(name, parent)
    cast.people[name] = make_user(name)
    give(cast.people[name], unit, roles.HEAD)
    return unit


def delegate(cast: Cast, to: Unit, who: str = "head", post: Post | None = None) -> Transfer:
    return actions.delegate(
        actor=cast.actor(who),
        finding_id=cast.finding.pk,
        to_unit_id=to.pk,
        to_post_id=post.pk if post else None,
        reason="由其具体办理",
        version=now(cast).version,
    )


def test_delegated_work_is_done_below_and_the_lead_stays_accountable(city: Cast) -> None:
    office = below(city, "节水科", city.bureau)
    measure = make_measure(city.finding)
    lifecycle.move(measure, "approve", actor=SYSTEM)
    row = delegate(city, office)
    with pytest.raises(NotAllowed):
        actions.write_note(actor=city.actor("节水科"), measure_id=measure.pk, text="已核对")
    accept(city, row, "节水科")
    assert now(city).lead == city.bureau
    actions.add_evidence(
        actor=city.actor("节水科"), measure_id=measure.pk, title="凭证", kind="act", chunks=[b"%PDF-1.7\n"], file_name="凭证.pdf"
    )
    version = Measure.objects.get(pk=measure.pk).version
    actions.claim_done(actor=city.actor("节水科"), measure_id=measure.pk, text="已核对", version=version)
    assert Claim.objects.count() == 1
    with pytest.raises(NotAllowed):
        actions.submit_finding(actor=city.actor("节水科"), finding_id=city.finding.pk, version=now(city).version)


def test_it_is_passed_down_by_whoever_holds_it_and_not_too_deep(city: Cast) -> None:
    first = below(city, "一科", city.bureau)
    second = below(city, "二组", first)
    third = below(city, "三队", second)
    fourth = below(city, "四班", third)
    accept(city, delegate(city, first), "一科")
    with pytest.raises(RuleBroken):
        delegate(city, city.stranger, "一科")
    accept(city, delegate(city, second, "一科"), "二组")
    accept(city, delegate(city, third, "二组"), "三队")
    with pytest.raises(RuleBroken) as refused:
        delegate(city, fourth, "三队")
    assert refused.value.code == "delegation.too_deep"
    assert [d.to_unit.name for d in queries.delegations(city.finding.pk)] == ["一科", "二组", "三队"]


def test_delegated_to_a_post_that_post_accepts(city: Cast) -> None:
    post = Post.objects.get(duties__user=city.people["liaison"])
    row = delegate(city, city.bureau, post=post)
    with pytest.raises(NotAllowed):
        accept(city, row, "helper")
    assert accept(city, row, "liaison").state == "accepted"
    with pytest.raises(BadInput):
        delegate(city, below(city, "一科", city.bureau), post=post)


def test_in_ones_own_unit_a_post_is_named(city: Cast) -> None:
    with pytest.raises(BadInput):
        delegate(city, city.bureau)


def test_taken_back_into_its_own_hands_with_all_below(city: Cast) -> None:
    first = below(city, "一科", city.bureau)
    second = below(city, "二组", first)
    row = accept(city, delegate(city, first), "一科")
    accept(city, delegate(city, second, "一科"), "二组")
    with pytest.raises(NotAllowed):
        actions.end_delegation(actor=city.actor("一科"), transfer_id=row.pk, reason="收回", version=row.version)
    with pytest.raises(BadInput):
        actions.end_delegation(actor=city.actor("head"), transfer_id=row.pk, reason="", version=row.version)
    actions.end_delegation(actor=city.actor("head"), transfer_id=row.pk, reason="收回", version=row.version)
    assert queries.delegations(city.finding.pk) == []
    assert_unseen(city, "二组")


def test_a_new_lead_ends_what_the_old_one_delegated(city: Cast) -> None:
    first = below(city, "一科", city.bureau)
    second = below(city, "二组", first)
    accept(city, delegate(city, first), "一科")
    delegate(city, second, "一科")
    accept(city, ask(city, city.stranger), "outsider")
    assert sorted(Transfer.objects.values_list("state", flat=True)) == ["accepted", "ended", "taken_back"]
    assert not [part for part, _name in parts(city) if part in ("delegate", "asked")]


def test_a_transfer_once_accepted_is_not_taken_back(city: Cast) -> None:
    row = accept(city, ask(city, city.helper), "helper head")
    with pytest.raises(RuleBroken):
        actions.end_delegation(actor=city.actor("helper head"), transfer_id=row.pk, reason="收回", version=row.version)
    with pytest.raises(RuleBroken):
        actions.take_back_transfer(actor=city.actor("head"), transfer_id=row.pk, version=row.version)


def test_once_planned_the_lead_changes_by_transfer_alone(city: Cast) -> None:
    with pytest.raises(RuleBroken):
        verbs.assign(actor=city.actor("clerk"), finding=now(city), lead=city.stranger, supports=[], verifier=None)


@pytest.mark.parametrize(
    "given",
    [
        {"reason": ""},
        {"to_unit": "from"},
        {"state": "accepted"},
        {"state": "refused", "answered_on": clock.today()},
        {"state": "ordered", "answered_on": clock.today()},
        {"state": "ended", "ended_on": clock.today()},
    ],
)
def test_the_database_refuses_half_a_transfer(city: Cast, given: dict[str, Any]) -> None:
    fields: dict[str, Any] = {
        "finding": city.finding, "kind": "transfer", "from_unit": city.bureau, "to_unit": city.stranger, "reason": "职责不在我局",
        "asked_on": clock.today(), "asked_by": "user:1", "answer_by": clock.today(), **given,
    }  # fmt: skip
    if fields["to_unit"] == "from":
        fields["to_unit"] = city.bureau
    with pytest.raises(IntegrityError), transaction.atomic():
        write.create(Transfer(**fields), actor=SYSTEM, verb="ask")


def test_the_database_keeps_one_open_transfer(city: Cast) -> None:
    ask(city, city.helper)
    row = Transfer(finding=city.finding, kind="transfer", from_unit=city.bureau, to_unit=city.stranger, reason="再问")
    row.asked_on = row.answer_by = clock.today()
    with pytest.raises(IntegrityError), transaction.atomic():
        write.create(row, actor=SYSTEM, verb="ask")
