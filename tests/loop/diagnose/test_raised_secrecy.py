"""Who answers a forwarded cause learns neither the finding nor who proposed it: on no page, by no API, search, trail or export."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from jiandi.base.jobs import worker
from jiandi.loop.diagnose import actions, queries
from jiandi.loop.diagnose.actions import Brought
from jiandi.loop.report import actions as report
from jiandi.record.accounts.models import User
from jiandi.record.ledger.models import FindingParty, RaisedCause
from jiandi.record.policy import roles
from tests.builders import as_actor, give, make_cause, make_finding, make_unit, make_user
from tests.cast import Cast
from tests.house.test_urls import addresses
from tests.interfaces.api.program import program

SignIn = Callable[[str], Client]
SENT = "年中追加经费评审排队时间过长"
SECRET = "原话只有提出单位写过"


@pytest.fixture
def row(cast: Cast) -> RaisedCause:
    """Proposed by the bureau with words of its own, forwarded to the stranger in others."""
    cause = make_cause(cast.finding)
    made = actions.propose_cause(
        actor=cast.actor("liaison"), cause_id=cause.pk, text=SECRET, suggested_id=cast.stranger.pk, version=cause.version
    )
    brought = Brought(text=SENT, unit_id=cast.stranger.pk)
    return actions.take_step(actor=cast.actor("clerk"), raised_id=made.pk, verb="forward", brought=brought, version=made.version)


def telling(cast: Cast) -> tuple[str, ...]:
    """What would tell: names of the proposer, the finding in words and number, the proposal's own words."""
    return (cast.bureau.name, cast.finding.number, cast.finding.title, cast.finding.verbatim, SECRET, "拨付流程没有时限")


def said(answer: object) -> str:
    streamed = getattr(answer, "streaming", False)
    return b"".join(answer.streaming_content).decode() if streamed else answer.content.decode()  # type: ignore[attr-defined]


def pages(row: RaisedCause) -> Iterator[str]:
    """Every address that takes nothing, a finding, a round or the row itself."""
    values = {"finding_id": row.finding_id, "round_id": row.finding.round_id, "raised_id": row.pk, "cause_id": row.cause_id}
    for name, (fixed, names) in addresses().items():
        if name.startswith(("account", "mfa", "set_language", "api", "ui:", "healthz")) or "unit" in name:
            continue
        if set(names) <= set(values):
            yield fixed or reverse(name, kwargs={n: values[n] for n in names})


def test_no_page_tells_the_receiver(cast: Cast, row: RaisedCause, sign_in: SignIn) -> None:
    client = sign_in("outsider")
    shown = {path: said(client.get(path)) for path in pages(row)}
    every_unit = {reverse("setup:units"), reverse("setup:round", args=[cast.round.pk])}  # lists of all units there are: they tell nothing
    leaks = [(path, word) for path, text in shown.items() for word in telling(cast) if word in text and path not in every_unit]
    assert not leaks
    assert SENT in shown[reverse("diagnose:raised")]
    assert SENT in shown[reverse("diagnose:raised_one", args=[row.pk])]
    assert SENT in shown["/"]


def test_the_receiver_finds_its_own_words_and_no_others(cast: Cast, row: RaisedCause, sign_in: SignIn) -> None:
    client = sign_in("outsider")
    for word in (SECRET[:4], cast.finding.title[:4], cast.finding.number, "评审"):
        assert not [w for w in telling(cast) if w in said(client.get(reverse("desk:search"), {"q": word})) and w != word]


def test_a_refused_step_tells_nothing_either(cast: Cast, row: RaisedCause, sign_in: SignIn) -> None:
    client = sign_in("outsider")
    for verb in actions.ASKED:
        for data in ({}, {"version": row.version}, {"version": 99, "text": "好"}):
            answer = client.post(reverse("diagnose:raised_step", args=[row.pk, verb]), data, headers={"accept": "application/json"})
            assert not [word for word in telling(cast) if word in said(answer)], (verb, data)
            row.refresh_from_db()


def test_the_api_tells_the_receiver_only_what_the_page_does(cast: Cast, row: RaisedCause) -> None:
    receiver = program(cast.people["outsider"])
    answer = receiver.get("/causes/received")
    assert [item["text"] for item in answer.json()["items"]] == [SENT]
    assert not [word for word in telling(cast) if word in answer.content.decode()]
    assert receiver.get(f"/findings/{row.finding_id}/causes").status_code == 404
    assert receiver.get(f"/rounds/{row.finding.round_id}/matters").status_code == 404


def test_the_trail_of_the_finding_says_nothing_of_it(cast: Cast, row: RaisedCause, sign_in: SignIn) -> None:
    """Whoever sees the finding by its unit (a superior who answers) must not read the proposal from its history."""
    history = said(sign_in("clerk").get(reverse("desk:finding", args=[row.finding_id])))
    assert SENT not in history
    assert SECRET not in history.split('id="history"')[-1]
    assert sign_in("outsider").get(reverse("setup:trail")).status_code == 403


def test_no_export_of_the_receiver_tells(cast: Cast, row: RaisedCause) -> None:
    make_finding(cast.round, cast.stranger)
    made = report.ask_report(actor=cast.actor("outsider"), round_id=cast.round.pk, kind="chase", unit_id=cast.stranger.pk)
    worker.run_pending()
    made.refresh_from_db()
    assert made.state == "ready"
    assert cast.finding.number not in str(made.figures)
    with pytest.raises(Exception, match=r"policy\.report"):
        report.ask_report(actor=cast.actor("outsider"), round_id=cast.round.pk, kind="matters")


def superior(cast: Cast) -> User:
    """Head of the city itself, above the proposer: it sees the finding by its scope."""
    user = make_user("mayor")
    give(user, cast.city, roles.HEAD)
    return user


def test_a_superior_that_answers_sees_the_finding_but_not_that_it_comes_from_there(cast: Cast, row: RaisedCause, client: Client) -> None:
    RaisedCause.objects.update(unit=cast.city, suggested=cast.city)
    mayor = superior(cast)
    client.force_login(mayor, backend="jiandi.record.accounts.backend.Backend")
    assert not queries.raised(as_actor(mayor), row.pk).is_whole
    one = said(client.get(reverse("diagnose:raised_one", args=[row.pk])))
    assert SENT in one
    assert not [word for word in telling(cast) if word in one]
    panel = said(client.get(reverse("diagnose:panel", args=[row.finding_id])))
    assert SENT not in panel
    assert SECRET not in panel
    assert SECRET not in said(client.get(reverse("diagnose:raised")))


def test_a_superior_that_does_not_answer_reads_what_its_units_propose(cast: Cast, row: RaisedCause) -> None:
    county = make_unit("县", parent=cast.city)
    bureau = make_unit("县水务局", parent=county)
    RaisedCause.objects.update(proposed_by=bureau)
    user = make_user("county")
    give(user, county, roles.HEAD)
    assert queries.raised(as_actor(user), row.pk).is_whole


def test_a_receiver_with_a_part_in_the_finding_is_shown_it(cast: Cast, row: RaisedCause, sign_in: SignIn) -> None:
    FindingParty.objects.create(finding=cast.finding, unit=cast.stranger, part="support")
    one = said(sign_in("outsider").get(reverse("diagnose:raised_one", args=[row.pk])))
    assert cast.finding.number in one
    assert SECRET not in one


@pytest.mark.parametrize("who", ["liaison", "clerk", "supervisor"])
def test_those_who_may_know_see_it_whole(cast: Cast, row: RaisedCause, sign_in: SignIn, who: str) -> None:
    one = said(sign_in(who).get(reverse("diagnose:raised_one", args=[row.pk])))
    assert SECRET in one
    assert SENT in one


@pytest.mark.parametrize("who", ["helper", "verifier", "system", "auditor"])
def test_nobody_else_sees_it_at_all(cast: Cast, row: RaisedCause, sign_in: SignIn, who: str) -> None:
    assert sign_in(who).get(reverse("diagnose:raised_one", args=[row.pk])).status_code == 404
