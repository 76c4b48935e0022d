"""A ledger that was handed out comes back filled in: compared, chosen cell by cell, then applied as a whole or put aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from django.db import transaction

from jiandi.base import clock, jobs
from jiandi.base.errors import BadInput, Conflict, JiandiError, NotFound, RuleBroken
from jiandi.base.jobs import bulk
from jiandi.base.text.words import N_
from jiandi.loop.intake.actions.letters import fault_json, store_upload
from jiandi.loop.intake.queries import returned as queries
from jiandi.loop.intake.rules import returning as rules
from jiandi.record.ledger import lifecycle, load, noting, targets, write
from jiandi.record.ledger import returned as cells
from jiandi.record.ledger.models import OPEN_STATES, Report, ReturnedCell, ReturnedLedger, Round
from jiandi.record.policy import decide
from jiandi.record.regimes.vocabulary import RETURNABLE
from jiandi.record.trail import writing
from jiandi.record.trail.actor import SYSTEM, Actor

STANDING = ("received", "compared", "applying", "applied")
CATEGORY_LENGTH = 120
_HIDDEN = N_("The finding is not there, or it is not yours to see.")
_EMPTY = N_("An empty cell deletes nothing. Write what holds now, or leave the cell as it was.")
_RESTS = N_("The finding is not open any more. Its record does not change by a file.")
_OFFICE = N_("The office decides this. Ask its clerk to hand the file in, or tell the clerk what to change.")
_NOT_YOURS = N_("Progress is written by the units that have a part in the finding. Let one of their people hand the file in.")
_NO_MEASURE = N_("No measure of the finding is being worked on: none is approved, or all are done. See the plan.")
_NO_POST = N_("No leader holds a post of this title. Choose one from the list in the cell, or add the post under system settings.")
_TWO_POSTS = N_("Several leaders hold posts of this title. Tell the office which leader is meant.")
_TOO_LONG = N_("A category has at most 120 letters. Shorten it.")


def receive_returned(*, actor: Actor, round_id: int, file_name: str, chunks: Iterable[bytes]) -> ReturnedLedger:
    """Keep a filled-in ledger and ask for it to be compared. Nothing is changed yet."""
    round_ = load.round_(actor, round_id)
    if not queries.may_hand_back(actor, round_):
        decide.require(actor, "report.write", targets.of_round(round_))
    stored = store_upload(chunks, file_name)
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        if ReturnedLedger.objects.filter(round=round_, file_digest=stored.digest, state__in=STANDING).exists():
            text = N_("This file has been handed in already. Open it in the list instead.")
            raise BadInput("intake.same_returned", text)
        returned = ReturnedLedger(
            round=round_,
            file_name=file_name[-200:],
            file_digest=stored.digest,
            file_algorithm=stored.algorithm,
            handed_in_by_id=actor.user_id,
            handed_in_at=clock.now(),
        )
        write.create(returned, actor=actor, verb="receive")
        jobs.enqueue(queries.COMPARE, _asked(returned, actor), actor_id=actor.user_id, key=queries.work_key(returned))
    return returned


def _asked(returned: ReturnedLedger, actor: Actor) -> dict[str, Any]:
    return {"returned": returned.pk, "version": returned.version, "stands_for": actor.stands_for}


def returned_for(actor: Actor, returned_id: int, version: int | None = None) -> ReturnedLedger:
    """One's own, or any of a round one takes ledgers in for."""
    rows = ReturnedLedger.objects.select_related("round", "round__regime", "round__unit", "report")
    found = rows.filter(pk=returned_id).first()
    own = found is not None and actor.user_id is not None and found.handed_in_by_id == actor.user_id
    if found is None or not (own or decide.may(actor, "import.take", targets.of_round(found.round))):
        raise NotFound("ledger.no_returned", N_("It does not exist, or it is not yours to see. Go back to the list."))
    if version is not None:
        writing.expect_version(found, version)
    return found


def fail_returned(returned_id: int, error: JiandiError) -> ReturnedLedger:
    with transaction.atomic():
        returned = ReturnedLedger.objects.select_for_update().get(pk=returned_id)
        lifecycle.move(returned, "fail", actor=SYSTEM, fields={"fault": fault_json(error)})
    return returned


@bulk.uncollected()
def keep_compared(*, actor: Actor, returned_id: int, report: Report, compared: rules.Compared) -> ReturnedLedger:
    """Keep every cell that says something else, with what the record says now and who wrote that."""
    with transaction.atomic():
        returned = ReturnedLedger.objects.select_for_update(of=("self",)).select_related("round").get(pk=returned_id)
        there = queries.standing(actor, returned.round, {one.finding_id for one in compared.differences})
        leaders = queries.leaders()
        made = [_cell(actor, returned, one, there.get(one.finding_id), leaders) for one in compared.differences]
        met = [cell for cell in made if cell.kind in (rules.CONFLICT, rules.SAME)]
        queries.touched((there[cell.finding_id] for cell in met if cell.finding_id in there), {cell.field for cell in met})
        for cell in met:
            touch = there[cell.finding_id or 0].touches.get(cell.field, queries.Touch())
            cell.changed_by_id, cell.changed_at = touch.by_id, touch.at
        write.attach(made)
        told = [list(one) for one in compared.told[: rules.MOST_TOLD]]
        lifecycle.move(returned, "compare", actor=SYSTEM, fields={"report_id": report.pk, "rows": compared.rows, "told": told})
    return returned


def _cell(
    actor: Actor, returned: ReturnedLedger, one: rules.Difference, there: queries.Standing | None, leaders: Mapping[str, Collection[int]]
) -> ReturnedCell:
    why = _why_not(actor, one, there, leaders)
    now = there.values.get(one.field, "") if there else ""
    kind = rules.REFUSED if why else rules.kind_of(one.was, now, one.said)
    return ReturnedCell(
        returned=returned,
        finding_id=one.finding_id if there else None,
        row=one.row,
        place=one.place[:120],
        field=one.field,
        heading=one.heading[:200],
        was=one.was,
        now=now,
        said=one.said,
        measure_id=there.measure_id if there and one.field == "progress" else None,
        kind=kind,
        why=why,
        choice={rules.CHANGE: rules.TAKE, rules.CONFLICT: ""}.get(kind, rules.LEAVE),
    )


def _why_not(actor: Actor, one: rules.Difference, there: queries.Standing | None, leaders: Mapping[str, Collection[int]]) -> str:
    """Why this cell cannot come back, or nothing."""
    if there is None:
        return _HIDDEN
    if one.field not in RETURNABLE:
        return rules.why_locked(one.field)
    if not one.said.strip() or there.finding.state not in OPEN_STATES:
        return _RESTS if one.said.strip() else _EMPTY
    return _why_no_note(actor, there) if one.field == "progress" else _why_no_edit(actor, one, there, leaders)


def _why_no_note(actor: Actor, there: queries.Standing) -> str:
    if there.measure_id is None:
        return _NO_MEASURE
    return "" if queries.may_note(actor, there) else _NOT_YOURS


def _why_no_edit(actor: Actor, one: rules.Difference, there: queries.Standing, leaders: Mapping[str, Collection[int]]) -> str:
    if not decide.may(actor, "finding.edit", there.target):
        return _OFFICE
    if one.field == "category":
        return _TOO_LONG if len(one.said) > CATEGORY_LENGTH else ""
    count = len(leaders.get(one.said.strip(), ()))
    return "" if count == 1 else _TWO_POSTS if count else _NO_POST


def choose_cells(*, actor: Actor, returned_id: int, version: int, choices: Mapping[int, str]) -> ReturnedLedger:
    """Keep what was chosen for cells; only what the file changed can be chosen."""
    with transaction.atomic():
        returned = _compared(actor, returned_id, version)
        _expect_choice(choices.values())
        cells.choose(returned, choices, actor=actor)
    return returned


def choose_kind(*, actor: Actor, returned_id: int, version: int, kind: str, choice: str) -> ReturnedLedger:
    """The same for all cells of a kind at once."""
    with transaction.atomic():
        returned = _compared(actor, returned_id, version)
        _expect_choice([choice])
        if kind not in cells.OPEN_KINDS:
            raise BadInput("intake.no_choice", N_("There is nothing to choose here. Load the page again."))
        cells.choose_all(returned, kind, choice, actor=actor)
    return returned


def _compared(actor: Actor, returned_id: int, version: int) -> ReturnedLedger:
    returned = returned_for(actor, returned_id, version)
    lifecycle.find("returnedledger", returned.state, "ask_apply")
    return returned


def _expect_choice(chosen: Iterable[str]) -> None:
    if set(chosen) - {rules.TAKE, rules.LEAVE}:
        raise BadInput("intake.no_choice", N_("There is nothing to choose here. Load the page again."))


def apply_returned(*, actor: Actor, returned_id: int, version: int) -> ReturnedLedger:
    """Ask for the chosen cells to be written. The worker writes them: all in one transaction, or none."""
    with transaction.atomic():
        returned = _compared(actor, returned_id, version)
        if open_ := returned.cells.filter(kind=rules.CONFLICT, choice="").count():
            text = N_("{n} cells were changed in the file and here. Choose for each of them first; nothing is overwritten unseen.")
            raise RuleBroken("intake.conflicts_open", text, n=open_)
        if not returned.cells.filter(choice=rules.TAKE).exists():
            raise RuleBroken("intake.nothing_chosen", N_("Nothing of this file is chosen. Choose a cell, or put the file aside."))
        lifecycle.move(returned, "ask_apply", actor=actor, fields={"fault": ""})
        jobs.enqueue(queries.APPLY, _asked(returned, actor), actor_id=actor.user_id, key=queries.work_key(returned))
    return returned


def write_returned(*, actor: Actor, returned_id: int, version: int) -> ReturnedLedger:
    """Write the chosen cells, if the record still says what the chooser saw; else nothing, and the cells tell what changed."""
    with transaction.atomic():
        returned = ReturnedLedger.objects.select_for_update(of=("self",)).select_related("round").get(pk=returned_id)
        if (returned.state, returned.version) != ("applying", version):
            return returned
        chosen = list(returned.cells.filter(choice=rules.TAKE).order_by("finding_id", "pk"))
        there = queries.standing(actor, returned.round, {cell.finding_id for cell in chosen if cell.finding_id})
        moved = [cell for cell in chosen if _now(cell, there) != cell.now]
        if moved:
            return _tell_moved(returned, moved, there)
        _write_fields(actor, returned, chosen, there)
        for cell in chosen:
            if cell.field == "progress":
                new = noting.NewNote(cell.measure_id or 0, cell.said)
                noting.note(actor, new, clock.today(), reason=_reason(returned))
        lifecycle.move(returned, "apply", actor=actor, fields={"applied_at": clock.now()})
    return returned


def _now(cell: ReturnedCell, there: Mapping[int, queries.Standing]) -> str | None:
    one = there.get(cell.finding_id or 0)
    return one.values[cell.field] if one else None


def _reason(returned: ReturnedLedger) -> str:
    return f"returned ledger {returned.pk}"


def _write_fields(actor: Actor, returned: ReturnedLedger, chosen: Iterable[ReturnedCell], there: Mapping[int, queries.Standing]) -> None:
    leaders = queries.leaders()
    edits = [cell for cell in chosen if cell.field in queries.COLUMNS]
    for finding_id, some in groupby(edits, lambda cell: cell.finding_id):
        one = there[finding_id or 0]
        decide.require(actor, "finding.edit", one.target)
        fields: dict[str, Any] = {}
        for cell in some:
            said = cell.said.strip()
            fields[queries.COLUMNS[cell.field]] = said if cell.field == "category" else _leader(leaders, said)
        write.change(one.finding, fields, actor=actor, verb="edit", reason=_reason(returned))


def _leader(leaders: Mapping[str, list[int]], title: str) -> int:
    held = leaders.get(title, [])
    if len(held) != 1:
        raise BadInput("intake.no_leader", N_("“{title}” is not the title of exactly one leader any more. Leave that cell."), title=title)
    return held[0]


def _tell_moved(returned: ReturnedLedger, moved: list[ReturnedCell], there: Mapping[int, queries.Standing]) -> ReturnedLedger:
    """Nothing is written: somebody wrote these cells after the comparison."""
    seen = [there[cell.finding_id or 0] for cell in moved if cell.finding_id in there]
    queries.touched(seen, {cell.field for cell in moved})
    cells.renew(_moved(cell, there.get(cell.finding_id or 0)) for cell in moved)
    text = N_("{n} cells were changed here after the comparison. Nothing has been written. Look at them and choose again.")
    lifecycle.move(returned, "stop_applying", actor=SYSTEM, fields={"fault": fault_json(Conflict("intake.moved", text, n=len(moved)))})
    return returned


def _moved(cell: ReturnedCell, one: queries.Standing | None) -> cells.Moved:
    if one is None:
        return cells.Moved(cell, cell.now, rules.REFUSED)
    now, touch = one.values[cell.field], one.touches.get(cell.field, queries.Touch())
    return cells.Moved(cell, now, rules.kind_of(cell.was, now, cell.said), touch.by_id, touch.at)


def stop_applying(returned_id: int, version: int, error: JiandiError) -> ReturnedLedger:
    """Nothing was written: the file is compared as before, and says why."""
    with transaction.atomic():
        returned = ReturnedLedger.objects.select_for_update().get(pk=returned_id)
        if (returned.state, returned.version) == ("applying", version):
            lifecycle.move(returned, "stop_applying", actor=SYSTEM, fields={"fault": fault_json(error)})
    return returned


def discard_returned(*, actor: Actor, returned_id: int, version: int) -> ReturnedLedger:
    """Put a file aside; the same one may come again."""
    with transaction.atomic():
        returned = returned_for(actor, returned_id, version)
        lifecycle.move(returned, "discard", actor=actor)
    return returned
