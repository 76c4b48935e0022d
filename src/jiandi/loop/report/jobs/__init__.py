"""Writing the files that were asked for. Only the worker and commands load this: it brings the heavy libraries."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from jiandi.base import files
from jiandi.base.errors import JiandiError
from jiandi.base.http import shown
from jiandi.base.jobs import Run, job
from jiandi.loop.report import actions, queries, rules
from jiandi.loop.report.jobs import document, ledger
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import User
from jiandi.record.ledger.models import Report
from jiandi.record.trail.actor import SYSTEM, Actor

CHUNK = 1024 * 1024
LARGEST_MB = 500
Tell = Callable[[int, int], None]


@job(queries.JOB, lease_seconds=600)
def write_report(run: Run) -> dict[str, Any] | None:
    """Write the file in the scope of the person who asked, as that person stands now, and keep it in the store."""
    report = Report.objects.select_related("round", "round__regime", "round__unit", "unit").get(pk=run.payload["report_id"])
    if report.state != "asked":
        return {"report": report.pk}
    actor = _who_asked(report)
    try:
        written = _write(report, actor, run.progress)
    except JiandiError as error:
        found = shown(error)
        actions.fail_report(actor=actor, report=report, fault=" ".join([found.message, *found.unmet]))
        raise
    actions.finish_report(actor=actor, report=report, written=written)
    return {"report": report.pk}


def _who_asked(report: Report) -> Actor:
    user = User.objects.filter(pk=report.asked_by_id).first()
    return accounts.actor_for(user, zone="job") if user else SYSTEM


def _write(report: Report, actor: Actor, tell: Tell) -> rules.Written:
    folder = Path(settings.JIANDI_DATA) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / f"report.{rules.SUFFIXES[report.kind]}"
        if report.kind == "ledger":
            figures = ledger.write_ledger(path, actor, report.round_id, report.unit_id, title=report.title, tell=tell)
        else:
            figures = document.write_document(path, actor, report.round_id, report.unit_id, title=report.title, tell=tell)
        stored = files.store(_chunks(path), limit_bytes=LARGEST_MB * 1024**2)
    name = rules.file_name(report.title, report.as_of, report.kind)
    return rules.Written(name, stored.digest, stored.algorithm, stored.size, figures)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
