"""`jiandi letter`: hand in, look at the rows, confirm, finish the review, register the findings."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.base import clock
from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, round_coded, run_jobs_until, word
from jiandi.loop.intake import actions
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Letter
from jiandi.record.trail.actor import Actor

PIECE = 1024 * 1024


def _receive(actor: Actor, o: Options) -> Lines:
    path: Path = o["file"]
    with path.open("rb") as file:
        letter = actions.receive_letter(
            actor=actor,
            round_id=round_coded(o["round"]).pk,
            title=o["title"] or path.stem,
            number=o["number"],
            received_on=clock.today(),
            kind=o["kind"],
            file_name=path.name,
            chunks=iter(lambda: file.read(PIECE), b""),
        )
    run_jobs_until(lambda: Letter.objects.get(pk=letter.pk).state not in ("received", "reading"))
    yield from _show(actor, {"id": letter.pk})


def _show(actor: Actor, o: Options) -> Lines:
    letter = load.letter(actor, o["id"])
    yield f"letter {letter.pk} {letter.state} {letter.title} {letter.fault}".strip()
    for item in letter.items.order_by("place"):
        yield f"  {item.place:>4} {item.type:9} {item.state:8} {item.confidence:>3}% {item.text[:70]}"


def _accept(actor: Actor, o: Options) -> Lines:
    yield str(actions.accept_above(actor=actor, letter_id=o["id"], confidence=o["above"]))


def _finish(actor: Actor, o: Options) -> Lines:
    letter = load.letter(actor, o["id"])
    actions.finish_review(actor=actor, letter_id=letter.pk, version=letter.version)
    yield from _show(actor, o)


def _register(actor: Actor, o: Options) -> Lines:
    for finding in actions.register_findings(actor=actor, letter_id=o["id"]):
        yield f"{finding.pk} {finding.number} {finding.title}"


class Command(VerbCommand):
    help = gettext_lazy("Letters: receive, show, accept, finish, register.")
    verbs: ClassVar[dict[str, Verb]] = {
        "receive": Verb(
            _receive,
            (("file", {"type": Path}), word("round"), maybe("title"), maybe("number"), maybe("kind", "letter")),
        ),
        "show": Verb(_show, (NUMBER,)),
        "accept": Verb(_accept, (NUMBER, maybe("above", 0, type=int))),
        "finish": Verb(_finish, (NUMBER,)),
        "register": Verb(_register, (NUMBER,)),
    }
