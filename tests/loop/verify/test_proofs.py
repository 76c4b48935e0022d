"""Proofs of use: drawn once and recomputable, recorded by somebody outside the author's side, below the bar on paper only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute import actions as execute
from jiandi.loop.execute.actions import NewRule
from jiandi.loop.verify import actions, rules
from jiandi.loop.verify.queries import proofs as queries
from jiandi.record.ledger import lifecycle, sampling
from jiandi.record.ledger.models import Institution, MeasureRule, ProofOfUse
from jiandi.record.trail.actor import SYSTEM
from tests.builders import give, make_measure
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SEEN: dict[str, Any] = {"method": "read", "text": "逐件查阅"}


@pytest.fixture
def rule(cast: Cast) -> Institution:
    """In force for more than half a year, made by a measure of the cast's finding."""
    measure = make_measure(cast.finding, rule_verb="make")
    lifecycle.move(measure, "approve", actor=SYSTEM)
    return execute.register_rule(
        actor=cast.actor("liaison"),
        measure_id=measure.pk,
        title="资金拨付办法",
        number="云水发〔2025〕3号",
        issued_on=clock.today() - timedelta(days=200),
        first_proof_on=None,
        state="in_force",
    )


@pytest.fixture
def proof(rule: Institution) -> ProofOfUse:
    return rule.proofs.order_by("number")[0]


def draw(cast: Cast, proof: ProofOfUse, who: str = "verifier", **more: Any) -> ProofOfUse:
    given = {"proof_id": proof.pk, "version": proof.version, "case_list": "下半年拨付申请，按受理号", "cases": 40, **more}
    return actions.draw_cases(actor=cast.actor(who), **given)


def record(cast: Cast, proof: ProofOfUse, found: int | None, who: str = "verifier", **more: Any) -> ProofOfUse:
    return actions.record_proof(actor=cast.actor(who), proof_id=proof.pk, version=proof.version, found=found, **{**SEEN, **more})


def test_places_are_the_same_for_whoever_computes_them() -> None:
    seed = sampling.seed_of("ab" * 32, "proofofuse", 7, 40, "sha256")
    places = sampling.places(seed, 40, 5, "sha256")
    assert places == sampling.places(seed, 40, 5, "sha256") == sorted(set(places))
    assert len(places) == 5
    assert set(places) <= set(range(1, 41))
    assert places != sampling.places(sampling.seed_of("cd" * 32, "proofofuse", 7, 40, "sha256"), 40, 5, "sha256")
    assert sampling.places(seed, 3, 3, "sm3") == [1, 2, 3]


@pytest.mark.parametrize(("found", "drawn", "used"), [(4, 5, True), (3, 5, False), (0, 0, False), (1, 1, True)])
def test_below_the_bar_or_without_a_case_it_is_not_used(found: int, drawn: int, *, used: bool) -> None:
    assert rules.is_used(found, drawn, 80) is used


def test_cases_are_drawn_once_and_can_be_computed_again(cast: Cast, proof: ProofOfUse) -> None:
    drawn = draw(cast, proof)
    assert (drawn.state, drawn.drawn, len(drawn.picks)) == ("drawn", 5, 5)
    assert queries.proof(cast.actor("clerk"), proof.pk).line.agrees
    with pytest.raises(RuleBroken):
        draw(cast, drawn)


def test_fewer_cases_than_the_regime_asks_for_are_all_drawn(cast: Cast, proof: ProofOfUse) -> None:
    assert draw(cast, proof, cases=3).picks == [1, 2, 3]


@pytest.mark.parametrize("wrong", [{"cases": 0}, {"cases": 3, "drawn": 4}, {"case_list": " "}, {"cases": rules.MOST_CASES + 1, "drawn": 5}])
def test_a_draw_that_says_nothing_is_refused(cast: Cast, proof: ProofOfUse, wrong: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        draw(cast, proof, **wrong)


def test_the_authors_side_proves_nothing(cast: Cast, proof: ProofOfUse) -> None:
    for who in ("liaison", "head", "helper", "member"):
        with pytest.raises(NotAllowed):
            draw(cast, proof, who)
    with pytest.raises(NotFound):
        draw(cast, proof, "outsider")
    give(cast.people["verifier"], cast.bureau, "liaison")
    with pytest.raises(RuleBroken) as refused:
        draw(cast, proof)
    assert "independence.unit" in {u.code for u in refused.value.unmet}


def test_who_registered_a_rule_does_not_prove_its_use(cast: Cast) -> None:
    new = NewRule("值班制度", number="云水发〔2025〕4号", issued_on=clock.today() - timedelta(days=200))
    own = execute.add_rule(actor=cast.actor("clerk"), unit_id=cast.bureau.pk, new=new, is_in_force=True)
    first = own.proofs.order_by("number")[0]
    with pytest.raises(RuleBroken) as refused:
        draw(cast, first, "clerk")
    assert "independence.part" in {u.code for u in refused.value.unmet}
    assert draw(cast, first, "director").state == "drawn"


def test_a_stale_version_is_a_conflict(cast: Cast, proof: ProofOfUse) -> None:
    with pytest.raises(Conflict):
        draw(cast, proof, version=9)


def test_enough_cases_and_the_rule_is_used(cast: Cast, rule: Institution, proof: ProofOfUse) -> None:
    done = record(cast, draw(cast, proof), 4)
    rule.refresh_from_db()
    assert (done.state, rule.state) == ("used", "in_force")


def test_too_few_and_it_is_on_paper_only_and_proved_again(cast: Cast, rule: Institution, proof: ProofOfUse) -> None:
    done = record(cast, draw(cast, proof), 3)
    rule.refresh_from_db()
    assert (done.state, rule.state) == ("unused", "on_paper_only")
    assert rule.proofs.filter(state="planned").count() == 1
    last = record(cast, draw(cast, rule.proofs.get(state="planned"), cases=8), 0)
    assert last.state == "unused"
    assert rule.proofs.filter(state="planned", due__gt=clock.today()).count() == 1


def test_a_result_says_how_many_how_and_what(cast: Cast, proof: ProofOfUse) -> None:
    drawn = draw(cast, proof)
    for found in (None, 6):
        with pytest.raises(RuleBroken):
            record(cast, drawn, found)
    with pytest.raises(RuleBroken):
        record(cast, drawn, 5, text=" ")
    with pytest.raises(RuleBroken):
        record(cast, drawn, 5, seen_on=clock.today() + timedelta(days=1))
    with pytest.raises(BadInput):
        record(cast, drawn, 5, method="dreamt")
    with pytest.raises(RuleBroken):
        record(cast, ProofOfUse.objects.get(number=2), 5)


def test_a_rule_that_has_ended_is_not_proved(cast: Cast, rule: Institution, proof: ProofOfUse) -> None:
    execute.abolish_rule(
        actor=cast.actor("head"), institution_id=rule.pk, version=rule.version, document="云水发〔2026〕9号", ended_on=clock.today()
    )
    proof.refresh_from_db()
    with pytest.raises(RuleBroken) as refused:
        draw(cast, proof)
    assert refused.value.code == "proof.not_in_force"


def test_missed_and_near_proofs_are_listed(cast: Cast, proof: ProofOfUse) -> None:
    assert queries.proof_counts(cast.actor("verifier")) == {"": 2, "missed": 1, "near": 0}
    assert queries.proof_counts(cast.actor("outsider")) == {"": 0, "missed": 0, "near": 0}


@pytest.mark.parametrize(
    "fields", [{"found": 3, "drawn": 2, "cases": 9}, {"drawn": 9, "cases": 2}, {"state": "used", "found": 1, "drawn": 1, "cases": 1}]
)
def test_the_database_refuses_counts_that_do_not_fit(rule: Institution, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProofOfUse.objects.bulk_create([ProofOfUse(institution=rule, number=9, due=clock.today(), **fields)])


def test_the_database_refuses_doubles_and_rules_without_title_or_end(cast: Cast, rule: Institution) -> None:
    link = MeasureRule.objects.get()
    rows: list[Any] = [
        ProofOfUse(institution=rule, number=1, due=clock.today()),
        MeasureRule(measure=link.measure, institution=rule, verb="enforce"),
        Institution(unit=cast.bureau, title=""),
        Institution(unit=cast.bureau, title="旧办法", state="abolished"),
        Institution(pk=9000, unit=cast.bureau, title="自我替代", replaces_id=9000),
    ]
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.bulk_create([row])
