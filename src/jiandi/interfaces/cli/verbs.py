"""Sub-commands made of verbs: each verb is a few lines over an action, in the name of a person."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.jobs import worker
from jiandi.base.text.words import N_
from jiandi.interfaces.cli import schema
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.record.accounts import queries
from jiandi.record.accounts.models import Unit, User
from jiandi.record.ledger.models import Round
from jiandi.record.trail.actor import Actor

WAIT_SECONDS = 600.0
POLL_SECONDS = 0.2
Options = Mapping[str, Any]
Lines = Iterable[str]


@dataclass(frozen=True)
class Verb:
    """What a verb asks for and does. ``arguments`` are (name, keyword arguments of argparse)."""

    run: Callable[[Actor, Options], Lines]
    arguments: tuple[tuple[str, dict[str, Any]], ...] = field(default=())


class VerbCommand(JiandiCommand):
    """`jiandi <thing> --as NAME <verb> …`; the trail notes the zone "cli"."""

    help: str | Promise
    verbs: ClassVar[dict[str, Verb]] = {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="person", required=True, help=_("Sign-in name of the person who acts."))
        below = parser.add_subparsers(dest="verb", required=True)
        for name, verb in self.verbs.items():
            one = below.add_parser(name)
            for argument, options in verb.arguments:
                one.add_argument(argument, **options)

    def act(self, options: dict[str, Any]) -> None:
        schema.require_equal()
        for line in self.verbs[options["verb"]].run(actor_named(options["person"]), options):
            self.stdout.write(line)


def actor_named(name: str) -> Actor:
    user = User.objects.filter(name=name, is_active=True).first()
    if user is None:
        raise BadInput("cli.no_person", N_("Nobody signs in as “{name}”. Look under Settings, People and duties."), name=name)
    return queries.actor_for(user, zone="cli")


def round_coded(code: str) -> Round:
    found = Round.objects.filter(code=code).first()
    if found is None:
        raise BadInput("cli.no_round", N_("There is no round with the code {code}."), code=code)
    return found


def unit_named(name: str) -> Unit:
    """A unit by name, short name or alias."""
    pk = queries.units_by_name().get(name)
    if pk is None:
        raise BadInput("cli.no_unit", N_("“{name}” is not the name of exactly one unit. Write its full name."), name=name)
    return queries.unit_by_id(pk)


def run_jobs_until(is_done: Callable[[], bool], *, seconds: float = WAIT_SECONDS) -> None:
    """Run what waits here; a job that a running worker took already is waited for."""
    worker.run_pending()
    end = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > end:
            raise RuleBroken("cli.slow", N_("A worker has not finished this yet. Look again in a while."))
        time.sleep(POLL_SECONDS)


def word(name: str, **options: Any) -> tuple[str, dict[str, Any]]:
    """A required option with a value."""
    return (f"--{name}", {"required": True, **options})


def maybe(name: str, default: Any = "", **options: Any) -> tuple[str, dict[str, Any]]:
    """An option with a default."""
    return (f"--{name}", {"default": default, **options})


NUMBER: tuple[str, dict[str, Any]] = ("id", {"type": int})
