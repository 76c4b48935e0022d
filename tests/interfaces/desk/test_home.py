"""Home lists what waits for each of the cast; the ledger filters what one may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from jiandi.base import clock
from jiandi.interfaces.desk import waiting
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Claim, Closing, Decision, PlanVersion, Reconciliation
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import give, make_answer, make_finding, make_item, make_letter, make_measure, make_round, make_user

pytestmark = pytest.mark.django_db


def add(row):
    return write.create(row, actor=SYSTEM, verb="add")


def asked(cast, name):
    """What waits for one of the cast, as (what is asked, title)."""
    return {(str(w.asked), w.title) for w in waiting.for_actor(cast.actor(name), cast.round.pk)}


def words(cast, name):
    return {word for word, _title in asked(cast, name)}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def test_a_registered_finding_waits_for_its_leads_plan(cast):
    assert words(cast, "liaison") == words(cast, "head") == {"Write the plan"}
    assert words(cast, "helper") == words(cast, "outsider") == words(cast, "member") == set()


def test_letters_and_plans_wait_for_the_office_and_drops_for_the_director(cast):
    letter = make_letter(cast.round, state="in_review")
    make_item(letter, state="drop_asked", reason="重复")
    plan = PlanVersion(
        round=cast.round, unit=cast.bureau, number=1, body="{}", algorithm="sha256", digest="0" * 64, submitted_at=clock.now()
    )
    add(plan)
    assert words(cast, "clerk") == {"Review the letter", "Approve or return the plan"}
    assert words(cast, "director") == {"Review the letter", "Approve or return the plan", "Decide on dropping an item"}


def test_tasks_of_meetings_and_answered_campaigns_wait_for_the_office(cast):
    sheet = add(Reconciliation(round=cast.round, title="对账", as_of=clock.today(), seal_size=1, algorithm="sha256", digest="0" * 64))
    add(Decision(sheet=sheet, finding=cast.finding, kind="press", text="月底前拨付", due=clock.today()))
    add(
        Decision(
            sheet=add(Reconciliation(round=cast.round, title="又一次", as_of=clock.today(), seal_size=1)), finding=cast.finding, state="met"
        )
    )
    answer = make_answer(cast.finding, cast.helper)
    assert asked(cast, "clerk") == {("See that the task is met", cast.finding.title)}
    write.change(answer, {"state": "excused", "reason": "已撤并"}, actor=SYSTEM, verb="excuse")
    assert words(cast, "clerk") == {"See that the task is met", "Close the campaign"}


def test_a_claim_waits_for_the_unit_that_checks_and_for_nobody_else(cast):
    measure = make_measure(cast.finding)
    add(Claim(measure=measure, kind="done", text="已拨付", holder="user:0", unit=cast.bureau, on=clock.today(), state="raised"))
    assert words(cast, "verifier") == {"Check a claim"}
    inside = make_user("inside")
    give(inside, cast.bureau, roles.VERIFIER)
    cast.people["inside"] = inside
    assert words(cast, "inside") == set()


def test_a_submitted_finding_and_a_near_effect_check_wait_for_the_verifier(cast):
    write.change(cast.finding, {"state": "submitted"}, actor=SYSTEM, verb="submit")
    seen = make_finding(cast.round, cast.bureau)
    fields = {"state": "closed", "closed_on": clock.today(), "effect_state": "due", "effect_due": clock.today() + timedelta(days=5)}
    write.change(seen, fields, actor=SYSTEM, verb="close")
    assert words(cast, "department") == {"Check the finding", "Check the effect"}
    assert words(cast, "verifier") == {"Check the effect"}, "this regime has the subject department accept"


def test_a_yearly_review_within_a_month_waits_for_who_checks(cast):
    write.change(cast.finding, {"state": "long_term", "next_review": clock.today() + timedelta(days=40)}, actor=SYSTEM, verb="edit")
    assert words(cast, "verifier") == set()
    write.change(cast.finding, {"next_review": clock.today() + timedelta(days=20)}, actor=SYSTEM, verb="edit")
    assert words(cast, "verifier") == {"Hold the yearly review"}


def test_a_signature_before_submission_waits_for_the_leader_or_for_the_office_to_name_one(cast):
    chain = [{"code": "superior", "role": roles.LEADER, "name": {"zh": "审核"}}]
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
    add(Closing(finding=cast.finding, verb="submit", chain=chain))
    assert words(cast, "leader") == {"Sign before submission"}
    assert words(cast, "clerk") == set()
    write.change(cast.finding, {"leader_post_id": None}, actor=SYSTEM, verb="edit")
    assert words(cast, "leader") == set()
    assert words(cast, "clerk") == {"Name the leader in charge, who signs next"}


def test_near_measures_and_questions_wait_for_the_unit(cast):
    write.change(cast.finding, {"state": "in_progress"}, actor=SYSTEM, verb="start")
    make_measure(cast.finding, state="planned", due=clock.today() + timedelta(days=5))
    make_measure(cast.finding, state="planned", due=clock.today() + timedelta(days=90))
    make_answer(cast.finding, cast.helper)
    assert asked(cast, "liaison") == {("Report or claim", "逐个项目核对账目并拨付资金")}
    assert words(cast, "helper") == {"Answer 1 question: is it here too?"}


def test_a_closing_step_waits_only_for_those_whose_step_it_is(cast):
    chain = [
        {"code": "apply", "role": roles.HEAD, "name": {"zh": "申请"}},
        {"code": "sign", "role": roles.DIRECTOR, "name": {"zh": "审签"}},
    ]
    write.change(cast.finding, {"state": "verified"}, actor=SYSTEM, verb="accept")
    closing = add(Closing(finding=cast.finding, chain=chain))
    helper_head = make_user("helper_head")
    give(helper_head, cast.helper, roles.HEAD)
    cast.people["helper_head"] = helper_head
    assert words(cast, "head") == {"Sign the next closing step"}
    assert words(cast, "helper_head") == words(cast, "director") == set()
    write.change(closing, {"step": 1}, actor=SYSTEM, verb="sign")
    assert words(cast, "director") == {"Sign the next closing step"}
    assert words(cast, "head") == words(cast, "clerk") == set()


def test_what_is_late_comes_first(cast):
    make_finding(cast.round, cast.bureau, title="逾期的问题", due=clock.today() - timedelta(days=3))
    found = waiting.for_actor(cast.actor("head"), cast.round.pk)
    assert [w.group for w in found] == ["late", "later"]


def test_administrators_are_sent_to_the_settings(sign_in):
    assert sign_in("security").get("/").headers["location"] == reverse("setup:home")


def numbers(client, **query):
    return [row.title for row in client.get(reverse("desk:ledger"), query).context["rows"]]


@pytest.fixture
def ledger(cast):
    """Four findings of two units: one late, one closed and waiting for its effect."""
    make_finding(cast.round, cast.bureau, title="逾期", due=clock.today() - timedelta(days=1))
    make_finding(cast.round, cast.helper, title="快到期", due=clock.today() + timedelta(days=3), source="central")
    done = make_finding(cast.round, cast.helper, title="已销", klass="fix_now")
    write.change(done, {"state": "closed", "closed_on": clock.today(), "effect_state": "due"}, actor=SYSTEM, verb="close")
    return cast


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["逾期", "快到期", "项目资金拨付滞后", "已销"]),
        ({"when": "late"}, ["逾期"]),
        ({"when": "soon"}, ["快到期"]),
        ({"when": "effect"}, ["已销"]),
        ({"state": "closed"}, ["已销"]),
        ({"state": "open"}, ["逾期", "快到期", "项目资金拨付滞后"]),
        ({"source": "central"}, ["快到期"]),
        ({"class": "fix_now"}, ["已销"]),
        ({"q": "资金"}, ["逾期", "快到期", "项目资金拨付滞后", "已销"]),
        ({"q": "查无此词"}, []),
        ({"state": "no such state"}, []),
        ({"page": "2"}, []),
        ({"page": "²", "unit": "²"}, ["逾期", "快到期", "项目资金拨付滞后", "已销"]),
        ({"unit": "9" * 30}, ["逾期", "快到期", "项目资金拨付滞后", "已销"]),
    ],
)
def test_the_ledger_keeps_to_its_filters(ledger, sign_in, query, expected):
    assert numbers(sign_in("clerk"), **query) == expected


def test_the_ledger_filters_by_the_unit_that_leads(ledger, sign_in):
    assert numbers(sign_in("clerk"), unit=ledger.helper.pk) == ["快到期", "已销"]


def test_a_unit_sees_its_own_part_of_the_ledger(ledger, sign_in):
    assert numbers(sign_in("liaison")) == ["逾期", "项目资金拨付滞后"]
    assert numbers(sign_in("outsider")) == numbers(sign_in("system")) == []


def test_search_goes_over_all_rounds_one_may_see(cast, sign_in):
    other = make_finding(make_round(cast.city), cast.bureau, title="去年的老问题")
    found = sign_in("clerk").get(reverse("desk:search"), {"q": "老问题"}).context["rows"]
    assert [row.pk for row in found] == [other.pk]


def test_one_works_only_in_a_round_one_may_see(cast, sign_in):
    assert sign_in("outsider").post(reverse("desk:round"), {"round": cast.round.pk}).status_code == 404
    for text in ("", "x", "²"):
        assert sign_in("clerk").post(reverse("desk:round"), {"round": text}).status_code == 302


def test_the_way_back_leads_to_no_other_site(cast, sign_in):
    answer = sign_in("clerk").post(reverse("desk:round"), {"round": cast.round.pk, "next": "https://elsewhere.example/"})
    assert answer.headers["location"] == reverse("desk:home")
