"""What may stand in the columns of a list: fields of a finding, or the name of a unit and figures."""

from __future__ import annotations

from typing import Final

from jiandi.base.text.words import N_
from jiandi.loop.report.rules.spots import FIGURES

OF_FINDINGS: Final[dict[str, str]] = {
    "serial": N_("serial number"),
    "number": N_("number of the finding"),
    "letter_number": N_("number of the letter"),
    "outline_number": N_("number in the letter"),
    "category": N_("category"),
    "class": N_("class"),
    "title": N_("short title"),
    "text": N_("text of the letter"),
    "manifestation": N_("how it shows"),
    "location": N_("where it was found"),
    "found_on": N_("registered on"),
    "cause": N_("causes"),
    "standard": N_("standard of completion"),
    "measures": N_("measures"),
    "lead": N_("lead unit"),
    "leader_post": N_("leader in charge (post)"),
    "supports": N_("supporting units"),
    "supervising_unit": N_("checking unit"),
    "responsible": N_("responsible posts"),
    "due": N_("due date"),
    "due_text": N_("due date as written"),
    "stage_goals": N_("stage goal"),
    "next_review": N_("next review"),
    "progress": N_("last progress note"),
    "state": N_("state"),
    "result": N_("the three claims"),
    "completed_on": N_("closed on"),
    "evidence": N_("titles of the evidence"),
    "institutions": N_("rules made"),
    "checker": N_("unit that checked"),
    "checked_on": N_("checked on"),
    "check_method": N_("how it was checked"),
    "check_result": N_("what the check found"),
    "remarks": N_("remarks"),
}
OF_UNITS: Final[dict[str, str]] = {"serial": N_("serial number"), "unit": N_("name of the unit"), **FIGURES}


def of_list(what: str) -> dict[str, str]:
    """The fields that a list of this kind may have."""
    return OF_FINDINGS if what == "findings" else OF_UNITS
