"""The totals of a ledger taken over beside ours, and the rows behind every difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiandi.base import clock
from jiandi.base.text.words import N_
from jiandi.loop.intake import rules
from jiandi.loop.intake.queries.handed_in import kept_rows
from jiandi.loop.intake.queries.units import unit_table
from jiandi.record.ledger.models import Finding, ImportBatch
from jiandi.record.ledger.models.finding import SAYS_FINISHED
from jiandi.record.regimes import lights

TITLES = {
    "total": N_("Problems in all"),
    "done": N_("Said to be done (ours: accepted as done here)"),
    "closed": N_("Closed"),
    "overdue": N_("Overdue"),
}
FIELDS = ("pk", "number", "title", "state", "lead_id", "is_done", "due")


@dataclass(frozen=True)
class Difference:
    """A total with what the office wrote about it. ``title`` is a message id, ``name`` the word or unit it is about."""

    compared: rules.Comparison
    title: str
    name: str
    state: str
    written: str

    @property
    def text(self) -> str:
        """The total in the reader's language."""
        return _(self.title).format(name=self.name)

    @property
    def parts(self) -> list[tuple[rules.Part, str]]:
        """Each part with its reason in words, the largest first."""
        return [(part, _(rules.REASONS[part.reason])) for part in sorted(self.compared.parts, key=lambda one: -abs(one.amount))]

    @property
    def told(self) -> str:
        """Every reason on a line of its own, and what nobody can explain."""
        lines = [f"{part.amount:+d} {reason}" for part, reason in self.parts]
        if self.compared.unexplained:
            why = _("The office says:") + " " + self.written if self.written else _("nobody can explain this from the rows")
            lines.append(f"{self.compared.unexplained:+d} {why}")
        return "\n".join(lines)

    @property
    def needs_reason(self) -> bool:
        return bool(self.compared.unexplained) and not self.written


@dataclass(frozen=True)
class OldRow:
    """A row behind a difference: where it stands in the old file, and the finding here."""

    rows: str
    word: str
    leads: str
    now: rules.Now


@dataclass(frozen=True)
class Differences:
    """All totals of one ledger; those alike are only counted."""

    batch: ImportBatch
    found: list[Difference]
    pairs: list[rules.Pair]

    @property
    def differing(self) -> list[Difference]:
        return [one for one in self.found if not one.compared.is_alike]

    @property
    def alike(self) -> int:
        return len(self.found) - len(self.differing)

    @property
    def unexplained(self) -> int:
        return sum(one.needs_reason for one in self.found)

    def count_behind(self, key: str, reason: str) -> int:
        found = (part for one in self.found if one.compared.key == key for part in one.compared.parts if reason in ("", part.reason))
        return sum(len(part.pairs) for part in found)

    def rows_behind(self, key: str, reason: str) -> Iterator[OldRow]:
        """The rows of one total: all it counts or counted, or only those of one reason."""
        one = next((one.compared for one in self.found if one.compared.key == key), None)
        if one is None:
            return
        for part in one.parts:
            if reason in ("", part.reason):
                yield from (_old_row(self.pairs[at]) for at in part.pairs)


def differences(batch: ImportBatch) -> Differences:
    """For a ledger that has been taken in; read from its kept rows and from the findings as they stand now."""
    pairs = list(_pairs(batch))
    stated = {key: (number, place) for key, number, place in batch.stated}
    names = dict.fromkeys(name for pair in pairs for line in pair.lines for name in line.leads)
    choices, table = rules.unit_choices(batch.recognised), unit_table()
    units = {name: _unit(rules.meant_name(name, choices), table) for name in names}
    as_of = batch.as_of or clock.today()
    found = rules.compare(pairs, stated, units, as_of) if pairs else []
    states = {pair.old.old_word: pair.old.state for pair in pairs}
    return Differences(batch, [_titled(one, batch, states) for one in found], pairs)


def _unit(name: str, table: rules.Table) -> int | None:
    """The unit a name of the ledger was mapped to; one that is no unit has none."""
    found = rules.resolve_units([name], table) if name else []
    return found[0].unit_id if found else None


def _pairs(batch: ImportBatch) -> Iterator[rules.Pair]:
    """Findings were made of the rows in their order."""
    rows = [rules.CheckedRow.from_plain(values) for values in kept_rows(batch)]
    states = {one["word"]: one["state"] for one in batch.recognised.get("states", ()) if one["state"]}
    today = clock.today()
    found = Finding.objects.filter(batch=batch).order_by("pk").values_list(*FIELDS)
    for row, (pk, number, title, state, lead_id, is_done, due) in zip(rows, found, strict=False):
        is_unchecked = batch.source == "taken_over" and state in SAYS_FINISHED and not is_done
        is_overdue = lights.is_overdue(state, due, today)
        now = rules.Now(pk, number, title, state, lead_id, is_done, is_unchecked, is_overdue)
        yield rules.Pair(row, now, states)


def _titled(one: rules.Comparison, batch: ImportBatch, states: dict[str, str]) -> Difference:
    kind, __, name = one.key.partition(":")
    title = TITLES.get(one.key) or (N_("Word “{name}”") if kind == "word" else N_("Unit “{name}”"))
    return Difference(one, title, name, states.get(name[:60], "") if kind == "word" else "", batch.reasons.get(one.key, ""))


def _old_row(pair: rules.Pair) -> OldRow:
    numbers = "、".join(str(line.row) for line in pair.lines)
    return OldRow(numbers, pair.old.old_word, "、".join(pair.old.leads), pair.now)
