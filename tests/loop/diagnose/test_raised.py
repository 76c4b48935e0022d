"""Causes of a higher unit: proposed by the lead, routed by the office, answered by the unit, or raised with a superior."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.diagnose import actions, queries
from jiandi.loop.diagnose.actions import Brought
from jiandi.record.ledger import reads, write
from jiandi.record.ledger.models import Cause, Finding, RaisedCause
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_finding, make_unit
from tests.cast import Cast

WORDS = "年中追加经费评审排队时间过长"


def propose(cast: Cast, who: str = "liaison", **fields: Any) -> RaisedCause:
    cause = fields.pop("cause", None) or make_cause(cast.finding)
    given: dict[str, Any] = {"cause_id": cause.pk, "text": WORDS, "suggested_id": None, "version": cause.version, **fields}
    return actions.propose_cause(actor=cast.actor(who), **given)


def step(cast: Cast, row: RaisedCause, who: str, verb: str, **brought: Any) -> RaisedCause:
    """The step with what it usually needs; the version is the row's own unless given."""
    usual: dict[str, dict[str, Any]] = {
        "forward": {"unit_id": cast.stranger.pk, "text": WORDS},
        "raise": {"document": "云整改〔2026〕27号", "on": clock.today(), "to": "省财政厅"},
        "answer": {"document": "财函〔2026〕3号", "on": clock.today(), "text": "同意开设通道"},
    }
    version = brought.pop("version", RaisedCause.objects.get(pk=row.pk).version)
    given = {**usual.get(verb, {"text": "同意" if verb != "list" else WORDS}), **brought}
    return actions.take_step(actor=cast.actor(who), raised_id=row.pk, verb=verb, brought=Brought(**given), version=version)


def forwarded(cast: Cast) -> RaisedCause:
    return step(cast, propose(cast), "clerk", "forward")


def test_the_lead_proposes_and_the_finding_behind_it_is_kept(cast: Cast) -> None:
    row = propose(cast, suggested_id=cast.stranger.pk)
    assert (row.state, row.finding_id, row.proposed_by_id, row.suggested_id) == (
        "proposed", cast.finding.pk, cast.bureau.pk, cast.stranger.pk,
    )  # fmt: skip


@pytest.mark.parametrize(("who", "error"), [("helper", NotAllowed), ("clerk", NotAllowed), ("outsider", NotFound)])
def test_only_the_lead_proposes(cast: Cast, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        propose(cast, who)


def test_a_proposal_is_decided_on_the_cause_one_saw(cast: Cast) -> None:
    with pytest.raises(Conflict):
        propose(cast, version=7)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_proposal_without_words_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(BadInput, match=r"raised\.text"):
        propose(cast, text=text)


@pytest.mark.parametrize("state", ["submitted", "closed", "withdrawn"])
def test_nothing_is_proposed_once_the_finding_is_handed_in(cast: Cast, state: str) -> None:
    cause = make_cause(cast.finding)
    write.change(cast.finding, {"state": state, "closed_on": clock.today()}, actor=SYSTEM, verb="close")
    with pytest.raises(RuleBroken, match=r"raised\.state"):
        propose(cast, cause=cause)


def test_a_cause_is_proposed_once_at_a_time(cast: Cast) -> None:
    cause = make_cause(cast.finding)
    row = propose(cast, cause=cause)
    with pytest.raises(RuleBroken, match=r"raised\.open"):
        propose(cast, cause=cause, version=1)
    step(cast, row, "liaison", "take_back")
    assert propose(cast, cause=cause).pk != row.pk


def test_a_cause_is_not_taken_to_oneself_or_to_those_below(cast: Cast) -> None:
    below = make_unit("财务科", parent=cast.bureau)
    for unit in (cast.bureau, below):
        with pytest.raises(RuleBroken, match="not_higher"):
            propose(cast, suggested_id=unit.pk)
    row = propose(cast)
    for unit in (cast.bureau, below):
        with pytest.raises(RuleBroken, match="not_higher"):
            step(cast, row, "clerk", "forward", unit_id=unit.pk)


def test_forwarding_starts_the_regimes_clock_in_working_days(cast: Cast) -> None:
    row = forwarded(cast)
    days = regimes.profile_of(cast.round.regime).clocks.cause_answer_days
    assert days == 10
    assert row.answer_by == regimes.work_calendar().add_working_days(clock.today(), days).day
    assert (row.state, row.unit_id, row.forwarded_on) == ("forwarded", cast.stranger.pk, clock.today())


@pytest.mark.parametrize("name", ["市水务局", "市  水务局", "number", "title", "别名局"])
def test_what_is_forwarded_does_not_name_who_proposed(cast: Cast, name: str) -> None:
    cast.bureau.aliases.create(name="别名局")
    said = getattr(cast.finding, name, name)
    with pytest.raises(RuleBroken) as refused:
        step(cast, propose(cast), "clerk", "forward", text=f"{said}反映：{WORDS}")
    assert [u.code for u in refused.value.unmet] == ["names"]


def test_a_receiver_is_chosen(cast: Cast) -> None:
    with pytest.raises(RuleBroken) as refused:
        step(cast, propose(cast), "clerk", "forward", unit_id=None)
    assert [u.code for u in refused.value.unmet] == ["receiver"]


@pytest.mark.parametrize("verb", ["forward", "list", "return"])
@pytest.mark.parametrize(("who", "error"), [("liaison", NotAllowed), ("supervisor", NotAllowed), ("outsider", NotFound)])
def test_only_the_office_decides_where_it_goes(cast: Cast, verb: str, who: str, error: type[Exception]) -> None:
    row = propose(cast)
    with pytest.raises(error):
        step(cast, row, who, verb)


def test_a_step_is_decided_on_the_version_one_saw(cast: Cast) -> None:
    with pytest.raises(Conflict):
        step(cast, propose(cast), "clerk", "forward", version=9)


def test_a_step_that_is_not_there_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        step(cast, propose(cast), "clerk", "close")


@pytest.mark.parametrize(("verb", "who"), [("accept", "outsider"), ("raise", "clerk"), ("answer", "clerk")])
def test_a_step_out_of_order_is_refused(cast: Cast, verb: str, who: str) -> None:
    row = propose(cast)
    with pytest.raises((RuleBroken, NotFound)):
        step(cast, row, who, verb)
    assert RaisedCause.objects.get().state == "proposed"


def test_the_head_of_the_unit_answers_and_nobody_for_it(cast: Cast) -> None:
    row = forwarded(cast)
    for who in ("clerk", "head"):
        with pytest.raises(NotAllowed):
            step(cast, row, who, "accept")
    done = step(cast, row, "outsider", "accept", text="即日开设快速通道")
    assert (done.state, done.answer, done.answered_on) == ("accepted", "即日开设快速通道", clock.today())


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_an_answer_without_words_is_none(cast: Cast, verb: str) -> None:
    with pytest.raises(RuleBroken):
        step(cast, forwarded(cast), "outsider", verb, text=" ")


def test_what_is_refused_goes_elsewhere_and_the_first_unit_sees_it_no_more(cast: Cast) -> None:
    row = step(cast, forwarded(cast), "outsider", "refuse", text="不属本单位职责")
    assert queries.raised(cast.actor("outsider"), row.pk).row.answer == "不属本单位职责"
    step(cast, row, "clerk", "forward", unit_id=cast.audit.pk)
    again = RaisedCause.objects.get()
    assert (again.unit_id, again.answer, again.answered_on) == (cast.audit.pk, "", None)
    with pytest.raises(NotFound):
        queries.raised(cast.actor("outsider"), row.pk)


def test_a_finding_of_its_own_has_the_forwarded_words_and_no_tie(cast: Cast) -> None:
    row = step(cast, forwarded(cast), "outsider", "accept")
    made = actions.register_from(actor=cast.actor("clerk"), raised_id=row.pk, title="", version=row.version)
    assert (made.lead_id, made.found_in_id, made.verbatim, made.source) == (cast.stranger.pk, cast.stranger.pk, WORDS, "self")
    assert not made.links.exists()
    assert not made.linked_from.exists()
    assert RaisedCause.objects.get().led_to_id == made.pk
    with pytest.raises(RuleBroken, match=r"raised\.registered"):
        actions.register_from(actor=cast.actor("clerk"), raised_id=row.pk, title="", version=row.version + 1)


@pytest.mark.parametrize(("who", "error"), [("outsider", NotAllowed), ("head", NotAllowed), ("helper", NotFound)])
def test_only_the_office_registers_from_it(cast: Cast, who: str, error: type[Exception]) -> None:
    row = step(cast, forwarded(cast), "outsider", "accept")
    with pytest.raises(error):
        actions.register_from(actor=cast.actor(who), raised_id=row.pk, title="", version=row.version)


def test_nothing_is_registered_before_it_is_accepted(cast: Cast) -> None:
    row = forwarded(cast)
    with pytest.raises(RuleBroken, match="not_accepted"):
        actions.register_from(actor=cast.actor("clerk"), raised_id=row.pk, title="", version=row.version)


def test_a_matter_is_listed_raised_by_document_and_answered(cast: Cast) -> None:
    row = step(cast, propose(cast), "clerk", "list", text="提请统筹编制")
    assert (row.state, row.sent_text, row.unit_id) == ("listed", "提请统筹编制", None)
    row = step(cast, row, "clerk", "raise")
    days = regimes.profile_of(cast.round.regime).clocks.matter_answer_days
    assert row.answer_by == regimes.work_calendar().add_working_days(clock.today(), days).day
    row = step(cast, row, "director", "answer")
    assert (row.state, row.answer_document, row.answered_on) == ("answered", "财函〔2026〕3号", clock.today())


@pytest.mark.parametrize(
    ("brought", "code"),
    [
        ({"document": ""}, "document"),
        ({"on": None}, "on"),
        ({"on": clock.today() + timedelta(days=1)}, "future"),
        ({"on": clock.today() - timedelta(days=1)}, "too_early"),
    ],
)
def test_a_matter_is_raised_by_a_dated_document(cast: Cast, brought: dict[str, Any], code: str) -> None:
    row = step(cast, propose(cast), "clerk", "list")
    with pytest.raises(RuleBroken) as refused:
        step(cast, row, "clerk", "raise", **brought)
    assert [u.code for u in refused.value.unmet] == [code]


@pytest.mark.parametrize(("who", "verb"), [("clerk", "return"), ("liaison", "take_back")])
def test_a_way_back_needs_a_reason(cast: Cast, who: str, verb: str) -> None:
    row = propose(cast)
    with pytest.raises(RuleBroken):
        step(cast, row, who, verb, text="")
    assert step(cast, row, who, verb, text="重复").answer == "重复"


def test_a_cause_proposed_is_not_taken_out_of_the_tree(cast: Cast) -> None:
    cause = make_cause(cast.finding)
    row = propose(cast, cause=cause)
    version = Cause.objects.get().version
    with pytest.raises(RuleBroken, match=r"cause\.proposed"):
        actions.drop_cause(actor=cast.actor("liaison"), cause_id=cause.pk, reason="重复", version=version)
    step(cast, row, "liaison", "take_back")
    assert actions.drop_cause(actor=cast.actor("liaison"), cause_id=cause.pk, reason="重复", version=version)


def test_a_cause_outside_ones_hands_ends_a_chain_once_it_is_taken_higher_up(cast: Cast) -> None:
    top = make_cause(cast.finding)
    end = make_cause(cast.finding, parent=top)
    write.change(end, {"dimension": "means", "leaf": "external"}, actor=SYSTEM, verb="change")
    assert reads.cause_facts(cast.finding)["loose_ends"] == 1
    row = propose(cast, cause=end)
    assert reads.cause_facts(cast.finding)["loose_ends"] == 0
    step(cast, row, "clerk", "return")
    assert reads.cause_facts(cast.finding)["loose_ends"] == 1


def test_the_plan_guard_and_the_page_say_the_same(cast: Cast) -> None:
    write.change(cast.finding, {"is_recurring": True}, actor=SYSTEM, verb="flag")
    end = make_cause(cast.finding)
    write.change(end, {"dimension": "means", "leaf": "legacy"}, actor=SYSTEM, verb="change")
    shown = queries.panel(cast.actor("liaison"), Finding.objects.get(pk=cast.finding.pk))
    assert len(shown.still_asked) == 2
    facts = reads.cause_facts(cast.finding)
    assert (facts["cause_depth"], facts["loose_ends"]) == (1, 1)


def test_somebody_elses_cause_is_not_proposed(cast: Cast) -> None:
    with pytest.raises(NotFound):
        propose(cast, cause=make_cause(make_finding(cast.round, cast.stranger)))
