"""The two inspections: letter in, review, plans, and then each finding's life."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jiandi.base import clock
from jiandi.base.jobs import worker
from jiandi.interfaces.cli.demo import letters, paths
from jiandi.interfaces.cli.demo.city import City
from jiandi.interfaces.cli.demo.history import Diary
from jiandi.interfaces.cli.demo.letters import Problem
from jiandi.interfaces.cli.demo.lives import Life
from jiandi.loop.diagnose import actions as diagnose
from jiandi.loop.intake import actions as intake
from jiandi.loop.plan import actions as plan
from jiandi.record.accounts.models import Unit
from jiandi.record.ledger import opening
from jiandi.record.ledger.models import Cause, Finding, Letter, LetterItem, PlanVersion, Round
from jiandi.record.regimes import queries as regimes
from jiandi.record.trail.actor import Actor

LATE_UNITS = 2
LAST_PLAN_DAY = 184
MONTHS_AHEAD = (3, 5, 6, 7, 8, 10)


@dataclass
class Inspection:
    """One round with the problems of its letter."""

    city: City
    diary: Diary
    round: Round
    problems: list[Problem]
    deck: paths.Deck
    lives: list[Life] = field(default_factory=list)

    def receive(self, title: str, file_name: str, content: bytes) -> None:
        """The letter comes in, is read, reviewed and registered on one day."""
        clerk = self.city.actor("clerk")
        letter = intake.receive_letter(
            actor=clerk,
            round_id=self.round.pk,
            title=title,
            number=f"云巡反馈〔{clock.today().year}〕{self.round.pk}号",
            received_on=clock.today(),
            file_name=file_name,
            chunks=[content],
        )
        worker.run_pending()
        self._review(clerk, letter.pk)
        read = Letter.objects.get(pk=letter.pk)
        intake.finish_review(actor=clerk, letter_id=letter.pk, version=read.version)
        intake.register_findings(actor=clerk, letter_id=letter.pk)
        self._meet_paths()

    def _review(self, clerk: Actor, letter_id: int) -> None:
        """The clerk names who leads and by when, row by row, and confirms the rest."""
        by_text = {p.text: p for p in self.problems}
        units = {u.name: u for u in Unit.objects.all()}
        for item in LetterItem.objects.filter(letter_id=letter_id).exclude(type="heading").order_by("place"):
            problem = by_text.get(item.text.strip("。"))
            if problem is None:
                continue
            intake.edit_item(
                actor=clerk,
                item_id=item.pk,
                version=item.version,
                type="finding",
                unit_id=units[problem.unit].pk,
                due_text=problem.due,
                support_text="、".join(self.city.bureaus[what].name for what in problem.kind["support"]),
                category=problem.category,
            )
        intake.accept_above(actor=clerk, letter_id=letter_id, confidence=0)

    def _meet_paths(self) -> None:
        """Give every finding its problem and path, and every unit the day of its plan."""
        found = list(Finding.objects.filter(round=self.round, lead__isnull=False).select_related("lead").order_by("pk"))
        by_text = {p.text: p for p in self.problems}
        known = [f for f in found if f.verbatim.strip("。") in by_text]
        ways = self.deck.deal([f.lead_id or 0 for f in known])
        units: dict[int, list[Life]] = defaultdict(list)
        for finding, path in zip(known, ways, strict=True):
            lead = finding.lead
            assert lead is not None  # noqa: S101 - filtered above
            life = Life(self.city, self.diary, finding.pk, by_text[finding.verbatim.strip("。")], path, lead)
            units[lead.pk].append(life)
            self.lives.append(life)
        order = sorted(units, key=lambda pk: len(units[pk]))
        for at, pk in enumerate(order):
            if at == 0:
                self.diary.on(LAST_PLAN_DAY, lambda pk=pk: self.write_plan(units[pk]))  # type: ignore[misc]
            elif at >= LATE_UNITS:
                self.diary.later(units[pk][0].path.plan_after - 8, lambda pk=pk: self.write_plan(units[pk]))  # type: ignore[misc]

    def write_plan(self, lives: list[Life]) -> None:
        """Causes and measures of everything the unit leads; the head hands the plan in, the office decides."""
        lead = lives[0].lead
        for life in lives:
            self._diagnose_and_plan(life)
        fresh = Finding.objects.filter(round=self.round, lead=lead, state="registered").exclude(pk__in=[life.finding_id for life in lives])
        if fresh.exists():
            return
        version = plan.submit_plan(actor=self.city.head(lead), round_id=self.round.pk, unit_id=lead.pk)
        self.diary.later(3, lambda: self.approve(version.pk, lives))

    def _diagnose_and_plan(self, life: Life) -> None:
        liaison, kind, lead = self.city.liaison(life.lead), life.problem.kind, life.lead
        dimension, leaf, text = kind["cause"]
        diagnose.add_cause(
            actor=liaison, finding_id=life.finding_id, dimension=dimension, leaf=leaf, text=text, version=life.finding().version
        )
        self._ask_further(life, liaison)
        figures = life.problem.figures
        supports = [self.city.bureaus[what].pk for what in kind["support"]]
        due = life.finding().due or clock.today() + timedelta(days=90)
        for at, (words, more) in enumerate(_measures(kind)):
            plan.add_measure(
                actor=liaison,
                finding_id=life.finding_id,
                text=words[0],
                lead_id=lead.pk,
                due_text=(due - timedelta(days=5 * at)).isoformat(),
                support_ids=supports if at == 0 else [],
                standard=words[1].format(**figures),
                **more,
            )
        plan.set_standard(
            actor=liaison, finding_id=life.finding_id, standard=kind["now"][1].format(**figures), version=life.finding().version
        )
        plan.set_effect_measure(actor=liaison, finding_id=life.finding_id, effect_measure="sample", version=life.finding().version)

    def _ask_further(self, life: Life, liaison: Actor) -> None:
        """Problems that come back are flagged by the office, and asked why until somebody can act on the answer."""
        whys = life.problem.kind.get("whys", [])
        if not whys:
            return
        flags = {"is_long_standing": life.finding_id % 2 == 0, "is_recurring": True, "is_common": life.finding_id % 3 == 0}
        diagnose.flag_finding(actor=self.city.actor("clerk"), finding_id=life.finding_id, version=life.finding().version, **flags)
        above = Cause.objects.get(finding_id=life.finding_id).pk
        for dimension, leaf, question, text in whys:
            fields = {"dimension": dimension, "leaf": leaf, "question": question, "text": text}
            version = life.finding().version
            above = diagnose.add_cause(actor=liaison, finding_id=life.finding_id, parent_id=above, version=version, **fields).pk

    def approve(self, plan_id: int, lives: list[Life]) -> None:
        version = PlanVersion.objects.get(pk=plan_id)
        plan.approve_plan(actor=self.city.actor("clerk"), plan_id=plan_id, opinion="同意，按节点推进。", version=version.version)
        for life in lives:
            life.begin()


def _measures(kind: dict[str, list[str]]) -> list[tuple[list[str], dict[str, Any]]]:
    return [
        (kind["now"], {"kind": "correct", "horizon": "now", "rule_verb": "", "method": "seen"}),
        (kind["rule"], {"kind": "reform", "horizon": "lasting", "rule_verb": "make", "method": "read"}),
        (kind["prevent"], {"kind": "prevent", "horizon": "now", "rule_verb": "", "method": "redone"}),
    ]


def open_inspection(
    city: City, diary: Diary, *, code: str, title: str, regime: str, issuer: str, count: int, deck: paths.Deck, fields: tuple[str, ...] = ()
) -> Inspection:
    """Open a round today and name who checks; a second group checks where the first one is the lead."""
    clerk, today = city.actor("clerk"), clock.today()
    new = opening.NewRound(title=title, code=code, regime=regimes.current(regime), unit=city.top, issuer=issuer, feedback_on=today)
    round_ = opening.open_round(actor=clerk, new=new)
    opening.assign_verifier(actor=clerk, round_=round_, unit=city.bureaus["check"])
    ahead = [today.month - 1 + offset for offset in MONTHS_AHEAD]
    months = [(today.year + at // 12, at % 12 + 1) for at in ahead]
    found = letters.problems(city, diary.rng, count, months, fields)
    return Inspection(city, diary, round_, found, deck)
