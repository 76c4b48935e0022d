"""Feeds other than a letter: problems of the rectification itself, what units propose, and what another letter has left open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jiandi.base import clock
from jiandi.base.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from jiandi.loop.intake import actions
from jiandi.loop.intake.actions import Problem
from jiandi.record.figures import sources
from jiandi.record.ledger import listing, write
from jiandi.record.ledger.models import Carried, Finding, FindingLink, LetterItem, ProposedProblem, Round
from jiandi.record.policy import roles
from jiandi.record.trail.actor import SYSTEM
from tests.builders import as_actor, give, make_finding, make_item, make_letter, make_round, make_user
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PROBLEM = Problem("整改台账未按月更新，三个问题仍显示上季度进展。", "领导小组第4次会议", category="整改落实")


@pytest.fixture
def letter(cast: Cast) -> Round:
    """Another inspection, older: what is open there can be carried over."""
    return make_round(cast.city, feedback_on=clock.today() - timedelta(days=300))


class TestLetters:
    def covered(self, cast: Cast, level: str) -> Finding:
        letter = make_letter(cast.round, text="资金拨付滞后。", state="in_review", level=level)
        item = make_item(letter, text="资金拨付滞后。", start=0, end=7, confirmed=True, type="finding")
        actions.register_findings(actor=cast.actor("clerk"), letter_id=letter.pk)
        return Finding.objects.get(item=LetterItem.objects.get(pk=item.pk))

    @pytest.mark.parametrize(("level", "source"), [("central", "central"), ("upper", "upper"), ("own", "self"), ("", "upper")])
    def test_findings_carry_the_source_of_their_letter(self, cast: Cast, level: str, source: str) -> None:
        assert cast.round.level == "upper"
        assert self.covered(cast, level).source == source

    def test_an_unknown_level_is_refused(self, cast: Cast) -> None:
        given: dict[str, Any] = {"title": "反馈", "number": "1", "received_on": clock.today(), "item_count": 2, "keeper": "机要室"}
        with pytest.raises(BadInput, match="level"):
            actions.receive_without_text(actor=cast.actor("clerk"), round_id=cast.round.pk, level="world", **given)


class TestRegister:
    def register(self, cast: Cast, who: str = "clerk", **given: Any) -> Finding:
        asked: dict[str, Any] = {"round_id": cast.round.pk, "source": "process", "problem": PROBLEM, **given}
        return actions.register_problem(actor=cast.actor(who), **asked)

    def test_a_problem_of_the_rectification_names_the_finding_it_is_about(self, cast: Cast) -> None:
        made = self.register(cast, lead_id=cast.bureau.pk, about=cast.finding.number)
        assert (made.source, made.state, made.lead, made.category) == ("process", "registered", cast.bureau, "整改落实")
        assert "领导小组第4次会议" in made.verbatim
        link = FindingLink.objects.get()
        assert (link.finding, link.other, link.kind, link.state) == (made, cast.finding, "about", "accepted")

    def test_one_found_by_a_unit_needs_no_other_finding(self, cast: Cast) -> None:
        assert self.register(cast, source="self").source == "self"
        assert not FindingLink.objects.exists()

    @pytest.mark.parametrize("who", ["liaison", "head", "supervisor", "verifier"])
    def test_only_the_office_registers(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            self.register(cast, who)

    def test_what_is_missing_or_unknown_is_refused_whole(self, cast: Cast) -> None:
        for given, error in (
            ({"problem": Problem(" ", "会议")}, BadInput),
            ({"problem": Problem("账目不清", "")}, BadInput),
            ({"source": "central"}, BadInput),
            ({"about": "没有-001"}, BadInput),
            ({"lead_id": 10**9}, RuleBroken),
            ({"round_id": 0}, NotFound),
        ):
            with pytest.raises(error):
                self.register(cast, **given)
        assert Finding.objects.count() == 1, "nothing is left of what was refused"


class TestProposals:
    def propose(self, cast: Cast, who: str = "liaison", **given: Any) -> ProposedProblem:
        asked: dict[str, Any] = {"round_id": cast.round.pk, "unit_id": cast.bureau.pk, "problem": PROBLEM, **given}
        return actions.propose_problem(actor=cast.actor(who), **asked)

    def answer(self, cast: Cast, row: ProposedProblem, verb: str, who: str = "clerk", **given: Any) -> ProposedProblem:
        asked: dict[str, Any] = {"proposal_id": row.pk, "verb": verb, "reason": "", "version": row.version, **given}
        return actions.answer_proposal(actor=cast.actor(who), **asked)

    def test_a_unit_proposes_and_the_office_registers_it_as_found_by_the_unit(self, cast: Cast) -> None:
        row = self.answer(cast, self.propose(cast), "register")
        assert row.finding is not None
        assert (row.state, row.finding.source, row.finding.lead, row.finding.found_in) == ("registered", "self", cast.bureau, cast.bureau)

    def test_the_office_refuses_with_a_reason(self, cast: Cast) -> None:
        row = self.propose(cast)
        with pytest.raises(RuleBroken):
            self.answer(cast, row, "refuse")
        assert self.answer(cast, row, "refuse", reason="已在台账").state == "refused"
        assert Finding.objects.count() == 1

    def test_the_unit_takes_it_back_and_nobody_else_does(self, cast: Cast) -> None:
        row = self.propose(cast)
        with pytest.raises(NotAllowed):
            self.answer(cast, row, "take_back")
        assert self.answer(cast, row, "take_back", "head").state == "taken_back"

    def test_a_unit_does_not_register_its_own_proposal(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            self.answer(cast, self.propose(cast), "register", "head")
        assert Finding.objects.count() == 1

    def test_nobody_proposes_for_another_unit_nor_answers_what_is_not_seen(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            self.propose(cast, unit_id=cast.stranger.pk)
        with pytest.raises(NotAllowed):
            self.propose(cast, "clerk")
        row = self.propose(cast)
        for who in ("helper", "outsider", "system"):
            with pytest.raises(NotFound):
                self.answer(cast, row, "register", who)

    def test_stale_twice_and_unknown_steps(self, cast: Cast) -> None:
        row = self.propose(cast)
        with pytest.raises(Conflict):
            self.answer(cast, row, "register", version=9)
        with pytest.raises(NotFound):
            self.answer(cast, row, "propose")
        row = self.answer(cast, row, "register")
        with pytest.raises(RuleBroken):
            self.answer(cast, row, "register")
        assert Finding.objects.count() == 2


class TestCarried:
    def carry(self, cast: Cast, *findings: Finding, who: str = "clerk", **given: Any) -> list[Carried]:
        asked: dict[str, Any] = {
            "round_id": cast.round.pk,
            "finding_ids": [f.pk for f in findings],
            "basis": "市整改办〔2026〕3号",
            **given,
        }
        return actions.carry_over(actor=cast.actor(who), **asked)

    def test_an_open_finding_comes_on_the_books_and_stays_in_its_letter(self, cast: Cast, letter: Round) -> None:
        there = make_finding(letter, cast.bureau, source="upper")
        row = self.carry(cast, there)[0]
        assert (row.round, row.finding, row.state) == (cast.round, there, "carried")
        there.refresh_from_db()
        assert there.round == letter
        assert Finding.objects.count() == 2, "nothing was copied"

    def test_the_register_shows_it_beside_the_totals_never_in_them(self, cast: Cast, letter: Round) -> None:
        there = make_finding(letter, cast.bureau, source="upper")
        self.carry(cast, there)
        clerk = cast.actor("clerk")
        register = sources.register_of(clerk, cast.round.pk)
        assert [(row.source, row.totals.total) for row in register.rows] == [("self", 1)]
        assert (register.own.total, register.carried.total, register.whole.total) == (1, 1, 2)
        own, carried, whole = (listing.Filters(when=when) for when in ("", "carried", "register"))
        for filters, numbers in ((own, [cast.finding.number]), (carried, [there.number]), (whole, [cast.finding.number, there.number])):
            rows, _more = listing.rows(clerk, cast.round.pk, filters)
            assert sorted(row.number for row in rows) == sorted(numbers)
            assert listing.total(clerk, cast.round.pk, filters) == (len(numbers), False)
        assert sources.register_of(clerk, letter.pk).own.total == 1, "it counts in its own letter"

    def test_who_may_not_see_it_finds_it_in_no_count(self, cast: Cast, letter: Round) -> None:
        self.carry(cast, make_finding(letter, cast.stranger))
        register = sources.register_of(cast.actor("liaison"), cast.round.pk)
        assert (register.carried.total, register.whole.total) == (0, 1)

    def test_only_open_findings_of_other_rounds_are_carried(self, cast: Cast, letter: Round) -> None:
        closed = make_finding(letter, cast.bureau)
        write.change(closed, {"state": "closed", "closed_on": clock.today()}, actor=SYSTEM, verb="close")
        for wrong in (closed, cast.finding):
            with pytest.raises(NotFound):
                self.carry(cast, wrong)

    def test_once_is_enough_and_a_basis_is_asked(self, cast: Cast, letter: Round) -> None:
        there = make_finding(letter, cast.bureau)
        with pytest.raises(BadInput):
            self.carry(cast, there, basis=" ")
        with pytest.raises(BadInput):
            self.carry(cast)
        self.carry(cast, there)
        with pytest.raises(NotFound):
            self.carry(cast, there)

    @pytest.mark.parametrize("who", ["head", "supervisor", "verifier"])
    def test_only_the_office_carries_over(self, cast: Cast, letter: Round, who: str) -> None:
        with pytest.raises(NotAllowed):
            self.carry(cast, make_finding(letter, cast.bureau), who=who)

    def test_an_office_carries_only_what_it_sees(self, cast: Cast, letter: Round) -> None:
        user = make_user()
        give(user, cast.office, roles.CLERK, cast.round)
        with pytest.raises(NotFound):
            actions.carry_over(actor=as_actor(user), round_id=cast.round.pk, finding_ids=[make_finding(letter).pk], basis="文件")

    def test_it_is_taken_off_with_a_reason_and_may_come_again(self, cast: Cast, letter: Round) -> None:
        there = make_finding(letter, cast.bureau)
        row = self.carry(cast, there)[0]
        clerk = cast.actor("clerk")
        with pytest.raises(RuleBroken):
            actions.take_off(actor=clerk, carried_id=row.pk, reason=" ", version=row.version)
        with pytest.raises(Conflict):
            actions.take_off(actor=clerk, carried_id=row.pk, reason="误转", version=9)
        with pytest.raises(NotAllowed):
            actions.take_off(actor=cast.actor("supervisor"), carried_id=row.pk, reason="误转", version=row.version)
        with pytest.raises(NotFound):
            actions.take_off(actor=cast.actor("outsider"), carried_id=row.pk, reason="误转", version=row.version)
        actions.take_off(actor=clerk, carried_id=row.pk, reason="误转", version=row.version)
        assert not listing.carried(clerk, cast.round.pk).exists()
        assert len(self.carry(cast, there)) == 1


def test_the_register_adds_up_by_source_and_state_and_each_figure_opens_to_its_rows(cast: Cast, letter: Round) -> None:
    for source, count in (("central", 3), ("upper", 2), ("process", 1)):
        for _ in range(count):
            make_finding(cast.round, cast.bureau, source=source)
    first = Finding.objects.filter(source="central").first()
    assert first is not None
    write.change(first, {"state": "in_progress", "is_said": True, "is_done": True}, actor=SYSTEM, verb="edit")
    gone = Finding.objects.filter(source="upper").first()
    assert gone is not None
    write.change(gone, {"state": "withdrawn"}, actor=SYSTEM, verb="withdraw")
    clerk = cast.actor("clerk")
    actions.carry_over(actor=clerk, round_id=cast.round.pk, finding_ids=[make_finding(letter).pk], basis="文件")
    register = sources.register_of(clerk, cast.round.pk)
    assert {row.source: row.totals.total for row in register.rows} == {"central": 3, "upper": 2, "process": 1, "self": 1}
    assert sum(row.totals.total for row in register.rows) == register.own.total == 7
    for totals in (register.own, register.carried, register.whole, *(row.totals for row in register.rows)):
        assert sum(totals.by_state.values()) == totals.total
    asked = [(row.source, row.totals) for row in register.rows]
    for source, totals in asked:
        for state, n in totals.by_state.items():
            assert listing.total(clerk, cast.round.pk, listing.Filters(source=source, state=state)) == (n, False)
        for claim, rate in (("said", totals.rates.said), ("done", totals.rates.done), ("well", totals.rates.well)):
            assert listing.total(clerk, cast.round.pk, listing.Filters(source=source, claim=claim)) == (rate.k, False)
            assert rate.n == totals.counted
    assert listing.total(clerk, cast.round.pk, listing.Filters(when="register"))[0] == register.whole.total


def test_a_unit_s_register_holds_what_it_leads(cast: Cast, letter: Round) -> None:
    make_finding(cast.round, cast.stranger, source="central")
    register = sources.register_of(cast.actor("clerk"), cast.round.pk, cast.bureau.pk)
    assert [(row.source, row.totals.total) for row in register.rows] == [("self", 1)]


URLS = {"problem": "/intake/problem/", "carry": "/intake/carry/"}


def test_the_office_registers_on_the_page(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    clerk = sign_in("clerk")
    page = clerk.get(URLS["problem"]).content.decode()
    assert "没有提请登记的问题" in page
    assert clerk.post(URLS["problem"], {"source": "process", "text": "", "basis": ""}).status_code == 422
    wrong = {"source": "process", "text": "台账未更新", "basis": "例会", "about": "没有"}
    assert clerk.post(URLS["problem"], wrong).status_code == 422
    sent = clerk.post(URLS["problem"], {**wrong, "about": cast.finding.number}, follow=True)
    assert "已登记，编号" in sent.content.decode()
    assert Finding.objects.filter(source="process").count() == 1


def test_a_unit_proposes_and_the_office_answers_on_the_page(cast: Cast, sign_in: Callable[[str], Client]) -> None:
    unit, clerk = sign_in("liaison"), sign_in("clerk")
    told = {"unit": cast.bureau.pk, "text": "两份合同未归档<script>", "basis": "科室自查"}
    assert unit.post(URLS["problem"], told).status_code == 303
    row = ProposedProblem.objects.get()
    page = clerk.get(URLS["problem"]).content.decode()
    assert "&lt;script&gt;" in page
    step = f"/intake/problem/{row.pk}/"
    assert clerk.post(step + "refuse/", {"version": row.version}).status_code == 422
    assert clerk.post(step + "register/", {}).status_code == 422
    assert unit.post(step + "register/", {"version": row.version}).status_code == 403
    assert clerk.post(step + "register/", {"version": row.version}).status_code == 303
    assert ProposedProblem.objects.get().finding is not None
    assert clerk.post(step + "register/", {"version": row.version}).status_code == 409


def test_findings_are_carried_over_and_taken_off_on_the_page(cast: Cast, letter: Round, sign_in: Callable[[str], Client]) -> None:
    clerk = sign_in("clerk")
    assert "其他反馈没有未办结问题" in clerk.get(URLS["carry"]).content.decode()
    there = make_finding(letter, cast.bureau, title="河道垃圾未清")
    assert "河道垃圾未清" in clerk.get(URLS["carry"]).content.decode()
    assert clerk.post(URLS["carry"], {"row": there.pk, "basis": ""}).status_code == 422
    assert clerk.post(URLS["carry"], {"row": "x", "basis": "文件"}).status_code == 422
    assert clerk.post(URLS["carry"], {"row": there.pk, "basis": "文件"}).status_code == 303
    row = Carried.objects.get()
    assert there.number in clerk.get("/ledger/?when=carried").content.decode()
    off = f"/intake/carry/{row.pk}/off/"
    assert clerk.post(off, {"version": row.version}).status_code == 422
    assert clerk.post(off, {"version": row.version, "reason": "误转"}).status_code == 303
    assert there.number not in clerk.get("/ledger/?when=carried").content.decode()


@pytest.mark.parametrize("which", URLS)
def test_long_lists_cost_no_more_queries(
    cast: Cast, letter: Round, sign_in: Callable[[str], Client], which: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        make_finding(letter, cast.bureau)
        actions.propose_problem(actor=cast.actor("liaison"), round_id=cast.round.pk, unit_id=cast.bureau.pk, problem=PROBLEM)
    clerk = sign_in("clerk")
    with django_assert_max_num_queries(13):
        page = clerk.get(URLS[which]).content.decode()
    assert page.count("<tr>") <= 52
