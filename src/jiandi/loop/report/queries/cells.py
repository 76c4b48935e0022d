"""What stands in each column that a regime's ledger may have (``vocabulary.FIELDS``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiandi.loop.report import rules
from jiandi.loop.report.queries.rows import Row
from jiandi.record.ledger.models import Finding
from jiandi.record.regimes.parts import Profile

Cell = str | int | date | None
Reader = Callable[[Row], Cell]


def readers(fields: Iterable[str], profile: Profile) -> list[Reader]:
    """For each column, what reads its value from a row; chosen once, as a ledger has many rows."""
    states = {code: profile.state_word(code) for code, _word in Finding.STATES}
    classes: dict[str, str] = {one.code: one.name.zh for one in reversed(profile.classes)}
    worded: dict[str, Reader] = {
        "state": lambda row: states[row.finding.state],
        "class": lambda row: classes.get(row.finding.klass, row.finding.klass),
    }
    return [worded.get(field) or READERS.get(field, _nothing) for field in fields]


def _nothing(_row: Row) -> Cell:
    """The record holds nothing of the kind."""
    return None


def _measures(row: Row) -> str:
    return rules.numbered(m.text for m in row.measures)


def _responsible(row: Row) -> str:
    return "、".join(dict.fromkeys(m.post for m in row.measures if m.post))


def _verifiers(row: Row) -> str:
    return "、".join(row.units["verifier"])


def _result(row: Row) -> str:
    """The three claims in words: said, done and done well are never one word."""
    f = row.finding
    marks = ((pgettext("claim", "Said"), f.is_said), (pgettext("claim", "Done"), f.is_done), (pgettext("claim", "Done well"), f.is_well))
    told = [f"{word}{'√' if holds else '×'}" for word, holds in marks]
    return "；".join([*told, _remarks(row)] if f.is_unchecked else told)


def _remarks(row: Row) -> str:
    """期初未核 stands beside the state, never in its place."""
    f = row.finding
    return _("Taken over as “{word}”, not checked").format(word=f.old_word) if f.is_unchecked else ""


def _check_method(row: Row) -> str:
    return row.check.get_method_display() if row.check else ""


def _check_result(row: Row) -> str:
    return row.check.get_verdict_display() if row.check else ""


READERS: dict[str, Reader] = {
    "serial": lambda row: row.serial,
    "number": lambda row: row.finding.number,
    "letter_number": lambda row: row.finding.letter_number,
    "outline_number": lambda row: row.finding.outline_number,
    "category": lambda row: row.finding.category,
    "title": lambda row: row.finding.title,
    "text": lambda row: row.finding.verbatim,
    "manifestation": lambda row: row.finding.verbatim,
    "location": lambda row: row.finding.found_in,
    "found_in": lambda row: row.finding.found_in,
    "found_on": lambda row: row.finding.registered_on,
    "cause": lambda row: rules.numbered(row.causes),
    "goal": lambda row: row.finding.standard,
    "standard": lambda row: row.finding.standard,
    "measures": _measures,
    "lead": lambda row: row.finding.lead,
    "leader_post": lambda row: row.finding.leader_post,
    "supports": lambda row: "、".join(row.units["support"]),
    "supervising_unit": _verifiers,
    "accepting_unit": _verifiers,
    "responsible": _responsible,
    "due": lambda row: row.finding.due,
    "due_now": lambda row: row.finding.due,
    "due_text": lambda row: row.finding.due_text,
    "stage_goals": lambda row: row.finding.stage_goal,
    "next_review": lambda row: row.finding.next_review,
    "progress": lambda row: row.progress,
    "result": _result,
    "remarks": _remarks,
    "completed_on": lambda row: row.finding.closed_on,
    "evidence": lambda row: rules.numbered(row.evidence),
    "institutions": lambda row: rules.numbered(row.institutions),
    "checker": lambda row: row.check.unit.name if row.check and row.check.unit else "",
    "checked_on": lambda row: row.check.on if row.check else None,
    "check_method": _check_method,
    "check_result": _check_result,
}
