"""Units from pasted lines: leading spaces or tabs put a line below the line above."""

from __future__ import annotations

from django.db import transaction

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.accounts import actions
from jiandi.record.accounts.models import Unit
from jiandi.record.trail.actor import Actor

MOST_LINES = 2000


def add_lines(*, actor: Actor, lines: str, parent: Unit | None, level: str) -> list[Unit]:
    """Add every line as a unit, all or none; "name, short name" on one line."""
    found = [line for line in lines.splitlines() if line.strip()]
    if len(found) > MOST_LINES:
        raise BadInput("setup.too_many_lines", N_("{n} lines are too many at once. Paste at most {most}."), n=len(found), most=MOST_LINES)
    made: list[Unit] = []
    above: list[tuple[int, Unit]] = []
    with transaction.atomic():
        for line in found:
            indent = len(line.expandtabs(4).replace("　", "  ")) - len(line.expandtabs(4).replace("　", "  ").lstrip())
            while above and above[-1][0] >= indent:
                above.pop()
            name, _sep, short = line.strip().replace("，", ",").partition(",")
            below = above[-1][1] if above else parent
            unit = actions.add_unit(actor=actor, name=name.strip(), short_name=short.strip(), parent=below, level=level)
            above.append((indent, unit))
            made.append(unit)
    return made
