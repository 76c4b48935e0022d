import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.interfaces.cli import health
from jiandi.interfaces.cli.command import JiandiCommand


class Command(JiandiCommand):
    help = gettext_lazy("Say whether database, worker and sealer are well; exit code 1 when not.")

    def act(self, options: dict[str, Any]) -> None:  # noqa: ARG002
        found = health.report()
        self.stdout.write(json.dumps(asdict(found), indent=2))
        if found.state != "well":
            raise CommandError(_("Not well: see the report above. docs/operate/health.md says what each line means."))
