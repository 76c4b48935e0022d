"""Links between findings, also of different letters: said by a person, accepted or refused by the office, taken off with a reason.

Both ends are loaded through what the actor may see, and policy is asked for both; what one may not see is never linked, named
or counted. A link is a statement about two problems: neither finding leaves its letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiandi.base.errors import BadInput, NotFound, RuleBroken
from jiandi.base.text import similar
from jiandi.base.text.words import N_
from jiandi.record.ledger import lifecycle, load, targets, write
from jiandi.record.ledger.facts import ItemFacts
from jiandi.record.ledger.models import Finding, FindingLink, MeasureFinding
from jiandi.record.policy import decide
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

LIVE = ("proposed", "accepted")
TEXT_LENGTH = 300
COMPARED = 2000
SHOWN = 50
NEAREST = 8


@dataclass(frozen=True)
class Tie:
    """A link as it is seen from one of its findings; ``is_from`` says that this finding is its first end."""

    link: FindingLink
    far: Finding
    is_from: bool
    may_decide: bool

    @property
    def is_elsewhere(self) -> bool:
        return self.link.finding.round_id != self.link.other.round_id


@dataclass(frozen=True)
class Candidate:
    """A finding whose words are near; whether it is the same problem, a person says."""

    finding: Finding
    percent: int


@dataclass(frozen=True)
class Candidates:
    """The nearest of the newest ``compared`` findings that the actor may see."""

    rows: list[Candidate]
    compared: int

    @property
    def is_cut(self) -> bool:
        return self.compared >= COMPARED


def visible(actor: Actor) -> QuerySet[FindingLink]:
    """Links both ends of which the actor may see."""
    seen = Finding.objects.visible_to(actor).values("pk")
    return FindingLink.objects.filter(finding__in=seen, other__in=seen)


def of_finding(actor: Actor, finding: Finding) -> list[Tie]:
    """Proposed and accepted links of a finding, those that wait for a decision first."""
    found = visible(actor).filter(Q(finding=finding) | Q(other=finding), state__in=LIVE)
    rows = found.select_related("finding__round", "finding__lead", "other__round", "other__lead").order_by("-state", "kind", "pk")[:SHOWN]
    links = list(rows)
    ends = targets.of_findings([end for link in links for end in (link.finding, link.other)])
    return [_tie(actor, link, finding, ends) for link in links]


def _tie(actor: Actor, link: FindingLink, finding: Finding, ends: dict[int, Target]) -> Tie:
    is_from = link.finding_id == finding.pk
    may_decide = all(decide.may(actor, "link.decide", ends[pk]) for pk in (link.finding_id, link.other_id))
    return Tie(link, link.other if is_from else link.finding, is_from, may_decide)


def same_as(finding_id: int) -> QuerySet[Finding]:
    """Findings accepted as the same problem. Each link is somebody's word about two findings; it is not passed on to a third."""
    said = FindingLink.objects.filter(kind="same", state="accepted")
    ends = Q(pk__in=said.filter(finding=finding_id).values("other_id")) | Q(pk__in=said.filter(other=finding_id).values("finding_id"))
    return Finding.objects.filter(ends)


def in_other_rounds(actor: Actor, round_id: int) -> QuerySet[FindingLink]:
    """Links of a round's findings with findings of other rounds, both of which the actor may see."""
    across = ~Q(finding__round=round_id, other__round=round_id)
    found = visible(actor).filter(Q(finding__round=round_id) | Q(other__round=round_id), across, state__in=LIVE)
    return found.select_related("finding__round", "finding__lead", "other__round", "other__lead").order_by("-state", "kind", "pk")


def candidates(actor: Actor, finding: Finding) -> Candidates:
    """Findings like this one, in any round the actor may see, that nobody has linked with it or found to be another."""
    known = FindingLink.objects.filter(Q(finding=finding, other=OuterRef("pk")) | Q(other=finding, finding=OuterRef("pk")), kind="same")
    seen = Finding.objects.visible_to(actor).filter(~Exists(known.exclude(state="unlinked"))).exclude(pk=finding.pk)
    texts = dict(seen.exclude(state="withdrawn").order_by("-pk").values_list("pk", "title")[:COMPARED])
    near = similar.Likeness(texts).nearest(finding.title, most=NEAREST)
    rows = Finding.objects.select_related("round", "lead").in_bulk([one.key for one in near])
    return Candidates([Candidate(rows[one.key], one.percent) for one in near], len(texts))


def may_say(actor: Actor, finding: Finding) -> bool:
    return decide.may(actor, "link.say", targets.of_finding(finding))


def by_number(actor: Actor, number: str) -> Finding:
    """A finding the actor may see, by its number."""
    found = Finding.objects.visible_to(actor).filter(number=number.strip()).order_by("pk").first()
    if found is None:
        raise BadInput(
            "link.number", N_("There is no finding “{number}” that you may see. Look it up in the ledger."), number=number.strip()
        )
    return found


def say(*, actor: Actor, finding_id: int, other_id: int, kind: str, basis: str, version: int) -> FindingLink:
    """Say that two findings belong together. The word of the office over both counts at once; a unit's waits for it."""
    with transaction.atomic():
        finding, other = load.finding(actor, finding_id, version), load.finding(actor, other_id)
        _expect_linkable(actor, finding, other, kind)
        is_decided = _may(actor, "link.decide", finding, other)
        link = _made(actor, finding, other, kind, basis, "accepted" if is_decided else "proposed")
        return _told(link, actor, "link" if is_decided else "propose_link")


def decline(*, actor: Actor, finding_id: int, other_id: int, reason: str, version: int) -> FindingLink:
    """The office says that two findings whose words are near are not the same problem; they are not proposed again."""
    with transaction.atomic():
        finding, other = load.finding(actor, finding_id, version), load.finding(actor, other_id)
        _expect_linkable(actor, finding, other, "same")
        for end in (finding, other):
            decide.require(actor, "link.decide", targets.of_finding(end))
        if not reason.strip():
            raise BadInput("link.no_reason", N_("Write why these are two problems."))
        link = _made(actor, finding, other, "same", "", "refused")
        link.reason, link.decided_by_id = reason.strip()[:TEXT_LENGTH], actor.user_id
        return _told(link, actor, "refuse_link")


def take(*, actor: Actor, link_id: int, verb: str, reason: str, version: int) -> FindingLink:
    """Accept or refuse a proposal, or take an accepted link off."""
    with transaction.atomic():
        link = visible(actor).select_related("finding", "other").filter(pk=link_id).first()
        if link is None or verb not in ("accept", "refuse", "unlink"):
            raise NotFound("link.none", N_("There is no such link, or it is not yours to see. Go back to the case file."))
        write.expect_version(link, version)
        decide.require(actor, "link.decide", targets.of_finding(link.other))
        if verb == "unlink":
            _expect_nothing_shared(link)
        fields: dict[str, Any] = {"decided_by_id": actor.user_id, "reason": reason.strip()[:TEXT_LENGTH]}
        target, facts = targets.of_finding(link.finding), ItemFacts(reason=reason.strip())
        lifecycle.move(link, verb, actor=actor, target=target, facts=facts, reason=reason.strip(), fields=fields)
        _note(link, actor, {"accept": "link", "refuse": "refuse_link", "unlink": "unlink"}[verb])
        return link


def _may(actor: Actor, verb: str, *ends: Finding) -> bool:
    return all(decide.may(actor, verb, targets.of_finding(end)) for end in ends)


def _expect_linkable(actor: Actor, finding: Finding, other: Finding, kind: str) -> None:
    for end in (finding, other):
        decide.require(actor, "link.say", targets.of_finding(end))
    if kind not in dict(FindingLink.KINDS):
        raise BadInput("link.kind", N_("Choose how the two belong together."))
    if finding.pk == other.pk:
        raise BadInput("link.itself", N_("A finding is not linked with itself. Choose another one."))
    if kind == "about" and finding.source != "process":
        raise RuleBroken("link.not_process", N_("Only a problem of the rectification itself is about another finding."))
    for end in (finding, other):
        if end.state == "withdrawn":
            raise RuleBroken("link.withdrawn", N_("{number} is off the books. Link another finding."), number=end.number)
    pairs = _ends(finding, other, kind)
    if FindingLink.objects.filter(finding=pairs[0], other=pairs[1], kind=kind, state__in=LIVE).exists():
        raise RuleBroken("link.there", N_("These two are linked in this way already."))


def _ends(finding: Finding, other: Finding, kind: str) -> tuple[Finding, Finding]:
    """Two that are the same are written in one order, so that nobody says it a second time the other way round."""
    return (other, finding) if kind == "same" and other.pk < finding.pk else (finding, other)


def _made(actor: Actor, finding: Finding, other: Finding, kind: str, basis: str, state: str) -> FindingLink:
    first, second = _ends(finding, other, kind)
    near = similar.Likeness({second.pk: second.title}).nearest(first.title, most=1)
    return FindingLink(
        finding=first,
        other=second,
        kind=kind,
        said_by_id=actor.user_id,
        likeness=near[0].percent if near else None,
        basis=basis.strip()[:TEXT_LENGTH],
        state=state,
    )


def _told(link: FindingLink, actor: Actor, verb: str) -> FindingLink:
    write.create(link, actor=actor, verb=verb, reason=link.reason or link.basis)
    _note(link, actor, verb)
    return link


def _note(link: FindingLink, actor: Actor, verb: str) -> None:
    """Both case files keep that it was said; the words stay on the link, which only those see who see both."""
    for end in (link.finding, link.other):
        write.note(end, actor=actor, verb=verb, link=link.pk)


def _expect_nothing_shared(link: FindingLink) -> None:
    """While a measure of one round serves the other because of this link, the link holds."""
    if link.kind != "same" or link.finding.round_id == link.other.round_id:
        return
    if MeasureFinding.objects.filter(finding=link.finding_id, measure__serves__finding=link.other_id).exists():
        raise RuleBroken("link.shared", N_("A measure serves both findings. Take it off one of them first, in its plan."))
