"""`jiandi trail verify|seal|heads`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext_lazy

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.interfaces.cli import schema
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.record.trail import queries, sealer
from jiandi.record.trail.models import Head, TrailEntry

MOST = 50


class Command(JiandiCommand):
    help = gettext_lazy("Verify the trail, seal what waits, or print the heads to hand to other parties.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["verify", "seal", "heads"])

    def act(self, options: dict[str, Any]) -> None:
        schema.require_equal()
        {"verify": self._verify, "seal": self._seal, "heads": self._heads}[options["verb"]]()

    def _verify(self) -> None:
        faults = 0
        for faults, fault in enumerate(queries.verify(), start=1):
            self.stdout.write(f"{fault.where}: {fault.what}")
            if faults == MOST:
                break
        if faults:
            raise RuleBroken("trail.broken", N_("The trail does not verify: {n} faults are listed above."), n=faults)
        head = Head.objects.order_by("-size").first()
        self.say(
            N_("The trail verifies: {n} entries, root {root}"),
            n=TrailEntry.objects.count(),
            root=head.root if head else "-",
        )

    def _seal(self) -> None:
        self.say(N_("{n} entries sealed"), n=sealer.seal_pending())

    def _heads(self) -> None:
        for head in Head.objects.order_by("-size")[:MOST]:
            self.stdout.write(f"{head.at.isoformat()} {head.size} {head.algorithm} {head.root}")
