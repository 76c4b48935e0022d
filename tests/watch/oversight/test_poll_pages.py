"""The pages of polls, with and without an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock
from jiandi.record.ledger.models import Poll, PollGroup, PollVote
from jiandi.watch.oversight.actions import polls as actions
from tests.cast import Cast

SignIn = Callable[[str], Client]


def url(name: str, *args: object) -> str:
    return reverse(f"oversight:{name}", args=args)


@pytest.fixture
def clerk(sign_in: SignIn) -> Client:
    return sign_in("clerk")


@pytest.fixture
def poll(cast: Cast) -> Poll:
    ends_on = clock.today() + timedelta(days=5)
    return actions.plan_poll(actor=cast.actor("clerk"), round_id=cast.round.pk, title="群众满意度", question="满意吗？", ends_on=ends_on)


def opened(clerk: Client, poll: Poll, channel: str, invited: int) -> PollGroup:
    """A group, its slips, and the poll open."""
    assert clerk.post(url("add_group", poll.pk), {"name": "居民", "channel": channel, "invited": invited}).status_code == 303
    group = poll.groups.get()
    if channel == "link":
        assert clerk.post(url("print_links", group.pk), {"version": group.version}).status_code == 200
    poll.refresh_from_db()
    assert clerk.post(url("move_poll", poll.pk, "open"), {"version": poll.version}).status_code == 303
    group.refresh_from_db()
    return group


def test_the_empty_list_says_what_to_do_and_the_form_leads_on(clerk: Client):
    assert "还没有测评" in clerk.get(url("home")).content.decode()
    sent = clerk.post(url("plan_poll"), {"title": "测评", "question": "满意吗？", "ends_on": clock.today().isoformat()})
    assert sent["Location"] == url("poll", Poll.objects.get().pk)
    assert clerk.post(url("plan_poll"), {"title": ""}).status_code == 422


def test_units_are_offered_no_form(sign_in: SignIn):
    assert url("plan_poll") not in sign_in("head").get(url("home")).content.decode()


def test_a_wrong_form_comes_back_with_what_was_typed(clerk: Client, poll: Poll):
    again = clerk.post(url("add_group", poll.pk), {"name": "镇街干部", "channel": "link", "invited": 3000})
    assert again.status_code == 422
    assert "镇街干部" in again.content.decode()
    group = opened(clerk, poll, "paper", 5)
    again = clerk.post(url("count_sheet", group.pk), {"satisfied": 9, "kept_by": "档案岗", "version": group.version})
    assert again.status_code == 422
    assert "档案岗" in again.content.decode()


def test_somebody_without_an_account_answers_by_the_code_of_a_slip(clerk: Client, poll: Poll, client: Client):
    assert clerk.post(url("add_group", poll.pk), {"name": "居民", "channel": "link", "invited": 5}).status_code == 303
    group = poll.groups.get()
    page = clerk.post(url("print_links", group.pk), {"version": group.version})
    codes = page.context["codes"]
    assert "no-store" in page["Cache-Control"]
    assert clerk.post(url("move_poll", poll.pk, "open"), {"version": poll.version}).status_code == 303
    way = client.get(url("enter_code"), {"code": codes[0].upper()})
    assert way["Location"] == url("vote", codes[0])
    assert "满意吗？" in client.get(way["Location"]).content.decode()
    assert client.post(way["Location"], {}).status_code == 422
    assert client.post(way["Location"], {"word": "dissatisfied"}).status_code == 200
    assert client.post(way["Location"], {"word": "satisfied"}).status_code == 422
    assert list(PollVote.objects.values_list("word", flat=True)) == ["dissatisfied"]
    assert client.get(url("vote", "zzzz")).status_code == 404


def test_what_was_answered_is_told_once_the_poll_is_closed(clerk: Client, poll: Poll):
    group = opened(clerk, poll, "paper", 30)
    counts = {"satisfied": 17, "fairly": 3, "dissatisfied": 4, "kept_by": "办事员岗", "version": group.version}
    assert clerk.post(url("count_sheet", group.pk), counts).status_code == 303
    assert "83%" not in clerk.get(url("poll", poll.pk)).content.decode()
    poll.refresh_from_db()
    assert clerk.post(url("move_poll", poll.pk, "close"), {"version": poll.version}).status_code == 303
    told = clerk.get(url("poll", poll.pk)).content.decode()
    assert "83%" in told
    assert "20/24" in told
    assert "64 and 94%" in told or "64—94%" in told


def test_an_unknown_step_is_not_there(clerk: Client, poll: Poll):
    assert clerk.post(url("move_poll", poll.pk, "delete"), {"version": 1}).status_code == 404
    assert clerk.post(url("move_poll", poll.pk, "open"), {"version": "x"}).status_code == 422


def test_ten_groups_cost_the_queries_of_one(clerk: Client, poll: Poll):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert clerk.get(url("poll", poll.pk)).status_code == 200
        return len(seen)

    clerk.post(url("add_group", poll.pk), {"name": "居民", "channel": "paper", "invited": 5})
    one = cost()
    for at in range(9):
        clerk.post(url("add_group", poll.pk), {"name": f"第{at}组", "channel": "link", "invited": 5})
    assert cost() == one
