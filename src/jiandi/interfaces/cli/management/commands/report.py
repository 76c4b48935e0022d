"""`jiandi report write`: the ledger (.xlsx) or the rectification report (.docx) of a round into a file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import ClassVar

from django.utils.translation import gettext_lazy

from jiandi.base import files
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.interfaces.cli.verbs import Lines, Options, Verb, VerbCommand, maybe, round_coded, run_jobs_until, unit_named, word
from jiandi.loop.report import actions
from jiandi.record.ledger.models import Report
from jiandi.record.trail.actor import Actor


def _write(actor: Actor, o: Options) -> Lines:
    unit_id = unit_named(o["unit"]).pk if o["unit"] else None
    asked = actions.ask_report(actor=actor, round_id=round_coded(o["round"]).pk, kind=o["kind"], unit_id=unit_id)
    run_jobs_until(lambda: Report.objects.get(pk=asked.pk).state != "asked")
    report = Report.objects.get(pk=asked.pk)
    if report.state != "ready":
        raise RuleBroken("cli.report", N_("The file was not written: {fault}"), fault=report.fault or report.state)
    out = _place(o["out"], report.file_name)
    with files.open_file(report.digest) as source, out.open("wb") as target:
        shutil.copyfileobj(source, target)
    yield f"{out} {report.size_bytes} {report.algorithm}:{report.digest} {report.figures}"


def _place(asked: Path | None, name: str) -> Path:
    """The file asked for; in a folder, or nothing asked: under the report's own name."""
    if asked is None:
        return Path(name)
    return asked / name if asked.is_dir() else asked


class Command(VerbCommand):
    help = gettext_lazy("Reports: write the ledger (Excel) or the report (Word) of a round.")
    verbs: ClassVar[dict[str, Verb]] = {
        "write": Verb(_write, (word("round"), word("kind", choices=["ledger", "report"]), maybe("unit"), maybe("out", None, type=Path))),
    }
