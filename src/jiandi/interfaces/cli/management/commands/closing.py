"""`jiandi closing sign ID` and `refuse ID`: the next signature before submission or before closing."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli.verbs import NUMBER, Lines, Options, Verb, VerbCommand, maybe, word
from jiandi.loop.verify import actions
from jiandi.record.ledger.models import Closing
from jiandi.record.trail.actor import Actor


def _sign(actor: Actor, o: Options) -> Lines:
    version = Closing.objects.values_list("version", flat=True).get(pk=o["id"])
    closing = actions.sign_closing(actor=actor, closing_id=o["id"], opinion=o["opinion"], version=version, document=o["document"])
    yield f"closing {closing.pk} {closing.state}, step {closing.step} of {len(closing.chain)}; finding {closing.finding.state}"


def _refuse(actor: Actor, o: Options) -> Lines:
    version = Closing.objects.values_list("version", flat=True).get(pk=o["id"])
    closing = actions.refuse_closing(actor=actor, closing_id=o["id"], reason=o["reason"], version=version)
    yield f"closing {closing.pk} {closing.state}; finding {closing.finding.state}"


class Command(VerbCommand):
    help = gettext_lazy("Closing: sign the next step, or send back what is not submitted yet.")
    verbs: ClassVar[dict[str, Verb]] = {
        "sign": Verb(_sign, (NUMBER, maybe("opinion"), maybe("document"))),
        "refuse": Verb(_refuse, (NUMBER, word("reason"))),
    }
