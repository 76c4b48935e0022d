"""What waits for a person: one line each, from the states of things and the person's duties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiandi.base import clock
from jiandi.base.text.words import N_
from jiandi.interfaces.desk import waiting_answers, waiting_plans, waiting_rules
from jiandi.loop import STAGES, Stage
from jiandi.loop.intake import queries as intake
from jiandi.loop.plan import queries as plans
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import listing, targets
from jiandi.record.ledger.models import (
    OPEN_DISPUTES,
    Answer,
    AskedUnit,
    Campaign,
    Claim,
    Closing,
    Decision,
    Dispute,
    Finding,
    FindingParty,
    Letter,
    LetterItem,
    Measure,
    PlanVersion,
    RaisedCause,
    Reminder,
)
from jiandi.record.ledger.scope import sees_everything, wide_rounds
from jiandi.record.policy import decide, roles
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

MOST = 40
SHOWN = 12
GROUPS = ("late", "three_days", "ten_days", "later")
NEAR_DAYS = 30
CHECKERS = frozenset({roles.VERIFIER, roles.DEPARTMENT})


@dataclass(frozen=True)
class Waiting:
    """One thing asked of me, in a stage. ``due`` may be None; ``task`` are the words of a meeting."""

    number: str
    title: str
    unit: str
    asked: str
    url: str
    due: date | None
    icon: str
    stage: str
    task: str = ""

    @property
    def group(self) -> str:
        """late, three_days, ten_days or later."""
        if self.due is None:
            return "later"
        left = (self.due - clock.today()).days
        return "late" if left < 0 else "three_days" if left <= 3 else "ten_days" if left <= 10 else "later"


def for_actor(actor: Actor, round_id: int) -> list[Waiting]:
    """Everything that waits for the actor in a round, the most urgent first."""
    held = actor.roles(round_id)
    found = [*_each(actor, round_id, held), *(Waiting(*line) for line in waiting_rules.lines(actor, round_id, held, MOST))]
    return sorted(found, key=lambda w: (w.due is None, w.due or date.max, w.number))


def _each(actor: Actor, round_id: int, held: frozenset[str]) -> Iterator[Waiting]:
    if held & roles.OFFICE:
        yield from _for_office(round_id, held)
        yield from _lapsed(actor, round_id, _MISSED_BY_OTHERS, None)
    if held & roles.UNIT:
        yield from _for_unit(actor, round_id)
    if held & CHECKERS:
        yield from _for_checker(actor, round_id)
    if held:
        yield from _signatures(actor, round_id, held)
        for one in waiting_plans.of_plans(actor, round_id, held):
            yield Waiting("", one.title, one.unit, one.asked, one.url, one.due, one.icon, "plan")


def _for_office(round_id: int, held: frozenset[str]) -> Iterator[Waiting]:
    yield from _gaps(round_id)
    letters = Letter.objects.filter(round_id=round_id, state__in=["in_review", "failed"])
    for letter in letters.only("pk", "title", "number", "state")[:MOST]:
        url = reverse("intake:review", args=[letter.pk])
        yield Waiting(letter.number, letter.title, "", _("Review the letter"), url, None, "inbox", "intake")
    if roles.DIRECTOR in held:
        items = LetterItem.objects.filter(letter__round_id=round_id, state="drop_asked")
        for item in items.only("pk", "text", "letter_id", "level")[:MOST]:
            url = reverse("intake:review", args=[item.letter_id])
            yield Waiting(item.level, item.text[:60], "", _("Decide on dropping an item"), url, None, "trash", "intake")
    yield from _tasks(round_id)
    yield from _disputes(round_id)
    yield from _raised(round_id)
    yield from (Waiting(*one) for one in waiting_answers.of_office(round_id))
    for plan in PlanVersion.objects.filter(round_id=round_id, state="submitted").select_related("unit")[:MOST]:
        name = plan.unit.name if plan.unit else ""
        text = _("Plan, version {n}").format(n=plan.number)
        yield Waiting("", text, name, _("Approve or return the plan"), reverse("plan:index"), None, "list-check", "plan")


def _disputes(round_id: int) -> Iterator[Waiting]:
    """To be forwarded, or waiting for the issuer; once the days are over they are on the agenda."""
    open_ones = Dispute.objects.filter(finding__round_id=round_id, state__in=OPEN_DISPUTES).select_related("finding", "finding__lead")
    for d in open_ones.order_by("answer_by", "pk")[:MOST]:
        f, url = d.finding, reverse("desk:dispute", args=[d.finding_id])
        late = d.answer_by is not None and d.answer_by < clock.today()
        asked = _("Forward the dispute to the issuer") if d.state == "raised" else _("Dispute unanswered: put it on the agenda")
        if d.state == "raised" or late:
            yield Waiting(f.number, f.title, _lead(f), asked, url, d.answer_by, "chat-left-dots", "reconcile")


def _raised(round_id: int) -> Iterator[Waiting]:
    """Proposed or refused causes go somewhere; listed matters are raised; an answer from above that is late is asked for."""
    asked = {
        "proposed": _("Forward the cause, list it, or return it"),
        "refused": _("Refused: take the cause elsewhere"),
        "listed": _("Raise the matter with a superior"),
        "raised": _("Ask the superior for an answer"),
    }
    late = Q(state="raised", answer_by__lt=clock.today())
    found = RaisedCause.objects.filter(late | Q(state__in=["proposed", "refused", "listed"]), finding__round_id=round_id)
    for r in found.select_related("finding", "finding__lead").order_by("answer_by", "pk")[:MOST]:
        url, due = reverse("diagnose:raised_one", args=[r.pk]), r.answer_by if r.state == "raised" else None
        yield Waiting(r.finding.number, r.text[:80], _lead(r.finding), asked[r.state], url, due, "arrow-up-right-square", "diagnose")


def _received(units: QuerySet[Unit], round_id: int) -> Iterator[Waiting]:
    """Causes forwarded to a unit: its words only, for the unit must not learn who proposed it."""
    found = RaisedCause.objects.filter(state="forwarded", unit__in=units, finding__round_id=round_id)
    for r in found.select_related("unit").order_by("answer_by", "pk")[:MOST]:
        url, name = reverse("diagnose:raised_one", args=[r.pk]), r.unit.name if r.unit else ""
        yield Waiting(
            "", r.sent_text[:80], name, _("Answer a cause forwarded to you"), url, r.answer_by, "arrow-up-right-square", "diagnose"
        )


def _gaps(round_id: int) -> Iterator[Waiting]:
    """A ledger was taken over whose findings lack a cause or a lasting measure: to be added, never a block."""
    due = intake.gap_due(round_id)
    if due is not None and intake.has_gaps(round_id):
        text, asked = _("Findings taken over lack a cause or a lasting measure"), _("Add what is missing")
        yield Waiting("", text, "", asked, reverse("intake:gaps"), due, "puzzle", "intake")


def _for_unit(actor: Actor, round_id: int) -> Iterator[Waiting]:
    near = clock.today() + timedelta(days=NEAR_DAYS)
    units = _units_of(actor, roles.UNIT)
    findings = Finding.objects.visible_to(actor).filter(lead__in=units, round_id=round_id)
    for f in findings.filter(state__in=["registered", "reopened"]).select_related("lead").order_by(*listing.BY_DUE)[:MOST]:
        yield _finding(f, _("Write the plan"), "plan", "list-check")
    for f in findings.filter(state="in_progress", is_done=True).select_related("lead").order_by(*listing.BY_DUE)[:MOST]:
        yield _finding(f, _("Submit for verification"), "execute", "send")
    measures = Measure.objects.filter(lead__in=units, round_id=round_id, state__in=["planned", "in_progress"], due__lte=near)
    for m in measures.select_related("lead").prefetch_related(_of_round(round_id)).order_by("due", "pk")[:MOST]:
        first = next(iter(m.findings.all()), None)
        url = reverse("desk:finding", args=[first.pk]) + "#execute" if first else reverse("execute:index")
        yield Waiting(first.number if first else "", m.text[:80], m.lead.name, _("Report or claim"), url, m.due, "hammer", "execute")
    yield from _lapsed(actor, round_id, _MISSED_HERE, units)
    yield from _sheets(units, round_id)
    yield from _received(units, round_id)
    posts = [d.post_id for d in actor.duties if d.role in roles.UNIT]
    yield from (Waiting(*one) for one in waiting_answers.of_units(units, posts, round_id))


def _of_round(round_id: int) -> Prefetch[str]:
    """The findings a measure serves here; those of another letter may not be the reader's to see."""
    return Prefetch("findings", Finding.objects.filter(round_id=round_id).order_by("pk"))


_MISSED_HERE = N_("Keep up the recurring duty: {n} missed")
_MISSED_BY_OTHERS = N_("A recurring duty was missed {n} times in a row: reopen, or have it kept up")


def _lapsed(actor: Actor, round_id: int, words: str, units: QuerySet[Unit] | None) -> Iterator[Waiting]:
    """Duties with missed cycles: for their units every one, for the office those missed so often that they ask for reopening."""
    for one in plans.missed(actor, round_id, units)[:MOST]:
        if units is not None or one.reopens:
            n = len(one.duty.missed) if units is not None else one.duty.in_a_row
            url = _url(one.finding, "plan")
            m, since = one.measure, one.duty.missed[0]
            yield Waiting(one.finding.number, m.text[:80], m.lead.name, _(words).format(n=n), url, since, "arrow-repeat", "plan")


def _sheets(units: QuerySet[Unit], round_id: int) -> Iterator[Waiting]:
    """One line for each unit and campaign with open questions, with the day it was last reminded."""
    mine = AskedUnit.objects.filter(campaign__round_id=round_id, campaign__state="running", unit__in=units)
    reminded = Reminder.objects.filter(unit=OuterRef("unit"), round_id=round_id).order_by().values("unit").annotate(last=Max("on"))
    open_cells = Count("answers", filter=Q(answers__state="asked"))
    found = mine.annotate(open=open_cells, reminded=reminded.values("last")).filter(open__gt=0).select_related("campaign", "unit")
    for a in found.order_by("campaign__due", "pk")[:MOST]:
        asked = ngettext("Answer {n} question: is it here too?", "Answer {n} questions: is it here too?", a.open).format(n=a.open)
        told = _("reminded on {day}").format(day=a.reminded.isoformat()) if a.reminded else ""
        url = reverse("diagnose:sheet", args=[a.pk])
        yield Waiting("", a.campaign.title[:80], a.unit.name, asked, url, a.campaign.due, "search", "diagnose", told)


def _tasks(round_id: int) -> Iterator[Waiting]:
    """What meetings decided and nobody has met yet, and questions to which every unit has answered."""
    decisions = Decision.objects.filter(sheet__round_id=round_id, state="open").select_related("finding", "finding__lead")
    latest: dict[int, Decision] = {}
    for d in decisions.order_by("-sheet__as_of", "-pk")[: MOST * 3]:
        latest.setdefault(d.finding_id, d)
    for d in latest.values():
        f, asked = d.finding, _("See that the task is met")
        due = None if f.is_settled else d.due
        yield Waiting(f.number, f.title, _lead(f), asked, _url(f, "reconcile"), due, "flag", "reconcile", d.text)
    unanswered = Answer.objects.filter(state="asked").values("campaign_id")
    for c in Campaign.objects.filter(round_id=round_id, state="running").exclude(pk__in=unanswered).order_by("due", "pk")[:MOST]:
        url = reverse("diagnose:campaign", args=[c.pk])
        yield Waiting("", c.title[:80], "", _("Close the campaign"), url, c.due, "search", "diagnose")


def _units_of(actor: Actor, held: Iterable[str]) -> QuerySet[Unit]:
    """The units in which, or above which, the actor holds one of these roles."""
    return Unit.objects.filter(accounts.subtree(d.unit_path for d in actor.duties if d.role in held))


def _for_checker(actor: Actor, round_id: int) -> Iterator[Waiting]:
    """Only what the actor's own unit was given to check, not all that it may see."""
    given = FindingParty.objects.filter(part="verifier", unit__in=_units_of(actor, CHECKERS))
    mine = Finding.objects.visible_to(actor).filter(round_id=round_id, pk__in=given.values("finding_id"))
    claims = Claim.objects.filter(kind="done", state="raised", measure__findings__in=mine.values("pk"))
    for c in claims.select_related("measure", "measure__lead").distinct().order_by("on", "pk")[:MOST]:
        due = c.on + timedelta(days=10)
        text, url = c.measure.text[:80], reverse("verify:index")
        yield Waiting("", text, c.measure.lead.name, _("Check a claim"), url, due, "patch-check", "verify")
    held = actor.roles(round_id)
    for f in mine.filter(state="submitted").select_related("lead", "round__regime").order_by(*listing.BY_DUE)[:MOST]:
        steps = regimes.profile_of(f.round.regime).steps_at("accept")
        if not steps or steps[0].role in held:
            yield _finding(f, _("Check the finding"), "verify", "patch-check")
    yield from _looks(mine)


def _looks(mine: QuerySet[Finding]) -> Iterator[Waiting]:
    """Effects and yearly reviews to look at within a month."""
    near = clock.today() + timedelta(days=NEAR_DAYS)
    effect, review = Q(effect_state="due", effect_due__lte=near), Q(state="long_term", next_review__lte=near)
    found = (
        mine.filter(effect | review)
        .select_related("lead")
        .annotate(on=Least(Coalesce("effect_due", "next_review"), Coalesce("next_review", "effect_due")))
    )
    for f in found.order_by("on", "pk")[:MOST]:
        if f.state == "long_term" and f.next_review and f.next_review <= near:
            yield Waiting(
                f.number, f.title, _lead(f), _("Hold the yearly review"), _url(f, "verify"), f.next_review, "calendar2-check", "verify"
            )
        if f.effect_state == "due" and f.effect_due and f.effect_due <= near:
            yield Waiting(f.number, f.title, _lead(f), _("Check the effect"), _url(f, "verify"), f.effect_due, "eye", "verify")


def _signatures(actor: Actor, round_id: int, held: frozenset[str]) -> Iterator[Waiting]:
    """Closings whose next step asks for a role that the actor holds for that very finding."""
    closings = Closing.objects.filter(state="running", finding__round_id=round_id).select_related("finding", "finding__lead")
    if not sees_everything(actor) and round_id not in wide_rounds(actor):
        closings = closings.filter(finding__in=Finding.objects.visible_to(actor).values("pk"))
    mine = [c for c in closings.order_by("pk")[: MOST * 3] if c.step < len(c.chain) and _concerns(c, held)]
    at = targets.of_findings([c.finding for c in mine])
    for c in mine:
        if _lacks_leader(c):
            yield _finding(c.finding, _("Name the leader in charge, who signs next"), "verify", "person-check")
        elif decide.holds(actor, c.chain[c.step]["role"], at[c.finding_id]):
            asked = _("Sign before submission") if c.verb == "submit" else _("Sign the next closing step")
            yield _finding(c.finding, asked, "verify", "pen")


def _concerns(closing: Closing, held: frozenset[str]) -> bool:
    return bool(held & roles.OFFICE) if _lacks_leader(closing) else closing.chain[closing.step]["role"] in held


def _lacks_leader(closing: Closing) -> bool:
    """The leader in charge signs next, and the office has named none."""
    return closing.chain[closing.step]["role"] == roles.LEADER and closing.finding.leader_post_id is None


def _finding(f: Finding, asked: str, anchor: str, icon: str) -> Waiting:
    """A finding in a stage; the day of a settled one counts no more."""
    due = None if f.is_settled else f.due
    return Waiting(f.number, f.title, _lead(f), asked, _url(f, anchor), due, icon, anchor)


def _lead(f: Finding) -> str:
    return f.lead.name if f.lead else ""


def _url(f: Finding, anchor: str) -> str:
    return reverse("desk:finding", args=[f.pk]) + f"#{anchor}"


@dataclass(frozen=True)
class Group:
    """Things equally urgent: the first of them, and how many more there are in each stage."""

    name: str
    count: int
    rows: list[Waiting]
    more: list[tuple[Stage, int]]


def groups(found: list[Waiting]) -> list[Group]:
    """What waits, cut to what a page can show; the rest stands in the stages."""
    every = [(name, [w for w in found if w.group == name]) for name in GROUPS]
    return [Group(name, len(rows), rows[:SHOWN], _by_stage(rows[SHOWN:])) for name, rows in every if rows]


def _by_stage(rows: list[Waiting]) -> list[tuple[Stage, int]]:
    tally = Counter(row.stage for row in rows)
    return [(stage, tally[stage.name]) for stage in STAGES if tally[stage.name]]
