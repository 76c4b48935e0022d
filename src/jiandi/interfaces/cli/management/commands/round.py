"""`jiandi round`: open a round, name who checks, close a phase, move to a newer regime, the register by source, list rounds."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import Lines, Options, Verb, VerbCommand, maybe, round_coded, unit_named, word
from jiandi.loop.reconcile import actions as reconcile
from jiandi.record.figures import sources
from jiandi.record.ledger import load, opening, regime_moves
from jiandi.record.ledger.models import Round
from jiandi.record.ledger.scope import visible_rounds
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor


def _open(actor: Actor, o: Options) -> Lines:
    new = opening.NewRound(
        title=o["title"],
        code=o["code"],
        regime=regimes.current(o["regime"]),
        unit=unit_named(o["unit"]),
        issuer=o["issuer"],
        feedback_on=date.fromisoformat(o["feedback"]),
    )
    row = opening.open_round(actor=actor, new=new)
    yield f"round {row.pk} {row.code}, concentrated until {row.ends_on or '-'}"


def _checks(actor: Actor, o: Options) -> Lines:
    row = opening.assign_verifier(actor=actor, round_=round_coded(o["round"]), unit=unit_named(o["unit"]), field=o["field"])
    yield f"{row.unit.name} {row.field}".strip()


def _phase(actor: Actor, o: Options) -> Lines:
    row = round_coded(o["round"])
    given = {"reason": o["reason"], "document": o["document"]}
    change = reconcile.change_phase(actor=actor, round_id=row.pk, version=row.version, **given)
    yield f"{change.from_phase} -> {change.to_phase}, sheet {change.sheet_id}"
    yield f"opened {change.totals['opened']}, carried {change.totals['carried']}: {change.totals['groups']}"


def _move(actor: Actor, o: Options) -> Lines:
    row = load.round_(actor, round_coded(o["round"]).pk)
    wanted = regime_moves.newer(row)
    regime_id = wanted.pk if wanted else 0
    moved = regime_moves.move_round(actor=actor, round_id=row.pk, regime_id=regime_id, reason=o["reason"], version=row.version)
    yield f"{moved.code} follows version {moved.regime.number}, ends {moved.ends_on or '-'}"


def _list(actor: Actor, _options: Options) -> Lines:
    for row in Round.objects.filter(visible_rounds(actor)):
        yield f"{row.pk} {row.code} {row.feedback_on} {row.title}"


def _sources(actor: Actor, o: Options) -> Lines:
    register = sources.register_of(actor, load.round_(actor, round_coded(o["round"]).pk).pk)
    sums = [("own", register.own), ("carried", register.carried), ("register", register.whole)]
    for name, t in [*((row.source, row.totals) for row in register.rows), *sums]:
        states = " ".join(f"{state} {n}" for state, n in t.by_state.items() if n)
        told = " ".join(f"{word} {r.k}/{r.n}" for word, r in (("said", t.rates.said), ("done", t.rates.done), ("well", t.rates.well)))
        yield f"{name:10} {t.total:>6} {told} {states}".rstrip()


class Command(VerbCommand):
    help = gettext_lazy(
        "Rounds: open, checks (name a checking unit), phase (close it), move (to a newer version of its regime), sources (the register by source), list."
    )
    verbs: ClassVar[dict[str, Verb]] = {
        "open": Verb(_open, (word("title"), word("code"), maybe("regime", "inspection"), word("unit"), word("issuer"), word("feedback"))),
        "checks": Verb(_checks, (word("round"), word("unit"), maybe("field"))),
        "phase": Verb(_phase, (word("round"), word("reason"), maybe("document"))),
        "move": Verb(_move, (word("round"), word("reason"))),
        "sources": Verb(_sources, (word("round"),)),
        "list": Verb(_list),
    }
