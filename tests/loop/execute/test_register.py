"""The rules register: whose rules they are, what replaces them, and what a closed finding is asked when one stands on paper only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.base.jobs import worker
from jiandi.base.jobs.models import Job
from jiandi.loop.execute import actions
from jiandi.loop.execute.actions import NewRule, importing
from jiandi.loop.execute.queries import register as queries
from jiandi.loop.execute.rules import reading
from jiandi.loop.verify import actions as verify
from jiandi.record.figures import institutions as figures
from jiandi.record.ledger import guards, institutions, lifecycle, reads, write
from jiandi.record.ledger.models import Finding, Institution, Measure, RuleQuestion
from jiandi.record.regimes.phases import add_months
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_finding, make_measure
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LAST_YEAR = clock.today() - timedelta(days=400)


def add(cast: Cast, who: str = "liaison", **more: Any) -> Institution:
    flags = {name: more.pop(name) for name in ("is_in_force", "is_another") if name in more}
    unit = more.pop("unit", cast.bureau)
    given = {"title": "资金拨付办法", "number": "云水发〔2025〕3号", "issued_on": LAST_YEAR, **more}
    return actions.add_rule(actor=cast.actor(who), unit_id=unit.pk, new=NewRule(**given), **flags)


@pytest.fixture
def rule(cast: Cast) -> Institution:
    return add(cast, is_in_force=True)


def made_by(cast: Cast, rule: Institution, finding: Finding | None = None) -> Measure:
    """A measure of the finding that made the rule."""
    measure = make_measure(finding or cast.finding, rule_verb="make")
    lifecycle.move(measure, "approve", actor=SYSTEM)
    actions.link_rule(actor=cast.actor("liaison"), measure_id=measure.pk, institution_id=rule.pk, verb="make")
    measure.refresh_from_db()
    return measure


class TestRegistering:
    def test_a_rule_in_force_has_two_proofs_planned_and_a_review(self, rule: Institution) -> None:
        assert (rule.state, rule.in_force_from) == ("in_force", LAST_YEAR)
        days = list(rule.proofs.order_by("number").values_list("due", flat=True))
        assert days == [add_months(LAST_YEAR, 6), add_months(LAST_YEAR, 12)]
        assert rule.review_on == add_months(LAST_YEAR, 24)

    def test_the_office_registers_for_every_unit_and_a_unit_only_for_its_own(self, cast: Cast) -> None:
        assert add(cast, "clerk", unit=cast.helper).unit == cast.helper
        with pytest.raises(NotAllowed):
            add(cast, "helper")
        with pytest.raises(NotAllowed):
            add(cast, "verifier")
        with pytest.raises(NotAllowed):
            add(cast, "system")

    def test_a_like_title_asks_to_be_revised_instead(self, cast: Cast, rule: Institution) -> None:
        with pytest.raises(RuleBroken) as refused:
            add(cast, title="资金拨付管理办法")
        assert refused.value.code == "rule.alike"
        assert add(cast, title="资金拨付管理办法", is_another=True).state == "drafted"
        assert add(cast, title="防汛值班制度").state == "drafted"
        assert add(cast, "outsider", unit=cast.stranger).unit == cast.stranger

    def test_empty_and_impossible_input_is_refused(self, cast: Cast) -> None:
        for wrong in ({"title": " "}, {"level": "none"}, {"in_force_from": LAST_YEAR - timedelta(days=1)}, {"review_on": LAST_YEAR}):
            with pytest.raises(BadInput):
                add(cast, **wrong)
        with pytest.raises(RuleBroken):
            add(cast, number="", is_in_force=True)
        assert not Institution.objects.exists()

    def test_an_upper_rule_names_its_issuer(self, cast: Cast) -> None:
        assert add(cast, level="upper", issuer="省水利厅", is_in_force=True).issuer == "省水利厅"


class TestSteps:
    def test_a_new_rule_supersedes_the_one_it_replaces_once_it_is_in_force(self, cast: Cast, rule: Institution) -> None:
        new = add(cast, title="资金拨付办法（修订）", replaces_id=rule.pk, issued_on=clock.today())
        rule.refresh_from_db()
        assert rule.state == "in_force"
        with pytest.raises(Conflict):
            actions.put_in_force(actor=cast.actor("liaison"), institution_id=new.pk, version=9)
        with pytest.raises(NotAllowed):
            actions.put_in_force(actor=cast.actor("clerk"), institution_id=new.pk, version=new.version)
        with pytest.raises(NotFound):
            actions.put_in_force(actor=cast.actor("outsider"), institution_id=new.pk, version=new.version)
        actions.put_in_force(actor=cast.actor("liaison"), institution_id=new.pk, version=new.version)
        rule.refresh_from_db()
        assert (rule.state, rule.ended_on) == ("superseded", clock.today())
        assert set(rule.proofs.values_list("state", flat=True)) == {"dropped"}

    def test_a_rule_replaces_a_living_one_of_its_own_unit(self, cast: Cast, rule: Institution) -> None:
        with pytest.raises(RuleBroken) as refused:
            add(cast, "clerk", unit=cast.helper, replaces_id=rule.pk)
        assert refused.value.code == "rule.other_unit"
        with pytest.raises(NotFound):
            add(cast, "outsider", unit=cast.stranger, replaces_id=rule.pk)

    def test_it_is_abolished_by_a_document_on_a_day(self, cast: Cast, rule: Institution) -> None:
        given: dict[str, Any] = {"institution_id": rule.pk, "version": rule.version}
        with pytest.raises(RuleBroken) as refused:
            actions.abolish_rule(actor=cast.actor("head"), **given, document=" ", ended_on=clock.today() + timedelta(days=1))
        assert [u.code for u in refused.value.unmet] == ["document", "ended_on"]
        with pytest.raises(NotAllowed):
            actions.abolish_rule(actor=cast.actor("clerk"), **given, document="云水发〔2026〕9号", ended_on=clock.today())
        done = actions.abolish_rule(actor=cast.actor("head"), **given, document="云水发〔2026〕9号", ended_on=clock.today())
        assert done.state == "abolished"
        with pytest.raises(RuleBroken):
            actions.change_rule(actor=cast.actor("head"), institution_id=rule.pk, version=done.version, issuer="", review_on=None)

    def test_a_review_sets_the_next_one(self, cast: Cast, rule: Institution) -> None:
        given: dict[str, Any] = {"actor": cast.actor("liaison"), "institution_id": rule.pk, "version": rule.version}
        with pytest.raises(BadInput):
            actions.review_rule(**given, text="", next_on=clock.today() + timedelta(days=9))
        with pytest.raises(BadInput):
            actions.review_rule(**given, text="仍适用", next_on=clock.today())
        day = clock.today() + timedelta(days=9)
        assert actions.review_rule(**given, text="仍适用", next_on=day).review_on == day

    def test_its_text_is_kept_by_its_digest(self, cast: Cast, rule: Institution) -> None:
        given: dict[str, Any] = {"institution_id": rule.pk, "version": rule.version, "chunks": ["办法".encode()], "file_name": "办法.txt"}
        with pytest.raises(NotFound):
            actions.keep_text(actor=cast.actor("outsider"), **given)
        kept = actions.keep_text(actor=cast.actor("liaison"), **given)
        assert queries.paper(cast.actor("clerk"), kept.pk).digest == kept.digest

    def test_a_measure_is_linked_once_and_to_a_visible_rule(self, cast: Cast, rule: Institution) -> None:
        measure = made_by(cast, rule)
        given = {"measure_id": measure.pk, "institution_id": rule.pk}
        with pytest.raises(RuleBroken) as refused:
            actions.link_rule(actor=cast.actor("liaison"), **given, verb="enforce")
        assert refused.value.code == "rule.linked"
        with pytest.raises(BadInput):
            actions.link_rule(actor=cast.actor("liaison"), **given, verb="love")
        with pytest.raises(NotFound):
            actions.link_rule(actor=cast.actor("outsider"), **given, verb="enforce")


class TestNotFollowed:
    def test_it_asks_for_the_cause_that_says_so(self, cast: Cast, rule: Institution) -> None:
        given: dict[str, Any] = {"finding_id": cast.finding.pk, "institution_id": rule.pk, "text": "三个项目未按时限拨付"}
        with pytest.raises(RuleBroken) as refused:
            actions.mark_not_followed(actor=cast.actor("liaison"), **given)
        assert refused.value.code == "rule.no_cause"
        cause = make_cause(cast.finding)
        write.change(cause, {"leaf": institutions.NOT_FOLLOWED}, actor=SYSTEM, verb="edit")
        assert queries.of_finding(cast.actor("liaison"), cast.finding.pk).is_asked
        with pytest.raises(NotFound):
            actions.mark_not_followed(actor=cast.actor("verifier"), **given)
        made_by(cast, rule)
        with pytest.raises(NotAllowed):
            actions.mark_not_followed(actor=cast.actor("helper"), **given)
        link = actions.mark_not_followed(actor=cast.actor("liaison"), **given)
        assert link.cause == cause
        assert not queries.of_finding(cast.actor("liaison"), cast.finding.pk).is_asked
        with pytest.raises(RuleBroken):
            actions.mark_not_followed(actor=cast.actor("liaison"), **given)
        assert figures.of_findings([cast.finding.pk]).not_followed == 1


class TestVisibility:
    def test_a_unit_sees_its_own_rules_and_those_of_its_findings(self, cast: Cast, rule: Institution) -> None:
        other = add(cast, "outsider", unit=cast.stranger, is_in_force=True)
        made_by(cast, rule)

        def seen(who: str) -> set[int]:
            return set(queries.rules(cast.actor(who), queries.Filters()).values_list("pk", flat=True))

        assert seen("liaison") == {rule.pk}
        assert seen("helper") == {rule.pk}
        assert seen("verifier") == {rule.pk}
        assert seen("outsider") == {other.pk}
        assert seen("clerk") == {rule.pk, other.pk}
        assert seen("system") == set()

    def test_filters_and_counts_agree(self, cast: Cast, rule: Institution) -> None:
        add(cast, title="防汛值班制度")
        counts, due = queries.counts(cast.actor("clerk"))
        assert (counts.total, counts.in_force, counts.drafted) == (2, 1, 1)
        for code in ("in_force", "drafted", "on_paper_only", "abolished", "superseded"):
            assert queries.rules(cast.actor("clerk"), queries.Filters(state=code)).count() == getattr(counts, code)
        for code in ("review", "proof"):
            assert queries.rules(cast.actor("clerk"), queries.Filters(due=code)).count() == due[code]
        assert due["proof"] == 1
        assert not queries.rules(cast.actor("clerk"), queries.Filters(unit=cast.helper.pk)).exists()
        assert not queries.rules(cast.actor("clerk"), queries.Filters(unit=999)).exists()


class TestOnPaperOnly:
    @pytest.fixture
    def question(self, cast: Cast, rule: Institution) -> RuleQuestion:
        """A finding seen to work and closed; then a proof of its rule finds no case at all."""
        closed = make_finding(cast.round, cast.bureau)
        measure = made_by(cast, rule, closed)
        write.change(measure, {"state": "done", "done_on": clock.today()}, actor=SYSTEM, verb="accept")
        state = {"state": "closed", "closed_on": clock.today(), "effect_state": "passed", "is_done": True, "is_well": True}
        write.change(closed, state, actor=SYSTEM, verb="close")
        proof = rule.proofs.order_by("number")[0]
        given: dict[str, Any] = {"method": "read", "text": "未见一件按办法办理"}
        verify.find_no_case(actor=cast.actor("verifier"), proof_id=proof.pk, version=proof.version, **given)
        return RuleQuestion.objects.get()

    def test_it_never_counts_as_done_well(self, question: RuleQuestion) -> None:
        finding = Finding.objects.get(pk=question.finding_id)
        assert (finding.is_done, finding.is_well, finding.state) == (True, False, "closed")
        counts = figures.of_findings([finding.pk])
        assert (counts.in_force, counts.made, counts.on_paper_only) == (0, 0, 1)

    def test_it_does_not_count_as_a_rule_in_force(self, cast: Cast, question: RuleQuestion) -> None:
        finding = Finding.objects.get(pk=question.finding_id)
        facts = reads.facts_for("submit", finding)
        assert "rule" in {u.code for u in guards.submit(facts)}

    def test_the_office_keeps_it_closed_with_a_reason(self, cast: Cast, question: RuleQuestion) -> None:
        given: dict[str, Any] = {"question_id": question.pk, "version": question.version, "reopens": False}
        with pytest.raises(RuleBroken):
            actions.answer_question(actor=cast.actor("clerk"), **given, reason=" ")
        with pytest.raises(NotAllowed):
            actions.answer_question(actor=cast.actor("head"), **given, reason="已补办")
        with pytest.raises(NotFound):
            actions.answer_question(actor=cast.actor("outsider"), **given, reason="已补办")
        with pytest.raises(Conflict):
            actions.answer_question(actor=cast.actor("clerk"), **{**given, "version": 9}, reason="已补办")
        assert actions.answer_question(actor=cast.actor("clerk"), **given, reason="适用事项每年一次，尚未到期").state == "kept"

    def test_the_office_reopens_it_and_the_measure_failed(self, cast: Cast, question: RuleQuestion) -> None:
        actions.answer_question(
            actor=cast.actor("clerk"), question_id=question.pk, version=question.version, reopens=True, reason="制度无人执行"
        )
        finding = Finding.objects.get(pk=question.finding_id)
        assert finding.state == "reopened"
        assert [m.state for m in finding.measures.all()] == ["failed"]

    def test_found_in_use_again_the_question_falls_away(self, cast: Cast, rule: Institution, question: RuleQuestion) -> None:
        proof = rule.proofs.get(state="planned")
        verify.draw_cases(actor=cast.actor("verifier"), proof_id=proof.pk, version=proof.version, case_list="拨付申请", cases=9)
        proof.refresh_from_db()
        verify.record_proof(
            actor=cast.actor("verifier"), proof_id=proof.pk, version=proof.version, found=5, method="read", text="均按办法办理"
        )
        rule.refresh_from_db()
        question.refresh_from_db()
        assert (rule.state, question.state) == ("in_force", "dropped")
        assert Finding.objects.get(pk=question.finding_id).is_well


HEADS = ["序号", "制度名称", "文号", "单位", "印发日期", "复审日期", "状态"]


class TestTables:
    def test_rows_are_read_and_wrong_ones_named(self) -> None:
        rows, faults = reading.read(
            [
                ["市水务局制度台账"],
                HEADS,
                ["1", "《资金拨付办法》", "云水发〔2025〕3号", "市水务局", "2025年3月1日", "2027-03-01", "现行有效"],
                ["2", "防汛值班制度", "", "市水务局", "", "", "草拟"],
                ["3", "", "x", "", "", "", ""],
                ["4", "用车规定", "", "", "2025-13-01", "", "作废"],
                ["", "", "", "", "", "", ""],
            ]
        )
        assert [(r.place, r.title, r.issued_on, r.state) for r in rows] == [
            (3, "资金拨付办法", date(2025, 3, 1), "in_force"),
            (4, "防汛值班制度", None, "drafted"),
        ]
        assert [f.place for f in faults] == [5, 5, 6, 6]
        with pytest.raises(BadInput):
            reading.read([["名字", "编号"]])

    def test_a_table_is_taken_in_whole_or_not_at_all(self, cast: Cast) -> None:
        text = (
            "制度名称,文号,单位,印发日期\n拨付办法,云水发〔2025〕3号,市水务局,2025-03-01\n值班制度,云水发〔2025〕4号,市水务局,2025-04-01\n"
        )
        done = self.taken(cast, text)
        assert done["taken"] == 2
        assert set(Institution.objects.values_list("state", flat=True)) == {"in_force"}
        again = self.taken(cast, text + "用车规定,云水发〔2025〕5号,没有的局,2025-04-01\n")
        assert (again["taken"], [place for place, _text, _params in again["faults"]]) == (0, [2, 3, 4])
        assert Institution.objects.count() == 2

    def test_a_unit_takes_in_its_own_only(self, cast: Cast) -> None:
        text = "制度名称,文号,印发日期,单位\n拨付办法,云水发〔2025〕3号,2025-03-01,市财政局\n"
        assert self.taken(cast, text, "liaison", cast.bureau.pk)["taken"] == 0
        with pytest.raises(NotAllowed):
            importing.ask_import(actor=cast.actor("verifier"), chunks=[b"x"])
        with pytest.raises(BadInput):
            importing.ask_import(actor=cast.actor("clerk"), chunks=[b""])

    def taken(self, cast: Cast, text: str, who: str = "clerk", unit_id: int | None = None) -> dict[str, Any]:
        job = importing.ask_import(actor=cast.actor(who), chunks=[text.encode()], unit_id=unit_id)
        worker.run_pending()
        result = Job.objects.get(pk=job.pk).result
        assert result is not None
        return dict(result)
