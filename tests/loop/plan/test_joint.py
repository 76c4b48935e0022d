"""Joint rectification: a measure serves the same problem of two letters, is worked on once, and counts once."""

from __future__ import annotations

import random
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.execute.queries import turns
from jiandi.loop.lookback import queries as lookback
from jiandi.loop.plan import actions, rules
from jiandi.loop.plan.queries import plans
from jiandi.loop.verify import actions as verify
from jiandi.loop.verify import queries as checks
from jiandi.record.figures import measures as figures
from jiandi.record.figures import queries
from jiandi.record.ledger import links, reads, schedules, verbs, write
from jiandi.record.ledger.models import Claim, Draw, Finding, FindingParty, Measure, MeasureFinding, PlanChange, Round
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.builders import as_actor, give, make_cause, make_finding, make_measure, make_round, make_user
from tests.cast import Cast
from tests.loop.plan.plan_makers import approve, approved, submit

pytestmark = pytest.mark.django_db


class Two:
    """One problem in two letters: ``here`` has a plan with one measure, ``there`` is still to be planned."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.letter = make_round(cast.city, level="central")
        self.here = cast.finding
        self.there = make_finding(self.letter, cast.bureau, source="central")
        state(self.here, "in_progress")
        self.measure = make_measure(self.here)
        state(self.measure, "in_progress")
        link(cast, self.here, self.there)

    def join(self, who: str = "clerk", **given: Any) -> Measure:
        asked: dict[str, Any] = {"measure_id": self.measure.pk, "finding_id": self.there.pk, "reason": "同一整改任务", **given}
        asked.setdefault("version", Measure.objects.get(pk=self.measure.pk).version)
        return actions.serve_also(actor=self.cast.actor(who), **asked)

    def leave(self, who: str = "clerk", **given: Any) -> Measure:
        asked: dict[str, Any] = {"measure_id": self.measure.pk, "finding_id": self.there.pk, "reason": "另行整改", **given}
        asked.setdefault("version", Measure.objects.get(pk=self.measure.pk).version)
        return actions.serve_no_more(actor=self.cast.actor(who), **asked)


def state(thing: Any, to: str, **fields: Any) -> None:
    thing.refresh_from_db()
    write.change(thing, {"state": to, **fields}, actor=SYSTEM, verb="edit")


def link(cast: Cast, one: Finding, other: Finding) -> None:
    given: dict[str, Any] = {"kind": "same", "basis": "同一问题", "version": Finding.objects.get(pk=one.pk).version}
    links.say(actor=cast.actor("clerk"), finding_id=one.pk, other_id=other.pk, **given)


def verbs_of(finding: Finding) -> list[str]:
    return list(TrailEntry.objects.filter(thing="finding", thing_id=finding.pk).order_by("number").values_list("verb", flat=True))


def claims(finding: Finding) -> tuple[bool, bool]:
    row = Finding.objects.get(pk=finding.pk)
    return row.is_said, row.is_done


@pytest.fixture
def two(cast: Cast) -> Two:
    return Two(cast)


def test_the_lead_lets_its_measure_serve_the_plan_it_drafts(two: Two) -> None:
    two.join("liaison", reason="")
    assert {m.pk for m in reads.measures_of(two.there.pk)} == {two.measure.pk}
    assert two.measure.round == two.cast.round
    assert verbs_of(two.there)[-1] == "join_measure"
    assert verbs_of(two.here)[-1] == "share_measure"


def test_a_measure_takes_a_number_in_each_round_it_serves(two: Two) -> None:
    own = make_measure(two.there)
    assert own.number == two.measure.number == 1
    two.join()
    assert [m.number for m in reads.measures_of(two.there.pk)] == [1, 2]
    assert [m.number for m in reads.facts_for("plan", two.there).measures] == [1, 2]
    assert verbs.next_measure_number(two.letter.pk) == 3
    assert [m.number for m in reads.measures_of(two.here.pk)] == [1]
    assert Measure.objects.get(pk=two.measure.pk).number == 1


def test_without_a_link_no_measure_is_shared(two: Two) -> None:
    lone = make_finding(two.letter, two.cast.bureau)
    with pytest.raises(RuleBroken, match="not_linked"):
        two.join(finding_id=lone.pk)


def test_a_proposed_link_is_not_enough(two: Two) -> None:
    lone = make_finding(two.letter, two.cast.bureau)
    given: dict[str, Any] = {"finding_id": two.here.pk, "other_id": lone.pk, "kind": "same", "basis": "", "version": two.here.version}
    links.say(actor=two.cast.actor("liaison"), **given)
    with pytest.raises(RuleBroken, match="not_linked"):
        two.join(finding_id=lone.pk)


@pytest.mark.parametrize("measure_state", ["draft", "dropped", "failed"])
def test_only_approved_measures_are_shared(two: Two, measure_state: str) -> None:
    state(two.measure, measure_state)
    with pytest.raises(RuleBroken, match="not_joinable"):
        two.join()


@pytest.mark.parametrize("finding_state", ["submitted", "verified", "withdrawn", "handed_over"])
def test_a_finding_under_verification_or_off_the_books_takes_no_measure(two: Two, finding_state: str) -> None:
    state(two.there, finding_state)
    with pytest.raises(RuleBroken, match=r"measure\.state"):
        two.join()


def test_the_office_decides_where_the_lead_differs_and_says_why(two: Two) -> None:
    other = make_finding(two.letter, two.cast.stranger, supports=(two.cast.bureau,))
    link(two.cast, two.here, other)
    with pytest.raises(NotAllowed):
        two.join("liaison", finding_id=other.pk)
    with pytest.raises(RuleBroken, match="no_reason"):
        two.join(finding_id=other.pk, reason=" ")
    two.join(finding_id=other.pk)
    assert MeasureFinding.objects.filter(measure=two.measure, finding=other).exists()


def test_the_office_decides_where_a_plan_stands_already(two: Two) -> None:
    state(two.there, "planned")
    with pytest.raises(NotAllowed, match="office_joins"):
        two.join("liaison")
    two.join()
    two.there.refresh_from_db()
    assert two.there.state == "in_progress", "the measure is under way, so the finding is"


def test_the_office_decides_whether_what_is_done_already_serves(two: Two) -> None:
    state(two.measure, "done", done_on=clock.today(), said_on=clock.today())
    with pytest.raises(NotAllowed, match="office_joins"):
        two.join("head")
    two.join()
    assert claims(two.there) == (False, False), "before its own plan is approved nothing counts"


def test_another_lead_s_measure_gives_its_unit_a_share(two: Two) -> None:
    other = make_finding(two.letter, two.cast.stranger)
    state(other, "planned")
    link(two.cast, two.here, other)
    two.join(finding_id=other.pk)
    assert FindingParty.objects.filter(finding=other, unit=two.cast.bureau, part="share").exists()


def test_what_one_may_not_see_takes_no_measure(two: Two) -> None:
    hidden = make_finding(two.letter, two.cast.stranger)
    link(two.cast, two.here, hidden)
    with pytest.raises(NotFound):
        two.join("liaison", finding_id=hidden.pk)
    with pytest.raises(NotFound):
        two.join("outsider")


def test_an_office_of_one_letter_shares_nothing_into_another(two: Two) -> None:
    user = make_user()
    give(user, two.cast.office, roles.CLERK, two.letter)
    with pytest.raises(NotFound):
        actions.serve_also(actor=as_actor(user), measure_id=two.measure.pk, finding_id=two.there.pk, reason="任务相同", version=2)


@pytest.mark.parametrize("who", ["supervisor", "verifier", "helper"])
def test_others_share_nothing(two: Two, who: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        two.join(who)


def test_stale_and_twice(two: Two) -> None:
    with pytest.raises(Conflict):
        two.join(version=99)
    two.join()
    with pytest.raises(RuleBroken, match="served"):
        two.join()


def test_done_of_the_measure_is_done_of_every_finding_it_serves(two: Two) -> None:
    state(two.there, "in_progress")
    two.join()
    state(two.measure, "claimed", said_on=clock.today())
    claim = Claim(measure=two.measure, kind="done", text="已拨付", holder="user:0", unit=two.cast.bureau, on=clock.today(), state="raised")
    write.create(claim, actor=SYSTEM, verb="claim")
    verify.accept_claim(actor=two.cast.actor("verifier"), claim_id=claim.pk, verdict="met", method="seen", text="到账", version=1)
    assert claims(two.here) == claims(two.there) == (True, True)
    assert [shown.check.measure for shown in checks.panel(two.cast.actor("clerk"), two.there.pk).checks] == [two.measure]
    for round_ in (two.cast.round, two.letter):
        assert queries.totals_of(two.cast.actor("clerk"), round_.pk).rates.done.k == 1


def done_in_both(two: Two) -> None:
    state(two.there, "in_progress")
    two.join()
    state(two.measure, "done", done_on=clock.today(), said_on=clock.today())
    for finding in (two.here, two.there):
        finding.refresh_from_db()
        verbs.keep_claims(finding, actor=SYSTEM, verb="recount")
    assert claims(two.there) == (True, True)


def test_failing_a_measure_tells_every_finding_it_serves(two: Two) -> None:
    done_in_both(two)
    state(two.here, "closed", closed_on=clock.today())
    verbs.reopen(actor=SYSTEM, finding=two.here, reason="现场复查仍有拖欠", failed=[1])
    assert Measure.objects.get().state == "failed"
    assert "measure_fail" in verbs_of(two.there)
    assert claims(two.there) == (False, False)
    words = " ".join(TrailEntry.objects.filter(thing="finding", thing_id=two.there.pk).values_list("body", flat=True))
    assert "现场复查" not in words, "what was said about the one stays with it"


def test_a_return_that_lets_a_measure_fall_back_tells_the_other(two: Two) -> None:
    done_in_both(two)
    state(two.here, "submitted")
    verbs.return_finding(actor=SYSTEM, finding=two.here, reason="below_standard", measure_numbers=[1])
    assert "measure_fall_back" in verbs_of(two.there)
    assert claims(two.there) == (True, False)


def ask(two: Two, **changes: Any) -> PlanChange:
    version = Measure.objects.get(pk=two.measure.pk).version
    return actions.ask_change(actor=two.cast.actor("liaison"), measure_id=two.measure.pk, reason="任务调整", version=version, **changes)


@pytest.fixture
def approved_here(two: Two) -> Two:
    """The plan here stands whole, and its last measure serves the other letter too."""
    state(two.here, "registered")
    approved(two.cast)
    return two


def test_an_approved_drop_tells_and_recounts_every_finding_served(approved_here: Two) -> None:
    two = approved_here
    done = make_measure(two.there)
    state(done, "done", done_on=clock.today(), said_on=clock.today())
    state(two.there, "in_progress")
    two.join()
    assert claims(two.there) == (False, False)
    ask(two, drop=True)
    approve(two.cast, submit(two.cast))
    assert Measure.objects.get(pk=two.measure.pk).state == "dropped"
    assert "measure_drop" in verbs_of(two.there)
    assert "measure_drop" in verbs_of(two.here)
    assert claims(two.there) == (True, True)


def test_dropping_a_shared_draft_tells_every_finding_it_serves(two: Two) -> None:
    other = make_finding(two.cast.round, two.cast.bureau)
    verbs.serve(two.measure, other)
    state(two.measure, "draft")
    actions.drop_measure(actor=two.cast.actor("liaison"), measure_id=two.measure.pk, reason="并入其他措施", version=two.measure.version)
    assert "measure_drop" in verbs_of(two.here)
    assert "measure_drop" in verbs_of(other)


def test_a_measure_is_not_dropped_from_under_the_other_letter_s_plan(two: Two) -> None:
    """The plan of the other letter must stay whole too."""
    make_measure(two.here)  # what is left here suffices here
    two.join()
    make_cause(two.there)
    state(two.there, "planned")
    with pytest.raises(RuleBroken, match="needed"):
        ask(two, drop=True)


def test_a_change_is_carried_by_the_plan_of_the_measure_s_own_round_and_told_to_the_other(approved_here: Two) -> None:
    two = approved_here
    two.join()
    before = two.measure.text
    change = ask(two, text="推进项目账目核对")
    assert plans.open_changes(two.letter.pk, two.cast.bureau.pk) == []
    assert plans.open_changes(two.cast.round.pk, two.cast.bureau.pk) == [change]
    body = plans.body_of(two.letter, two.cast.bureau, plans.findings_of_plan(two.letter.pk, two.cast.bureau.pk))
    assert [m["text"] for m in body["findings"][0]["measures"]] == [before]
    approve(two.cast, submit(two.cast))
    assert Measure.objects.get(pk=two.measure.pk).text == "推进项目账目核对"
    assert "measure_change" in verbs_of(two.there)


def test_wherever_it_is_looked_at_it_has_the_number_of_that_finding(two: Two) -> None:
    make_measure(two.there), make_measure(two.there)
    two.join()
    clerk, unit = two.cast.actor("clerk"), two.cast.bureau
    assert MeasureFinding.objects.get(measure=two.measure, finding=two.there).number == 3
    found = schedules.of_measures(two.letter, schedules.measures_of(clerk, two.letter, unit.pk)).lines
    assert {(line.measure.number, line.numbers) for line in found} == {(n, two.there.number) for n in (1, 2, 3)}
    [line] = schedules.of_measures(two.cast.round, schedules.measures_of(clerk, two.cast.round, unit.pk)).lines
    assert (line.measure.number, line.numbers) == (1, two.here.number)
    assert [m.number for m in lookback.measures_of(Draw(finding=two.there))] == [1, 2, 3]
    assert [offer.about for offer in turns.help_of(two.cast.actor("head"), two.there).offers] == ["3"], "of those at work"


def test_the_office_takes_a_joined_measure_off_again(two: Two) -> None:
    two.join()
    for wrong, error in (("liaison", NotAllowed), ("outsider", NotFound)):
        with pytest.raises(error):
            two.leave(wrong)
    with pytest.raises(RuleBroken):
        two.leave(reason="")
    with pytest.raises(Conflict):
        two.leave(version=99)
    two.leave()
    assert list(MeasureFinding.objects.values_list("finding_id", flat=True)) == [two.here.pk]
    assert verbs_of(two.there)[-1] == "leave_measure"
    with pytest.raises(RuleBroken, match="not_served"):
        two.leave()


def test_a_measure_is_not_taken_off_the_finding_it_was_planned_for(two: Two) -> None:
    two.join()
    with pytest.raises(RuleBroken, match="at_home"):
        two.leave(finding_id=two.here.pk)


def test_who_joins_on_his_own_is_decided_without_a_database() -> None:
    assert not rules.office_joins(1, 1, "registered", "planned")
    assert rules.office_joins(1, 2, "registered", "planned")
    assert rules.office_joins(1, None, "registered", "planned")
    assert rules.office_joins(1, 1, "planned", "planned")
    assert rules.office_joins(1, 1, "reopened", "done")


def test_each_letter_covers_its_own_and_a_joint_measure_counts_once(two: Two) -> None:
    two.join()
    clerk = two.cast.actor("clerk")
    here, there = (figures.totals_of(clerk, r.pk) for r in (two.cast.round, two.letter))
    assert (here.total, here.joint, here.elsewhere) == (1, 1, 0)
    assert (there.total, there.joint, there.elsewhere) == (0, 0, 1)


def test_a_measure_whose_first_letter_let_go_counts_where_it_still_serves(two: Two) -> None:
    two.join()
    state(two.here, "withdrawn")
    clerk = two.cast.actor("clerk")
    assert [figures.totals_of(clerk, r.pk).total for r in (two.cast.round, two.letter)] == [0, 1]


@pytest.mark.parametrize("seed", range(6))
def test_the_sum_over_rounds_counts_each_measure_once(cast: Cast, seed: int) -> None:
    """Whatever serves what, in whatever state: over all rounds the totals add up to the measures there are."""
    dice = random.Random(seed)
    rounds: list[Round] = [cast.round, *(make_round(cast.city) for _ in range(3))]
    findings = [make_finding(dice.choice(rounds), cast.bureau) for _ in range(8)]
    for finding in findings:
        for _ in range(dice.randint(0, 2)):
            measure = make_measure(finding)
            for other in dice.sample([f for f in findings if f.pk != finding.pk], dice.randint(0, 4)):
                verbs.serve(measure, other)
            state(measure, dice.choice(["draft", "planned", "in_progress", "done", "failed", "dropped"]), done_on=clock.today())
    for finding in dice.sample(findings, 3):
        state(finding, "withdrawn")
    live = MeasureFinding.objects.exclude(finding__state="withdrawn").exclude(measure__state__in=["failed", "dropped"])
    clerk = cast.actor("clerk")
    totals = [figures.totals_of(clerk, r.pk) for r in rounds]
    assert sum(t.total for t in totals) == live.values("measure").distinct().count()
    assert sum(t.done for t in totals) == live.filter(measure__state="done").values("measure").distinct().count()
    for round_, found in zip(rounds, totals, strict=True):
        serving = live.filter(finding__round=round_).values("measure").distinct().count()
        assert found.total + found.elsewhere == serving, "each letter still sees all that serves it"
