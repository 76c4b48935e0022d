"""`jiandi finding`: list, show, links, assign, cause, standard, submit, check, effect, review, leader, dispute, turns."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, round_coded, unit_named, word
from jiandi.loop.diagnose import actions as diagnose
from jiandi.loop.execute import actions as execute
from jiandi.loop.plan import actions as plan
from jiandi.loop.plan.queries import joint
from jiandi.loop.verify import actions as verify
from jiandi.record.ledger import disputes, guards, links, listing, load, reads, signing, turns, verbs
from jiandi.record.ledger.models import Finding
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor


def _list(actor: Actor, o: Options) -> Lines:
    filters = listing.Filters(state=o["state"], source=o["source"], when=o["when"], words=o["words"], page=o["page"])
    rows, has_more = listing.rows(actor, round_coded(o["round"]).pk if o["round"] else None, filters)
    for row in rows:
        marks = "".join(mark if yes else "·" for mark, yes in zip("SDW", (row.said, row.done, row.well), strict=True))
        yield f"{row.pk:>6} {row.number:16} {row.state:14} {marks} {row.due or ''!s:10} {row.lead or '-'} {row.title[:40]}"
    if has_more:
        yield f"… --page {o['page'] + 1}"


def _show(actor: Actor, o: Options) -> Lines:
    finding = load.finding(actor, o["id"])
    yield f"{finding.number} {finding.state} v{finding.version} {finding.title}"
    for measure in reads.measures_of(finding.pk):
        yield f"  measure {measure.pk} #{measure.number} {measure.state} {measure.due} {measure.text[:60]}"
    for event in trail.history("finding", finding.pk):
        yield f"  {event.at:%Y-%m-%d %H:%M} {event.verb} {event.reason[:60]}"


def _links(actor: Actor, o: Options) -> Lines:
    finding = load.finding(actor, o["id"])
    for tie in links.of_finding(actor, finding):
        turn = "->" if tie.is_from else "<-"
        yield f"{tie.link.pk:>6} {tie.link.kind:8} {turn} {tie.far.number:16} {tie.link.state:9} {tie.far.state:14} {tie.far.title[:40]}"
    for row in joint.joint(actor, finding, may_join=False):
        others = " ".join(f.number for f in row.serves.findings)
        yield f"  measure {row.measure.pk} #{row.number} {row.measure.state} serves {others}{' …' if row.serves.has_hidden else ''}"


def _version(actor: Actor, o: Options) -> Finding:
    return load.finding(actor, o["id"])


def _assign(actor: Actor, o: Options) -> Lines:
    with transaction.atomic():
        verifier = unit_named(o["verifier"]) if o["verifier"] else None
        finding = _version(actor, o)
        verbs.assign(
            actor=actor, finding=finding, lead=unit_named(o["lead"]), supports=[unit_named(n) for n in o["support"]], verifier=verifier
        )
    yield f"{finding.number} v{finding.version}"


def _cause(actor: Actor, o: Options) -> Lines:
    given = {name: o[name] for name in ("dimension", "leaf", "text")}
    cause = diagnose.add_cause(actor=actor, finding_id=o["id"], version=_version(actor, o).version, **given)
    yield f"cause {cause.pk}"


def _standard(actor: Actor, o: Options) -> Lines:
    plan.set_standard(actor=actor, finding_id=o["id"], standard=o["text"], version=_version(actor, o).version)
    finding = plan.set_effect_measure(actor=actor, finding_id=o["id"], effect_measure=o["effect"], version=_version(actor, o).version)
    yield f"{finding.number} v{finding.version}"


def _submit(actor: Actor, o: Options) -> Lines:
    finding = execute.submit_finding(actor=actor, finding_id=o["id"], version=_version(actor, o).version, opinion=o["opinion"])
    yield finding.state
    if application := signing.waiting(finding):
        yield f"closing {application.pk}, step {application.step} of {len(application.chain)}"


def _accept(actor: Actor, o: Options) -> Lines:
    """Every standard met and the three questions answered yes; to say otherwise, use "return"."""
    finding = _version(actor, o)
    verdicts = {m.number: "met" for m in reads.measures_of(finding.pk) if m.counts}
    questions = dict.fromkeys(guards.THREE_QUESTIONS, True)
    check = verify.accept_finding(
        actor=actor,
        finding_id=finding.pk,
        verdicts=verdicts,
        questions=questions,
        method=o["method"],
        text=o["text"],
        version=finding.version,
    )
    yield f"check {check.pk}, closing {finding.closings.get(state='running').pk}"


def _return(actor: Actor, o: Options) -> Lines:
    given: dict[str, Any] = {"reason": o["reason"], "measure_numbers": o["measure"], "text": o["text"]}
    yield verify.return_finding(actor=actor, finding_id=o["id"], version=_version(actor, o).version, **given).state


def _schedule(actor: Actor, o: Options) -> Lines:
    finding = verify.schedule_effect(
        actor=actor, finding_id=o["id"], due=date.fromisoformat(o["due"]), measure=o["measure"], version=_version(actor, o).version
    )
    yield f"{finding.number} {finding.effect_due}"


def _effect(actor: Actor, o: Options) -> Lines:
    given = {"passed": not o["failed"], "method": o["method"], "text": o["text"]}
    check = verify.record_effect(actor=actor, finding_id=o["id"], version=_version(actor, o).version, **given)
    yield f"{check.verdict} {_version(actor, o).state}"


def _review(actor: Actor, o: Options) -> Lines:
    given = {"passed": not o["failed"], "reason": o["failed"], "method": o["method"], "text": o["text"]}
    on = date.fromisoformat(o["on"]) if o["on"] else None
    check = verify.record_review(actor=actor, finding_id=o["id"], version=_version(actor, o).version, on=on, **given)
    yield f"{check.verdict}; next review {_version(actor, o).next_review}"


def _leader(actor: Actor, o: Options) -> Lines:
    finding = verify.name_leader(actor=actor, finding_id=o["id"], post_id=o["post"], version=_version(actor, o).version)
    yield f"{finding.number} v{finding.version}"


def _turn(actor: Actor, o: Options) -> Lines:
    review = date.fromisoformat(o["review"]) if o["review"] else None
    turn = turns.Turn(reason=o["reason"], document=o["document"], stage_goal=o["goal"], next_review=review)
    yield turns.take(actor=actor, finding_id=o["id"], verb=o["turn"], turn=turn, version=_version(actor, o).version).state


def _dispute(actor: Actor, o: Options) -> Lines:
    finding = _version(actor, o)
    waiting = disputes.open_of(finding)
    on = date.fromisoformat(o["on"]) if o["on"] else None
    brought = disputes.Brought(text=o["text"], new_facts=o["facts"], document=o["document"], answered_on=on)
    version = finding.version if o["step"] == "raise" or waiting is None else waiting.version
    yield disputes.take(actor=actor, finding_id=finding.pk, verb=o["step"], brought=brought, version=version).state


METHOD = maybe("method", "read", choices=["asked", "read", "seen", "redone"])


class Command(VerbCommand):
    help = gettext_lazy(
        "Findings: list, show, links, assign, cause, standard, submit, accept, return, schedule, effect, review, leader, dispute, turn."
    )
    verbs: ClassVar[dict[str, Verb]] = {
        "list": Verb(_list, (maybe("round"), maybe("state"), maybe("source"), maybe("when"), maybe("words"), maybe("page", 1, type=int))),
        "show": Verb(_show, (NUMBER,)),
        "links": Verb(_links, (NUMBER,)),
        "assign": Verb(_assign, (NUMBER, word("lead"), maybe("support", [], nargs="*"), maybe("verifier"))),
        "cause": Verb(_cause, (NUMBER, word("dimension"), word("leaf"), word("text"))),
        "standard": Verb(_standard, (NUMBER, word("text"), maybe("effect", "sample"))),
        "submit": Verb(_submit, (NUMBER, maybe("opinion"))),
        "accept": Verb(_accept, (NUMBER, word("text"), METHOD)),
        "return": Verb(_return, (NUMBER, word("reason"), word("measure", nargs="+", type=int), maybe("text"))),
        "schedule": Verb(_schedule, (NUMBER, word("due"), maybe("measure", "sample"))),
        "effect": Verb(_effect, (NUMBER, word("text"), METHOD, ("--failed", {"action": "store_true"}))),
        "review": Verb(_review, (NUMBER, word("text"), METHOD, maybe("on"), maybe("failed"))),
        "leader": Verb(_leader, (NUMBER, word("post", type=int))),
        "dispute": Verb(
            _dispute,
            (NUMBER, ("step", {"choices": sorted(disputes.ASKED)}), maybe("text"), maybe("facts"), maybe("document"), maybe("on")),
        ),
        "turn": Verb(
            _turn,
            (NUMBER, ("turn", {"choices": sorted(turns.ASKED)}), maybe("reason"), maybe("document"), maybe("goal"), maybe("review")),
        ),
    }
