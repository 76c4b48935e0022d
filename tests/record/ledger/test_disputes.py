"""A dispute: raised by the head in time or on new facts, forwarded by the office, answered only by the issuer's document."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.interfaces.desk import waiting
from jiandi.loop.reconcile import queries as sheets
from jiandi.record.ledger import disputes, listing, write
from jiandi.record.ledger.disputes import Brought
from jiandi.record.ledger.models import Dispute, Finding
from jiandi.record.trail.actor import SYSTEM
from jiandi.record.trail.models import TrailEntry
from tests.cast import Cast

pytestmark = pytest.mark.django_db
GROUNDS = Brought(text="所列项目属其他单位")


@pytest.fixture
def fresh(cast: Cast) -> Cast:
    """Fed back today, so that there is time to dispute."""
    write.change(cast.round, {"feedback_on": clock.today()}, actor=SYSTEM, verb="edit")
    write.change(cast.finding, {"source": "central"}, actor=SYSTEM, verb="edit")
    return cast


def take(cast: Cast, who: str, verb: str, brought: Brought = GROUNDS, version: int | None = None) -> Dispute:
    cast.finding.refresh_from_db()
    found = disputes.open_of(cast.finding)
    known = found.version if found and verb != "raise" else cast.finding.version
    actor = cast.actor(who)
    return disputes.take(actor=actor, finding_id=cast.finding.pk, verb=verb, brought=brought, version=known if version is None else version)


def answer(**given: Any) -> Brought:
    return Brought(**{"document": "巡组函〔2026〕9号", "answered_on": clock.today(), "text": "经复核", **given})


def late(cast: Cast) -> None:
    past = clock.today() - timedelta(days=60)
    write.change(cast.round, {"feedback_on": past}, actor=SYSTEM, verb="edit")
    write.change(cast.finding, {"registered_on": past}, actor=SYSTEM, verb="edit")


def test_the_head_disputes_and_the_clock_runs_on(fresh: Cast) -> None:
    before = Finding.objects.values_list("due", "state").get(pk=fresh.finding.pk)
    made = take(fresh, "head", "raise")
    assert (made.state, made.is_late, made.unit_id) == ("raised", False, fresh.bureau.pk)
    assert Finding.objects.values_list("due", "state").get(pk=fresh.finding.pk) == before
    assert TrailEntry.objects.filter(thing="finding", thing_id=fresh.finding.pk, verb="dispute").count() == 1


@pytest.mark.parametrize("who", ["liaison", "helper", "clerk", "director", "verifier", "supervisor", "member"])
def test_nobody_but_the_head_disputes(fresh: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        take(fresh, who, "raise")


def test_whoever_does_not_see_the_finding_does_not_dispute_it(fresh: Cast) -> None:
    with pytest.raises(NotFound):
        take(fresh, "outsider", "raise")


def test_without_grounds_nothing_is_disputed(fresh: Cast) -> None:
    with pytest.raises(BadInput):
        take(fresh, "head", "raise", Brought(text=" "))


def test_after_ten_working_days_only_new_facts_count(fresh: Cast) -> None:
    late(fresh)
    with pytest.raises(RuleBroken) as caught:
        take(fresh, "head", "raise")
    assert caught.value.code == "dispute.late"
    assert take(fresh, "head", "raise", Brought(text="有误", new_facts="法院判决已生效")).is_late
    bare = Dispute(
        finding=fresh.finding,
        unit=fresh.bureau,
        grounds="有误",
        raised_on=clock.today(),
        open_until=clock.today(),
        is_late=True,
        state="taken_back",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.bulk_create([bare])


@pytest.mark.parametrize(("fields", "code"), [({"source": "self"}, "dispute.self"), ({"state": "withdrawn"}, "dispute.not_open")])
def test_what_has_no_issuer_or_is_not_open_is_not_disputed(fresh: Cast, fields: dict[str, Any], code: str) -> None:
    write.change(fresh.finding, fields, actor=SYSTEM, verb="edit")
    with pytest.raises(RuleBroken) as caught:
        take(fresh, "head", "raise")
    assert caught.value.code == code


def test_one_dispute_at_a_time_by_action_and_database(fresh: Cast) -> None:
    take(fresh, "head", "raise")
    with pytest.raises(RuleBroken):
        take(fresh, "head", "raise")
    again = Dispute(finding=fresh.finding, unit=fresh.bureau, grounds="再议", raised_on=clock.today(), open_until=clock.today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.bulk_create([again])


def test_the_office_forwards_and_thirty_days_run(fresh: Cast) -> None:
    take(fresh, "head", "raise")
    with pytest.raises(NotAllowed):
        take(fresh, "head", "forward")
    made = take(fresh, "clerk", "forward", Brought(document="云整办〔2026〕7号"))
    assert made.answer_by == clock.today() + timedelta(days=30)
    with pytest.raises(RuleBroken):
        take(fresh, "clerk", "forward")


@pytest.mark.parametrize("verb", disputes.ANSWERS)
def test_an_answer_needs_forwarding_a_document_and_a_day(fresh: Cast, verb: str) -> None:
    take(fresh, "head", "raise")
    with pytest.raises(RuleBroken):
        take(fresh, "clerk", verb, answer())
    take(fresh, "clerk", "forward", Brought())
    for lacking in (
        {"document": " "},
        {"answered_on": None},
        {"answered_on": clock.today() + timedelta(1)},
        {"answered_on": clock.today() - timedelta(1)},
    ):
        with pytest.raises(RuleBroken):
            take(fresh, "clerk", verb, answer(**lacking))
    with pytest.raises(NotAllowed):
        take(fresh, "head", verb, answer())
    assert take(fresh, "clerk", verb, answer()).answer_document


def test_a_withdrawal_withdraws_the_finding_and_a_correction_leaves_its_text(fresh: Cast) -> None:
    verbatim = fresh.finding.verbatim
    take(fresh, "head", "raise")
    take(fresh, "clerk", "forward", Brought())
    take(fresh, "clerk", "correct", answer(text="金额更正为三万元"))
    fresh.finding.refresh_from_db()
    assert (fresh.finding.verbatim, fresh.finding.state) == (verbatim, "registered")
    take(fresh, "head", "raise")
    take(fresh, "clerk", "forward", Brought())
    take(fresh, "clerk", "withdraw", answer())
    fresh.finding.refresh_from_db()
    assert fresh.finding.state == "withdrawn"


def test_an_answer_without_document_is_refused_by_the_database(fresh: Cast) -> None:
    bare = Dispute(
        finding=fresh.finding, unit=fresh.bureau, grounds="有误", raised_on=clock.today(), open_until=clock.today(), state="upheld"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.bulk_create([bare])


def test_the_head_takes_it_back_with_a_reason_and_a_stale_page_is_refused(fresh: Cast) -> None:
    take(fresh, "head", "raise")
    with pytest.raises(RuleBroken):
        take(fresh, "head", "take_back", Brought())
    with pytest.raises(Conflict):
        take(fresh, "head", "take_back", version=9)
    assert take(fresh, "head", "take_back").state == "taken_back"
    with pytest.raises(RuleBroken):
        take(fresh, "head", "take_back", version=1)


def test_unanswered_it_stands_in_the_ledger_and_after_the_days_on_the_agenda(fresh: Cast) -> None:
    clerk = fresh.actor("clerk")
    take(fresh, "head", "raise")
    assert [w.asked for w in waiting.for_actor(clerk, fresh.round.pk) if w.icon == "chat-left-dots"]
    made = take(fresh, "clerk", "forward", Brought())
    assert not [w for w in waiting.for_actor(clerk, fresh.round.pk) if w.icon == "chat-left-dots"]
    rows, _more = listing.rows(clerk, fresh.round.pk, listing.Filters(when="disputed"))
    assert [(row.pk, row.disputed) for row in rows] == [(fresh.finding.pk, True)]
    write.change(made, {"answer_by": clock.today() - timedelta(days=1)}, actor=SYSTEM, verb="edit")
    assert [w.group for w in waiting.for_actor(clerk, fresh.round.pk) if w.icon == "chat-left-dots"] == ["late"]
    agenda = [d.finding_id for d in sheets.disputes_unanswered(clerk, fresh.round.pk)]
    assert agenda == [fresh.finding.pk]
    take(fresh, "clerk", "uphold", answer(answered_on=clock.today()))
    assert sheets.disputes_unanswered(clerk, fresh.round.pk) == []
    assert listing.rows(clerk, fresh.round.pk, listing.Filters(when="disputed"))[0] == []


def test_the_page_offers_each_only_their_turn(fresh: Cast, sign_in: Any) -> None:
    page = reverse("desk:dispute", args=[fresh.finding.pk])
    head, clerk = sign_in("head"), sign_in("clerk")
    assert [turn["verb"] for turn in head.get(page).context["turns"]] == ["raise"]
    assert clerk.get(page).context["turns"] == []
    sent = {"raise-verb": "raise", "raise-version": fresh.finding.version, "raise-text": ""}
    assert head.post(page, sent).status_code == 422
    assert head.post(page, sent | {"raise-text": "属其他单位"}).status_code == 302
    assert [turn["verb"] for turn in clerk.get(page).context["turns"]] == ["forward"]
    assert clerk.post(page, {"forward-verb": "forward", "forward-version": 1}).status_code == 302
    assert [turn["verb"] for turn in clerk.get(page).context["turns"]] == ["uphold", "correct", "withdraw"]
    assert clerk.post(page, {"uphold-verb": "uphold", "uphold-version": 2, "uphold-document": ""}).status_code == 422
    assert "异议待答复" in clerk.get(reverse("desk:finding", args=[fresh.finding.pk])).content.decode()
