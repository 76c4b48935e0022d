"""`jiandi extract FILE [--json]`: what a document says, without touching the record."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base import http
from jiandi.base.text.words import N_
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.loop.intake.extract import extract
from jiandi.loop.intake.extract.corpus import to_corpus_json
from jiandi.loop.intake.extract.model import Extraction
from jiandi.loop.intake.readers.bounded import read_bounded

SHOWN = 60


class Command(JiandiCommand):
    help = gettext_lazy("Read a letter, plan or ledger and print its items with their spans.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help=_("Print items with offsets into the text as read."))

    def act(self, options: dict[str, Any]) -> None:
        document = read_bounded(options["file"], told=self._page)
        for remark in document.warnings:
            self.stderr.write(http.translate(remark.text, remark.params))
        found = extract(document)
        if options["json"]:
            self.stdout.write(json.dumps(to_corpus_json(found), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_lines(found))

    def _page(self, number: int) -> None:
        self.stderr.write(http.translate(N_("Scanned page {number} …"), {"number": number}))


def _lines(found: Extraction) -> str:
    return "\n".join(f"{item.type:9} {item.start:>6}-{item.end:<6} {item.text[:SHOWN]!r}" for item in found.items)
