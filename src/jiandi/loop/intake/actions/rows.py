"""Rows of a ledger taken over, written set by set: no look-up and no insert for a single row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import chain, count, islice
from typing import Any, TypeVar

from django.db.models.base import ModelState

from jiandi.base import clock
from jiandi.base.errors import RuleBroken, Unmet
from jiandi.base.text.words import N_
from jiandi.loop.intake import rules
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import verbs, write
from jiandi.record.ledger.models import Finding, FindingParty, ImportBatch, Measure, MeasureFinding, MeasureSupport, Round
from jiandi.record.trail.actor import Actor

NO_LEAD_NEEDED = frozenset({"registered", "withdrawn", "handed_over"})
FINISHED = frozenset({"verified", "closed", "standing"})
REVIEW_DAYS = 365
FAULTS_TOLD = 20
TOGETHER = 10_000
R = TypeVar("R", Finding, Measure)


@dataclass
class Taking:
    """One ledger being written: who, into which round, from which file, as of which day."""

    actor: Actor
    round_: Round
    batch: ImportBatch | None
    source: str
    as_of: date
    table: rules.Table
    units: Mapping[int, Unit]
    choices: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, int | None] = field(default_factory=dict)
    said: dict[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict)

    def unit(self, name: str) -> int | None:
        """What a person said about the name in the mapping, or else what it is read as."""
        if name not in self.known:
            meant = rules.meant_name(name, self.choices)
            found = rules.resolve_units([meant], self.table) if meant else []
            self.known[name] = found[0].unit_id if found else None
        return self.known[name]

    def meant(self, *names: str) -> tuple[int, ...]:
        """Keys of the units that are named, each once."""
        if names not in self.said:
            found = map(self.unit, names)
            self.said[names] = tuple(dict.fromkeys(unit for unit in found if unit is not None))
        return self.said[names]

    @cached_property
    def blank_finding(self) -> Finding:
        batch_id = self.batch.pk if self.batch else None
        return Finding(round_id=self.round_.pk, batch_id=batch_id, source=self.source, registered_on=clock.today())

    @cached_property
    def blank_measure(self) -> Measure:
        return Measure(round_id=self.round_.pk)

    @cached_property
    def finding_numbers(self) -> Iterator[int]:
        return count(verbs.next_number(self.round_))

    @cached_property
    def measure_numbers(self) -> Iterator[int]:
        return count(verbs.next_measure_number(self.round_.pk))

    @cached_property
    def verifiers(self) -> dict[str, list[Unit]]:
        return verbs.default_verifiers(self.round_)

    @property
    def keeps_states(self) -> bool:
        """A list of problems that comes from the issuer starts at the beginning."""
        return self.source == "taken_over"

    def state(self, row: rules.CheckedRow) -> str:
        return row.state if self.keeps_states else "registered"


def write_rows(taking: Taking, rows: Iterable[rules.CheckedRow]) -> Iterator[list[Finding]]:
    """Findings, their parties, measures and ties, in the caller's transaction. Some thousand at a time, as they are asked for: memory stays flat."""
    left = iter(rows)
    while some := list(islice(left, TOGETHER)):
        _require_leads(taking, some, left)
        yield _write_some(taking, some)


def _write_some(taking: Taking, rows: Sequence[rules.CheckedRow]) -> list[Finding]:
    findings = [_finding(taking, row, number) for row, number in zip(rows, taking.finding_numbers, strict=False)]
    made = write.create_many(findings, actor=taking.actor, verb="take_over" if taking.keeps_states else "register")
    parties = [party for finding, row in zip(made, rows, strict=True) for party in _parties(taking, finding, row)]
    write.attach_many(FindingParty, ("finding", "unit", "part"), parties)
    _write_measures(taking, made, rows)
    return made


def _require_leads(taking: Taking, rows: Sequence[rules.CheckedRow], left: Iterator[rules.CheckedRow]) -> None:
    """``left`` is looked through as well once something is missing, so that all is told at once."""
    if not any(_lacks_lead(taking, row) for row in rows):
        return
    text = N_("Row {row}: the lead unit “{name}” is not known. Add it under system settings, or let it be added now.")
    without = islice((row for row in chain(rows, left) if _lacks_lead(taking, row)), FAULTS_TOLD)
    unmet = tuple(Unmet("intake.no_lead", text, {"row": row.row, "name": "、".join(row.leads)}) for row in without)
    raise RuleBroken("intake.unknown_units", N_("Some lead units are not known. Nothing has been taken in."), unmet=unmet)


def _lacks_lead(taking: Taking, row: rules.CheckedRow) -> bool:
    return taking.state(row) not in NO_LEAD_NEEDED and not taking.meant(*row.leads)


def _finding(taking: Taking, row: rules.CheckedRow, number: int) -> Finding:
    meant = taking.meant(*row.leads)
    state = taking.state(row)
    due = _day(row.due)
    return _like(
        taking.blank_finding,
        number=f"{taking.round_.code}-{number:03d}",
        title=row.title,
        verbatim=row.text,
        old_word=row.old_word,
        category=row.category,
        klass=row.klass,
        standard=row.standard,
        found_in_id=meant[0] if meant else None,
        lead_id=meant[0] if meant else None,
        due=due,
        first_due=due,
        due_text=row.due_text,
        due_precision=row.due_precision,
        closed_on=(_day(row.done) or taking.as_of) if state == "closed" else None,
        next_review=taking.as_of + timedelta(days=REVIEW_DAYS) if state in ("long_term", "basically_done") else None,
        state=state,
    )


def _parties(taking: Taking, finding: Finding, row: rules.CheckedRow) -> Iterator[tuple[int, int, str]]:
    """Finding, unit and part."""
    if finding.lead_id is None:
        return
    yield finding.pk, finding.lead_id, "lead"
    for unit_id in taking.meant(*row.leads, *row.supports):
        if unit_id != finding.lead_id:
            yield finding.pk, unit_id, "support"
    if verifier := verbs.choose_verifier(taking.verifiers, taking.units[finding.lead_id]):
        yield finding.pk, verifier.pk, "verifier"


def _write_measures(taking: Taking, findings: Sequence[Finding], rows: Sequence[rules.CheckedRow]) -> None:
    pairs = [(finding, line) for finding, row in zip(findings, rows, strict=True) if finding.lead_id for line in row.measures]
    measures = [_measure(taking, finding, line, number) for (finding, line), number in zip(pairs, taking.measure_numbers, strict=False)]
    made = write.create_many(measures, actor=taking.actor, verb="take_over" if taking.keeps_states else "add")
    ties = [(measure.pk, finding.pk) for measure, (finding, _) in zip(made, pairs, strict=True)]
    write.attach_many(MeasureFinding, ("measure", "finding"), ties)
    supports = [
        (measure.pk, unit_id)
        for measure, (_, line) in zip(made, pairs, strict=True)
        for unit_id in taking.meant(*line.leads, *line.supports)
        if unit_id != measure.lead_id
    ]
    write.attach_many(MeasureSupport, ("measure", "unit"), supports)


def _measure(taking: Taking, finding: Finding, line: rules.MeasureLine, number: int) -> Measure:
    nature = rules.measure_nature(line.text)
    meant = taking.meant(*line.leads)
    day = _day(line.due) or finding.due or taking.as_of
    done = taking.keeps_states and finding.state in FINISHED
    return _like(
        taking.blank_measure,
        number=number,
        text=line.text,
        lead_id=meant[0] if meant else finding.lead_id,
        kind=nature.kind,
        horizon="lasting" if line.recurs else nature.horizon,
        rule_verb=nature.rule_verb,
        first_due=day,
        due=day,
        due_text=line.due_text or day.isoformat(),
        due_precision=line.due_precision,
        recurs=line.recurs[:20],
        done_on=(finding.closed_on or taking.as_of) if done else None,
        state=_measure_state(taking, finding, done=done),
    )


def _measure_state(taking: Taking, finding: Finding, *, done: bool) -> str:
    if done:
        return "done"
    return "draft" if not taking.keeps_states or finding.state == "registered" else "in_progress"


def _like(blank: R, **values: Any) -> R:
    """A row as a blank one with these fields, by their names in the database: a tenth of what asking every field for its default costs."""
    row = blank.__class__.__new__(blank.__class__)
    vars(row).update(vars(blank), _state=ModelState(), **values)
    return row


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
