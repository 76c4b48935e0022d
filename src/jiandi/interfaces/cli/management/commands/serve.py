from argparse import ArgumentParser
from importlib.util import find_spec
from typing import Any

from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base.errors import BadInput
from jiandi.base.text.words import N_
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.interfaces.cli.serve import parts, supervisor


class Command(JiandiCommand):
    help = gettext_lazy("Serve Jiandi: web server, worker, schedule and sealer. Ctrl-C stops all.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("Address to listen on; 0.0.0.0 lets other machines in."))
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help=_("Web processes; one for each CPU core on a server."))
        parser.add_argument("--demo", action="store_true", help=_("Build the sample city first if it is not there, and say who signs in."))
        parser.add_argument("--server", choices=["granian", "waitress"], default=parts.default_server())

    def act(self, options: dict[str, Any]) -> None:
        if find_spec(options["server"]) is None:
            raise BadInput(
                "serve.server", N_("{server} is not installed. Leave --server away, or install jiandi[{server}]."), server=options["server"]
            )
        if options["demo"]:  # here, not by a command before this one: Django starts once
            call_command("demo", keep=True)
        chosen = parts.Options(options["host"], options["port"], options["workers"], options["server"])
        supervisor.Supervisor(chosen, self._announce).run()

    def _announce(self, address: str) -> None:
        self.say(N_("Jiandi answers at {address}  (Ctrl-C stops it)"), address=address)
        self.stdout.flush()
