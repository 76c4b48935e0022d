"""Pages of the diagnosis: who sees what, with and without script, and how much they read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.record.ledger.models import Cause
from tests.builders import make_cause
from tests.cast import Cast

SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
CAUSE = {"leaf": "no_control", "text": "拨付没有时限", "version": 1}


def url(name: str, *args: int) -> str:
    return reverse(f"diagnose:{name}", args=args)


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
