"""`jiandi plan`: submit a unit's plan, approve or return it, freeze the round's."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, round_coded, unit_named, word
from jiandi.loop.plan import actions
from jiandi.record.ledger.models import PlanVersion
from jiandi.record.trail.actor import Actor


def _line(plan: PlanVersion) -> Lines:
    yield f"plan {plan.pk} version {plan.number} {plan.state} {plan.algorithm}:{plan.digest}"


def _submit(actor: Actor, o: Options) -> Lines:
    yield from _line(actions.submit_plan(actor=actor, round_id=round_coded(o["round"]).pk, unit_id=unit_named(o["unit"]).pk))


def _version(o: Options) -> int:
    return PlanVersion.objects.values_list("version", flat=True).get(pk=o["id"])


def _approve(actor: Actor, o: Options) -> Lines:
    yield from _line(actions.approve_plan(actor=actor, plan_id=o["id"], opinion=o["opinion"], version=_version(o)))


def _return(actor: Actor, o: Options) -> Lines:
    yield from _line(actions.return_plan(actor=actor, plan_id=o["id"], opinion=o["opinion"], version=_version(o)))


def _whole(actor: Actor, o: Options) -> Lines:
    yield from _line(actions.submit_round_plan(actor=actor, round_id=round_coded(o["round"]).pk))


class Command(VerbCommand):
    help = gettext_lazy("Plans: submit, approve, return, whole (of a round).")
    verbs: ClassVar[dict[str, Verb]] = {
        "submit": Verb(_submit, (word("round"), word("unit"))),
        "approve": Verb(_approve, (NUMBER, maybe("opinion"))),
        "return": Verb(_return, (NUMBER, word("opinion"))),
        "whole": Verb(_whole, (word("round"),)),
    }
