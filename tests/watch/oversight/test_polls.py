"""Polls: who runs them, one answer per code, nobody found by it, papers counted once, figures that stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.record.ledger.models import Poll, PollGroup, PollLink, PollLinkUse, PollSheet, PollVote
from jiandi.record.trail.models import TrailEntry
from jiandi.watch.oversight.actions import polls as actions
from jiandi.watch.oversight.queries import polls as queries
from tests.builders import make_finding, make_round
from tests.cast import Cast

WORDS = {"satisfied": 0, "fairly": 0, "dissatisfied": 0, "unknown": 0}


def plan(cast: Cast, who: str = "clerk", **fields: Any) -> Poll:
    given = {"title": "群众满意度", "question": "您对整改是否满意？", "ends_on": clock.today() + timedelta(days=10), **fields}
    return actions.plan_poll(actor=cast.actor(who), round_id=cast.round.pk, **given)


def group(cast: Cast, poll: Poll, channel: str = "paper", invited: int = 10, name: str = "居民") -> PollGroup:
    return actions.add_group(actor=cast.actor("clerk"), poll_id=poll.pk, name=name, channel=channel, invited=invited)


def open_(cast: Cast, poll: Poll) -> Poll:
    poll.refresh_from_db()
    return actions.open_poll(actor=cast.actor("clerk"), poll_id=poll.pk, version=poll.version)


def close(cast: Cast, poll: Poll) -> Poll:
    poll.refresh_from_db()
    return actions.close_poll(actor=cast.actor("clerk"), poll_id=poll.pk, version=poll.version)


def print_(cast: Cast, one: PollGroup) -> list[str]:
    one.refresh_from_db()
    return actions.print_links(actor=cast.actor("clerk"), group_id=one.pk, version=one.version)


def count(cast: Cast, one: PollGroup, **counts: int) -> PollSheet:
    one.refresh_from_db()
    return actions.count_sheet(actor=cast.actor("clerk"), group_id=one.pk, counts=counts, kept_by="办事员岗", version=one.version)


@pytest.fixture
def by_link(cast: Cast) -> tuple[Poll, PollGroup, list[str]]:
    poll = plan(cast)
    one = group(cast, poll, "link", 6)
    codes = print_(cast, one)
    return open_(cast, poll), one, codes


@pytest.fixture
def on_paper(cast: Cast) -> tuple[Poll, PollGroup]:
    poll = plan(cast)
    one = group(cast, poll)
    return open_(cast, poll), one


def test_the_office_and_the_supervisor_run_polls_and_nobody_else(cast: Cast):
    assert {plan(cast, who).state for who in ("clerk", "director", "supervisor")} == {"draft"}
    for who in ("liaison", "head", "member", "verifier"):
        with pytest.raises(NotAllowed):
            plan(cast, who)
    with pytest.raises(NotFound):
        plan(cast, "outsider")


def test_a_poll_asks_something_before_a_day_that_is_to_come(cast: Cast):
    for wrong in ({"title": " "}, {"question": ""}, {"ends_on": clock.today() - timedelta(days=1)}):
        with pytest.raises(BadInput):
            plan(cast, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Poll.objects.bulk_create([Poll(round=cast.round, title="", question="问", ends_on=clock.today())])


def test_a_poll_is_about_a_finding_of_its_own_round_only(cast: Cast):
    assert plan(cast, finding_id=cast.finding.pk).finding_id == cast.finding.pk
    foreign = make_finding(make_round(cast.city), cast.bureau)
    with pytest.raises(NotFound):
        plan(cast, finding_id=foreign.pk)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"channel": "phone"}, {"invited": 0}, {"channel": "link", "invited": 2001}])
def test_a_group_says_who_how_and_how_many(cast: Cast, wrong: dict[str, Any]):
    poll = plan(cast)
    with pytest.raises(BadInput):
        actions.add_group(actor=cast.actor("clerk"), poll_id=poll.pk, **{"name": "居民", "channel": "paper", "invited": 5, **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        PollGroup.objects.bulk_create([PollGroup(poll=poll, name="无人", channel="paper", invited=0)])


def test_a_group_is_there_once_and_before_the_opening(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    poll = plan(cast)
    group(cast, poll)
    with pytest.raises(BadInput):
        group(cast, poll)
    with pytest.raises(IntegrityError), transaction.atomic():
        PollGroup.objects.bulk_create([PollGroup(poll=poll, name="居民", channel="link", invited=3)])
    with pytest.raises(RuleBroken):
        group(cast, on_paper[0], name="干部")


def test_a_poll_opens_with_groups_and_printed_links(cast: Cast):
    poll = plan(cast)
    with pytest.raises(RuleBroken):
        open_(cast, poll)
    one = group(cast, poll, "link")
    with pytest.raises(RuleBroken):
        open_(cast, poll)
    print_(cast, one)
    assert open_(cast, poll).state == "open"
    with pytest.raises(Conflict):
        actions.open_poll(actor=cast.actor("clerk"), poll_id=poll.pk, version=1)


def test_a_code_answers_once(by_link: tuple[Poll, PollGroup, list[str]]):
    _poll, one, codes = by_link
    assert len(codes) == 6
    actions.vote(code=codes[0], word="fairly")
    with pytest.raises(RuleBroken, match="used"):
        actions.vote(code=codes[0].replace("-", "").upper(), word="satisfied")
    link = PollLinkUse.objects.get().link
    with pytest.raises(IntegrityError), transaction.atomic():
        PollLinkUse.objects.bulk_create([PollLinkUse(link=link)])
    assert list(PollVote.objects.values_list("group_id", "word")) == [(one.pk, "fairly")]


def test_an_answer_leads_to_no_code_no_moment_and_no_entry(by_link: tuple[Poll, PollGroup, list[str]]):
    before = TrailEntry.objects.count()
    actions.vote(code=by_link[2][0], word="dissatisfied")
    assert TrailEntry.objects.count() == before
    assert {field.name for field in PollVote._meta.get_fields()} == {"id", "group", "word"}
    assert PollVote.objects.get().pk.version == 4


def test_codes_are_kept_as_digests_only(by_link: tuple[Poll, PollGroup, list[str]]):
    kept = set(PollLink.objects.values_list("digest", flat=True))
    assert len(kept) == 6
    assert not any(code.replace("-", "") in digest for code in by_link[2] for digest in kept)


def test_a_newer_print_voids_the_slips_that_are_out(cast: Cast, by_link: tuple[Poll, PollGroup, list[str]]):
    _poll, one, codes = by_link
    actions.vote(code=codes[0], word="satisfied")
    newer = print_(cast, one)
    assert len(newer) == 5
    with pytest.raises(RuleBroken, match="newer"):
        actions.vote(code=codes[1], word="satisfied")
    actions.vote(code=newer[0], word="satisfied")
    assert queries.links_of(by_link[0])[one.pk] == (4, 2)


@pytest.mark.parametrize("code", ["", "x", "abcd-efgh-2345-6789", "';--", "a" * 5000])
def test_an_unknown_code_is_refused(by_link: tuple[Poll, PollGroup, list[str]], code: str):
    with pytest.raises(NotFound):
        actions.vote(code=code, word="satisfied")


def test_an_answer_is_one_of_the_four_words(by_link: tuple[Poll, PollGroup, list[str]]):
    with pytest.raises(BadInput):
        actions.vote(code=by_link[2][0], word="great")
    with pytest.raises(IntegrityError), transaction.atomic():
        PollVote.objects.bulk_create([PollVote(group=by_link[1], word="great")])
    assert not PollLinkUse.objects.exists()


def test_no_answer_after_the_day_or_the_closing(cast: Cast, by_link: tuple[Poll, PollGroup, list[str]]):
    poll, _one, codes = by_link
    with clock.at(clock.now() + timedelta(days=11)), pytest.raises(RuleBroken):
        actions.vote(code=codes[0], word="satisfied")
    actions.vote(code=codes[0], word="satisfied")
    close(cast, poll)
    with pytest.raises(RuleBroken):
        actions.vote(code=codes[1], word="satisfied")


def test_papers_are_counted_up_to_those_handed_out(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    _poll, one = on_paper
    count(cast, one, satisfied=4, invalid=2)
    with pytest.raises(BadInput, match="still out"):
        count(cast, one, dissatisfied=5)
    count(cast, one, dissatisfied=4)
    assert queries.counted(on_paper[0])[0].answered == 8


def test_a_batch_counts_something_and_says_who_keeps_it(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    one = on_paper[1]
    with pytest.raises(BadInput):
        count(cast, one, satisfied=0)
    with pytest.raises(BadInput):
        actions.count_sheet(actor=cast.actor("clerk"), group_id=one.pk, counts={"satisfied": 1}, kept_by=" ", version=one.version)
    with pytest.raises(Conflict):
        actions.count_sheet(actor=cast.actor("clerk"), group_id=one.pk, counts={"satisfied": 1}, kept_by="岗", version=one.version + 7)
    with pytest.raises(IntegrityError), transaction.atomic():
        PollSheet.objects.bulk_create([PollSheet(group=one, kept_by="岗", on=clock.today())])


def test_a_struck_batch_counts_no_more_and_may_be_typed_again(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    poll, one = on_paper
    wrong = count(cast, one, satisfied=10)
    with pytest.raises(RuleBroken):
        actions.strike_sheet(actor=cast.actor("clerk"), sheet_id=wrong.pk, reason=" ", version=wrong.version)
    actions.strike_sheet(actor=cast.actor("clerk"), sheet_id=wrong.pk, reason="多录", version=wrong.version)
    count(cast, one, fairly=10)
    assert queries.counted(poll)[0].words == {**WORDS, "fairly": 10}


def test_the_figures_of_a_closed_poll_stay(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    poll, one = on_paper
    with pytest.raises(RuleBroken):
        close(cast, poll)
    sheet = count(cast, one, satisfied=6, dissatisfied=1)
    closed = close(cast, poll)
    with pytest.raises(RuleBroken):
        actions.strike_sheet(actor=cast.actor("clerk"), sheet_id=sheet.pk, reason="多录", version=sheet.version)
    with pytest.raises(RuleBroken):
        count(cast, one, satisfied=1)
    assert queries.counted(closed)[0].words == {**WORDS, "satisfied": 6, "dissatisfied": 1}


def test_who_may_see_a_poll_may_not_therefore_move_it(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    poll, one = on_paper
    count(cast, one, satisfied=6)
    with pytest.raises(NotAllowed):
        actions.close_poll(actor=cast.actor("member"), poll_id=poll.pk, version=poll.version)


def test_units_see_a_poll_once_it_is_closed(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    poll, one = on_paper
    with pytest.raises(NotFound):
        queries.poll(cast.actor("head"), poll.pk)
    count(cast, one, satisfied=6)
    close(cast, poll)
    assert queries.poll(cast.actor("head"), poll.pk).pk == poll.pk
    with pytest.raises(NotFound):
        queries.poll(cast.actor("outsider"), poll.pk)


def test_a_draft_is_dropped_and_an_open_poll_is_not(cast: Cast, on_paper: tuple[Poll, PollGroup]):
    draft, (running, _one) = plan(cast), on_paper
    assert actions.drop_poll(actor=cast.actor("clerk"), poll_id=draft.pk, version=draft.version).state == "dropped"
    with pytest.raises(RuleBroken):
        actions.drop_poll(actor=cast.actor("clerk"), poll_id=running.pk, version=running.version)
