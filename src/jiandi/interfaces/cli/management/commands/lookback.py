"""`jiandi lookback`: plan, seal secrets, freeze, open, draw, recompute, record."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, round_coded, word
from jiandi.loop.lookback import actions, queries, rules
from jiandi.record.ledger.models import Draw, LookBack
from jiandi.record.trail.actor import Actor


def _plan(actor: Actor, o: Options) -> Lines:
    row = actions.plan_lookback(
        actor=actor, round_id=round_coded(o["round"]).pk, title=o["title"], by_risk=o["risk"], at_random=o["random"]
    )
    yield f"lookback {row.pk} {row.algorithm}"


def _seal(actor: Actor, o: Options) -> Lines:
    """Only the digest of the secret is kept until the list is frozen."""
    row = queries.look_back(actor, o["id"])
    digest = rules.commitment(o["party"], o["secret"], row.algorithm)
    yield f"commitment {actions.commit_secret(actor=actor, lookback_id=row.pk, party=o['party'], digest=digest).digest}"


def _version(o: Options) -> int:
    return LookBack.objects.values_list("version", flat=True).get(pk=o["id"])


def _freeze(actor: Actor, o: Options) -> Lines:
    row = actions.freeze_list(actor=actor, lookback_id=o["id"], version=_version(o))
    yield f"{len(row.population)} findings, root {row.root}"


def _open(actor: Actor, o: Options) -> Lines:
    yield f"{actions.open_secret(actor=actor, lookback_id=o['id'], party=o['party'], secret=o['secret']).party}"


def _draw(actor: Actor, o: Options) -> Lines:
    row = actions.draw(actor=actor, lookback_id=o["id"], version=_version(o))
    yield f"seed {row.seed}"
    for one in row.draws.select_related("finding"):
        yield f"  draw {one.pk} {one.place:>3} {'random' if one.is_random else 'risk  '} {one.finding.number} {one.finding.title[:40]}"


def _recompute(actor: Actor, o: Options) -> Lines:
    """Draw again from the frozen list and the opened secrets, and compare."""
    row = queries.look_back(actor, o["id"])
    again = queries.recomputed(row)
    kept = list(row.draws.order_by("place").values_list("finding_id", flat=True))
    yield f"root {again.root} {'same' if again.root == row.root else 'DIFFERS'}"
    yield f"seed {again.seed} {'same' if again.seed == row.seed else 'DIFFERS'}"
    yield f"drawn {'same' if [p.finding_id for p in again.picks] == kept else 'DIFFERS'}"


def _record(actor: Actor, o: Options) -> Lines:
    version = Draw.objects.values_list("version", flat=True).get(pk=o["id"])
    given = {"held": not o["failed"], "method": o["method"], "text": o["text"], "failed": o["measure"]}
    row = actions.record_result(actor=actor, draw_id=o["id"], version=version, **given)
    yield f"{row.state}; finding {row.finding.state}"


class Command(VerbCommand):
    help = gettext_lazy("Look-backs: plan, seal, freeze, open, draw, recompute, record.")
    verbs: ClassVar[dict[str, Verb]] = {
        "plan": Verb(_plan, (word("round"), word("title"), maybe("risk", 3, type=int), maybe("random", 3, type=int))),
        "seal": Verb(_seal, (NUMBER, word("party"), word("secret"))),
        "freeze": Verb(_freeze, (NUMBER,)),
        "open": Verb(_open, (NUMBER, word("party"), word("secret"))),
        "draw": Verb(_draw, (NUMBER,)),
        "recompute": Verb(_recompute, (NUMBER,)),
        "record": Verb(
            _record,
            (
                NUMBER,
                word("text"),
                maybe("method", "seen"),
                ("--failed", {"action": "store_true"}),
                maybe("measure", [], nargs="*", type=int),
            ),
        ),
    }
