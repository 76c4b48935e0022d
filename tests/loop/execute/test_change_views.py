"""The pages of time, duty and help: what is shown, what is offered to whom, and that they work by form alone."""

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
from jiandi.interfaces.desk import waiting
from jiandi.loop.execute import actions, rules
from jiandi.loop.execute.actions import Wanted
from jiandi.record.figures import changes as figures
from jiandi.record.ledger import lifecycle, listing, write
from jiandi.record.ledger.models import Extension, Finding, Measure, Support, Transfer
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding, make_measure
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def url(cast: Cast, page: str) -> str:
    return reverse(f"execute:{page}", args=[cast.finding.pk])


def now(cast: Cast) -> Finding:
    return Finding.objects.get(pk=cast.finding.pk)


def form(key: str, **typed: Any) -> dict[str, Any]:
    return {f"{key}-turn": key, **{f"{key}-{name}": value for name, value in typed.items()}}


def body(answer: Any) -> str:
    return str(answer.content.decode())


def ask(cast: Cast, finding: Finding | None = None) -> Extension:
    f = finding or now(cast)
    wanted = Wanted(reason="审批未完", wanted_to=f.due + timedelta(days=30) if f.due else None)
    return actions.ask_extension(actor=cast.actor("head"), finding_id=f.pk, wanted=wanted, version=f.version)


def test_an_extension_goes_by_form_from_asking_to_granting(cast: Cast, sign_in: SignIn) -> None:
    day = cast.finding.due + timedelta(days=30) if cast.finding.due else None
    head, clerk = sign_in("head"), sign_in("clerk")
    asked = form("ask-0", version=now(cast).version, kind="date", wanted_to=day, reason="审批未完")
    assert head.post(url(cast, "dates"), asked).status_code == 302
    row = Extension.objects.get()
    assert any(w.url == url(cast, "dates") for w in waiting.for_actor(cast.actor("clerk"), cast.round.pk))
    granted = form(f"grant-{row.pk}", version=row.version, granted_to="", words="同意")
    assert clerk.post(url(cast, "dates"), granted).status_code == 302
    assert now(cast).due == day
    page = body(head.get(url(cast, "dates")))
    assert "<dd>1次</dd>" in page


def test_what_was_typed_stays_when_it_is_refused(cast: Cast, sign_in: SignIn) -> None:
    asked = form("ask-0", version=now(cast).version, kind="date", wanted_to="", reason="审批未完成原因")
    answer = sign_in("head").post(url(cast, "dates"), asked)
    assert answer.status_code == 422
    assert "审批未完成原因" in body(answer)
    assert not Extension.objects.exists()


@pytest.mark.parametrize("page", ["dates", "duty", "supports"])
def test_a_post_of_nothing_is_told_and_nothing_is_written(cast: Cast, sign_in: SignIn, page: str) -> None:
    assert sign_in("head").post(url(cast, page)).status_code == 422
    assert sign_in("head").post(url(cast, page), form("grant-7", version="x")).status_code == 422
    assert sign_in("outsider").get(url(cast, page)).status_code == 404


def test_only_what_one_may_do_is_offered(cast: Cast, sign_in: SignIn) -> None:
    row = ask(cast)
    assert f"grant-{row.pk}-turn" in body(sign_in("clerk").get(url(cast, "dates")))
    seen = body(sign_in("head").get(url(cast, "dates")))
    assert f"take_back-{row.pk}-turn" in seen
    assert f"grant-{row.pk}" not in seen
    assert "-turn" not in body(sign_in("verifier").get(url(cast, "dates")))


def test_a_stale_form_is_a_conflict(cast: Cast, sign_in: SignIn) -> None:
    row = ask(cast)
    granted = form(f"grant-{row.pk}", version=row.version + 3, granted_to="", words="")
    assert sign_in("clerk").post(url(cast, "dates"), granted).status_code == 409


def test_a_transfer_goes_by_form_and_the_chain_is_seen(cast: Cast, sign_in: SignIn) -> None:
    asked = form("ask_transfer-0", version=now(cast).version, to_unit=cast.stranger.pk, reason="职责不在我局")
    assert sign_in("head").post(url(cast, "duty"), asked).status_code == 302
    row = Transfer.objects.get()
    assert any(w.url == url(cast, "duty") for w in waiting.for_actor(cast.actor("outsider"), cast.round.pk))
    outsider = sign_in("outsider")
    assert outsider.post(url(cast, "duty"), form(f"accept-{row.pk}", version=row.version, words="")).status_code == 302
    page = body(outsider.get(url(cast, "duty")))
    assert page.count("市水务局") >= 2
    assert "市档案馆" in page
    panel = body(outsider.get(reverse("execute:panel", args=[cast.finding.pk])))
    assert "经手单位" in panel
    assert "市档案馆" in panel


def test_help_goes_by_form(cast: Cast, sign_in: SignIn) -> None:
    measure = make_measure(cast.finding)
    lifecycle.move(measure, "approve", actor=SYSTEM)
    key = f"ask-{measure.pk}"
    asked = form(key, version=Measure.objects.get(pk=measure.pk).version, to_unit=cast.stranger.pk, text="请提供台账", wanted_by="")
    assert sign_in("head").post(url(cast, "supports"), asked).status_code == 302
    row, outsider = Support.objects.get(), sign_in("outsider")
    assert any(w.url == url(cast, "supports") for w in waiting.for_actor(cast.actor("outsider"), cast.round.pk))
    assert outsider.post(url(cast, "supports"), form(f"accept-{row.pk}", version=row.version)).status_code == 302
    row.refresh_from_db()
    given = form(f"give-{row.pk}", version=row.version, text="台账已送", evidence="")
    assert outsider.post(url(cast, "supports"), given).status_code == 302
    assert "台账已送" in body(sign_in("head").get(url(cast, "supports")))


def test_late_answers_are_shown_and_counted(cast: Cast, sign_in: SignIn) -> None:
    row = ask(cast)
    write.change(row, {"answer_by": clock.today() - timedelta(days=20)}, actor=SYSTEM, verb="edit")
    page = sign_in("clerk").get(reverse("execute:changes"), {"kind": "extensions", "only": "late"})
    assert cast.finding.number in body(page)
    assert 'class="late"' in body(page)
    assert figures.of_round(SYSTEM, cast.round.pk).extensions_late == 1
    actions.grant_extension(actor=cast.actor("clerk"), extension_id=row.pk, version=row.version)
    seen = figures.of_round(SYSTEM, cast.round.pk)
    assert (seen.extended, seen.extensions, seen.extensions_late) == (1, 1, 1)
    assert 'class="late"' in body(sign_in("head").get(url(cast, "dates")))


@pytest.mark.parametrize("kind", ["extensions", "transfers", "supports", "nonsense"])
@pytest.mark.parametrize("only", ["", "to_answer", "asked", "late", "'"])
def test_every_list_has_its_empty_state(cast: Cast, sign_in: SignIn, kind: str, only: str) -> None:
    answer = sign_in("head").get(reverse("execute:changes"), {"kind": kind, "only": only})
    assert answer.status_code == 200
    assert "没有此类事项" in body(answer)


def test_the_asker_and_the_answerer_each_find_it(cast: Cast, sign_in: SignIn) -> None:
    ask(cast)
    for who, only, there in (
        ("head", "asked", True),
        ("head", "to_answer", False),
        ("clerk", "to_answer", True),
        ("clerk", "asked", False),
    ):
        page = body(sign_in(who).get(reverse("execute:changes"), {"kind": "extensions", "only": only}))
        assert (f">{cast.finding.number}<" in page) == there, (who, only)


def test_a_unit_sees_only_what_it_has_a_part_in(cast: Cast, sign_in: SignIn) -> None:
    ask(cast)
    assert cast.finding.number not in body(sign_in("outsider").get(reverse("execute:changes")))


def test_the_list_costs_the_same_for_one_and_for_many(cast: Cast, sign_in: SignIn) -> None:
    client, page = sign_in("clerk"), reverse("execute:changes")
    ask(cast)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for _n in range(60):
        ask(cast, make_finding(cast.round, cast.bureau))
    with CaptureQueriesContext(connection) as many:
        answer = client.get(page)
    assert len(many) == len(few) <= 15
    assert body(answer).count('class="row-link"') == 50


def test_the_ledger_says_how_often_and_what_waits(cast: Cast) -> None:
    row = ask(cast)
    lines, _more = listing.rows(SYSTEM, cast.round.pk, listing.Filters(when="extension"))
    assert [(line.pk, line.extended, line.extension_asked) for line in lines] == [(cast.finding.pk, 0, True)]
    actions.grant_extension(actor=cast.actor("clerk"), extension_id=row.pk, version=row.version)
    lines, _more = listing.rows(SYSTEM, cast.round.pk, listing.Filters())
    assert [(line.extended, line.extension_asked) for line in lines] == [(1, False)]


def test_the_case_file_says_that_an_extension_is_pending(cast: Cast, sign_in: SignIn) -> None:
    ask(cast)
    assert "bi-calendar-plus" in body(sign_in("head").get(reverse("desk:finding", args=[cast.finding.pk])))


def test_holders_days_and_the_unit_it_came_back_to() -> None:
    start = clock.today()
    passes = [rules.Pass(start + timedelta(days=n), *pair) for n, pair in ((4, ("甲", "乙")), (10, ("乙", "甲")))]
    found = rules.chain("甲", start, passes, start + timedelta(days=30))
    assert [(h.unit, h.days, h.came_back) for h in found] == [("甲", 4, False), ("乙", 6, False), ("甲", 20, True)]
    assert [h.days for h in rules.chain("甲", start, [], start + timedelta(days=3))] == [3]


def test_what_is_over_is_not_offered(cast: Cast, sign_in: SignIn) -> None:
    write.change(cast.finding, {"state": "closed", "closed_on": clock.today()}, actor=SYSTEM, verb="close")
    for page in ("dates", "duty", "supports"):
        assert "-turn" not in body(sign_in("head").get(url(cast, page)))
