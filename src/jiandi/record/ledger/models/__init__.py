"""One file per thing; import the models from here."""

from jiandi.record.ledger.models.campaign import Answer, Campaign
from jiandi.record.ledger.models.cause import Cause
from jiandi.record.ledger.models.claim import RETURN_REASONS, Check, Claim, Closing, ClosingStep
from jiandi.record.ledger.models.counter import Counter
from jiandi.record.ledger.models.finding import OPEN_STATES, Finding, FindingLink, FindingParty
from jiandi.record.ledger.models.letter import Letter, LetterItem
from jiandi.record.ledger.models.lookback import Commitment, Draw, LookBack
from jiandi.record.ledger.models.measure import Institution, Measure, MeasureFinding, MeasurePart, MeasureSupport
from jiandi.record.ledger.models.plan import PlanVersion
from jiandi.record.ledger.models.progress import Evidence, EvidenceUse, ProgressNote
from jiandi.record.ledger.models.reconciliation import Decision, Reconciliation, ReconciliationLine
from jiandi.record.ledger.models.report import ImportBatch, Report
from jiandi.record.ledger.models.round import Assignment, Round

__all__ = [
    "OPEN_STATES",
    "RETURN_REASONS",
    "Answer",
    "Assignment",
    "Campaign",
    "Cause",
    "Check",
    "Claim",
    "Closing",
    "ClosingStep",
    "Commitment",
    "Counter",
    "Decision",
    "Draw",
    "Evidence",
    "EvidenceUse",
    "Finding",
    "FindingLink",
    "FindingParty",
    "ImportBatch",
    "Institution",
    "Letter",
    "LetterItem",
    "LookBack",
    "Measure",
    "MeasureFinding",
    "MeasurePart",
    "MeasureSupport",
    "PlanVersion",
    "ProgressNote",
    "Reconciliation",
    "ReconciliationLine",
    "Report",
    "Round",
]
