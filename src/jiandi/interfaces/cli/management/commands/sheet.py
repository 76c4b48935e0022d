"""`jiandi sheet`: freeze a reconciliation sheet, show it, decide, finish."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.base import clock
from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, round_coded, word
from jiandi.loop.reconcile import actions
from jiandi.record.ledger.models import Reconciliation
from jiandi.record.trail import sealer
from jiandi.record.trail.actor import Actor


def _freeze(actor: Actor, o: Options) -> Lines:
    sealer.seal_pending()
    as_of = date.fromisoformat(o["day"]) if o["day"] else clock.today()
    sheet = actions.freeze_sheet(actor=actor, round_id=round_coded(o["round"]).pk, title=o["title"], as_of=as_of)
    yield f"sheet {sheet.pk} as of {sheet.as_of}, seal {sheet.seal_size}, {sheet.algorithm}:{sheet.digest}"
    for line in sheet.lines.select_related("finding", "unit"):
        marks = "".join(m if yes else "·" for m, yes in zip("SDW", (line.is_said, line.is_done, line.is_well), strict=True))
        yield f"  {line.finding.number:16} {line.state:14} {marks} {line.due or ''!s:10} {line.unit or '-'}"


def _decide(actor: Actor, o: Options) -> Lines:
    due = date.fromisoformat(o["due"]) if o["due"] else None
    given = {"kind": o["kind"], "text": o["text"], "due": due}
    yield f"decision {actions.decide(actor=actor, sheet_id=o['id'], finding_id=o['finding'], **given).pk}"


def _finish(actor: Actor, o: Options) -> Lines:
    version = Reconciliation.objects.values_list("version", flat=True).get(pk=o["id"])
    yield actions.finish_sheet(actor=actor, sheet_id=o["id"], version=version).state


class Command(VerbCommand):
    help = gettext_lazy("Reconciliation sheets: freeze, decide, finish.")
    verbs: ClassVar[dict[str, Verb]] = {
        "freeze": Verb(_freeze, (word("round"), word("title"), maybe("day"))),
        "decide": Verb(_decide, (NUMBER, word("finding", type=int), word("kind"), maybe("text"), maybe("due"))),
        "finish": Verb(_finish, (NUMBER,)),
    }
