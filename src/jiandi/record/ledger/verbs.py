"""Verbs that more than one stage needs: register, assign, start, return, reopen, withdraw; and the three claims kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef

from jiandi.base import clock
from jiandi.base.errors import RuleBroken
from jiandi.base.text.words import N_
from jiandi.record.accounts.models import Post, Unit
from jiandi.record.ledger import lifecycle, reads, targets, write
from jiandi.record.ledger.models import (
    Assignment,
    Claim,
    Finding,
    FindingParty,
    Institution,
    LetterItem,
    Measure,
    MeasureFinding,
    MeasurePart,
    MeasureSupport,
    Round,
)
from jiandi.record.policy import decide, independence
from jiandi.record.trail.actor import SYSTEM, Actor


@dataclass(frozen=True)
class NewFinding:
    """What is needed to register a finding; everything else has a default."""

    title: str
    verbatim: str
    source: str
    lead: Unit | None = None
    supports: tuple[Unit, ...] = ()
    item: LetterItem | None = None
    found_in: Unit | None = None
    category: str = ""
    klass: str = "time_limited"
    standard: str = ""
    due: date | None = None
    due_text: str = ""
    due_precision: str = ""
    difficulty: int = 2
    leader_post: Post | None = None


def register_findings(*, actor: Actor, round_: Round, new: Sequence[NewFinding]) -> list[Finding]:
    """Register problems in one batch, numbered in order, with their parties. Inside the caller's transaction."""
    decide.require(actor, "finding.register", targets.of_round(round_))
    if any(not n.title.strip() for n in new):
        raise RuleBroken("finding.no_title", N_("A finding without text cannot be registered. Write it or drop the row."))
    first = next_number(round_)
    findings = [_finding(round_, number, n) for number, n in enumerate(new, start=first)]
    made = write.create_many(findings, actor=actor, verb="register")
    verifiers = default_verifiers(round_)
    rows = [row for finding, n in zip(made, new, strict=True) for row in _parties(finding, n, verifiers)]
    write.attach(rows)
    return made


def next_number(round_: Round) -> int:
    """The next running number of a round; a number is never used twice."""
    last = Finding.objects.filter(round=round_).order_by("-pk").values_list("number", flat=True).first()
    return int(last.rsplit("-", 1)[-1]) + 1 if last else 1


def _finding(round_: Round, number: int, n: NewFinding) -> Finding:
    return Finding(
        round=round_,
        number=f"{round_.code}-{number:03d}",
        title=n.title[:200],
        verbatim=n.verbatim,
        item=n.item,
        source=n.source,
        category=n.category[:120],
        klass=n.klass,
        standard=n.standard,
        found_in=n.found_in or n.lead,
        lead=n.lead,
        leader_post=n.leader_post,
        difficulty=n.difficulty,
        due=n.due,
        first_due=n.due,
        due_text=n.due_text[:200],
        due_precision=n.due_precision,
        registered_on=clock.today(),
    )


def _parties(finding: Finding, n: NewFinding, verifiers: dict[str, list[Unit]]) -> Iterable[FindingParty]:
    if n.lead is None:
        return
    yield FindingParty(finding=finding, unit=n.lead, part="lead")
    for unit in dict.fromkeys(n.supports):
        if unit.pk != n.lead.pk:
            yield FindingParty(finding=finding, unit=unit, part="support")
    if verifier := choose_verifier(verifiers, n.lead):
        yield FindingParty(finding=finding, unit=verifier, part="verifier")


def default_verifiers(round_: Round) -> dict[str, list[Unit]]:
    """Who checks by default in a round, by field of work."""
    found: dict[str, list[Unit]] = {}
    rows = Assignment.objects.filter(round=round_, part="verifier").select_related("unit").order_by("pk")
    for row in rows:
        found.setdefault(row.field, []).append(row.unit)
    return found


def choose_verifier(verifiers: dict[str, list[Unit]], lead: Unit) -> Unit | None:
    """The verifier of the lead's field, else a general one; never the lead itself or a unit inside it."""
    for unit in [*verifiers.get(lead.field, []), *verifiers.get("", [])]:
        if not unit.path.startswith(lead.path):
            return unit
    return None


def assign(*, actor: Actor, finding: Finding, lead: Unit, supports: Sequence[Unit], verifier: Unit | None) -> Finding:
    """Name the one lead, the supports and who checks. Inside the caller's transaction."""
    decide.require(actor, "finding.assign", targets.of_finding(finding))
    if finding.state != "registered" and finding.lead_id not in (None, lead.pk):
        raise RuleBroken("finding.transfer_instead", N_("Work has been planned. Another unit takes it over by a transfer that it accepts."))
    if verifier and verifier.path.startswith(lead.path):
        raise RuleBroken("finding.own_verifier", N_("A unit cannot check itself. Choose a verifier outside {lead}."), lead=lead.name)
    write.change(finding, {"lead_id": lead.pk, "found_in_id": finding.found_in_id or lead.pk}, actor=actor, verb="assign")
    set_parties(finding, "lead", [lead])
    set_parties(finding, "support", [u for u in supports if u.pk != lead.pk])
    set_parties(finding, "verifier", [verifier] if verifier else [])
    return finding


def set_parties(finding: Finding, part: str, units: Sequence[Unit]) -> None:
    """Replace the units of one part; the caller's entry on the finding carries the fact."""
    FindingParty.objects.filter(finding=finding, part=part).exclude(unit__in=units).delete()
    there = set(FindingParty.objects.filter(finding=finding, part=part).values_list("unit_id", flat=True))
    write.attach([FindingParty(finding=finding, unit=u, part=part) for u in dict.fromkeys(units) if u.pk not in there])


def start_work(finding: Finding) -> None:
    """The first note, evidence or share starts a planned finding by itself."""
    if finding.state == "planned":
        lifecycle.move(finding, "start", actor=SYSTEM)


def take_part(measure: Measure, actor: Actor, part: str) -> None:
    """Write down an actor's part on a measure; the database refuses a second, different one."""
    taken = dict(measure.parts.values_list("holder", "part"))
    unmet = independence.unmet_parts(actor, part, taken.items(), measure.lead.path)
    if unmet:
        raise RuleBroken("independence", N_("Three claims need three different people."), unmet=tuple(unmet))
    if actor.holder not in taken:
        write.attach([MeasurePart(measure=measure, holder=actor.holder, part=part)])


def parts_on(finding_id: int) -> list[tuple[str, str]]:
    """(holder, part) on all measures of a finding."""
    return list(MeasurePart.objects.filter(measure__findings=finding_id).values_list("holder", "part"))


def served_by(measure: Measure) -> list[Finding]:
    """The findings a measure serves, held until the transaction ends, so that two recounts cannot miss each other."""
    served = Finding.objects.filter(pk__in=measure.serves.values("finding_id"))
    return list(served.select_related("round", "round__regime", "lead").select_for_update(of=("self",)).order_by("pk"))


def keep_claims(finding: Finding, *, actor: Actor, verb: str) -> None:
    """Recount the three claims of a finding from its measures and effect; writes only what changed.

    What a measure of another letter has reached does not count before this finding's own plan is approved.
    """
    of_finding = Measure.objects.filter(findings=finding.pk).only("state", "said_on")
    live = [] if finding.state == "registered" else [m for m in of_finding if m.counts]
    is_done = bool(live) and all(m.state == "done" for m in live) and not _unclaimed_here(live)
    now = {
        "is_said": bool(live) and all(m.said_on for m in live),
        "is_done": is_done,
        "is_well": is_done and finding.effect_state == "passed" and not _on_paper_only(finding),
    }
    changed: dict[str, Any] = {name: value for name, value in now.items() if getattr(finding, name) != value}
    if changed:
        write.change(finding, changed, actor=actor, verb=verb)


def _unclaimed_here(done: Sequence[Measure]) -> bool:
    """A measure taken over as done (期初未核) counts once a claim on it is accepted here."""
    accepted = Claim.objects.filter(measure=OuterRef("pk"), kind="done", state="accepted")
    over = Measure.objects.filter(pk__in=[m.pk for m in done], serves__finding__source="taken_over")
    return over.filter(~Exists(accepted)).exists()


def _on_paper_only(finding: Finding) -> bool:
    """A rule that its measures made stands on paper only: that never counts as done well. Asked only once an effect has passed."""
    return Institution.objects.filter(measures__findings=finding.pk, state="on_paper_only").exists()


def return_finding(*, actor: Actor, finding: Finding, reason: str, measure_numbers: Sequence[int], text: str = "") -> Finding:
    """Send a submitted or verified finding back; the done claims of the named measures fall back."""
    measures = [m for m in reads.measures_of(finding.pk) if m.number in set(measure_numbers) and m.state == "done"]
    facts = reads.facts_for("return_finding", finding, reason=reason, returned_measures=tuple(m.number for m in measures))
    lifecycle.move(finding, "return", actor=actor, target=targets.of_finding(finding), facts=facts, reason=text or reason)
    for measure in measures:
        fall_back(measure, actor=actor, verb="fall_back", reason=text or reason, seen_from=finding)
    stop_closings(finding, actor=actor)
    keep_claims(finding, actor=actor, verb="recount")
    return finding


def fall_back(measure: Measure, *, actor: Actor, verb: str, reason: str, seen_from: Finding) -> None:
    """A done measure is no longer done; its accepted claim says so for ever, and every other finding it serves is told."""
    lifecycle.move(measure, verb, actor=actor, reason=reason, fields={"done_on": None})
    for claim in Claim.objects.filter(measure=measure, kind="done", state="accepted"):
        lifecycle.move(claim, "fall_back", actor=actor, reason=reason)
    tell_others(measure, actor=actor, verb=f"measure_{verb}", seen_from=[seen_from])


def tell_others(measure: Measure, *, actor: Actor, verb: str, seen_from: Sequence[Finding]) -> None:
    """The other findings a measure serves learn what became of it, in their own history, and are counted again.

    The words said about the one finding stay with it: who reads the other may not see it.
    """
    known = {f.pk for f in seen_from}
    for other in served_by(measure):
        if other.pk not in known:
            write.note(other, actor=actor, verb=verb, measure=measure.pk)
            keep_claims(other, actor=actor, verb="recount")


def stop_closings(finding: Finding, *, actor: Actor) -> None:
    for closing in finding.closings.filter(state="running"):
        lifecycle.move(closing, "stop", actor=actor)


def reopen(*, actor: Actor, finding: Finding, reason: str, failed: Sequence[int] = ()) -> Finding:
    """Put a closed finding back on the books; the measures that did not hold are marked failed."""
    facts = reads.facts_for("reopen", finding, reason=reason)
    fields = {"closed_on": None, "effect_state": "", "effect_due": None}
    lifecycle.move(finding, "reopen", actor=actor, target=targets.of_finding(finding), facts=facts, reason=reason, fields=fields)
    for measure in reads.measures_of(finding.pk):
        if measure.number in set(failed) and measure.state == "done":
            fall_back(measure, actor=actor, verb="fail", reason=reason, seen_from=finding)
    keep_claims(finding, actor=actor, verb="recount")
    return finding


def withdraw(*, actor: Actor, finding: Finding, reason: str, document: str = "") -> Finding:
    """Take a finding off the books: with the issuer's document, or (self-found) by the office."""
    facts = reads.facts_for("withdraw", finding, reason=reason, document=document)
    words = f"{reason} {document}".strip()
    lifecycle.move(finding, "withdraw", actor=actor, target=targets.of_finding(finding), facts=facts, reason=words)
    return finding


def set_supports(measure: Measure, units: Sequence[Unit]) -> None:
    """Replace the supports a measure names; the caller's entry on the measure carries the fact."""
    measure.supports.exclude(unit__in=units).delete()
    there = set(measure.supports.values_list("unit_id", flat=True))
    write.attach([MeasureSupport(measure=measure, unit=u) for u in dict.fromkeys(units) if u.pk not in there])


def add_supports(measure: Measure, units: Sequence[Unit]) -> None:
    """Add supports that promised their help; the caller's entry on the measure carries the fact."""
    there = set(measure.supports.values_list("unit_id", flat=True))
    write.attach([MeasureSupport(measure=measure, unit=u) for u in dict.fromkeys(units) if u.pk not in there])


def add_parties(finding: Finding, part: str, units: Sequence[Unit]) -> None:
    """Give more units a part; the caller's entry on the finding carries the fact."""
    there = set(FindingParty.objects.filter(finding=finding, part=part).values_list("unit_id", flat=True))
    write.attach([FindingParty(finding=finding, unit=u, part=part) for u in dict.fromkeys(units) if u.pk not in there])


def next_measure_number(round_id: int) -> int:
    """The next running number of a round's measures, those of other rounds that serve its findings among them."""
    own = Measure.objects.filter(round_id=round_id).aggregate(n=Max("number"))["n"] or 0
    others = MeasureFinding.objects.filter(finding__round_id=round_id, number__isnull=False).aggregate(n=Max("number"))["n"] or 0
    return max(own, others) + 1


def serve(measure: Measure, finding: Finding) -> MeasureFinding:
    """The measure serves one more finding; in another round it gets a number there. The caller's entries carry the fact."""
    number = None
    if measure.round_id != finding.round_id:
        Round.objects.select_for_update().get(pk=finding.round_id)  # numbers are given one at a time
        taken = MeasureFinding.objects.filter(measure=measure, finding__round_id=finding.round_id).values_list("number", flat=True)
        number = taken.first() or next_measure_number(finding.round_id)
    link = MeasureFinding(measure=measure, finding=finding, number=number)
    write.attach([link])
    return link


def serve_no_more(measure: Measure, finding: Finding) -> None:
    """The caller's entries carry the fact."""
    MeasureFinding.objects.filter(measure=measure, finding=finding).delete()
