"""One finding's checks, its signatures before submission and before closing, and what the actor can do now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from jiandi.base import clock
from jiandi.loop.verify import rules
from jiandi.loop.verify.queries.accepting import is_at, leader_posts, may_accept
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Post
from jiandi.record.ledger import load, reads, reviews, targets
from jiandi.record.ledger.models import Check, Claim, Closing, Finding, Measure
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

NOT_YET_SUBMITTED = ("planned", "in_progress", "basically_done", "long_term")
SCHEDULED = ("submitted", "verified", "closed")
LOOKED_AT = (*SCHEDULED, "standing")


@dataclass(frozen=True)
class StepShown:
    """A step of a chain: signed, now, or later."""

    name: str
    role: str
    mark: str
    who: str
    at: datetime | None
    opinion: str


@dataclass(frozen=True)
class ChainShown:
    """The signatures before submission (``verb`` submit) or before closing (close)."""

    verb: str
    state: str
    steps: list[StepShown]
    notice_until: date | None


@dataclass(frozen=True)
class CheckShown:
    """A check of the past."""

    check: Check
    who: str
    unit: str


@dataclass(frozen=True)
class Reviews:
    """How many yearly reviews a long-term finding passed in a row, of how many, and when the next one is due."""

    passed: int
    wanted: int
    due: date | None


@dataclass(frozen=True)
class Offers:
    """What the actor can do now; ``leaders`` are the posts to choose from where no leader in charge signs yet."""

    judge_claims: bool
    check: bool
    return_: bool
    sign: bool
    refuse: bool
    schedule: bool
    record_effect: bool
    review: bool
    leaders: list[tuple[int, str]]


@dataclass(frozen=True)
class Panel:
    """Checks so far, the chains of signatures, and what the actor can do now."""

    finding: Finding
    checks: list[CheckShown]
    claims: list[Claim]
    closing: Closing | None
    chains: list[ChainShown]
    reviews: Reviews | None
    may: Offers
    measure_numbers: list[int]


def panel(actor: Actor, finding_id: int) -> Panel:
    finding = load.finding(actor, finding_id)
    target = targets.of_finding(finding)
    measures = reads.measures_of(finding.pk)
    of_measures = Q(measure__in=measures, kind="done")  # a measure that serves more findings is checked once for all of them
    checks = list(Check.objects.filter(Q(finding=finding) | of_measures).select_related("measure", "unit"))
    claims = list(Claim.objects.filter(measure__in=measures, kind="done", state="raised"))
    _number_here(measures, [*checks, *claims])
    closings = _last_way(finding)
    people = _people([*(c.holder for c in checks), *(s.signed_by for c in closings for s in c.steps.all())])
    running = next((c for c in closings if c.state == "running"), None)
    return Panel(
        finding,
        [CheckShown(c, people.get(c.holder, c.holder), c.unit.name if c.unit else "") for c in checks],
        claims,
        running,
        [_chain(c, people, finding) for c in closings],
        _reviews(finding),
        _offers(actor, finding, target, running),
        measure_numbers=[m.number for m in measures if m.state == "done"],
    )


def _number_here(measures: list[Measure], rows: list[Check | Claim]) -> None:
    """Checks and claims name a measure by its number in the round of the finding."""
    by_pk = {m.pk: m for m in measures}
    for row in rows:
        if row.measure_id in by_pk:
            row.measure = by_pk[row.measure_id]


def _last_way(finding: Finding) -> list[Closing]:
    """The last chain before submission, and the one before closing that followed it."""
    found = list(Closing.objects.filter(finding=finding).order_by("pk").prefetch_related("steps"))
    start = max((place for place, c in enumerate(found) if c.verb == "submit"), default=0)
    return [*found[start : start + 1], *found[start + 1 :][-1:]]


def _reviews(finding: Finding) -> Reviews | None:
    if finding.state != "long_term":
        return None
    return Reviews(reviews.passed_in_a_row(finding), reviews.wanted(finding), finding.next_review)


def _offers(actor: Actor, finding: Finding, target: Target, running: Closing | None) -> Offers:
    def may(verb: str, *states: str) -> bool:
        return finding.state in states and decide.may(actor, verb, target)

    is_mine = running is not None and is_at(actor, running, target)
    is_unseen = finding.effect_state != "passed"
    sees_effect = may("effect.pass", *LOOKED_AT) or may("effect.fail", *LOOKED_AT)
    return Offers(
        judge_claims=decide.may(actor, "claim.accept", target),
        check=finding.state == "submitted" and may_accept(actor, finding, target),
        return_=may("finding.return", "submitted", "verified"),
        sign=is_mine or (running is not None and decide.may(actor, "closing.enter_paper", target)),
        refuse=is_mine and running is not None and running.verb == "submit",
        schedule=is_unseen and may("effect.schedule", *SCHEDULED),
        record_effect=is_unseen and finding.is_done and sees_effect,
        review=may("finding.review", "long_term"),
        leaders=_leaders(finding) if may("finding.assign", *NOT_YET_SUBMITTED) else [],
    )


def _leaders(finding: Finding) -> list[tuple[int, str]]:
    """Asked for where the regime has the leader in charge sign before submission."""
    steps = regimes.profile_of(finding.round.regime).steps_at("submit")
    return leader_posts(finding.round_id) if any(s.role == roles.LEADER for s in steps) else []


def _people(holders: Iterable[str]) -> dict[str, str]:
    """Names of persons and posts by holder."""
    ids: dict[str, set[int]] = {"user": set(), "post": set()}
    for holder in set(holders):
        kind, _, number = holder.partition(":")
        if kind in ids and number.isdigit():
            ids[kind].add(int(number))
    found = {f"user:{pk}": name for pk, name in accounts.names_of(ids["user"]).items()}
    posts = Post.objects.filter(pk__in=ids["post"]).select_related("unit") if ids["post"] else []
    return found | {f"post:{post.pk}": f"{post.unit.name} {post.title}" for post in posts}


def _chain(closing: Closing, people: dict[str, str], finding: Finding) -> ChainShown:
    profile = regimes.profile_of(finding.round.regime)
    signed: dict[int, Any] = {s.place: s for s in closing.steps.all()}
    is_running = closing.state == "running"
    found = []
    for place, step in enumerate(closing.chain):
        done = signed.get(place)
        mark = "yes" if done else "claimed" if place == closing.step and is_running else "no"
        name = (step.get("name") or {}).get("zh") or step["code"]
        who = people.get(done.signed_by, done.signed_by) if done else ""
        found.append(StepShown(name, profile.role_word(step["role"]), mark, who, done.at if done else None, done.opinion if done else ""))
    notice = rules.ready_on(closing.chain, {place: clock.local_day(s.at) for place, s in signed.items()}) if is_running else None
    return ChainShown(closing.verb, closing.state, found, notice)
