"""How many queries a page may cost, and that neither their number nor their text grows with the number of findings."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.loop import STAGES
from jiandi.record.ledger import verbs
from jiandi.record.trail.actor import SYSTEM
from tests.cast import Cast, make_cast, make_things
from tests.house import shape

FEW, MANY = 50, 1000
# Two of them are the session and the person, one the duties, one the rounds of the top bar.
BUDGETS = {
    "desk:home": 20,  # short lists of what may wait, each one read
    "desk:ledger": 6,
    "desk:search": 6,
    "desk:unit": 13,
    "desk:finding": 14,  # with its dispute, its extensions, and whether the year of its due date is published
    "intake:index": 9,
    "intake:panel": 6,
    "diagnose:index": 8,
    "diagnose:panel": 13,  # the tree with the words of its kinds, its proofs, and what was taken higher up
    "plan:index": 8,
    "plan:panel": 22,  # the linter looks at causes, campaigns, units, other plans and rules, each once
    "execute:index": 9,
    "execute:panel": 14,  # one for extensions, transfers and requests for support together; what the files look like
    "verify:index": 11,
    "verify:panel": 11,
    "reconcile:index": 8,
    "reconcile:panel": 8,
    "lookback:index": 9,
    "lookback:panel": 6,
    "oversight:assessments": 9,
    "oversight:home": 8,
    "report:index": 13,
    "report:panel": 8,
}
GROWING = ("desk:ledger", "desk:search", "desk:finding", "desk:home")


def address(name: str, cast: Cast) -> str:
    given = {"desk:unit": [cast.bureau.pk], "desk:finding": [cast.finding.pk]}
    return reverse(name, args=[cast.finding.pk] if name.endswith(":panel") else given.get(name, []))


def queries(client: Client, url: str) -> list[str]:
    """The SQL of one GET, numbers made equal."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200, url
    return [re.sub(r"\d+", "0", query["sql"]) for query in seen.captured_queries]


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.people[who], backend="jiandi.record.accounts.backend.Backend")
    return client


def test_every_list_has_a_budget():
    pages = {"desk:home", "desk:ledger", "desk:search", "desk:unit", "desk:finding", "oversight:assessments", "oversight:home"}
    stages = {f"{stage.name}:{page}" for stage in STAGES for page in ("index", "panel")}
    assert set(BUDGETS) == pages | stages


@pytest.mark.django_db
def test_no_page_costs_more_than_its_budget():
    cast = make_cast()
    make_things(cast)
    client = signed_in(cast, "clerk")
    client.get("/")  # fills what a process keeps (regimes, templates)
    spent = {name: len(queries(client, address(name, cast))) for name in BUDGETS}
    wrong = [f"{name}: {n} queries, the budget is {BUDGETS[name]}" for name, n in spent.items() if n > BUDGETS[name]]
    assert not wrong, shape.report(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["clerk", "head", "verifier"])
def test_a_thousand_findings_cost_the_same_queries_as_fifty(who):
    cast = make_cast()
    client = signed_in(cast, who)
    grow(cast, FEW - 1)
    client.get("/")
    few = {name: queries(client, address(name, cast)) for name in GROWING}
    grow(cast, MANY - FEW)
    many = {name: queries(client, address(name, cast)) for name in GROWING}
    for name in GROWING:
        assert len(many[name]) == len(few[name]), name
        assert sum(map(len, many[name])) == sum(map(len, few[name])), name


def grow(cast: Cast, more: int) -> None:
    new = verbs.NewFinding(title="账目不清", verbatim="账目不清。", source="self", lead=cast.bureau, due=cast.finding.due)
    verbs.register_findings(actor=SYSTEM, round_=cast.round, new=[new] * more)
