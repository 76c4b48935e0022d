"""Writes: the tree of whys of a finding, what makes it go deep, and the words of its kinds."""

from __future__ import annotations

from django.db import transaction

from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import queries, rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import load, targets, write
from jiandi.record.ledger.models import Cause, CauseWord, Finding, RaisedCause
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

WORD_LENGTH = 60


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


def drop_cause(*, actor: Actor, cause_id: int, reason: str, version: int) -> list[Cause]:
    """Take a cause and the whys below it out of the tree; a finding with an approved plan keeps at least one."""
    with transaction.atomic():
        cause = queries.cause(actor, cause_id, version)
        finding = cause.finding
        _require_writable(actor, finding)
        if not reason.strip():
            raise RuleBroken("cause.no_reason", N_("Say why the cause is taken out."))
        live = {one.pk: one for one in queries.live_causes(finding)}
        dropped = [live[node.pk] for node in rules.subtree(queries.roots_of(finding), cause.pk)]
        if finding.state not in rules.BEFORE_APPROVAL and len(dropped) == len(live):
            raise RuleBroken("cause.last", N_("This is the only cause of a finding with an approved plan. Write another one first."))
        if RaisedCause.objects.filter(cause__in=dropped, state="proposed").exists():
            raise RuleBroken(
                "cause.proposed", N_("It is proposed to the office as a cause of a higher unit. Take the proposal back first.")
            )
        for one in dropped:
            write.change(one, {"is_dropped": True}, actor=actor, verb="drop", reason=reason)
    return dropped


def flag_finding(*, actor: Actor, finding_id: int, is_long_standing: bool, is_recurring: bool, is_common: bool, version: int) -> Finding:
    """Say that a problem is long-standing, recurring or common: then its whys must go deep."""
    with transaction.atomic():
        finding = load.finding(actor, finding_id, version)
        decide.require(actor, "finding.edit", targets.of_finding(finding))
        fields = {"is_long_standing": is_long_standing, "is_recurring": is_recurring, "is_common": is_common}
        write.change(finding, fields, actor=actor, verb="flag")
    return finding


def put_word(*, actor: Actor, code: str, word: str, is_offered: bool, version: int) -> CauseWord:
    """Word a dimension or kind in the installation's own way, or offer it no more. Codes stay; old causes keep theirs."""
    with transaction.atomic():
        decide.require(actor, "cause.word")
        if code not in rules.DIMENSIONS and code not in rules.KIND_BY_CODE:
            raise NotFound("cause.no_kind", N_("There is no such kind of cause. Load the page again."))
        _expect_choice(code, is_offered=is_offered)
        fields = {"word": word.strip()[:WORD_LENGTH], "is_offered": is_offered}
        found = CauseWord.objects.filter(code=code).first()
        if found is None:
            return write.create(CauseWord(code=code, **fields), actor=actor, verb="word")
        write.expect_version(found, version)
        write.change(found, fields, actor=actor, verb="word")
        return found


def _expect_choice(code: str, *, is_offered: bool) -> None:
    """Dimensions are always offered, and each keeps one kind."""
    if is_offered:
        return
    kind = rules.KIND_BY_CODE.get(code)
    left = [one for one in queries.taxonomy().offered(kind.dimension) if one.code != code] if kind else []
    if not left:
        raise RuleBroken("cause.last_kind", N_("A dimension keeps at least one kind of cause that is offered. Offer another one first."))


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
