"""Writes: causes, campaigns and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import queries, rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, targets, verbs, write
from jiandi.record.ledger.facts import AnswerFacts, FindingFacts
from jiandi.record.ledger.models import Answer, Campaign, Cause, Finding, FindingLink
from jiandi.record.policy import decide
from jiandi.record.trail.actor import SYSTEM, Actor


def add_cause(
    *,
    actor: Actor,
    finding_id: int,
    dimension: str,
    leaf: str,
    text: str,
    question: str = "",
    parent_id: int | None = None,
    unit_id: int | None = None,
    version: int,
) -> Cause:
    """Write one answer to "why", at the top or below another cause of the same finding."""
    rules.check_kind(dimension, leaf)
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        _require_writable(actor, finding)
        cause = Cause(
            finding=finding,
            parent=_parent(actor, finding, parent_id),
            dimension=dimension,
            leaf=leaf,
            text=_written(text),
            question=question.strip()[:200],
            unit=_owner(finding, unit_id),
        )
        return write.create(cause, actor=actor, verb="add")


def change_cause(
    *,
    actor: Actor,
    cause_id: int,
    dimension: str,
    leaf: str,
    text: str,
    question: str = "",
    unit_id: int | None = None,
    version: int,
) -> Cause:
    """Say a cause better; its place in the tree stays."""
    rules.check_kind(dimension, leaf)
    with transaction.atomic():
        cause = queries.cause(actor, cause_id, version)
        _require_writable(actor, cause.finding)
        fields = {
            "dimension": dimension,
            "leaf": leaf,
            "text": _written(text),
            "question": question.strip()[:200],
            "unit_id": _owner(cause.finding, unit_id or cause.unit_id).pk,
        }
        write.change(cause, fields, actor=actor, verb="change")
    return cause


def drop_cause(*, actor: Actor, cause_id: int, reason: str, version: int) -> Cause:
    """Take a cause out of the tree; a finding with an approved plan keeps at least one."""
    with transaction.atomic():
        cause = queries.cause(actor, cause_id, version)
        finding = cause.finding
        _require_writable(actor, finding)
        if not reason.strip():
            raise RuleBroken("cause.no_reason", N_("Say why the cause is taken out."))
        if cause.children.filter(is_dropped=False).exists():
            raise RuleBroken("cause.has_children", N_("Other causes hang below this one. Take those out first."))
        if finding.state not in rules.BEFORE_APPROVAL and queries.live_causes(finding).count() == 1:
            raise RuleBroken("cause.last", N_("This is the only cause of a finding with an approved plan. Write another one first."))
        write.change(cause, {"is_dropped": True}, actor=actor, verb="drop", reason=reason)
    return cause


def _require_writable(actor: Actor, finding: Finding) -> None:
    decide.require(actor, "cause.write", targets.of_finding(finding))
    if finding.state not in rules.WRITABLE:
        raise RuleBroken("cause.state", N_("Causes are no longer written in this state. Have the finding returned first."))
    if queries.under_review(finding):
        raise RuleBroken("cause.under_review", N_("The plan is under review. Take it back before you change a cause."))


def _written(text: str) -> str:
    if not text.strip():
        raise BadInput("cause.text", N_("A cause without text says nothing. Write why it could happen."))
    return text.strip()


def _parent(actor: Actor, finding: Finding, parent_id: int | None) -> Cause | None:
    if parent_id is None:
        return None
    parent = queries.cause(actor, parent_id)
    if parent.finding_id != finding.pk:
        raise NotFound("cause.foreign_parent", N_("The cause above belongs to another finding. Load the page again."))
    return parent


def _owner(finding: Finding, unit_id: int | None) -> Unit:
    """Whose cause it is: the lead unless another unit with a part in the finding is named."""
    wanted = unit_id or finding.lead_id
    unit = next((u for u in queries.owners(finding) if u.pk == wanted), None)
    if unit is None:
        text = N_("A cause belongs to a unit with a part in the finding, where it was found, or below the lead. Choose one of these.")
        raise RuleBroken("cause.foreign_unit", text)
    return unit


def start_campaign(*, actor: Actor, finding_id: int, question: str, unit_ids: Sequence[int], due: date) -> Campaign:
    """Send a finding as a question to chosen units; each gets an answer to fill in."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        decide.require(actor, "campaign.start", targets.of_finding(finding))
        _expect_question(finding, question, due)
        units = _asked_units(finding, unit_ids)
        campaign = Campaign(round=finding.round, finding=finding, question=question.strip(), due=due)
        write.create(campaign, actor=actor, verb="start")
        write.create_many([Answer(campaign=campaign, unit=unit) for unit in units], actor=actor, verb="ask")
    return campaign


def _expect_question(finding: Finding, question: str, due: date) -> None:
    if finding.state in ("withdrawn", "handed_over"):
        raise RuleBroken("campaign.state", N_("This finding is off the books. Start from another one."))
    if not question.strip():
        raise BadInput("campaign.question", N_("Write the question the units are to answer."))
    if due < clock.today():
        raise BadInput("campaign.due", N_("{due} has passed. Give the units a day to come."), due=due.isoformat())


def _asked_units(finding: Finding, unit_ids: Sequence[int]) -> list[Unit]:
    wanted = dict.fromkeys(unit_ids)
    if not wanted:
        raise BadInput("campaign.no_units", N_("Choose at least one unit to ask."))
    known = {unit.pk: unit for unit in queries.askable(finding)}
    if wanted.keys() - known.keys():
        text = N_("A chosen unit cannot be asked: it is the lead, the unit where it was found, or no longer exists. Choose others.")
        raise BadInput("campaign.units", text)
    return [known[pk] for pk in wanted]


def open_answer(*, actor: Actor, answer_id: int) -> Answer:
    """Stamp the moment the unit first opened the question; later openings change nothing."""
    with transaction.atomic():
        answer = queries.answer(actor, answer_id)
        decide.require(actor, "answer.give", targets.of_unit(answer.unit, answer.campaign.round_id))
        if answer.opened_at is None and answer.state == "asked":
            write.change(answer, {"opened_at": clock.now()}, actor=actor, verb="open")
    return answer


def give_answer(*, actor: Actor, answer_id: int, word: str, text: str, version: int, register: bool, title: str = "") -> Answer:
    """A unit's answer; with ``register`` a yes or partly becomes a finding of its own, linked to the asked one."""
    with transaction.atomic():
        answer = queries.answer(actor, answer_id, version)
        target = targets.of_unit(answer.unit, answer.campaign.round_id)
        if answer.campaign.state != "running":
            raise RuleBroken("campaign.over", N_("The campaign is closed. Report what you found to the office."))
        if word and word not in ("yes", "no", "partly"):
            raise BadInput("answer.word", N_("Choose one of yes, partly, no."))
        fields = {"word": word, "text": text.strip(), "answered_at": clock.now()}
        lifecycle.move(answer, "answer", actor=actor, target=target, facts=AnswerFacts(word, text), fields=fields)
        if register and rules.may_register(word):
            _register_found(actor, answer, title.strip() or rules.title_from(text))
    return answer


def _register_found(actor: Actor, answer: Answer, title: str) -> None:
    asked = answer.campaign.finding
    new = verbs.NewFinding(
        title=title,
        verbatim=answer.text,
        source="self",
        lead=answer.unit,
        found_in=answer.unit,
        category=asked.category,
    )
    # Policy gives registering to the office. A unit that owns up needs no leave: the system registers for it, and the
    # answer's entry keeps the person who said yes.
    made = verbs.register_findings(actor=SYSTEM, round_=answer.campaign.round, new=[new])[0]
    write.change(answer, {"made_finding_id": made.pk}, actor=actor, verb="register")
    link = FindingLink(finding=made, other=asked, kind="extended", said_by_id=actor.user_id)
    write.create(link, actor=actor, verb="link")


def excuse_answer(*, actor: Actor, answer_id: int, reason: str, version: int) -> Answer:
    """The office lets a unit off, with a reason."""
    with transaction.atomic():
        answer = queries.answer(actor, answer_id, version)
        target = targets.of_round(answer.campaign.round)
        facts = FindingFacts(number="", state="", klass="", reason=reason)
        fields = {"reason": reason.strip()[:300]}
        lifecycle.move(answer, "excuse", actor=actor, target=target, facts=facts, reason=reason, fields=fields)
    return answer


def close_campaign(*, actor: Actor, campaign_id: int, version: int) -> Campaign:
    """End a campaign once every unit has answered or is excused."""
    with transaction.atomic():
        campaign = queries.campaign(actor, campaign_id, version)
        silent = campaign.answers.filter(state="asked").count()
        lifecycle.move(campaign, "close", actor=actor, target=targets.of_round(campaign.round), facts=AnswerFacts(open_cells=silent))
    return campaign
