from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli import upgrade
from jiandi.interfaces.cli.command import JiandiCommand


class Command(JiandiCommand):
    help = gettext_lazy("Bring the database to this program: backup, migrate, check.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-backup", action="store_true", help=_("Skip the backup; make one yourself first."))

    def act(self, options: dict[str, Any]) -> None:
        upgrade.run(self.say, is_backup_wanted=not options["no_backup"])
