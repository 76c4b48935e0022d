"""Findings by the dimension of their causes: what is counted, in whose scope, and what is not said of a handful."""

from __future__ import annotations

import pytest

from jiandi.record.figures import causes
from jiandi.record.ledger import write
from jiandi.record.ledger.models import Cause, Finding
from jiandi.record.regimes.parts import Numbers
from jiandi.record.trail.actor import SYSTEM
from tests.builders import make_cause, make_finding, make_unit
from tests.cast import Cast

HOW = Numbers()


@pytest.fixture
def city(cast: Cast) -> Cast:
    """The bureau: five findings with a mechanism, one of them also with attitude twice; the stranger: one of attitude."""
    for at in range(5):
        finding = make_finding(cast.round, cast.bureau, category="资金" if at < 2 else "")
        make_cause(finding)
        if at == 0:
            attitude(finding)
            attitude(finding)
    attitude(make_finding(cast.round, cast.stranger))
    return cast


def attitude(finding: Finding) -> None:
    cause = make_cause(finding)
    write.change(cause, {"dimension": "attitude", "leaf": "get_by"}, actor=SYSTEM, verb="change")


def counts(line: causes.Line) -> dict[str, int]:
    return {share.dimension: share.rate.k for share in line.shares}


def test_a_finding_counts_once_in_each_dimension_it_names(city: Cast) -> None:
    bureau, stranger = causes.by_unit(city.actor("clerk"), city.round.pk, HOW)
    assert (bureau.name, bureau.n, counts(bureau)) == ("市水务局", 5, {"attitude": 1, "leadership": 0, "mechanism": 5, "means": 0})
    assert (stranger.name, stranger.n, counts(stranger)["attitude"]) == ("市档案馆", 1, 1)


def test_five_have_a_percentage_and_an_interval_and_four_have_neither(city: Cast) -> None:
    bureau, stranger = causes.by_unit(city.actor("clerk"), city.round.pk, HOW)
    of_attitude = bureau.shares[0]
    assert (of_attitude.rate.text, of_attitude.low, of_attitude.high) == ("20%", 3, 63)
    assert [(s.rate.text, s.low, s.high) for s in stranger.shares[:1]] == [("1/1", None, None)]


def test_lines_stand_in_the_order_of_the_tree_and_of_names_never_by_their_share(city: Cast) -> None:
    lower = make_unit("甲科", parent=city.bureau)
    attitude(make_finding(city.round, lower))
    assert [line.name for line in causes.by_unit(city.actor("clerk"), city.round.pk, HOW)] == ["市水务局", "甲科", "市档案馆"]
    assert [line.name for line in causes.by_category(city.actor("clerk"), city.round.pk, HOW)] == ["", "资金"]


def test_the_lines_add_up_to_the_sum(city: Cast) -> None:
    clerk = city.actor("clerk")
    units, categories = causes.by_unit(clerk, city.round.pk, HOW), causes.by_category(clerk, city.round.pk, HOW)
    assert causes.total(units, HOW) == causes.total(categories, HOW)
    assert causes.total(units, HOW).n == 6 == causes.analysed(clerk, city.round.pk).count()


def test_each_count_is_the_number_of_its_rows(city: Cast) -> None:
    clerk = city.actor("clerk")
    for line in causes.by_unit(clerk, city.round.pk, HOW):
        rows = causes.analysed(clerk, city.round.pk).filter(lead_id=line.key)
        assert line.n == rows.count()
        assert counts(line) == {s.dimension: causes.with_dimension(rows, s.dimension).count() for s in line.shares}


def test_dropped_causes_and_withdrawn_findings_do_not_count(city: Cast) -> None:
    finding = make_finding(city.round, city.stranger)
    dropped = make_cause(finding)
    write.change(dropped, {"is_dropped": True}, actor=SYSTEM, verb="drop")
    withdrawn = make_finding(city.round, city.stranger)
    make_cause(withdrawn)
    write.change(withdrawn, {"state": "withdrawn"}, actor=SYSTEM, verb="withdraw")
    assert causes.by_unit(city.actor("clerk"), city.round.pk, HOW)[1].n == 1


@pytest.mark.parametrize(("who", "names"), [("head", ["市水务局"]), ("outsider", ["市档案馆"]), ("helper", [])])
def test_everybody_counts_what_they_may_see(city: Cast, who: str, names: list[str]) -> None:
    assert [line.name for line in causes.by_unit(city.actor(who), city.round.pk, HOW)] == names


def test_a_finding_without_lead_has_its_own_line(city: Cast) -> None:
    other = make_finding(city.round, None)
    cause = Cause(finding=other, dimension="means", leaf="no_money", text="没有经费", unit=city.office)
    write.create(cause, actor=SYSTEM, verb="add")
    lines = {line.key: line.n for line in causes.by_unit(city.actor("clerk"), city.round.pk, HOW)}
    assert lines[causes.NO_UNIT] == 1
