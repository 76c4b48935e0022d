from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base.jobs import worker
from jiandi.interfaces.cli import schema
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.interfaces.cli.serve import parts


class Command(JiandiCommand):
    help = gettext_lazy("Run a worker alone, as on a second machine.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help=_("End when no work is due."))

    def act(self, options: dict[str, Any]) -> None:
        schema.require_equal()
        worker.work(parts.until_told(), batch=options["batch"])
