"""One finding goes from the letter to the look-back that reopens it; eight people, each before a browser of their own."""

from __future__ import annotations

import time
from pathlib import Path

from tests.browser import way, way_back
from tests.browser.conftest import Enter
from tests.browser.town import Town
from tests.browser.way import Way, Work

STEPS = (
    way.the_clerk_hands_in_the_letter_and_it_is_read,
    way.the_clerk_confirms_each_row_and_names_the_lead_unit,
    way.one_row_is_dropped_with_a_reason_that_the_director_approves,
    way.the_clerk_registers_the_confirmed_rows_and_finishes_the_review,
    way.the_liaison_writes_the_cause,
    way.the_liaison_writes_three_measures_with_standard_and_effect,
    way.the_head_hands_in_the_plan_and_the_clerk_approves_it,
    way.the_liaison_notes_progress,
    way.talk_alone_does_not_support_a_claim,
    way.the_liaison_brings_proof_registers_the_rule_and_claims_each_measure,
    way.the_verifier_accepts_the_claims,
    way.the_head_hands_the_finding_in,
    way.the_office_names_the_leader_in_charge_who_signs,
    way.the_verifier_fills_in_the_check_sheet_and_accepts,
    way.the_office_schedules_the_effect_check,
    way.director_and_group_member_sign_the_closing,
    way.the_closed_finding_waits_for_its_effect,
    way.a_second_verifier_records_the_effect,
    way_back.the_clerk_freezes_a_sheet,
    way_back.a_look_back_is_planned_sealed_frozen_and_drawn,
    way_back.the_supervisor_records_that_it_did_not_hold,
    way_back.the_clerk_gets_the_ledger_and_the_report,
)


def test_one_finding_goes_from_the_letter_to_the_look_back_that_reopens_it(town: Town, enter: Enter, work: Work, tmp_path: Path) -> None:
    walk = Way(town, enter, work, tmp_path)
    for step in STEPS:
        since = time.monotonic()
        step(walk)
        print(f"{time.monotonic() - since:5.1f} s  {step.__name__.replace('_', ' ')}")
