"""Ask for a ledger or a report; a job writes it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiandi.base import clock, jobs
from jiandi.base.errors import BadInput, RuleBroken
from jiandi.base.text.words import N_
from jiandi.loop.report import queries, rules
from jiandi.record.accounts import queries as accounts
from jiandi.record.figures import queries as figures
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.models import PhaseChange, Report
from jiandi.record.policy import decide
from jiandi.record.trail.actor import Actor

TITLE_LENGTH = 200


def ask_report(*, actor: Actor, round_id: int, kind: str, unit_id: int | None = None) -> Report:
    """A ledger (Excel) or a rectification report (Word) of the round, or of a unit and those below it, as of today."""
    with transaction.atomic():
        round_ = load.round_(actor, round_id)
        unit = accounts.unit_by_id(unit_id) if unit_id is not None else None
        decide.require(actor, "report.write", targets.of_unit(unit, round_.pk) if unit else targets.of_round(round_))
        if kind not in rules.KINDS:
            raise BadInput("report.kind", N_("Choose a ledger or a report."))
        if kind in rules.OF_PHASE and not PhaseChange.objects.filter(round=round_, state="standing").exists():
            raise RuleBroken("report.no_phase", N_("No phase of this round has been closed yet. Close it under Reconciliation first."))
        if kind in rules.OF_ROUND and unit is not None:
            raise BadInput("report.whole_round", N_("This list is written for the round as a whole. Choose all units."))
        count = figures.in_round(actor, round_.pk, unit_id).count()
        if kind == "report" and count > rules.MOST_IN_DOCUMENT:
            raise RuleBroken(
                "report.too_long",
                N_("A Word report of {n} findings could not be read. Ask for one unit at a time, or for the ledger."),
                n=count,
            )
        where = unit.name if unit else round_.unit.name
        name = _(rules.TITLES[kind])
        row = Report(
            round=round_,
            unit=unit,
            kind=kind,
            title=rules.joined_title(where, round_.title, name)[:TITLE_LENGTH],
            asked_by_id=actor.user_id or 0,
            as_of=clock.today(),
        )
        write.create(row, actor=actor, verb="ask")
        jobs.enqueue(queries.JOB, {"report_id": row.pk}, actor_id=actor.user_id, key=str(row.pk))
        return row


def finish_report(*, actor: Actor, report: Report, written: rules.Written) -> Report:
    """The file is in the store."""
    with transaction.atomic():
        fields: dict[str, Any] = {
            "file_name": written.file_name,
            "digest": written.digest,
            "algorithm": written.algorithm,
            "size_bytes": written.size,
            "figures": written.figures,
            "rates_digest": written.rates_digest,
            "notes": written.notes,
        }
        lifecycle.move(report, "finish", actor=actor, fields=fields)
        return report


def fail_report(*, actor: Actor, report: Report, fault: str) -> Report:
    """The file could not be written; ``fault`` says why and what to do."""
    with transaction.atomic():
        lifecycle.move(report, "fail", actor=actor, reason=fault, fields={"fault": fault})
        return report
