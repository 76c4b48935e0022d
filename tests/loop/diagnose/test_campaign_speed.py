"""The coverage matrix of 40,000 cells: few queries, and hardly dearer than the one grouped read behind it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.db.models.functions import Left
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiandi.base import clock
from jiandi.loop.diagnose import actions, queries, rules
from jiandi.record.accounts.models import STEP, Unit
from jiandi.record.ledger.models import Answer
from jiandi.record.trail import writing
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_finding
from tests.cast import Cast

BRANCHES, BELOW, FINDINGS = 20, 100, 5
TURNS = 7


def median(deed: Callable[[], Any]) -> float:
    deed()
    took = []
    for _ in range(TURNS):
        began = time.perf_counter()
        deed()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


@pytest.mark.long
def test_the_matrix_of_forty_thousand_cells_costs_twice_its_grouped_read_at_most(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    tops = [Unit(name=f"第{n}县", level="county", parent=cast.city, path=f"{cast.city.path}{n + 100:0{STEP}d}") for n in range(BRANCHES)]
    tops = writing.create_many(tops, actor=SYSTEM, verb="add_unit")
    below = [
        Unit(name=f"{top.name}第{n}局", level="township", parent=top, path=f"{top.path}{n:0{STEP}d}") for top in tops for n in range(BELOW)
    ]
    below = writing.create_many(below, actor=SYSTEM, verb="add_unit")
    findings = [make_finding(cast.round, cast.bureau) for _ in range(FINDINGS)]
    questions = [rules.NewQuestion(f.pk, scope, "有没有？") for scope in rules.SCOPES for f in findings]
    campaign = actions.start_campaign(
        actor=SYSTEM,
        round_id=cast.round.pk,
        title="全市排查",
        questions=questions,
        unit_ids=[u.pk for u in below],
        due=clock.today() + timedelta(days=20),
    )
    cells = Answer.objects.filter(campaign=campaign)
    assert cells.count() == BRANCHES * BELOW * len(questions)
    client, url = sign_in("clerk"), reverse("diagnose:campaign", args=[campaign.pk])
    request = client.get(url).wsgi_request
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    assert len(seen) < 15
    by = ("at", "unit__level", "question_id", "state", "word")
    grouped = cells.annotate(at=Left("unit__path", 2 * STEP)).order_by().values_list(*by).annotate(n=Count("pk"))
    shown = {"shown": queries.matrix(SYSTEM, campaign.pk), "words": rules.ANSWERS, "scopes": rules.SCOPES}
    bare = median(lambda: list(grouped)) + median(lambda: render_to_string("diagnose/campaign.html", shown, request=request))
    assert median(lambda: client.get(url)) <= 2 * bare
