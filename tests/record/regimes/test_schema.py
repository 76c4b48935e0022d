"""A profile says everything, once; what it cannot say is refused with its place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiandi.base.errors import BadInput
from jiandi.record.regimes import schema, toml_form, vocabulary

SEEDS = schema.seed_texts()
CODES = ["audit", "environment", "inspection", "local_inspection", "safety", "self_check"]


def refused(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        schema.parse_profile(text)
    assert caught.value.sentence()
    return caught.value


def changed(old: str, new: str, code: str = "self_check") -> str:
    text = SEEDS[code]
    assert old in text
    return text.replace(old, new, 1)


def test_six_regimes_come_with_the_product() -> None:
    assert list(SEEDS) == CODES
    assert [schema.parse_profile(text).code for text in SEEDS.values()] == CODES


@pytest.mark.parametrize("code", CODES)
def test_canonical_text_reads_back_the_same_and_stays_the_same(code: str) -> None:
    profile = schema.parse_profile(SEEDS[code])
    body = schema.to_toml(profile)
    assert schema.parse_profile(body) == profile
    assert schema.to_toml(schema.parse_profile(body)) == body


def test_comments_and_order_do_not_change_the_digest() -> None:
    text = SEEDS["audit"]
    moved = "# another remark\n" + changed("version = 1\n", "", "audit").replace('code = "audit"\n', 'version = 1\ncode = "audit"\n', 1)
    bodies = [schema.to_toml(schema.parse_profile(one)) for one in (text, moved)]
    assert schema.digest(bodies[0]) == schema.digest(bodies[1])
    assert schema.digest(bodies[0], "sm3") != schema.digest(bodies[0], "sha256")


def test_a_version_frozen_by_the_first_release_is_still_read() -> None:
    body = (Path(__file__).parent / "frozen_by_0_1.toml").read_text("utf-8")
    profile = schema.read_frozen(body)
    assert (profile.code, profile.state_word("reopened")) == ("self_check", "重新挂账")


def test_later_checks_do_not_bind_a_frozen_version() -> None:
    body = schema.to_toml(schema.parse_profile(SEEDS["self_check"])).replace("within_months = 6", "within_months = 36")
    assert schema.read_frozen(body).effect_check.within_months == 36
    assert refused(body).code == "regime.out_of_range"


def test_canonical_text_holds_default_words_so_that_later_defaults_change_nothing() -> None:
    body = schema.to_toml(schema.parse_profile(SEEDS["self_check"]))
    assert "重新挂账" in body
    assert "transfer_depth = 3" in body


@pytest.mark.parametrize("code", CODES)
def test_every_state_and_role_has_a_word(code: str) -> None:
    profile = schema.parse_profile(SEEDS[code])
    assert all(profile.state_word(state) for state in vocabulary.STATES)
    assert all(profile.role_word(role) for role in vocabulary.BUSINESS_ROLES)


def test_regime_words_replace_the_default_ones() -> None:
    assert schema.parse_profile(SEEDS["audit"]).state_word("registered") == "未整改"
    assert schema.parse_profile(SEEDS["inspection"]).state_word("registered") == "已登记"


@pytest.mark.parametrize(
    ("code", "close_on"), [("inspection", "done"), ("local_inspection", "done"), ("audit", "done"), ("environment", "effect")]
)
def test_inspections_and_audit_close_on_done(code: str, close_on: str) -> None:
    profile = schema.parse_profile(SEEDS[code])
    assert profile.close_on == close_on
    assert profile.effect_check.within_months == 12


@pytest.mark.parametrize("code", CODES)
def test_rates_are_cut_to_whole_percent_and_only_checked_ones_count(code: str) -> None:
    profile = schema.parse_profile(SEEDS[code])
    assert (profile.numbers.rounding, profile.numbers.decimals) == ("truncate", 0)
    assert set(profile.counts_as_complete) == {"verified", "closed"}


@pytest.mark.parametrize("code", CODES)
def test_only_fix_now_and_hazards_may_be_excused_from_lasting_measures(code: str) -> None:
    for one in schema.parse_profile(SEEDS[code]).classes:
        assert one.needs_lasting
        assert one.needs_prevent
        assert one.may_excuse == (one.code == "fix_now" or code == "safety")


def headings(code: str, *groups: str) -> list[str]:
    return [one.heading for one in schema.parse_profile(SEEDS[code]).ledger_columns if not groups or one.group in groups]


def test_ledgers_have_the_columns_found_in_the_field() -> None:
    assert headings("local_inspection", "整改清单") == ["问题内容", "整改措施", "整改时限", "责任人"]
    assert headings("environment", "整改方案")[:5] == ["反馈问题", "整改目标", "整改措施", "责任单位", "整改时限"]
    assert len(headings("inspection")) == 19
    assert headings("audit", "整改推进") == ["整改情况", "主要原因", "整改进展情况", "完成时限", "下一步措施", "整改结果", "证明材料"]
    assert len(headings("audit", "审计发现问题", "整改计划")) == 15
    assert {"整改资金(元)", "应急预案", "复查时间", "复查人", "复查结果"} <= set(headings("safety"))


@pytest.mark.parametrize("code", CODES)
def test_an_imported_heading_means_one_field_in_a_regime(code: str) -> None:
    seen: dict[str, str] = {}
    for column in schema.parse_profile(SEEDS[code]).ledger_columns:
        for word in (column.heading, *column.synonyms):
            assert seen.setdefault(word, column.field) == column.field, word


@pytest.mark.parametrize("code", CODES)
def test_a_chain_has_three_verbs_and_its_last_step_closes(code: str) -> None:
    profile = schema.parse_profile(SEEDS[code])
    assert [bool(profile.steps_at(verb)) for verb in ("submit", "accept", "close")] == [True, True, True]
    assert profile.closing_chain[-1].at == "close"


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("version = 1\n", "version = 1\ncolour = 3\n", "regime.unknown_key", "colour"),
        ("default_days = 15,", "default_days = 15, wait = 2,", "regime.unknown_key", "classes[1].wait"),
        ("version = 1\n", "", "regime.missing_key", "version"),
        ('close_on = "effect"', 'close_on = "soon"', "regime.not_a_choice", "close_on"),
        ("version = 1\n", 'version = "1"\n', "regime.not_a_number", "version"),
        ("version = 1\n", "version = true\n", "regime.not_a_number", "version"),
        ("version = 1\n", "version = -1\n", "regime.not_a_number", "version"),
        ('code = "self_check"', "code = 7", "regime.not_a_text", "code"),
        ('code = "self_check"', 'code = "Self Check"', "regime.bad_code", "code"),
        ("needs_lasting = true", 'needs_lasting = "yes"', "regime.not_a_flag", "classes[1].needs_lasting"),
        ('levels = ["city", "county", "township", "unit"]', 'levels = "city"', "regime.not_a_list", "levels"),
        ('levels = ["city", "county", "township", "unit"]', "levels = []", "regime.empty", "levels"),
        ('levels = ["city", "county", "township", "unit"]', 'levels = ["moon"]', "regime.not_a_choice", "levels[1]"),
        ('name = { zh = "自查", en = "Look" }', 'name = "自查"', "regime.not_a_table", "phases[1].name"),
        ('document = "核查记录"', 'document = "核查\\n记录"', "regime.bad_text", "closing_chain[2].document"),
    ],
)
def test_a_wrong_form_is_refused_with_its_place(old: str, new: str, code: str, place: str) -> None:
    error = refused(changed(old, new))
    assert (error.code, error.params["path"]) == (code, place)


@pytest.mark.parametrize("text", ["code = ", "a = 1\na = 2", "x = " + "[" * 4000, "n = " + "9" * 5000])
def test_what_is_not_toml_is_refused_and_never_crashes(text: str) -> None:
    assert refused(text).code in {"regime.not_toml", "regime.unknown_key"}


def test_a_text_beyond_all_measure_is_refused_unread() -> None:
    assert refused("#" * (toml_form.MAX_TEXT + 1)).code == "regime.too_long"


def test_words_of_states_must_be_a_table() -> None:
    assert refused("state_words = 3\n" + SEEDS["self_check"]).params["path"] == "state_words"
