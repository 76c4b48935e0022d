"""Score sheets: points with reasons, the unit heard, the grade a joint meeting's; never a rank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.record.ledger.models import Assessment, AssessmentScore
from jiandi.record.regimes import schema
from jiandi.watch.oversight.actions import assessments as actions
from jiandi.watch.oversight.queries import assessments as queries
from jiandi.watch.oversight.rules import assessments as rules
from jiandi.watch.oversight.rules.assessments import Scored
from tests.builders import put_under
from tests.cast import Cast

SignIn = Callable[[str], Client]
PROFILE = schema.parse_profile(schema.seed_texts()["inspection"])
FULL = {item.code: Scored(item.most) for item in PROFILE.score_items if item.kind != "bonus"}
MINUTES = {"document": "联〔2026〕2号", "why_other": ""}


@pytest.fixture
def sheet(cast: Cast) -> Assessment:
    return actions.start(actor=cast.actor("supervisor"), round_id=cast.round.pk, unit_id=cast.bureau.pk)


def score(cast: Cast, one: Assessment, scores: dict[str, Scored], vetoes: dict[str, str] | None = None) -> Assessment:
    return actions.score(actor=cast.actor("supervisor"), assessment_id=one.pk, scores=scores, vetoes=vetoes or {}, version=fresh(one))


def fresh(one: Assessment) -> int:
    return Assessment.objects.get(pk=one.pk).version


def send(cast: Cast, one: Assessment) -> Assessment:
    return actions.send(actor=cast.actor("supervisor"), assessment_id=one.pk, version=fresh(one))


def explain(cast: Cast, one: Assessment, text: str = "材料已补齐。", who: str = "head") -> Assessment:
    return actions.explain(actor=cast.actor(who), assessment_id=one.pk, text=text, version=fresh(one))


def decide(cast: Cast, one: Assessment, who: str = "supervisor", **fields: Any) -> Assessment:
    given = {"grade": "good", "decided_on": clock.today(), **MINUTES, **fields}
    return actions.decide_grade(actor=cast.actor(who), assessment_id=one.pk, version=fresh(one), **given)


def test_the_points_of_the_lines_make_a_hundred_and_the_bonus_comes_on_top():
    assert rules.total(PROFILE, FULL) == 100
    assert rules.total(PROFILE, {**FULL, "practice": Scored(5, "全市推广")}) == 105


@pytest.mark.parametrize(("points", "code"), [(100, "good"), (90, "good"), (89, "fair"), (60, "ordinary"), (59, "poor"), (0, "poor")])
def test_a_grade_begins_where_the_sheet_says(points: int, code: str):
    assert rules.grade(PROFILE, points, ()).code == code


def test_a_veto_caps_the_grade_whatever_the_points():
    assert rules.grade(PROFILE, 105, {"untrue"}).code == "poor"


def test_lost_points_and_a_bonus_need_a_reason():
    scores = {**FULL, "done": Scored(20), "practice": Scored(3)}
    assert rules.bare(PROFILE, scores) == ("问题整改落实", "经验在面上推广")
    assert rules.bare(PROFILE, {**scores, "done": Scored(20, "两项未完成"), "practice": Scored(3, "市里转发")}) == ()


def test_a_sheet_that_does_not_make_a_hundred_is_no_sheet():
    text = schema.seed_texts()["inspection"]
    with pytest.raises(BadInput, match="score_items"):
        schema.parse_profile(text.replace("most = 25", "most = 24"))
    with pytest.raises(BadInput, match="grades"):
        schema.parse_profile(text.replace("at_least = 75", "at_least = 95"))
    with pytest.raises(BadInput, match="score_vetoes"):
        schema.parse_profile(text.replace('grade = "poor"', 'grade = "worst"', 1))


def test_supervisors_and_the_office_score_and_nobody_else(cast: Cast):
    for who in ("liaison", "head", "member", "verifier"):
        with pytest.raises(NotAllowed):
            actions.start(actor=cast.actor(who), round_id=cast.round.pk, unit_id=cast.bureau.pk)
    with pytest.raises(NotFound):
        actions.start(actor=cast.actor("outsider"), round_id=cast.round.pk, unit_id=cast.bureau.pk)


def test_only_a_unit_that_leads_something_is_scored_and_once_at_a_time(cast: Cast, sheet: Assessment):
    for unit in (cast.helper, cast.bureau):
        with pytest.raises(BadInput):
            actions.start(actor=cast.actor("clerk"), round_id=cast.round.pk, unit_id=unit.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.bulk_create([Assessment(round=cast.round, unit=cast.bureau, started_on=clock.today())])
    actions.drop(actor=cast.actor("clerk"), assessment_id=sheet.pk, version=sheet.version)
    assert actions.start(actor=cast.actor("clerk"), round_id=cast.round.pk, unit_id=cast.bureau.pk).state == "draft"


def test_a_regime_without_a_score_sheet_says_so(cast: Cast):
    put_under(cast.round, "self_check")
    with pytest.raises(RuleBroken, match="no score sheet"):
        actions.start(actor=cast.actor("clerk"), round_id=cast.round.pk, unit_id=cast.bureau.pk)


@pytest.mark.parametrize("points", [-1, 26])
def test_points_stay_within_the_line(cast: Cast, sheet: Assessment, points: int):
    with pytest.raises(BadInput):
        score(cast, sheet, {"done": Scored(points)})


def test_lines_and_vetoes_are_those_of_the_sheet(cast: Cast, sheet: Assessment):
    with pytest.raises(NotFound):
        score(cast, sheet, {"charm": Scored(1)})
    with pytest.raises(NotFound):
        score(cast, sheet, FULL, {"charm": "无"})
    with pytest.raises(BadInput):
        score(cast, sheet, FULL, {"untrue": " "})
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentScore.objects.bulk_create([AssessmentScore(assessment=sheet, item="untrue", is_veto=True)])
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentScore.objects.bulk_create([AssessmentScore(assessment=sheet, item="done", points=1) for _ in range(2)])


def test_a_draft_is_kept_as_far_as_it_goes_and_a_stale_one_is_refused(cast: Cast, sheet: Assessment):
    score(cast, sheet, {"done": Scored(20, "两项未完成"), "effect": Scored(None)})
    assert queries.scores_of(sheet) == {"done": Scored(20, "两项未完成")}
    with pytest.raises(Conflict):
        actions.score(actor=cast.actor("clerk"), assessment_id=sheet.pk, scores=FULL, vetoes={}, version=1)


def test_a_sheet_goes_to_the_unit_whole_and_with_reasons(cast: Cast, sheet: Assessment):
    score(cast, sheet, {"done": Scored(20)})
    with pytest.raises(RuleBroken) as refused:
        send(cast, sheet)
    assert {one.code for one in refused.value.unmet} == {"unscored", "bare"}
    score(cast, sheet, FULL)
    assert send(cast, sheet).explain_by is not None
    with pytest.raises(RuleBroken):
        score(cast, sheet, FULL)


def test_the_unit_sees_its_points_once_they_are_sent_and_its_head_explains(cast: Cast, sheet: Assessment):
    with pytest.raises(NotFound):
        queries.assessment(cast.actor("head"), sheet.pk)
    score(cast, sheet, FULL)
    send(cast, sheet)
    with pytest.raises(NotAllowed):
        explain(cast, sheet, who="liaison")
    with pytest.raises(NotFound):
        explain(cast, sheet, who="outsider")
    with pytest.raises(RuleBroken):
        explain(cast, sheet, text=" ")
    assert explain(cast, sheet).state == "explained"
    with pytest.raises(RuleBroken):
        explain(cast, sheet)


def test_nothing_is_decided_before_the_unit_was_heard_or_its_days_are_over(cast: Cast, sheet: Assessment):
    score(cast, sheet, FULL)
    send(cast, sheet)
    with pytest.raises(RuleBroken):
        decide(cast, sheet)
    with clock.at(clock.now() + timedelta(days=20)):
        assert decide(cast, sheet).grade == "good"


def test_the_joint_meeting_decides_by_its_minutes(cast: Cast, sheet: Assessment):
    score(cast, sheet, FULL)
    send(cast, sheet)
    explain(cast, sheet)
    for who in ("head", "clerk", "member"):
        with pytest.raises(NotAllowed):
            decide(cast, sheet, who)
    for wrong in ({"document": ""}, {"decided_on": None}, {"decided_on": clock.today() + timedelta(days=1)}, {"grade": "best"}):
        with pytest.raises(RuleBroken):
            decide(cast, sheet, **wrong)
    with pytest.raises(RuleBroken):
        decide(cast, sheet, grade="fair")
    found = decide(cast, sheet, grade="fair", why_other="回访发现一项反弹")
    assert (found.grade, found.reckoned, found.state) == ("fair", "good", "decided")


def test_the_database_keeps_grade_and_minutes_together(cast: Cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.bulk_create([Assessment(round=cast.round, unit=cast.bureau, started_on=clock.today(), state="decided")])
    bare = {"grade": "good", "reckoned": "poor", "document": "1号", "decided_on": clock.today(), "state": "decided"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.bulk_create([Assessment(round=cast.round, unit=cast.bureau, started_on=clock.today(), **bare)])


def test_the_whole_way_on_pages(cast: Cast, sign_in: SignIn):
    supervisor, head = sign_in("supervisor"), sign_in("head")
    assert "还没有评估记录" in supervisor.get(reverse("oversight:assessments")).content.decode()
    assert supervisor.post(reverse("oversight:start_assessment"), {"unit": ""}).status_code == 422
    sent = supervisor.post(reverse("oversight:start_assessment"), {"unit": cast.bureau.pk})
    one = Assessment.objects.get()
    assert sent["Location"] == reverse("oversight:assessment", args=[one.pk])
    step = lambda name: reverse("oversight:assess", args=[one.pk, name])  # noqa: E731
    points = {f"points_{code}": scored.points for code, scored in FULL.items()}
    too_many = supervisor.post(step("score"), {**points, "points_done": 99, "version": fresh(one)})
    assert too_many.status_code == 422
    assert (
        supervisor.post(step("score"), {**points, "points_done": 15, "reason_done": "两项超期", "version": fresh(one)}).status_code == 303
    )
    assert supervisor.post(step("send"), {"version": fresh(one)}).status_code == 303
    page = head.get(sent["Location"]).content.decode()
    assert "两项超期" in page
    assert "较好" not in head.get(reverse("oversight:home")).content.decode()
    assert head.post(step("explain"), {"text": "", "version": fresh(one)}).status_code == 422
    assert head.post(step("explain"), {"text": "已补齐", "version": fresh(one)}).status_code == 303
    given = {"grade": "good", "document": "联〔2026〕2号", "decided_on": clock.today().isoformat(), "version": fresh(one)}
    assert supervisor.post(step("decide"), given).status_code == 303
    assert "联〔2026〕2号" in supervisor.get(sent["Location"]).content.decode()
    assert supervisor.post(step("erase"), {"version": 1}).status_code == 404
