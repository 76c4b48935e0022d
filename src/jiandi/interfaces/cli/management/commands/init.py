from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base.text.words import N_
from jiandi.interfaces.cli import founding, schema, upgrade
from jiandi.interfaces.cli.command import JiandiCommand


class Command(JiandiCommand):
    help = gettext_lazy("Found this installation and print one-time links for its first people.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help=_("The office this installation belongs to."))
        parser.add_argument("--single-clerk", action="store_true", help=_("One clerk records every step, until formal use is declared."))
        parser.add_argument("--address", default="http://127.0.0.1:8000/", help=_("Where people will open Jiandi."))

    def act(self, options: dict[str, Any]) -> None:
        if schema.read().word != "equal":
            upgrade.run(self.say)
        links = founding.found(options["name"], is_single_clerk=options["single_clerk"])
        self.say(N_("Hand each link to its person. It works once, for seven days; it is not shown again."))
        for link in links:
            path = founding.INVITATION_PATH.format(secret=link.secret)
            self.stdout.write(f"{link.full_name} ({link.sign_in_name}): {options['address'].rstrip('/')}/{path}")
