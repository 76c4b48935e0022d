"""The closed loop. Its order is written here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from jiandi.base.text.words import N_


@dataclass(frozen=True)
class Stage:
    """One step a problem takes: package name, title (message id) and icon."""

    name: str
    title: str
    icon: str


STAGES: tuple[Stage, ...] = (
    Stage("intake", N_("Intake"), "inbox"),
    Stage("diagnose", N_("Diagnosis"), "search"),
    Stage("plan", N_("Plan"), "list-check"),
    Stage("execute", N_("Execution"), "hammer"),
    Stage("verify", N_("Verification"), "patch-check"),
    Stage("reconcile", N_("Reconciliation"), "calculator"),
    Stage("lookback", N_("Look-back"), "arrow-repeat"),
    Stage("report", N_("Reports"), "file-earmark-text"),
)
