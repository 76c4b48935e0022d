"""The blocks of the rectification report, one function each."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiandi.base import clock
from jiandi.base.text.chinese_numbers import to_chinese
from jiandi.loop.report import rules
from jiandi.loop.report.jobs.meetings import write_meetings
from jiandi.loop.report.jobs.paper import Paper
from jiandi.loop.report.queries import rows
from jiandi.loop.report.queries.rows import Printed
from jiandi.record.accounts import queries as accounts
from jiandi.record.figures import institutions as rule_figures
from jiandi.record.figures import measures as counting
from jiandi.record.figures import queries as figures
from jiandi.record.figures import sources
from jiandi.record.figures.rates import STATES, Totals
from jiandi.record.ledger import load
from jiandi.record.ledger.models import Answer, CampaignQuestion, Measure, Round
from jiandi.record.ledger.models.finding import OPEN_STATES
from jiandi.record.regimes import queries as regimes
from jiandi.record.regimes import vocabulary
from jiandi.record.regimes.numbers import Rate
from jiandi.record.regimes.parts import Profile
from jiandi.record.trail.actor import Actor

LONG = ("long_term", "standing")
MORE_THAN_ONE = 2
SOURCE_WIDTHS = (42, 18, 18, 18, 20, 20, 20)


@dataclass(frozen=True)
class Facts:
    """What the blocks are written from: the findings in the actor's scope, and the figures over them."""

    actor: Actor
    round: Round
    profile: Profile
    unit_name: str
    unit_id: int | None
    totals: Totals
    today: date

    @cached_property
    def rows(self) -> list[rows.Row]:
        found = figures.in_round(self.actor, self.round.pk, self.unit_id).exclude(state="withdrawn")
        return list(rows.stream(found))

    @property
    def ids(self) -> list[int]:
        return [row.finding.pk for row in self.rows]

    def is_complete(self, finding: Printed) -> bool:
        return finding.state in self.profile.counts_as_complete


def facts_of(actor: Actor, round_id: int, unit_id: int | None) -> Facts:
    round_ = load.round_(actor, round_id)
    return Facts(
        actor=actor,
        round=round_,
        profile=regimes.profile_of(round_.regime),
        unit_name=accounts.unit_by_id(unit_id).name if unit_id is not None else round_.unit.name,
        unit_id=unit_id,
        totals=figures.totals_of(actor, round_id, unit_id),
        today=clock.today(),
    )


def to_fill_in(paper: Paper, _facts: Facts) -> None:
    paper.text(_("(To be filled in by the unit; the ledger holds nothing on it.)"))


def overview(paper: Paper, facts: Facts) -> None:
    paper.text(
        _(
            "On {day}, {issuer} gave its feedback to {unit}. As of {today}, the ledger holds {n} findings, {counted} of them counted."
        ).format(
            day=rules.day_in_words(facts.round.feedback_on),
            issuer=rules.clean(facts.round.issuer),
            unit=rules.clean(facts.unit_name),
            today=rules.day_in_words(facts.today),
            n=facts.totals.total,
            counted=facts.totals.counted,
        )
    )
    if facts.totals.withdrawn:
        paper.text(
            _("{n} findings were withdrawn with approval; they stay listed and leave the denominators.").format(n=facts.totals.withdrawn)
        )
    states(paper, facts)
    by_source(paper, facts)
    unchecked(paper, facts)


def unchecked(paper: Paper, facts: Facts) -> None:
    if facts.totals.unchecked:
        text = _("{n} of them were taken over as finished and have not been checked here; no rate counts them as done.")
        paper.text(text.format(n=facts.totals.unchecked))


def three_rates(paper: Paper, facts: Facts) -> None:
    said = facts.totals.rates
    told = ((pgettext("claim", "Said"), said.said), (pgettext("claim", "Done"), said.done), (pgettext("claim", "Done well"), said.well))
    paper.text(rates_told(facts))
    paper.table([[_("Figure"), _("k"), _("n"), _("Rate")], *([word, str(r.k), str(r.n), r.text] for word, r in told)])


def rates_told(facts: Facts) -> str:
    """The three rates in one paragraph, each with k of n, and what they mean."""
    said = facts.totals.rates
    told = ((pgettext("claim", "Said"), said.said), (pgettext("claim", "Done"), said.done), (pgettext("claim", "Done well"), said.well))
    means = _(
        "Said is what the unit declares; done was accepted by another person; done well was seen by a third. The three are not summed."
    )
    return "；".join(f"{word}{_rate(rate)}" for word, rate in told) + "。" + means


def _rate(rate: Rate) -> str:
    whole = _("{k} of {n}").format(k=rate.k, n=rate.n)
    return f"{whole}（{rate.text}）" if rate.has_percent else whole


def states(paper: Paper, facts: Facts) -> None:
    if told := states_told(facts):
        paper.text(told)


def states_told(facts: Facts) -> str:
    """The states add up to the total."""
    present = [(facts.profile.state_word(state), facts.totals.by_state[state]) for state in STATES if facts.totals.by_state[state]]
    told = "、".join(_("{word} {n}").format(word=word, n=n) for word, n in present)
    return _("By state: {states}.").format(states=told) if present else ""


def by_source(paper: Paper, facts: Facts) -> None:
    """One line for each feed, where there is more than one."""
    register = sources.register_of(facts.actor, facts.round.pk, facts.unit_id)
    if len(register.rows) < MORE_THAN_ONE and not register.has_carried:
        return
    lines = [(row.word, row.totals) for row in register.rows] + [(_("This letter in all"), register.own)]
    if register.has_carried:
        lines += [(_("Carried over from other letters"), register.carried), (_("In the register"), register.whole)]
    claims = (pgettext("claim", "Said"), pgettext("claim", "Done"), pgettext("claim", "Done well"))
    head = [_("Source"), _("In all"), _("Open"), _("Closed"), *claims]
    paper.table([head, *(_source_line(word, totals) for word, totals in lines)], SOURCE_WIDTHS)
    if register.has_carried:
        paper.text(_("What is carried over stays in its own letter and counts there."))


def _source_line(word: str, totals: Totals) -> list[str]:
    told = totals.rates
    return [
        word,
        *(str(n) for n in (totals.total, totals.open, totals.closed)),
        *(f"{r.k}/{r.n}" for r in (told.said, told.done, told.well)),
    ]


def measures(paper: Paper, facts: Facts) -> None:
    found = counting.totals_of(facts.actor, facts.round.pk, facts.unit_id)
    paper.text(_("Measures: {n}; done: {done}; overdue: {late}.").format(n=found.total, done=found.done, late=found.overdue))
    if found.elsewhere:
        text = _("{n} measures of other letters serve these findings as well; they are counted in their own letter.")
        paper.text(text.format(n=found.elsewhere))


def fix_now(paper: Paper, facts: Facts) -> None:
    some = [row.finding for row in facts.rows if row.finding.klass == "fix_now"]
    done = sum(facts.is_complete(finding) for finding in some)
    paper.text(_("To be fixed at once: {n}; complete: {done}.").format(n=len(some), done=done))
    for finding in some:
        state = facts.profile.state_word(finding.state)
        paper.text(f"{finding.number} {rules.clean(finding.title)}（{state}）")


def each_finding(paper: Paper, facts: Facts) -> None:
    if not facts.rows:
        paper.text(_("There are no findings in this scope."))
    for place, row in enumerate(facts.rows, start=1):
        paper.subheading(_("({n}) On the rectification of “{title}”").format(n=to_chinese(place), title=rules.clean(row.finding.title)))
        _one(paper, facts, row)


def _one(paper: Paper, facts: Facts, row: rows.Row) -> None:
    finding = row.finding
    lead = finding.lead or _("no lead unit yet")
    due = rules.day_in_words(finding.due) if finding.due else finding.due_text or _("no date yet")
    paper.text(
        _("Lead unit: {lead}. Due: {due}. State: {state}.").format(
            lead=rules.clean(lead), due=due, state=facts.profile.state_word(finding.state)
        )
    )
    for place, measure in enumerate(row.measures, start=1):
        paper.text(f"{place}. {rules.clean(measure.text)}（{_STATES[measure.state]}）")
    if row.progress:
        paper.text(_("Progress: {text}").format(text=rules.clean(row.progress)))
    if row.institutions:
        paper.text(_("Rules made: {rules}").format(rules="、".join(rules.clean(text) for text in row.institutions)))
    claims = (
        (pgettext("claim", "Said"), finding.is_said),
        (pgettext("claim", "Done"), finding.is_done),
        (pgettext("claim", "Done well"), finding.is_well),
    )
    paper.text("；".join(f"{word}：{_('yes') if holds else _('not yet')}" for word, holds in claims) + "。")


_STATES = dict(Measure.STATES)


def institutions(paper: Paper, facts: Facts) -> None:
    """Rules in force by what the measures did, those on paper only apart; then each by its name."""
    counts = rule_figures.of_findings(facts.ids)
    paper.text(
        _("Rules in force: {n}; made: {made}; revised: {revised}; abolished: {abolished}.").format(
            n=counts.in_force, made=counts.made, revised=counts.revised, abolished=counts.abolished
        )
    )
    if counts.on_paper_only:
        paper.text(_("On paper only, not counted as in force: {n}.").format(n=counts.on_paper_only))
    if counts.not_followed:
        paper.text(_("Existing rules that were not followed: {n}.").format(n=counts.not_followed))
    for one in rule_figures.in_force_for(facts.ids):
        issued = rules.day_in_words(one.issued_on) if one.issued_on else ""
        paper.text(f"{rules.clean(one.named)}{issued}")


def campaign(paper: Paper, facts: Facts) -> None:
    found = CampaignQuestion.objects.filter(finding__in=facts.ids)
    word = Count("pk", filter=Q(word__in=["yes", "partly", "other"]))
    tally = Answer.objects.filter(question__in=found, state="answered").aggregate(n=Count("pk"), yes=word)
    paper.text(
        _("Questions to other units: {n}; answers: {answers}; found there too: {yes}.").format(
            n=found.count(), answers=tally["n"], yes=tally["yes"]
        )
    )


def effect(paper: Paper, facts: Facts) -> None:
    tally = Tally(row.finding.effect_state for row in facts.rows)
    none = sum(row.finding.effect_measure == "none" for row in facts.rows)
    paper.text(
        _("Effect seen: {passed}; to be seen: {due}; not seen: {failed}; no effect measure applies: {none}.").format(
            passed=tally["passed"], due=tally["due"], failed=tally["failed"], none=none
        )
    )


def not_done(paper: Paper, facts: Facts) -> None:
    settled = {*vocabulary.SETTLED, *facts.profile.counts_as_complete, *LONG}
    left = [row.finding for row in facts.rows if row.finding.state not in settled]
    paper.text(_("Not complete: {n}. Reasons are to be added by the lead unit.").format(n=len(left)) if left else _("None."))
    _list(paper, facts, left)


def long_term(paper: Paper, facts: Facts) -> None:
    some = [row.finding for row in facts.rows if row.finding.state in LONG]
    paper.text(_("Long term or standing: {n}.").format(n=len(some)) if some else _("None."))
    for finding in some:
        review = rules.day_in_words(finding.next_review) if finding.next_review else _("no date yet")
        text = _("{number} {title}: stage goal: {goal}; next review: {day}.")
        goal = rules.clean(finding.stage_goal) or _("not set")
        paper.text(text.format(number=finding.number, title=rules.clean(finding.title), goal=goal, day=review))


def _list(paper: Paper, facts: Facts, findings: list[Printed]) -> None:
    for finding in sorted(findings, key=lambda one: (one.due or date.max, one.pk)):
        due = rules.day_in_words(finding.due) if finding.due else _("no date yet")
        text = _("{number} {title}: {state}, due {day}.")
        paper.text(
            text.format(number=finding.number, title=rules.clean(finding.title), state=facts.profile.state_word(finding.state), day=due)
        )


def next_steps(paper: Paper, facts: Facts) -> None:
    coming = [row.finding for row in facts.rows if row.finding.state in OPEN_STATES and not facts.is_complete(row.finding)]
    paper.text(_("{n} findings are still open; the next of them are due as follows.").format(n=len(coming)) if coming else _("None."))
    _list(paper, facts, sorted(coming, key=lambda one: (one.due or date.max, one.pk))[:10])


def accountability(paper: Paper, _facts: Facts) -> None:
    paper.text(_("(Given by the organs in charge; this system does not write it.)"))


def contact(paper: Paper, _facts: Facts) -> None:
    paper.text(_("Contact: ____________ Telephone: ____________ Post and e-mail address: ____________"))


def meetings(paper: Paper, facts: Facts) -> None:
    if not write_meetings(paper, facts.actor, facts.round, facts.unit_id):
        to_fill_in(paper, facts)


WRITERS: dict[str, Callable[[Paper, Facts], None]] = {
    "meetings": meetings,
    "overview": overview,
    "three_rates": three_rates,
    "states": states,
    "measures": measures,
    "fix_now": fix_now,
    "each_finding": each_finding,
    "institutions": institutions,
    "campaign": campaign,
    "effect": effect,
    "not_done": not_done,
    "long_term": long_term,
    "next_steps": next_steps,
    "accountability": accountability,
    "contact": contact,
}
