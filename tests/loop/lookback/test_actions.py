"""The look-back's protocol: nobody can steer the draw, and what did not hold comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.lookback import actions, queries, rules
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Check, Draw, Evidence, EvidenceUse, Finding, LookBack, MeasurePart
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM, Actor
from tests.builders import as_actor, give, make_finding, make_measure, make_round, make_user
from tests.cast import Cast

PARTIES = {"市纪委": "1" * 64, "市委组织部": "2" * 64}


def close(finding: Finding, **fields: Any) -> Finding:
    fields = {"state": "closed", "closed_on": clock.today(), "is_said": True, "is_done": True, **fields}
    write.change(finding, fields, actor=SYSTEM, verb="close")
    return finding


@pytest.fixture
def city(cast: Cast) -> Cast:
    """Twelve closed findings, one standing, one still open; two supervisors."""
    for _n in range(11):
        close(make_finding(cast.round, cast.bureau))
    close(cast.finding)
    close(make_finding(cast.round, cast.bureau), state="standing", closed_on=None)
    make_finding(cast.round, cast.bureau)
    close(make_finding(make_round(cast.city), cast.bureau))
    cast.people["supervisor2"] = make_user("supervisor2")
    give(cast.people["supervisor2"], cast.audit, roles.SUPERVISOR)
    return cast


def plan(city: Cast, who: str = "clerk", **fields: Any) -> LookBack:
    fields = {"title": "第一次回头看", "by_risk": 3, "at_random": 4, **fields}
    return actions.plan_lookback(actor=city.actor(who), round_id=city.round.pk, **fields)


def commit(city: Cast, lookback: LookBack) -> None:
    for who, (party, secret) in zip(("supervisor", "supervisor2"), PARTIES.items(), strict=True):
        digest = rules.commitment(party, secret, lookback.algorithm)
        actions.commit_secret(actor=city.actor(who), lookback_id=lookback.pk, party=party, digest=digest)


def freeze(city: Cast, lookback: LookBack) -> LookBack:
    return actions.freeze_list(actor=city.actor("clerk"), lookback_id=lookback.pk, version=lookback.version)


def open_all(city: Cast, lookback: LookBack) -> None:
    for party, secret in PARTIES.items():
        actions.open_secret(actor=city.actor("supervisor"), lookback_id=lookback.pk, party=party, secret=secret)


@pytest.fixture
def drawn(city: Cast) -> LookBack:
    lookback = plan(city)
    commit(city, lookback)
    lookback = freeze(city, lookback)
    open_all(city, lookback)
    return actions.draw(actor=city.actor("director"), lookback_id=lookback.pk, version=lookback.version)


@pytest.mark.parametrize("who", ["supervisor", "member", "head", "verifier", "outsider"])
def test_only_the_office_plans(city: Cast, who: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        plan(city, who)


@pytest.mark.parametrize("fields", [{"title": " "}, {"by_risk": 0, "at_random": 0}, {"by_risk": -1}])
def test_a_plan_needs_a_name_and_a_number(city: Cast, fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        plan(city, **fields)


def test_a_list_is_not_frozen_before_two_parties_sealed_a_secret(city: Cast) -> None:
    lookback = plan(city)
    actions.commit_secret(actor=city.actor("supervisor"), lookback_id=lookback.pk, party="市纪委", digest="0" * 64)
    with pytest.raises(RuleBroken) as refused:
        freeze(city, lookback)
    assert [u.code for u in refused.value.unmet] == ["commitments"]


def test_one_person_seals_for_one_party(city: Cast) -> None:
    lookback = plan(city)
    ask: dict[str, Any] = {"actor": city.actor("supervisor"), "lookback_id": lookback.pk, "digest": "0" * 64}
    actions.commit_secret(**ask, party="市纪委")
    with pytest.raises(RuleBroken, match="person_twice"):
        actions.commit_secret(**ask, party="市委组织部")
    with pytest.raises(RuleBroken, match="party_twice"):
        actions.commit_secret(**{**ask, "actor": city.actor("supervisor2")}, party="市纪委")


@pytest.mark.parametrize("who", ["clerk", "director", "head"])
def test_the_office_that_draws_does_not_seal(city: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.commit_secret(actor=city.actor(who), lookback_id=plan(city).pk, party="市纪委", digest="0" * 64)


@pytest.mark.parametrize(("party", "digest"), [("", "0" * 64), ("甲\n乙", "0" * 64), ("市纪委", "the secret itself")])
def test_a_commitment_is_one_line_and_a_digest(city: Cast, party: str, digest: str) -> None:
    with pytest.raises(BadInput):
        actions.commit_secret(actor=city.actor("supervisor"), lookback_id=plan(city).pk, party=party, digest=digest)


def test_a_secret_sealed_after_the_list_is_refused(city: Cast) -> None:
    lookback = plan(city)
    commit(city, lookback)
    freeze(city, lookback)
    with pytest.raises(RuleBroken, match="too_late"):
        actions.commit_secret(actor=city.actor("supervisor"), lookback_id=lookback.pk, party="观察员", digest="0" * 64)


def test_the_list_is_every_closed_and_standing_finding_of_the_round(city: Cast) -> None:
    lookback = plan(city)
    commit(city, lookback)
    lookback = freeze(city, lookback)
    assert len(lookback.population) == 13
    assert lookback.root == rules.root_of(rules.items_of(lookback.population), lookback.algorithm)


def test_more_than_there_are_cannot_be_drawn(city: Cast) -> None:
    lookback = plan(city, at_random=11)
    commit(city, lookback)
    with pytest.raises(RuleBroken) as refused:
        freeze(city, lookback)
    assert [u.code for u in refused.value.unmet] == ["too_many"]


def test_a_stale_freeze_is_refused(city: Cast) -> None:
    lookback = plan(city)
    commit(city, lookback)
    with pytest.raises(Conflict):
        actions.freeze_list(actor=city.actor("clerk"), lookback_id=lookback.pk, version=5)
    with pytest.raises(NotAllowed):
        actions.freeze_list(actor=city.actor("supervisor"), lookback_id=lookback.pk, version=1)


def test_secrets_are_opened_after_the_list_and_must_fit(city: Cast) -> None:
    lookback = plan(city)
    commit(city, lookback)
    ask: dict[str, Any] = {"actor": city.actor("supervisor"), "lookback_id": lookback.pk}
    with pytest.raises(RuleBroken, match="not_frozen"):
        actions.open_secret(**ask, party="市纪委", secret=PARTIES["市纪委"])
    freeze(city, lookback)
    with pytest.raises(RuleBroken, match="mismatch"):
        actions.open_secret(**ask, party="市纪委", secret="9" * 64)
    with pytest.raises(NotFound):
        actions.open_secret(**ask, party="无此方", secret="9" * 64)
    actions.open_secret(**ask, party="市纪委", secret=PARTIES["市纪委"])
    with pytest.raises(RuleBroken, match="opened"):
        actions.open_secret(**ask, party="市纪委", secret=PARTIES["市纪委"])


def test_nothing_is_drawn_while_a_secret_is_sealed(city: Cast) -> None:
    lookback = plan(city)
    commit(city, lookback)
    lookback = freeze(city, lookback)
    with pytest.raises(RuleBroken) as refused:
        actions.draw(actor=city.actor("clerk"), lookback_id=lookback.pk, version=lookback.version)
    assert [u.code for u in refused.value.unmet] == ["secrets"]


def test_the_draw_can_be_recomputed_by_anybody(drawn: LookBack) -> None:
    again = rules.recompute(drawn.population[::-1], list(PARTIES.items())[::-1], 3, 4, drawn.algorithm)
    kept = drawn.draws.order_by("place").values_list("finding_id", "is_random", "key")
    assert list(kept) == [(p.finding_id, p.is_random, p.key) for p in again.picks]
    assert queries.agrees(drawn)


def test_a_changed_list_is_found_out(drawn: LookBack) -> None:
    drawn.population[0][2] += 1
    assert not queries.agrees(drawn)


def test_nothing_is_drawn_twice(city: Cast, drawn: LookBack) -> None:
    with pytest.raises(RuleBroken):
        actions.draw(actor=city.actor("clerk"), lookback_id=drawn.pk, version=drawn.version)
    with pytest.raises(NotAllowed):
        actions.finish_lookback(actor=city.actor("supervisor"), lookback_id=_all_seen(city, drawn).pk, version=drawn.version)


def look(actor: Actor, row: Draw, **fields: Any) -> Draw:
    fields = {"held": True, "method": "seen", "text": "现场查看，资金已拨付", "version": row.version, **fields}
    return actions.record_result(actor=actor, draw_id=row.pk, **fields)


def _all_seen(city: Cast, drawn: LookBack) -> LookBack:
    for row in drawn.draws.filter(state="drawn"):
        look(city.actor("supervisor"), row)
    return drawn


def test_what_did_not_hold_is_reopened_with_its_measures_failed(city: Cast, drawn: LookBack) -> None:
    row = drawn.draws.first()
    assert row is not None
    measure = make_measure(row.finding)
    write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="edit")
    look(city.actor("supervisor"), row, held=False, text="渠道又堵了", failed=[measure.number])
    finding = Finding.objects.get(pk=row.finding_id)
    measure.refresh_from_db()
    assert (finding.state, finding.closed_on, measure.state) == ("reopened", None, "failed")
    assert Draw.objects.get(pk=row.pk).state == "failed"


def test_what_held_stays_closed(city: Cast, drawn: LookBack) -> None:
    row = drawn.draws.first()
    assert row is not None
    look(city.actor("clerk"), row)
    assert Finding.objects.get(pk=row.finding_id).state in {"closed", "standing"}
    with pytest.raises(RuleBroken):
        look(city.actor("clerk"), Draw.objects.get(pk=row.pk))


def test_a_finding_reopened_meanwhile_does_not_block_the_record(city: Cast, drawn: LookBack) -> None:
    row = drawn.draws.first()
    assert row is not None
    write.change(row.finding, {"state": "reopened", "closed_on": None}, actor=SYSTEM, verb="reopen")
    assert look(city.actor("supervisor"), row, held=False).state == "failed"


@pytest.mark.parametrize(("fields", "codes"), [({"text": " "}, {"text"}), ({"method": ""}, {"method"})])
def test_a_look_says_how_and_what(city: Cast, drawn: LookBack, fields: dict[str, Any], codes: set[str]) -> None:
    row = drawn.draws.first()
    assert row is not None
    with pytest.raises(RuleBroken) as refused:
        look(city.actor("supervisor"), row, **fields)
    assert {u.code for u in refused.value.unmet} == codes


def test_wrong_people_and_stale_versions_record_nothing(city: Cast, drawn: LookBack) -> None:
    row = drawn.draws.first()
    assert row is not None
    for who, error in (("head", NotAllowed), ("verifier", NotAllowed), ("member", NotAllowed), ("outsider", NotFound)):
        with pytest.raises(error):
            look(city.actor(who), row)
    with pytest.raises(Conflict):
        look(city.actor("supervisor"), row, version=9)


def test_who_had_a_part_in_it_does_not_look_back_on_it(city: Cast, drawn: LookBack) -> None:
    row = drawn.draws.first()
    assert row is not None
    person = make_user("跨岗的人")
    give(person, city.audit, roles.SUPERVISOR)
    write.attach([MeasurePart(measure=make_measure(row.finding), holder=f"user:{person.pk}", part="done")])
    with pytest.raises(RuleBroken, match="another person"):
        look(as_actor(person), row)


def test_a_look_back_ends_when_all_was_seen(city: Cast, drawn: LookBack) -> None:
    with pytest.raises(RuleBroken, match="unseen"):
        actions.finish_lookback(actor=city.actor("clerk"), lookback_id=drawn.pk, version=drawn.version)
    _all_seen(city, drawn)
    ended = actions.finish_lookback(actor=city.actor("clerk"), lookback_id=drawn.pk, version=drawn.version)
    assert ended.state == "finished"
    outcome = queries.outcome(ended)
    assert (outcome.rest, outcome.random_seen, outcome.random_failed) == (10, 4, 0)
    assert outcome.at_most is not None


def test_risk_points_follow_what_the_record_holds(city: Cast) -> None:
    finding = city.finding
    write.change(finding, {"due": clock.today() + timedelta(days=90)}, actor=SYSTEM, verb="edit")
    measure = make_measure(finding, target_value=10, base_value=3, actual_value=3)
    assert _weight(city) == 3 + 3 + 1
    paper = Evidence(title="拨款单", kind="act", digest="a" * 64, size_bytes=9, unit=city.bureau, added_by="user:1", added_at=clock.now())
    write.create(paper, actor=SYSTEM, verb="add")
    write.attach([EvidenceUse(evidence=paper, measure=measure, used_at=clock.now())])
    check = Check(finding=finding, kind="accept", method="read", verdict="passed", holder="user:1", on=clock.today())
    write.create(check, actor=SYSTEM, verb="check")
    assert _weight(city) == 3 + 2
    other = Finding.objects.exclude(pk=finding.pk).filter(round=city.round).first()
    write.attach([EvidenceUse(evidence=paper, finding=other, used_at=clock.now())])
    write.change(finding, {"due": clock.today() + timedelta(days=2)}, actor=SYSTEM, verb="edit")
    assert _weight(city) == 3 + 2 + 1 + 1


def _weight(city: Cast) -> int:
    rows = {row[0]: row[2] for row in queries.population(city.actor("clerk"), city.round.pk)}
    return int(rows[city.finding.pk])


def test_the_list_takes_a_fixed_number_of_reads(city: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        queries.population(city.actor("clerk"), city.round.pk)
