"""Verbs of several stages: registering, parties, the three claims kept, return, reopen, parts of persons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import NotAllowed, RuleBroken
from jiandi.record.ledger import counters, verbs, write
from jiandi.record.ledger.models import Assignment, Claim, Finding, FindingParty, Measure
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import make_finding, make_measure, make_round, make_unit
from tests.cast import Cast


def new(**fields: Any) -> verbs.NewFinding:
    return verbs.NewFinding(**{"title": "账目不清", "verbatim": "账目不清，三年未对账。", "source": "self", **fields})


def parties(finding: Finding) -> set[tuple[str, str]]:
    return set(finding.parties.values_list("part", "unit__name"))


class TestRegister:
    def test_numbers_run_on_and_are_never_used_twice(self, cast: Cast) -> None:
        first = verbs.register_findings(actor=cast.actor("clerk"), round_=cast.round, new=[new(), new()])
        verbs.withdraw(actor=cast.actor("clerk"), finding=first[1], reason="误录")
        after = verbs.register_findings(actor=cast.actor("clerk"), round_=cast.round, new=[new()])
        assert [f.number[-3:] for f in (*first, *after)] == ["002", "003", "004"]
        assert counters.rebuild() == 0

    def test_each_finding_gets_its_entry_and_its_parties(self, cast: Cast) -> None:
        made = verbs.register_findings(
            actor=cast.actor("clerk"), round_=cast.round, new=[new(lead=cast.bureau, supports=(cast.helper, cast.bureau, cast.helper))]
        )[0]
        assert parties(made) == {("lead", "市水务局"), ("support", "市财政局"), ("verifier", "市核查组")}
        assert TrailEntry.objects.filter(thing="finding", thing_id=made.pk, verb="register").count() == 1
        assert (made.found_in_id, made.first_due, made.state) == (cast.bureau.pk, None, "registered")

    def test_a_unit_is_not_checked_by_itself_or_from_within(self, cast: Cast) -> None:
        inner = make_unit("市核查组二科", cast.audit)
        for lead in (cast.audit, inner):
            made = make_finding(cast.round, lead)
            assert ("verifier", "市核查组") not in parties(made) or not cast.audit.path.startswith(lead.path)

    def test_the_verifier_of_a_field_goes_before_the_general_one(self, cast: Cast) -> None:
        water, lead = make_unit("水利核查组", cast.city), make_unit("某水库", cast.city, field="水利")
        write.create(Assignment(round=cast.round, unit=water, part="verifier", field="水利"), actor=SYSTEM, verb="assign")
        assert ("verifier", "水利核查组") in parties(make_finding(cast.round, lead))

    def test_one_without_text_stops_the_whole_batch(self, cast: Cast) -> None:
        with pytest.raises(RuleBroken):
            verbs.register_findings(actor=cast.actor("clerk"), round_=cast.round, new=[new(), new(title=" ")])
        assert Finding.objects.count() == 1

    @pytest.mark.parametrize("who", ["head", "supervisor", "member", "verifier", "system"])
    def test_only_the_office_registers(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            verbs.register_findings(actor=cast.actor(who), round_=cast.round, new=[new()])

    def test_an_office_of_one_round_registers_in_no_other(self, cast: Cast) -> None:
        clerk = cast.actor("clerk")
        bound = replace(clerk, duties=tuple(replace(d, round_id=cast.round.pk) for d in clerk.duties))
        with pytest.raises(NotAllowed):
            verbs.register_findings(actor=bound, round_=make_round(cast.city), new=[new()])


class TestAssign:
    def test_one_lead_replaces_the_other_and_verifiers_stay_outside(self, cast: Cast) -> None:
        verbs.assign(actor=cast.actor("clerk"), finding=cast.finding, lead=cast.stranger, supports=[cast.bureau], verifier=cast.audit)
        assert parties(cast.finding) == {("lead", "市档案馆"), ("support", "市水务局"), ("verifier", "市核查组")}
        assert FindingParty.objects.filter(finding=cast.finding, part="lead").count() == 1
        assert counters.rebuild() == 0

    def test_a_unit_inside_the_lead_does_not_check_it(self, cast: Cast) -> None:
        inner = make_unit("内审科", cast.bureau)
        with pytest.raises(RuleBroken, match="own_verifier"):
            verbs.assign(actor=cast.actor("clerk"), finding=cast.finding, lead=cast.bureau, supports=[], verifier=inner)

    def test_the_unit_does_not_choose_its_lead(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            verbs.assign(actor=cast.actor("head"), finding=cast.finding, lead=cast.stranger, supports=[], verifier=None)


class TestClaimsKept:
    def set(self, measure: Measure, **fields: Any) -> None:
        write.change(measure, fields, actor=SYSTEM, verb="edit")

    def kept(self, finding: Finding) -> tuple[bool, bool, bool]:
        verbs.keep_claims(finding, actor=SYSTEM, verb="recount")
        row = Finding.objects.get(pk=finding.pk)
        return row.is_said, row.is_done, row.is_well

    def test_done_is_all_measures_done_and_well_needs_done(self, cast: Cast) -> None:
        one, two = make_measure(cast.finding), make_measure(cast.finding)
        today = clock.today()
        write.change(cast.finding, {"state": "in_progress", "effect_state": "passed"}, actor=SYSTEM, verb="edit")
        assert self.kept(cast.finding) == (False, False, False)
        self.set(one, said_on=today, state="done", done_on=today)
        assert self.kept(cast.finding) == (False, False, False)
        self.set(two, said_on=today)
        assert self.kept(cast.finding) == (True, False, False)
        self.set(two, state="done", done_on=today)
        assert self.kept(cast.finding) == (True, True, True)
        self.set(one, state="failed")
        assert self.kept(cast.finding) == (True, True, True)
        self.set(two, state="dropped")
        assert self.kept(cast.finding) == (False, False, False)

    def test_nothing_is_written_when_nothing_changed(self, cast: Cast) -> None:
        make_measure(cast.finding)
        before = TrailEntry.objects.count()
        self.kept(cast.finding)
        assert TrailEntry.objects.count() == before


class TestBack:
    @pytest.fixture
    def done(self, cast: Cast) -> Measure:
        measure = make_measure(cast.finding)
        write.change(measure, {"state": "done", "done_on": clock.today(), "said_on": clock.today()}, actor=SYSTEM, verb="edit")
        claim = Claim(measure=measure, kind="done", holder="user:1", unit=cast.bureau, on=clock.today(), state="accepted")
        write.create(claim, actor=SYSTEM, verb="claim")
        verbs.keep_claims(cast.finding, actor=SYSTEM, verb="recount")
        return measure

    def test_a_return_takes_done_back_and_the_claim_says_so_for_ever(self, cast: Cast, done: Measure) -> None:
        write.change(cast.finding, {"state": "submitted"}, actor=SYSTEM, verb="edit")
        verbs.return_finding(actor=cast.actor("verifier"), finding=cast.finding, reason="no_effect", measure_numbers=[done.number])
        done.refresh_from_db()
        assert (cast.finding.state, cast.finding.is_done, done.state, done.done_on) == ("in_progress", False, "in_progress", None)
        assert Claim.objects.get(measure=done).state == "fell_back"

    def test_a_return_names_a_measure_of_this_finding(self, cast: Cast, done: Measure) -> None:
        write.change(cast.finding, {"state": "submitted"}, actor=SYSTEM, verb="edit")
        with pytest.raises(RuleBroken), transaction.atomic():
            verbs.return_finding(actor=cast.actor("verifier"), finding=cast.finding, reason="no_effect", measure_numbers=[done.number + 9])

    def test_a_reopening_marks_what_did_not_hold_as_failed(self, cast: Cast, done: Measure) -> None:
        write.change(cast.finding, {"state": "closed", "closed_on": clock.today()}, actor=SYSTEM, verb="edit")
        verbs.reopen(actor=cast.actor("supervisor"), finding=cast.finding, reason="问题反弹", failed=[done.number])
        done.refresh_from_db()
        assert (cast.finding.state, done.state, cast.finding.is_said) == ("reopened", "failed", False)
        assert counters.rebuild() == 0


def test_one_person_has_one_part_on_one_measure_for_ever(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    verbs.take_part(measure, cast.actor("verifier"), "done")
    verbs.take_part(measure, cast.actor("verifier"), "done")
    with pytest.raises(RuleBroken):
        verbs.take_part(measure, cast.actor("verifier"), "well")
    with pytest.raises(RuleBroken):
        verbs.take_part(measure, cast.actor("liaison"), "done")
    assert verbs.parts_on(cast.finding.pk) == [(cast.actor("verifier").holder, "done")]


def test_a_measure_is_numbered_within_its_round(cast: Cast) -> None:
    assert make_measure(cast.finding).number == 1
    assert make_measure(cast.finding).number == 2
    assert make_measure(make_finding(make_round(cast.city), cast.bureau)).number == 1


def test_supports_and_parties_are_added_without_doubles(cast: Cast) -> None:
    measure = make_measure(cast.finding)
    verbs.set_supports(measure, [cast.helper, cast.helper, cast.city])
    verbs.set_supports(measure, [cast.city])
    assert [s.unit_id for s in measure.supports.all()] == [cast.city.pk]
    verbs.add_parties(cast.finding, "support", [cast.helper, cast.city, cast.city])
    assert FindingParty.objects.filter(finding=cast.finding, part="support").count() == 2
