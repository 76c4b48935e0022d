"""What each figure means, as the definitions page prints it."""

from __future__ import annotations

from dataclasses import dataclass

from jiandi.base.text.words import N_


@dataclass(frozen=True)
class Definition:
    """A figure: its name, what it counts (k) and of what (n)."""

    code: str
    name: str
    says: str


DEFINITIONS: tuple[Definition, ...] = (
    Definition("total", N_("Findings in all"), N_("All findings of the round that you may see, in every state. The states add up to it.")),
    Definition(
        "counted",
        N_("Findings counted"),
        N_("All findings without those withdrawn with approval. It is the n of every rate; the withdrawn stay listed."),
    ),
    Definition("open", N_("Open findings"), N_("Findings that are not closed, standing, handed over or withdrawn.")),
    Definition(
        "said",
        N_("Said rate"),
        N_("k: findings all of whose measures have been decided and deployed, by the unit's own word. n: findings counted."),
    ),
    Definition(
        "done",
        N_("Done rate"),
        N_("k: findings all of whose measures another person has accepted as done. n: findings counted. Basically done never counts."),
    ),
    Definition(
        "well",
        N_("Done-well rate"),
        N_("k: findings that are done and whose effect a third person has seen. n: findings counted."),
    ),
    Definition(
        "completion",
        N_("Completion rate"),
        N_("k: findings in the states that the regime calls complete (verified and closed unless it says otherwise). n: findings counted."),
    ),
    Definition(
        "unchecked",
        N_("Taken over, not checked"),
        N_(
            "Findings that an old ledger called verified, closed or standing, and that nobody has accepted as done here. They keep that"
            " state; none of the three rates counts them as done."
        ),
    ),
    Definition(
        "on_time",
        N_("On time"),
        N_("Of the findings whose first agreed day is over (n), those closed by that day (k). Extensions never change the first day."),
    ),
    Definition(
        "on_time_now",
        N_("On time after extensions"),
        N_("The same against the day now agreed. It stands beside the first figure, never in its place."),
    ),
    Definition(
        "overdue",
        N_("Overdue"),
        N_("Findings whose agreed day is over and that are not verified, closed, standing, handed over or withdrawn."),
    ),
    Definition("ageing", N_("Age of what is open"), N_("Open findings by the days since they were registered.")),
    Definition("lights", N_("Lights"), N_("Findings by the light that the regime gives to the days left.")),
    Definition(
        "burn_down",
        N_("Burn-down"),
        N_("At the end of each day: findings open, and findings not yet said, done, done well. Read from the history, so the past stays."),
    ),
    Definition(
        "cause_share",
        N_("Causes by dimension"),
        N_(
            "k: findings with at least one cause of the dimension. n: findings with at least one cause, without those withdrawn; a finding"
            " may count under several dimensions. The interval is Wilson's of 95 %. Below five findings no percentage, and never a rank."
        ),
    ),
    Definition("returned", N_("Times returned"), N_("How often a submitted or verified finding was sent back.")),
    Definition("reopened", N_("Times reopened"), N_("How often a closed or standing finding came back on the books.")),
)
