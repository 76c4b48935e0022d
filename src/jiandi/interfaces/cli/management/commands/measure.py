"""`jiandi measure`: add, note, evidence, rule, say, claim, accept, return."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, unit_named, word
from jiandi.loop.execute import actions as execute
from jiandi.loop.plan import actions as plan
from jiandi.loop.verify import actions as verify
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Claim
from jiandi.record.trail.actor import Actor

PIECE = 1024 * 1024


def _add(actor: Actor, o: Options) -> Lines:
    optional = {name: o[name] for name in ("kind", "horizon", "rule_verb", "standard", "method") if o[name]}
    measure = plan.add_measure(
        actor=actor, finding_id=o["id"], text=o["text"], lead_id=unit_named(o["lead"]).pk, due_text=o["due"], **optional
    )
    yield f"measure {measure.pk} #{measure.number} {measure.kind} {measure.horizon} {measure.due}"


def _note(actor: Actor, o: Options) -> Lines:
    yield f"note {execute.write_note(actor=actor, measure_id=o['id'], text=o['text']).pk}"


def _evidence(actor: Actor, o: Options) -> Lines:
    path: Path = o["file"]
    with path.open("rb") as file:
        row = execute.add_evidence(
            actor=actor,
            measure_id=o["id"],
            title=o["title"] or path.stem,
            kind=o["kind"],
            chunks=iter(lambda: file.read(PIECE), b""),
            file_name=path.name,
        )
    yield f"evidence {row.pk} {row.kind} {row.algorithm}:{row.digest}"


def _rule(actor: Actor, o: Options) -> Lines:
    rule = execute.register_rule(
        actor=actor,
        measure_id=o["id"],
        title=o["title"],
        number=o["number"],
        issued_on=date.fromisoformat(o["issued"]),
        first_proof_on=date.fromisoformat(o["proof"]),
        state="in_force",
    )
    yield f"rule {rule.pk} {rule.state}"


def _say(actor: Actor, o: Options) -> Lines:
    yield f"claim {execute.say(actor=actor, measure_id=o['id'], text=o['text']).pk} said"


def _claim(actor: Actor, o: Options) -> Lines:
    version = load.measure(actor, o["id"]).version
    yield f"claim {execute.claim_done(actor=actor, measure_id=o['id'], text=o['text'], version=version).pk} raised"


def _raised(actor: Actor, measure_id: int) -> Claim:
    return Claim.objects.get(measure=load.measure(actor, measure_id), kind="done", state="raised")


def _accept(actor: Actor, o: Options) -> Lines:
    claim = _raised(actor, o["id"])
    verify.accept_claim(actor=actor, claim_id=claim.pk, verdict="met", method=o["method"], text=o["text"], version=claim.version)
    yield load.measure(actor, o["id"]).state


def _return(actor: Actor, o: Options) -> Lines:
    claim = _raised(actor, o["id"])
    verify.return_claim(actor=actor, claim_id=claim.pk, reason=o["reason"], text=o["text"], version=claim.version)
    yield load.measure(actor, o["id"]).state


class Command(VerbCommand):
    help = gettext_lazy("Measures: add (to a finding), note, evidence, rule, say, claim, accept, return.")
    verbs: ClassVar[dict[str, Verb]] = {
        "add": Verb(
            _add,
            (
                NUMBER, word("text"), word("lead"), word("due"), maybe("kind"), maybe("horizon"), maybe("rule_verb"),
                maybe("standard"), maybe("method"),
            ),
        ),
        "note": Verb(_note, (NUMBER, word("text"))),
        "evidence": Verb(_evidence, (NUMBER, ("file", {"type": Path}), maybe("title"), maybe("kind"))),
        "rule": Verb(_rule, (NUMBER, word("title"), word("number"), word("issued"), word("proof"))),
        "say": Verb(_say, (NUMBER, word("text"))),
        "claim": Verb(_claim, (NUMBER, word("text"))),
        "accept": Verb(_accept, (NUMBER, word("text"), maybe("method", "seen"))),
        "return": Verb(_return, (NUMBER, word("reason"), maybe("text"))),
    }  # fmt: skip
