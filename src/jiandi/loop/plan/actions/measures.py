"""Measures while a plan is drafted, and what a plan says about a finding as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.plan import queries, rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, reads, targets, verbs, write
from jiandi.record.ledger.facts import FindingFacts
from jiandi.record.ledger.models import Finding, Measure, MeasureFinding, Round
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

APPROVED = N_("Measure {number} is part of an approved plan. Ask for a change of the plan, or add a new measure.")
CHOICES = {
    "kind": Measure.KINDS,
    "horizon": Measure.HORIZONS,
    "rule_verb": Measure.RULE_VERBS,
    "method": Measure.METHODS,
    "recurs": Measure.CYCLES,
    "effect_measure": Finding.EFFECTS,
}
# An empty choice of these is a choice: no rule, no recurring duty, the finding's effect measure.
MAY_BE_EMPTY = frozenset({"rule_verb", "recurs", "effect_measure"})
TEXTS = {"standard": 0, "indicator": 200, "indicator_unit": 20, "why_again": 300, "funds_source": 120}
NUMBERS = ("base_value", "target_value", "funds_planned", "funds_paid")
FUNDS = frozenset({"funds_planned", "funds_paid", "funds_source"})
AGAIN = frozenset({"why_again", "standard"})


def add_measure(
    *,
    actor: Actor,
    finding_id: int,
    text: str,
    lead_id: int,
    due_text: str,
    support_ids: Sequence[int] = (),
    finding_ids: Sequence[int] = (),
    **optional: Any,
) -> Measure:
    """One thing to do: a person types text, lead and date; ``optional`` overrides what the text and class suggest.

    ``optional``: kind, horizon, rule_verb, standard, method, indicator, indicator_unit, base_value, target_value, why_again, post_id, recurs;
    where the regime has them effect_measure, funds_planned, funds_source. ``finding_ids``: further findings it serves.
    """
    with transaction.atomic():
        findings = [_writable(actor, pk) for pk in dict.fromkeys([finding_id, *finding_ids])]
        first = findings[0]
        if any(f.round_id != first.round_id or f.lead_id != first.lead_id for f in findings):
            raise RuleBroken(
                "measure.foreign_finding", N_("One measure serves findings of one lead unit in one round. Choose among those.")
            )
        lead = _lead(first, lead_id)
        due = rules.read_due(due_text, queries.terms_of(first))
        known = queries.known_of(first, recurs=due.recurs, head_post=queries.head_post(lead.pk))
        suggested = rules.defaults_for(_written(text), known)
        fields: dict[str, Any] = {**_due_fields(due), **_suggested(suggested), **_checked(first, lead, optional)}
        measure = Measure(
            round=Round.objects.select_for_update().get(pk=first.round_id),  # numbers are given one at a time
            number=verbs.next_measure_number(first.round_id),
            text=text.strip(),
            lead=lead,
            not_before=first.round.feedback_on,
            **_consistent(fields),
        )
        write.create(measure, actor=actor, verb="add")
        write.attach([MeasureFinding(measure=measure, finding=f) for f in findings])
        _set_supports(measure, lead, support_ids)
        recount(findings, actor)
    return measure


def change_measure(*, actor: Actor, measure_id: int, version: int, **changes: Any) -> Measure:
    """Change a draft. An approved measure of a reopened finding takes only ``why_again`` and a stronger ``standard``.

    ``changes``: the fields of ``add_measure``, only those that are to change.
    """
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        served = Finding.objects.visible_to(actor).filter(served_by__measure=measure.pk).order_by("served_by__pk")
        findings = [_writable(actor, pk) for pk in served.values_list("pk", flat=True)]
        _expect_changeable(measure, findings, changes)
        supports = changes.pop("support_ids", None)
        fields = changed_fields(measure, findings[0], changes)
        lead = fields.pop("lead", measure.lead)
        write.change(measure, {**fields, "lead_id": lead.pk}, actor=actor, verb="change")
        if supports is not None:
            _set_supports(measure, lead, supports)
    return measure


def changed_fields(measure: Measure, finding: Finding, changes: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if "text" in changes:
        fields["text"] = _written(changes.pop("text"))
    fields["lead"] = _lead(finding, changes.pop("lead_id", measure.lead_id))
    if "due_text" in changes and changes["due_text"] != measure.due_text:
        fields |= _due_fields(rules.read_due(changes["due_text"], queries.terms_of(finding))) | {"not_before": finding.round.feedback_on}
    changes.pop("due_text", None)
    fields |= _checked(finding, fields["lead"], changes)
    return _consistent({"recurs": measure.recurs, "recurs_from": measure.recurs_from, "due": measure.due, **fields})


def expect_writable(actor: Actor, measure: Measure) -> None:
    """Whether the actor may still write what belongs to this draft."""
    for pk in measure.serves.order_by("pk").values_list("finding_id", flat=True):
        _writable(actor, pk)
    if measure.state != "draft":
        raise RuleBroken("measure.approved", APPROVED, number=measure.number)


def _expect_changeable(measure: Measure, findings: Sequence[Finding], changes: dict[str, Any]) -> None:
    if measure.state == "draft":
        return
    again = measure.counts and all(f.state == "reopened" for f in findings)
    if again and set(changes) <= AGAIN:
        return
    raise RuleBroken("measure.approved", APPROVED, number=measure.number)


def drop_measure(*, actor: Actor, measure_id: int, reason: str, version: int) -> Measure:
    """Take a draft off. An approved measure goes only with an approved change of the plan."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        decide.require(actor, "measure.write", targets.of_measure(measure))
        findings = verbs.served_by(measure)
        for finding in findings:
            expect_not_under_review(finding)
        if measure.state in ("planned", "in_progress"):
            text = N_("Measure {number} is part of an approved plan. Ask for a change of the plan that drops it.")
            raise RuleBroken("measure.approved", text, number=measure.number)
        facts = FindingFacts(number="", state=measure.state, klass="", reason=reason)
        lifecycle.move(measure, "drop", actor=actor, target=targets.of_measure(measure), facts=facts, reason=reason)
        recount(findings, actor)
        if len(findings) > 1:
            verbs.tell_others(measure, actor=actor, verb="measure_drop", seen_from=())
    return measure


def expect_whole_without(findings: Sequence[Finding], measure: Measure) -> None:
    """Refuse what would leave a finding under way without a kind of measure that it must have."""
    for finding in findings:
        if finding.state in rules.CARRIED:
            queries.expect_whole_without(finding, measure)


def set_standard(*, actor: Actor, finding_id: int, standard: str, version: int) -> Finding:
    """Write what must be true when the finding is fixed; measures without their own standard inherit it."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        _expect_drafting(actor, finding)
        if not standard.strip():
            raise BadInput("finding.standard", N_("Write what must be true when the problem is gone."))
        write.change(finding, {"standard": standard.strip()}, actor=actor, verb="set_standard")
    return finding


def set_effect_measure(*, actor: Actor, finding_id: int, effect_measure: str, version: int) -> Finding:
    """Choose how it will be seen that the problem went away; fixed when the plan is approved."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        _expect_drafting(actor, finding)
        if effect_measure not in dict(Finding.EFFECTS):
            raise BadInput("finding.effect", N_("Choose one of the effect measures in the list."))
        write.change(finding, {"effect_measure": effect_measure}, actor=actor, verb="set_effect_measure")
    return finding


def set_excuse(*, actor: Actor, finding_id: int, excuse: str, version: int) -> Finding:
    """Say why no lasting or preventing measure is needed, where the class allows it; approving the plan approves it."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        _expect_drafting(actor, finding)
        klass = queries.class_of(reads.profile_of(finding), finding.klass)
        if excuse.strip() and not (klass and klass.may_excuse):
            raise RuleBroken("finding.no_excuse", N_("Findings of this class need a lasting and a preventing measure. Add them."))
        write.change(finding, {"excuse": excuse.strip()[:300]}, actor=actor, verb="set_excuse")
    return finding


def _expect_drafting(actor: Actor, finding: Finding) -> None:
    target = targets.of_finding(finding)
    if not decide.may(actor, "finding.edit", target):
        decide.require(actor, "measure.write", target)
    if not queries.is_unplanned(finding):
        raise RuleBroken("plan.approved", N_("The plan of this finding is approved. It changes only after the finding came back."))
    expect_not_under_review(finding)


def _writable(actor: Actor, finding_id: int) -> Finding:
    finding = load.finding(actor, finding_id)
    decide.require(actor, "measure.write", targets.of_finding(finding))
    if finding.state not in (*rules.DRAFTING, *rules.CARRIED):
        text = N_("Measures are not written in this state. Finding {number} must be open and not under verification.")
        raise RuleBroken("measure.state", text, number=finding.number)
    expect_not_under_review(finding)
    return finding


def expect_not_under_review(finding: Finding) -> None:
    if queries.under_review(finding):
        raise RuleBroken("plan.under_review", N_("The plan is under review. Take it back before you change it."))


def _written(text: str) -> str:
    if not text.strip():
        raise BadInput("measure.text", N_("Write what will be done."))
    return text.strip()


def _lead(finding: Finding, lead_id: Any) -> Unit:
    if isinstance(lead_id, list | tuple | set):
        raise BadInput("measure.two_leads", N_("A measure has exactly one lead unit. Name one; the others support it."))
    unit = next((u for u in queries.leads_for(finding) if u.pk == lead_id), None)
    if unit is None:
        text = N_("A measure is led by the lead of the finding, a unit below it, or one with a part in the finding. Choose one of these.")
        raise RuleBroken("measure.foreign_lead", text)
    return unit


def _set_supports(measure: Measure, lead: Unit, unit_ids: Sequence[int]) -> None:
    wanted = [pk for pk in dict.fromkeys(unit_ids) if pk != lead.pk]
    units = list(accounts.living_units().filter(pk__in=wanted)) if wanted else []
    if len(units) != len(wanted):
        raise BadInput("measure.supports", N_("A support unit no longer exists. Choose units from the list."))
    verbs.set_supports(measure, units)


def _consistent(fields: dict[str, Any]) -> dict[str, Any]:
    """A duty that was chosen begins with the due date; without a duty nothing recurs."""
    since = (fields["recurs_from"] or fields["due"]) if fields["recurs"] else None
    return {**fields, "recurs_from": since}


def _due_fields(due: rules.ReadDue) -> dict[str, Any]:
    return {
        "first_due": due.last_day,
        "due": due.last_day,
        "due_text": due.text,
        "due_precision": due.precision,
        "recurs": due.recurs,
        "recurs_from": due.recurs_from,
    }


def _suggested(found: rules.Defaults) -> dict[str, Any]:
    names = ("kind", "horizon", "rule_verb", "method", "effect_measure")
    return {**{name: getattr(found, name) for name in names}, "post_id": found.post}


def _checked(finding: Finding, lead: Unit, given: dict[str, Any]) -> dict[str, Any]:
    """What a person chose instead of the suggestion; an empty choice keeps the suggestion."""
    known = {*CHOICES, *TEXTS, *NUMBERS, "post_id"}
    if strange := sorted(set(given) - known):
        raise TypeError(strange)
    _expect_asked_for(finding, given)
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name in CHOICES:
            fields |= _choice(name, value)
        elif name in TEXTS:
            limit = TEXTS[name] or None
            fields[name] = str(value or "").strip()[:limit]
        elif name in NUMBERS:
            fields[name] = _number(value)
        elif value is not None:
            fields[name] = _post(finding, lead, value)
    return fields


def _expect_asked_for(finding: Finding, given: dict[str, Any]) -> None:
    """Funds and an effect of its own only where the regime has them; sums are not negative, and what is paid was planned."""
    wants = reads.profile_of(finding).measures
    if not wants.has_funds and any(given.get(name) not in (None, "") for name in FUNDS):
        raise RuleBroken("measure.no_funds", N_("This regime keeps no funds of measures. Leave them out, or have the regime changed."))
    if not wants.effect_per_measure and given.get("effect_measure"):
        text = N_("This regime chooses the effect measure for the finding, not for each measure. Choose it there.")
        raise RuleBroken("measure.no_effect", text)
    if any((_number(given.get(name)) or 0) < 0 for name in ("funds_planned", "funds_paid")):
        raise BadInput("measure.funds", N_("Funds are not negative. Write what is planned, and what was paid of it."))


def pay_funds(*, actor: Actor, measure_id: int, paid: Any, version: int) -> Measure:
    """Write down what was paid so far of the funds a measure planned; the plan itself stays."""
    with transaction.atomic():
        measure = load.measure(actor, measure_id, version)
        decide.require(actor, "progress.write", targets.of_measure(measure))
        if measure.funds_planned is None or not measure.counts or measure.state == "draft":
            raise RuleBroken(
                "measure.no_plan_of_funds", N_("Nothing was planned to be paid for this measure, or its plan is not approved.")
            )
        amount = _number(paid)
        if amount is None or amount < 0:
            raise BadInput("measure.funds", N_("Funds are not negative. Write what is planned, and what was paid of it."))
        write.change(measure, {"funds_paid": amount}, actor=actor, verb="pay_funds")
    return measure


def _choice(name: str, value: Any) -> dict[str, Any]:
    if value is None or (value == "" and name not in MAY_BE_EMPTY):
        return {}
    if value not in dict(CHOICES[name]):
        raise BadInput("measure.choice", N_("“{value}” is not one of the choices. Choose from the list."), value=str(value))
    return {name: value}


def _number(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadInput("measure.number", N_("“{value}” is not a number. Write digits, for example 12.5."), value=str(value))
    return number


def _post(finding: Finding, lead: Unit, post_id: int) -> int:
    below = accounts.living_units().filter(accounts.subtree([lead.path])).values_list("pk", flat=True)
    if not accounts.posts_of(below).filter(pk=post_id).exists():
        text = N_("The responsible post of {number} must be in {unit}. Choose one there.")
        raise BadInput("measure.post", text, number=finding.number, unit=lead.name)
    return post_id


def recount(findings: Sequence[Finding], actor: Actor) -> None:
    """A measure more or less changes what is said and done of findings already under way."""
    for finding in findings:
        if finding.state not in rules.DRAFTING:
            verbs.keep_claims(finding, actor=actor, verb="recount")
