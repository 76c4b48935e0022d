"""Confirmed rows become findings and draft measures; a row may also be covered by a finding that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from jiandi.base.errors import RuleBroken
from jiandi.base.text import due
from jiandi.base.text.words import N_
from jiandi.loop.intake import queries, rules
from jiandi.loop.intake.actions.items import in_order, item_for, target_of
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import lifecycle, load, targets, verbs, write
from jiandi.record.ledger.models import Finding, Letter, LetterItem, Measure, MeasureFinding, MeasureSupport
from jiandi.record.policy import decide
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.actor import Actor

SOURCES = {"central": "central", "upper": "upper", "own": "self"}


@dataclass(frozen=True)
class _Book:
    """What every row of one letter needs while findings are made of it."""

    letter: Letter
    profile: Profile
    rows: dict[int, LetterItem]
    table: rules.Table
    units: dict[int, Unit]
    deadlines: queries.Deadlines

    def deadline(self, item: LetterItem) -> due.Due:
        """As printed, or counted: the same day that the review shows."""
        return self.deadlines.of(item).due

    def by_default(self, klass: str) -> date | None:
        """The day the regime gives a finding of this class that has none."""
        days = next((c.default_days for c in self.profile.classes if c.code == klass), 0)
        return self.letter.round.feedback_on + timedelta(days=days) if days else None

    def meant(self, item: LetterItem) -> list[Unit]:
        """The units of a row, the lead first."""
        named = rules.resolve_units([item.lead_text, item.support_text], self.table)
        ids = [item.unit_id, *(r.unit_id for r in named)]
        return [self.units[pk] for pk in dict.fromkeys(ids) if pk in self.units]

    def lead(self, item: LetterItem) -> Unit | None:
        if item.unit_id in self.units:
            return self.units[item.unit_id]
        named = rules.resolve_units([item.lead_text], self.table)
        return self.units.get(named[0].unit_id or 0) if named else None

    def under(self, item: LetterItem) -> list[LetterItem]:
        return [row for row in self.rows.values() if row.parent_id == item.pk]


def register_findings(*, actor: Actor, letter_id: int) -> list[Finding]:
    """Confirmed finding rows become findings, rows under them draft measures. Rows already covered stay as they are."""
    with transaction.atomic():
        letter = load.letter(actor, letter_id)
        decide.require(actor, "finding.register", targets.of_round(letter.round))
        book = _open_book(letter)
        ready = [row for row in book.rows.values() if row.type == "finding" and row.state == "open" and row.confirmed]
        made = verbs.register_findings(actor=actor, round_=letter.round, new=[_new(book, row) for row in ready])
        for row, finding in zip(ready, made, strict=True):
            cover(row, finding, actor=actor)
        _make_measures(book, actor)
    return made


def _open_book(letter: Letter) -> _Book:
    rows = {
        row.pk: row for row in in_order(letter.pk).select_related("unit", "covered_by", "covered_by__lead").select_for_update(of=("self",))
    }
    for row in rows.values():
        row.letter = letter
    units = {unit.pk: unit for unit in queries.living_units()}
    profile = regimes.profile_of(letter.round.regime)
    return _Book(letter, profile, rows, queries.unit_table(), units, queries.Deadlines(letter))


def _new(book: _Book, row: LetterItem) -> verbs.NewFinding:
    """A row as a finding: its own unit and date, else those of the measures under it."""
    below = [one for one in book.under(row) if one.type == "measure"]
    lead = next(filter(None, map(book.lead, [row, *below])), None)
    read = book.deadline(row)
    dated = [d for one in below if (d := book.deadline(one)).last_day]
    if not row.due_text and below:
        read = max(dated, key=lambda d: d.last_day or date.min) if dated else book.deadline(below[0])
    klass = rules.class_of(read)
    day = read.last_day or book.by_default(klass)
    return verbs.NewFinding(
        title=rules.title_of(row.text),
        verbatim=verbatim(row),
        source=SOURCES[book.letter.level or book.letter.round.level],
        lead=lead,
        supports=tuple(u for one in [row, *below] for u in book.meant(one) if u != lead),
        item=row,
        category=row.category or _heading(book, row),
        klass=klass,
        due=day,
        due_text=read.raw or (day.isoformat() if day else ""),
        due_precision=read.precision if read.last_day else "day",
    )


def verbatim(row: LetterItem) -> str:
    """The letter's own words, whatever the row was corrected to."""
    return row.letter.text[row.start : row.end] if row.start is not None else row.text


def _heading(book: _Book, row: LetterItem) -> str:
    above = book.rows.get(row.parent_id or 0)
    return rules.title_of(above.text) if above and above.type == "heading" else ""


def cover(item: LetterItem, finding: Finding, *, actor: Actor) -> None:
    lifecycle.move(item, "cover", actor=actor, target=target_of(item), fields={"covered_by_id": finding.pk})
    item.covered_by = finding


def _make_measures(book: _Book, actor: Actor) -> None:
    """Rows under a covered finding: measures become drafts for it; directives and results are covered by it."""
    drafts: list[tuple[LetterItem, Finding, Measure]] = []
    number = verbs.next_measure_number(book.letter.round_id)
    for row in book.rows.values():
        finding = _served(book, row)
        if finding is None or row.state != "open" or not row.confirmed or row.type in ("finding", *rules.STRUCTURE):
            continue
        if row.type != "measure":
            cover(row, finding, actor=actor)
        elif (lead := book.lead(row) or finding.lead) is not None:
            drafts.append((row, finding, _measure(book, row, finding, lead, number + len(drafts))))
    _write_measures(book, drafts, actor)


def _served(book: _Book, row: LetterItem) -> Finding | None:
    """The finding of the nearest finding row above."""
    above = book.rows.get(row.parent_id or 0)
    while above is not None and above.type != "finding":
        above = book.rows.get(above.parent_id or 0)
    return above.covered_by if above else None


def _measure(book: _Book, row: LetterItem, finding: Finding, lead: Unit, number: int) -> Measure:
    read = book.deadline(row)
    nature = rules.measure_nature(row.text, read)
    day = read.last_day or finding.due or book.by_default("time_limited") or book.letter.round.feedback_on
    return Measure(
        round=book.letter.round,
        number=number,
        text=row.text,
        lead=lead,
        kind=nature.kind,
        horizon=nature.horizon,
        rule_verb=nature.rule_verb,
        first_due=day,
        due=day,
        due_text=row.due_text or finding.due_text or day.isoformat(),
        due_precision=read.precision if read.last_day else finding.due_precision or "day",
        recurs=(read.recurring or "")[:20],
    )


def _write_measures(book: _Book, drafts: Sequence[tuple[LetterItem, Finding, Measure]], actor: Actor) -> None:
    write.create_many([measure for _, _, measure in drafts], actor=actor, verb="add")
    write.attach([MeasureFinding(measure=measure, finding=finding) for _, finding, measure in drafts])
    supports = [(measure, unit) for row, _, measure in drafts for unit in book.meant(row) if unit.pk != measure.lead_id]
    write.attach([MeasureSupport(measure=measure, unit=unit) for measure, unit in supports])
    for row, finding, _ in drafts:
        cover(row, finding, actor=actor)


def cover_items(*, actor: Actor, pairs: Sequence[tuple[int, int]]) -> list[LetterItem]:
    """Several items covered by findings that are there, each with the open rows below it; all or none."""
    covered: list[LetterItem] = []
    with transaction.atomic():
        for item_id, finding_id in pairs:
            item = cover_item(actor=actor, item_id=item_id, finding_id=finding_id)
            below = LetterItem.objects.filter(parent=item, state="open").exclude(type__in=["finding", "heading"]).order_by("place")
            covered += [item, *(cover_item(actor=actor, item_id=row.pk, finding_id=finding_id) for row in below)]
    return covered


def cover_item(*, actor: Actor, item_id: int, finding_id: int, version: int | None = None) -> LetterItem:
    """Say that a finding of the same round covers this row; a finding that came before its letter is tied to it."""
    with transaction.atomic():
        item = item_for(actor, item_id, version)
        finding = load.finding(actor, finding_id)
        if finding.round_id != item.letter.round_id:
            raise RuleBroken("intake.other_round", N_("This finding belongs to another round. Choose one of the same round."))
        if item.type == "finding" and finding.item_id is None:
            write.change(finding, {"item_id": item.pk}, actor=actor, verb="find_in_letter")
        else:
            write.note(finding, actor=actor, verb="cover_item", item=item.pk)
        if not item.confirmed:
            write.change(item, {"confirmed": True}, actor=actor, verb="confirm")
        cover(item, finding, actor=actor)
    return item
