"""Two people with one code, and an answer against the closing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from jiandi.base import clock
from jiandi.base.errors import Conflict, RuleBroken
from jiandi.record.ledger.models import Poll, PollLinkUse, PollVote
from jiandi.watch.oversight.actions import polls as actions
from tests.cast import make_cast

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    barrier = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            found[place] = deed()
        except (Conflict, RuleBroken) as refused:
            found[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.fixture
def running(flushable: Any) -> tuple[Any, Poll, list[str]]:
    cast = make_cast()
    clerk = cast.actor("clerk")
    ends_on = clock.today() + timedelta(days=5)
    poll = actions.plan_poll(actor=clerk, round_id=cast.round.pk, title="测评", question="满意吗？", ends_on=ends_on)
    group = actions.add_group(actor=clerk, poll_id=poll.pk, name="居民", channel="link", invited=5)
    codes = actions.print_links(actor=clerk, group_id=group.pk, version=group.version)
    return clerk, actions.open_poll(actor=clerk, poll_id=poll.pk, version=poll.version), codes


def test_one_code_used_twice_at_once_counts_once(running: tuple[Any, Poll, list[str]]):
    code = running[2][0]
    found = at_once(*[lambda: actions.vote(code=code, word="satisfied")] * 3)
    assert sum(isinstance(one, RuleBroken) for one in found) == 2
    assert (PollVote.objects.count(), PollLinkUse.objects.count()) == (1, 1)


def test_every_answer_before_the_closing_is_in_its_figures(running: tuple[Any, Poll, list[str]]):
    clerk, poll, codes = running
    actions.vote(code=codes[0], word="satisfied")
    found = at_once(
        lambda: actions.vote(code=codes[1], word="dissatisfied"),
        lambda: actions.close_poll(actor=clerk, poll_id=poll.pk, version=poll.version),
    )
    assert not isinstance(found[1], Exception)
    poll.refresh_from_db()
    assert sum(poll.figures[0]["words"].values()) == PollVote.objects.count()
