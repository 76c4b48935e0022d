"""`jiandi export`: the ledger (.xlsx), the rectification report (.docx) or a filled prescribed form (.xlsx) of a round into a file."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiandi.base import files, http
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.interfaces.cli import schema
from jiandi.interfaces.cli.command import JiandiCommand
from jiandi.interfaces.cli.verbs import actor_named, round_coded, run_jobs_until, unit_named
from jiandi.loop.report import actions, queries
from jiandi.loop.report.actions import prescribed as forms
from jiandi.loop.report.queries import prescribed
from jiandi.record.ledger.models import Report, Round
from jiandi.record.trail.actor import Actor


class Command(JiandiCommand):
    help = gettext_lazy("Write the ledger (Excel), the report (Word) or a prescribed form (Excel) of a round into a file.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="person", required=True, help=_("Sign-in name of the person who acts."))
        parser.add_argument("--round", required=True, help=_("Code of the round."))
        parser.add_argument("--kind", choices=["ledger", "report", "briefing", "chase", "rules", "form"], default="ledger")
        parser.add_argument("--form", default="", help=_("Title or number of a prescribed form that is kept; means --kind form."))
        parser.add_argument("--source", default="", help=_("Of a ledger: only findings of this source."))
        parser.add_argument("--unit", default="", help=_("Only what this unit and those below it lead."))
        parser.add_argument("--out", type=Path, default=None, help=_("File or folder; nothing: here, under the file's own name."))

    def act(self, options: dict[str, Any]) -> None:
        schema.require_equal()
        asked = _asked(actor_named(options["person"]), round_coded(options["round"]), options)
        run_jobs_until(lambda: Report.objects.get(pk=asked.pk).state != "asked")
        report = Report.objects.get(pk=asked.pk)
        if report.state != "ready":
            raise RuleBroken("cli.report", N_("The file was not written: {fault}"), fault=report.fault or report.state)
        out = _place(options["out"], report.file_name)
        _copy(report.digest, out)
        self.stdout.write(f"{out} {report.size_bytes} {report.algorithm}:{report.digest} {report.figures}")
        if report.rates_digest:
            rates = out.with_name(queries.rates_name(report)) if options["out"] is None or options["out"].is_dir() else _beside(out)
            _copy(report.rates_digest, rates)
            self.stdout.write(str(rates))
        for place, text in queries.told(report.notes):
            self.stderr.write(f"{place} {text}")


def _asked(actor: Actor, round_: Round, o: dict[str, Any]) -> Report:
    if o["form"] or o["kind"] == "form":
        return forms.ask_fill(actor=actor, form_id=_form(actor, round_, o["form"]))
    unit_id = unit_named(o["unit"]).pk if o["unit"] else None
    return actions.ask_report(actor=actor, round_id=round_.pk, kind=o["kind"], unit_id=unit_id, source=o["source"])


def _form(actor: Actor, round_: Round, named: str) -> int:
    """A kept form by its number or title; the only one, where none is named."""
    kept = prescribed.kept(actor, round_.pk)
    found = [one for one in kept if not named or named in (str(one.pk), one.title)]
    if len(found) != 1:
        titles = [f"{one.pk} {one.title}" for one in kept]
        raise BadInput("cli.no_form", N_("Name one form by its number or title. Kept are: {titles}"), titles="; ".join(titles) or "–")
    return found[0].pk


def _place(asked: Path | None, name: str) -> Path:
    """The file asked for; in a folder, or nothing asked: under the report's own name."""
    if asked is None:
        return Path(name)
    return asked / name if asked.is_dir() else asked


def _beside(out: Path) -> Path:
    return out.with_name(f"{out.stem}_{http.translate(N_('Three rates'), {})}{out.suffix}")


def _copy(digest: str, out: Path) -> None:
    with files.open_file(digest) as source, out.open("wb") as target:
        shutil.copyfileobj(source, target)
