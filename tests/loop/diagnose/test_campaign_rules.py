"""What cells add up to, what speaks against sending, where answers ask for a second look; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jiandi.loop.diagnose import rules
from jiandi.loop.diagnose.rules import Place
from jiandi.record.accounts.models import STEP
from jiandi.record.ledger.models import Answer, CampaignQuestion

AT = datetime(2026, 3, 1, tzinfo=UTC)
CALM = rules.Burden(
    units=5, questions=2, cells=10, minutes_each=10, due=date(2026, 4, 1), notice_days=10, notice_least=3, running=0, running_most=3
)


def test_the_words_and_scopes_are_those_of_the_record() -> None:
    assert [*rules.WORDS, rules.COUNTED] == [code for code, _word in Answer.WORDS]
    assert list(rules.SCOPES) == [code for code, _word in CampaignQuestion.SCOPES]
    assert list(rules.MARKS) == list(rules.ANSWERS)


def test_answers_add_up_to_those_asked_silence_included() -> None:
    pairs = [("asked", ""), ("asked", "yes"), ("answered", "yes"), ("answered", "other"), ("answered", "counted"), ("excused", "")]
    found = rules.coverage([(rules.standing_of(*pair), 2, pair[0] == "asked") for pair in pairs])
    assert (found.yes, found.other, found.counted, found.excused, found.silent) == (2, 2, 2, 2, 4), "a draft is silence"
    assert (found.asked, found.answered, found.settled, found.late) == (12, 6, 8, 4)
    assert sum(n for _code, _word, n in found.cells) == found.asked
    assert rules.coverage_sum([found, found]).asked == 24


def test_nothing_speaks_against_a_calm_campaign() -> None:
    assert (CALM.warnings, CALM.minutes, CALM.minutes_per_unit, CALM.hours) == ([], 100, 20, 2)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"notice_days": 2}, "notice"), ({"running": 3}, "cap"), ({"again": (rules.AskedAgain("XC-001", "上一次", 4),)}, "duplicate")],
)
def test_short_notice_too_many_and_asking_twice_are_said(fields: dict[str, object], code: str) -> None:
    assert [w.code for w in replace(CALM, **fields).warnings] == [code]  # type: ignore[arg-type]


def unit(**fields: object) -> rules.UnitAnswers:
    calm = rules.UnitAnswers(1, 1, "市档案馆", 20, 0, 0, 5, 20, 0, AT, AT + timedelta(minutes=90))
    return replace(calm, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"late": 2, "open": 2}, "late"),
        ({"no": 20}, "all_no"),
        ({"last_at": AT + timedelta(seconds=79)}, "seconds"),
        ({"copied": 1}, "copied"),
    ],
)
def test_each_hint_is_a_sentence_that_asks(fields: dict[str, object], code: str) -> None:
    [hint] = rules.hints([unit(**fields), unit()])
    assert (hint.code, hint.count) == (code, 1)
    assert hint.sentence.text.endswith("?")


def test_honest_answers_give_no_hint() -> None:
    slow = unit(last_at=AT + timedelta(seconds=80))
    few = unit(cells=2, no=2, answered=2)
    assert rules.hints([unit(), slow, few, unit(opened_at=None, last_at=None, answered=0)]) == []


def test_blind_spots_are_levels_and_topmost_branches_nobody_was_asked_in() -> None:
    places = [
        Place("0001", "市", "city"),
        Place("00010001", "甲县", "county"),
        Place("000100010001", "甲镇", "township"),
        Place("00010002", "乙县", "county"),
        Place("000100020001", "乙镇", "township"),
        Place("000100020002", "乙乡", "township"),
    ]
    asked = ["00010001"]
    assert [(b.name, b.units) for b in rules.blind_branches(places, asked, STEP)] == [("乙县", 3), ("甲镇", 1)]
    assert [(b.name, b.units) for b in rules.blind_levels(places, asked)] == [("city", 1), ("township", 3)]
    assert rules.blind_branches(places, [p.path for p in places], STEP) == []


@pytest.mark.parametrize(
    ("paths", "branch"),
    [([], ""), (["00010001"], "00010001"), (["00010001", "00010002"], "0001"), (["0001", "00010002"], "0001"), (["0001", "0002"], "")],
)
def test_the_matrix_begins_at_the_smallest_branch_that_holds_all(paths: list[str], branch: str) -> None:
    assert rules.shared_branch(paths, STEP) == branch


@pytest.mark.parametrize(
    ("text", "title"), [("两笔超期。由财务科核对。", "两笔超期"), ("  一行\n二行", "一行"), ("", ""), ("甲；乙", "甲")]
)
def test_a_title_is_the_first_sentence(text: str, title: str) -> None:
    assert rules.title_from(text) == title


def test_only_what_was_found_is_registered() -> None:
    assert [w for w in ("yes", "partly", "other", "no", "counted", "") if rules.may_register(w)] == ["yes", "partly", "other"]
