"""Programmes with their measures, and the indicators of a theme before and after. Figures of indicators feed no rate and no claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from jiandi.base.ui import linechart
from jiandi.base.ui.linechart import Chart
from jiandi.record.accounts import queries as accounts
from jiandi.record.ledger import load, targets
from jiandi.record.ledger.models import Finding, Indicator, IndicatorValue, Measure, MeasureProgramme, Programme, Round
from jiandi.record.ledger.models.programme import OPEN_PROGRAMMES
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

PAGE = 50
MOST_INDICATORS = 20
MOST_CHOICES = 300
MOST_MEASURES = 200
OPEN_MEASURES = ("draft", "planned", "in_progress", "claimed")


def programmes(actor: Actor, theme: str, number: object = 1) -> Page[Programme]:
    """Visible programmes, open ones first; the measures counted are those the actor may see."""
    found = Programme.objects.visible_to(actor).select_related("unit")
    if theme:
        found = found.filter(theme=theme)
    seen = Q(measures__in=Measure.objects.visible_to(actor).values("pk"))
    open_ones = seen & Q(measures__state__in=OPEN_MEASURES)
    counted = found.annotate(n=Count("measures", filter=seen, distinct=True), n_open=Count("measures", filter=open_ones, distinct=True))
    return Paginator(counted.order_by("unit__path", "-from_on", "pk"), PAGE).get_page(number)  # type: ignore[arg-type]


def themes(actor: Actor) -> list[str]:
    return list(Programme.objects.visible_to(actor).order_by("theme").values_list("theme", flat=True).distinct())


def units_to_write(actor: Actor) -> list[tuple[int, str]]:
    """Units for which the actor may register programmes: the office all living ones, others their own and those below."""
    found = accounts.living_units()
    if not decide.may(actor, "programme.write", Target(targets.round_bound_to(actor))):
        found = found.filter(accounts.subtree(d.unit_path for d in actor.duties if d.role in roles.UNIT))
    return list(found.values_list("pk", "name")[:MOST_CHOICES])


@dataclass(frozen=True)
class Seen:
    """An indicator before and after: its values, its drawing, and the first and last value for people."""

    indicator: Indicator
    values: list[IndicatorValue]
    chart: Chart | None

    @property
    def last(self) -> IndicatorValue | None:
        return self.values[-1] if self.values else None

    @property
    def change(self) -> Decimal | None:
        return self.values[-1].value - self.values[0].value if len(self.values) > 1 else None


@dataclass(frozen=True)
class Sheet:
    """One programme: measures one may see, indicators with their values."""

    programme: Programme
    may_write: bool
    measures: list[Measure]
    seen: list[Seen] = field(default_factory=list)

    @property
    def open_count(self) -> int:
        return sum(m.state in OPEN_MEASURES for m in self.measures)


def sheet(actor: Actor, programme_id: int) -> Sheet:
    row = load.programme(actor, programme_id)
    may_write = row.is_open and decide.may(actor, "programme.write", targets.of_unit(row.unit, targets.round_bound_to(actor)))
    measures = Measure.objects.visible_to(actor).filter(programmes=row.pk).select_related("lead", "round").prefetch_related("findings")
    found = list(measures.order_by("due", "pk")[:MOST_MEASURES])
    return Sheet(row, may_write, found, _seen(row.indicators.order_by("pk"), found))


def theme(actor: Actor, name: str) -> list[Seen]:
    """The indicators of a theme, over all its visible programmes, with what was done in the theme marked."""
    rows = Programme.objects.visible_to(actor).filter(theme=name).order_by().values("pk")
    measures = Measure.objects.visible_to(actor).filter(programmes__in=rows).select_related("round").distinct()
    indicators = (
        Indicator.objects.filter(programme__in=rows).select_related("programme", "programme__unit").order_by("programme__unit__path", "pk")
    )
    return _seen(indicators, measures.order_by("due", "pk")[:MOST_MEASURES])


def _seen(indicators: QuerySet[Indicator], measures: Iterable[Measure]) -> list[Seen]:
    some = list(indicators[:MOST_INDICATORS])
    by_indicator: dict[int, list[IndicatorValue]] = {one.pk: [] for one in some}
    for value in IndicatorValue.objects.filter(indicator__in=some).order_by("on"):
        by_indicator[value.indicator_id].append(value)
    marks = _marks(list(measures))
    return [Seen(one, by_indicator[one.pk], linechart.chart([(v.on, v.value) for v in by_indicator[one.pk]], marks)) for one in some]


def _marks(measures: list[Measure]) -> list[tuple[date, str, str]]:
    """The day of feedback of each round, and the days on which measures were accepted as done."""
    rounds: dict[int, Round] = {m.round_id: m.round for m in measures}
    days = {m.done_on for m in measures if m.done_on and m.state == "done"}
    feedback = [(r.feedback_on, r.title, "feedback") for r in rounds.values()]
    return [*feedback, *[(day, "", "done") for day in sorted(days)]]


@dataclass(frozen=True)
class OfFinding:
    """The measures of a finding with the programmes they are planned in, and those that may be chosen."""

    finding: Finding
    links: list[tuple[Measure, list[Programme]]]
    may_link: bool
    choices: list[tuple[int, str]]


def of_finding(actor: Actor, finding_id: int) -> OfFinding:
    finding = load.finding(actor, finding_id)
    measures = list(Measure.objects.filter(findings=finding.pk).exclude(state__in=("dropped", "failed")).order_by("number"))
    linked: dict[int, list[Programme]] = {}
    seen = Programme.objects.visible_to(actor).order_by().values("pk")
    for link in MeasureProgramme.objects.filter(measure__in=measures, programme__in=seen).select_related("programme"):
        linked.setdefault(link.measure_id, []).append(link.programme)
    may_link = decide.may(actor, "programme.link", targets.of_finding(finding))
    choices = Programme.objects.visible_to(actor).filter(state__in=OPEN_PROGRAMMES).select_related("unit").order_by("unit__path", "title")
    offered = [(p.pk, f"{p.title} · {p.unit.name}") for p in choices[:MOST_CHOICES]] if may_link and measures else []
    return OfFinding(finding, [(m, linked.get(m.pk, [])) for m in measures], may_link, offered)
