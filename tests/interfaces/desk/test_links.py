"""Links, joint measures and the register by source, on the desk's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.record.ledger import verbs, write
from jiandi.record.ledger.models import Finding, FindingLink, MeasureFinding, Round
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_measure, make_round
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
HIDDEN = "本措施还用于您无权查看的工作"


@pytest.fixture
def letter(cast: Cast) -> Round:
    return make_round(cast.city, title="中央专项督察")


@pytest.fixture
def there(cast: Cast, letter: Round) -> Finding:
    return make_finding(letter, cast.bureau, title="项目资金拨付滞后半年")


def linked(one: Finding, other: Finding, state: str = "accepted") -> FindingLink:
    return write.create(FindingLink(finding=one, other=other, kind="same", state=state), actor=SYSTEM, verb="link")


def url(name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=args)


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_finding_without_links_says_what_links_are_for(cast: Cast, sign_in: SignIn) -> None:
    page = text(sign_in("clerk"), url("links", cast.finding.pk))
    assert "未与其他问题关联" in page
    assert "查找相近问题" in page


def test_a_link_is_said_by_number_and_shown_from_both_ends(cast: Cast, there: Finding, sign_in: SignIn) -> None:
    clerk, address = sign_in("clerk"), url("links", cast.finding.pk)
    assert clerk.post(address, {"version": 1, "number": "没有", "kind": "same"}).status_code == 422
    assert clerk.post(address, {"version": 1, "number": "", "kind": "same"}).status_code == 422
    assert clerk.post(address, {"version": 1, "number": there.number, "kind": "recurs", "basis": "再次发生"}).status_code == 302
    assert there.number in text(clerk, address)
    assert "再次发生为" in text(clerk, url("links", there.pk))
    assert clerk.post(address, {"version": 9, "number": there.number, "kind": "same"}).status_code == 409


def test_like_findings_are_offered_and_declined(cast: Cast, there: Finding, sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    page = text(clerk, url("links", cast.finding.pk) + "?near=1")
    assert there.number in page
    assert clerk.post(url("decline", cast.finding.pk, there.pk), {"version": 1, "reason": ""}).status_code == 422
    assert clerk.post(url("decline", cast.finding.pk, there.pk), {"version": 1, "reason": "项目不同"}).status_code == 302
    assert "没有相近的问题" in text(clerk, url("links", cast.finding.pk) + "?near=1")


def test_a_proposal_of_a_unit_is_accepted_in_the_list_of_the_round(cast: Cast, there: Finding, sign_in: SignIn) -> None:
    unit, clerk = sign_in("liaison"), sign_in("clerk")
    assert unit.post(url("links", cast.finding.pk), {"version": 1, "number": there.number, "kind": "same"}).status_code == 302
    link = FindingLink.objects.get()
    assert link.state == "proposed"
    clerk.post(url("round"), {"round": cast.round.pk})
    assert there.number in text(clerk, url("joint"))
    steps = {"version": link.version, "back": "joint"}
    assert unit.post(url("link_step", cast.finding.pk, link.pk, "accept"), steps).status_code == 403
    assert clerk.post(url("link_step", cast.finding.pk, link.pk, "accept"), steps)["Location"] == url("joint")
    assert clerk.post(url("link_step", cast.finding.pk, link.pk, "accept"), steps).status_code == 409
    assert FindingLink.objects.get().state == "accepted"


def test_the_list_of_the_round_holds_only_what_both_ends_of_one_sees(cast: Cast, letter: Round, sign_in: SignIn) -> None:
    foreign = make_finding(letter, cast.stranger)
    linked(cast.finding, foreign)
    unit = sign_in("liaison")
    for address in (url("joint"), url("links", cast.finding.pk), url("finding", cast.finding.pk)):
        assert foreign.number not in text(unit, address)
    assert "没有与其他反馈意见关联的问题" in text(unit, url("joint"))


def test_a_measure_is_joined_on_the_page_and_shown_on_both_case_files(cast: Cast, there: Finding, sign_in: SignIn) -> None:
    clerk, measure = sign_in("clerk"), make_measure(cast.finding, text="建立拨付月清单")
    write.change(measure, {"state": "planned"}, actor=SYSTEM, verb="approve")
    linked(cast.finding, there)
    page = text(clerk, url("links", there.pk))
    assert "建立拨付月清单" in page
    join = url("serve", there.pk, measure.pk, "join")
    assert clerk.post(join, {}).status_code == 422
    assert clerk.post(join, {"version": measure.version}).status_code == 302
    assert clerk.post(join, {"version": measure.version}).status_code == 422
    for one, other in ((cast.finding, there), (there, cast.finding)):
        assert other.number in text(clerk, url("links", one.pk))
        assert other.number in text(clerk, reverse("plan:panel", args=[one.pk]))
    leave = url("serve", there.pk, measure.pk, "leave")
    assert clerk.post(leave, {"version": measure.version, "reason": ""}).status_code == 422
    assert clerk.post(leave, {"version": measure.version, "reason": "另行整改"}).status_code == 302
    assert MeasureFinding.objects.count() == 1


def test_what_else_a_measure_serves_is_told_without_a_count_where_it_is_not_to_be_seen(cast: Cast, letter: Round, sign_in: SignIn) -> None:
    measure = make_measure(cast.finding)
    for _ in range(2):
        verbs.serve(measure, make_finding(letter, cast.stranger, title="不该看见的问题"))
    for address in (url("links", cast.finding.pk), reverse("plan:panel", args=[cast.finding.pk])):
        page = text(sign_in("liaison"), address)
        assert HIDDEN in page
        assert page.count(HIDDEN) == 1
        assert "不该看见的问题" not in page


def test_a_foreign_measure_is_worked_on_under_its_number_here(cast: Cast, there: Finding, sign_in: SignIn) -> None:
    """The workspace of the other round lists it, with the finding of that round."""
    make_measure(there)
    measure = make_measure(cast.finding, text="联动措施一")
    write.change(measure, {"state": "planned"}, actor=SYSTEM, verb="approve")
    verbs.serve(measure, there)
    clerk = sign_in("clerk")
    clerk.post(url("round"), {"round": there.round_id})
    page = text(clerk, reverse("execute:index"))
    assert "联动措施一" in page
    assert there.number in page
    assert cast.finding.number not in page


def test_the_register_by_source_opens_to_its_rows(cast: Cast, sign_in: SignIn) -> None:
    make_finding(cast.round, cast.bureau, source="central", title="甲问题")
    clerk = sign_in("clerk")
    page = text(clerk, url("sources"))
    assert "?source=central" in page
    assert "?source=central&amp;claim=said" in page
    rows = text(clerk, url("ledger") + "?source=central")
    assert "甲问题" in rows
    assert cast.finding.number not in rows
    assert "<h1" not in clerk.get(url("sources"), headers={"HX-Request": "true"}).content.decode()


def test_without_findings_the_register_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    clerk.post(url("round"), {"round": make_round(cast.city).pk})
    assert "尚无问题" in text(clerk, url("sources"))


@pytest.mark.parametrize("name", ["links", "joint", "sources"])
def test_pages_cost_the_same_however_many_rows(
    cast: Cast, letter: Round, sign_in: SignIn, name: str, django_assert_max_num_queries: Any
) -> None:
    measure = make_measure(cast.finding)
    for _ in range(60):
        other = make_finding(letter, cast.bureau)
        linked(cast.finding, other)
        verbs.serve(measure, other)
    clerk = sign_in("clerk")
    clerk.post(url("round"), {"round": cast.round.pk})
    limit = {"links": 20, "joint": 9, "sources": 8}[name]
    with django_assert_max_num_queries(limit) as spent:
        text(clerk, url(name, cast.finding.pk) if name == "links" else url(name))
    assert len(spent.captured_queries) <= limit
