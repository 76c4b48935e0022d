"""Signatures before submission and yearly reviews from the command line, in the name of a person."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from jiandi.base import clock
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Closing, Finding
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_measure
from tests.cast import Cast


def say(command: str, who: str, *words: str) -> str:
    out = StringIO()
    call_command(command, "--as", who, *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def ready(cast: Cast) -> Finding:
    """Every measure is done."""
    make_measure(cast.finding, state="done", done_on=clock.today())
    write.change(cast.finding, {"state": "in_progress", "leader_post_id": None}, actor=SYSTEM, verb="start")
    return cast.finding


def test_a_finding_is_signed_by_head_and_leader(cast: Cast, ready: Finding) -> None:
    told = say("finding", "head", "submit", str(ready.pk), "--opinion", "申请核验")
    closing = Closing.objects.get(finding=ready)
    assert told.split() == ["in_progress", "closing", f"{closing.pk},", "step", "1", "of", "2"]
    with pytest.raises(CommandError):
        say("closing", "leader", "sign", str(closing.pk))
    post = cast.people["leader"].duties.get().post_id
    say("finding", "clerk", "leader", str(ready.pk), "--post", str(post))
    assert "finding submitted" in say("closing", "leader", "sign", str(closing.pk), "--opinion", "同意")


def test_what_waits_for_a_signature_is_refused_with_a_reason(ready: Finding, cast: Cast) -> None:
    write.change(ready, {"leader_post_id": cast.people["leader"].duties.get().post_id}, actor=SYSTEM, verb="edit")
    say("finding", "head", "submit", str(ready.pk))
    closing = Closing.objects.get(finding=ready)
    assert "stopped; finding in_progress" in say("closing", "leader", "refuse", str(closing.pk), "--reason", "缺一份回单")


def test_a_yearly_review_is_recorded(cast: Cast) -> None:
    due = clock.today() + timedelta(days=5)
    write.change(cast.finding, {"state": "long_term", "next_review": due}, actor=SYSTEM, verb="make_long_term")
    told = say("finding", "verifier", "review", str(cast.finding.pk), "--text", "抽查五笔", "--failed", "relapsed")
    assert told.startswith(f"failed; next review {due.year + 1}")
