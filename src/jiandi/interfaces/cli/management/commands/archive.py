"""`jiandi archive verify FILE`: check a case package byte by byte; asks no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base import packages
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.record.trail import extract

TRAIL = "trail.jsonl"
MOST = 50


class Command(JiandiCommand):
    help = gettext_lazy("Check a case package: every byte, every file, and that its trail follows from itself. Needs no database.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["verify"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--digest", default="", help=_("Digest of the whole file, as the page of reports shows it."))

    def act(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise BadInput("archive.no_file", N_("There is no file {path}."), path=str(path))
        found = packages.verify(path)
        faults = [(fault.where, fault.what) for fault in found.faults]
        faults += [] if faults else list(_of_trail(path))
        if options["digest"] and options["digest"] != packages.digest_of(path, found.algorithm or "sha256"):
            faults.append((path.name, "is whole in itself, but is not the package of that digest"))
        for where, what in faults[:MOST]:
            self.stdout.write(f"{where}: {what}")
        if faults:
            raise RuleBroken("archive.differs", N_("The package does not verify: {n} faults are listed above."), n=len(faults))
        self.say(N_("The package verifies: {n} files, {algorithm}:{digest}"), n=found.files, algorithm=found.algorithm, digest=found.digest)


def _of_trail(path: Path) -> list[tuple[str, str]]:
    try:
        return list(extract.faults(packages.lines_of(path, TRAIL)))[:MOST]
    except packages.FAULTS:
        return [(TRAIL, "cannot be read")]
