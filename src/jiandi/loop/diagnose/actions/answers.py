"""Writes: a unit opens its sheet, keeps drafts, answers, shows proof; the office excuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from jiandi.base import clock, copies, jobs
from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.diagnose import queries, rules
from jiandi.record.ledger import filing, lifecycle, targets, verbs, write
from jiandi.record.ledger.facts import AnswerFacts, FindingFacts
from jiandi.record.ledger.models import Answer, AskedUnit, Evidence, EvidenceUse, FindingLink
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import SYSTEM, Actor

ALL_PERCENT = 100
COMPARE = "diagnose.compare_answers"


def open_sheet(*, actor: Actor, asked_id: int) -> AskedUnit:
    """Stamp the moment the unit first opened its questions; later openings change nothing."""
    with transaction.atomic():
        row = queries.asked(actor, asked_id)
        decide.require(actor, "answer.give", targets.of_unit(row.unit, row.campaign.round_id))
        if row.opened_at is None and row.campaign.state == "running":
            write.change(row, {"opened_at": clock.now()}, actor=actor, verb="open")
    return row


def keep_drafts(*, actor: Actor, asked_id: int, given: Sequence[rules.Given]) -> list[Answer]:
    """Keep what is typed so far; only cells that changed are written. Nothing is answered by it."""
    with transaction.atomic():
        row = _sheet(actor, asked_id)
        pairs = _cells(row, given)
        for cell, said in pairs:
            if cell.word == "" and said.is_empty and not cell.text:
                continue
            fields = _draft(cell, said)
            if any(getattr(cell, name) != value for name, value in fields.items()):
                write.change(cell, fields, actor=actor, verb="draft")
    return [cell for cell, _said in pairs]


def give_answers(*, actor: Actor, asked_id: int, given: Sequence[rules.Given]) -> list[Answer]:
    """Answer some or all questions at once; all are taken or none. What is found becomes findings of the unit."""
    with transaction.atomic():
        row = _sheet(actor, asked_id)
        if not given:
            raise BadInput("answer.none", N_("Nothing is answered yet. Choose an answer for at least one question."))
        pairs = _cells(row, given)
        target = targets.of_unit(row.unit, row.campaign.round_id)
        for cell, said in pairs:
            _answer(actor, cell, said, target)
        _register_found(actor, row, [(cell, said) for cell, said in pairs if said.register and rules.may_register(said.word)])
        jobs.enqueue(COMPARE, {"asked": row.pk}, actor_id=actor.user_id)
    return [cell for cell, _said in pairs]


def _sheet(actor: Actor, asked_id: int) -> AskedUnit:
    row = queries.asked(actor, asked_id)
    decide.require(actor, "answer.give", targets.of_unit(row.unit, row.campaign.round_id))
    if row.campaign.state != "running":
        raise RuleBroken("campaign.over", N_("The campaign is closed. Report what you found to the office."))
    return row


def _cells(row: AskedUnit, given: Sequence[rules.Given]) -> list[tuple[Answer, rules.Given]]:
    """Each cell with what is said of it; another unit's cell does not exist here, a stale one is a Conflict."""
    cells = {cell.pk: cell for cell in queries.cells_of(row)}
    found = []
    for said in given:
        cell = cells.get(said.answer_id)
        if cell is None:
            raise NotFound("campaign.no_answer", N_("The question belongs to another unit. Load the page again."))
        write.expect_version(cell, said.version)
        if cell.state != "asked":
            raise RuleBroken("answer.given", N_("Question {n} is answered already. Load the page again."), n=cell.question.number)
        found.append((cell, said))
    return found


def _draft(cell: Answer, said: rules.Given) -> dict[str, Any]:
    """What a draft keeps; words about members are not kept even as a draft."""
    if cell.question.scope == rules.MEMBERS:
        return {"word": "", "done_count": said.done_count, "of_count": said.of_count, "done_on": said.done_on}
    word = said.word if said.word in rules.WORDS else ""
    return {"word": word, "matter": said.matter.strip()[:400], "post": said.post.strip()[:120], "text": said.text.strip()}


def _answer(actor: Actor, cell: Answer, said: rules.Given, target: Target) -> None:
    is_members = cell.question.scope == rules.MEMBERS
    word = rules.COUNTED if is_members and not said.word else said.word
    if word and word not in (rules.COUNTED, *rules.WORDS):
        raise BadInput("answer.word", N_("Question {n}: choose one of yes, partly, in other forms, no."), n=cell.question.number)
    facts = AnswerFacts(
        word=word,
        text=said.text,
        matter=said.matter,
        post=said.post,
        scope=cell.question.scope,
        done_count=said.done_count,
        of_count=said.of_count,
        done_on=said.done_on,
        today=clock.today(),
    )
    fields: dict[str, Any] = {"word": word, "answered_at": clock.now()}
    if is_members:
        fields |= {"done_count": said.done_count, "of_count": said.of_count, "done_on": said.done_on}
    else:
        fields |= {
            "matter": said.matter.strip()[:400],
            "post": said.post.strip()[:120],
            "text": said.text.strip(),
        }
    lifecycle.move(cell, "answer", actor=actor, target=target, facts=facts, fields=fields)


def compare_answers(asked_id: int) -> int:
    """Note where a unit's words are nearly those of another unit before it; how many. It asks a question, nothing more."""
    found = 0
    with transaction.atomic():
        cells = Answer.objects.filter(asked=asked_id, state="answered", like__isnull=True).exclude(text="")
        for cell in cells:
            if like := copies.most_like(cell.text, queries.earlier_texts(cell)):
                fields = {"like_id": like[0], "likeness": int(like[1] * ALL_PERCENT)}
                write.change(cell, fields, actor=SYSTEM, verb="compare")
                found += 1
    return found


def _register_found(actor: Actor, row: AskedUnit, found: Sequence[tuple[Answer, rules.Given]]) -> None:
    """Policy gives registering to the office. A unit that owns up needs no leave: the system registers for it, and the
    answer's entry keeps the person who said yes."""
    if not found:
        return
    new = [
        verbs.NewFinding(
            title=said.title.strip() or rules.title_from(said.matter),
            verbatim=f"{said.matter.strip()}\n{said.text.strip()}",
            source="self",
            lead=row.unit,
            found_in=row.unit,
            category=cell.question.finding.category,
        )
        for cell, said in found
    ]
    made = verbs.register_findings(actor=SYSTEM, round_=row.campaign.round, new=new)
    for (cell, _said), finding in zip(found, made, strict=True):
        write.change(cell, {"made_finding_id": finding.pk}, actor=actor, verb="register")
    shown = EvidenceUse.objects.filter(answer__in=[cell.pk for cell, _said in found], finding__isnull=True)
    finding_of = {cell.pk: finding for (cell, _said), finding in zip(found, made, strict=True)}
    now = clock.now()
    write.attach([EvidenceUse(evidence_id=use.evidence_id, finding=finding_of[use.answer_id or 0], used_at=now) for use in shown])
    links = [
        FindingLink(finding=finding, other=cell.question.finding, kind="extended", said_by_id=actor.user_id, state="accepted")
        for (cell, _said), finding in zip(found, made, strict=True)
    ]
    write.create_many(links, actor=actor, verb="link")


def add_proof(
    *,
    actor: Actor,
    answer_id: int,
    title: str,
    chunks: Iterable[bytes] | None = None,
    file_name: str = "",
    held_offline: str = "",
    dated_on: date | None = None,
) -> Evidence:
    """Show a file, or the post that holds a paper, for an answer, given or not. Nothing is kept on members."""
    cell = _provable(actor, answer_id)
    proof = Evidence(dated_on=dated_on, held_offline=held_offline.strip()[:120], added_by=actor.holder, unit=cell.unit)
    filing.describe(proof, title, file_name)
    filing.keep(proof, chunks, file_name)
    with transaction.atomic():
        cell = _provable(actor, answer_id)
        proof.added_at = clock.now()
        filing.file(proof, actor=actor, verb="add")
        write.attach([EvidenceUse(evidence=proof, answer=cell, finding=cell.made_finding, used_at=proof.added_at)])
        write.note(cell, actor=actor, verb="add_evidence", evidence=proof.pk, digest=proof.digest)
    return proof


def _provable(actor: Actor, answer_id: int) -> Answer:
    cell = queries.answer(actor, answer_id)
    decide.require(actor, "answer.give", targets.of_unit(cell.unit, cell.campaign.round_id))
    if cell.campaign.state != "running":
        raise RuleBroken("campaign.over", N_("The campaign is closed. Report what you found to the office."))
    if cell.question.scope == rules.MEMBERS:
        raise RuleBroken("answer.no_file", N_("For the members themselves only counts and the day are kept, no file."))
    return cell


def excuse_answer(*, actor: Actor, answer_id: int, reason: str, version: int) -> Answer:
    """Let a unit off one question, with a reason."""
    with transaction.atomic():
        answer = queries.answer(actor, answer_id, version)
        _excuse(actor, answer, reason)
    return answer


def excuse_unit(*, actor: Actor, asked_id: int, reason: str) -> list[Answer]:
    """Let a unit off all questions it has not answered, with one reason."""
    with transaction.atomic():
        row = queries.asked(actor, asked_id)
        open_cells = [cell for cell in queries.cells_of(row) if cell.state == "asked"]
        if not open_cells:
            raise RuleBroken("answer.none_open", N_("This unit owes no answer. There is nothing to excuse."))
        for cell in open_cells:
            cell.campaign = row.campaign
            _excuse(actor, cell, reason)
    return open_cells


def _excuse(actor: Actor, answer: Answer, reason: str) -> None:
    if answer.campaign.state != "running":
        raise RuleBroken("campaign.over", N_("The campaign is closed. Nobody owes it an answer."))
    facts = FindingFacts(number="", state="", klass="", reason=reason)
    fields = {"reason": reason.strip()[:300]}
    target = targets.of_campaign(answer.campaign)
    lifecycle.move(answer, "excuse", actor=actor, target=target, facts=facts, reason=reason, fields=fields)
