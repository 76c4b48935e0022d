"""Writes: start a campaign, send it on to the units below, remind the silent, close it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from jiandi.base import clock
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import queries, rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import AnswerFacts
from jiandi.record.ledger.models import Answer, AskedUnit, Campaign, CampaignQuestion, Reminder
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

TITLE_LENGTH, REASON_LENGTH = 200, 300
DAYS_BETWEEN = 3
WORKING_DAYS_BEFORE = 3


def start_campaign(
    *,
    actor: Actor,
    round_id: int,
    title: str,
    questions: Sequence[rules.NewQuestion],
    unit_ids: Sequence[int],
    due: date,
    reason: str = "",
) -> Campaign:
    """Send findings as questions to chosen units. What the preview warned of asks for a reason."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        decide.require(actor, "campaign.start", targets.of_round(round_))
        _expect_words(title, questions, due)
        asking = queries.asking(actor, round_, questions, unit_ids)
        _expect_reason(queries.burden(asking, due), reason)
        campaign = Campaign(
            round=round_,
            title=title.strip()[:TITLE_LENGTH],
            line=asking.line,
            started_on=clock.today(),
            due=due,
            reason=reason.strip()[:REASON_LENGTH],
        )
        write.create(campaign, actor=actor, verb="start", reason=campaign.reason)
        asked = [CampaignQuestion(campaign=campaign, number=n, **_fields(q)) for n, q in enumerate(questions, start=1)]
        write.attach(asked)
        told = [f"{q.number} {q.finding_id} {q.scope} {q.text}" for q in asked]
        write.note(campaign, actor=actor, verb="ask", questions=told)
        _ask(actor, campaign, {(q.finding_id, q.scope): q for q in asked}, asking.cells)
    return campaign


def _fields(q: rules.NewQuestion) -> dict[str, object]:
    return {"finding_id": q.finding_id, "scope": q.scope, "text": q.text.strip()}


def _expect_words(title: str, questions: Sequence[rules.NewQuestion], due: date) -> None:
    if not title.strip():
        raise BadInput("campaign.title", N_("Give the campaign a name."))
    if any(not q.text.strip() for q in questions):
        raise BadInput("campaign.question", N_("Write the question the units are to answer."))
    if any(q.scope not in rules.SCOPES for q in questions):
        raise BadInput("campaign.scope", N_("Choose a scope: the members themselves, the team, its fields of work, daily work."))
    if len({(q.finding_id, q.scope) for q in questions}) < len(questions):
        raise BadInput("campaign.twice", N_("The same finding is asked twice in one scope. Take one out."))
    if due < clock.today():
        raise BadInput("campaign.due", N_("{due} has passed. Give the units a day to come."), due=due.isoformat())


def _expect_reason(burden: rules.Burden, reason: str) -> None:
    if burden.warnings and not reason.strip():
        text = N_("Look at what this asks of the units, then change it or say why it is sent all the same.")
        raise RuleBroken("campaign.burden", text, unmet=tuple(burden.warnings))


def _ask(
    actor: Actor,
    campaign: Campaign,
    questions: dict[tuple[int, str], CampaignQuestion],
    pairs: Sequence[tuple[Unit, rules.NewQuestion]],
    sent_by: Unit | None = None,
) -> None:
    """The row of each unit, and its cells."""
    units = dict.fromkeys(unit for unit, _q in pairs)
    rows = [AskedUnit(campaign=campaign, unit=unit, sent_by=sent_by) for unit in units]
    asked = {row.unit_id: row for row in write.create_many(rows, actor=actor, verb="ask")}
    found = [Answer(campaign=campaign, question=questions[q.finding_id, q.scope], asked=asked[unit.pk], unit=unit) for unit, q in pairs]
    write.create_many(found, actor=actor, verb="ask")


def send_on(*, actor: Actor, asked_id: int, unit_ids: Sequence[int]) -> list[AskedUnit]:
    """A unit that was asked asks units directly below it the same; each of their cells is their own."""
    with transaction.atomic():
        row = queries.asked(actor, asked_id)
        decide.require(actor, "answer.send_on", targets.of_unit(row.unit, row.campaign.round_id))
        campaign = _running(row.campaign_id)
        below = {unit.pk: unit for unit in queries.below(row)}
        wanted = dict.fromkeys(unit_ids)
        if not wanted:
            raise BadInput("campaign.no_units", N_("Choose at least one unit to ask."))
        if wanted.keys() - below.keys():
            text = N_("A chosen unit does not stand directly below {unit}, or was asked already. Choose others.")
            raise BadInput("campaign.not_below", text, unit=row.unit.label)
        units = [below[pk] for pk in wanted]
        asked = {(q.finding_id, q.scope): q for q in campaign.questions.select_related("finding")}
        questions = [rules.NewQuestion(q.finding_id, q.scope, q.text) for q in asked.values()]
        pairs = queries.cells_to_ask(questions, {q.finding_id: q.finding for q in asked.values()}, units)
        _ask(actor, campaign, asked, pairs, sent_by=row.unit)
    return list(AskedUnit.objects.filter(campaign=campaign, unit__in=units))


def _running(campaign_id: int) -> Campaign:
    """The campaign, held until the transaction ends: it cannot close while somebody is asked."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("round", "line").get(pk=campaign_id)
    if campaign.state != "running":
        raise RuleBroken("campaign.over", N_("The campaign is closed. Report what you found to the office."))
    return campaign


def remind(*, actor: Actor, campaign_id: int) -> list[Reminder]:
    """Remind every unit that owes this campaign an answer: one reminder for all its open cells, once a day."""
    with transaction.atomic():
        campaign = queries.campaign(actor, campaign_id)
        decide.require(actor, "campaign.remind", targets.of_campaign(campaign))
        if campaign.state != "running":
            raise RuleBroken("campaign.over", N_("The campaign is closed. Nobody owes it an answer."))
        silent = Answer.objects.filter(campaign=campaign, state="asked").values("unit_id")
        owed = queries.open_by_unit(campaign.round_id, Q(unit__in=silent))
        today = clock.today()
        made = [Reminder(round=campaign.round, unit_id=u, on=today, cells=n, due=due) for u, n, due, last in owed if last != today]
        if not made:
            raise RuleBroken("campaign.reminded", N_("Every unit that owes an answer was reminded today. Wait a day, or call them."))
        return write.create_many(made, actor=actor, verb="remind")


def remind_due(*, actor: Actor, round_id: int) -> int:
    """The daily reminder: units whose day is near or past, and which heard nothing for three days."""
    with transaction.atomic():
        decide.require(actor, "campaign.remind", Target(round_id))
        today = clock.today()
        near = regimes.work_calendar().add_working_days(today, WORKING_DAYS_BEFORE).day
        quiet = today - timedelta(days=DAYS_BETWEEN)
        owed = queries.open_by_unit(round_id)
        made = [
            Reminder(round_id=round_id, unit_id=unit, on=today, cells=n, due=due)
            for unit, n, due, last in owed
            if due <= near and (last is None or last <= quiet)
        ]
        write.create_many(made, actor=actor, verb="remind")
    return len(made)


def close_campaign(*, actor: Actor, campaign_id: int, version: int) -> Campaign:
    """End a campaign once every cell is answered or excused: the office, or the subject department that runs it."""
    with transaction.atomic():
        seen = queries.campaign(actor, campaign_id, version)
        target = targets.of_campaign(seen)
        decide.require(actor, "campaign.close", target)
        campaign = _running(seen.pk)
        silent = campaign.answers.filter(state="asked").count()
        lifecycle.move(campaign, "close", actor=actor, target=target, facts=AnswerFacts(open_cells=silent))
    return campaign
