"""What cannot be done is said in three shapes: a page, a fragment for htmx, JSON for programs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import Conflict
from jiandi.record.ledger import write
from jiandi.record.trail.actor import SYSTEM

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


def turn(cast, verb="withdraw"):
    return reverse("desk:turn", args=[cast.finding.pk, verb])


def given(cast, **other):
    return {"version": cast.finding.version, "reason": "与他题重复", "document": "", **other}


def thrice(ask, url, *args):
    """The same request as page, fragment and JSON."""
    return ask(url, *args), ask(url, *args, headers=FRAGMENT), ask(url, *args, headers=JSON)


def check(answers, status, code):
    page, fragment, json = answers
    assert [a.status_code for a in answers] == [status] * 3
    assert "<html" in page.content.decode()
    assert "<h1" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert 'role="alert"' in fragment.content.decode()
    assert json.json()["code"] == code
    assert json.json()["message"]
    return json.json()


def test_not_found_is_the_same_for_what_is_hidden_and_what_never_was(cast, sign_in):
    client = sign_in("outsider")
    hidden = thrice(client.get, reverse("desk:finding", args=[cast.finding.pk]))
    missing = thrice(client.get, reverse("desk:finding", args=[999_999_999]))
    assert check(hidden, 404, "ledger.no_finding") == check(missing, 404, "ledger.no_finding")


def test_a_number_no_database_holds_is_not_found(sign_in):
    assert sign_in("clerk").get(f"/finding/{10**30}/").status_code == 404


def test_not_allowed_names_who_may(cast, sign_in):
    body = check(thrice(sign_in("liaison").get, turn(cast)), 403, "policy.finding.withdraw")
    assert "整改办经办人" in body["message"]


def test_an_unknown_turn_is_not_found(cast, sign_in):
    check(thrice(sign_in("clerk").get, turn(cast, "vanish")), 404, "finding.no_turn")


def test_a_turn_from_another_state_says_the_state_in_words(cast, sign_in):
    body = check(thrice(sign_in("clerk").get, turn(cast, "restore")), 422, "finding.restore")
    assert "已登记" in body["message"]


def test_a_broken_rule_lists_what_is_unmet(cast, sign_in):
    answers = thrice(sign_in("clerk").post, turn(cast, "hand_over"), given(cast))
    body = check(answers, 422, "finding.hand_over")
    assert len(body["unmet"]) == 1
    assert body["unmet"][0] in answers[0].content.decode()


def test_a_stale_form_is_a_conflict(cast, sign_in):
    stale = given(cast)
    write.change(cast.finding, {"category": "财务"}, actor=SYSTEM, verb="edit")
    check(thrice(sign_in("clerk").post, turn(cast), stale), 409, "trail.conflict")


def test_a_lost_race_shows_both_values(cast):
    mine, theirs = (type(cast.finding).objects.get(pk=cast.finding.pk) for _ in range(2))
    write.change(theirs, {"due": clock.today()}, actor=SYSTEM, verb="edit")
    with pytest.raises(Conflict) as lost:
        write.change(mine, {"due": None}, actor=SYSTEM, verb="edit")
    assert lost.value.mine == {"due": None}
    assert lost.value.theirs == {"due": clock.today().isoformat()}


def test_an_invalid_form_comes_back_with_what_was_typed(cast, sign_in):
    answer = sign_in("clerk").post(turn(cast), given(cast, reason="", document="云发〔2026〕1号"))
    assert answer.status_code == 422
    assert "云发〔2026〕1号" in answer.content.decode()


def test_a_turn_is_taken_once_and_returns_to_the_case_file(cast, sign_in):
    answer = sign_in("clerk").post(turn(cast), given(cast))
    assert answer.headers["location"] == reverse("desk:finding", args=[cast.finding.pk])
    cast.finding.refresh_from_db()
    assert cast.finding.state == "withdrawn"
