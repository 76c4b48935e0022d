"""What every sub-command shares: our errors become one sentence and exit code 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.functional import Promise

from jiandi.base import http
from jiandi.base.errors import JiandiError, RuleBroken


class JiandiCommand(BaseCommand):
    """A sub-command writes `act`. Django's own checks are left to `jiandi upgrade` and the tests, for a quick start."""

    requires_system_checks: list[str] = []
    help: str | Promise  # type: ignore[assignment]  # lazily translated

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser formats a plain text only, so the lazy one is translated now."""
        self.help = str(self.help)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self.act(options)
        except JiandiError as error:
            raise CommandError(sentence(error)) from None

    def act(self, options: dict[str, Any]) -> None:
        raise NotImplementedError

    def say(self, text: str, **params: Any) -> None:
        self.stdout.write(http.translate(text, params))


def sentence(error: JiandiError) -> str:
    """The error in the installation's language, each reason on its own line."""
    reasons = error.unmet if isinstance(error, RuleBroken) else [error]
    return "\n".join(http.translate(reason.text, reason.params) for reason in reasons)
