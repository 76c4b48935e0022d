"""Whether the database's tables fit this program: older, equal or newer."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_

Step = tuple[str, str]


@dataclass(frozen=True)
class Schema:
    """Steps the program knows and the database lacks, and the other way round."""

    missing: tuple[Step, ...]
    unknown: tuple[Step, ...]

    @property
    def word(self) -> str:
        if self.unknown:
            return "newer"
        return "older" if self.missing else "equal"


def read() -> Schema:
    """One query; the program's own steps are read from file names once."""
    known = _steps_of_program()
    labels = {config.label for config in apps.get_app_configs()}
    applied = {step for step in MigrationRecorder(connection).applied_migrations() if step[0] in labels}
    return Schema(missing=tuple(sorted(known - applied)), unknown=tuple(sorted(applied - known)))


def require_equal() -> None:
    """Refuse to start on tables that do not fit."""
    found = read()
    if found.word == "older":
        raise RuleBroken(
            "schema.older",
            N_("The database is older than this program ({count} steps are missing). Run: jiandi upgrade"),
            count=len(found.missing),
        )
    if found.word == "newer":
        raise RuleBroken(
            "schema.newer",
            N_(
                "The database is newer than this program. Start the program version that last ran here, or restore the backup made before it."
            ),
        )


@cache
def _steps_of_program() -> frozenset[Step]:
    steps: set[Step] = set()
    for config in apps.get_app_configs():
        spec = find_spec(f"{config.name}.migrations")
        for place in (spec.submodule_search_locations if spec else None) or ():
            steps |= {(config.label, path.stem) for path in Path(place).glob("[!_~]*.py")}
    return frozenset(steps)
