"""Writing down what a check found, and recounting what it touches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jiandi.base import clock
from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.record.ledger import verbs, write
from jiandi.record.ledger.models import Check, Finding, Measure
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

METHODS = frozenset(code for code, _ in Measure.METHODS)


def record(actor: Actor, finding: Finding, target: Target, kind: str, **found: Any) -> Check:
    """One row of what was found; ``found`` are its other fields."""
    found = {"on": clock.today(), **found}
    row = Check(finding=finding, kind=kind, holder=actor.holder, unit_id=unit_of(actor, target), **found)
    return write.create(row, actor=actor, verb=found["verdict"])


def unit_of(actor: Actor, target: Target) -> int | None:
    """The verifying unit in whose name the actor checks."""
    paths = target.paths("verifier")
    mine = (d.unit_id for d in actor.duties if any(path.startswith(d.unit_path) for path in paths))
    return next(mine, actor.duties[0].unit_id if actor.duties else None)


def expect_method(method: str) -> None:
    if method not in METHODS:
        raise BadInput("check.method", N_("Say how you checked: asked, papers read, seen on site, done again."))


def recount(findings: Iterable[Finding], *, actor: Actor) -> None:
    for finding in findings:
        verbs.keep_claims(finding, actor=actor, verb="recount")


def recount_others(measures: Iterable[Measure], finding: Finding, *, actor: Actor) -> None:
    """Measures that serve more findings than this one: the others are counted again too."""
    others = {f.pk: f for m in measures for f in verbs.served_by(m) if f.pk != finding.pk}
    recount(others.values(), actor=actor)
