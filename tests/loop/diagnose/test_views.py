"""Pages of the diagnosis: who sees what, with and without script, and how much they read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock
from jiandi.loop.diagnose import actions
from jiandi.record.ledger.models import Answer, Campaign, Cause, Finding
from tests.builders import make_cause, make_finding
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
CAUSE = {"leaf": "no_control", "text": "拨付没有时限", "version": 1}


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return actions.start_campaign(
        actor=cast.actor("clerk"),
        finding_id=cast.finding.pk,
        question="你单位是否也有拨付滞后？",
        unit_ids=[cast.stranger.pk, cast.helper.pk],
        due=clock.today() + timedelta(days=10),
    )


def url(name: str, *args: int) -> str:
    return reverse(f"diagnose:{name}", args=args)


def test_the_index_lists_findings_without_cause_and_campaigns(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    text = sign_in("clerk").get(url("index")).content.decode()
    assert cast.finding.title in text
    assert campaign.question in text
    make_cause(cast.finding)
    assert cast.finding.title not in sign_in("clerk").get(url("index")).content.decode()


def test_the_index_reads_little_however_long_the_lists(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    for _ in range(12):
        make_finding(cast.round, cast.bureau)
    client = sign_in("clerk")
    client.get(url("index"))
    with CaptureQueriesContext(connection) as seen:
        client.get(url("index"))
    assert len(seen) <= 10, [q["sql"][:120] for q in seen]


def test_a_unit_without_a_finding_still_finds_its_question(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    page = sign_in("outsider").get(url("index"))
    assert campaign.question in page.content.decode()
    answer = Answer.objects.get(campaign=campaign, unit=cast.stranger)
    opened = sign_in("outsider").get(url("answer", answer.pk))
    assert opened.status_code == 200
    assert cast.finding.title not in opened.content.decode()
    answer.refresh_from_db()
    assert answer.opened_at is None
    form = sign_in("outsider").post(url("open_answer", answer.pk), headers=HTMX).content.decode()
    assert 'name="word"' in form
    answer.refresh_from_db()
    assert answer.opened_at is not None


def test_only_looking_does_not_stamp_the_opening(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    answer = Answer.objects.get(campaign=campaign, unit=cast.stranger)
    assert sign_in("clerk").get(url("answer", answer.pk)).status_code == 200
    answer.refresh_from_db()
    assert answer.opened_at is None
    assert sign_in("head").get(url("answer", answer.pk)).status_code == 404


def test_a_unit_answers_and_the_campaign_shows_it(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    client = sign_in("outsider")
    answer = Answer.objects.get(campaign=campaign, unit=cast.stranger)
    assert client.post(url("open_answer", answer.pk))["Location"] == url("answer", answer.pk)
    assert 'name="word"' in client.get(url("answer", answer.pk)).content.decode()
    wrong = client.post(url("answer", answer.pk), {"version": 2, "text": "查了"})
    assert wrong.status_code == 422
    sent = client.post(
        url("answer", answer.pk), {"version": 2, "word": "yes", "text": "查了全部拨款。", "title": "两笔拨款超期", "register": "on"}
    )
    assert sent.status_code == 303
    made = Finding.objects.get(title="两笔拨款超期")
    page = sign_in("clerk").get(url("campaign", campaign.pk)).content.decode()
    assert made.number in page
    assert "市财政局" in page
    own = client.get(url("campaign", campaign.pk)).content.decode()
    assert "市财政局" not in own


def test_the_coverage_table_reads_little(cast: Cast, sign_in: SignIn, campaign: Campaign) -> None:
    client = sign_in("clerk")
    with CaptureQueriesContext(connection) as seen:
        client.get(url("campaign", campaign.pk))
    assert len(seen) <= 10, [q["sql"][:120] for q in seen]


def test_the_panel_is_a_fragment_for_htmx_and_a_page_otherwise(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("liaison")
    fragment = client.get(url("panel", cast.finding.pk), headers=HTMX).content.decode()
    assert fragment.lstrip().startswith('<section id="diagnose-panel"')
    page = client.get(url("panel", cast.finding.pk)).content.decode()
    assert "<html" in page
    assert 'id="diagnose-panel"' in page


def test_a_cause_is_added_with_script_and_the_case_file_is_told(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(url("add_cause", cast.finding.pk), CAUSE, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "finding-changed")
    assert "拨付没有时限" in answer.content.decode()


def test_a_cause_is_added_without_script(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(url("add_cause", cast.finding.pk), CAUSE)
    assert (answer.status_code, answer["Location"]) == (303, reverse("desk:finding", args=[cast.finding.pk]))


def test_an_incomplete_cause_comes_back_with_its_words(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("liaison").post(url("add_cause", cast.finding.pk), {**CAUSE, "leaf": ""}, headers=HTMX)
    assert answer.status_code == 422
    assert "拨付没有时限" in answer.content.decode()
    assert not Cause.objects.exists()


def test_what_stands_in_the_way_is_said_on_top_of_the_panel(cast: Cast, sign_in: SignIn) -> None:
    cause = make_cause(cast.finding)
    answer = sign_in("head").post(url("drop_cause", cast.finding.pk, cause.pk), {"version": 1, "reason": ""}, headers=HTMX)
    assert answer.status_code == 422
    assert 'class="error-piece"' in answer.content.decode()


def test_a_cause_is_changed_and_dropped_from_the_panel(cast: Cast, sign_in: SignIn) -> None:
    cause = make_cause(cast.finding)
    client = sign_in("head")
    form = client.get(url("panel", cast.finding.pk), {"change": cause.pk}, headers=HTMX).content.decode()
    assert url("change_cause", cast.finding.pk, cause.pk) in form
    client.post(url("change_cause", cast.finding.pk, cause.pk), {**CAUSE, "leaf": "no_people", "text": "人手不足"}, headers=HTMX)
    client.post(url("drop_cause", cast.finding.pk, cause.pk), {"version": 2, "reason": "重复"})
    cause.refresh_from_db()
    assert (cause.text, cause.is_dropped) == ("人手不足", True)


@pytest.mark.parametrize(("name", "status"), [("helper", 403), ("outsider", 404)])
def test_who_may_not_write_is_told_or_sees_nothing(cast: Cast, sign_in: SignIn, name: str, status: int) -> None:
    assert sign_in(name).post(url("add_cause", cast.finding.pk), CAUSE).status_code == status


def test_the_panel_offers_forms_only_to_those_who_may(cast: Cast, sign_in: SignIn) -> None:
    add = url("add_cause", cast.finding.pk)
    assert add in sign_in("liaison").get(url("panel", cast.finding.pk)).content.decode()
    assert add not in sign_in("helper").get(url("panel", cast.finding.pk)).content.decode()


def test_the_office_asks_around_and_closes(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("clerk")
    assert client.get(url("ask", cast.finding.pk)).status_code == 200
    posted: dict[str, Any] = {"question": "是否也有？", "due": (clock.today() + timedelta(days=5)).isoformat(), "units": [cast.stranger.pk]}
    assert client.post(url("ask", cast.finding.pk), {**posted, "units": []}).status_code == 422
    sent = client.post(url("ask", cast.finding.pk), posted)
    campaign = Campaign.objects.get()
    assert sent["Location"] == url("campaign", campaign.pk)
    assert client.post(url("close_campaign", campaign.pk), {"version": 1}).status_code == 422
    answer = campaign.answers.get()
    client.post(url("excuse_answer", answer.pk), {"version": 1, "reason": "无此业务"})
    assert client.post(url("close_campaign", campaign.pk), {"version": 1}).status_code == 303
    assert sign_in("head").get(url("ask", cast.finding.pk)).status_code == 403
