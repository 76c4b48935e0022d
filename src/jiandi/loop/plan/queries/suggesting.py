"""What is known when a measure is typed, and where the values it got come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jiandi.loop.plan import rules
from jiandi.loop.plan.queries import plans
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Post
from jiandi.record.ledger.models import Finding, Measure
from jiandi.record.policy import roles
from jiandi.record.regimes import queries as regimes

FIELDS = ("kind", "horizon", "rule_verb", "method", "recurs", "effect_measure")


def known_of(finding: Finding, *, recurs: str = "", head_post: int | None = None) -> rules.Known:
    """Finding, class, phase and category; ``recurs`` is what the date says, ``head_post`` belongs to the lead that was chosen."""
    profile = regimes.profile_of(finding.round.regime)
    klass = plans.class_of(profile, finding.klass)
    return rules.Known(
        klass=finding.klass,
        standard=finding.standard,
        due_recurs=bool(recurs),
        recurs=recurs,
        title=finding.title,
        category=finding.category,
        effect_measure=finding.effect_measure,
        effect_per_measure=profile.measures.effect_per_measure,
        fits=profile.fits,
        feedback_on=finding.round.feedback_on,
        default_days=klass.default_days if klass else 0,
        phase_end=plans.phase_end(finding.round),
        head_post=head_post,
    )


def head_post(unit_id: int) -> int | None:
    """The post of whoever heads a unit, if just one does."""
    held = Post.objects.filter(unit_id=unit_id, duties__role=roles.HEAD, duties__until__isnull=True).distinct()
    found = list(held.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def posts_for(finding: Finding) -> list[Post]:
    """Posts that can be responsible: in the lead unit and below."""
    if finding.lead is None:
        return []
    below = accounts.living_units().filter(accounts.subtree([finding.lead.path])).values_list("pk", flat=True)
    return list(accounts.posts_of(below)[:200])


def sources_of(known: rules.Known, measures: Sequence[Measure]) -> dict[int, dict[str, str]]:
    """For each draft and field, where its value comes from; a value that nothing suggests was chosen by a person and is left out."""
    found = {}
    for m in measures:
        if m.state != "draft":
            continue
        suggested = rules.defaults_for(m.text, replace(known, recurs=m.recurs, due_recurs=bool(m.recurs)))
        same = (name for name in FIELDS if getattr(m, name) and getattr(m, name) == getattr(suggested, name))
        found[m.pk] = {name: rules.SOURCES[suggested.sources[name]] for name in same}
    return found
