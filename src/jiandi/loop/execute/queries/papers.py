"""One piece of evidence as its page shows it: what the file says, its versions, where it serves, and where it was seen before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from jiandi.base import clock, derived
from jiandi.loop.execute import rules
from jiandi.loop.execute.queries.measures import NOTED, sentences
from jiandi.loop.execute.queries.own import own_measures
from jiandi.record.ledger import load, looks, papers, targets
from jiandi.record.ledger.models import Claim, Evidence, EvidenceSeen, EvidenceUse, FileLook, Finding, Likeness, Measure, MeasureFinding
from jiandi.record.policy import decide, independence
from jiandi.record.policy.targets import Target
from jiandi.record.trail.actor import Actor

MOST_VERSIONS, MOST_CHOICES, SHOWN = 20, 200, 50


@dataclass(frozen=True)
class Use:
    """A place where it serves; ``reason`` is set where the sharing was declared."""

    finding: Finding | None
    measure: Measure | None
    reason: str


@dataclass(frozen=True)
class Repeat:
    """The same or a like picture, handed in for another finding; ``finding`` is None where it is not ours to see."""

    how: str
    finding: Finding | None
    evidence: Evidence | None


@dataclass(frozen=True)
class Paper:
    """All that the page says; ``is_held`` means that the file is not handed out now."""

    row: Evidence
    look: FileLook | None
    is_held: bool
    words: str
    warnings: list[str]
    uses: list[Use]
    more_uses: bool
    versions: list[Evidence]
    seen: list[EvidenceSeen]
    questions: list[str]
    repeats: list[Repeat]
    may_review: bool
    may_see: bool
    may_replace: bool

    @property
    def reviews(self) -> tuple[str, ...]:
        """The verbs of a review that are open now."""
        if not self.may_review:
            return ()
        return {"given": ("accept", "return", "expire"), "accepted": ("return", "expire", "look_again")}.get(
            self.row.state, ("look_again",) if self.row.state in ("returned", "expired") else ()
        )


def paper(actor: Actor, evidence_id: int) -> Paper:
    row = load.evidence(actor, evidence_id)
    look = FileLook.objects.filter(digest=row.digest).first() if row.digest else None
    shown = list(_with_places(EvidenceUse.objects.filter(load.shown_to(actor), evidence=row))[:SHOWN])
    findings = _findings_of(shown)
    stands_for = targets.of_evidence(shown)
    held = looks.is_held(row, look) if row.digest else False
    versions = _versions(row)
    return Paper(
        row=row,
        look=look,
        is_held=held,
        words=_words(look, held),
        warnings=warning_words(row.warnings, look.warnings if look else ""),
        uses=[Use(findings.get(use.pk), use.measure, use.reason) for use in shown],
        more_uses=row.uses.count() > len(shown),
        versions=versions,
        seen=list(row.seen.all()[:SHOWN]),
        questions=_questions(row, look, shown, findings.values()),
        repeats=_repeats(actor, row, look, {one.pk for one in versions}, {f.pk for f in findings.values()}),
        may_review=_may(actor, "evidence.review", stands_for) and not _is_near(actor, row),
        may_see=bool(row.held_offline) and _may(actor, "evidence.see", stands_for) and actor.holder != row.added_by,
        may_replace=row.state not in ("replaced", "quarantined") and _may(actor, "evidence.add", stands_for),
    )


def _may(actor: Actor, verb: str, stands_for: list[Target]) -> bool:
    return any(decide.may(actor, verb, target) for target in stands_for)


def _is_near(actor: Actor, row: Evidence) -> bool:
    """Who handed it in, or serves that unit, does not judge it."""
    return actor.holder == row.added_by or independence.serves_unit(actor, row.unit.path)


def warning_words(*codes: str) -> list[str]:
    """What the file carries, in words; found at the door or by the look."""
    found = sorted({code for one in codes for code in one.split()})
    return [papers.WARNINGS[code] for code in found if code in papers.WARNINGS]


def _words(look: FileLook | None, held: bool) -> str:  # noqa: FBT001 - reads as it is called
    if held or look is None or not look.has_words:
        return ""
    with derived.opened(look.digest, "words") as source:
        return source.read().decode("utf-8", "replace")


def _with_places(uses: QuerySet[EvidenceUse]) -> QuerySet[EvidenceUse]:
    return uses.select_related(
        "measure", "measure__lead", "finding", "finding__round", "cause__finding__round", "answer", "answer__campaign", "answer__unit"
    )


def _findings_of(uses: list[EvidenceUse]) -> dict[int, Finding]:
    """The finding that each use is about, by the use."""
    measures = [use.measure_id for use in uses if use.measure_id and not use.finding_id]
    served: dict[int, Finding] = {}
    for link in MeasureFinding.objects.filter(measure__in=measures).select_related("finding", "finding__round").order_by("-finding_id"):
        served[link.measure_id] = link.finding
    found = {}
    for use in uses:
        if about := use.finding or (use.cause.finding if use.cause else None) or served.get(use.measure_id or 0):
            found[use.pk] = about
    return found


def _versions(row: Evidence) -> list[Evidence]:
    """All versions, the newest first; one alone is no version."""
    found, at = [row], row
    while len(found) < MOST_VERSIONS and (before := at.replaces):
        found.append(before)
        at = before
    at = row
    while len(found) < MOST_VERSIONS and (after := Evidence.objects.filter(replaces=at).first()):
        found.insert(0, after)
        at = after
    return found if len(found) > 1 else []


def _questions(row: Evidence, look: FileLook | None, uses: list[EvidenceUse], findings: Iterable[Finding]) -> list[str]:
    claims = Claim.objects.filter(measure__in=[use.measure_id for use in uses if use.measure_id], kind="done")
    days = rules.Days(
        declared=row.dated_on,
        made_on=look.made_on if look else None,
        changed_on=look.changed_on if look else None,
        found_on=min((f.round.feedback_on for f in findings), default=None),
        claimed_on=_first(claims.order_by("on").values_list("on", flat=True)),
        today=clock.today(),
    )
    return sentences(rules.day_questions(days))


def _first(days: Iterable[date]) -> date | None:
    return next(iter(days), None)


def _repeats(actor: Actor, row: Evidence, look: FileLook | None, own: set[int], findings: set[int]) -> list[Repeat]:
    """Where this content, or a picture like it, was handed in for another finding. Of what is not ours only that it is."""
    how = _like(look)
    others = Evidence.objects.filter(digest__in=how).exclude(pk__in={*own, row.pk}).exclude(state="quarantined")
    every = EvidenceUse.objects.filter(evidence__in=others)
    shown = list(every.filter(load.shown_to(actor)).select_related("evidence", "measure", "finding", "finding__round")[:SHOWN])
    about = _findings_of(shown)
    found: dict[int, Repeat] = {}
    for use in shown:
        finding = about.get(use.pk)
        if finding and finding.pk not in findings:
            found.setdefault(finding.pk, Repeat(how[use.evidence.digest], finding, use.evidence))
    hidden = every.exclude(load.shown_to(actor)).exclude(_serves(findings)).values_list("evidence__digest", flat=True)
    elsewhere = sorted({how[digest] for digest in hidden[:SHOWN]})
    return [*found.values(), *[Repeat(one, None, None) for one in elsewhere[:1]]]


def _serves(findings: set[int]) -> Q:
    return Q(finding__in=findings) | Q(cause__finding__in=findings) | Q(measure__serves__finding__in=findings)


def _like(look: FileLook | None) -> dict[str, str]:
    """Digest -> how it is like: the very same bytes, or a picture that looks alike."""
    if look is None:
        return {}
    found = {look.digest: "copy"}
    pairs = Likeness.objects.filter(Q(one=look) | Q(other=look)).select_related("one", "other")
    for pair in pairs[:SHOWN]:
        found[pair.other.digest if pair.one_id == look.pk else pair.one.digest] = pair.how
    return found


def share_choices(actor: Actor, found: Paper) -> list[tuple[int, str]]:
    """Measures of the actor's own units that it does not serve yet."""
    if found.row.state not in Evidence.COUNTING or not found.may_replace:
        return []
    mine = own_measures(actor, Measure.objects.visible_to(actor).filter(state__in=NOTED))
    rows = mine.exclude(evidence_uses__evidence=found.row).order_by("round_id", "number")[:MOST_CHOICES]
    return [(m.pk, f"{m.number} {m.text[:60]}") for m in rows]
