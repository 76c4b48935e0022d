"""Score a unit on the regime's sheet, hear it, and write down what the joint meeting decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import AssessmentFacts, ItemFacts
from jiandi.record.ledger.models import Assessment, AssessmentScore
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.actor import Actor
from jiandi.watch.oversight.queries import assessments as queries
from jiandi.watch.oversight.rules import assessments as rules

REASON_LENGTH, DOCUMENT_LENGTH, TEXT_LENGTH = 300, 80, 4000


def start(*, actor: Actor, round_id: int, unit_id: int) -> Assessment:
    """A sheet for a unit that leads something in the round."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        decide.require(actor, "assessment.score", targets.of_round(round_))
        if not regimes.profile_of(round_.regime).score_items:
            raise RuleBroken(
                "assessment.no_sheet", N_("This kind of supervision has no score sheet. Add one to a copy of it under Settings.")
            )
        unit = next((one for one in queries.units_to_score(round_) if one.pk == unit_id), None)
        if unit is None:
            raise BadInput("assessment.unit", N_("Choose a unit that leads a finding here and is not being scored already."))
        row = Assessment(round=round_, unit=unit, started_on=clock.today())
        return write.create(row, actor=actor, verb="start")


def score(*, actor: Actor, assessment_id: int, scores: rules.Scores, vetoes: Mapping[str, str], version: int) -> Assessment:
    """Points and reasons as far as they go, and vetoes with theirs. The three rates of the day are kept beside them."""
    with transaction.atomic():
        found = queries.assessment(actor, assessment_id)
        decide.require(actor, "assessment.score", targets.of_round(found.round))
        write.expect_version(found, version)
        if found.state != "draft":
            raise RuleBroken("assessment.sent", N_("The sheet was sent to the unit; its points stay as they are."))
        profile = queries.profile_of(found)
        _well_formed(profile, scores, vetoes)
        points = rules.total(profile, scores)
        totals = figures.totals_of(actor, found.round_id, found.unit_id)
        fields = {
            "total": points,
            "reckoned": rules.grade(profile, points, vetoes).code,
            "scored_by": "" if actor.is_system else actor.holder,
            "figures": {**totals.rates.as_counts(), "scores": {code: one.points for code, one in scores.items()}, "vetoes": sorted(vetoes)},
        }
        write.change(found, fields, actor=actor, verb="score")
        _keep(found, scores, vetoes)
        return found


def _well_formed(profile: Profile, scores: rules.Scores, vetoes: Mapping[str, str]) -> None:
    items = {item.code: item for item in profile.score_items}
    if not set(scores) <= set(items) or not set(vetoes) <= {one.code for one in profile.score_vetoes}:
        raise NotFound("assessment.item", N_("This line is not on the score sheet. Load the page again."))
    for code, one in scores.items():
        if one.points is not None and not 0 <= one.points <= items[code].most:
            text = N_("“{name}”: write 0 to {most} points.")
            raise BadInput("assessment.points", text, name=items[code].name.zh, most=items[code].most)
    if any(not reason.strip() for reason in vetoes.values()):
        raise BadInput("assessment.veto", N_("A veto needs its reason."))


def _keep(found: Assessment, scores: rules.Scores, vetoes: Mapping[str, str]) -> None:
    """The lines as they are now; the entry of the sheet carries the fact."""
    found.scores.all().delete()
    rows = [
        AssessmentScore(assessment=found, item=code, points=one.points, reason=one.reason.strip()[:REASON_LENGTH])
        for code, one in scores.items()
        if one.points is not None
    ]
    raised = [
        AssessmentScore(assessment=found, item=code, is_veto=True, reason=text.strip()[:REASON_LENGTH]) for code, text in vetoes.items()
    ]
    write.attach([*rows, *raised])


def send(*, actor: Actor, assessment_id: int, version: int) -> Assessment:
    """The unit sees its points and may explain itself within the regime's working days."""
    with transaction.atomic():
        found = queries.assessment(actor, assessment_id)
        write.expect_version(found, version)
        profile, scores = queries.profile_of(found), queries.scores_of(found)
        facts = AssessmentFacts(unscored=rules.unscored(profile, scores), bare=rules.bare(profile, scores))
        last = regimes.work_calendar().add_working_days(clock.today(), profile.clocks.explanation_days).day
        lifecycle.move(found, "send", actor=actor, target=_target(found), facts=facts, fields={"explain_by": last})
        return found


def explain(*, actor: Actor, assessment_id: int, text: str, version: int) -> Assessment:
    """What the unit says to its points, once, by its head."""
    with transaction.atomic():
        found = queries.assessment(actor, assessment_id)
        write.expect_version(found, version)
        text = text.strip()[:TEXT_LENGTH]
        lifecycle.move(found, "explain", actor=actor, target=_target(found), facts=ItemFacts(reason=text), fields={"explanation": text})
        return found


def decide_grade(
    *, actor: Actor, assessment_id: int, grade: str, document: str, decided_on: date | None, why_other: str, version: int
) -> Assessment:
    """The grade that the joint meeting gave; another one than the points give needs its reason."""
    with transaction.atomic():
        found = queries.assessment(actor, assessment_id)
        write.expect_version(found, version)
        facts = AssessmentFacts(
            is_explained=bool(found.explanation),
            explain_by=found.explain_by,
            today=clock.today(),
            document=document,
            decided_on=decided_on,
            grade=grade,
            grades=tuple(one.code for one in queries.profile_of(found).grades),
            reckoned=found.reckoned,
            why_other=why_other,
        )
        number = document.strip()[:DOCUMENT_LENGTH]
        fields = {
            "grade": grade,
            "document": number,
            "decided_on": decided_on,
            "why_other": why_other.strip()[:REASON_LENGTH],
        }
        lifecycle.move(found, "decide", actor=actor, target=_target(found), facts=facts, fields=fields, reason=number)
        return found


def drop(*, actor: Actor, assessment_id: int, version: int) -> Assessment:
    with transaction.atomic():
        found = queries.assessment(actor, assessment_id)
        write.expect_version(found, version)
        lifecycle.move(found, "drop", actor=actor, target=_target(found))
        return found


def _target(found: Assessment) -> Target:
    return targets.of_unit(found.unit, found.round_id)
