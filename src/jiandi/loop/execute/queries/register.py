"""The rules register: rows by filter, one rule with its history, and the rules that a finding touches."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiandi.base import clock
from jiandi.base.errors import NotFound
from jiandi.base.text.words import N_
from jiandi.record.accounts import queries as accounts
from jiandi.record.accounts.models import Unit, end_of_subtree
from jiandi.record.figures import institutions as figures
from jiandi.record.figures.institutions import RuleCounts
from jiandi.record.ledger import institutions, load, targets
from jiandi.record.ledger.models import Finding, Institution, Measure, MeasureRule, ProofOfUse, RuleNotFollowed, RuleQuestion
from jiandi.record.ledger.models.institution import LIVING, ON_PAPER, OPEN_PROOFS
from jiandi.record.policy import decide, roles
from jiandi.record.policy.targets import Target
from jiandi.record.trail import queries as trail
from jiandi.record.trail.actor import Actor
from jiandi.record.trail.queries import Event

PAGE = 50
MOST_CHOICES = 500
DUE = ("review", "proof")
CLOSED = ("closed", "standing")


@dataclass(frozen=True)
class Filters:
    """What of the register is shown; ``due`` is a review or a proof of use within a month, or missed."""

    state: str = ""
    unit: int | None = None
    due: str = ""
    words: str = ""


def rules(actor: Actor, asked: Filters) -> QuerySet[Institution]:
    """Visible rules that fit, by unit and title; each with the day of its next open proof and whether somebody did not follow it."""
    found = Institution.objects.visible_to(actor).select_related("unit", "replaces")
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.unit is not None:
        path = Unit.objects.filter(pk=asked.unit).values_list("path", flat=True).first()
        found = found.filter(unit__path__gte=path, unit__path__lt=end_of_subtree(path)) if path else found.none()
    if asked.due in DUE:
        found = found.filter(figures.review_near() if asked.due == "review" else figures.proof_near())
    if asked.words:
        found = found.filter(Q(title__icontains=asked.words) | Q(number__icontains=asked.words))
    next_proof = ProofOfUse.objects.filter(institution=OuterRef("pk"), state__in=OPEN_PROOFS).order_by("due").values("due")[:1]
    ignored = RuleNotFollowed.objects.filter(institution=OuterRef("pk"))
    return found.annotate(proof_on=next_proof, is_ignored=Exists(ignored)).order_by("unit__path", "title", "pk")


def page(actor: Actor, asked: Filters, number: object = 1) -> Page[Institution]:
    return Paginator(rules(actor, asked), PAGE).get_page(number)  # type: ignore[arg-type]


def counts(actor: Actor) -> tuple[RuleCounts, dict[str, int]]:
    """By state, and how many have a review or a proof due."""
    visible = Institution.objects.visible_to(actor)
    due = {"review": visible.filter(figures.review_near()).count(), "proof": visible.filter(figures.proof_near()).count()}
    return figures.counts(visible), due


def units_with_rules(actor: Actor) -> list[tuple[int, str]]:
    seen = Institution.objects.visible_to(actor).order_by().values("unit_id")
    return list(Unit.objects.filter(pk__in=seen).order_by("path").values_list("pk", "name")[:MOST_CHOICES])


def units_to_write(actor: Actor) -> list[tuple[int, str]]:
    """Units for which the actor may register rules: the office all living ones, others their own and those below."""
    round_id = targets.round_bound_to(actor)
    if decide.may(actor, "rule.register", Target(round_id)):
        found = accounts.living_units()
    else:
        found = accounts.living_units().filter(accounts.subtree(d.unit_path for d in actor.duties if d.role in roles.UNIT))
    return list(found.values_list("pk", "name")[:MOST_CHOICES])


def to_replace(actor: Actor, unit_id: int | None = None) -> list[tuple[int, str]]:
    """Living rules that a new one may take the place of."""
    found = Institution.objects.visible_to(actor).filter(state__in=LIVING)
    if unit_id is not None:
        found = found.filter(unit=unit_id)
    return [
        (rule.pk, f"{rule.named} · {rule.unit.name}")
        for rule in found.select_related("unit").order_by("unit__path", "title")[:MOST_CHOICES]
    ]


@dataclass(frozen=True)
class Deeds:
    """What the actor may do with a rule now."""

    write: bool = False
    put_in_force: bool = False
    abolish: bool = False


@dataclass(frozen=True)
class Sheet:
    """One rule with all that touches it; measures and findings only as far as the actor sees them."""

    rule: Institution
    deeds: Deeds
    links: list[MeasureRule]
    ignored: list[RuleNotFollowed]
    successors: list[Institution]
    questions: list[RuleQuestion] = field(default_factory=list)
    history: list[tuple[Event, str]] = field(default_factory=list)

    @property
    def is_review_late(self) -> bool:
        return self.rule.is_living and self.rule.review_on is not None and self.rule.review_on < clock.today()


def sheet(actor: Actor, rule_id: int) -> Sheet:
    rule = load.institution(actor, rule_id)
    target = targets.of_rule(rule, actor)
    writes, ends = decide.may(actor, "rule.register", target), decide.may(actor, "rule.write", target)
    deeds = Deeds(
        write=writes and rule.is_living,
        put_in_force=ends and rule.state == "drafted",
        abolish=ends and rule.is_living,
    )
    links = rule.measure_links.filter(measure__in=Measure.objects.visible_to(actor)).select_related("measure", "measure__lead")
    seen = Finding.objects.visible_to(actor)
    ignored = rule.ignored_links.filter(finding__in=seen.values("pk")).select_related("finding", "finding__lead", "cause")
    events = trail.history("institution", rule.pk)
    names = accounts.names_of(e.actor_id for e in events)
    return Sheet(
        rule,
        deeds,
        list(links.prefetch_related("measure__findings").order_by("pk")),
        list(ignored.order_by("pk")),
        list(rule.replaced_by.order_by("pk")),
        list(rule.questions.filter(finding__in=seen.values("pk")).select_related("finding").order_by("-pk")),
        [(e, names.get(e.actor_id or 0, "")) for e in reversed(events) if e.verb != "recount"],
    )


def paper(actor: Actor, rule_id: int) -> Institution:
    rule = load.institution(actor, rule_id)
    if not rule.digest:
        raise NotFound("rule.no_text", N_("Its text is not here yet. Add the file on the page of the rule."))
    return rule


@dataclass(frozen=True)
class OfFinding:
    """Rules in a case file: made by its measures, or there and not followed; what is on paper only asks a question."""

    finding: Finding
    made: list[MeasureRule]
    ignored: list[RuleNotFollowed]
    questions: list[RuleQuestion]
    may_name: bool
    may_answer: bool
    is_asked: bool
    choices: list[tuple[int, str]]

    @property
    def on_paper(self) -> list[Institution]:
        return [link.institution for link in self.made if link.institution.state == ON_PAPER]


def of_finding(actor: Actor, finding_id: int) -> OfFinding:
    finding = load.finding(actor, finding_id)
    target = targets.of_finding(finding)
    made = (
        MeasureRule.objects.filter(measure__findings=finding.pk).select_related("institution", "measure").order_by("measure__number", "pk")
    )
    ignored = finding.ignored_rules.select_related("institution", "institution__unit").order_by("pk")
    questions = finding.rule_questions.filter(state="asked").select_related("institution", "proof").order_by("pk")
    has_cause = finding.causes.filter(leaf=institutions.NOT_FOLLOWED, is_dropped=False).exists()
    may_name = has_cause and decide.may(actor, "rule.not_followed", target)
    found_ignored = list(ignored)
    return OfFinding(
        finding,
        list(made),
        found_ignored,
        list(questions) if finding.state in CLOSED else [],
        may_name,
        decide.may(actor, "rule.answer", target),
        has_cause and not found_ignored,
        to_replace(actor) if may_name else [],
    )


def question(actor: Actor, question_id: int) -> RuleQuestion:
    """An open question about a visible finding."""
    found = RuleQuestion.objects.filter(pk=question_id, finding__in=Finding.objects.visible_to(actor).values("pk"))
    row = found.select_related("institution", "finding", "finding__lead", "proof").first()
    if row is None:
        raise NotFound("rule.no_question", N_("There is no such question. Go back to the list."))
    return row
