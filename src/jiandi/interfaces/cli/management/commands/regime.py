"""`jiandi regime`: list, text (a version as TOML), add (a version from TOML)."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import Lines, Options, Verb, VerbCommand, maybe, word
from jiandi.record.regimes import actions, queries
from jiandi.record.trail.actor import Actor


def _list(_actor: Actor, _options: Options) -> Lines:
    for row in queries.in_use():
        yield f"{row.code} {row.number} {row.digest[:12]} {row.name}"


def _text(_actor: Actor, o: Options) -> Lines:
    yield queries.current(o["code"]).body


def _add(actor: Actor, o: Options) -> Lines:
    made = actions.add_version(actor=actor, text=Path(o["file"]).read_text("utf-8"), follows=o["follows"], reason=o["reason"])
    yield f"{made.code} {made.number} {made.digest[:12]}"


class Command(VerbCommand):
    help = gettext_lazy("Regimes: list, text (a version as TOML), add (a version from TOML).")
    verbs: ClassVar[dict[str, Verb]] = {
        "list": Verb(_list),
        "text": Verb(_text, (("code", {}),)),
        "add": Verb(_add, (("file", {}), maybe("follows", 0, type=int), word("reason"))),
    }
