"""Reads of joint rectification: what a measure serves besides the finding at hand, and which measures could serve it too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from jiandi.loop.plan import rules
from jiandi.loop.plan.queries import plans
from jiandi.record.ledger import links, targets
from jiandi.record.ledger.models import Finding, Measure, MeasureFinding
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

SHOWN = 12


@dataclass
class Serves:
    """The other findings of a measure that the reader may see; ``has_hidden`` says no more than that there are others."""

    findings: list[Finding] = field(default_factory=list)
    has_hidden: bool = False


@dataclass(frozen=True)
class JointRow:
    """A measure that serves this finding and others."""

    measure: Measure
    number: int
    serves: Serves
    may_leave: bool


@dataclass(frozen=True)
class Offer:
    """A measure of a finding that is the same problem, which could serve this one as well."""

    measure: Measure
    finding: Finding
    asks_reason: bool


def serves_besides(actor: Actor, finding: Finding, measures: Iterable[Measure]) -> dict[int, Serves]:
    """By measure, in one query; measures that serve nothing else are left out."""
    seen = Exists(Finding.objects.visible_to(actor).filter(pk=OuterRef("finding_id")))
    others = MeasureFinding.objects.filter(measure__in=list(measures)).exclude(finding=finding).annotate(seen=seen)
    found: dict[int, Serves] = {}
    for link in others.select_related("finding__round").order_by("finding_id"):
        serves = found.setdefault(link.measure_id, Serves())
        if link.seen:
            serves.findings.append(link.finding)
        else:
            serves.has_hidden = True
    return found


def joint(actor: Actor, finding: Finding, *, may_join: bool) -> list[JointRow]:
    """The measures of a finding that serve others too, those given up among them."""
    served = (
        MeasureFinding.objects.filter(finding=finding).select_related("measure", "measure__round", "measure__lead").order_by("measure_id")
    )
    rows = {link.measure_id: link for link in served}
    besides = serves_besides(actor, finding, [link.measure for link in rows.values()])
    open_ = finding.state in (*rules.DRAFTING, *rules.CARRIED)
    return [
        JointRow(
            measure=rows[pk].measure,
            number=rows[pk].number or rows[pk].measure.number,
            serves=serves,
            may_leave=may_join and open_ and rows[pk].measure.round_id != finding.round_id,
        )
        for pk, serves in sorted(besides.items())
    ]


def offers(actor: Actor, finding: Finding) -> list[Offer]:
    """What the actor may let serve this finding; nothing while its plan is under review or it is being verified."""
    if finding.state not in (*rules.DRAFTING, *rules.CARRIED) or plans.under_review(finding):
        return []
    alike = links.same_as(finding.pk).filter(pk__in=Finding.objects.visible_to(actor).values("pk"))
    taken = MeasureFinding.objects.filter(finding=finding).values("measure_id")
    served = MeasureFinding.objects.filter(finding__in=alike.values("pk"), measure__state__in=rules.JOINABLE).exclude(measure__in=taken)
    by_measure = {s.measure_id: s for s in served.select_related("measure__lead", "measure__round", "finding__round")[:SHOWN]}
    there = targets.of_finding(finding)
    found = [(link, _may(actor, link.measure, finding, there)) for _pk, link in sorted(by_measure.items())]
    return [Offer(link.measure, link.finding, asks_reason=why == "office") for link, why in found if why]


def _may(actor: Actor, measure: Measure, finding: Finding, there: Target) -> str:
    """Who the actor would be in it: the office (which says why where the lead alone may not), the lead, or nobody."""
    ends = (targets.of_measure(measure), there)
    by_office = rules.office_joins(measure.lead_id, finding.lead_id, finding.state, measure.state)
    if all(decide.may(actor, "measure.join", end) for end in ends):
        return "office" if by_office else "lead"
    return "lead" if not by_office and all(decide.may(actor, "measure.write", end) for end in ends) else ""
