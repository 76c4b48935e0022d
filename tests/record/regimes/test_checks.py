"""Names in a profile exist, lights are in order, and a chain can close."""

from __future__ import annotations

import pytest

from jiandi.base.errors import BadInput
from jiandi.record.regimes import schema

SEEDS = schema.seed_texts()
NEAR = '{ code = "near", word = "临近时限", when = "days_left", days = 10'
OVERDUE = '{ code = "overdue", word = "逾期", when = "overdue", days = 1'


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('role = "verifier"', 'role = "wizard"', "regime.not_a_choice", "closing_chain[2].role"),
        ('role = "verifier"', 'role = "system_admin"', "regime.not_a_choice", "closing_chain[2].role"),
        ('tells = ["liaison", "head"]', 'tells = ["liaison", "audit_admin"]', "regime.not_a_choice", "lights[3].tells[2]"),
        ('addressees = ["head", "leader"]', "addressees = []", "regime.empty", "ladder[2].addressees"),
        ("level = 2", "level = 3", "regime.ladder_order", "ladder[2].level"),
        ('state = "submitted"', 'state = "finished"', "regime.not_a_choice", "required[3].state"),
        ('state = "submitted"', 'state = "planned"', "regime.doubled", "required[3].state"),
        ('fields = ["evidence"]', 'fields = ["proof"]', "regime.not_a_choice", "required[3].fields[1]"),
        ('field = "cause"', 'field = "why"', "regime.not_a_choice", "ledger_columns[3].field"),
        ('field = "cause"', 'field = "text"', "regime.doubled", "ledger_columns[3].field"),
        ('heading = "原因分析"', 'heading = "存在问题"', "regime.doubled", "ledger_columns[3].heading"),
        ('heading = "原因分析"', 'heading = " "', "regime.no_word", "ledger_columns[3].heading"),
        ("width = 24", "width = 0", "regime.out_of_range", "ledger_columns[3].width"),
        ('code = "rectify"', 'code = "find"', "regime.doubled", "phases[2].code"),
        ('start_anchor = "end:find"', 'start_anchor = "end:continuing"', "regime.not_a_choice", "phases[2].start_anchor"),
        ("length = 3,", "length = 0,", "regime.endless_phase", "phases[2].length"),
        ("length = 3,", "length = 999,", "regime.out_of_range", "phases[2].length"),
        ('for_class = "long_term"', 'for_class = "major"', "regime.not_a_choice", "rhythm[3].for_class"),
        (
            'counts_as_complete = ["verified", "closed"]',
            'counts_as_complete = ["basically_done"]',
            "regime.not_a_choice",
            "counts_as_complete[1]",
        ),
        ('counts_as_complete = ["verified", "closed"]', "counts_as_complete = []", "regime.empty", "counts_as_complete"),
        ("decimals = 0", "decimals = 9", "regime.out_of_range", "numbers.decimals"),
        ("decimals = 0", "decimals = 0\nleast = 1", "regime.out_of_range", "numbers.least"),
        ("within_months = 6", "within_months = 36", "regime.out_of_range", "effect_check.within_months"),
        ("{seq:03}", "{seq:99999999}", "regime.numbering", "numbering.pattern"),
        ("{seq:03}", "{seq.__class__}", "regime.numbering", "numbering.pattern"),
        ("-{seq:03}", "", "regime.numbering_seq", "numbering.pattern"),
        ('code = "campaign"', 'code = "weather"', "regime.not_a_choice", "report_blocks[3].code"),
        (
            'at = "accept", may_share_person = false',
            'at = "accept", may_share_person = true',
            "regime.chain_independence",
            "closing_chain[2].may_share_person",
        ),
        (
            'role = "clerk", kind = "approve", at = "close"',
            'role = "clerk", kind = "approve", at = "submit"',
            "regime.chain_order",
            "closing_chain[3].at",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(old: str, new: str, code: str, place: str) -> None:
    text = SEEDS["self_check"]
    assert old in text
    text = text.replace(old, new, 1)
    with pytest.raises(BadInput) as caught:
        schema.parse_profile(text)
    assert (caught.value.code, caught.value.params["path"]) == (code, place)
    assert caught.value.sentence()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('when = "otherwise"', 'when = "settled"', "regime.lights_otherwise"),
        (OVERDUE, OVERDUE.replace('"overdue", days', '"days_left", days'), "regime.lights_overdue"),
        (
            NEAR,
            f'{NEAR}, icon = "clock", colour = "red" }},\n  ' + NEAR.replace('"near"', '"nearer"').replace("10", "20"),
            "regime.lights_order",
        ),
        (
            OVERDUE,
            f'{OVERDUE}, icon = "clock", colour = "red" }},\n  ' + OVERDUE.replace('"overdue", word', '"worse", word'),
            "regime.lights_order",
        ),
        ('kind = "approve", at = "close"', 'kind = "review", at = "close"', "regime.chain_approval"),
        ('role = "head", kind = "approve", at = "submit"', 'role = "liaison", kind = "approve", at = "submit"', "regime.chain_head"),
        ('role = "verifier", kind = "review", at = "accept"', 'role = "director", kind = "review", at = "accept"', "regime.chain_accept"),
    ],
)
def test_lights_and_chain_must_make_sense_as_a_whole(old: str, new: str, code: str) -> None:
    text = SEEDS["self_check"]
    assert old in text
    with pytest.raises(BadInput) as caught:
        schema.parse_profile(text.replace(old, new, 1))
    assert caught.value.code == code
    assert caught.value.sentence()


LOCAL = SEEDS["local_inspection"]


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('role = "director", kind = "review" },', 'role = "head", kind = "review" },', "regime.not_a_choice", "plan_chain[1].role"),
        ('role = "director", kind = "review" },', 'role = "team_member", kind = "review" },', "regime.not_a_choice", "plan_chain[1].role"),
        ('en = "Reviewed by the office" }, role = "director", kind = "review"', 'en = "x" }, role = "director", kind = "approve"', "regime.plan_approval", "plan_chain[1].kind"),
        ('role = "group_member", kind = "approve" },\n]\n\nplan_milestones', 'role = "group_member", kind = "review" },\n]\n\nplan_milestones', "regime.plan_approval", "plan_chain[2].kind"),
        ('code = "discipline"', 'code = "inspection_office"', "regime.doubled", "plan_parties[2].code"),
        ("percent = 50", "percent = 96", "regime.out_of_range", "plan_milestones[2].percent"),
        ("days_before = 15", "days_before = 999", "regime.out_of_range", "plan_milestones[3].days_before"),
    ],
)  # fmt: skip
def test_a_plan_chain_ends_with_its_approval_and_milestones_lie_within_reach(old: str, new: str, code: str, place: str) -> None:
    assert old in LOCAL
    at = LOCAL.index("plan_parties")
    with pytest.raises(BadInput) as refused:
        schema.parse_profile(LOCAL[:at] + LOCAL[at:].replace(old, new, 1))
    assert (refused.value.code, refused.value.params["path"]) == (code, place)
