"""The rules register (制度台账): a rule of a unit is registered, put in force, changed and abolished, whatever measure it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base import clock
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.execute.queries import alike
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import filing, institutions, lifecycle, load, targets, verbs, write
from jiandi.record.ledger.facts import InstitutionFacts
from jiandi.record.ledger.models import Evidence, Institution, RuleNotFollowed, RuleQuestion
from jiandi.record.policy import decide
from jiandi.record.regimes.phases import add_months
from jiandi.record.trail.actor import Actor

LEVELS = dict(Institution.LEVELS)
KEPT = ("file_name", "media_type", "digest", "algorithm", "size_bytes")


@dataclass(frozen=True)
class NewRule:
    """What is typed of a rule; everything but the title may be left open until it is in force."""

    title: str
    number: str = ""
    level: str = "own"
    issuer: str = ""
    issued_on: date | None = None
    in_force_from: date | None = None
    review_on: date | None = None
    first_proof_on: date | None = None
    replaces_id: int | None = None


def add_rule(*, actor: Actor, unit_id: int, new: NewRule, is_in_force: bool = False, is_another: bool = False) -> Institution:
    """Register a rule of a unit, drafted or in force. One with a like title asks to be revised instead."""
    with transaction.atomic():
        unit = accounts.unit_by_id(unit_id)
        decide.require(actor, "rule.register", targets.of_unit(unit, targets.round_bound_to(actor)))
        rule = made(actor, unit, new, is_another=is_another)
        if is_in_force:
            _in_force(actor, rule, verb="register_in_force", fields={})
        return rule


def made(actor: Actor, unit: Unit, new: NewRule, *, is_another: bool = False) -> Institution:
    """The row, drafted. Inside the caller's transaction, after its policy."""
    if not new.title.strip():
        raise BadInput("rule.title", N_("Give the title of the rule."))
    if new.level not in LEVELS:
        raise BadInput("rule.level", N_("Choose whether the rule is the unit's own or of a level above."))
    _expect_order(new.issued_on, new.in_force_from, new.review_on)
    replaces = _replaced(actor, unit, new.replaces_id)
    if replaces is None and not is_another:
        _expect_unlike(unit, new.title)
    given = {**asdict(new), "title": new.title.strip()[:200], "number": new.number.strip()[:60], "issuer": new.issuer.strip()[:120]}
    rule = Institution(**given, unit=unit, kept_by="" if actor.is_system else actor.holder)
    return write.create(rule, actor=actor, verb="register")


def _expect_order(issued_on: date | None, in_force_from: date | None, review_on: date | None) -> None:
    if issued_on and in_force_from and in_force_from < issued_on:
        raise BadInput("rule.before_issue", N_("A rule cannot be in force before it was issued. Correct one of the two days."))
    if review_on and (start := in_force_from or issued_on) and review_on <= start:
        raise BadInput("rule.review_early", N_("The review date lies before the rule is in force. Choose a later one."))


def _replaced(actor: Actor, unit: Unit, replaces_id: int | None) -> Institution | None:
    if replaces_id is None:
        return None
    old = load.institution(actor, replaces_id)
    if old.unit_id != unit.pk:
        raise RuleBroken("rule.other_unit", N_("“{title}” belongs to another unit. A rule replaces one of its own unit."), title=old.title)
    if not old.is_living:
        raise RuleBroken("rule.ended", N_("“{title}” has ended. Choose a rule that is drafted or in force."), title=old.title)
    return old


def _expect_unlike(unit: Unit, title: str) -> None:
    near = alike.like(unit.pk, title)
    if near:
        text = N_("The unit has “{title}” already. Revise that rule instead, or say that this is another one.")
        raise RuleBroken("rule.alike", text, title=near[0].title)


def put_in_force(
    *,
    actor: Actor,
    institution_id: int,
    version: int,
    number: str | None = None,
    issued_on: date | None = None,
    in_force_from: date | None = None,
    review_on: date | None = None,
    first_proof_on: date | None = None,
) -> Institution:
    """A drafted rule was issued: its proofs of use are planned, and what it replaces is superseded."""
    with transaction.atomic():
        rule = load.institution(actor, institution_id, version)
        typed = {"issued_on": issued_on, "in_force_from": in_force_from, "review_on": review_on, "first_proof_on": first_proof_on}
        fields: dict[str, Any] = {name: day for name, day in typed.items() if day}
        if number is not None:
            fields["number"] = number.strip()[:60]
        return _in_force(actor, rule, verb="put_in_force", fields=fields)


def _in_force(actor: Actor, rule: Institution, *, verb: str, fields: dict[str, Any]) -> Institution:
    """What is not typed follows from the day of issue and the regime's months."""
    clocks, target = institutions.clocks_of(rule), targets.of_rule(rule, actor)
    now = {name: fields.get(name) or getattr(rule, name) for name in ("issued_on", "in_force_from", "review_on", "first_proof_on")}
    _expect_order(now["issued_on"], now["in_force_from"], now["review_on"])
    since = now["in_force_from"] or now["issued_on"]
    if since:
        fields["in_force_from"] = since
        fields["first_proof_on"] = now["first_proof_on"] or institutions.first_proof_day(since, clocks)
        fields["review_on"] = now["review_on"] or add_months(since, clocks.rule_review_months)
    facts = InstitutionFacts(fields.get("number", rule.number), now["issued_on"], fields.get("first_proof_on"))
    lifecycle.move(rule, verb, actor=actor, target=target, facts=facts, fields=fields)
    institutions.begin(rule, actor=actor)
    for measure in rule.measures.all():
        for finding in verbs.served_by(measure):
            verbs.keep_claims(finding, actor=actor, verb="recount")
    return rule


def change_rule(*, actor: Actor, institution_id: int, version: int, issuer: str, review_on: date | None) -> Institution:
    """Who issued it and when it is reviewed next; number and days of a rule in force never change."""
    with transaction.atomic():
        rule = _writable(actor, institution_id, version)
        _expect_order(rule.issued_on, rule.in_force_from, review_on)
        write.change(rule, {"issuer": issuer.strip()[:120], "review_on": review_on}, actor=actor, verb="edit")
        return rule


def review_rule(*, actor: Actor, institution_id: int, version: int, text: str, next_on: date | None) -> Institution:
    """It was reviewed and still fits; the next review has its day. What no longer fits is revised by a rule that replaces it."""
    with transaction.atomic():
        rule = _writable(actor, institution_id, version)
        if not text.strip():
            raise BadInput("rule.review_text", N_("Write what the review found."))
        if next_on is None or next_on <= clock.today():
            raise BadInput("rule.review_past", N_("Set the day of the next review, later than today."))
        write.change(rule, {"review_on": next_on}, actor=actor, verb="review", reason=text.strip()[:300])
        return rule


def _writable(actor: Actor, institution_id: int, version: int) -> Institution:
    rule = load.institution(actor, institution_id, version)
    decide.require(actor, "rule.register", targets.of_rule(rule, actor))
    if not rule.is_living:
        raise RuleBroken("rule.ended", N_("“{title}” has ended. Choose a rule that is drafted or in force."), title=rule.title)
    return rule


def abolish_rule(*, actor: Actor, institution_id: int, version: int, document: str, ended_on: date | None) -> Institution:
    """By a document and on a day; its open proofs and questions fall away."""
    with transaction.atomic():
        rule = load.institution(actor, institution_id, version)
        facts = InstitutionFacts(document=document, ended_on=ended_on, today=clock.today())
        fields = {"ended_on": ended_on}
        lifecycle.move(
            rule, "abolish", actor=actor, target=targets.of_rule(rule, actor), facts=facts, reason=document.strip()[:300], fields=fields
        )
        institutions.end(rule, actor=actor)
        return rule


def keep_text(*, actor: Actor, institution_id: int, version: int, chunks: Iterable[bytes], file_name: str) -> Institution:
    """The text or a scan, in the file store by its digest, refused by the same rules as evidence."""
    decide.require(actor, "rule.register", targets.of_rule(load.institution(actor, institution_id, version), actor))
    paper = Evidence()
    filing.keep(paper, chunks, file_name)
    with transaction.atomic():
        rule = _writable(actor, institution_id, version)
        write.change(rule, {name: getattr(paper, name) for name in KEPT}, actor=actor, verb="keep_text")
        return rule


def mark_not_followed(*, actor: Actor, finding_id: int, institution_id: int, text: str) -> RuleNotFollowed:
    """A rule was there and nobody followed it: the finding must have that cause, so that the register and the analysis agree."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id)
        rule = load.institution(actor, institution_id)
        decide.require(actor, "rule.not_followed", targets.of_finding(finding))
        cause = finding.causes.filter(leaf=institutions.NOT_FOLLOWED, is_dropped=False).order_by("pk").first()
        if cause is None:
            text_ = N_("Finding {number} has no cause “rule not followed”. Add that cause under Diagnosis first.")
            raise RuleBroken("rule.no_cause", text_, number=finding.number)
        if finding.ignored_rules.filter(institution=rule).exists():
            raise RuleBroken("rule.marked", N_("This rule is named as not followed already."))
        link = RuleNotFollowed(finding=finding, institution=rule, cause=cause, text=text.strip()[:300])
        write.attach([link])
        write.note(finding, actor=actor, verb="name_rule", rule=rule.pk)
        write.note(rule, actor=actor, verb="not_followed", finding=finding.pk, reason=text.strip()[:300])
        return link


def answer_question(*, actor: Actor, question_id: int, version: int, reopens: bool, reason: str) -> RuleQuestion:
    """The office decides whether a finding closed by a rule on paper only comes back; the machine only asks."""
    with transaction.atomic():
        question = RuleQuestion.objects.select_related("institution", "finding").filter(pk=question_id).first()
        if question is None:
            raise NotFound("rule.no_question", N_("There is no such question. Go back to the list."))
        finding = load.finding(actor, question.finding_id)
        load.institution(actor, question.institution_id)
        write.expect_version(question, version)
        fields = {"reason": reason.strip()[:300]}
        facts = Reason(reason)
        verb = "reopen" if reopens else "keep_closed"
        lifecycle.move(question, verb, actor=actor, target=targets.of_finding(finding), facts=facts, reason=reason, fields=fields)
        if reopens:
            failed = list(question.institution.measures.filter(findings=finding.pk).values_list("number", flat=True))
            verbs.reopen(actor=actor, finding=finding, reason=reason.strip(), failed=failed)
        return question


@dataclass(frozen=True)
class Reason:
    """Facts of a move that asks for a reason alone."""

    reason: str
