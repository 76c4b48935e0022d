"""`jiandi demo`: the sample city in its own data folder."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.interfaces.cli import schema, upgrade
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.interfaces.cli.demo import build

SEED = 2026


class Command(JiandiCommand):
    help = gettext_lazy("Build the invented sample city: about 60 units, two letters, 120 findings, half a year.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help=_("Another seed gives another city."))
        parser.add_argument("--keep", action="store_true", help=_("Keep the city if it is there already."))

    def act(self, options: dict[str, Any]) -> None:
        if schema.read().word != "equal":
            upgrade.run(self.say)
        if not build.is_there():
            build.build(options["seed"], self.say)
        elif not options["keep"]:
            raise RuleBroken("demo.there", N_("This data folder is in use. Choose an empty one by JIANDI_DATA, or add --keep."))
        build.tell(self.say)
