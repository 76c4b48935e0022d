"""A line while it is typed: what the linter says, and what each empty field will get and from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiandi.base import http
from jiandi.base.errors import BadInput
from jiandi.loop.plan import rules
from jiandi.loop.plan.queries import linting, plans, suggesting
from jiandi.record.accounts.models import Post
from jiandi.record.ledger.models import Finding, Measure
from jiandi.record.trail.actor import Actor

_CHOICES: dict[str, Any] = {
    "kind": Measure.KINDS,
    "horizon": Measure.HORIZONS,
    "rule_verb": Measure.RULE_VERBS,
    "method": Measure.METHODS,
    "recurs": Measure.CYCLES,
    "effect_measure": Finding.EFFECTS,
}
_LONGEST = 2000
HINTED = ("due", "kind", "horizon", "rule_verb", "method", "recurs", "post", "standard")


@dataclass(frozen=True)
class Typed:
    """What stands in the fields; ``number`` is that of the measure that is being changed, else 0."""

    text: str = ""
    due_text: str = ""
    lead_id: int = 0
    kind: str = ""
    horizon: str = ""
    rule_verb: str = ""
    standard: str = ""
    recurs: str = ""
    number: int = 0


@dataclass(frozen=True)
class Hint:
    """What a field gets if nothing is chosen, and from where."""

    value: str
    source: str


@dataclass(frozen=True)
class Line:
    """What is said beside a line while it is typed."""

    marks: list[linting.Said]
    hints: dict[str, Hint]

    @property
    def every_hint(self) -> list[tuple[str, Hint | None]]:
        """Also the empty ones, so that what stood there before goes."""
        return [(name, self.hints.get(name)) for name in HINTED]


def typed_in(posted: Mapping[str, str]) -> Typed:
    """Fields as a form sends them; what is no choice counts as nothing."""

    def choice(name: str) -> str:
        value = posted.get(name, "")
        return value if value in dict(_CHOICES[name]) else ""

    def number(name: str) -> int:
        value = posted.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0

    words = {name: posted.get(name, "")[:_LONGEST] for name in ("text", "due_text", "standard")}
    chosen = {name: choice(name) for name in ("kind", "horizon", "rule_verb", "recurs")}
    return Typed(**words, **chosen, lead_id=number("lead"), number=number("number"))


def line(actor: Actor, finding: Finding, typed: Typed) -> Line:
    """Marks of the line beside the measures that are there, and the hints of its fields."""
    due, wrong = _due(finding, typed.due_text)
    lead = next((u for u in plans.leads_for(finding) if u.pk == typed.lead_id), finding.lead)
    known = suggesting.known_of(finding, recurs=due.recurs if due else "", head_post=suggesting.head_post(lead.pk) if lead else None)
    suggested = rules.defaults_for(typed.text, known)
    if not typed.text.strip():
        return Line(wrong, hints_of(suggested))
    draft = rules.Draft(
        number=typed.number or "",
        text=typed.text,
        kind=typed.kind or suggested.kind,
        horizon=typed.horizon or suggested.horizon,
        due=due.last_day if due else None,
        standard=typed.standard or suggested.standard,
        recurs=typed.recurs or suggested.recurs,
        rule_verb=typed.rule_verb or suggested.rule_verb,
        lead=lead.label if lead else "",
        lead_path=lead.path if lead else "",
    )
    marks = linting.marks_of_line(finding, plans.measures_by_finding([finding])[finding.pk], draft)
    return Line([*wrong, *linting.said(actor, marks)], hints_of(suggested))


def _due(finding: Finding, text: str) -> tuple[rules.ReadDue | None, list[linting.Said]]:
    if not text.strip():
        return None, []
    try:
        return rules.read_due(text, plans.terms_of(finding)), []
    except BadInput as error:
        return None, [linting.Said(http.translate(error.text, error.params), rules.ERROR, error.code)]


def hints_for(known: rules.Known, lead_id: int | None, measure: Measure | None = None) -> dict[str, Hint]:
    """The hints before anything is typed, or of a measure that is being changed."""
    lead_id = measure.lead_id if measure else lead_id
    here = replace(known, head_post=suggesting.head_post(lead_id) if lead_id else None)
    if measure is not None:
        here = replace(here, recurs=measure.recurs, due_recurs=bool(measure.recurs))
    return hints_of(rules.defaults_for(measure.text if measure else "", here))


def hints_of(suggested: rules.Defaults) -> dict[str, Hint]:
    """Each suggestion in words."""
    found = {name: Hint(_word(name, getattr(suggested, name)), _(rules.SOURCES[source])) for name, source in suggested.sources.items()}
    if suggested.post is not None:
        post = Post.objects.select_related("unit").filter(pk=suggested.post).first()
        found["post"] = replace(found["post"], value=f"{post.unit.label} {post.title}" if post else "")
    return {name: hint for name, hint in found.items() if hint.value}


def _word(name: str, value: Any) -> str:
    if name in _CHOICES:
        return str(dict(_CHOICES[name]).get(value, "")) if value or name in ("rule_verb", "recurs") else ""
    if isinstance(value, date):
        return value.isoformat()
    return value[:60] if isinstance(value, str) else ""


def effect_hint(known: rules.Known) -> Hint | None:
    """How the effect of a finding could be seen, while none is chosen."""
    if known.effect_measure:
        return None
    value, source = rules.effect_for(known)
    return Hint(str(dict(Finding.EFFECTS)[value]), _(rules.SOURCES[source]))
